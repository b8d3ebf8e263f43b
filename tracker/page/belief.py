"""Texts that are not believed at first sight: those that collapsed, and those that turned into others.

A site that serves half a page, a template's stump or another story for an hour must not make a version. A collapsed
text never does; an article that stays collapsed is gone in the end. A text that is all new makes a version when it is
read twice: asked for again at once, or, when that fails, at a later check. Until then
`ArticleState.suspicion["text"]` remembers its sketch and since when it was read.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import regex

from tracker.model import Content

WAIT = timedelta(minutes=15)
"""How long after its first reading a new text is read again."""

EARLY = 0.9
"""A reading counts when at least this share of the wait has passed."""

COLLAPSED_SHARE, COLLAPSED_WORDS = 0.30, 60
"""A body under this share of the words it had, and at least so many words short, has collapsed."""

WALLED_SHARE = 0.60
"""A page that now says it is not free and has less than this share of its words is behind a paywall."""

DRASTIC_SHARE = 0.20
"""A text that keeps less than this share of the old one is another text."""

SKETCH = 24
"""How many hashes stand for a text."""

ALIKE_SHARE = 0.5
"""Two readings that share at least this much are of the same text."""

_KEY = "text"
_TOKEN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]|[\p{L}\p{N}]+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is remembered of a new text, whether it is confirmed, and how soon to look again."""

    suspicion: Mapping[str, Any]
    confirmed: bool = False
    again: timedelta | None = None


def weigh(suspicion: Mapping[str, Any], text: str, now: datetime) -> Doubt:
    """Weigh one reading of a text that is all new, given as its sketch; other keys of `suspicion` are kept.

    It is confirmed when it was read before, long enough ago, so that ten forced checks in a minute confirm nothing.
    """
    memory = suspicion.get(_KEY)
    since = now
    if isinstance(memory, Mapping) and alike(str(memory.get("sketch")), text):
        since = min(now, _moment(memory.get("since"), now))
        if now - since >= EARLY * WAIT:
            return Doubt(suspicion, confirmed=True)
    remembered = {**suspicion, _KEY: {"sketch": text, "since": since.isoformat()}}
    return Doubt(remembered, again=max(since + WAIT - now, timedelta(minutes=1)))


def collapsed(old: Content, new: Content) -> bool:
    """True when most of the article's text is missing: the body is empty, or under a third and many words short."""
    if old.words and not new.words:
        return True
    return new.words < COLLAPSED_SHARE * old.words and old.words - new.words >= COLLAPSED_WORDS


def walled(old: Content, new: Content) -> bool:
    """True when a page that says it is not free (`isAccessibleForFree`) shows much less than the article had.

    A page that said so before must have lost as much as a collapsed one. Briefs say too little about shrinking.
    """
    if new.free is not False or old.words < COLLAPSED_WORDS:
        return False
    return new.words < (WALLED_SHARE if old.free is not False else COLLAPSED_SHARE) * old.words


def drastic(old: Content, new: Content) -> bool:
    """True when under a fifth of the old text is still there, counted in pairs of neighbouring words."""
    before, after = Counter(_pairs(old)), Counter(_pairs(new))
    kept = (before & after).total()
    return bool(before) and kept < DRASTIC_SHARE * before.total()


def sketch(content: Content) -> str:
    """A few hashes that stand for a text: the smallest of its pairs of neighbouring words, in hex.

    Two texts share about as much of their sketches as of their words (bottom-k sketches, Broder 1997), so that a
    newsletter box that slipped in beside a doubtful text does not make it another.
    """
    hashes = {hashlib.blake2b(" ".join(pair).encode(), digest_size=4).hexdigest() for pair in _pairs(content)}
    return "".join(sorted(hashes)[:SKETCH])


def alike(one: str, other: str) -> bool:
    """Whether two sketches are of the same text, give or take what stands around it."""
    ours, theirs = ({text[i : i + 8] for i in range(0, len(text), 8)} for text in (one, other))
    smallest = sorted(ours | theirs)[:SKETCH]
    return sum(h in ours and h in theirs for h in smallest) >= ALIKE_SHARE * len(smallest)


def _pairs(content: Content) -> Iterator[tuple[str, str]]:
    """Neighbouring words, paragraph by paragraph; a character counts as a word in scripts without spaces."""
    for paragraph in content.paragraphs:
        yield from pairwise(_TOKEN.findall(paragraph.text))


def _moment(text: object, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise
