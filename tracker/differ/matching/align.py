"""Which sentence of the old text became which of the new one.

Equal paragraphs, then equal sentences, anchor the two texts; what remains is matched by typography, then by
similarity (half the order of the words, half their rarity), then by containment, which finds splits and merges. What
stands out of order after that has moved: the complement of the heaviest increasing subsequence.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial

from tracker.differ.folding import fold
from tracker.differ.matching.sequences import Pairs, common_between, heaviest_increasing, leftover_pairs, unique_pairs
from tracker.differ.matching.similarity import Candidate, Similarity
from tracker.model import Sentence

MATCH = 0.35
"""Similarity from which a sentence counts as edited rather than replaced (measured on real news revisions)."""

ALONE = 0.25
"""The same for two sentences that stand alone between the same neighbours."""

RETOLD = 0.32
"""Similarity from which a sentence left over belongs to one that is matched already, but rewritten."""

REWRITE = 0.60
"""Similarity below which an edited sentence is called rewritten."""

CONTAINED = 0.60
"""Share of a sentence's rare words that its neighbour must explain to be its other half."""

SAID = 0.15
"""Share of such a sentence's rare words that the other side must say beyond its partner's."""

_TABLE_ROW = 6
"""Words that a repeated sentence needs to be matched out of order: cells of a table all look alike."""


@dataclass(slots=True)
class Alignment:
    """Pairs of sentence indexes by how they match, and what is left over.

    `similar` holds the similarity of edited pairs; `parts` the further new sentences of a split old one, `wholes` the
    further old sentences of a merged new one. `moved` are the pairs that stand out of order.
    """

    same: Pairs = field(default_factory=list)
    format: Pairs = field(default_factory=list)
    similar: dict[tuple[int, int], float] = field(default_factory=dict)
    parts: dict[int, list[int]] = field(default_factory=dict)
    wholes: dict[int, list[int]] = field(default_factory=dict)
    moved: set[tuple[int, int]] = field(default_factory=set)

    def mirrored(self) -> Alignment:
        """The alignment of the new text with the old one."""
        return Alignment(
            same=sorted((new, old) for old, new in self.same),
            format=sorted((new, old) for old, new in self.format),
            similar={(new, old): value for (old, new), value in self.similar.items()},
            parts=self.wholes,
            wholes=self.parts,
            moved={(new, old) for old, new in self.moved},
        )


def align(old: Sequence[Sentence], new: Sequence[Sentence]) -> Alignment:
    """Match the sentences of two texts. Symmetric: aligning (new, old) gives the mirrored result."""
    old_texts, new_texts = [s.text.strip() for s in old], [s.text.strip() for s in new]
    if new_texts < old_texts:
        return _Aligner(new, old, new_texts, old_texts).run().mirrored()
    return _Aligner(old, new, old_texts, new_texts).run()


