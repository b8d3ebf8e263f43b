"""Which words beside a verb of speech name the speaker, and what kind of speaker they name."""

from __future__ import annotations

from functools import cache

from tracker.differ.tables import word_list
from tracker.differ.voices.lists import Lists, shared_words
from tracker.differ.voices.tokens import QUOTATION, Tokens
from tracker.model.voices import VoiceKind

Phrase = tuple[int, int]
"""The first token of a phrase and the one after its last."""

_FARTHEST = 40
"""Tokens of the longest apposition between a speaker and his verb."""
_LONGEST = 18
_AGENT = 5
"""Letters of a noun that more than its ending must tell to be somebody who does something: contractor, not door."""
_WHO = frozenset(("who",))
_RELATIVE = 25
"""Tokens of the longest relative clause between a speaker and his verb."""
_DEFINITE = ("sv", "da", "no", "nl", "pl", "cs", "ru", "uk", "el")
"""Languages in which a lower-case word after an office or paper is rarely part of its name."""
_ADJECTIVES = ("en", "nl")
"""Languages in which the adjective of a country has a capital: the American jury."""
_NAME = 5
"""Tokens of a name between two commas, and one more."""
_RIGHT = 16
_MARKS = frozenset((".", "!", "?", ";", ":", QUOTATION, "—", "–", "(", ")", "“", "”", '"', "«", "»", "…"))
_STRONG = frozenset((".", "!", "?", ";", QUOTATION, "—"))
_GERMAN_ENDS = (
    *("sprecher", "sprecherin", "minister", "ministerin", "behörde", "behörden", "bericht", "berichte", "polizei"),
    *("amt", "agentur", "meister", "meisterin", "anwalt", "anwältin", "präsident", "präsidentin"),
)


def left(tokens: Tokens, lists: Lists, index: int, depth: int = 0) -> Phrase | None:
    """The subject that ends at or before a token: back over adverbs and an apposition to the clause's start."""
    low = tokens.low
    while index >= 0 and low[index] in lists.skip:
        index -= 1
    if index < 0 or depth > 3:
        return None
    end = index + 1
    if low[index] in lists.pronouns:
        return index, end
    if low[index] == ",":
        return _before_apposition(tokens, lists, index, depth)
    if low[index] == ")":
        opening = next((j for j in range(index, -1, -1) if low[j] == "("), None)
        return None if opening is None else left(tokens, lists, opening - 1, depth + 1)
    if low[index] in shared_words("conjunctions"):
        return None
    first = index
    while first >= 0 and not _ends_left(tokens, lists, first):
        first -= 1
    return (first + 1, end) if first + 1 < end else None


def before_relative(tokens: Tokens, lists: Lists, index: int) -> Phrase | None:
    """The speaker of "a resident who asked not to be named said", given the token before the verb."""
    for place in range(index, max(0, index - _RELATIVE), -1):
        if tokens.low[place] in _WHO and tokens.low[place - 1] != ",":
            return left(tokens, lists, place - 1)
        if tokens.low[place] in _MARKS or tokens.low[place] == ",":
            return None
    return None


def _ends_left(tokens: Tokens, lists: Lists, index: int) -> bool:
    word = tokens.low[index]
    if word in _MARKS or word == "," or word in lists.stop or word in lists.verbs or word in lists.aux:
        return not (word == "." and index and tokens.low[index - 1] in lists.titles)
    return word in lists.skip and word not in lists.inner and word not in lists.determiners


def _before_apposition(tokens: Tokens, lists: Lists, comma: int, depth: int) -> Phrase | None:
    """The speaker of "X, a lawyer, said"; of "the mayor, X, said" it is the name as well."""
    first = comma - 1
    while first >= 0 and comma - first < _FARTHEST and tokens.low[first] != "," and tokens.low[first] not in _STRONG:
        first -= 1
    if first < 0 or tokens.low[first] != ",":
        return None
    outer, inner = left(tokens, lists, first - 1, depth + 1), (first + 1, comma)
    if outer is None or kind(tokens, lists, outer) is VoiceKind.NAME or comma - first > _NAME:
        return outer
    return inner if kind(tokens, lists, inner) is VoiceKind.NAME and not _has_small(tokens, lists, inner) else outer


