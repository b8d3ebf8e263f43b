"""Numbers by value: 1,000 = 1.000 = 1 000 = one thousand; 3.5bn = 3,5 Milliarden."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

import regex

from tracker.differ.folding import fold
from tracker.differ.tables import (
    base_language,
    measures,
    number_scales,
    number_words,
    unit_phrases,
    units,
    words_for_one,
)

Value = float | str
"""A number's value, or its digits as written where it has none (dates, versions, scores)."""

_GROUPS = r"\p{Nd}{1,3}(?:[ '.,]\p{Nd}{3})+(?!\p{Nd})(?:[.,]\p{Nd}{1,2}(?!\p{Nd}))?"
_SCALES = "百千万萬亿億兆"
_TOKEN = regex.compile(
    rf"""(?P<mixed>\p{{Nd}}+(?:[.,]\p{{Nd}}+)*(?:[{_SCALES}]+\p{{Nd}}*)+)
       | (?P<digits>{_GROUPS}|\p{{Nd}}+(?:[.,:·]\p{{Nd}}+)*)(?P<suffix>\p{{Latin}}{{1,3}}(?!\p{{L}}))?
       | (?P<han>[〇零一二三四五六七八九十两兩{_SCALES}]+)
       | (?P<roman>(?<!\p{{L}})(?=[IVX]{{2}}|[IVX]+(?:e|ème)(?!\p{{L}}))
           X{{0,3}}(?:IX|IV|V?I{{0,3}})(?=(?:e|ème)?(?!\p{{L}})))(?:e|ème)?
       | (?P<word>(?:(?![\p{{Han}}\p{{Hiragana}}\p{{Katakana}}])\p{{L}}[\p{{M}}']*)+)
       | (?P<other>\S)""",
    regex.VERBOSE,
)
_SCORE = regex.compile(r"(?<![\p{L}\p{N}])(\p{Nd}{1,3})\s?[-:/]\s?(\p{Nd}{1,3})(?![\p{L}\p{N}])")
_THOUSANDS = regex.compile(r"(?!0)\p{Nd}{1,3}([ '.,])\p{Nd}{3}(?:\1\p{Nd}{3})*")
_DECIMAL = regex.compile(r"(\p{Nd}{1,3}(?:[ '.,]\p{Nd}{3})*|\p{Nd}+)[.,](\p{Nd}+)")
_CLOCK = regex.compile(r"(\p{Nd}{1,2}):([0-5]\p{Nd})")
_MINUS = regex.compile(r"[^\p{L}\p{N}]?-")
_LINKING = frozenset(("and", "und", "et", "y", "e", "en", "og", "och", "i", "и"))
_BEFORE_UNITS = frozenset(("a", "an", "of", "de", "di", "en", "per"))
_COMPOUNDING = frozenset(("de", "nl", "sv", "no", "da", "it", "fi"))
_ROMAN = {"I": 1, "V": 5, "X": 10}
_ROUNDED = 0.05  # of a quantity is lost when it is converted for readers
_SHARES = frozenset(("percent", "point"))


@dataclass(slots=True)
class _Reading:
    """The numbers of a text in order, each with a flag for a lone word "one", their units, and which are signs."""

    found: list[tuple[Value, bool]] = field(default_factory=list)
    units: set[str] = field(default_factory=set)
    signs: set[str] = field(default_factory=set)

    @property
    def values(self) -> Counter[Value]:
        """How often each value stands there, words for "one" left out."""
        return Counter(value for value, is_article in self.found if not is_article)

    @property
    def ones(self) -> int:
        """How many words for "one" stand there."""
        return sum(is_article for _, is_article in self.found)


def differ(old: str, new: str, language: str = "") -> bool:
    """True when two texts state different numbers, amounts or units.

    A word for "one" counts only where another number stands against it: mostly it is an article.
    """
    before, after = _read(fold(old), language), _read(fold(new), language)
    old_values, new_values = before.values, after.values
    lost, gained = old_values - new_values, new_values - old_values
    if lost or gained:
        spare_new: Counter[Value] = Counter({1.0: after.ones - before.ones})
        spare_old: Counter[Value] = Counter({1.0: before.ones - after.ones})
        return bool(lost - spare_new or gained - spare_old)
    return _units_differ(before, after) or _scores_differ(old, new)


