"""What a reader asked for, read from the address. Nothing in an address can make a page fail: what cannot be read is
left out, and the page shows what it understood, and names what it did not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.model import ChangeClass, Notice
from tracker.render import clean
from tracker.store.pages import Cursor, Wanted

_LONGEST, _SHOWN = 200, 60
FILTERS = ("class", "notice", "score", "since", "until", "noise", "before")
"""The values of a log's address that can be misread; any other text is looked for as it is."""
_MOMENT = "a day such as 2026-11-23, or a moment such as 2026-11-23T10:30, in UTC"


@dataclass(frozen=True, slots=True)
class Misread:
    """A value of the address that was left out: `class=silly`, harmless, with what could have stood there."""

    asked: str
    known: str


def word(arguments: Any, name: str) -> str:
    """A value of the query string, trimmed and cut."""
    return str(arguments.get(name) or "").strip()[:_LONGEST]


def number(arguments: Any, name: str, most: int = 2**53) -> int | None:
    """A value as a whole number from 0 to `most`, or None."""
    value = word(arguments, name)
    return min(int(value), most) if value.isascii() and value.isdigit() and len(value) < 17 else None


def moment(value: str) -> datetime | None:
    """`2026-11-23`, `2026-11-23T10:30`, with or without a zone; without one it is UTC. None when it is neither."""
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def wanted(arguments: Any) -> Wanted:
    """The filter of the log. `until` includes its day when it names one."""
    until = word(arguments, "until")
    end = moment(until)
    if end is not None and len(until) == 10 and end.year < 9999:
        end += timedelta(days=1)
    class_ = word(arguments, "class")
    told = word(arguments, "notice")
    return Wanted(
        source=word(arguments, "outlet"),
        class_=ChangeClass(class_) if class_ in set(ChangeClass) else None,
        min_score=number(arguments, "score", 100) or 0,
        tag=word(arguments, "tag"),
        told=told if told in set(Notice) else "",
        text=word(arguments, "text"),
        since=moment(word(arguments, "since")),
        until=end,
        noise=word(arguments, "noise") == "1",
    )


def misread(arguments: Any, *names: str) -> list[Misread]:
    """Which of these values of the address were not understood, in the order asked for."""
    checks: dict[str, tuple[Callable[[str], object], str]] = {
        "class": (lambda v: v in set(ChangeClass), ", ".join(ChangeClass)),
        "notice": (lambda v: v in set(Notice), ", ".join(Notice)),
        "score": (lambda _: number(arguments, "score") is not None, "a whole number from 0 to 100"),
        "since": (moment, _MOMENT),
        "until": (moment, _MOMENT),
        "at": (moment, _MOMENT),
        "noise": (lambda v: v in ("0", "1"), "1, to show it"),
        "version": (lambda _: number(arguments, "version") is not None, "the number of a version"),
        "before": (lambda _: cursor(arguments), "what a link to older edits carries"),
    }
    values = {name: word(arguments, name) for name in names}
    return [
        Misread(clean(f"{name}={value[:_SHOWN]}"), checks[name][1])
        for name, value in values.items()
        if value and not checks[name][0](value)
    ]


def parameters(arguments: Any) -> dict[str, str]:
    """The same filter as it stands in an address: only what was understood, so that links carry it on."""
    read = wanted(arguments)
    kept = {
        "outlet": read.source,
        "class": read.class_.value if read.class_ else "",
        "score": str(read.min_score or ""),
        "tag": read.tag,
        "notice": read.told,
        "text": read.text,
        "since": word(arguments, "since") if read.since else "",
        "until": word(arguments, "until") if read.until else "",
        "noise": "1" if read.noise else "",
    }
    return {name: clean(value) for name, value in kept.items() if value}


def cursor(arguments: Any) -> Cursor | None:
    """Where the page before ended: `2026-11-23T10:20:00Z,17`."""
    at, _, identity = word(arguments, "before").partition(",")
    read = moment(at)
    if read is None or not (identity.isascii() and identity.isdigit() and len(identity) < 17):
        return None
    return (at, int(identity))


def written(place: Cursor) -> str:
    """A cursor as it stands in an address."""
    return f"{place[0]},{place[1]}"
