"""Where a text says that somebody speaks: a finite verb, a participle after its auxiliary, a separable verb."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.differ.voices.lists import Lists
from tracker.differ.voices.tokens import QUOTATION, Tokens

_CLAUSE = 30
"""Tokens within which a separable verb's particle follows."""
_ENDS = (".", ";", "!", "?")
_THAT = frozenset(
    ("that", "dass", "daß", "que", "qu", "che", "dat", "att", "at", "że", "že", "что", "що", "ότι", "πως")
)
_SHORT = 9
"""Tokens of a short clause."""
_BE = frozenset(("is", "are", "was", "were", "will", "has", "have"))
"""Words by which an English clause is known: claims the tunnel is safe."""


@dataclass(frozen=True, slots=True)
class Cue:
    """The tokens of a verb of speech, auxiliaries included, and the verb; `clear` unless it may be another verb."""

    first: int
    last: int
    verb: str
    word: str
    clear: bool = True


def cue_at(tokens: Tokens, lists: Lists, index: int) -> Cue | None:
    """The cue whose verb stands at a token. A passive is none: nobody speaks in "was told"."""
    low = tokens.low
    word = low[index]
    if lists.language == "fr" and "-" in word:
        word = word.split("-")[0] if word.split("-")[0] in lists.verbs | lists.aux else word
    before = low[max(0, index - 2) : index]
    if word in lists.separable:
        particle = _particle(tokens, lists, index, word)
        if particle:
            return Cue(index, index + 1, f"{word} {particle}", word)
    if word in lists.separable and word in lists.lookalike:
        return None  # another verb without its particle
    if before and (before[-1] in lists.passive or (before[-1] in lists.skip and _is_passive(lists, before, word))):
        return None
    following = low[index + 1] if index + 1 < len(low) else ""
    if following in lists.reflexive or (following in lists.passive_after and word in lists.participles):
        return None
    if word in lists.verbs and word not in lists.aux and not (before and before[-1] in lists.not_before):
        clear = word not in lists.lookalike or _is_clear(tokens, lists, index)
        if not clear and word in lists.participles and (compound := _compound(low, lists, index, word)):
            return compound
        return Cue(_over_auxiliaries(low, lists, index), index + 1, word, word, clear)
    if word in lists.participles:
        return _compound(low, lists, index, word)
    return None


def _is_passive(lists: Lists, before: tuple[str, ...], word: str) -> bool:
    """True for "was also told": one word between the auxiliary and its participle."""
    return before[0] in lists.passive and word in lists.participles


def _particle(tokens: Tokens, lists: Lists, index: int, word: str) -> str:
    """The particle that ends the clause of a separable verb, "" when there is none."""
    for following in tokens.low[index + 1 : index + _CLAUSE]:
        if following in lists.separable[word]:
            return following
        if following in _ENDS:
            break
    return ""


def _over_auxiliaries(low: tuple[str, ...], lists: Lists, index: int) -> int:
    while index and low[index - 1] in lists.aux:
        index -= 1
    if index > 1 and low[index - 1] in lists.skip and low[index - 2] in lists.aux:
        index -= 2
    return index


def _compound(low: tuple[str, ...], lists: Lists, index: int, word: str) -> Cue | None:
    """The perfect: an auxiliary, perhaps adverbs, the participle; in German also the other way round."""
    for place in range(index - 1, max(-1, index - 4), -1):
        if low[place] in lists.aux:
            between = low[place + 1 : index]
            return Cue(place, index + 1, word, word) if all(x in lists.skip for x in between) else None
    if lists.noun_capitals and index + 1 < len(low) and low[index + 1] in lists.aux:
        return Cue(index, index + 2, word, word)
    return None


def _is_clear(tokens: Tokens, lists: Lists, index: int) -> bool:
    """True for a doubtful verb that "that", a colon, a quotation, a reported clause or its own place makes clear."""
    low = tokens.low
    rest = low[index + 1 : tokens.sentence(index)[1]]
    if not rest:
        return "," in low[max(0, index - _SHORT) : index]  # ..., the regulator found.
    if rest[0] in _THAT or rest[0] in (QUOTATION, ":"):
        return True
    if rest[0] == "," and len(rest) > 1 and (rest[1] in _THAT or rest[1] == QUOTATION):
        return True
    if QUOTATION in rest[:_CLAUSE] or _after_speech(low, index):
        return True
    clause = rest[1:_SHORT]
    clause = clause[: clause.index(",")] if "," in clause else clause
    return rest[0] not in lists.aux | lists.inner and bool(_BE.intersection(clause))


def _after_speech(low: tuple[str, ...], index: int) -> bool:
    """True right after a quotation, with or without a comma or dash between."""
    before = [word for word in low[max(0, index - 3) : index] if word not in (",", "–", "—", "-")]
    return bool(before) and before[-1] == QUOTATION
