"""Lines that only tell when a page was published or changed: "Last updated 3 May 2026, 10:05", "5 minutes ago"."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

import re2
import regex

from tracker.language.words import either, options, plain, whole
from tracker.model.plain import JsonObject

_DIGIT = regex.compile(r"\p{Nd}")
_DATED = regex.compile(r"\p{N}++\s*\p{L}{3,}\.?|\p{L}{3,9}\.?\s*\p{N}++")
_WORD = regex.compile(r"\p{L}{2,}+")
_SHORTEST, _LONGEST = 4, 160
_NAMES = 4
"""Words besides labels, dates and small words that a stamp may hold: a byline often stands in it."""


@lru_cache(maxsize=4096)
def is_stamp(text: str) -> bool:
    """True for a line that only says when the page was published or changed."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return False
    if _screen().search(plain(text)) is None:
        return False
    folded = _folded(text)
    line = folded.lower()
    relative = ages(line)
    if not relative and not (_DIGIT.search(line) and _stamp_word().search(line) and _moment().search(line)):
        return False
    rest = _filler().sub(" ", _stamp_word().sub(" ", _relative().sub(" ", folded)))
    left = _WORD.findall(_DATED.sub(" ", rest))
    if relative and not _stamp_word().search(line):
        return not left
    # Names may stand in such a line; a word in lower case is part of a sentence.
    return len(left) <= _NAMES and not any(word[0].islower() for word in left if word not in _itself())


def ages(text: str) -> bool:
    """True for a line that speaks of "5 minutes ago": it ages by itself, and says nothing about an edit."""
    line = plain(text) if not text.isascii() else text.lower()
    return any(stem in line for stem in _relative_stems()) and _relative().search(line) is not None


def _folded(text: str) -> str:
    # as `plain`, but in its own case: a name is told from a word by its capital
    return text if text.isascii() else "".join(_cased(c) for c in text)


def _cased(letter: str) -> str:
    made = plain(letter)
    return made.upper() if letter.isupper() and len(made) == 1 else made


@cache
def _data() -> JsonObject:
    return tomllib.loads(files("tracker.language").joinpath("data", "stamps.toml").read_text(encoding="utf-8"))


def _alternatives(words: str) -> str:
    found = sorted((plain(word.replace("-", " ")) for word in words.split()), key=len, reverse=True)
    return "|".join(regex.escape(word).replace(r"\ ", r"[\s-]+").replace(" ", r"[\s-]+") for word in found)


@cache
def _stamp_word() -> regex.Pattern[str]:
    words = _data()
    return regex.compile(
        rf"\b(?:{_alternatives(words['word'])})\b|(?:{_alternatives(words['word_cjk'])})", regex.IGNORECASE
    )


@cache
def _moment() -> regex.Pattern[str]:
    return regex.compile("|".join(_data()["moment"]), regex.IGNORECASE)


@cache
def _relative() -> regex.Pattern[str]:
    return regex.compile("|".join(plain(p) if p.islower() else p for p in _data()["relative"]), regex.IGNORECASE)


@cache
def _relative_stems() -> tuple[str, ...]:
    return tuple(plain(stem.replace("-", " ")) for stem in _data()["hint"].split())


@cache
def _screen() -> re2.Pattern[str]:
    """A word for publishing or changing, or one that a relative time is said with: every stamp has one of them."""
    words = either(_data()["word"].replace("-", "_").split())
    inside = map(re2.escape, (*_data()["word_cjk"].split(), *_relative_stems()))
    return re2.compile("|".join((whole(words), *inside)), options())


@cache
def _itself() -> frozenset[str]:
    return frozenset(plain(word) for word in _data()["itself"].split())


@cache
def _filler() -> regex.Pattern[str]:
    words = _data()["filler"] + " " + _data()["calendar"]
    return regex.compile(rf"(?<![\p{{L}}])(?:{_alternatives(words)})(?![\p{{L}}])", regex.IGNORECASE)
