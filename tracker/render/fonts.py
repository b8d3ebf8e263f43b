"""Fonts for the card: which to ask for, and which scripts no font of this machine can show.

An SVG is drawn where it is read, with whatever fonts are there. A PNG is drawn here, and a letter that no font has
would become an empty box: that is found out before.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from html import unescape

import regex

_LAST = "'Noto Sans', 'DejaVu Sans', 'Segoe UI', Arial, sans-serif"
# Han letters look different in each country: what stands beside them tells which. The first that occurs decides.
_FIRST = (
    (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), "'Noto Sans CJK JP', "),
    (regex.compile(r"\p{Hangul}"), "'Noto Sans CJK KR', "),
    (regex.compile(r"\p{Han}"), "'Noto Sans CJK SC', "),
    (regex.compile(r"\p{Arabic}"), "'Noto Sans Arabic', "),
)
# Scripts with a font of their own that has no figures: named for their words only. Unnamed, any weight would be taken.
_OWN_FONT = (
    *("Hebrew", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala"),
    *("Thai", "Lao", "Khmer", "Myanmar", "Georgian", "Armenian", "Ethiopic"),
)
_RUN = regex.compile(
    "|".join(rf"(?P<{script}>(?:\p{{{script}}}[\p{{M}}\p{{Zs}}\u200c\u200d]*)+)" for script in _OWN_FONT)
)
_NOWHERE = "\U0010fffd"
"""A private letter: whatever is drawn for it is what is drawn for a letter that no font has."""
_MARKUP = regex.compile(r"<[^>]*>")
_SAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="30" font-size="24" '
    "font-family=\"'Noto Sans', 'DejaVu Sans', sans-serif\">{}</text></svg>"
)


def families(text: str) -> str:
    """The font families to try for a line, as CSS has it."""
    return next((first for script, first in _FIRST if script.search(text)), "") + _LAST


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in runs, each with the family it needs as CSS has it, or "" where the line's own will do."""
    at = 0
    for match in _RUN.finditer(text):
        if match.start() > at:
            yield "", text[at : match.start()]
        yield f"'Noto Sans {match.lastgroup}', {_LAST}", match.group()
        at = match.end()
    if at < len(text):
        yield "", text[at:]


def missing(svg: str) -> list[str]:
    """The scripts in the text of an SVG of ours that would be drawn as empty boxes, by their Unicode names."""
    samples: dict[str, str] = {}
    for char in unescape(_MARKUP.sub("", svg)):
        if char.isalpha():
            samples.setdefault(_script(char), char)
    return [script for script, char in samples.items() if not _drawn(char)]


@cache
def _script(char: str) -> str:
    """`Latin`, `Cyrillic`, `CJK`: the first word of the letter's name."""
    first = unicodedata.name(char, "unnamed letter").split()[0]
    return first if first == "CJK" else first.capitalize()


@cache
def _drawn(char: str) -> bool:
    return _picture(char) != _picture(_NOWHERE)


@cache
def _picture(char: str) -> bytes:
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=_SAMPLE.format(char)))
