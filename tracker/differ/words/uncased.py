"""Names in scripts without capital letters: known places, and what stands before a title or a place's ending."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex

from tracker.differ.tables import base_language, table, word_list

LANGUAGES = frozenset(("ar", "he", "fa", "hi", "zh", "ja", "ko"))
"""Languages written without capital letters whose names we know something of."""

UNPOINTED = frozenset(("ar", "he", "fa"))
"""Languages written without vowels, where one letter makes another name: سعيد, سعود."""

_NAME = regex.compile(r"[\p{Han}\p{Katakana}\p{Hangul}・ー]{1,8}")
_PREFIXES = {"ar": ("و", "ب", "ل", "ف", "ك", "وب", "ول"), "he": ("ב", "ל", "מ", "ה", "ו", "ש", "וב")}
_PARTICLE = 3
"""Syllables of the longest Korean particle that is written with a place: 부산에서는."""


def are_names(old: Sequence[str], new: Sequence[str], right: str, language: str) -> bool:
    """True when both sides of an edit, before the text `right`, are somebody's or some place's name."""
    base = base_language(language)
    if base not in LANGUAGES or not old or not new:
        return False
    sides = ("".join(old), "".join(new))
    if all(map(_NAME.fullmatch, sides)) and (
        _followed_by(right, word_list("honorific", base)) or _followed_by(right, _suffixes(base))
    ):
        return True
    return all(_is_place(side, base) for side in sides)


def _followed_by(right: str, endings: frozenset[str]) -> bool:
    return right.lstrip().startswith(tuple(endings)) if endings else False


def _is_place(text: str, language: str) -> bool:
    places = _places(language)
    if text in places:
        return True
    if language == "ko":
        return any(text[:-size] in places for size in range(1, _PARTICLE + 1))
    return any(text.startswith(prefix) and text[len(prefix) :] in places for prefix in _PREFIXES.get(language, ()))


@cache
def _places(language: str) -> frozenset[str]:
    return frozenset(table("places")["place"].get(language, "").split())


@cache
def _suffixes(language: str) -> frozenset[str]:
    return frozenset(table("places")["place_suffix"].get(language, "").split())
