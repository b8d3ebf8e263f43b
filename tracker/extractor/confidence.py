"""How sure a first look may be that it read the story, and not another text of the page."""

from __future__ import annotations

from tracker.extractor.body.evidence import Evidence
from tracker.extractor.document import TextBlock
from tracker.extractor.first import BlockDecisions
from tracker.extractor.structured import Structured

UNSURE = 0.5
BY_SCRIPT = 0.8  # of a text that no reader was seen to be shown
_STRANGE = 0.2  # of the evidence: under it the text may be another story
_AGREES = 0.4  # and over it there is no doubt
_GAIN = 0.3  # of the evidence: so much more another text must agree to be the story rather
_SHORT = 60  # words of a body that may be a part taken for the whole


def measure(reading: BlockDecisions, data: Structured, evidence: Evidence) -> float:
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
        share = _share(reading, evidence)
        sure *= 0.5 if share < _STRANGE else 0.8 if share < _AGREES else 1.0
        if sum(b.points for b in kept) <= sum(blocks[i].points for i in reading.dropped):
            sure *= 0.8
    if not (data.text("headline") or data.meta("og:title") or reading.document.h1s):
        sure *= 0.8
    return round(sure, 2)


def is_rather(other: BlockDecisions, reading: BlockDecisions, evidence: Evidence) -> bool:
    """True when another reading is the story, and this one shows none of it: no prose, or prose of other things."""
    blocks = reading.document.blocks
    shown = [blocks[i].folded for i in reading.kept if blocks[i].points]
    hidden = {other.document.blocks[i].folded for i in other.kept}
    if sum(other.document.blocks[i].words for i in other.kept) < _SHORT:
        return False
    if not shown:
        return True
    strange = _share(reading, evidence) < _STRANGE and hidden.isdisjoint(shown)
    return strange and _share(other, evidence) >= _share(reading, evidence) + _GAIN


def _share(reading: BlockDecisions, evidence: Evidence) -> float:
    mask = 0
    for i in reading.kept:
        mask |= evidence.mask(reading.document.blocks[i])
    return evidence.share(mask)


def _agreement(blocks: list[TextBlock], stated: str) -> float:
    """Share of the blocks' words that `articleBody` holds too."""
    words = sum(b.words for b in blocks)
    return sum(b.words for b in blocks if b.folded in stated) / words if words else 0.0
