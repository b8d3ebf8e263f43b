"""When two texts count as the same: exactly, but for white space, but for typography, but for case and accents."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„«»‟〝〞＂", '"'),
        **dict.fromkeys("‘’‚‹›´`′ʼ＇", "'"),
        **dict.fromkeys("–—‑−‐―", "-"),
        **dict.fromkeys("\u00a0\u202f\u2007\u2009\u200a\u2002\u2003\u3000", " "),
        **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)},  # full-width forms
        **dict(zip("ﬀﬁﬂﬃﬄ", ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad\u200e\u200f\u061c", None),
        "…": "...",
    }
)
_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
_DASH = regex.compile(r"(?<=[^\p{N}\s])\s+-(?=\p{N})(*SKIP)(*FAIL)|\s*-+\s*")
"""A dash with the space around it; not the sign of a number below zero: it was -4 degrees."""

_SPACE = regex.compile(r"\s+")
_MARKUP = regex.compile(r"[*_`#<>\[\]()|\\~^↩]|&#?\w+;")


def spaced(text: str) -> str:
    """White space collapsed, composed to NFC: equal when only white space or encoding differs."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Quotes, dashes, spaces and invisible characters made plain: equal when only typography differs."""
    # Not NFKC: it would make "10²" and "102" one number.
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return _SPACE.sub(" ", _DASH.sub("-", plain)).strip()


def closed(text: str) -> str:
    """`fold` without any space: equal when only typography or spacing differs."""
    return fold(text).replace(" ", "")


def bare(text: str) -> str:
    """`closed` without markup signs."""
    return closed(_MARKUP.sub("", text))


def unaccented(text: str) -> str:
    """The text without combining marks or ligatures, and with the Arabic letters written for each other made one."""
    decomposed = unicodedata.normalize("NFD", text).translate(_LETTERS)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
