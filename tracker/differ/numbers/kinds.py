"""What kind of change a changed number is: refined, blurred, a toll that went up or down, or revised."""

from __future__ import annotations

from functools import cache

import regex

from tracker.differ.folding import fold
from tracker.differ.numbers.reading import read
from tracker.differ.tables import table

_NEAR = 0.15
"""Share by which an exact number may lie beside "about" and still be what was meant."""
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")


def kind(old: str, new: str, language: str = "", context: str = "") -> str | None:
    """The kind of a changed number, or None where not exactly one number stands against one.

    Both texts hold the words just before and after; `context` is the sentence, in which a toll is named.
    """
    before, after = _bounded(old, language), _bounded(new, language)
    if before is None or after is None or before == after:
        return None
    (bound, value), (other, amount) = before, after
    if bound and not other:
        return "refined" if _fits(bound, value, amount) else "revised"
    if other and not bound:
        return "blurred" if _fits(other, amount, value) else "revised"
    if value != amount and _pattern("toll").search(fold(context)):
        return "toll-up" if amount > value else "toll-down"
    return "revised"


def _fits(bound: str, limit: float, exact: float) -> bool:
    if bound == "least":
        return exact >= limit
    if bound == "most":
        return exact <= limit
    return abs(exact - limit) <= _NEAR * abs(limit)


def _bounded(text: str, language: str) -> tuple[str, float] | None:
    """The one number of a text and what bounds it ("" when nothing does)."""
    reading = read(fold(text), language)
    numbers = [value for value, is_article in reading.found if not is_article]
    if len(numbers) != 1 or not isinstance(numbers[0], float | int):
        return None
    line = fold(text)
    bounds = [(match.start(), name) for name in ("least", "about", "most") for match in _pattern(name).finditer(line)]
    return (max(bounds)[1] if bounds else "", float(numbers[0]))


@cache
def _pattern(name: str) -> regex.Pattern[str]:
    phrases = sorted({fold(word.replace("-", " ")) for word in table("numbers")["kind"][name].split()}, key=len)
    return regex.compile("|".join(map(_spelled, reversed(phrases))), regex.IGNORECASE)


def _spelled(phrase: str) -> str:
    pattern = regex.escape(phrase).replace(r"\ ", "[ -]")
    return pattern if _UNSPACED.match(phrase) else rf"(?<![\p{{L}}\p{{N}}]){pattern}(?![\p{{L}}\p{{N}}])"
