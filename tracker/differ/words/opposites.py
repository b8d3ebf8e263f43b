"""Two words of which only one can be true: rise and fall, guilty and innocent, legal and illegal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from tracker.differ.tables import base_language, table
from tracker.differ.words.dictionary import has_dictionary, lemma, two_words

_HEAD = 4
"""Letters that two compounds share at their end to differ in what stands before: Nordkorea, Südkorea."""

_NEGATED = 4
"""Letters of the shortest word that a negating prefix is looked for at."""

Meaning = tuple[int, int]
"""A group of opposites and the place of a meaning in it."""


@lru_cache(maxsize=8192)
def opposite(old: str, new: str, language: str = "") -> bool:
    """True when one word in the other's place says something else: rise and fall, legal and illegal."""
    a, b = old.casefold(), new.casefold()
    if a == b:
        return False
    if turned(a, b, language) or _decided(a, b, language) or _deprived(a, b, language):
        return True
    short, long = sorted((a, b), key=len)
    if _prefixed(short, long, "altering"):
        return True
    if _prefixed(short, long, "turning") and two_words(a, b, language):
        return True
    return _exclude(a, b) or any(_exclude(a[:-k], b[:-k]) for k in range(_common_suffix(a, b), _HEAD - 1, -1))


@lru_cache(maxsize=8192)
def turned(a: str, b: str, language: str = "") -> bool:
    """One word is the other with a prefix that turns it round: legal, illegal; valid, ogiltig."""
    short, long = sorted((a, b), key=len)
    if not long.endswith(short) or short == long:
        return False
    base = base_language(language)
    if not base or not has_dictionary(base):
        return _prefixed(short, long, "turning")
    if len(short) < _NEGATED or long[: -len(short)] not in _negating(base) or lemma(short, base) is None:
        return False
    # Some dictionaries leave the negated forms out.
    return base in _unlisted() or lemma(long, base) is not None


def _prefixed(short: str, long: str, kind: str) -> bool:
    return any(len(short) >= least and long == prefix + short for prefix, least in _prefixes(kind))


def _deprived(a: str, b: str, language: str) -> bool:
    """One word is the other without what it names: geçerli, geçersiz; laillinen, laiton."""
    pairs = _privative(base_language(language))
    first, second = (lemma(word, language) or "" for word in ((a, b) if pairs else ()) or ("", ""))
    return any(_stem_pair(x, y, *pair) for pair in pairs for x, y in ((first, second), (second, first)))


def _stem_pair(a: str, b: str, with_: str, without: str) -> bool:
    stem = a.removesuffix(with_)
    return stem != a and len(stem) >= 3 and stem + without == b


def opposites_in(old: str, new: str, language: str) -> bool:
    """True when two texts without spaces between words decide a question in two ways: 有罪, 無罪."""
    before, after = _decisions(old.casefold(), language), _decisions(new.casefold(), language)
    return any(_excluding(here, there) for here in before - after for there in after - before)


def _excluding(here: Meaning, there: Meaning) -> bool:
    return here[0] == there[0] and here[1] != there[1]


def _decisions(text: str, language: str) -> frozenset[Meaning]:
    return frozenset(meaning for entry, meaning in _entries(base_language(language)) if entry.rstrip("*") in text)


def _decided(a: str, b: str, language: str) -> bool:
    """True when two words decide guilt, legality, validity and the like in two ways."""
    base = base_language(language)
    here, there = _meanings(a, base), _meanings(b, base)
    return any(_excluding(x, y) for x in here for y in there) and not any(x in there for x in here)


@lru_cache(maxsize=8192)
def _meanings(word: str, language: str) -> frozenset[Meaning]:
    """What a word decides; of two entries of one group that fit, the longer."""
    exact, stems = _index(language)
    found: dict[int, Meaning] = {group: (group, place) for group, place in exact.get(word, ())}
    for size in range(len(word), 0, -1):
        for group, place in stems.get(word[:size], ()):
            found.setdefault(group, (group, place))
    return frozenset(found.values())


@cache
def _index(language: str) -> tuple[Mapping[str, set[Meaning]], Mapping[str, set[Meaning]]]:
    """The meanings of whole words, and of stems."""
    exact: dict[str, set[Meaning]] = {}
    stems: dict[str, set[Meaning]] = {}
    for entry, meaning in _entries(language):
        (stems if entry.endswith("*") else exact).setdefault(entry.rstrip("*"), set()).add(meaning)
    return exact, stems


@cache
def _entries(language: str) -> tuple[tuple[str, Meaning], ...]:
    return tuple(_read(language))


def _read(language: str) -> Iterator[tuple[str, Meaning]]:
    for group, pairs in enumerate(table("opposites").values()):
        for place, forms in enumerate(pairs.get(language, "").split()):
            for form in forms.split(","):
                yield form.casefold(), (group, place)


@cache
def _prefixes(kind: str) -> tuple[tuple[str, int], ...]:
    pairs = (entry.split("=") for entry in table("forms")[kind].split())
    return tuple((prefix, int(shortest)) for prefix, shortest in pairs)


@cache
def _negating(language: str) -> frozenset[str]:
    return frozenset(table("forms")["negating"].get(language, "").split())


@cache
def _privative(language: str) -> tuple[tuple[str, str], ...]:
    pairs = (entry.partition("=") for entry in table("forms")["privative"].get(language, "").split())
    return tuple((with_, without) for with_, _, without in pairs)


@cache
def _unlisted() -> frozenset[str]:
    return frozenset(table("forms")["negated_unlisted"].split())


def _exclude(a: str, b: str) -> bool:
    """True when two words of one group of opposites have different meanings in it."""
    here, there = dict(_opposites().get(a, ())), dict(_opposites().get(b, ()))
    return any(here[group] != there[group] for group in here.keys() & there.keys())


@cache
def _opposites() -> dict[str, set[Meaning]]:
    """For each word the groups it stands in, and the meaning it has there."""
    places: dict[str, set[Meaning]] = {}
    for number, group in enumerate(table("forms")["opposite"]):
        for meaning, forms in enumerate(group.split()):
            for form in forms.split(","):
                places.setdefault(form, set()).add((number, meaning))
    return places


def _common_suffix(a: str, b: str) -> int:
    size = 0
    while size < min(len(a), len(b)) and a[-1 - size] == b[-1 - size]:
        size += 1
    return size