def in_order(old: str, new: str, language: str = "") -> bool:
    """True when two texts state the same numbers in the same order."""
    before, after = ([v for v, _ in _read(fold(text), language).found] for text in (old, new))
    return before == after


def converted(old: str, new: str, language: str = "") -> bool:
    """True when two texts state one quantity each, and the same in two units, rounded: 5 km, 3 miles."""
    sizes = []
    for text in (old, new):
        reading = _read(fold(text), language)
        known = [measures()[unit] for unit in reading.units if unit in measures()]
        if len(reading.found) != 1 or len(reading.units) != 1 or not known or isinstance(reading.found[0][0], str):
            return False
        dimension, size = known[0]
        sizes.append((dimension, size, reading.found[0][0] * size))
    (dimension, unit, before), (other, other_unit, after) = sizes
    return dimension == other and unit != other_unit and abs(before - after) <= _ROUNDED * max(before, after)


def is_number_word(word: str, language: str = "") -> bool:
    """True for a word that is a number, a magnitude, or a word for "one"."""
    lower = word.casefold()
    first = _TOKEN.match(word)
    if first and (first["digits"] or first["roman"]):
        return True
    if lower in number_words(language) or lower in number_scales(language):
        return True
    return len(lower) > 5 and base_language(language) in _COMPOUNDING and _compound(lower, language) is not None


def is_unit(word: str) -> bool:
    """True for what numbers count: percent, dollars, km, years."""
    return word.casefold() in units()


def has_number(text: str, language: str = "") -> bool:
    """True when a text states a number, in digits or words."""
    return bool(values(text, language))


def values(text: str, language: str = "") -> Counter[Value]:
    """How often each value stands in a text, words for "one" left out."""
    return _read(fold(text), language).values


def unit_names(text: str) -> list[str]:
    """The words and signs of a text that name a unit, in order and by their canonical name."""
    found = (units().get(match.group().casefold()) for match in _TOKEN.finditer(_single_words(fold(text))))
    return [unit for unit in found if unit]


def _units_differ(before: _Reading, after: _Reading) -> bool:
    """True for another unit, and for a sign or a share that comes or goes alone; "25 million euros" may lose a word."""
    if before.units and after.units:
        return not (before.units <= after.units or after.units <= before.units)
    return bool((before.units ^ after.units) & _SHARES or before.signs ^ after.signs)


def _scores_differ(old: str, new: str) -> bool:
    """A result or date turned round: 3-1 and 1-3, 4/5/1980 and 5/4/1980."""
    before, after = _SCORE.findall(fold(old)), _SCORE.findall(fold(new))
    return len(before) == len(after) == 1 and before != after and sorted(before[0]) == sorted(after[0])


@cache
def _phrases() -> regex.Pattern[str]:
    names = sorted(unit_phrases(), key=len, reverse=True)
    return regex.compile("|".join(regex.escape(name).replace(r"\ ", r"[\s-]") for name in names), regex.IGNORECASE)


def _single_words(text: str) -> str:
    """A text with units of several words as one: pour cent, percentage points."""
    return _phrases().sub(lambda match: f" {unit_phrases()[match.group().casefold().replace('-', ' ')]} ", text)


@lru_cache(maxsize=1024)
def _read(text: str, language: str) -> _Reading:
    """Every number of a text and what it counts."""
    reader = _Reader(language)
    text = _single_words(text)
    for match in _TOKEN.finditer(text):
        if match["word"]:
            reader.word(match["word"].casefold())
        elif match["other"]:
            reader.sign(match["other"])
        elif match["digits"]:
            before = text[max(0, match.start() - 2) : match.start()]
            reader.digits(match["digits"], (match["suffix"] or "").casefold(), _MINUS.fullmatch(before) is not None)
        elif match["mixed"]:
            reader.whole(_mixed(match["mixed"]))
        elif match["han"]:
            reader.whole(_han(match["han"]), match["han"] == "一")
        else:
            reader.whole(_roman(match["roman"]))
    return reader.end()


