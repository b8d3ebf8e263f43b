"""A second witness against a box: its name alone condemns no prose that agrees with the story.

Witnesses are links, fields and buttons, a heading or a label of furniture, a place before or after the story, and a
text that says nothing of what the page says of its story.
"""

from __future__ import annotations

from tracker.extractor import labels, phrases
from tracker.extractor.body.region import Region
from tracker.extractor.document import Node, TextBlock

_SMALL = 0.2  # of the article: a box that holds more is the article, whatever its name
_LINKED = 0.25  # of a box's words in links: it leads elsewhere
_WHOLE_LINK = 0.9
_HEADLINE = 3  # words of a line that may be one
_AGREES = 0.12  # of the evidence that a box must share with it to be the story's


def speaks_against(block: TextBlock, bit: int, region: Region) -> bool:
    """True for a block that is no prose, or whose box of such a name is condemned by more than the name."""
    if not block.points:
        return True
    box = _box(block, bit, region)
    return box is None or region.condemned(box, _is_condemned)


def _box(block: TextBlock, bit: int, region: Region) -> Node | None:
    """The largest box around a block that has such a name and holds little of the article."""
    small = [n for n in block.node.chain() if region.weights[n] < _SMALL * region.total]
    return next((n for n in reversed(small) if labels.flags(n.label) & bit), None)


def _is_condemned(box: Node, region: Region) -> bool:
    inside = [b for b in region.document.blocks if any(n is box for n in b.node.chain())]
    if box.controls or box.element.find(".//button") is not None:
        return True
    if inside[-1].index < region.prose or inside[0].index > region.prose_end:
        return True
    if sum(b.words * b.link_share for b in inside) > _LINKED * sum(b.words for b in inside):
        return True
    if any(b.link_share > _WHOLE_LINK and b.words >= _HEADLINE for b in inside):  # another story's headline
        return True
    if any(phrases.is_label(b.folded) or phrases.opening(b.text) for b in inside):
        return True
    if region.evidence is None:
        return True
    mask = 0
    for block in inside:
        mask |= region.evidence.mask(block)
    return region.evidence.share(mask) < _AGREES
