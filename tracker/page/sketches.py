"""A few hashes that stand for a text, and how much of one text is in another. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import regex

from tracker.model import Content

SKETCH = 24
"""How many hashes stand for a text."""

ALIKE_SHARE, SAME_SHARE = 0.5, 0.95
"""Two readings that share the first are of one page over time; texts at two addresses are one only from the second."""

_WIDTH = 8
_TOKEN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]|[\p{L}\p{N}]+")


def sketch(content: Content) -> str:
    """A few hashes that stand for a text: the smallest of its pairs of neighbouring words, in hex.

    Two texts share about as much of their sketches as of their words (bottom-k sketches, Broder 1997), so that a
    newsletter box that slipped in beside a doubtful text does not make it another.
    """
    hashes = {hashlib.blake2b(" ".join(pair).encode(), digest_size=4).hexdigest() for pair in _pairs(content)}
    return "".join(sorted(hashes)[:SKETCH])


def alike(one: str, other: str) -> bool:
    """Whether two sketches are of the same text, give or take what stands around it."""
    return _shared(one, other) >= ALIKE_SHARE


def same(one: str, other: str) -> bool:
    """Whether two sketches are of texts that differ in hardly anything. An empty text is like no other."""
    return bool(one and other) and _shared(one, other) >= SAME_SHARE


def kept(old: Content, new: Content) -> float:
    """The share of the old text that is still there, counted in pairs of neighbouring words; 1 when there was none."""
    before, after = Counter(_pairs(old)), Counter(_pairs(new))
    return (before & after).total() / before.total() if before else 1.0


def _shared(one: str, other: str) -> float:
    ours, theirs = ({text[i : i + _WIDTH] for i in range(0, len(text), _WIDTH)} for text in (one, other))
    smallest = sorted(ours | theirs)[:SKETCH]
    return sum(h in ours and h in theirs for h in smallest) / len(smallest) if smallest else 1.0


def _pairs(content: Content) -> Iterator[tuple[str, str]]:
    """Neighbouring words, paragraph by paragraph; a character counts as a word in scripts without spaces."""
    for paragraph in content.paragraphs:
        yield from pairwise(_TOKEN.findall(paragraph.text))


def tokens(text: str) -> frozenset[str]:
    """The words of a text that can tell it from another, folded: of three letters or more, numbers, and single
    characters of scripts without spaces."""
    found = _TOKEN.findall(text.casefold())
    return frozenset(word for word in found if len(word) > 2 or word.isdigit() or not word.isascii())
