"""What belongs to the article and stands outside its body: captions, the standfirst. Corrections: `corrections`."""

from __future__ import annotations

from tracker.extractor import fold, labels
from tracker.extractor.document import TextBlock, in_h1
from tracker.extractor.first import BlockDecisions
from tracker.extractor.labels import AD, CAPTION, COMMENTS, NAVIGATION, RELATED, SIDE
from tracker.extractor.structured import Structured
from tracker.model import Kind, Paragraph

_CAPTION_REASONS = frozenset(("caption", "apart: figcaption", "apart: figure"))
_ELSEWHERE = RELATED | COMMENTS | NAVIGATION | AD
_LEAD = 14  # blocks above the text in which its picture and standfirst stand
_STANDFIRST = (
    "standfirst",
    "subtitle",
    "subheadline",
    "sub-headline",
    "dek",
    "deck",
    "lead",
    "summary",
    "intro",
    "excerpt",
)


def captions(reading: BlockDecisions) -> tuple[Paragraph, ...]:
    """Captions of the article's pictures, in page order, each once."""
    found: dict[str, str] = {}
    start, end = _span(reading)
    for block in reading.document.blocks[start:end]:
        reason = reading.reasons[block.index]
        framed = reason in _CAPTION_REASONS or (reason == "outside" and _in_figure(block))
        if framed and block.words >= 3 and block.link_share < 0.6 and not block.hidden and not _elsewhere(block):
            found.setdefault(block.folded, block.text)
    return tuple(Paragraph(text, Kind.CAPTION) for text in found.values())


def standfirst(reading: BlockDecisions, data: Structured) -> str:
    """The lines under the headline, as the page shows them; what only the metadata says when the page shows none.

    Empty when the description is the beginning of the body.
    """
    described = data.text("description") or data.meta("og:description", "description", "twitter:description")
    start, _ = _span(reading)
    for block in reading.document.blocks[start : reading.kept[0]]:
        if block.hidden or block.words < 6 or block.link_share > 0.5 or in_h1(block) or _in_figure(block):
            continue
        if (described and fold.likeness(block.text, described) >= 0.8) or _is_named_standfirst(block):
            return block.text
    begin = fold.key(described)[:60]
    if begin and any(begin in reading.document.blocks[i].folded for i in reading.kept[:4]):
        return ""
    return described


def _span(reading: BlockDecisions) -> tuple[int, int]:
    """The blocks (from, to) that can belong to the article: from its headline, or a little above, to its end."""
    blocks, kept = reading.document.blocks, reading.kept
    earliest = max(0, kept[0] - _LEAD)
    h1 = [i for i in range(earliest, kept[0]) if in_h1(blocks[i])]
    return (h1[0] + 1 if h1 else earliest), kept[-1] + 1


def _in_figure(block: TextBlock) -> bool:
    near = [node for _, node in zip(range(4), block.node.chain(), strict=False)]
    return any(node.tag in ("figcaption", "figure") for node in near) or bool(
        labels.flags(block.node.label) & CAPTION and "caption" in block.node.label
    )


def _elsewhere(block: TextBlock) -> bool:
    """True in a box of other stories, readers' comments, menus or advertisements."""
    for _, node in zip(range(5), block.node.chain(), strict=False):
        flags = labels.flags(node.label)
        if node.tag in ("nav", "footer", "aside", "main", "article"):
            return node.tag not in ("main", "article")
        if flags & _ELSEWHERE or (flags & SIDE and not flags & CAPTION):
            return True
    return False


def _is_named_standfirst(block: TextBlock) -> bool:
    return any(
        word in _STANDFIRST
        for _, node in zip(range(2), block.node.chain(), strict=False)
        for word in _words(node.label)
    )


def _words(label: str) -> list[str]:
    return label.replace("_", " ").replace("-", " ").split() + label.split()
