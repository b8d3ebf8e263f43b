"""One walk through an article's captures in order of time: what each is, and which make a version.

A check walks one step of it, a rebuild the whole way. Every step is read with the one before in mind, and by the same
rules (`tracker.page.belief`): a wall, half a page, a text that collapsed and one that is another make no version.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tracker.model import STOOD, Capture, Change, Content, Outcome, PageTraits, Rules, iso
from tracker.page import belief
from tracker.pipeline.tasks import Known, PageContent, difference, look

Run = Callable[..., Awaitable[Any]]
"""Runs `function(*arguments)` where a page can do no harm. Raises what the function raised, or WorkerDied."""

Believed = Callable[[str, timedelta], bool]
"""Says whether a text, given as its sketch, has stood for so long that it is the article's now."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a visit or a capture came to, before it is weighed: an outcome, and with it what was learned.

    A text that is not believed yet comes with its `sketch` and how long it must stand (`stands`); one that became a
    version because it stood, though nothing shows that it is the same story, is `stood`. `other` is the article at
    whose address the same text stands, `takes` one that proves to be this one. `aliases` are other addresses that were
    asked and showed the same.

    `refuted` is whether a text that stood for long enough turned out to stand at any address of its site.

    `asked` is False when the article was not asked for at all, because its host rests until `retry_after` has passed.
    `ours` is True when this machine had no network.
    """

    outcome: Outcome
    capture: Capture | None = None
    content: Content | None = None
    change: Change | None = None
    encoding: str = ""
    error: str = ""
    status: int = 0
    sketch: str = ""
    stands: timedelta | None = None
    stood: bool = False
    refuted: bool = False
    other: str = ""
    takes: str = ""
    traits: PageTraits | None = None
    leads_on: str = ""
    aliases: tuple[str, ...] = ()
    final_url: str = ""
    retry_after: timedelta | None = None
    asked: bool = True
    ours: bool = False
    milliseconds: int = 0
    wire_bytes: int = 0
    modified_at: datetime | None = None


class Walk:
    """An article on its way from capture to capture. `known` is what it says now, and all else a reading asks for."""

    def __init__(self, run: Run, rules: Sequence[Rules], known: Known) -> None:
        self.known = known
        self._run, self._rules = run, rules

    async def step(self, capture: Capture, *, believed: Believed) -> Observation:
        """Read the next capture and say what it is; a version moves the walk on. Raises Unreadable, WorkerDied.

        `believed` is asked about a text that is not believed at once, but may be when it stands for a while.
        """
        known = replace(self.known, rules=rules_at(self._rules, capture.fetched_at))
        page: PageContent = await self._run(look, capture, known)
        judged, content, old = page.judged, page.content, self.known.content
        if content is None:
            outcome = judged.outcome or Outcome.UNREADABLE
            return replace(observed(capture, outcome, error=judged.reason), leads_on=page.leads_on)
        found = replace(observed(capture, Outcome.NEW), content=content, encoding=page.encoding, traits=page.traits)
        found = replace(found, other=judged.other, takes=judged.takes)
        sketch = page.traits.sketch if page.traits else ""
        if judged.outcome is not None and not (judged.stands is not None and believed(sketch, judged.stands)):
            waits = sketch if judged.stands is not None else ""
            return replace(found, outcome=judged.outcome, error=judged.reason, sketch=waits, stands=judged.stands)
        found = replace(found, stood=judged.stands == belief.STANDS)
        if old is not None and content.sha256 == old.sha256:
            stamp = content.modified_at if iso(content.modified_at) != iso(old.modified_at) else None
            found = replace(found, outcome=Outcome.UNCHANGED, modified_at=stamp)
        elif old is not None:
            change = await self._run(difference, old, content)
            found = replace(found, outcome=Outcome.CHANGED, change=change)
        if found.outcome is not Outcome.UNCHANGED:
            self.known = replace(self.known, content=content)
        self.known = replace(self.known, encoding=page.encoding or self.known.encoding)
        return found


def marked(found: Observation) -> Change | None:
    """The change that an observation brings; where it was accepted only because it stood, its first tag says so."""
    change = found.change
    return replace(change, tags=(STOOD, *change.tags)) if change is not None and found.stood else change


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
