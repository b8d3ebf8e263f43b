"""The second look: the blocks of the last reading are found again, and decisions once made are kept.

Only what is new between and around them is judged: by the rules of the first look, and by the place it stands in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz

from tracker.extractor import fold, place
from tracker.extractor.body import boilerplate
from tracker.extractor.body.evidence import Evidence
from tracker.extractor.body.region import Region, shape
from tracker.extractor.document import Document, Node, TextBlock
from tracker.extractor.first import BlockDecisions, trim
from tracker.extractor.profile import Profile
from tracker.extractor.tags import HEADINGS, PROSE
from tracker.language.notices import is_notice
from tracker.model import Block, Content

HEAD = 60  # characters by which a block is recognised
_ALIKE = 60.0  # of 100: an edited paragraph
_ENOUGH = 0.3  # of the old body must be found, or the page is read as if never seen
_MOST_COMPARED = 40_000  # pairs of unknown texts that are compared letter by letter


def memory(previous: Content) -> Sequence[Block]:
    """The blocks of the last reading; a content stored without them is remembered by its paragraphs."""
    if previous.blocks:
        return previous.blocks
    return tuple(Block(p.text, "", True, "article") for p in previous.paragraphs)


def read(document: Document, old: Sequence[Block], profile: Profile, evidence: Evidence) -> BlockDecisions | None:
    """Decide about every block of a page that was read before; None when too little of the old body is found."""
    match = _Match(document.blocks, old)
    if match.coverage < _ENOUGH:
        return None
    if (known := _unchanged(document, old, match.found)) is not None:
        return known
    kept = [i is not None and old[i].kept for i in match.found]
    region = Region(document, kept, None, [b.index for b in document.h1s], evidence)
    around = _Place(document.blocks, old, match.found, region)
    reasons: list[str] = []
    fresh: list[int] = []
    for block, i in zip(document.blocks, match.found, strict=True):
        if i is None:
            reasons.append(around.judge(block) or around.weigh(block, profile.speaks_against(block)))
            fresh.append(block.index)
        elif old[i].kept and around.strayed(block, old[i]):
            reasons.append("outside")
        else:
            reasons.append("" if old[i].kept else old[i].reason)
    reading = BlockDecisions(document, reasons, region)
    reading.notes = _doubts(document, old, match.found) | around.doubts
    reading.remembered = {
        block.index: old[i] for block, i in zip(document.blocks, match.found, strict=True) if i is not None
    }
    trim(reading, fresh)
    return reading


def _unchanged(document: Document, old: Sequence[Block], found: Sequence[int | None]) -> BlockDecisions | None:
    """The last decisions again where every block of the page is known and the article's stand where they stood."""
    remembered: dict[int, Block] = {}
    for block, i in zip(document.blocks, found, strict=True):
        if i is None or (old[i].kept and old[i].path != block.path):
            return None
        remembered[block.index] = old[i]
    reading = BlockDecisions(document, ["" if block.kept else block.reason for block in remembered.values()], None)
    reading.remembered = remembered
    reading.notes = {n: b.reason for n, b in remembered.items() if b.kept and b.reason.startswith(place.DOUBT)}
    return reading


def _doubts(document: Document, old: Sequence[Block], found: Sequence[int | None]) -> dict[int, str]:
    """The doubts of the last reading about what stands there still, word for word."""
    return {
        block.index: old[i].reason
        for block, i in zip(document.blocks, found, strict=True)
        if i is not None and old[i].kept and old[i].reason.startswith(place.DOUBT) and old[i].text == block.text
    }


