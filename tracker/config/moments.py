"""Moments as people write them: `2026-11-23T10:05`, `2026-11-23`, `10:30`, `2d`, `yesterday`, `monday`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tracker.config.values import parse_duration

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"minute": "m", "hour": "h", "day": "d", "week": "w"}
_AGO = re.compile(r"([0-9]{1,6}) (minute|hour|day|week)s? ago")
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

EXAMPLES = "2026-11-23, 2026-11-23T10:05, 10:30, yesterday, monday, 2d or 2 days ago"


def read_moment(text: str, now: datetime, *, zone: tzinfo = UTC, end: bool = False) -> datetime:
    """The moment that a text names, aware, in UTC. Days and times without a zone are those of `zone`.

    With `end` a text that names a day means its end, so that a window which runs until a day includes it. Raises
    ValueError for what is no moment.
    """
    said = " ".join(text.lower().split())
    try:
        if (day := _day(said, now.astimezone(zone).date())) is not None:
            return datetime.combine(day + timedelta(days=1) if end else day, time(), zone).astimezone(UTC)
        if _TIME.fullmatch(said):
            at = time.fromisoformat(said.zfill(5))
            return datetime.combine(now.astimezone(zone).date(), at, zone).astimezone(UTC)
        if ago := _AGO.fullmatch(said):
            said = ago[1] + _UNITS[ago[2]]
        if said[:1].isdigit() and said[-1:].isalpha() and said[-1] != "z":
            return now.astimezone(UTC) - parse_duration(said)
        read = datetime.fromisoformat(text.strip())
        return read.replace(tzinfo=read.tzinfo or zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"is no moment; write it like {EXAMPLES}") from None


def _day(said: str, today: date) -> date | None:
    """The day that is named; None when none is. A weekday is the last one of that name, today included."""
    if said in ("today", "yesterday"):
        return today - timedelta(days=said == "yesterday")
    if said in DAYS:
        return today - timedelta(days=(today.weekday() - DAYS.index(said)) % 7)
    return date.fromisoformat(said) if _DAY.fullmatch(said) else None
