"""What is touched by a word edit that makes it matter: numbers, names, dates, quotations, negation, hedges, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache

import regex

from tracker.differ import numbers
from tracker.differ.folding import fold
from tracker.differ.tables import abbreviations, base_language, same_hedges, word_list
from tracker.differ.tokens import letters, words
from tracker.differ.words.concepts import phrase_hits, same_day, without_connectives, word_hits
from tracker.differ.words.forms import Form, is_acronym, is_capitalised, relation
from tracker.differ.words.uncased import UNPOINTED, are_names

SERIOUS = frozenset(("number", "name", "date", "quote", "negation", "hedge", "name-spelling"))
"""Tags that no minor edit may carry."""

MOST_READ = 20_000
"""Code points of an edit that are looked into; what is longer is a rewrite whatever its end says."""

_OPENS = {"„": '“”"', "“": '”"', "«": "»", "»": "«", "「": "」", "『": "』", '"': '"“”', "”": "”"}
_QUOTE = regex.compile("[" + "".join(_OPENS) + "]")
_APOSTROPHE = regex.compile("['‘‚]")
_SINGLE_OPEN = regex.compile(r"(?:^|[\s(:])['‘‚](?=\p{L})")
_SINGLE_CLOSE = regex.compile(r"(?<=[\p{L}\p{P}])['’‘](?=$|[\s).,:;!?])")
_ELIDING = frozenset(("fr", "it", "ca"))
_ELIDED = regex.compile(
    r"^((?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|un|all|dall|dell|nell|sull|quest|gl))['’](?=\p{L})", regex.I
)
_WINDOW = 12
"""Code points beside an edit in which a phrase may begin or end."""
_CONTEXT = 32
"""Code points beside an edit that may belong to a date or an hour in it."""
_QUOTED = regex.compile(r"[„“«\"]([^„“”«»\"]{2,})[“”»\"]")
_SENTENCE_START = regex.compile(r"(?:^|[.!?:…]\s*|[“\"«„(–—-]\s*)$")
_MISSPELT = (Form.SPELLING, Form.TYPO, Form.LETTERS, Form.DIACRITICS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edit stands: the text around it, the language, the field ("" for the body), the whole sentences.

    `published` is the day on which the article appeared, from which its "yesterday" is told.
    """

    left: str = ""
    right: str = ""
    language: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    left_new: str | None = None
    published: date | None = None

    @property
    def headline(self) -> bool:
        """True inside a headline."""
        return self.field == "headline"


@dataclass(slots=True)
class Traits:
    """The words of both sides of an edit and the tags they earn.

    `lost` and `gained` are the content words that the sentence as a whole lost or gained, `elsewhere` those of either
    side that stand elsewhere in the other sentence.
    """

    old: list[str]
    new: list[str]
    lost: list[str] = field(default_factory=list)
    gained: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    names_lost: list[str] = field(default_factory=list)
    names_gained: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def tag(self, name: str, present: bool) -> None:
        """Add a tag once."""
        if present and name not in self.tags:
            self.tags.append(name)


def traits(deleted: str, inserted: str, place: Place) -> Traits:
    """Read both sides of an edit and say what it touches."""
    language = base_language(place.language)
    deleted, inserted = deleted[:MOST_READ], inserted[:MOST_READ]
    found = Traits(_said(deleted, language), _said(inserted, language))
    found.lost, found.gained = (
        without_connectives(side, language) for side in _net(found, deleted, inserted, place, language)
    )
    small = _small(language)

    def content(side: Iterable[str]) -> list[str]:
        return [w for w in side if w.casefold() not in small or is_acronym(w)]

    wide = _widened(deleted, inserted, place)
    found.tag("number", numbers.differ(*wide, language) or numbers.swapped(found.old, found.new, language))
    if "number" in found.tags and deleted and inserted and _same_in_context(deleted, inserted, place, language):
        found.tags.remove("number")
    if "number" in found.tags and deleted and inserted and max(len(deleted), len(inserted)) <= 2 * _CONTEXT:
        kind = numbers.kind(*in_context(deleted, inserted, place), language, place.new or place.right)
        found.tag(kind or "", kind is not None)
    _concepts(found, deleted, inserted, place, language)
    found.elsewhere = _elsewhere(found, content, language)
    found.lost, found.gained = content(found.lost), content(found.gained)
    _names(found, place, language)
    _quotes(found, deleted, inserted, place)
    return found


