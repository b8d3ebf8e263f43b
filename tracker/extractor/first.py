"""The first look: the best body that a page alone allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracker.extractor import place
from tracker.extractor.body import boilerplate, container
from tracker.extractor.body.evidence import Evidence
from tracker.extractor.body.region import Region, shape
from tracker.extractor.document import Document, Node, in_h1
from tracker.extractor.profile import Profile
from tracker.extractor.tags import HEADINGS, PROSE
from tracker.language.notices import may_be_notice
from tracker.model import Block

_LAST_WORDS = frozenset((*HEADINGS, "p", "li", "blockquote", "td", "th", "tr"))
_OWN = 0.2  # of the text: what stands in one way is the article's own
_SAYING = 12  # words of a heading that says something by itself
_CLOSING = 30  # words of a box under the article that says nothing of it


class BlockDecisions:
    """What was decided about every block of a page: `reasons[i]` is empty for a kept block."""

    def __init__(self, document: Document, reasons: list[str], region: Region | None) -> None:
        self.document = document
        self.reasons: Sequence[str] = reasons
        self._reasons = reasons
        self._kept: list[int] | None = None
        self.region = region
        self.confidence = 1.0
        self.remembered: dict[int, Block] = {}  # what blocks were at the last reading
        self.notes: dict[int, str] = {}  # what to say of kept blocks instead of "article"

    @property
    def kept(self) -> list[int]:
        """Indexes of the kept blocks."""
        if self._kept is None:
            self._kept = [i for i, reason in enumerate(self._reasons) if not reason]
        return self._kept

    def drop(self, i: int, why: str) -> None:
        """Give a block the reason why it is not article text."""
        self._reasons[i] = why
        self._kept = None

    @property
    def dropped(self) -> list[int]:
        """Indexes of all other blocks."""
        return [i for i, reason in enumerate(self.reasons) if reason]


def read(document: Document, evidence: Evidence, profile: Profile) -> BlockDecisions:
    """Decide about every block of a page that was never seen before."""
    region = container.find(document, evidence, profile.container)
    reasons = [
        boilerplate.reason(block, region) if inside else "outside"
        for block, inside in zip(document.blocks, region.member, strict=True)
    ]
    reading = BlockDecisions(document, reasons, region)
    _ask(profile, reading)
    trim(reading)
    _drop_closing_boxes(reading, region)
    return reading


def _drop_closing_boxes(reading: BlockDecisions, region: Region) -> None:
    """Drop a short text that stands alone in a box of another kind than the article uses, after its last paragraph."""
    blocks = [reading.document.blocks[i] for i in reading.kept]
    sizes: Counter[tuple[str, ...]] = Counter()
    for block in blocks:
        sizes[shape(block)] += block.words  # type: ignore[assignment]
    own = [block for block in blocks if sizes[shape(block)] >= _OWN * region.total and block.points]
    if not own or region.main is None:
        return
    shapes = {shape(block) for block in blocks if block.index <= own[-1].index}
    for block in blocks:
        if block.index > own[-1].index and block.words < _CLOSING and shape(block) not in shapes:
            box = next((node for node in block.node.chain() if node.tag not in PROSE), None)
            if box is not None and region.weights[box] < _CLOSING and not may_be_notice(block.text):
                reading.drop(block.index, "box after the end")


def _ask(profile: Profile, reading: BlockDecisions) -> None:
    """Drop what the profile knows as furniture; what stands as the article's own paragraphs do is only doubted.

    A profile that knows most of the text has seen the story elsewhere: it is doubted as a whole, and dropped nowhere.
    """
    blocks = reading.document.blocks
    against = {i: why for i in reading.kept if (why := profile.speaks_against(blocks[i]))}
    if not against:
        return
    others = [blocks[i] for i in reading.kept if i not in against]
    whole = sum(blocks[i].words for i in against) > sum(block.words for block in others)
    own = place.Own(others)
    for i, why in against.items():
        if whole or own.holds(blocks[i]):
            reading.notes[i] = place.DOUBT + why
        else:
            reading.drop(i, why)


def trim(reading: BlockDecisions, among: list[int] | None = None) -> None:
    """Drop what the rules left at both ends, headings without text, and second copies; only `among` when given."""
    blocks = reading.document.blocks
    candidates = set(range(len(blocks)) if among is None else among)
    prose = [i for i in reading.kept if blocks[i].words >= 10]
    if not prose or not candidates:
        return
    usual = {blocks[i].path for i in prose}
    for i in reading.kept:
        tag = blocks[i].node.tag
        if i not in candidates:
            continue
        said = blocks[i].path in usual and boilerplate.is_sentence(blocks[i].text)
        if (i < prose[0] or i > prose[-1]) and tag not in _LAST_WORDS and not said:
            reading.drop(i, "edge")
        elif i > prose[-1] and tag in HEADINGS:
            reading.drop(i, "heading of nothing")
    _drop_empty_boxes(reading, candidates)
    seen: dict[str, Node] = {}
    for i in sorted(reading.kept, key=lambda i: i in candidates):
        if blocks[i].words >= 12 and not in_h1(blocks[i]):
            home = seen.setdefault(blocks[i].folded, blocks[i].home)
            if home is not blocks[i].home and i in candidates:  # a copy for another screen, not a refrain
                reading.drop(i, "repeated")


def _drop_empty_boxes(reading: BlockDecisions, candidates: set[int]) -> None:
    """Drop the heading of a box whose other texts were all dropped."""
    blocks, reasons = reading.document.blocks, reading.reasons
    held: Counter[Node] = Counter()
    dropped: Counter[Node] = Counter()
    for block, reason in zip(blocks, reasons, strict=True):
        if not reason and block.node.tag not in HEADINGS:
            held.update(block.node.chain())
        elif reason:
            dropped.update(block.node.chain())
    start = next((i for i in reading.kept if blocks[i].points), 0)
    for i in reading.kept:
        node = blocks[i].node
        if i > start and blocks[i].words >= _SAYING:
            continue  # too long for the name of a box
        if i in candidates and node.tag in HEADINGS and node.parent and not held[node.parent] and dropped[node.parent]:
            reading.drop(i, "heading of a dropped box")
