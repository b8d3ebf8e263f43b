"""Two forms of one word, or two words? Typing errors, inflections, abbreviations, in many languages."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache

import regex
from rapidfuzz.distance import DamerauLevenshtein

from tracker.differ.folding import unaccented
from tracker.differ.tables import base_language, table, word_list
from tracker.differ.tokens import letters
from tracker.differ.words.dictionary import two_words
from tracker.differ.words.opposites import opposite


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
    ANOTHER = "another"
    """Spelled nearly alike, but two words of the dictionary: moral, mortal."""
    LETTERS = "letters"
    """A letter or two differ, and both may be words."""


_STEM = 5
"""Letters that two words of one stem begin with."""

_HANGUL = regex.compile(r"\p{Hangul}")

_VOWELS = frozenset("aeiouyäöüåæøœáéíóúàèìòùâêîôûëïãõаеёиоуыэюя")


@cache
def _endings(kind: str) -> frozenset[str]:
    return frozenset(["", *table("forms")[kind].split()])


@cache
def _spellings() -> frozenset[tuple[str, str]]:
    """The endings of one word in British and American spelling, both ways round."""
    pairs = [
        (british, american) for british, _, american in (p.partition("=") for p in table("forms")["spelling"].split())
    ]
    return frozenset(pairs + [(american, british) for british, american in pairs])


def _spelt(a: str, b: str) -> bool:
    """True when two words have such endings on the same stem of three letters and more."""
    return any((a[size:], b[size:]) in _spellings() for size in range(3, _common_prefix(a, b) + 1))


@cache
def _real() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair.split("/")) for pair in table("forms")["real"].split())


@lru_cache(maxsize=16384)
def relation(old: str, new: str, language: str = "") -> Form | None:
    """How one word relates to another, or None when they are different words.

    The language's dictionary has the last word: what it holds under two entries is no slip of the other.
    """
    if old == new:
        return Form.SAME
    a, b = old.casefold(), new.casefold()
    if a == b:
        return Form.CASE
    plain_a, plain_b = unaccented(a), unaccented(b)
    real = _are_real(a, b)
    if plain_a == plain_b:
        return Form.LETTERS if real else Form.DIACRITICS
    if any(c.isdigit() for c in a + b) or opposite(a, b, language):
        return None
    if real:
        return Form.LETTERS
    if _spelt(a, b):
        return Form.SPELLING
    return _checked(_by_spelling(a, b), a, b, language)


def _by_spelling(a: str, b: str) -> Form | None:
    """What the letters of two words say about them."""
    stem = _common_prefix(a, b)
    if stem >= 3 and a[stem:] in _endings("inflection") and b[stem:] in _endings("inflection"):
        return Form.INFLECTION
    if stem >= 3 and a[stem:] in _endings("verb") and b[stem:] in _endings("verb"):
        return Form.VERB_FORM
    return _misspelt(unaccented(a), unaccented(b))


def _checked(form: Form | None, a: str, b: str, language: str) -> Form | None:
    """The form, corrected by what the dictionary knows of both words."""
    if form is None or not language or _bare_plural(a, b) or not two_words(a, b, language):
        return form
    stem = _common_prefix(a, b)
    endings = _language_endings("participle", language)
    if stem >= 3 and a[stem:] in endings and b[stem:] in endings:
        return Form.VERB_FORM if form is Form.VERB_FORM else Form.INFLECTION
    if _derived(a, b, language):
        return Form.LETTERS
    return Form.ANOTHER


def _bare_plural(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return long in (short + "s", short + "es", short + "n", short + "en")


def same_word(a: str, b: str, language: str) -> bool:
    """True when two words that are no forms of one may still be one: of one stem, or written in two scripts."""
    if _HANGUL.match(a) and _HANGUL.match(b):
        return 2 * sum((Counter(a) & Counter(b)).values()) > max(len(a), len(b))  # 버젼을, 버전을
    return _script(a) != _script(b) or _derived(a, b, language)


def _script(word: str) -> str:
    return unicodedata.name(word[0], "").partition(" ")[0]


def _derived(a: str, b: str, language: str) -> bool:
    """Economic and economical: one stem, and no ending that makes another person of it (accused, accuser)."""
    stem = _common_prefix(a, b)
    if stem < max(_STEM, 0.6 * min(len(a), len(b))):
        return False
    person = _language_endings("person", language)
    return not any(a.endswith(ending) != b.endswith(ending) for ending in person)


@cache
def _language_endings(kind: str, language: str) -> frozenset[str]:
    return frozenset(table("forms")[kind].get(base_language(language), "").split())


def says_how(word: str, language: str) -> bool:
    """True for an adverb made of an adjective, known by its ending: quickly, finalement, subitamente."""
    return any(len(word) > len(end) + 3 and word.endswith(end) for end in _language_endings("adverb", language))


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


def _are_real(a: str, b: str) -> bool:
    """Two words of the list of near neighbours, in the singular or with the same ending."""
    return any(
        frozenset((a.removesuffix(end), b.removesuffix(end))) in _real()
        for end in ("", "s", "es", "n", "en")
        if a.endswith(end) and b.endswith(end)
    )


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
