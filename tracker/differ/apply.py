"""A change played forward: the old sentences and the operations give the new sentences back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tracker.model import Change, Op, Operation, Sentence


def apply(old: Sequence[str], change: Change) -> list[str]:
    """The new sentences, made from the old ones and the change's operations alone.

    Takes and gives sentences without the white space around them. Where one operation makes several sentences (a
    split), `change.new` says only where to cut. Raises ValueError when the old sentences are not the change's.
    """
    made: dict[int, str] = {new: old[before].strip() for before, new in change.same}
    for operation in change.operations:
        if operation.op is Op.DELETE:
            continue
        text = _result(operation, old, change)
        made.update(_cut(text, operation, change))
    return [made[index] for index in range(len(change.new))]


def forward(text: str, operation: Operation) -> str:
    """One operation's old text with its edits made."""
    pieces = []
    position = 0
    for edit in operation.edits:
        end = edit.old_start + len(edit.deleted)
        if text[edit.old_start : end] != edit.deleted:
            msg = f"this text is not the one the edit was made for: {edit.deleted!r} is not at {edit.old_start}"
            raise ValueError(msg)
        pieces += [text[position : edit.old_start], edit.inserted]
        position = end
    return "".join([*pieces, text[position:]])


def joined(sentences: Sequence[Sentence], texts: Sequence[str], indexes: Sequence[int]) -> str:
    """The texts of some sentences as they stand in their paragraphs; a line break between paragraphs."""
    text = texts[indexes[0]]
    for before, index in pairwise(indexes):
        text += ("" if sentences[before].paragraph == sentences[index].paragraph else "\n") + texts[index]
    return text.strip()


def _result(operation: Operation, old: Sequence[str], change: Change) -> str:
    if operation.op is Op.ADD:
        return operation.new or ""
    return forward(joined(change.old, old, operation.old_indexes), operation)


def _cut(text: str, operation: Operation, change: Change) -> dict[int, str]:
    """The text of each new sentence of an operation."""
    pieces = {}
    position = 0
    for number, index in enumerate(operation.new_indexes):
        sentence = change.new[index].text
        if number == 0:
            sentence = sentence.lstrip()
        elif change.new[operation.new_indexes[number - 1]].paragraph != change.new[index].paragraph:
            position += 1
        pieces[index] = text[position : position + len(sentence)].strip()
        position += len(sentence)
    return pieces