class _Reader:
    """Puts number words together: two hundred and fifty thousand."""

    def __init__(self, language: str) -> None:
        self.language = base_language(language)
        self.words, self.scales = number_words(language), number_scales(language)
        self.ones = words_for_one(language)
        self.units = units()
        self.reading = _Reading()
        self.counts = False
        self._restart()

    def _restart(self) -> None:
        self.parts: list[float] = []
        self.literal = self.only_one = self.linked = False

    def end(self) -> _Reading:
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
        value = _literal(text)
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
            value = _compound(word, self.language)
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
            self.reading.units.add(unit)
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
            self.reading.units.add(self.units[word])
        still = self.counts and word in _BEFORE_UNITS
        self.end()
        self.counts = still

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


def _roman(text: str) -> float:
    """The value of a number in Roman figures."""
    figures = [_ROMAN[letter] for letter in text]
    return float(sum(-a if a < b else a for a, b in zip(figures, [*figures[1:], 0], strict=True)))


def _mixed(text: str) -> float:
    """The value of digits with magnitudes in Chinese characters: 1.2万, 1億2000万."""
    total = 0.0
    for digits, scales in regex.findall(rf"(\p{{Nd}}+(?:[.,]\p{{Nd}}+)*)([{_SCALES}]*)", text):
        value = _literal(digits)
        number = value if isinstance(value, float) else 0.0
        for scale in scales:
            number *= _HAN_SCALES[scale]
        total += number
    return total


def _literal(digits: str) -> Value:
    """The value of a number in digits, or the digits themselves where it is a date, a version or a score."""
    plain = "".join(str(unicodedata.digit(c, c)) for c in digits)
    if plain.isdigit():
        return float(plain[:300])
    if _THOUSANDS.fullmatch(plain):
        return float(regex.sub(r"\D", "", plain)[:300])
    if match := _DECIMAL.fullmatch(plain):
        return float(regex.sub(r"\D", "", match[1])[:300] + "." + match[2])
    if match := _CLOCK.fullmatch(plain):
        return float(f"{match[1]}.{match[2]}")
    return plain


@cache
def _compound_parts(language: str) -> tuple[dict[str, float], regex.Pattern[str]]:
    """The words a number of that language is put together from, and the shape of such a number."""
    parts = {**number_words(language), **{w: v for w, v in number_scales(language).items() if len(w) > 2}}
    names = "|".join(regex.escape(word) for word in sorted(parts, key=len, reverse=True))
    return parts, regex.compile(f"(?:(?:{names})(?:und|ën|en|og)?)+")


def _compound(word: str, language: str) -> float | None:
    """The value of a number written as one word: fünfundzwanzig, zweihundert, tweeëntwintig."""
    parts, shape = _compound_parts(language)
    if not shape.fullmatch(word):
        return None
    total, current, rest = 0.0, 0.0, word
    while rest:
        part = max((p for p in parts if rest.startswith(p)), key=len, default=None)
        if part is None:
            link = next((link for link in ("und", "ën", "en", "og") if current and rest.startswith(link)), None)
            if link is None or len(rest) == len(link):
                return None
            rest = rest[len(link) :]
            continue
        value = parts[part]
        if value >= 100 and part in number_scales(language):
            current = (current or 1) * value
            if value >= 1000:
                total, current = total + current, 0.0
        else:
            current += value
        rest = rest[len(part) :]
    return total + current


_HAN_DIGITS = {c: v for v, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"百": 100, "千": 1000, "万": 1e4, "萬": 1e4, "億": 1e8, "亿": 1e8, "兆": 1e12}


def _han(text: str) -> float:
    """The value of a number in Chinese characters."""
    if all(c in _HAN_DIGITS for c in text):
        return float("".join(str(_HAN_DIGITS[c]) for c in text)[:300])
    total = section = digit = 0.0
    for c in text:
        if c in _HAN_DIGITS:
            digit = _HAN_DIGITS[c]
        elif c in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[c]
            digit = 0
        else:
            total += (section + digit or 1) * _HAN_SCALES[c]
            section = digit = 0
    return total + section + digit
