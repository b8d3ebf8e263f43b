"""Numbers by value: 1,000 = 1.000 = 1 000 = one thousand; 3.5bn = 3,5 Milliarden."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

import regex

from tracker.differ.folding import fold
from tracker.differ.numbers.moments import CLOSE, OPEN
from tracker.differ.numbers.values import SCALES, Value, compound, counts_something, han, literal, mixed, roman
from tracker.differ.tables import (
    base_language,
    number_scales,
    number_words,
    unit_phrases,
    units,
    words_for_one,
)

_GROUPS = r"\p{Nd}{1,3}(?:[ '.,]\p{Nd}{3})+(?!\p{Nd})(?:[.,]\p{Nd}{1,2}(?!\p{Nd}))?"
_TOKEN = regex.compile(
    rf"""(?P<mark>{OPEN}[^{CLOSE}]*{CLOSE})
       | (?P<mixed>\p{{Nd}}+(?:[.,]\p{{Nd}}+)*(?:[{SCALES}]+\p{{Nd}}*)+)
       | (?P<digits>{_GROUPS}|\p{{Nd}}+(?:[.,:·]\p{{Nd}}+)*)(?P<suffix>\p{{Latin}}{{1,3}}(?!\p{{L}}))?
       | (?P<han>[〇零一二三四五六七八九十两兩{SCALES}]+)
       | (?P<roman>(?<!\p{{L}})(?=[IVX]{{2}}|[IVX]+(?:e|ème)(?!\p{{L}}))
           X{{0,3}}(?:IX|IV|V?I{{0,3}})(?=(?:e|ème)?(?!\p{{L}})))(?:e|ème)?
       | (?P<word>(?:(?![\p{{Han}}\p{{Hiragana}}\p{{Katakana}}])\p{{L}}[\p{{M}}']*)+)
       | (?P<other>\S)""",
    regex.VERBOSE,
)
_MINUS = regex.compile(r"[^\p{L}\p{N}]?-")
_FIGURE = regex.compile(rf"[\p{{N}}\p{{Sc}}%‰٪{OPEN}〇零一二三四五六七八九十两兩{SCALES}]|[IVX]{{2}}|[IVX]+(?:e|ème)")
_LETTERS = regex.compile(r"[\p{L}\p{M}']+")
_LINKING = frozenset(("and", "und", "et", "y", "e", "en", "og", "och", "i", "и"))
_BEFORE_UNITS = frozenset(("a", "an", "of", "de", "di", "en", "per"))
_COMPOUNDING = frozenset(("de", "nl", "sv", "no", "da", "it", "fi"))


@dataclass(slots=True)
class Reading:
    """The numbers of a text in order, each with a flag for a lone word "one"; their units, signs and percentages."""

    found: list[tuple[Value, bool]] = field(default_factory=list)
    units: set[str] = field(default_factory=set)
    signs: set[str] = field(default_factory=set)
    shares: set[Value] = field(default_factory=set)

    @property
    def values(self) -> Counter[Value]:
        """How often each value stands there, words for "one" left out."""
        return Counter(value for value, is_article in self.found if not is_article)

    @property
    def order(self) -> list[Value]:
        """The values as they follow each other."""
        return [value for value, _ in self.found]

    @property
    def ones(self) -> int:
        """How many words for "one" stand there."""
        return sum(is_article for _, is_article in self.found)


def is_number_word(word: str, language: str = "") -> bool:
    """True for a word that is a number, a magnitude, or a word for "one"."""
    lower = word.casefold()
    first = _TOKEN.match(word)
    if first and (first["digits"] or first["roman"] or first["mixed"]):
        return True
    if first and first["han"] == word:
        return True
    if lower in number_words(language) or lower in number_scales(language):
        return True
    return len(lower) > 5 and base_language(language) in _COMPOUNDING and compound(lower, language) is not None


def is_unit(word: str) -> bool:
    """True for what numbers count: percent, dollars, km, years."""
    return word.casefold() in units()


def has_number(text: str, language: str = "") -> bool:
    """True when a text states a number, in digits or words."""
    return bool(values(text, language))


def values(text: str, language: str = "") -> Counter[Value]:
    """How often each value stands in a text, words for "one" left out."""
    return read(fold(text), language).values


def unit_names(text: str) -> list[str]:
    """The words and signs of a text that name a unit, in order and by their canonical name."""
    found = (units().get(match.group().casefold()) for match in _TOKEN.finditer(_single_words(fold(text))))
    return [unit for unit in found if unit]


@cache
def _phrases() -> regex.Pattern[str]:
    names = sorted(unit_phrases(), key=len, reverse=True)
    return regex.compile("|".join(regex.escape(name).replace(r"\ ", r"[\s-]") for name in names), regex.IGNORECASE)


def _single_words(text: str) -> str:
    """A text with units of several words as one: pour cent, percentage points."""
    return _phrases().sub(lambda match: f" {unit_phrases()[match.group().casefold().replace('-', ' ')]} ", text)


def _counts_nothing(text: str, language: str) -> bool:
    """True for a text without a figure, a currency or a number word: nearly every edit is one."""
    if _FIGURE.search(text):
        return False
    found = set(_LETTERS.findall(text.casefold()))
    if not found.isdisjoint(_counting(language)):
        return False
    base = base_language(language)
    return base not in _COMPOUNDING or not any(len(word) > 5 and compound(word, base) is not None for word in found)


@cache
def _hyphenated(language: str) -> regex.Pattern[str] | None:
    """The number words of a language that have a hyphen of their own: dix-sept, quatre-vingts."""
    names = sorted((word for word in number_words(language) if "-" in word), key=len, reverse=True)
    joined = "|".join(map(regex.escape, names))
    return regex.compile(rf"(?<!\p{{L}})(?:{joined})(?!\p{{L}})", regex.IGNORECASE) if names else None


@cache
def _counting(language: str) -> frozenset[str]:
    """The number words of a language and its words for "one"."""
    return frozenset((*number_words(language), *number_scales(language), *words_for_one(language)))


@lru_cache(maxsize=1024)
def read(text: str, language: str) -> Reading:
    """Every number of a text and what it counts."""
    if _counts_nothing(text, language):
        return Reading()
    reader = _Reader(language)
    text = _single_words(text)
    if hyphenated := _hyphenated(language):
        text = hyphenated.sub(lambda match: match.group().replace("-", ""), text)
    for match in _TOKEN.finditer(text):
        if match["word"]:
            reader.word(match["word"].casefold())
        elif match["other"]:
            reader.sign(match["other"])
        elif match["digits"]:
            before = text[max(0, match.start() - 2) : match.start()]
            reader.digits(match["digits"], (match["suffix"] or "").casefold(), _MINUS.fullmatch(before) is not None)
        elif match["mixed"]:
            reader.whole(mixed(match["mixed"]))
        elif match["han"]:
            if counts_something(match["han"], text[match.end() : match.end() + 2], text[: match.start()][-1:]):
                reader.whole(han(match["han"]), match["han"] == "一")
            else:
                reader.end()
        elif match["mark"]:
            reader.whole(match["mark"])
        else:
            reader.whole(roman(match["roman"]))
    return reader.end()


class _Reader:
    """Puts number words together: two hundred and fifty thousand."""

    def __init__(self, language: str) -> None:
        self.language = base_language(language)
        self.words = {word.replace("-", ""): value for word, value in number_words(language).items()}
        self.scales = number_scales(language)
        self.ones = words_for_one(language)
        self.units = units()
        self.reading = Reading()
        self.counts = False
        self._restart()

    def _restart(self) -> None:
        self.parts: list[float] = []
        self.literal = self.only_one = self.linked = False

    def end(self) -> Reading:
        """The number under way is complete."""
        if self.parts:
            self.reading.found.append((sum(self.parts), self.only_one))
        self._restart()
        return self.reading

    def whole(self, value: Value, is_article: bool = False) -> None:
        """A number that stands in one piece."""
        self.end()
        self.reading.found.append((value, is_article))
        self.counts = True

    def digits(self, text: str, suffix: str, minus: bool) -> None:
        """A number in digits, with what is glued to it (`bn`, `k`, `th`)."""
        value = literal(text)
        if isinstance(value, str):
            self.whole(value)
            return
        self.end()
        self.parts = [(-value if minus else value) * self.scales.get(suffix, 1)]
        self.literal = self.counts = True
        if suffix in self.units:
            self.reading.units.add(self.units[suffix])

    def word(self, word: str) -> None:
        """A word, which may be a magnitude, a number, a link between two, or the end of the number."""
        value = self.words.get(word)
        if value is None and len(word) > 5 and self.language in _COMPOUNDING:
            value = compound(word, self.language)
        if len(word) > 1 and word in self.scales:
            self._scale(self.scales[word])
        elif value is not None:
            self._small(value, word)
        elif word in _LINKING and self.parts and not self.linked:
            self.linked = True
        else:
            self._other(word)

    def sign(self, sign: str) -> None:
        """A sign: only a hyphen can stand inside a number in words."""
        if sign == "-" and self.parts and not self.literal and not self.linked:
            self.linked = True
        elif sign == "-" or (sign == "." and self.counts):
            self.parts_end()
        elif unit := _sign_unit(sign, self.units):
            self._unit(unit)
            self.reading.signs.add(unit)
            self.parts_end()
        else:
            self._other(sign)

    def parts_end(self) -> None:
        """The number is complete, its unit may still follow: 17-year-old."""
        counts = self.counts
        self.end()
        self.counts = counts

    def _other(self, word: str) -> None:
        """What is no number: the unit of the number before it, or the end of it."""
        word = word.rpartition("'")[2]  # d'euros
        if self.counts and word in self.units:
            self._unit(self.units[word])
        still = self.counts and word in _BEFORE_UNITS
        self.end()
        self.counts = still

    def _unit(self, unit: str) -> None:
        self.reading.units.add(unit)
        if unit == "percent" and self.counts and (self.parts or self.reading.found):
            self.reading.shares.add(sum(self.parts) if self.parts else self.reading.found[-1][0])

    def _scale(self, scale: float) -> None:
        below = sum(v for v in self.parts if abs(v) < scale)
        self.parts = [v for v in self.parts if abs(v) >= scale] + [(below or 1) * scale]
        self.only_one = self.linked = False
        self.counts = True

    def _small(self, value: float, word: str) -> None:
        if self.parts and not self._continues(value):
            self.end()
        self.only_one = not self.parts and word in self.ones
        self.parts.append(value)
        self.linked = False
        self.counts = True

    def _continues(self, value: float) -> bool:
        return not self.literal and self.parts[-1] % 10 == 0 and self.parts[-1] >= 20 and value < self.parts[-1]


def _sign_unit(sign: str, known: Mapping[str, str]) -> str | None:
    """The unit a sign stands for wherever it is written: $5, 5 %."""
    if sign in known and not sign.isalnum():
        return known[sign]
    return sign if unicodedata.category(sign) == "Sc" else None