@cache
def _small(language: str) -> frozenset[str]:
    """The words of a language that have no content of their own."""
    return word_list("function", language) | word_list("attribution", language)


def in_quotation(left: str) -> bool:
    """True when a text ends inside an open quotation."""
    closers = ""
    for sign in _QUOTE.findall(left):
        if closers:
            if sign in closers:
                closers = ""
        elif sign != "”":
            closers = _OPENS[sign]
    if closers:
        return True
    if not _APOSTROPHE.search(left):
        return False
    return len(_SINGLE_OPEN.findall(left)) > len(_SINGLE_CLOSE.findall(left))


def title_case(text: str) -> bool:
    """True for a headline that capitalises its words, so that capitals say nothing about names."""
    long = [word for word in words(text)[1:] if len(word) >= 4 and word[0].isalpha()]
    return len(long) >= 3 and sum(map(is_capitalised, long)) > 0.7 * len(long)


def _said(text: str, language: str) -> list[str]:
    """The words of a text; in French, Italian and Catalan what is elided before a word is a word of its own."""
    found = words(text)
    if language not in _ELIDING:
        return found
    return [part for word in found for part in _ELIDED.sub(r"\1 ", word).split(" ")]


def _net(found: Traits, deleted: str, inserted: str, place: Place, language: str) -> tuple[list[str], list[str]]:
    """The words of each side that the other whole sentence does not hold elsewhere."""
    if not (place.old or place.new) and not (found.old and found.new):
        return found.old[:], found.new[:]
    if (not place.old and not place.new) or len(place.old) + len(place.new) > MOST_READ:
        old, new = Counter(map(str.casefold, found.old)), Counter(map(str.casefold, found.new))
        lost, gained = old - new, new - old
    else:
        lost, gained = _differing(place.old, place.new, language)
        if _cuts_words(deleted, inserted, place):  # the marks of the edit stand inside words: 유죄 of 유죄를
            old, new = Counter(map(str.casefold, found.old)), Counter(map(str.casefold, found.new))
            lost, gained = lost | (old - new), gained | (new - old)
    return _left_over(found.old, lost), _left_over(found.new, gained)


def _cuts_words(deleted: str, inserted: str, place: Place) -> bool:
    """True when an edit begins or ends inside a word."""
    first = place.left[-1:].isalpha() and (deleted[:1].isalpha() or inserted[:1].isalpha())
    return first or (place.right[:1].isalpha() and (deleted[-1:].isalpha() or inserted[-1:].isalpha()))


@lru_cache(maxsize=256)
def _differing(old: str, new: str, language: str) -> tuple[Counter[str], Counter[str]]:
    """The words that a sentence lost and gained, how often each; every edit of the sentence asks."""
    before, after = (Counter(map(str.casefold, _said(text, language))) for text in (old, new))
    return before - after, after - before


def _concepts(found: Traits, deleted: str, inserted: str, place: Place, language: str) -> None:
    """Tag what turns, hedges, dates or attributes: word by word, then by phrases that the sentence lost or gained."""
    lost, gained = word_hits(found.lost, language), word_hits(found.gained, language)
    left, right = place.left[-_WINDOW:], place.right[:_WINDOW]
    near = [phrase_hits(left + side + right, language) for side in (deleted, inserted)]
    whole, none = near, Counter[str]()
    if near[0] != near[1] and (place.old or place.new) and len(place.old) + len(place.new) <= MOST_READ:
        whole = [phrase_hits(side, language) for side in (place.old, place.new)]
    for hits, side in ((lost, deleted), (gained, inserted)):
        if "hedge" in hits and not numbers.has_number(side + place.right[:_WINDOW], language):
            rounding = {same_hedges().get(word, word) for word in word_list("rounding", language)}
            hits["hedge"] -= Counter(dict.fromkeys(rounding, len(side)))
    for concept in ("negation", "hedge", "date", "attribution"):
        by_phrase = all(old.get(concept) != new.get(concept) for old, new in (near, whole))
        found.tag(concept, by_phrase or lost.get(concept, none) != gained.get(concept, none))
    if "date" in found.tags and (
        same_day(lost, gained, found.old, found.new) or _dated_alike(deleted, inserted, place, language)
    ):
        found.tags.remove("date")


