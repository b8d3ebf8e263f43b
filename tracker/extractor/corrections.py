"""Corrections that are no paragraphs of the story: they stand in any box inside or beside it, or in the metadata."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.extractor import fold, labels
from tracker.extractor.document import Node, TextBlock, in_h1
from tracker.extractor.first import BlockDecisions
from tracker.extractor.labels import AD, COMMENTS, NAVIGATION, RELATED
from tracker.extractor.structured import Structured
from tracker.extractor.tags import HEADINGS
from tracker.language.notices import is_correction, may_be_notice
from tracker.model import Kind, Paragraph

_ABOVE = 14  # blocks above the text, where a notice may stand before or under the headline
_BELOW = 25  # and below it: footers, side boxes
_SHORTEST, _LONGEST = 5, 160  # words of a notice
_TOLD = 40  # letters of a line that says a whole correction, when the metadata says it with more around it
_ELSEWHERE = RELATED | COMMENTS | NAVIGATION | AD
_WHOLE = frozenset(("main", "body", "html"))


def notices(reading: BlockDecisions, data: Structured) -> tuple[Paragraph, ...]:
    """Corrections and clarifications that stand around the body; those inside it are paragraphs of it.

    A correction that only the metadata tells, as text or CorrectionComment, follows them.
    """
    found: dict[str, str] = {}
    for block in _beside(reading):
        if _may_be_notice(block) and is_correction(block.text) and not _is_elsewhere(block, reading):
            found.setdefault(block.folded, block.text)
    shown = [*found, *(reading.document.blocks[i].folded for i in reading.kept)]
    for text in data.corrections():
        told = fold.key(text)
        if told and not any(told in line or (len(line) > _TOLD and line in told) for line in shown):
            found.setdefault(told, text if may_be_notice(text) else f"Correction: {text}")
    return tuple(Paragraph(text, Kind.NOTICE) for text in found.values())


def _beside(reading: BlockDecisions) -> Iterator[TextBlock]:
    """The blocks in and near the story that are not its paragraphs."""
    kept = reading.kept
    for block in reading.document.blocks[max(0, kept[0] - _ABOVE) : kept[-1] + 1 + _BELOW]:
        if reading.reasons[block.index]:
            yield block


def _may_be_notice(block: TextBlock) -> bool:
    return not block.hidden and _SHORTEST <= block.words <= _LONGEST and block.link_share < 0.5 and not in_h1(block)


def _is_elsewhere(block: TextBlock, reading: BlockDecisions) -> bool:
    """True in a box of other stories, readers' comments, menus or advertisements that holds nothing of the story."""
    blocks = reading.document.blocks
    own = {node for i in (reading.kept[0], reading.kept[-1]) for node in blocks[i].node.chain()}
    for node in block.node.chain():
        if node in own or node.tag in _WHOLE:
            return False
        if node.tag in ("nav", "article") or labels.flags(node.label) & _ELSEWHERE or _is_card(node, blocks, block):
            return True
    return False


def _is_card(box: Node, blocks: list[TextBlock], block: TextBlock) -> bool:
    """True for a box that opens with the linked headline of another story, a few blocks above."""
    before = blocks[max(0, block.index - 3) : block.index]
    return any(b.node.tag in HEADINGS and b.link_share > 0.9 and b.node.parent is box for b in before)
