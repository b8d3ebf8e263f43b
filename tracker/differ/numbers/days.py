"""Days told from the day on which an article was published: "last Tuesday", "yesterday" and the date of either.

Without that day nothing is said: a day of the week is then no date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

import regex

from tracker.differ.numbers.moments import CLOSE, OPEN, canonical, numbered
from tracker.differ.tables import base_language, table, word_list

_DATE = regex.compile(rf"{OPEN}d(\d*)-(\d\d)-(\d\d){CLOSE}")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'-]*")
_SHORT = 3
"""Letters of a name that is a common word as well (mo, so, mar)."""
_TODAY, _MONDAY = 3, 1
"""Their places in the tables of near days and of weekdays."""
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Hangul}]")
_WEEK = 7
_ENDINGS = ("de", "da", "en", "no", "sv")
"""Languages in which a day of the week may have an ending: tisdagen, Tuesdays."""


def same_day(old: str, new: str, language: str, published: date) -> bool:
    """True when two texts name one day, told otherwise, and say nothing else that differs."""
    before, after = _read(old, language, published), _read(new, language, published)
    return bool(before[0] & after[0]) and before[1] == after[1]


def _read(text: str, language: str, published: date) -> tuple[frozenset[date], list[str]]:
    """The days that a text may mean, and the content words beside them."""
    language = base_language(language)
    found: list[frozenset[date]] = []
    rest = canonical(text, language)

    def take(days: frozenset[date]) -> str:
        found.append(days)
        return " "

    rest = _DATE.sub(lambda match: take(_written(match, published)), rest)
    if near := _near_days(language):
        pattern, offsets = near
        rest = pattern.sub(
            lambda match: take(frozenset([published + timedelta(days=offsets[match.group().casefold()])])), rest
        )
    if weekdays := _weekdays(language):
        pattern, numbers = weekdays
        rest = pattern.sub(lambda match: take(frozenset(_named(match, numbers, language, published))), rest)
    function = word_list("function", language)
    words = [word.casefold() for word in _WORD.findall(rest) if word.casefold() not in function]
    days = frozenset.intersection(*found) if found else frozenset()
    return days, words


def _written(match: regex.Match[str], published: date) -> frozenset[date]:
    """The day of a written date; without a year, the one nearest to the publication."""
    year, month, day = match.groups()
    days = []
    for candidate in [int(year)] if year else range(published.year - 1, published.year + 2):
        try:
            days.append(date(candidate, int(month), int(day)))
        except ValueError:
            continue
    return frozenset(sorted(days, key=lambda found: abs(found - published))[:1])


def _named(match: regex.Match[str], numbers: dict[str, int], language: str, published: date) -> Iterator[date]:
    """The days of a weekday's name: the last one, the next one, or either where nothing says which."""
    number = numbers[match["day"].casefold()]
    beside = {word.casefold() for word in (match["before"], match["after"]) if word}
    past, coming = _beside("past_day", language), _beside("coming_day", language)
    ahead = (number - published.weekday()) % _WEEK
    last = published - timedelta(days=(_WEEK - ahead) if ahead or beside & past else 0)
    following = published + timedelta(days=ahead or (_WEEK if beside & coming else 0))
    if not beside & coming:
        yield last
    if not beside & past:
        yield following


@cache
def _near_days(language: str) -> tuple[regex.Pattern[str], dict[str, int]] | None:
    offsets = {name: place - _TODAY for name, place in numbered("near_day", language).items() if name != "-"}
    unspaced = _is_unspaced(offsets)
    pattern = rf"{_start(unspaced)}(?:{_alternatives(offsets)}){_end(unspaced)}"
    return (regex.compile(pattern, regex.IGNORECASE), offsets) if offsets else None


@cache
def _weekdays(language: str) -> tuple[regex.Pattern[str], dict[str, int]] | None:
    names = {
        name: place - _MONDAY
        for name, place in numbered("weekday", language).items()
        if len(name) > _SHORT or _UNSPACED.match(name)
    }
    if not names:
        return None
    either = _alternatives(_beside("past_day", language) | _beside("coming_day", language))
    unspaced = _is_unspaced(names)
    ending = r"(?:en|s)?" if language in _ENDINGS else ""
    pattern = (
        rf"(?:{_start(unspaced)}(?P<before>{either})\s{'?' if unspaced else ''})?"
        rf"{_start(unspaced)}(?P<day>{_alternatives(names)}){ending}{_end(unspaced)}"
        rf"(?:\s(?P<after>{either})(?!\p{{L}}))?"
    )
    return regex.compile(pattern, regex.IGNORECASE), names


def _alternatives(names: Iterable[str]) -> str:
    """A pattern for any of these names, the longest first."""
    return "|".join(regex.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))) or "(?!)"


def _is_unspaced(names: Iterable[str]) -> bool:
    return any(_UNSPACED.match(name) for name in names)


def _start(unspaced: bool) -> str:
    return "" if unspaced else r"(?<!\p{L})"


def _end(unspaced: bool) -> str:
    return "" if unspaced else r"(?!\p{L})"


@cache
def _beside(kind: str, language: str) -> frozenset[str]:
    return frozenset(table("moments")[kind].get(language, "").split())
