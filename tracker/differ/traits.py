"""What is touched by a word edit that makes it matter: numbers, names, dates, quotations, negation, hedges, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from tracker.differ import numbers
from tracker.differ.folding import fold
from tracker.differ.forms import Form, is_acronym, is_capitalised, relation
from tracker.differ.tables import abbreviations, base_language, concepts, word_list
from tracker.differ.tokens import words

SERIOUS = frozenset(("number", "name", "date", "quote", "negation", "hedge", "name-spelling"))
"""Tags that no minor edit may carry."""

MOST_READ = 20_000
"""Code points of an edit that are looked into; what is longer is a rewrite whatever its end says."""

_OPENS = {"„": '“”"', "“": '”"', "«": "»", "»": "«", "「": "」", "『": "』", '"': '"“”', "”": "”"}
_QUOTE = regex.compile("[" + "".join(_OPENS) + "]")
_APOSTROPHE = regex.compile("['‘‚]")
_SINGLE_OPEN = regex.compile(r"(?:^|[\s(:])['‘‚](?=\p{L})")
_SINGLE_CLOSE = regex.compile(r"(?<=[\p{L}\p{P}])['’‘](?=$|[\s).,:;!?])")
_QUOTED = regex.compile(r"[„“«\"]([^„“”«»\"]{2,})[“”»\"]")
_SENTENCE_START = regex.compile(r"(?:^|[.!?:…]\s*|[“\"«„(–—-]\s*)$")
_MISSPELT = (Form.TYPO, Form.LETTERS, Form.DIACRITICS)
_HOMOGRAPHS = frozenset(("may", "march", "mar", "sun", "sat", "mon", "wed", "dec", "second"))
_ALSO_VERBS = frozenset(("may", "march"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edit stands: the text around it, the language, the field ("" for the body), the whole sentences."""

    left: str = ""
    right: str = ""
    language: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    left_new: str | None = None

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
    found = Traits(words(deleted), words(inserted))
    found.lost, found.gained = (_without_connectives(side, language) for side in _net(found, place))
    function = word_list("function", language)
    attribution = word_list("attribution", language)

    def content(side: Iterable[str]) -> list[str]:
        return [w for w in side if is_acronym(w) or (w.casefold() not in function and w.casefold() not in attribution)]

    found.tag("number", numbers.differ(*_widened(deleted, inserted, place), language))
    lost, gained = _hits(found.lost, language), _hits(found.gained, language)
    for concept in ("negation", "hedge", "date", "attribution"):
        found.tag(concept, lost.get(concept) != gained.get(concept))
    if "date" in found.tags and _same_day(lost.get("date"), gained.get("date")):
        found.tags.remove("date")
    found.elsewhere = _elsewhere(found, content, language)
    found.lost, found.gained = content(found.lost), content(found.gained)
    _names(found, place, language)
    _quotes(found, deleted, inserted, place)
    return found


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


def _net(found: Traits, place: Place) -> tuple[list[str], list[str]]:
    """The words of each side that the other whole sentence does not hold elsewhere."""
    if (not place.old and not place.new) or len(place.old) + len(place.new) > MOST_READ:
        old, new = Counter(map(str.casefold, found.old)), Counter(map(str.casefold, found.new))
    else:
        old, new = _counted(place.old), _counted(place.new)
    return _left_over(found.old, old - new), _left_over(found.new, new - old)


@lru_cache(maxsize=256)
def _counted(text: str) -> Counter[str]:
    """How often each word stands in a sentence; every edit of the sentence asks."""
    return Counter(map(str.casefold, words(text)))


def _left_over(side: Sequence[str], rest: Counter[str]) -> list[str]:
    left = []
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
    old, new = (
        Counter(map(str.casefold, content(_without_connectives(side, language)))) for side in (found.old, found.new)
    )
    stayed = old & new
    gone = old - stayed - Counter(map(str.casefold, found.lost))
    come = new - stayed - Counter(map(str.casefold, found.gained))
    return sorted(gone + come)


