"""How sure a first look may be that it read the story, and not another text of the page."""

from __future__ import annotations

from tracker.extractor import body
from tracker.extractor.document import TextBlock
from tracker.extractor.evidence import Evidence
from tracker.extractor.first import Reading
from tracker.extractor.structured import Structured

UNSURE = 0.5
_STRANGE = 0.2  # of the evidence: under it the text may be another story
_AGREES = 0.4  # and over it there is no doubt
_SHORT = 60  # words of a body that may be a part taken for the whole


def measure(reading: Reading, data: Structured, evidence: Evidence) -> float:
    """0 to 1: how far the text that was read is the one that the page speaks of.

    Lower for a body of few words, for one that `articleBody` does not know, for one that says little of what headline
    and description say, where as much prose was left out as was read, and without any headline.
    """
    blocks = reading.document.blocks
    kept = [blocks[i] for i in reading.kept]
    words = sum(b.words for b in kept)
    sure = 1.0 if words >= _SHORT else 0.5
    known = _agreement(kept, evidence.stated) if evidence.stated else 0.0
    if evidence.stated and known < 0.5:
        sure *= 0.5
    if known < 0.8:
        mask = 0
        for block in kept:
            mask |= evidence.mask(block)
        share = evidence.share(mask)
        sure *= 0.5 if share < _STRANGE else 0.8 if share < _AGREES else 1.0
        if sum(map(body.points, kept)) <= sum(body.points(blocks[i]) for i in reading.dropped):
            sure *= 0.8
    if not (data.text("headline") or data.meta("og:title") or reading.document.h1s):
        sure *= 0.8
    return round(sure, 2)


def _agreement(blocks: list[TextBlock], stated: str) -> float:
    """Share of the blocks' words that `articleBody` holds too."""
    words = sum(b.words for b in blocks)
    return sum(b.words for b in blocks if b.folded in stated) / words if words else 0.0
