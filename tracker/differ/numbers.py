"""Numbers by value: 1,000 = 1.000 = 1 000 = one thousand; 3.5bn = 3,5 Milliarden."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache

import regex

from tracker.differ.folding import fold
from tracker.differ.tables import base_language, number_scales, number_words, words_for_one

Value = float | str
"""A number's value, or its digits as written where it has none (dates, versions, scores)."""

_GROUPS = r"\p{Nd}{1,3}(?:[ '.,]\p{Nd}{3})+(?!\p{Nd})(?:[.,]\p{Nd}{1,2}(?!\p{Nd}))?"
_TOKEN = regex.compile(
    rf"""(?P<digits>{_GROUPS}|\p{{Nd}}+(?:[.,:·]\p{{Nd}}+)*)(?P<suffix>\p{{Latin}}{{1,3}}(?!\p{{L}}))?
       | (?P<han>[〇一二三四五六七八九十百千万萬億亿兆两兩]+)
       | (?P<word>(?:(?![\p{{Han}}\p{{Hiragana}}\p{{Katakana}}])\p{{L}}[\p{{M}}']*)+)
       | (?P<other>\S)""",
    regex.VERBOSE,
)
_SCORE = regex.compile(r"(?<![\p{L}\p{N}])(\p{Nd}{1,3})\s?[-:]\s?(\p{Nd}{1,3})(?![\p{L}\p{N}])")
_THOUSANDS = regex.compile(r"(?!0)\p{Nd}{1,3}([ '.,])\p{Nd}{3}(?:\1\p{Nd}{3})*")
_DECIMAL = regex.compile(r"(\p{Nd}{1,3}(?:[ '.,]\p{Nd}{3})*|\p{Nd}+)[.,](\p{Nd}+)")
_CLOCK = regex.compile(r"(\p{Nd}{1,2}):([0-5]\p{Nd})")
_MINUS = regex.compile(r"[^\p{L}\p{N}]?-")
_LINKING = frozenset(("and", "und", "et", "y", "e", "en", "og", "och", "i", "и"))
_COMPOUNDING = frozenset(("de", "nl", "sv", "no", "da", "it", "fi"))
_CURRENCY = regex.compile(r"\p{Sc}")
_CURRENCY_WORD = regex.compile(
    r"\b(?:dollars?|euros?|pounds?|yen|yuan|rupees?|roubles?|rubles?|francs?|franken|dólar(?:es)?|libras?|pfund|livres?|"
    r"usd|eur|gbp|jpy|cny|inr|chf|kr|kronor|kroner|złot\w*|korun\w*|lira)\b",
    regex.IGNORECASE,
)


def differ(old: str, new: str, language: str = "") -> bool:
    """True when two texts state different numbers, amounts or units of money.

    A word for "one" counts only where another number stands against it: mostly it is an article.
    """
    old_values, old_ones = _count(old, language)
    new_values, new_ones = _count(new, language)
    lost, gained = old_values - new_values, new_values - old_values
    if lost or gained:
        spare_new: Counter[Value] = Counter({1.0: new_ones - old_ones})
        spare_old: Counter[Value] = Counter({1.0: old_ones - new_ones})
        return bool(lost - spare_new or gained - spare_old)
    return _currencies_differ(old, new) or _scores_differ(old, new)


def in_order(old: str, new: str, language: str = "") -> bool:
    """True when two texts state the same numbers in the same order."""
    before, after = ([v for v, _ in _read(fold(text), language)] for text in (old, new))
    return before == after


def is_number_word(word: str, language: str = "") -> bool:
    """True for a word that is a number, a magnitude, or a word for "one"."""
    lower = word.casefold()
    if word[:1].isdigit() or lower in number_words(language) or lower in number_scales(language):
        return True
    return len(lower) > 5 and base_language(language) in _COMPOUNDING and _compound(lower, language) is not None


def _scores_differ(old: str, new: str) -> bool:
    """A result turned round: 3-1 and 1-3."""
    before, after = _SCORE.findall(fold(old)), _SCORE.findall(fold(new))
    return len(before) == len(after) == 1 and before != after and sorted(before[0]) == sorted(after[0])