def _has_small(tokens: Tokens, lists: Lists, phrase: Phrase) -> bool:
    """True for a phrase that describes: "a lawyer of the Ruiz family"."""
    return any(word in lists.determiners or word in lists.inner for word in tokens.low[slice(*phrase)])


def right(tokens: Tokens, lists: Lists, index: int) -> Phrase | None:
    """The phrase that begins at or after a token."""
    low = tokens.low
    while index < len(low) and low[index] in lists.skip and low[index] not in lists.determiners:
        index += 1
    if index >= len(low):
        return None
    if low[index] in lists.pronouns:
        return index, index + 1
    last = index
    while last < len(low) and last - index < _RIGHT and not _ends_right(tokens, lists, index, last):
        last += 1
    return (index, last) if last > index else None


def _ends_right(tokens: Tokens, lists: Lists, first: int, index: int) -> bool:
    word = tokens.low[index]
    if word in _MARKS or word == ",":
        return not (word == "." and index and tokens.low[index - 1] in lists.titles)
    if word in lists.stop or word in lists.time or ((word in lists.verbs or word in lists.aux) and index > first):
        return True
    if lists.noun_capitals and _after_noun(tokens, lists, first, index):
        return True
    if index > first and _is_past_the_name(tokens, lists, first, index):
        return True
    before = tokens.low[index - 1] if index > first else ""
    if before and word in lists.determiners and before not in lists.inner | lists.determiners | lists.skip:
        return True  # a noun without a preposition before it begins another phrase
    following = tokens.low[index + 1] if index + 1 < len(tokens.low) else ""
    return word in lists.inner and following in lists.time


def _is_past_the_name(tokens: Tokens, lists: Lists, first: int, index: int) -> bool:
    """True for a word with which the clause goes on after a name, or in the North after an office."""
    written, low = tokens.written, tokens.low
    if not written[index][0].islower() or low[index] in lists.inner | lists.determiners | lists.heads:
        return False
    follows = index + 1 < len(written) and written[index + 1][0].isupper()
    named = written[index - 1][0].isupper() and low[index - 1] not in lists.determiners | lists.heads
    named = named and (index - 1 > first or lists.language not in _ADJECTIVES)
    return (named and not follows) or (lists.language in _DEFINITE and low[index - 1] in lists.heads)


def _after_noun(tokens: Tokens, lists: Lists, first: int, index: int) -> bool:
    """True for a German word after a noun that neither goes on with the name nor describes it: "Polizei niemand"."""
    if index == first or not tokens.written[index - 1][0].isupper() or tokens.low[index - 1] in lists.determiners:
        return False
    return tokens.written[index][0].islower() and tokens.low[index] not in lists.inner | lists.determiners


def trimmed(tokens: Tokens, lists: Lists, phrase: Phrase) -> Phrase | None:
    """A phrase without the small words at its ends; None for one that is too long to name anybody."""
    first, last = phrase
    low = tokens.low
    while first < last and low[first] not in lists.determiners and _is_small(tokens, lists, first):
        first += 1
    while first < last and not low[first][0].isalnum():
        first += 1
    while last > first and (low[last - 1] in lists.inner | lists.determiners or low[last - 1] in lists.time):
        last -= 1
    return (first, last) if first < last and last - first <= _LONGEST else None


def _is_small(tokens: Tokens, lists: Lists, index: int) -> bool:
    word = tokens.low[index]
    return (word in lists.inner and not tokens.written[index][0].isupper()) or word in lists.skip


