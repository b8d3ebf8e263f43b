"""Old and new side by side: paragraphs that belong together in one row, unchanged stretches folded. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tracker.model import Change, Edit, FieldChange, Kind, Op, Operation, Sentence
from tracker.render.pieces import Mark, Piece
from tracker.render.safety import clean
from tracker.web.drawing import formatting
from tracker.web.paging import cut_pieces, weigh

HEAVIEST, _AROUND = 60_000, 250
"""Bytes of the rows on one page, and of what stands around each."""
_FIELDS = ("headline", "standfirst", "byline")


@dataclass(frozen=True, slots=True)
class Cell:
    """A paragraph on one side, or a field above the text. `changed` when any of its sentences did."""

    html: Markup
    kind: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that belong together; None where the other side has no counterpart."""

    old: Cell | None
    new: Cell | None

    @property
    def changed(self) -> bool:
        """True when something in the row is not the same on both sides."""
        return not (self.old and self.new) or self.old.changed or self.new.changed


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that are shown, or that are folded because nothing in them changed."""

    rows: tuple[Row, ...]
    folded: bool


def rows(change: Change) -> list[Row]:
    """The fields above the text that changed, then every paragraph of both versions, aligned by what they share."""
    old = _cells(change.old, change.operations, old_side=True)
    new = _cells(change.new, change.operations, old_side=False)
    pairs = _pairs(change)
    aligned = [_field(name, change.fields[name]) for name in _FIELDS if name in change.fields]
    at_old = at_new = 0
    for left, right in [*pairs, (len(old), len(new))]:
        aligned += [Row(cell, None) for cell in old[at_old:left]]
        aligned += [Row(None, cell) for cell in new[at_new:right]]
        if left < len(old) and right < len(new):
            aligned.append(Row(old[left], new[right]))
        at_old, at_new = left + 1, right + 1
    return aligned


def weight(row: Row) -> int:
    """What a row weighs on a page, in bytes."""
    return _AROUND + weigh(*(cell.html for cell in (row.old, row.new) if cell))


def stretches(aligned: Sequence[Row], context: int = 1) -> list[Stretch]:
    """The rows with unchanged ones folded, but for `context` rows on either side of a change."""
    near = [any(row.changed for row in aligned[max(0, i - context) : i + context + 1]) for i, _ in enumerate(aligned)]
    found: list[Stretch] = []
    start = 0
    for i in range(1, len(aligned) + 1):
        if i == len(aligned) or near[i] != near[start]:
            found.append(Stretch(tuple(aligned[start:i]), folded=not near[start] and i - start > 1))
            start = i
    return found


def _field(name: str, field: FieldChange) -> Row:
    """A field above the text as a row; None on the side that had none."""
    old = _woven(field.old, field.edits, old_side=True) if field.edits else [Piece(Mark.DELETED, clean(field.old))]
    new = _woven(field.new, field.edits, old_side=False) if field.edits else [Piece(Mark.INSERTED, clean(field.new))]
    return Row(
        Cell(formatting.marked(cut_pieces(old)), name, changed=True) if field.old else None,
        Cell(formatting.marked(cut_pieces(new)), name, changed=True) if field.new else None,
    )


def _cells(side: Sequence[Sentence], operations: Iterable[Operation], *, old_side: bool) -> list[Cell]:
    """The paragraphs of one side with its half of every edit marked."""
    of: dict[int, Operation] = {}
    for operation in operations:
        for index in operation.old_indexes if old_side else operation.new_indexes:
            of[index] = operation
    cells: dict[int, list[Piece]] = {}
    kinds: dict[int, Kind] = {}
    touched: set[int] = set()
    for index, sentence in enumerate(side):
        done = of.get(index)
        cells.setdefault(sentence.paragraph, []).extend(_half(sentence, index, done, old_side=old_side))
        kinds[sentence.paragraph] = sentence.kind
        if done is not None:
            touched.add(sentence.paragraph)
    return [Cell(formatting.marked(cut_pieces(cells[p])), kinds[p], p in touched) for p in sorted(cells)]


def _half(sentence: Sentence, index: int, done: Operation | None, *, old_side: bool) -> list[Piece]:
    """One sentence as its side shows it: what left is marked on the old side, what came on the new."""
    mark = Mark.DELETED if old_side else Mark.INSERTED
    if done is None or (done.op is Op.MOVE and not done.edits):
        return [Piece(Mark.SAME, clean(sentence.text))]
    indexes = done.old_indexes if old_side else done.new_indexes
    whole = (done.old if old_side else done.new) or ""
    if (
        done.op in (Op.ADD, Op.DELETE, Op.REWRITE)
        or not done.edits
        or len(indexes) != 1
        or not sentence.text.startswith(whole)
    ):
        core = sentence.text.rstrip()
        return [Piece(mark, clean(core)), Piece(Mark.SAME, sentence.text[len(core) :])]
    return _woven(sentence.text, done.edits, old_side=old_side)


def _woven(text: str, edits: Sequence[Edit], *, old_side: bool) -> list[Piece]:
    """A side's text with its half of the edits marked."""
    mark = Mark.DELETED if old_side else Mark.INSERTED
    pieces: list[Piece] = []
    at = 0
    for edit in sorted(edits, key=lambda e: e.old_start if old_side else e.new_start):
        start, words = (edit.old_start, edit.deleted) if old_side else (edit.new_start, edit.inserted)
        pieces.append(Piece(Mark.SAME, clean(text[at:start])))
        if words:
            pieces.append(Piece(mark, clean(words)))
        at = start + len(words)
    pieces.append(Piece(Mark.SAME, clean(text[at:])))
    return [piece for piece in pieces if piece.text]


def _pairs(change: Change) -> list[tuple[int, int]]:
    """Which old paragraph stands beside which new one: (position, position), rising on both sides."""
    old = {p: n for n, p in enumerate(sorted({s.paragraph for s in change.old}))}
    new = {p: n for n, p in enumerate(sorted({s.paragraph for s in change.new}))}
    votes: Counter[tuple[int, int]] = Counter()
    for left, right in change.same:
        votes[old[change.old[left].paragraph], new[change.new[right].paragraph]] += 2
    for operation in change.operations:
        if operation.old_indexes and operation.new_indexes and operation.op is not Op.MOVE:
            left, right = operation.old_indexes[0], operation.new_indexes[0]
            votes[old[change.old[left].paragraph], new[change.new[right].paragraph]] += 1
    return _rising(votes)


def _rising(votes: Counter[tuple[int, int]]) -> list[tuple[int, int]]:
    """The heaviest pairs that keep both orders: a longest weighted chain (bounded by the pairs, which are few)."""
    pairs = sorted(votes)
    best: list[tuple[int, int]] = []
    for n, pair in enumerate(pairs):
        weight, before = votes[pair], -1
        for m in range(max(0, n - 400), n):
            earlier = pairs[m]
            if earlier[0] < pair[0] and earlier[1] < pair[1] and best[m][0] + votes[pair] > weight:
                weight, before = best[m][0] + votes[pair], m
        best.append((weight, before))
    chain: list[tuple[int, int]] = []
    at = max(range(len(best)), key=lambda n: best[n][0], default=-1)
    while at >= 0:
        chain.append(pairs[at])
        at = best[at][1]
    return chain[::-1]
