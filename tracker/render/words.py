"""The sentences every face uses to say what was seen and when. They claim only that."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf
from typing import Protocol

from tracker.model import Event, LaterNotice, Notice, Outcome, RecordedChange

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_OUTCOMES = {
    Outcome.CONSENT: "a consent page",
    Outcome.HOMEPAGE: "the front page",
    Outcome.OTHER_PAGE: "another page",
    Outcome.EMPTY: "an empty page",
    Outcome.CONNECTION: "no connection",
    Outcome.WORKER: "a reader that was stopped",
}


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 sentence`, `2 sentences`, `1,200 words`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def day(moment: datetime) -> str:
    """`23 Nov 2026`, in UTC whatever the zone of the moment."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def moment_words(moment: datetime) -> str:
    """`10:05 UTC on 23 Nov 2026`."""
    return f"{moment.astimezone(UTC):%H:%M} UTC on {day(moment)}"


def short_moment(moment: datetime) -> str:
    """`2026-11-23 10:05`, UTC, for columns."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def interval(after: datetime, before: datetime) -> str:
    """When a change happened, as far as was seen: `between 10:05 and 10:20 UTC on 23 Nov 2026`.

    Within one minute the seconds are shown.
    """
    after, before = after.astimezone(UTC), before.astimezone(UTC)
    if after.date() == before.date():
        form = "%H:%M:%S" if f"{after:%H:%M}" == f"{before:%H:%M}" else "%H:%M"
        return f"between {after:{form}} and {before:{form}} UTC on {day(before)}"
    first = day(after) if after.year != before.year else day(after).rsplit(" ", 1)[0]
    return f"between {after:%H:%M} on {first} and {before:%H:%M} UTC on {day(before)}"


def named(record: RecordedChange) -> str:
    """`change 12`; `versions 1 to 3` for what no row of the log is, since it spans several changes."""
    return f"change {record.id}" if record.id else f"versions {record.old_version} to {record.new_version}"


def outcome_words(outcome: Outcome) -> str:
    """How a check ended, for people: `server error`, `no connection`."""
    return _OUTCOMES.get(outcome, outcome.value.replace("_", " "))


def moved_words(event: Event) -> str:
    """Where an article moved: `moved into article 3`, which is followed in its place, or `moved to another address`."""
    into = event.detail.get("article")
    return f"moved into article {into}" if isinstance(into, int) else "moved to another address"


def notice_words(notice: Notice, acknowledged: bool) -> str:
    """Whether the reader was told, as far as was seen; never an accusation."""
    if notice is Notice.CORRECTION:
        return "correction notice seen"
    if notice is Notice.UPDATE:
        return "update notice seen"
    return "modified date moved" if acknowledged else "no notice seen"


class HasNotice(Protocol):
    """A change, as far as its notice goes: the one it came with, and the one that came later."""

    @property
    def notice(self) -> Notice | None:
        """None of a first version."""

    @property
    def acknowledged(self) -> bool:
        """Whether the reader was told at once, if only by a date that moved."""

    @property
    def later(self) -> LaterNotice | None:
        """The notice that came after it."""


def told_words(record: HasNotice) -> str:
    """The same of a change in the log, which may have got its notice later: `correction seen 3 h later`."""
    if record.later is None:
        return notice_words(record.notice or Notice.NONE, record.acknowledged)
    return f"{record.later.notice.value} seen {_lag(record.later.hours_least, record.later.hours_most)} later"


def _lag(least: float, most: float) -> str:
    """`3 h`, `2 to 5 h`, `up to 40 min`, `3 to 4 days`: as exact as the checks were close together."""
    unit, length = next((u, n) for u, n, upto in (("min", 1 / 60, 1), ("h", 1, 48), ("days", 24, inf)) if most < upto)
    first, last = round(least / length), max(1, round(most / length))
    if first == last:
        return f"{last} {unit}"
    return f"{first} to {last} {unit}" if first else f"up to {last} {unit}"
