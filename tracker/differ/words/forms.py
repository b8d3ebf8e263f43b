"""Two forms of one word, or two words? Typing errors, inflections, abbreviations, in many languages."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache

import regex
from rapidfuzz.distance import DamerauLevenshtein

from tracker.differ.folding import unaccented
from tracker.differ.tables import table, word_list
from tracker.differ.tokens import letters


class Form(StrEnum):
    """How two words relate, nearest first."""

    SAME = "same"
    CASE = "case"
    DIACRITICS = "diacritics"
    SPELLING = "spelling"
    """One word in British and American spelling."""
    TYPO = "typo"
    INFLECTION = "inflection"
    VERB_FORM = "verb-form"
    LETTERS = "letters"
    """A letter or two differ, and both may be words."""


_HEAD = 4
"""Letters that two compounds share at their end to differ in what stands before: Nordkorea, Südkorea."""

_VOWELS = frozenset("aeiouyäöüåæøœáéíóúàèìòùâêîôûëïãõаеёиоуыэюя")


@cache
def _endings(kind: str) -> frozenset[str]:
    return frozenset(["", *table("forms")[kind].split()])


@cache
def _prefixes(kind: str) -> tuple[tuple[str, int], ...]:
    pairs = (entry.split("=") for entry in table("forms")[kind].split())
    return tuple((prefix, int(shortest)) for prefix, shortest in pairs)


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    pairs = (pair.partition("=") for pair in table("forms")["spelling"].split())
    return tuple((british, american) for british, _, american in pairs)


def _spelt(a: str, b: str, british: str, american: str) -> bool:
    """True when one word has the first ending and the other the second, on the same stem of three letters and more."""
    return a.endswith(british) and len(a) >= len(british) + 3 and a[: -len(british)] + american == b


@cache
def _opposites() -> dict[str, set[tuple[int, int]]]:
    """For each word the groups it stands in, and the meaning it has there."""
    places: dict[str, set[tuple[int, int]]] = {}
    for number, group in enumerate(table("forms")["opposite"]):
        for meaning, forms in enumerate(group.split()):
            for form in forms.split(","):
                places.setdefault(form, set()).add((number, meaning))
    return places


@cache
def _real() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair.split("/")) for pair in table("forms")["real"].split())


@lru_cache(maxsize=8192)
def relation(old: str, new: str) -> Form | None:
    """How one word relates to another, or None when they are different words."""
    if old == new:
        return Form.SAME
    a, b = old.casefold(), new.casefold()
    if a == b:
        return Form.CASE
    plain_a, plain_b = unaccented(a), unaccented(b)
    real = _are_real(a, b)
    if plain_a == plain_b:
        return Form.LETTERS if real else Form.DIACRITICS
    if opposite(a, b) or any(c.isdigit() for c in a + b):
        return None
    if real:
        return Form.LETTERS
    stem = _common_prefix(a, b)
    if any(_spelt(a, b, *pair) or _spelt(b, a, *pair) for pair in _spellings()):
        return Form.SPELLING
    if stem >= 3 and a[stem:] in _endings("inflection") and b[stem:] in _endings("inflection"):
        return Form.INFLECTION
    if stem >= 3 and a[stem:] in _endings("verb") and b[stem:] in _endings("verb"):
        return Form.VERB_FORM
    return _misspelt(plain_a, plain_b)


@lru_cache(maxsize=8192)
def opposite(old: str, new: str) -> bool:
    """True when one word in the other's place says something else: rise and fall, legal and illegal."""
    a, b = old.casefold(), new.casefold()
    if a == b:
        return False
    if turned(a, b) or _prefixed(a, b, "altering"):
        return True
    return _exclude(a, b) or any(_exclude(a[:-k], b[:-k]) for k in range(_common_suffix(a, b), _HEAD - 1, -1))


def _exclude(a: str, b: str) -> bool:
    """True when two words of one group of opposites have different meanings in it."""
    here, there = dict(_opposites().get(a, ())), dict(_opposites().get(b, ()))
    return any(here[group] != there[group] for group in here.keys() & there.keys())


def abbreviates(long: Sequence[str], short: Sequence[str], language: str = "") -> bool:
    """True when the short side is the initials of the long one: European Union, EU."""
    written = letters("".join(short)).casefold()
    if len(written) < 2 or len(long) < 2 or len(short) > 2:
        return False
    function = word_list("function", language)
    first = "".join(word[0] for word in long).casefold()
    content = "".join(word[0] for word in long if word.casefold() not in function).casefold()
    return written in (first, content)


def _misspelt(a: str, b: str) -> Form | None:
    """A slip of the fingers, or two words that happen to be near?"""
    longest = max(len(a), len(b))
    if abs(len(a) - len(b)) > 3:
        return None
    distance = DamerauLevenshtein.distance(a, b, score_cutoff=3)
    if not (
        (longest >= 4 and distance == 1)
        or (longest >= 6 and distance == 2)
        or (longest >= 10 and distance == 3)
        or (longest >= 3 and sorted(a) == sorted(b) and distance == 1)
    ):
        return None
    if distance == 1 and len(a) == len(b) and sorted(a) != sorted(b):
        # One letter for another: a vowel slips in a long word; a consonant usually makes another word.
        place = next(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)
        vowels = a[place] in _VOWELS and b[place] in _VOWELS
        if place == 0 or longest < 6 or not (vowels or longest >= 8):
            return Form.LETTERS
    if distance >= 2 and (a[0] != b[0] or longest < 7):
        return Form.LETTERS
    if distance == 1 and longest < 5 and sorted(a) != sorted(b):
        return Form.LETTERS
    return Form.TYPO


def turned(a: str, b: str) -> bool:
    """One word is the other with a prefix that turns it round: legal, illegal."""
    return _prefixed(a, b, "turning")


def _prefixed(a: str, b: str, kind: str) -> bool:
    short, long = sorted((a, b), key=len)
    if not long.endswith(short):
        return False
    return any(len(short) >= least and long == prefix + short for prefix, least in _prefixes(kind))


def _are_real(a: str, b: str) -> bool:
    """Two words of the list of near neighbours, in the singular or with the same ending."""
    return any(
        frozenset((a.removesuffix(end), b.removesuffix(end))) in _real()
        for end in ("", "s", "es", "n", "en")
        if a.endswith(end) and b.endswith(end)
    )


def _common_suffix(a: str, b: str) -> int:
    return _common_prefix(a[::-1], b[::-1])


def _common_prefix(a: str, b: str) -> int:
    for i, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return i
    return min(len(a), len(b))


_UPPER = regex.compile(r"\p{Lu}")
_ACRONYM = regex.compile(r"\p{Lu}[\p{Lu}\p{N}.&-]+")


def is_capitalised(word: str) -> bool:
    """True when a word begins with a capital letter."""
    return bool(_UPPER.match(word))


def is_acronym(word: str) -> bool:
    """True for words in capitals of two letters and more."""
    return bool(_ACRONYM.fullmatch(word))