def in_context(deleted: str, inserted: str, place: Place) -> tuple[str, str]:
    """Both sides with some words around them: "3pm" of "at 3pm" or "4" of "4 May" says little alone."""
    left, right = place.left[-_CONTEXT:], place.right[:_CONTEXT]
    left = left if len(place.left) <= _CONTEXT else left[left.find(" ") + 1 :]
    right = right if len(place.right) <= _CONTEXT else right[: right.rfind(" ") + 1]
    return left + deleted + right, left + inserted + right


def _dated_alike(deleted: str, inserted: str, place: Place, language: str) -> bool:
    """True when the words that date a statement are part of a date or an hour that both sides state."""
    if max(len(deleted), len(inserted)) > 2 * _CONTEXT:
        return False
    sides = in_context(deleted, inserted, place)
    rest = [numbers.beside_moments(side, language) for side in sides]
    if rest == list(map(fold, sides)) or not numbers.same_moments(*sides, language):
        return False
    hits = [(word_hits(words(side), language), phrase_hits(side, language)) for side in rest]
    return all(before.get("date") == after.get("date") for before, after in zip(*hits, strict=True))


def _same_in_context(deleted: str, inserted: str, place: Place, language: str) -> bool:
    """True when the same hour, date or share is only written otherwise."""
    if max(len(deleted), len(inserted)) > 2 * _CONTEXT:
        return False
    return numbers.same_moments(*in_context(deleted, inserted, place), language)


def _left_over(side: Sequence[str], of: Counter[str]) -> list[str]:
    left, rest = [], of.copy()
    for word in side:
        if rest[word.casefold()] > 0:
            rest[word.casefold()] -= 1
            left.append(word)
    return left


_LAST = regex.compile(r"[\p{L}\p{N}\p{M}.,]*[^\p{L}\p{N}]{0,2}$")
_FIRST = regex.compile(r"^[^\p{L}\p{N}]{0,2}[\p{L}\p{N}\p{M}.,]*")


def _widened(deleted: str, inserted: str, place: Place) -> tuple[str, str]:
    """Both sides with the words next to them: "-one" alone is no number, "twenty-one" is."""
    before, after = _LAST.search(place.left[-24:]), _FIRST.search(place.right[:24])
    left, right = before.group() if before else "", after.group() if after else ""
    return left + deleted + right, left + inserted + right


def _elsewhere(found: Traits, content: Callable[[Iterable[str]], list[str]], language: str) -> list[str]:
    """The content words that left one side of the edit without leaving the sentence."""
    if not (found.old and found.new) and len(found.lost) + len(found.gained) == len(found.old) + len(found.new):
        return []  # all of it left the sentence
    old, new = (
        Counter(map(str.casefold, content(without_connectives(side, language)))) for side in (found.old, found.new)
    )
    stayed = old & new
    gone = old - stayed - Counter(map(str.casefold, found.lost))
    come = new - stayed - Counter(map(str.casefold, found.gained))
    return sorted(gone + come)


def _names(found: Traits, place: Place, language: str) -> None:
    if place.headline and (title_case(place.old or place.left) or title_case(place.new)):
        return
    at_start = not _after_title(place.left) and bool(_SENTENCE_START.search(place.left.rstrip()[-3:]))
    months = word_list("date", language)

    def names(side: list[str], among: list[str]) -> list[str]:
        result = []
        for word in side:
            if word[0].islower() or word.casefold() in months:
                continue
            first = bool(among) and word is among[0] and at_start
            if not is_capitalised(word) and not (word[0].isalpha() and _after_name_title(word, among, place)):
                continue
            if word.casefold() in word_list("function", language) and not is_acronym(word):
                continue
            if numbers.is_number_word(word, language):
                continue
            if first and not _stands_with_names(word, among, place.right, language):
                continue
            if language == "de" and not is_acronym(word) and not _german_name(word, among, place):
                continue
            result.append(word)
        return result

    found.names_lost, found.names_gained = names(found.lost, found.old), names(found.gained, found.new)
    relations = [
        (a, b, relation(a.removesuffix("'s").removesuffix("’s"), b.removesuffix("'s").removesuffix("’s")))
        for a in found.names_lost
        for b in found.names_gained
    ]
    for a, b, form in relations:
        if (form is None and not _same_stem(a, b)) or (language in UNPOINTED and form is not Form.DIACRITICS):
            continue
        if a in found.names_lost and b in found.names_gained:
            found.names_lost.remove(a)
            found.names_gained.remove(b)
            spelt = form is Form.INFLECTION and (_after_name(a, found.old, place.left, language) or not _plural(a, b))
            found.tag("name-spelling", spelt or form in _MISSPELT)
    if letters("".join(found.names_lost)) == letters("".join(found.names_gained)):  # U.S., US
        found.names_lost, found.names_gained = [], []
    if are_names(found.old, found.new, place.right, language):
        found.names_lost, found.names_gained = found.lost, found.gained
    found.tag("name", bool(found.names_lost or found.names_gained))