class _Aligner:
    """One alignment under way: the texts, what is matched so far and what is still free."""

    def __init__(self, old: Sequence[Sentence], new: Sequence[Sentence], old_texts: list[str], new_texts: list[str]):
        self.old, self.new, self.old_texts, self.new_texts = old, new, old_texts, new_texts
        self.free_old = dict.fromkeys(range(len(old)))
        self.free_new = dict.fromkeys(range(len(new)))
        self.anchors: Pairs = []
        self.result = Alignment()

    def run(self) -> Alignment:
        """Match everything, the surest first."""
        self._equal_paragraphs()
        self._equal_sentences()
        self._typography()
        if self.free_old and self.free_new:
            similarity = Similarity(self.old_texts, self.new_texts)
            candidates = similarity.candidates(list(self.free_old), list(self.free_new))
            self._similar(candidates, REWRITE)
            self._halves(similarity)
            self._similar(candidates, MATCH)
            self._alone(similarity)
            self._halves(similarity)
            self._retold(candidates, similarity)
        self._moves()
        return self.result

    def _take(self, pairs: Pairs, target: Pairs) -> None:
        for old, new in pairs:
            if old in self.free_old and new in self.free_new:
                del self.free_old[old], self.free_new[new]
                target.append((old, new))

    def _equal_paragraphs(self) -> None:
        """Paragraphs that both texts hold are matched whole; their sentences are never looked at again."""
        old_groups, new_groups = _paragraphs(self.old, self.old_texts), _paragraphs(self.new, self.new_texts)
        pairs = unique_pairs(
            [(number, key) for number, (_, key) in enumerate(old_groups)],
            [(number, key) for number, (_, key) in enumerate(new_groups)],
        )
        for old_number, new_number in pairs:
            old_start, key = old_groups[old_number]
            new_start = new_groups[new_number][0]
            self._take([(old_start + step, new_start + step) for step in range(len(key))], self.result.same)

    def _equal_sentences(self) -> None:
        self._equal(lambda text: text, self.result.same)

    def _typography(self) -> None:
        self._equal(fold, self.result.format)

    def _equal(self, key: Callable[[str], Hashable], target: Pairs) -> None:
        """Match free sentences of equal key: unique ones anywhere, repeated ones in order, then long ones anywhere."""
        self._take(unique_pairs(*self._free(key)), target)
        self._anchor()
        old, new = self._free(key)
        if old and new:
            self._take(common_between(old, new, self.anchors), target)
            self._take(
                [(i, j) for i, j in leftover_pairs(*self._free(key)) if len(self.old_texts[i].split()) >= _TABLE_ROW],
                target,
            )
        self._anchor()

    def _free(self, key: Callable[[str], Hashable]) -> tuple[list[tuple[int, Hashable]], list[tuple[int, Hashable]]]:
        return (
            [(i, key(self.old_texts[i])) for i in self.free_old],
            [(j, key(self.new_texts[j])) for j in self.free_new],
        )

    def _anchor(self) -> None:
        pairs = sorted(self.result.same + self.result.format)
        kept = heaviest_increasing(pairs, [self._weight(pair) for pair in pairs])
        self.anchors = sorted(kept)

    def _weight(self, pair: tuple[int, int]) -> int:
        return len(self.old_texts[pair[0]]) + len(self.new_texts[pair[1]]) + 1

    def _similar(self, candidates: list[Candidate], least: float) -> None:
        """Edited sentences, most alike first; of equals, those nearer to their place between the anchors."""
        old_anchors = [old for old, _ in self.anchors]
        new_anchors = sorted(new for _, new in self.anchors)

        def rank(candidate: Candidate) -> tuple[float, int, int]:
            distance = abs(bisect(old_anchors, candidate.old) - bisect(new_anchors, candidate.new))
            return (0.02 * min(1.0, distance / 10) - candidate.similarity, candidate.old, candidate.new)

        for candidate in sorted(candidates, key=rank):
            if candidate.similarity >= least:
                self._pair(candidate.old, candidate.new, candidate.similarity)

    def _pair(self, old: int, new: int, similarity: float) -> None:
        if old in self.free_old and new in self.free_new:
            del self.free_old[old], self.free_new[new]
            self.result.similar[old, new] = similarity

    def _alone(self, similarity: Similarity) -> None:
        """Two free sentences that stand alone between matched neighbours are more likely one than two."""
        partner = dict(self._pairs())
        for old in list(self.free_old):
            before = partner.get(old - 1, -1 if old == 0 else None)
            after = partner.get(old + 1, len(self.new) if old == len(self.old) - 1 else None)
            if before is not None and after is not None and after - before == 2 and before + 1 in self.free_new:
                value = similarity.of(old, before + 1)
                if value >= ALONE:
                    self._pair(old, before + 1, value)

    def _halves(self, similarity: Similarity) -> None:
        """Find splits and merges: an unmatched sentence that says what the matched one beside it no longer says."""
        for old, new in sorted(self.result.similar):
            if old in self.result.parts or new in self.result.wholes:
                continue
            taken = self._neighbours(new, self.free_new, partial(similarity.rest_new, old, new))
            if taken:
                self.result.parts[old] = taken
                continue
            taken = self._neighbours(old, self.free_old, partial(similarity.rest_old, new, old))
            if taken:
                self.result.wholes[new] = taken

    def _retold(self, candidates: list[Candidate], similarity: Similarity) -> None:
        """A free sentence like one that was rewritten was told anew together with its partner."""
        retold = [pair for pair, alike in self.result.similar.items() if alike < REWRITE]
        by_old, by_new = dict(retold), {new: old for old, new in retold}
        for candidate in sorted(candidates, key=lambda c: (-c.similarity, c.old, c.new)):
            old, new = candidate.old, candidate.new
            if candidate.similarity < RETOLD:
                break
            if old in self.free_old and new in by_new and by_new[new] not in self.result.parts:
                if similarity.rest_old(new, by_new[new], old) < SAID:
                    continue
                self.result.wholes.setdefault(new, []).append(old)
                del self.free_old[old]
            elif new in self.free_new and old in by_old and by_old[old] not in self.result.wholes:
                if similarity.rest_new(old, by_old[old], new) < SAID:
                    continue
                self.result.parts.setdefault(old, []).append(new)
                del self.free_new[new]

    def _neighbours(self, start: int, free: dict[int, None], contained: Callable[[int], float]) -> list[int]:
        taken: list[int] = []
        for step in (1, -1):
            index = start + step
            while index in free and contained(index) >= CONTAINED:
                taken.append(index)
                del free[index]
                index += step
        return sorted(taken)

    def _pairs(self) -> Pairs:
        return sorted([*self.result.same, *self.result.format, *self.result.similar])

    def _moves(self) -> None:
        pairs = self._pairs()
        self.result.moved = set(pairs) - heaviest_increasing(pairs, [self._weight(pair) for pair in pairs])
        self.result.same.sort()
        self.result.format.sort()


def _paragraphs(sentences: Sequence[Sentence], texts: list[str]) -> list[tuple[int, tuple[str, ...]]]:
    """The index of each paragraph's first sentence, and its sentences."""
    groups: list[tuple[int, list[str]]] = []
    last = -1
    for index, sentence in enumerate(sentences):
        if sentence.paragraph != last:
            groups.append((index, []))
            last = sentence.paragraph
        groups[-1][1].append(texts[index])
    return [(start, tuple(group)) for start, group in groups]
