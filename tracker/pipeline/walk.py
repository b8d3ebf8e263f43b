"""One walk through an article's captures in order of time: what each is, and which make a version.

A check walks one step of it, a rebuild the whole way. Every step is read with the one before in mind, and by the same
rules: a wall, a page without an article, a text that collapsed and one that is almost all new make no version.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tracker.model import Capture, Change, Content, Outcome, Rules, iso
from tracker.page import belief
from tracker.pipeline.tasks import PageContent, difference, look

Run = Callable[..., Awaitable[Any]]
"""Runs `function(*arguments)` where a page can do no harm. Raises what the function raised, or WorkerDied."""

Believed = Callable[[str], Awaitable[bool]]
"""Says whether a text that is almost all new is the article's now, given the text's sketch."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a visit or a capture came to, before it is weighed: an outcome, and with it what was learned.

    `asked` is False when the article was not asked for at all, because its host rests until `retry_after` has passed.
    """

    outcome: Outcome
    capture: Capture | None = None
    content: Content | None = None
    change: Change | None = None
    encoding: str = ""
    error: str = ""
    status: int = 0
    sketch: str = ""
    final_url: str = ""
    retry_after: timedelta | None = None
    asked: bool = True
    milliseconds: int = 0
    wire_bytes: int = 0
    modified_at: datetime | None = None


class Walk:
    """An article on its way from capture to capture. `content` is what it says now, None before its first version."""

    def __init__(
        self,
        run: Run,
        rules: Sequence[Rules],
        profile: Mapping[str, Any] | None,
        *,
        content: Content | None = None,
        encoding: str = "",
        doubtful: bool = False,
    ) -> None:
        self.content, self.encoding = content, encoding
        self._run, self._rules, self._profile, self._doubtful = run, rules, profile, doubtful

    async def step(self, capture: Capture, *, believed: Believed) -> Observation:
        """Read the next capture and say what it is; a version moves the walk on. Raises Unreadable, WorkerDied.

        `believed` is asked about a text that is almost all new.
        """
        page = await self.read(capture)
        if page.content is None:
            return observed(capture, page.outcome, error=page.error)
        content = page.content
        found = replace(observed(capture, Outcome.NEW), content=content, encoding=page.encoding)
        if self.content is not None:
            found = await self._compared(found, self.content, content, believed)
        if found.outcome in (Outcome.NEW, Outcome.CHANGED):
            self.content = content
        if found.outcome.saw_the_article:
            self.encoding = page.encoding or self.encoding
        return found

    async def read(self, capture: Capture) -> PageContent:
        """What a capture says, anchored by what the article says now. Raises Unreadable, WorkerDied."""
        rules = rules_at(self._rules, capture.fetched_at)
        doubtful = self._doubtful and self.content is None
        page: PageContent = await self._run(look, capture, self.encoding, self.content, rules, self._profile, doubtful)
        return page

    async def _compared(self, found: Observation, old: Content, new: Content, believed: Believed) -> Observation:
        """Hold a content against the one before: same, doubtful, or changed. Raises WorkerDied."""
        if new.sha256 == old.sha256:
            stamp = new.modified_at if iso(new.modified_at) != iso(old.modified_at) else None
            return replace(found, outcome=Outcome.UNCHANGED, modified_at=stamp)
        if belief.walled(old, new):
            return replace(found, outcome=Outcome.PAYWALLED, error=f"the page is not free and shows {new.words} words")
        if belief.collapsed(old, new):
            return replace(found, outcome=Outcome.COLLAPSED, error=f"{new.words} of {old.words} words are left")
        # Of the rest of the page the differ asks only for what the reading doubted.
        doubted = tuple(b for b in new.blocks if b.kept and b.reason.startswith("doubt"))
        sketch, change = await self._run(difference, replace(old, blocks=()), replace(new, blocks=doubted))
        if sketch and not await believed(sketch):
            words = "almost all of the text is new; it waits for a second look"
            return replace(found, outcome=Outcome.UNCONFIRMED, sketch=sketch, error=words)
        return replace(found, outcome=Outcome.CHANGED, change=change)


def rules_at(rules: Sequence[Rules], moment: datetime) -> Rules | None:
    """The rules that were valid at that moment; None when the source has none."""
    return next((r for r in rules if r.until is None or moment < r.until), None)


def observed(capture: Capture, outcome: Outcome, *, error: str = "") -> Observation:
    """What a capture came to, with what it says of the request."""
    return Observation(
        outcome,
        capture=capture,
        error=error,
        status=capture.status,
        final_url=capture.final_url,
        milliseconds=capture.milliseconds,
        wire_bytes=capture.wire_bytes,
    )
