"""Words that say the same in each other's place: begin and start, buy and acquire, said and stated.

The list is closed, the list of words that say something else is not: a word that another one replaces is another
statement unless it is known to be the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import regex

from tracker.differ.tables import base_language, concepts, table
from tracker.differ.voices.lists import lists
from tracker.differ.words.dictionary import lemma
from tracker.differ.words.forms import same_word

_NEUTRAL = "neutral"
_STEMS = regex.compile(r"[\p{Han}\p{Hangul}]")
"""Scripts in which an ending follows the listed form: 述べ(た)."""


def is_another(a: str, b: str, language: str) -> bool:
    """True when one word in another's place says something else, as far as the language's lists know.

    Words that hedge, date, turn or attribute a statement have rules of their own.
    """
    if base_language(language) not in table("synonyms"):
        return False
    known = concepts(language)
    ours = any(word.casefold() in known for word in (a, b))
    return not ours and not same_word(a, b, language) and not synonyms(a, b, language)


def synonyms(a: str, b: str, language: str) -> bool:
    """True when two words stand in one group, by themselves or by their dictionary entries.

    Verbs of speech of one stance are such a group: said, stated.
    """
    groups = _groups(base_language(language))
    first, second = _names(a, language), _names(b, language)
    here = {number for name in first for number in groups.get(name, ())}
    if any(number in here for name in second for number in groups.get(name, ())):
        return True
    stances = _stance(a, language), _stance(b, language)
    return stances[0] is not None and stances[0] == stances[1]


def _names(word: str, language: str) -> set[str]:
    lower = word.casefold()
    entry = lemma(word, language)
    if entry is None and _STEMS.match(lower):
        return {lower, *(lower[:size] for size in range(2, len(lower)))}
    return {lower} if entry is None else {lower, entry}


def _stance(word: str, language: str) -> str | None:
    """The stance of a verb of speech, None for another word."""
    known = lists(language)
    lower = word.casefold()
    if known is None or not (lower in known.verbs or lower in known.participles):
        return None
    return known.stance.get(lower, _NEUTRAL)


@cache
def _groups(language: str) -> Mapping[str, tuple[int, ...]]:
    """The numbers of the groups in which a word stands."""
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(table("synonyms").get(language, "").splitlines()):
        for word in line.split():
            lower = word.casefold()
            found[lower] = (*found.get(lower, ()), number)
    return found
