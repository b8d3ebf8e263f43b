"""Hours, dates and decades in one form, however they are written: 3pm and 15:00, 4 May 2021 and 2021-05-04.

`canonical` puts a mark in the place of each; what it marks equal is equal. A date that may be read in two ways
(4/5/2021 in English) stays as it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache

import regex

from tracker.differ.folding import fold
from tracker.differ.tables import base_language, number_words, table

OPEN, CLOSE = "\ue000", "\ue001"
"""What a mark stands between: characters that no text means anything by."""

_MARK = regex.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
_HAN = "〇零一二三四五六七八九十"
_HOUR = r"(?<![\p{N}\p{Latin}:.,/-])(?P<h>[01]?\d|2[0-4])"
_END = r"(?![\p{L}\p{N}])"
_CLOCKS = (
    rf"{_HOUR}(?:[:.](?P<m>[0-5]\d))?\s?(?P<half>[apAP])\.?\s?[mM](?:\.|{_END})",
    rf"{_HOUR}[:.](?P<m>[0-5]\d)\s?(?:Uhr|uur|hrs|hs|h){_END}",
    rf"{_HOUR}\s?[hH]\s?(?P<m>[0-5]\d){_END}",
    rf"{_HOUR}:(?P<m>[0-5]\d)(?![\p{{N}}:])",
)
_CJK_HOUR = (
    rf"(?P<h>\d{{1,2}}|[{_HAN}]{{1,3}})\s?[時时點点시](?![間间])\s?(?:(?P<m>\d{{1,2}}|半|[{_HAN}]{{1,3}})[分분]?)?"
)
_DATES = (
    r"(?<![\p{N}\p{Latin}/.-])(?P<y>\d{4})[-/.](?P<mo>0?[1-9]|1[0-2])[-/.](?P<d>0?[1-9]|[12]\d|3[01])(?![\p{N}/-])",
    r"(?:(?P<y>\d{4})\s?[年년]\s?)?(?P<mo>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日号號일]",
    r"(?<![\p{N}/.-])(?P<d>0?[1-9]|[12]\d|3[01])(?P<sep>[./-])\s?(?P<mo>0?[1-9]|[12]\d|3[01])(?P=sep)\s?(?P<y>\d{4})(?![\p{N}/-])",
)
_DECADES = (
    r"(?<!\p{N})(?P<y>1[89]\d0|20\d0)(?:'?s|er(?:n|[\s-]?jahren?)?|-?(?:talet|tallet|luku\p{L}*|erne)|年代|년대){END}",
    r"(?<![\p{N}\p{L}])(?:'|the\s|der\s|den\s|die\s)?(?P<y>[2-9]0)(?:'?s|er(?:n|[\s-]?jahren?)|-?(?:talet|tallet|luku\p{L}*|erne)|年代|년대){END}",
    r"(?:années|anni|años|anos|jaren|anys|década\sde|década\sdos|décennie)\s'?(?P<y>1[89]\d0|20\d0|[2-9]0){END}",
)


@lru_cache(maxsize=1024)
def canonical(text: str, language: str = "") -> str:
    """The text, folded, with a mark in the place of each hour, date and decade."""
    text = fold(text)
    for pattern, mark in _patterns(base_language(language)):
        text = pattern.sub(mark, text)
    return text


def beside_moments(text: str, language: str) -> str:
    """What of a text in its canonical form is no mark: the words that date it otherwise."""
    return _MARK.sub(" ", canonical(text, language))


def hours(text: str, language: str) -> list[str]:
    """The hours of a text that are marked as such, in order."""
    return [mark for mark in _MARK.findall(canonical(text, language)) if mark[1] == "t"]


def is_same(a: object, b: object) -> bool:
    """True when a mark, or a mark and a number, stand for one moment: 21:00 and 21, the 1960s and the sixties."""
    if a == b:
        return True
    if isinstance(b, str):
        a, b = b, a
    if not isinstance(a, str) or a[:1] != OPEN:
        return False
    if isinstance(b, str):
        return a[1:2] == b[1:2] == "s" and len(a) != len(b) and a[-3:-1] == b[-3:-1]
    if a[1] != "t" or not isinstance(b, float):
        return False
    hour, minute = int(a[2:4]), int(a[5:7])
    return b in {hour + minute / 100, *((hour,) if minute == 0 else ())}


@cache
def _patterns(language: str) -> tuple[tuple[regex.Pattern[str], Callable[[regex.Match[str]], str]], ...]:
    return tuple(_made(language))


def _made(language: str) -> Iterator[tuple[regex.Pattern[str], Callable[[regex.Match[str]], str]]]:
    """Every pattern of a language and what it is replaced by, the more telling first."""
    months = numbered("month", language)
    for pattern in _written_dates(months, language):
        yield pattern, lambda match: _date(match, months)
    for source in _DATES:
        yield regex.compile(source), lambda match: _numeric_date(match, language)
    parts = [(half, _phrases(half, language)) for half in ("morning", "evening")]
    for half, phrases in parts:
        if phrases:
            words = "|".join(sorted(map(regex.escape, _hours(language)))) or "(?!)"
            hour = rf"(?<![\p{{L}}\p{{N}}:.,])(?P<h>\d{{1,2}}|{words})(?:[:.](?P<m>[0-5]\d))?(?:\s?(?:h|uhr|uur))?"
            after = regex.compile(rf"{hour}\s(?:{phrases}){_END}", regex.IGNORECASE)
            yield after, lambda match, half=half: _time(match, half, language)  # type: ignore[misc]
    for half, names in table("moments")["before_hour"].items():
        phrases = "|".join(map(regex.escape, names.replace("~", " ").split()))
        yield (
            regex.compile(rf"(?:{phrases})\s?(?:{_CJK_HOUR}|(?P<h>\d{{1,2}})(?::(?P<m>[0-5]\d))?)"),
            lambda match, half=half: _time(match, half, language),  # type: ignore[misc]
        )
    yield regex.compile(_CJK_HOUR.removesuffix("?")), lambda match: _time(match, "", "")
    for source in _CLOCKS:
        yield regex.compile(source), lambda match: _time(match, "", language)
    if language in ("ja", "ko"):
        hour = r"(?<!\d)(?P<h>\d{1,2})\s?[時시](?![間간])(?P<m>(?!))?"
        yield regex.compile(hour), lambda match: _time(match, "", language)
    if language in ("ja", "zh"):
        yield regex.compile("(?<![過过])(?:半分|半数|半數|一半)"), lambda _: "50%"
    for source in _DECADES:
        yield regex.compile(source.replace("{END}", _END), regex.IGNORECASE), lambda m: f"{OPEN}s{m['y']}{CLOSE}"
    if decades := numbered("decade", language):
        names = "|".join(map(regex.escape, decades))
        yield (
            regex.compile(rf"(?<!\p{{L}})(?:{names}){_END}", regex.IGNORECASE),
            lambda m: f"{OPEN}s{10 * decades[m.group().casefold()] + 10}{CLOSE}",
        )


def _written_dates(months: Mapping[str, int], language: str) -> Iterator[regex.Pattern[str]]:
    if not months:
        return
    names = "|".join(map(_any_case, months)) if language == "en" else None
    names = names or "(?i:" + "|".join(map(regex.escape, months)) + ")"
    of = r"(?:(?:of|de|di|d')\s?)?"
    day, year = r"(?P<d>0?[1-9]|[12]\d|3[01])", r"(?P<y>(?:1[5-9]|20)\d{2})"
    yield regex.compile(
        rf"(?<![\p{{N}}.,:/-]){day}(?:st|nd|rd|th|er|º|\.)?\s{of}(?P<mo>{names})\.?(?:,?\s(?:del?\s)?{year})?{_END}"
    )
    yield regex.compile(rf"(?<!\p{{L}})(?P<mo>{names})\.?\s{day}(?:st|nd|rd|th)?(?:,?\s{year})?(?![\p{{L}}\p{{N}}:])")


def _any_case(month: str) -> str:
    """English months with a capital only: may and march are verbs as well."""
    return f"(?:{regex.escape(month.capitalize())}|{regex.escape(month.upper())})"


def _date(match: regex.Match[str], months: Mapping[str, int]) -> str:
    return f"{OPEN}d{match['y'] or ''}-{months[match['mo'].casefold()]:02}-{int(match['d']):02}{CLOSE}"


def _numeric_date(match: regex.Match[str], language: str) -> str:
    day, month = int(match["d"]), int(match["mo"])
    if "sep" in match.groupdict():
        if language in ("en", "") and match["sep"] == "/":
            if day <= 12 and month <= 12 and day != month:
                return match.group()
            day, month = max(day, month), min(day, month)
        if month > 12:
            return match.group()
    return f"{OPEN}d{match['y'] or ''}-{month:02}-{day:02}{CLOSE}"


def _time(match: regex.Match[str], half: str, language: str) -> str:
    """The mark of an hour; `half` is the half of the day it stands in, where that is said."""
    hour = _value(match["h"], language)
    minute = 30 if match["m"] == "半" else _value(match["m"] or "0", language)
    if hour is None or minute is None or hour > 24 or minute > 59:
        return match.group()
    named = match.groupdict().get("half")
    half = half or {"a": "morning", "p": "evening"}.get((named or "").lower(), "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "evening" else 0)
    return f"{OPEN}t{hour:02}:{minute:02}{CLOSE}"


def _value(text: str, language: str) -> int | None:
    if text.isdigit():
        return int(text)
    if text[0] in _HAN:
        tens, ten, ones = text.rpartition("十")
        if not ten:
            return _HAN.index(text) - 1 if len(text) == 1 and text not in "〇零" else None
        return 10 * (_HAN.index(tens) - 1 if tens else 1) + (_HAN.index(ones) - 1 if ones else 0)
    value = number_words(language).get(text.casefold())
    return int(value) if value is not None and value == int(value) else None


@cache
def _hours(language: str) -> frozenset[str]:
    """The words for one to twelve."""
    known = table("numbers").get(language)
    return frozenset(word for word, v in number_words(language).items() if 1 <= v <= 12) if known else frozenset()


@cache
def numbered(kind: str, language: str) -> Mapping[str, int]:
    """The names of months, decades or days, and the place of each (from one)."""
    rows = table("moments")[kind].get(language, "").split()
    return {name.replace("~", " "): place for place, row in enumerate(rows, 1) for name in row.split(",")}


@cache
def _phrases(half: str, language: str) -> str:
    return "|".join(regex.escape(p.replace("~", " ")) for p in table("moments")[half].get(language, "").split())
