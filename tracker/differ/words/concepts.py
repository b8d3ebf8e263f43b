"""The words of an edit that turn, hedge, date or attribute a statement, by what they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

import regex

from tracker.differ.folding import fold
from tracker.differ.tables import base_language, concepts, same_hedges, table, word_list
from tracker.differ.words.forms import is_capitalised

Hits = dict[str, Counter[str]]
"""By concept (negation, hedge, date, attribution), how often each word of it stands in a text."""

_HOMOGRAPHS = frozenset(("may", "march", "mar", "sun", "sat", "mon", "wed", "dec", "second"))
_ALSO_VERBS = frozenset(("may", "march"))
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")


def word_hits(side: Sequence[str], language: str) -> Hits:
    """What the single words of a side do."""
    known = concepts(language)
    english = language in ("en", "")
    negated = _negations().get(base_language(language))
    found: Hits = {}
    for word in side:
        lower = word.replace("’", "'").casefold().removesuffix("'s")
        if english and lower.endswith(("n't", "cannot")):
            lower = "not"  # "did not" and "didn't" say the same
        if (does := known.get(lower)) and not _is_phrase(lower):
            for concept in does:
                if not _homograph(word, concept, language):
                    name = same_hedges().get(lower, lower) if concept == "hedge" else lower
                    found.setdefault(concept, Counter())[name] += 1
        if negated is not None and negated.fullmatch(lower):  # etmedi, nechce, 않았다
            found.setdefault("negation", Counter())["not"] += 1
    return found


def phrase_hits(text: str, language: str) -> Hits:
    """What its phrases do: "at least", "so-called", and every word of scripts that set no spaces."""
    pattern, names = _phrases(language)
    found: Hits = {}
    if pattern is not None:
        for match in pattern.finditer(fold(text)):
            phrase = match.group().casefold().replace("-", " ")
            for concept in names.get(phrase, ()):
                found.setdefault(concept, Counter())[phrase] += 1
    return found


def same_day(lost: Hits, gained: Hits, old: Sequence[str], new: Sequence[str]) -> bool:
    """Jan and January, Mon and Monday, also where only the long word is in the list."""
    before, after = lost.get("date", Counter[str]()), gained.get("date", Counter[str]())
    if before.total() > 1 or after.total() > 1 or not (before or after):
        return False
    days = (
        [*before, *after] if before and after else [*before, *after, *_shortened(before, new), *_shortened(after, old)]
    )
    return len(days) == 2 and (days[0].startswith(days[1]) or days[1].startswith(days[0]))


def _shortened(days: Counter[str], side: Sequence[str]) -> list[str]:
    words = [word.casefold().rstrip(".") for word in side]
    return [word for day in days for word in words if len(word) >= 3 and word != day and day.startswith(word)]


def without_connectives(side: list[str], language: str) -> list[str]:
    """A side without "sin embargo" and its like, which negate nothing."""
    lower = [word.casefold() for word in side]
    for first, rest in _connectives(language):
        if first not in lower:
            continue
        for place in range(len(lower) - len(rest)):
            if lower[place] == first and lower[place + 1 : place + 1 + len(rest)] == rest:
                return without_connectives(side[:place] + side[place + 1 + len(rest) :], language)
    return side


@cache
def _connectives(language: str) -> tuple[tuple[str, list[str]], ...]:
    """The first word of each connective and those after it."""
    split = (phrase.split("-") for phrase in sorted(word_list("connective", language)))
    return tuple((first, rest) for first, *rest in split)


@cache
def _phrases(language: str) -> tuple[regex.Pattern[str] | None, Mapping[str, tuple[str, ...]]]:
    """One pattern for all phrases of a language, and what each does."""
    names = {
        fold(word.replace("-", " ")).casefold(): found for word, found in concepts(language).items() if _is_phrase(word)
    }
    if not names:
        return None, names
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return regex.compile("|".join(map(_spelled, ordered)), regex.IGNORECASE), names


def _spelled(name: str) -> str:
    pattern = regex.escape(name).replace(r"\ ", "[ -]")
    return pattern if _UNSPACED.match(name) else rf"\b{pattern}\b"


def _is_phrase(word: str) -> bool:
    """True for entries that no single token is."""
    return "-" in word or (len(word) > 1 and bool(_UNSPACED.match(word)))


@cache
def _negations() -> Mapping[str, regex.Pattern[str]]:
    """Verbs that their own form negates, by language."""
    return {language: regex.compile(pattern) for language, pattern in table("words")["negated"].items()}


def _homograph(word: str, concept: str, language: str) -> bool:
    """May and may, March and march: in English a capital tells the month from the verb."""
    if language not in ("en", "") or word.casefold() not in _HOMOGRAPHS:
        return False
    return word[0].islower() if concept == "date" else is_capitalised(word) and word.casefold() in _ALSO_VERBS