def values(text: str, language: str = "") -> Counter[Value]:
    """How often each value stands in a text, words for "one" left out."""
    return _count(text, language)[0]


def has_number(text: str, language: str = "") -> bool:
    """True when a text states a number, in digits or words."""
    return bool(_count(text, language)[0])


def _currencies_differ(old: str, new: str) -> bool:
    before, after = Counter(_CURRENCY.findall(old)), Counter(_CURRENCY.findall(new))
    if before == after:
        return False
    if before and after:
        return set(before) != set(after)
    return not _CURRENCY_WORD.search(old if after else new)


def _count(text: str, language: str) -> tuple[Counter[Value], int]:
    found: Counter[Value] = Counter()
    ones = 0
    for value, is_article in _read(fold(text), language):
        if is_article:
            ones += 1
        else:
            found[value] += 1
    return found, ones


def _read(text: str, language: str) -> Iterator[tuple[Value, bool]]:
    """Every number of a text, with a flag for a lone word "one"."""
    reader = _Reader(language)
    for match in _TOKEN.finditer(text):
        if match["digits"]:
            before = text[max(0, match.start() - 2) : match.start()]
            reader.digits(match["digits"], (match["suffix"] or "").casefold(), _MINUS.fullmatch(before) is not None)
        elif match["han"]:
            reader.end()
            reader.found.append((_han(match["han"]), match["han"] == "一"))
        elif match["word"]:
            reader.word(match["word"].casefold())
        else:
            reader.sign(match["other"])
    reader.end()
    yield from reader.found


class _Reader:
    """Puts number words together: two hundred and fifty thousand."""

    def __init__(self, language: str) -> None:
        self.language = base_language(language)
        self.words, self.scales = number_words(language), number_scales(language)
        self.ones = words_for_one(language)
        self.found: list[tuple[Value, bool]] = []
        self._restart()

    def _restart(self) -> None:
        self.parts: list[float] = []
        self.literal = self.only_one = self.linked = False

    def end(self) -> None:
        """The number under way is complete."""
        if self.parts:
            self.found.append((sum(self.parts), self.only_one))
        self._restart()

    def digits(self, text: str, suffix: str, minus: bool) -> None:
        """A number in digits, with what is glued to it (`bn`, `k`, `th`)."""
        self.end()
        value = _literal(text)
        if isinstance(value, str):
            self.found.append((value, False))
            return
        self.parts = [(-value if minus else value) * self.scales.get(suffix, 1)]
        self.literal = True

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
            self.end()

    def sign(self, sign: str) -> None:
        """A sign: only a hyphen can stand inside a number in words."""
        if sign == "-" and self.parts and not self.literal and not self.linked:
            self.linked = True
        else:
            self.end()

    def _scale(self, scale: float) -> None:
        below = sum(v for v in self.parts if abs(v) < scale)
        self.parts = [v for v in self.parts if abs(v) >= scale] + [(below or 1) * scale]
        self.only_one = self.linked = False

    def _small(self, value: float, word: str) -> None:
        if self.parts and not self._continues(value):
            self.end()
        self.only_one = not self.parts and word in self.ones
        self.parts.append(value)
        self.linked = False

    def _continues(self, value: float) -> bool:
        return not self.literal and self.parts[-1] % 10 == 0 and self.parts[-1] >= 20 and value < self.parts[-1]


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


def _han(text: str) -> float:
    """The value of a number in Chinese characters."""
    digits = {c: v for v, c in enumerate("〇一二三四五六七八九")} | {"两": 2, "兩": 2}
    units = {"十": 10, "百": 100, "千": 1000}
    scales = {"万": 1e4, "萬": 1e4, "億": 1e8, "亿": 1e8, "兆": 1e12}
    if not any(c in units or c in scales for c in text):
        return float("".join(str(digits[c]) for c in text)[:300])
    total = section = digit = 0.0
    for c in text:
        if c in digits:
            digit = digits[c]
        elif c in units:
            section += (digit or 1) * units[c]
            digit = 0
        else:
            total += (section + digit or 1) * scales[c]
            section = digit = 0
    return total + section + digit