def _after_name_title(word: str, among: list[str], place: Place) -> bool:
    """True in scripts without capitals for the word after a title: الرئيس محمد."""
    if word.casefold() != word.upper() or not among or among[0] is not word:
        return False
    return next(iter(words(place.left[-40:])[-1:]), "").casefold() in word_list("title", "")


def _plural(a: str, b: str) -> bool:
    """American and Americans, Merkel and Merkels: a form of the name, not another spelling."""
    a, b = sorted((a.casefold(), b.casefold()), key=len)
    return b in (a + "s", a + "es", a + "n", a + "en")


def _after_name(word: str, among: list[str], left: str, language: str) -> bool:
    """True for a name after a name: Dan Cole and Dan Coles are two men, an American and Americans are not."""
    index = among.index(word)
    before = among[index - 1] if index else next(iter(words(left[-40:])[-1:]), "")
    return is_capitalised(before) and before.casefold() not in word_list("function", language)


def _after_title(left: str) -> bool:
    """True after "M." or "Dr.": the full stop ends no sentence."""
    last = left.rstrip().rsplit(None, 1)[-1:]
    return bool(last) and last[0].endswith(".") and last[0][:-1].casefold() in abbreviations("capitalised")


def _same_stem(a: str, b: str) -> bool:
    """Russian and Russia's, Fed and Federal."""
    a, b = sorted((a.casefold(), b.casefold()), key=len)
    size = min(len(a), 5) if len(a) > 4 else len(a)
    return size >= 3 and a[:size] == b[:size]


def _stands_with_names(word: str, among: list[str], right: str, language: str) -> bool:
    """True for a capital at a sentence's start that means something: an acronym, a title, a name before a name."""
    following = among[1] if len(among) > 1 else next(iter(words(right[:40])), "")
    named = is_capitalised(following) and following.casefold() not in word_list("function", language)
    return is_acronym(word) or named or word.casefold().rstrip(".") in word_list("title", "")


def _german_name(word: str, among: list[str], place: Place) -> bool:
    """German capitalises every noun: a name is known by the name or title beside it, a place by its preposition."""
    index = next(i for i, w in enumerate(among) if w is word)
    before = among[index - 1] if index else next(iter(words(place.left[-40:])[-1:]), "")
    after = among[index + 1] if index + 1 < len(among) else next(iter(words(place.right[:40])), "")
    neighbours = [w for w in (before, after) if w]
    articles = word_list("function", "de")
    if before in ("in", "aus", "nach", "bei") and not word.endswith(tuple(word_list("no_place", "de"))):
        return True
    return any(
        (is_capitalised(w) and w.casefold() not in articles) or w.casefold() in word_list("title", "")
        for w in neighbours
    )


def _quotes(found: Traits, deleted: str, inserted: str, place: Place) -> None:
    changed = bool(found.lost or found.gained)
    left_new = place.left if place.left_new is None else place.left_new
    inside = (in_quotation(place.left) and bool(found.old)) or (in_quotation(left_new) and bool(found.new))
    marked = changed and (_QUOTE.search(deleted) or _QUOTE.search(inserted))
    quoted = bool(marked) and sorted(_QUOTED.findall(fold(deleted))) != sorted(_QUOTED.findall(fold(inserted)))
    found.tag("quote", (inside or quoted) and changed)
