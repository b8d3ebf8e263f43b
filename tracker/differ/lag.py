"""How long a reader waited to be told: a later notice closes the changes before it that came without one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.model import ChangeClass, Notice, RecordedChange


@dataclass(frozen=True, slots=True)
class Closure:
    """A change that was made without a notice and the later change that brought one.

    Both happened between two checks, so the lag is an interval: at least `hours_least`, at most `hours_most`.
    """

    change: int
    closed_by: int
    notice: Notice
    hours_least: float
    hours_most: float


def closures(changes: Iterable[RecordedChange]) -> tuple[Closure, ...]:
    """The closed changes of one article, oldest first.

    Open is a substantive change that is not noise and was not acknowledged when it came. A notice covers everything
    open before it: publishers seldom say which of several edits they mean.
    """
    open_: list[RecordedChange] = []
    closed: list[Closure] = []
    for change in sorted(changes, key=lambda c: (c.before, c.new_version)):
        if change.notice is not Notice.NONE:
            closed += [_closure(earlier, change) for earlier in open_]
            open_ = []
        elif change.class_ is ChangeClass.SUBSTANTIVE and not change.acknowledged and change.noise_rule is None:
            open_.append(change)
    return tuple(closed)


def _closure(earlier: RecordedChange, notice: RecordedChange) -> Closure:
    least = (notice.after - earlier.before).total_seconds() / 3600
    most = (notice.before - earlier.after).total_seconds() / 3600
    return Closure(earlier.id, notice.id, notice.notice, round(max(0.0, least), 2), round(most, 2))