class _Match:
    """Which old block (index) each new block is, or None. `coverage` is the share of the old body that was found."""

    def __init__(self, blocks: Sequence[TextBlock], old: Sequence[Block]) -> None:
        self.blocks = blocks
        self.old = old
        self.found: list[int | None] = [None] * len(blocks)
        self.free = [True] * len(old)
        news, olds = [b.text[:HEAD] for b in blocks], [o.text[:HEAD] for o in old]
        self._pair_ends(news, olds)
        self._pair(
            [name if j is None else None for name, j in zip(news, self.found, strict=True)],
            [name if free else None for name, free in zip(olds, self.free, strict=True)],
        )
        if self._open():
            self._pair_by(lambda text: fold.key(text)[:HEAD])
            self._pair_by(lambda text: fold.digitless(fold.key(text))[:HEAD])
            self._pair_alike()
        sizes = [(len(o.text), not free) for o, free in zip(old, self.free, strict=True) if o.kept]
        self.coverage = sum(n for n, used in sizes if used) / max(1, sum(n for n, _ in sizes))

    def _open(self) -> bool:
        return None in self.found and any(self.free)

    def _pair_ends(self, news: Sequence[str], olds: Sequence[str]) -> None:
        """Pair what is the same from the page's top and from its end: all of it, on most second looks."""
        shorter = min(len(news), len(olds))
        top = next((i for i in range(shorter) if news[i] != olds[i]), shorter)
        for i in range(top):
            self._take(i, i)
        for k in range(1, shorter - top + 1):
            if news[-k] != olds[-k]:
                break
            self._take(len(news) - k, len(olds) - k)

    def _pair_by(self, name: object) -> None:
        news = [None if i is not None else name(b.text) for b, i in zip(self.blocks, self.found, strict=True)]  # type: ignore[operator]
        olds = [name(o.text) if free else None for o, free in zip(self.old, self.free, strict=True)]  # type: ignore[operator]
        self._pair(news, olds)

    def _pair(self, news: Sequence[str | None], olds: Sequence[str | None]) -> None:
        """Pair equal names: those in the same place first, the others in order. Extra copies stay open."""
        by_name: dict[str, list[int]] = defaultdict(list)
        for j, name in enumerate(olds):
            if name:
                by_name[name].append(j)
        waiting: dict[str, list[int]] = defaultdict(list)
        for i, name in enumerate(news):
            if name and name in by_name:
                waiting[name].append(i)
        for name, rows in waiting.items():
            candidates = by_name[name]
            if len(rows) == 1 and len(candidates) == 1:
                self._take(rows[0], candidates[0])
                continue
            for same_place in (True, False):
                for i in rows:
                    if self.found[i] is None:
                        fitting = (j for j in candidates if self.free[j] and self._fits(i, j, same_place))
                        self._take(i, next(fitting, None))

    def _fits(self, i: int, j: int, same_place: bool) -> bool:
        return not same_place or self.old[j].path == self.blocks[i].path

    def _take(self, i: int, j: int | None) -> None:
        if j is not None:
            self.found[i] = j
            self.free[j] = False

    def _pair_alike(self) -> None:
        """Pair what is left with the most similar old block: an edited paragraph keeps its label."""
        rest = [j for j, free in enumerate(self.free) if free and len(self.old[j].text) >= 12]
        rows = [i for i, j in enumerate(self.found) if j is None and len(self.blocks[i].text) >= 12]
        rest.sort(key=lambda j: not self.old[j].kept)
        for i in rows[: _MOST_COMPARED // max(1, len(rest))]:
            text, path = self.blocks[i].text, self.blocks[i].path
            best, best_score = None, _ALIKE
            for j in rest:
                entry = self.old[j]
                cut = text if entry.kept else text[: len(entry.text) + 20]
                score = fuzz.ratio(cut, entry.text, score_cutoff=best_score)
                if score > best_score and (entry.kept or entry.path == path or score > 85):
                    best, best_score = j, score
            if best is not None:
                self._take(i, best)
                rest.remove(best)


class _Place:
    """Judges new blocks by where they stand among those known."""

    def __init__(
        self, blocks: Sequence[TextBlock], old: Sequence[Block], found: Sequence[int | None], region: Region
    ) -> None:
        self.region = region
        self.doubts: dict[int, str] = {}
        self.paths_kept: Counter[str] = Counter()
        self.paths_dropped: Counter[str] = Counter()
        self.shapes: Counter[tuple[str, ...]] = Counter()
        self.emphasised_before = False
        kept = [i for i, member in enumerate(region.member) if member]
        self.first, self.last = kept[0], kept[-1]
        for block, i in zip(blocks, found, strict=True):
            if i is None:
                continue
            if old[i].kept:
                self.paths_kept[block.path] += 1
                self.shapes[shape(block)] += 1
                self.emphasised_before |= block.emphasised and block.node.tag == "p"
            elif self.first <= block.index <= self.last:
                self.paths_dropped[block.path] += 1
        self.emphasised_last = blocks[self.last].emphasised
        self.main = self._main(blocks[self.first].node)
        self.own = place.Own(b for b, i in zip(blocks, found, strict=True) if i is not None and old[i].kept)

    def _main(self, node: Node) -> Node:
        """The nearest node that holds nearly all of the article."""
        for candidate in node.chain():
            if self.region.weights[candidate] >= 0.9 * self.region.total:
                return candidate
        return node

    def strayed(self, block: TextBlock, before: Block) -> bool:
        """True when a paragraph's text now stands only outside the article, in another place than before."""
        if before.path == block.path or not before.path:
            return False
        if self.region.weights[block.home] - block.words >= 0.1 * self.region.total:
            return False
        return not self._inside(block) or bool(boilerplate.reason(block, self.region))

    def _inside(self, block: TextBlock) -> bool:
        return any(node is self.main for node in block.node.chain())

    def judge(self, block: TextBlock) -> str:
        """Why a block that was not there before is not article text; empty when it is."""
        known = block.path in self.paths_kept
        between = self.first < block.index < self.last
        among = between or self.region.weights[block.home] > 0  # all else in that part of the story may be new
        if not self._inside(block) and not (known and shape(block) in self.shapes and among):
            return "outside"
        if why := boilerplate.reason(block, self.region):
            return why
        if not between and not known and self.region.weights[block.home] == 0:
            return "outside"
        if not known and "." in block.path and block.path in self.paths_dropped:
            return "like what was dropped here"
        if is_notice(block.text):
            return ""
        if self._boxed(block):
            return "new box"
        if self._doubtful(block):
            self.doubts[block.index] = place.DOUBT + "alone and unlike the article's own"
        return ""

    def weigh(self, block: TextBlock, known: str) -> str:
        """What the profile knows of a new block, when that may drop it: elsewhere than among the article's own."""
        if known and self.own.holds(block):
            self.doubts[block.index] = place.DOUBT + known
            return ""
        return known

    def _boxed(self, block: TextBlock) -> bool:
        """True when a short text comes in a box of its own, of a kind that the article does not use."""
        if block.words >= 60 or shape(block) in self.shapes:
            return False
        for node in block.node.chain():
            if self.region.weights[node]:
                return False
            if node.tag not in PROSE:
                return True
        return False

    def _doubtful(self, block: TextBlock) -> bool:
        if block.words > 25 or block.node.tag in HEADINGS or block.node.tag == "li":
            return False
        unlike = not self.emphasised_before or (block.index > self.last and not self.emphasised_last)
        return (block.emphasised and unlike) or not boilerplate.is_sentence(block.text)
