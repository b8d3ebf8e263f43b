"""How sure a first look may be, and the second opinion when it is not: trafilatura proposes, our rules decide."""

from __future__ import annotations

from tracker.extractor import body, boilerplate, fold
from tracker.extractor.document import Document, TextBlock
from tracker.extractor.evidence import stated_body
from tracker.extractor.first import Reading, trim
from tracker.extractor.structured import Structured

UNSURE = 0.5
_SHORT = 60  # words of a body that may be a part taken for the whole
_MUCH_MORE = 1.5  # times our text, and …
_ENOUGH = 80  # … this many words: what another reading must find to be believed


def confidence(reading: Reading, data: Structured) -> float:
    """0 to 1: lower for a body of few words, one that `articleBody` does not know, one that no headline leads."""
    kept = [reading.document.blocks[i] for i in reading.kept]
    words = sum(b.words for b in kept)
    sure = 1.0 if words >= _SHORT else 0.5
    if (stated := stated_body(data)) and _agreement(kept, stated) < 0.5:
        sure *= 0.5
    if not (data.text("headline") or data.meta("og:title") or reading.document.h1s):
        sure *= 0.8
    return sure


def ask(html: str, reading: Reading, data: Structured) -> Reading:
    """The reading, or trafilatura's proposal judged by our rules where that finds what ours has missed."""
    document = reading.document
    proposed = _proposal(html, document)
    if proposed is None:
        return reading
    region = body.Region(document, proposed, None, [b.index for b in document.h1s])
    reasons = [
        boilerplate.reason(block, region) if inside else "outside"
        for block, inside in zip(document.blocks, proposed, strict=True)
    ]
    other = Reading(document, reasons, region)
    trim(other)
    other.confidence = UNSURE
    ours, theirs = ([document.blocks[i] for i in r.kept] for r in (reading, other))
    if stated := stated_body(data):
        return other if _agreement(theirs, stated) > _agreement(ours, stated) + 0.2 else reading
    found = sum(b.words for b in theirs)
    return other if found >= max(_ENOUGH, _MUCH_MORE * sum(b.words for b in ours)) else reading


def _agreement(blocks: list[TextBlock], stated: str) -> float:
    """Share of the blocks' words that `articleBody` holds too."""
    words = sum(b.words for b in blocks)
    return sum(b.words for b in blocks if b.folded in stated) / words if words else 0.0


def _proposal(html: str, document: Document) -> list[bool] | None:
    """The blocks that trafilatura holds to be the article; None when it finds nothing."""
    import trafilatura  # only the few unsure pages pay for it

    try:
        text = trafilatura.extract(html, url=document.url, fast=True, include_comments=False)
    except Exception:  # a library that fails on a hostile page has no opinion of it
        return None
    if not text:
        return None
    folded = fold.key(text)
    return [len(b.folded) >= 12 and b.folded in folded for b in document.blocks]
