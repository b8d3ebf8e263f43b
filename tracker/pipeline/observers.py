"""Two observers told apart: what differs because somebody else looked is no edit of the publisher's yet.

Archives fetch from elsewhere, without cookies, sometimes another edition of a page. A text that another observer saw
and that is undone when the first one looks again was never shown to be an edit; nor is the seam between a text that
somebody else read from the page and the page as we read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.model import OBSERVER, SEAM, Change
from tracker.store.upkeep.rebuild import Reread

_FACTS = frozenset(("number", "name", "date", "quote", "negation", "notice", "notice-removed"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A reading of an article: which of its versions (from 0) somebody saw, when, and in which bytes."""

    version: int
    at: datetime
    observer: str
    capture_sha256: str


def told_apart(steps: Sequence[Reread], seen: Sequence[Seen]) -> list[Reread]:
    """The versions, their changes marked where they may be a difference between two observers and no edit."""
    marked = list(steps)
    for n in range(1, len(steps)):
        if is_text(steps[n - 1]) != is_text(steps[n]):
            marked[n] = _noise(marked[n], SEAM)
    for n in range(1, len(steps) - 1):
        if _is_undone(steps, seen, n):
            marked[n], marked[n + 1] = (_between_observers(marked[m]) for m in (n, n + 1))
    return marked


def is_text(version: Reread) -> bool:
    """Whether a version was read from what somebody else had read, not from a page."""
    return version.content.extractor.startswith(TEXT_READER)


TEXT_READER = "import-text"


def _is_undone(steps: Sequence[Reread], seen: Sequence[Seen], n: int) -> bool:
    """Whether version `n` was seen only by others than who saw the one before, who next saw that one again."""
    before, after = steps[n - 1].content.sha256, steps[n + 1].content.sha256
    first = next(s.observer for s in reversed(seen) if s.version == n - 1)
    seen_by = {s.observer for s in seen if s.version == n}
    back = next(s.observer for s in seen if s.version == n + 1)
    return before == after and first not in seen_by and back == first


def _between_observers(version: Reread) -> Reread:
    """A fact that goes to and fro never becomes noise by doing so: it is only marked."""
    change = version.change
    if change is None:
        return version
    facts = any(_FACTS.intersection(operation.tags) for operation in change.operations)
    if facts or _FACTS.intersection(change.tags):
        return replace(version, change=_tagged(change))
    return _noise(version, OBSERVER)


def _noise(version: Reread, rule: str) -> Reread:
    change = version.change
    if change is None or change.noise_rule is not None:
        return version
    return replace(version, change=replace(_tagged(change) if rule == OBSERVER else change, noise_rule=rule))


def _tagged(change: Change) -> Change:
    return change if OBSERVER in change.tags else replace(change, tags=(OBSERVER, *change.tags))
