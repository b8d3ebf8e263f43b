"""Content words that took each other's place: how many of an edit, and the two of an edit that has but one."""

from __future__ import annotations

from collections import Counter

import regex

from tracker.differ.traits import Traits
from tracker.differ.words.forms import Form, relation

REWRITTEN = 3
"""Content words that must be replaced for an edit to say something else."""

_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")


def exchanged_words(found: Traits) -> tuple[str, str] | None:
    """The one content word of each side where nothing else changed; else it is a turn of phrase."""
    if _UNSPACED.match(found.old[0]) and _UNSPACED.match(found.new[0]):
        return "".join(found.old), "".join(found.new)
    if len(found.lost) != 1 or len(found.gained) != 1:
        return None
    lost, gained = found.lost[0].casefold(), found.gained[0].casefold()
    rest = [Counter(map(str.casefold, side)) for side in (found.old, found.new)]
    return (lost, gained) if rest[0] - Counter([lost]) == rest[1] - Counter([gained]) else None


def says_else(found: Traits) -> bool:
    """Three content words replaced on one side, or two on both."""
    lost, gained = _strangers(found.lost, found.gained), _strangers(found.gained, found.lost)
    return max(lost, gained) >= REWRITTEN or min(lost, gained) >= REWRITTEN - 1


def replaced_words(found: Traits) -> int:
    """Content words without a form of themselves on the other side; the larger count of the two sides."""
    return max(_strangers(found.lost, found.gained), _strangers(found.gained, found.lost))


def _strangers(side: list[str], other: list[str]) -> int:
    near = (Form.SAME, Form.CASE, Form.DIACRITICS, Form.SPELLING, Form.TYPO, Form.INFLECTION, Form.VERB_FORM)
    return sum(not any(relation(word, o) in near for o in other) for word in side)
