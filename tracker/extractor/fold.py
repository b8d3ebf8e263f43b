"""Folding: what two texts have in common when typography is set aside."""

from __future__ import annotations

import re
import unicodedata

_SOFT_HYPHEN, _ZERO_WIDTH, _JOINER, _MARK = "\u00ad\u200b\u2060\ufeff"
_INVISIBLE = dict.fromkeys(map(ord, (_SOFT_HYPHEN, _ZERO_WIDTH, _JOINER, _MARK)))
_LETTERLESS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def tidy(text: str) -> str:
    """The text as a reader sees it: white space collapsed, invisible break hints gone, nothing else touched."""
    return " ".join(without_hints(text).split())


def without_hints(text: str) -> str:
    """The text without the invisible characters that only say where a line may break."""
    if not text.isascii() and (_SOFT_HYPHEN in text or _ZERO_WIDTH in text or _JOINER in text or _MARK in text):
        return text.translate(_INVISIBLE)
    return text


def key(text: str) -> str:
    """What identifies a text whatever its case, spaces, quotes and punctuation: its letters and digits, folded."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", without_hints(text))
    return _LETTERLESS.sub("", text.casefold())


def digitless(folded: str) -> str:
    """A key with every run of digits replaced by one `0`: counters and clocks become equal."""
    return _DIGITS.sub("0", folded)


def tokens(text: str) -> set[str]:
    """The distinct folded words of a text; every wide (CJK, Thai) character is a word of its own."""
    folded = _WIDE.sub(lambda match: f" {match.group()} ", unicodedata.normalize("NFKC", text).casefold())
    return set(re.findall(r"\w+", folded))


def words(text: str) -> float:
    """The length of a text in words; scripts without spaces count 0.45 of a word a character."""
    if text.isascii():
        return float(text.count(" ") + 1) if text else 0.0
    return len(text.split()) + 0.45 * len(_WIDE.findall(text))


def likeness(one: str, other: str) -> float:
    """How much of the shorter text's words stand in the other: 0 to 1; single words must be equal."""
    first, second = tokens(one), tokens(other)
    if not first or not second:
        return 0.0
    if len(first) == 1 or len(second) == 1:
        return float(first == second)
    return len(first & second) / min(len(first), len(second))
