"""The publisher's notices among what changed: which came, and which was taken off again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.differ.tables import tag_score
from tracker.language import stamps
from tracker.language.notices import NoticeKind, kind_of
from tracker.model import Content, Kind, Notice, Op, Operation, Sentence

REMOVED = "notice-removed"
"""The tag of a notice that stood on the page and does so no more."""
_CORRECTIONS = frozenset(("correction", "clarification", "removal"))
_STILL = (Op.MOVE, Op.FORMAT)


def tagged(
    found: Sequence[Operation], old: Content, new: Content, before: Sequence[Sentence], after: Sequence[Sentence]
) -> tuple[Operation, ...]:
    """The operations, tagged where they bring the publisher's notice or take one off.

    A notice in whose place another comes is no removal: it was worded anew.
    """
    come = tuple(_with_notice(op, new, after) for op in found)
    if any("notice" in op.tags for op in come):
        return come
    return tuple(_without_notice(op, old, before) for op in come)


def told(found: Sequence[Operation]) -> Notice:
    """What the reader was told with these operations. A text taken out by name counts as a correction does."""
    tags = {tag for op in found if "notice" in op.tags for tag in op.tags}
    if tags & _CORRECTIONS:
        return Notice.CORRECTION
    return Notice.UPDATE if "notice" in tags else Notice.NONE


def _with_notice(op: Operation, new: Content, after: Sequence[Sentence]) -> Operation:
    if op.new is None or op.op in _STILL or stamps.is_stamp(op.new):
        return op
    kind = _kind(op.new, op.new_indexes[0], new, after)
    if kind is None or (op.op is not Op.ADD and kind_of(op.old or "") is kind and not op.edits):
        return op
    tags = tuple(dict.fromkeys((*op.tags, "notice", str(kind))))
    return replace(op, tags=tags, score=op.score + tag_score("notice"), rule=f"{kind}-notice")


def _without_notice(op: Operation, old: Content, before: Sequence[Sentence]) -> Operation:
    if op.old is None or op.op not in (Op.DELETE, Op.REWRITE) or stamps.is_stamp(op.old):
        return op
    kind = _kind(op.old, op.old_indexes[0], old, before)
    if kind is None:
        return op
    tags = tuple(dict.fromkeys((*op.tags, REMOVED)))
    return replace(op, tags=tags, score=op.score + tag_score("notice"), rule=f"{kind}-{REMOVED}")


def _kind(text: str, index: int, content: Content, among: Sequence[Sentence]) -> NoticeKind | None:
    """The kind of notice that a sentence is, by itself or by the paragraph it stands in."""
    paragraph = content.everything[among[index].paragraph]
    kind = kind_of(text) or kind_of(paragraph.text)
    if kind is None and paragraph.kind is Kind.NOTICE:
        return NoticeKind.UPDATE
    return None if kind is NoticeKind.TIMESTAMP else kind