def kind(tokens: Tokens, lists: Lists, phrase: Phrase) -> VoiceKind | None:
    """What a phrase names; None when it cannot be a speaker."""
    first, last = phrase
    low, written = tokens.low[first:last], tokens.written[first:last]
    if last - first == 1 and low[0] in lists.pronouns:
        return VoiceKind.PRONOUN
    if not any(word[0].isalpha() for word in written):
        return None
    starts = tokens.is_start(first)
    capitals = [k for k, word in enumerate(written) if word[0].isupper() and _may_be_name(low[k], k, starts, lists)]
    if lists.noun_capitals:
        return _german(low, capitals, lists)
    names = [k for k in capitals if low[k] not in lists.heads and low[k] not in lists.titles]
    if names:
        if names == [0] and starts and len(low) > 1 and not _is_described(low, lists):
            return VoiceKind.OTHER  # only the sentence's own capital
        return _beside_a_name(low, names[0], lists)
    if any(word in lists.anonymous for word in low):
        return VoiceKind.ANONYMOUS
    if any(word in lists.documents for word in low):
        return VoiceKind.DOCUMENT
    if any(word in lists.roles for word in low):
        return VoiceKind.ANONYMOUS if low[0] in lists.indefinite else VoiceKind.OFFICE
    if low[0] in lists.indefinite and len(low) > 1 and low[1] in shared_words("of"):
        return VoiceKind.ANONYMOUS  # one of them
    if len(lists.agents) and any(len(w) > _AGENT and w.endswith(lists.agents) for w in low):
        return VoiceKind.ANONYMOUS if low[0] in lists.indefinite else VoiceKind.OFFICE
    if low[0] in lists.determiners or low[0] in lists.indefinite or low[0].isdigit():
        return VoiceKind.OTHER
    return None


def _is_described(low: tuple[str, ...], lists: Lists) -> bool:
    """True for Google executives and Ruiz of the farmers' union."""
    return low[-1] in lists.heads or low[1] in shared_words("of") or low[1] in lists.titles


def _may_be_name(word: str, place: int, starts: bool, lists: Lists) -> bool:
    if word in lists.determiners or word in lists.stop or word.removesuffix("'s") in _dates(lists.language):
        return False
    return not (place == 0 and starts and (word in lists.skip or word in lists.inner or word in lists.indefinite))


@cache
def _dates(language: str) -> frozenset[str]:
    """Names of months and days, which have a capital and name nobody."""
    return word_list("date", language) - {"may", "march", "mars", "marz", "august"}


def _beside_a_name(low: tuple[str, ...], name: int, lists: Lists) -> VoiceKind:
    """A spokesman for the Ministry is an office, an official in Paris has no name, the Riksbank has one."""
    if any(word in lists.documents for word in low[:name]):
        return VoiceKind.DOCUMENT
    held = [k for k in range(name) if low[k] in lists.roles | lists.anonymous]
    if held and any(word in shared_words("of") for word in low[held[0] + 1 : name]):
        return VoiceKind.ANONYMOUS if low[held[0]] in lists.anonymous else VoiceKind.OFFICE
    if any(word in shared_words("of") for word in low[1:name]):
        return VoiceKind.OTHER  # veterans of the White House
    if (
        low[-1] in lists.anonymous
        and name < len(low) - 1
        and not any(word in shared_words("of") for word in low[name:])
    ):
        return VoiceKind.ANONYMOUS
    if any(word in shared_words("of") for word in low[name:]):
        return VoiceKind.NAME
    if low[-1] in lists.documents:
        return VoiceKind.DOCUMENT
    if low[-1] in lists.roles and name < len(low) - 1:
        return VoiceKind.OFFICE
    return VoiceKind.NAME


def _german(low: tuple[str, ...], capitals: list[int], lists: Lists) -> VoiceKind | None:
    """Every noun has a capital: a name is two of them in a row, or one without an article."""
    heads = [word for word in low if word in lists.heads or word.endswith(_GERMAN_ENDS)]
    names = [k for k in capitals if low[k] not in lists.heads and not low[k].endswith(_GERMAN_ENDS)]
    if any(k + 1 in names for k in names) or (
        len(names) == 1 and heads and names[0] and low[0] not in lists.determiners
    ):
        return VoiceKind.NAME
    if any(word in lists.anonymous for word in low):
        return VoiceKind.ANONYMOUS
    if any(word in lists.documents for word in low):
        return VoiceKind.DOCUMENT
    if heads:
        return VoiceKind.ANONYMOUS if low[0] in lists.indefinite else VoiceKind.OFFICE
    if names:
        return VoiceKind.OFFICE if low[0] in lists.determiners else VoiceKind.NAME
    return None
