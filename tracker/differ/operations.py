"""From matched sentences to operations: what happened to each sentence, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.differ.apply import joined
from tracker.differ.classify import MINOR, SUBSTANTIVE, WORDING, classify
from tracker.differ.folding import fold, spaced
from tracker.differ.framing import framed
from tracker.differ.matching.align import REWRITE, Alignment
from tracker.differ.matching.spans import changed_spans
from tracker.differ.tables import base_language, class_score, operation_score, tag_score, word_list
from tracker.differ.tokens import letters
from tracker.differ.traits import Place, Traits, in_quotation, traits
from tracker.model import ChangeClass, Edit, Op, Operation, Sentence

_CONTEXT = 2000
"""Code points of the paragraph before a sentence that decide whether it stands inside a quotation."""

UNLIKE = 0.40
"""Similarity below which two matched sentences are shown as a deletion and an addition."""

_ORDER = (MINOR, WORDING, SUBSTANTIVE)


def operations(
    old: Sequence[Sentence], new: Sequence[Sentence], alignment: Alignment, place: Place
) -> tuple[tuple[Operation, ...], tuple[tuple[int, int], ...]]:
    """The operations in reading order, and the pairs of sentences that did not change.

    `place` gives what holds for the whole article: its language and the day it appeared.
    """
    return _Builder(old, new, alignment, place).build()


def edits(old: str, new: str, place: Place) -> tuple[Edit, ...]:
    """The classified word edits that turn one text into another; `place` gives language, field and text before."""
    function = word_list("function", base_language(place.language))
    left_new = place.left if place.left_new is None else place.left_new
    found = []
    for span in changed_spans(old, new, lambda token: token.casefold() in function):
        deleted, inserted = old[span.old_start : span.old_end], new[span.new_start : span.new_end]
        verdict = classify(
            deleted,
            inserted,
            replace(
                place,
                left=(place.left + old[max(0, span.old_start - _CONTEXT) : span.old_start])[-_CONTEXT:],
                right=old[span.old_end : span.old_end + _CONTEXT],
                old=old,
                new=new,
                left_new=(left_new + new[max(0, span.new_start - _CONTEXT) : span.new_start])[-_CONTEXT:],
            ),
        )
        found.append(
            Edit(
                deleted,
                inserted,
                span.old_start,
                span.new_start,
                verdict.class_,
                verdict.tags,
                verdict.rule,
                verdict.score,
            )
        )
    return framed(old, new, found, place.language)


def heaviest(classes: Sequence[ChangeClass]) -> ChangeClass:
    """The weightiest of some classes; minor when there is none."""
    return max(classes, key=_ORDER.index, default=MINOR)


class _Builder:
    """Builds the operations of one alignment."""

    def __init__(self, old: Sequence[Sentence], new: Sequence[Sentence], alignment: Alignment, place: Place) -> None:
        self.old, self.new, self.alignment, self.place = old, new, alignment, place
        self.old_texts, self.new_texts = [s.text for s in old], [s.text for s in new]
        self.same: list[tuple[int, int]] = []
        self.found: list[Operation] = []

    def build(self) -> tuple[tuple[Operation, ...], tuple[tuple[int, int], ...]]:
        """Everything, sorted as a reader of the new text meets it; deletions stand where they stood."""
        alignment = self.alignment
        for pair in alignment.same:
            self._unchanged(pair)
        for old, new in alignment.format:
            self.found.append(self._format(old, new))
        for (old, new), similarity in alignment.similar.items():
            if similarity < UNLIKE and old not in alignment.parts and new not in alignment.wholes:
                continue  # a reader sees one sentence gone and another come
            self.found.append(self._changed(old, new, similarity))
        used_old = {i for op in self.found for i in op.old_indexes} | {i for i, _ in self.same}
        used_new = {j for op in self.found for j in op.new_indexes} | {j for _, j in self.same}
        self.found += [self._deleted(i) for i in range(len(self.old)) if i not in used_old]
        self.found += [self._added(j) for j in range(len(self.new)) if j not in used_new]
        return self._in_order(), tuple(sorted(self.same))

    def _in_order(self) -> tuple[Operation, ...]:
        """New sentences by their place; a deleted one after the last sentence before it that stayed."""
        after: dict[int, int] = {}
        partner = dict(self.same)
        for op in self.found:
            if op.new_indexes:
                partner.update(dict.fromkeys(op.old_indexes, op.new_indexes[-1]))
        moved = {op.old_indexes[0] for op in self.found if op.moved or op.op is Op.MOVE}
        place = -1
        for index in range(len(self.old)):
            if index in partner and index not in moved:
                place = partner[index]
            after[index] = place

        def key(op: Operation) -> tuple[int, int, int]:
            if op.new_indexes:
                return (op.new_indexes[0], 0, 0)
            return (after[op.old_indexes[0]], 1, op.old_indexes[0])

        return tuple(sorted(self.found, key=key))

    def _unchanged(self, pair: tuple[int, int]) -> None:
        old, new = pair
        if self.old[old].kind is not self.new[new].kind and pair not in self.alignment.moved:
            self.found.append(self._plain(Op.FORMAT, pair, "kind-changed", ("markup",)))
        elif pair in self.alignment.moved:
            self.found.append(self._plain(Op.MOVE, pair, "moved", ("moved",)))
        else:
            self.same.append(pair)

    def _plain(self, op: Op, pair: tuple[int, int], rule: str, tags: tuple[str, ...]) -> Operation:
        old, new = pair
        moved = pair in self.alignment.moved
        return Operation(
            op,
            (old,),
            (new,),
            self.old[old].text.strip(),
            self.new[new].text.strip(),
            moved=moved,
            similarity=1.0,
            class_=WORDING if moved else MINOR,
            tags=tags,
            score=operation_score("move" if moved else "format"),
            rule=rule,
        )

    def _format(self, old: int, new: int) -> Operation:
        before, after = self.old[old].text.strip(), self.new[new].text.strip()
        rule = "whitespace" if spaced(before) == spaced(after) else "typography"
        moved = (old, new) in self.alignment.moved
        return Operation(
            Op.FORMAT,
            (old,),
            (new,),
            before,
            after,
            moved=moved,
            similarity=1.0,
            edits=edits(before, after, self.place),
            class_=WORDING if moved else MINOR,
            tags=("moved", rule) if moved else (rule,),
            score=operation_score("move" if moved else "format"),
            rule="moved" if moved else rule,
        )

    def _changed(self, old: int, new: int, similarity: float) -> Operation:
        olds = tuple(sorted([old, *self.alignment.wholes.get(new, ())]))
        news = tuple(sorted([new, *self.alignment.parts.get(old, ())]))
        before, after = joined(self.old, self.old_texts, olds), joined(self.new, self.new_texts, news)
        place = replace(self.place, left=self._before(self.old, olds[0]), left_new=self._before(self.new, news[0]))
        found = edits(before, after, place)
        moved = (old, new) in self.alignment.moved
        if len(news) > 1:
            op = Op.SPLIT
        elif len(olds) > 1:
            op = Op.MERGE
        else:
            op = Op.EDIT if similarity >= REWRITE else Op.REWRITE
        tags = list(dict.fromkeys([tag for edit in found for tag in edit.tags] + (["moved"] if moved else [])))
        top = max(found, key=lambda edit: (_ORDER.index(edit.class_), edit.score), default=None)
        class_ = top.class_ if top else MINOR
        rule = top.rule if top else op.value
        if op in (Op.SPLIT, Op.MERGE) and fold(before) != fold(after):  # "…" ends no sentence where "..." does
            class_ = heaviest([class_, WORDING])
        score = max((edit.score for edit in found), default=0)
        return Operation(
            op,
            olds,
            news,
            before,
            after,
            moved=moved,
            similarity=round(similarity, 4),
            edits=found,
            class_=class_,
            tags=tuple(tags),
            score=max(score, class_score(class_)),
            rule=rule,
        )

    def _added(self, index: int) -> Operation:
        text = self.new[index].text.strip()
        class_, tags, score = self._whole("", text, self._before(self.new, index), "added")
        return Operation(Op.ADD, (), (index,), None, text, class_=class_, tags=tags, score=score, rule="sentence-added")

    def _deleted(self, index: int) -> Operation:
        text = self.old[index].text.strip()
        class_, tags, score = self._whole(text, "", self._before(self.old, index), "removed")
        return Operation(
            Op.DELETE, (index,), (), text, None, class_=class_, tags=tags, score=score, rule="sentence-removed"
        )

    def _whole(self, old: str, new: str, left: str, tag: str) -> tuple[ChangeClass, tuple[str, ...], int]:
        """Class, tags and score of a whole sentence that came or went."""
        found: Traits = traits(old, new, replace(self.place, left=left))
        text = old or new
        content = found.lost or found.gained
        class_ = SUBSTANTIVE if content or "number" in found.tags else MINOR
        if class_ is MINOR and letters(text):
            class_ = WORDING
        tags = (tag, *(t for t in found.tags if t != "name-spelling"))
        return class_, tags, class_score(class_) + sum(map(tag_score, tags))

    def _before(self, sentences: Sequence[Sentence], index: int) -> str:
        """The paragraph's text before a sentence, where it may matter: an open quotation."""
        start = index
        size = 0
        while start > 0 and sentences[start - 1].paragraph == sentences[index].paragraph and size < _CONTEXT:
            start -= 1
            size += len(sentences[start].text)
        left = "".join(s.text for s in sentences[start:index])
        return left if in_quotation(left) else ""