def _hits(side: list[str], language: str) -> dict[str, Counter[str]]:
    """The words of a side that turn, hedge, date or attribute, by what they do."""
    known = concepts(language)
    english = language in ("en", "")
    found: dict[str, Counter[str]] = {}
    for word in side:
        lower = word.replace("’", "'").casefold().removesuffix("'s")
        if english and lower.endswith(("n't", "cannot")):
            lower = "not"  # "did not" and "didn't" say the same
        for concept in known.get(lower, ()):
            if not _homograph(word, concept, language):
                found.setdefault(concept, Counter())[lower] += 1
    return found


def _same_day(lost: Counter[str] | None, gained: Counter[str] | None) -> bool:
    """Jan and January, Mon and Monday."""
    if not lost or not gained or len(lost) != 1 or len(gained) != 1:
        return False
    short, long = sorted((*lost, *gained), key=len)
    return long.startswith(short)


def _without_connectives(side: list[str], language: str) -> list[str]:
    """A side without "sin embargo" and its like, which negate nothing."""
    lower = [word.casefold() for word in side]
    for phrase in sorted(word_list("connective", language)):
        first, *rest = phrase.split("-")
        if first not in lower:
            continue
        for place in range(len(lower) - len(rest)):
            if lower[place] == first and lower[place + 1 : place + 1 + len(rest)] == rest:
                return _without_connectives(side[:place] + side[place + 1 + len(rest) :], language)
    return side


def _homograph(word: str, concept: str, language: str) -> bool:
    """May and may, March and march: in English a capital tells the month from the verb."""
    if language not in ("en", "") or word.casefold() not in _HOMOGRAPHS:
        return False
    return word[0].islower() if concept == "date" else is_capitalised(word) and word.casefold() in _ALSO_VERBS


def _names(found: Traits, place: Place, language: str) -> None:
    if place.headline and (title_case(place.old or place.left) or title_case(place.new)):
        return
    at_start = not _after_title(place.left) and bool(_SENTENCE_START.search(place.left.rstrip()[-3:]))
    months = word_list("date", language)

    def names(side: list[str], among: list[str]) -> list[str]:
        result = []
        for word in side:
            first = bool(among) and word is among[0] and at_start
            if not is_capitalised(word) or word.casefold() in months:
                continue
            if word.casefold() in word_list("function", language) and not is_acronym(word):
                continue
            if numbers.is_number_word(word, language):
                continue
            if first and not _stands_with_names(word, among, place.right):
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
        if form is None and not _same_stem(a, b):
            continue
        if a in found.names_lost and b in found.names_gained:
            found.names_lost.remove(a)
            found.names_gained.remove(b)
            found.tag("name-spelling", form in _MISSPELT or (form is Form.INFLECTION and not _plural(a, b)))
    found.tag("name", bool(found.names_lost or found.names_gained))


def _plural(a: str, b: str) -> bool:
    """American and Americans, Merkel and Merkels: a form of the name, not another spelling."""
    a, b = sorted((a.casefold(), b.casefold()), key=len)
    return b in (a + "s", a + "es", a + "n", a + "en")


def _after_title(left: str) -> bool:
    """True after "M." or "Dr.": the full stop ends no sentence."""
    last = left.rstrip().rsplit(None, 1)[-1:]
    return bool(last) and last[0].endswith(".") and last[0][:-1].casefold() in abbreviations("capitalised")


def _same_stem(a: str, b: str) -> bool:
    """Russian and Russia's, Fed and Federal."""
    a, b = sorted((a.casefold(), b.casefold()), key=len)
    size = min(len(a), 5) if len(a) > 4 else len(a)
    return size >= 3 and a[:size] == b[:size]


def _stands_with_names(word: str, among: list[str], right: str) -> bool:
    following = among[1] if len(among) > 1 else next(iter(words(right[:40])), "")
    return is_acronym(word) or is_capitalised(following) or word.casefold().rstrip(".") in word_list("title", "")


def _german_name(word: str, among: list[str], place: Place) -> bool:
    """German capitalises every noun: a name is known by the name or title beside it."""
    index = next(i for i, w in enumerate(among) if w is word)
    before = among[index - 1] if index else next(iter(words(place.left[-40:])[-1:]), "")
    after = among[index + 1] if index + 1 < len(among) else next(iter(words(place.right[:40])), "")
    neighbours = [w for w in (before, after) if w]
    articles = word_list("function", "de")
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
