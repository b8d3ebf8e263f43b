"""Sentences that moved into an article's first lines or out of them, where most readers stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.differ.tables import tag_score
from tracker.differ.traits import Place, traits
from tracker.model import Content, Operation, Sentence

_SHORT, _LONG = 4, 8
"""Paragraphs from which an article has first lines: its first paragraph; its first three."""
_FIRST = 3
_TELLING = frozenset(("number", "name", "quote", "date"))
"""What a sentence must hold for its place to matter."""


def placed(
    found: Sequence[Operation], old: Content, new: Content, before: Sequence[Sentence], after: Sequence[Sentence]
) -> tuple[Operation, ...]:
    """The operations, those tagged that moved a telling sentence into the first lines or out of them."""
    paragraphs = min(len(old.paragraphs), len(new.paragraphs))
    if paragraphs < _SHORT:
        return tuple(found)
    language = new.language or old.language
    return tuple(_placed(op, before, after, paragraphs, language) for op in found)


def _placed(
    op: Operation, before: Sequence[Sentence], after: Sequence[Sentence], paragraphs: int, language: str
) -> Operation:
    if not op.moved or op.old_index is None or op.new_index is None:
        return op
    places = before[op.old_index].paragraph, after[op.new_index].paragraph
    firsts = (1, _FIRST) if paragraphs >= _LONG else (1,)
    crossed = next((first for first in firsts if (places[0] < first) != (places[1] < first)), None)
    if crossed is None or not _TELLING & set(traits("", op.new or "", Place(language=language)).tags):
        return op
    tag = "lede-in" if places[1] < crossed else "lede-out"
    return replace(op, tags=(*op.tags, tag), score=op.score + tag_score(tag))
