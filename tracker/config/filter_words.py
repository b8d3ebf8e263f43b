"""The words of the one filter, as they stand on the command line, in addresses, feeds and sources.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from tracker.config.moments import EXAMPLES, read_moment
from tracker.model import ChangeClass, ChangeFilter, Notice, Told
from tracker.model.filters import FIELDS, LONGEST, finder

MOST_SCORE = 100


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the filter: which part of it the word sets, what may stand behind it, and whether it repeats."""

    sets: str
    known: str = ""
    among: tuple[str, ...] = ()
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A word whose value was not understood: `reason` reads on from "score: nine …"."""

    word: str
    value: str
    reason: str


def _one_of(sets: str, *values: str) -> Word:
    among = tuple(map(str, values))
    return Word(sets, ", ".join(among), among)


_SWITCH = ("1", "0")
WORDS: Mapping[str, Word] = {
    "source": Word("sources", repeats=True),
    "class": _one_of("class_", *ChangeClass),
    "score": Word("min_score", f"a whole number from 0 to {MOST_SCORE}"),
    "tag": Word("tags", repeats=True),
    "same-edit": Word("same_edit", "1 or 0", _SWITCH),
    "field": _one_of("field", *FIELDS),
    "notice": _one_of("notice", *Notice),
    "told": _one_of("told", *Told),
    "grep": Word("grep", "a pattern of RE2"),
    "added": Word("added", "a pattern of RE2"),
    "removed": Word("removed", "a pattern of RE2"),
    "voice": Word("voice", "words of a speaker's name"),
    "since": Word("since", EXAMPLES),
    "until": Word("until", EXAMPLES),
    "noise": Word("noise", "1 or 0", _SWITCH),
}
"""Every word. `since` includes its moment; `until` does not, but a day that it names is included whole. That no notice
was seen (`notice` none) is what `told` silent says."""


def read_filter(
    said: Mapping[str, Sequence[str]], now: datetime, *, zone: tzinfo = UTC
) -> tuple[ChangeFilter, tuple[Unread, ...]]:
    """The filter that words and their values mean, and those that mean nothing, which are left out of it.

    `said` gives each word its values in order; of a word that does not repeat the last one counts. Days are those of
    `zone`. Words that are none of the filter's are passed over.
    """
    wanted, unread = ChangeFilter(), []
    for name, values in said.items():
        if name not in WORDS or not values:
            continue
        word = WORDS[name]
        try:
            value = read_word(name, values, now, zone=zone)
            if value is Notice.NONE:
                wanted = replace(wanted, told=Told.SILENT)
            else:
                wanted = replace(wanted, **{word.sets: value})
        except ValueError as error:
            unread.append(Unread(name, values[-1], str(error)))
    return wanted, tuple(unread)


def read_word(name: str, values: Sequence[str], now: datetime, *, zone: tzinfo = UTC) -> Any:
    """What a word's values mean, as the filter keeps it. Raises ValueError saying what may stand there."""
    word = WORDS[name]
    if word.repeats:
        return tuple(dict.fromkeys(value for value in values if value))
    return _READERS[word.sets](values[-1], now, zone)


def written(wanted: ChangeFilter) -> Iterator[tuple[str, str]]:
    """The words that mean this filter, each with a value, in the order of `WORDS`; moments in UTC."""
    empty = ChangeFilter()
    for name, word in WORDS.items():
        value = getattr(wanted, word.sets)
        if value == getattr(empty, word.sets):
            continue
        for one in value if word.repeats else (value,):
            if isinstance(one, datetime):
                yield name, f"{one.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            else:
                yield name, "1" if one is True else str(one)


def _choice(kind: Callable[[str], Any], among: Sequence[str]) -> Callable[[str, datetime, tzinfo], Any]:
    def read(value: str, _: datetime, __: tzinfo) -> Any:
        if value not in among:
            raise ValueError(f"is none of {', '.join(among)}")
        return kind(value)

    return read


def _score(value: str, _: datetime, __: tzinfo) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 17):
        raise ValueError(f"is not a whole number from 0 to {MOST_SCORE}")
    return min(int(value), MOST_SCORE)


def _pattern(value: str, _: datetime, __: tzinfo) -> str:
    if len(value) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    finder(value)
    return value


def _text(value: str, _: datetime, __: tzinfo) -> str:
    if len(value) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    return value


_READERS: Mapping[str, Callable[[str, datetime, tzinfo], Any]] = {
    "class_": _choice(ChangeClass, list(ChangeClass)),
    "min_score": _score,
    "same_edit": _choice("1".__eq__, _SWITCH),
    "field": _choice(str, FIELDS),
    "notice": _choice(Notice, list(Notice)),
    "told": _choice(Told, list(Told)),
    "grep": _pattern,
    "added": _pattern,
    "removed": _pattern,
    "voice": _text,
    "since": lambda value, now, zone: read_moment(value, now, zone=zone),
    "until": lambda value, now, zone: read_moment(value, now, zone=zone, end=True),
    "noise": _choice("1".__eq__, _SWITCH),
}
