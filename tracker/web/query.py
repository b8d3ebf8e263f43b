"""What a reader asked for, read from the address. Nothing in an address can make a page fail: what cannot be read is
left out, and the page shows what it understood, names what it did not, and what is nearest to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from tracker.config.filter_words import WORDS, read_filter, read_word
from tracker.discovery.tracking import is_tracking
from tracker.model import ChangeClass, ChangeFilter, Notice
from tracker.model.filters import literal
from tracker.render import clean
from tracker.store.history.change_query import Cursor

_LONGEST, _SHOWN, _MOST_NAMED, _MOST_VALUES = 200, 60, 5, 8


@dataclass(frozen=True, slots=True)
class Misread:
    """A part of the address that was left out: `class=silly`, harmless, with what could have stood there.

    `meant` is the nearest that is known, and `instead` the query string with it; both are empty when none is near.
    """

    asked: str
    known: str
    meant: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What may stand behind a name of an address: `fits` says whether a value does, `known` what would."""

    fits: Callable[[str], object]
    known: str = ""
    among: tuple[str, ...] = ()


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


def words(arguments: Any, name: str) -> tuple[str, ...]:
    """All values of a name, trimmed and cut, each once, at most `_MOST_VALUES`; empty ones left out."""
    values = (str(value or "").strip()[:_LONGEST] for value in arguments.getlist(name))
    return tuple(dict.fromkeys(value for value in values if value))[:_MOST_VALUES]


def wanted(arguments: Any) -> ChangeFilter:
    """The filter of the log. What was not understood is left out of it."""
    said: dict[str, list[str]] = {}
    for name in dict.fromkeys(arguments):
        if name in _FILTERS and (values := words(arguments, name)):
            meant = map(literal, values) if name == "text" else values
            said.setdefault(_WORDS_OF.get(name, name), []).extend(meant)
    return read_filter(said, datetime.now(UTC))[0]


def misread(arguments: Any, page: str) -> list[Misread]:
    """What of the address a page did not understand: names it does not know, values that are none of its."""
    names = PAGES[page]
    found: list[Misread] = []
    for name in dict.fromkeys(arguments):
        value = word(arguments, name)
        if name not in names and not is_tracking(name):
            found.append(unknown(arguments, name, name, names, renamed=True))
        elif name in names and value and not names[name].fits(value):
            found.append(unknown(arguments, name, value, names[name].among, known=names[name].known))
    return found[:_MOST_NAMED]


def unknown(
    arguments: Any, name: str, said: str, among: Iterable[str], *, known: str = "", renamed: bool = False
) -> Misread:
    """A value of this name, or with `renamed` the name itself, that is none of those `among` it should be."""
    near = get_close_matches(said[:_SHOWN].lower(), tuple(among), n=1, cutoff=0.6)
    value = word(arguments, name)
    better = (near[0], value) if near and renamed else (name, near[0]) if near else ("", "")
    rest = {n: word(arguments, n) for n in dict.fromkeys(arguments) if n != name}
    return Misread(
        asked=clean(f"{name[:_SHOWN]}={value[:_SHOWN]}"),
        known=known or ", ".join(among),
        meant=clean(f"{better[0]}={better[1][:_SHOWN]}") if near else "",
        instead="?" + urlencode({**{n: v for n, v in rest.items() if v}, better[0]: better[1]}) if near else "",
    )


def parameters(arguments: Any) -> dict[str, tuple[str, ...]]:
    """The same filter as it stands in an address: only what was understood, so that links carry it on."""
    now = datetime.now(UTC)
    kept = {}
    for name, value in _FILTERS.items():
        understood = tuple(clean(one) for one in words(arguments, name) if value.fits(one))
        said = understood if WORDS[_WORDS_OF.get(name, name)].repeats else understood[-1:]
        wanted_, _ = read_filter({_WORDS_OF.get(name, name): said}, now)
        if not wanted_.empty:
            kept[name] = said
    return kept


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


def _one_of(*values: str) -> Value:
    return Value(values.__contains__, ", ".join(values), values)


_ANY = Value(bool)
_NUMBER = Value(lambda v: number({"": v}, "") is not None, "a whole number")
_MOMENT = Value(moment, "a day such as 2026-11-23, or a moment such as 2026-11-23T10:30, in UTC")
_SWITCH = _one_of("1", "0")
_WORDS_OF = {"outlet": "source", "text": "grep"}
"""What the words of the filter are called in our addresses, where that is another name."""
_SAME_NAME = ("since", "until", "score", "field", "same-edit", "told", "grep", "added", "removed")


def _fits(name: str) -> Callable[[str], object]:
    """Whether a value means something behind a word of the filter."""

    def fits(value: str) -> bool:
        try:
            read_word(name, [value], datetime.now(UTC))
        except ValueError:
            return False
        return True

    return fits


_FILTERS = {
    "outlet": _ANY,
    "class": _one_of(*ChangeClass),
    "notice": _one_of(*Notice),
    "tag": _ANY,
    "text": _ANY,
    **{name: Value(_fits(name), WORDS[name].known, WORDS[name].among) for name in _SAME_NAME},
    "noise": Value(_SWITCH.fits, "1, to show it"),
}
_VERSION = Value(_NUMBER.fits, "the number of a version")
_OF_THE_TEXT = {"version": _VERSION, "at": _MOMENT, "view": _one_of("text", "blame"), "removed": _SWITCH}
PAGES: Mapping[str, Mapping[str, Value]] = {
    "latest": _FILTERS | {"before": Value(lambda v: cursor({"before": v}), "what a link to older edits carries")},
    "feed": _FILTERS,
    "article": _OF_THE_TEXT | {"part": _NUMBER},
    "change": {"view": _one_of("inline", "side"), "part": _NUMBER, "kept": _SWITCH},
    "evidence": {},
    "capture": {"article": _NUMBER, "from": _NUMBER},
    "outlets": {},
    "outlet": {"days": _one_of("7", "30", "90")},
    "search": {"q": _ANY, "removed": _SWITCH, "before": _NUMBER},
    "find": {"url": _ANY},
    "now": {},
    "problem": {},
}
"""What each page understands in its address. Any outlet, tag and text is looked for as it is."""
