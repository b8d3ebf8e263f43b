"""The value of one number as it is written: digits, Roman figures, Chinese characters, words put together."""

from __future__ import annotations

import unicodedata
from functools import cache

import regex

from tracker.differ.tables import joined_number_words, number_scales, number_words, table

Value = float | str
"""A number's value, or its digits as written where it has none (dates, versions, scores)."""

SCALES = "百千万萬亿億兆"
_THOUSANDS = regex.compile(r"(?!0)\p{Nd}{1,3}([ '.,])\p{Nd}{3}(?:\1\p{Nd}{3})*")
_DECIMAL = regex.compile(r"(\p{Nd}{1,3}(?:[ '.,]\p{Nd}{3})*|\p{Nd}+)[.,](\p{Nd}+)")
_CLOCK = regex.compile(r"(\p{Nd}{1,2}):([0-5]\p{Nd})")
_ROMAN = {"I": 1, "V": 5, "X": 10}


def roman(text: str) -> float:
    """The value of a number in Roman figures."""
    figures = [_ROMAN[letter] for letter in text]
    return float(sum(-a if a < b else a for a, b in zip(figures, [*figures[1:], 0], strict=True)))


def mixed(text: str) -> float:
    """The value of digits with magnitudes in Chinese characters: 1.2万, 1億2000万."""
    total = 0.0
    for digits, scales in regex.findall(rf"(\p{{Nd}}+(?:[.,]\p{{Nd}}+)*)([{SCALES}]*)", text):
        value = literal(digits)
        number = value if isinstance(value, float) else 0.0
        for scale in scales:
            number *= _HAN_SCALES[scale]
        total += number
    return total


def literal(digits: str) -> Value:
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
    scales = {w: v for w, v in number_scales(language).items() if len(w) > 2}
    parts = {**number_words(language), **joined_number_words(language), **scales}
    names = "|".join(regex.escape(word) for word in sorted(parts, key=len, reverse=True))
    return parts, regex.compile(f"(?:(?:{names})(?:und|ën|en|og)?)+")


def compound(word: str, language: str) -> float | None:
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


def han(text: str) -> float:
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


def counts_something(figures: str, after: str, before: str = "") -> bool:
    """True for Chinese figures that are a number: 十二人, 三千; not in names and words: 四川, 三重, 十分, 三浦."""
    words = _han_list("words")
    if after[:1] in _HAN_CLOCK and after[1:2] in _AFTER_CLOCK:
        return True  # 十分間 are ten minutes, while 十分 is a word
    if figures + after[:1] in words or figures + after[:2] in words or before + figures in words:
        return False
    if not _HAN.match(after) or before == "第":
        return True
    if after[0] in _HAN_CLOCK:
        return len(figures) > 1
    return after[0] in _han_list("counters") or (len(figures) > 1 and after[0] not in _han_list("in_names"))


_HAN = regex.compile(r"\p{Han}")
_HAN_CLOCK = frozenset("分点點")
_AFTER_CLOCK = frozenset("間间钟鐘後后前半")


@cache
def _han_list(kind: str) -> frozenset[str]:
    return frozenset(table("numbers")["han"][kind].split())
