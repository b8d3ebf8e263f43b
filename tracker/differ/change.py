"""Two contents in, one `Change` out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from tracker.differ import doubted, noise, notices
from tracker.differ.matching.align import align
from tracker.differ.operations import edits, heaviest, operations
from tracker.differ.prominence import placed
from tracker.differ.sentences import sentences
from tracker.differ.summary import excerpts, summarise
from tracker.differ.tables import tag_score
from tracker.differ.tokens import words
from tracker.differ.traits import Place
from tracker.differ.voices.compare import compare
from tracker.differ.words import dictionary
from tracker.language import stamps
from tracker.model import Change, ChangeClass, Content, Edit, FieldChange, Notice, Op, Operation, Sentence, iso

DIFFER = f"tracker.differ@6+{dictionary.VERSION}"
"""Name and version of the algorithm, so that stored changes can be told apart and computed again.

The dictionary's version is part of it: with other lists the same edit may be of another class.
"""

_WORDED = ("headline", "standfirst", "byline", "section")
_QUIET = ("section", "published_at", "modified_at")
"""Fields that stand beside the article: their change alone is context."""


def diff(old: Content, new: Content) -> Change:
    """What changed between two readings of an article. Pure; the same contents always give the same change."""
    language = new.language or old.language
    place = Place(language=language, published=_day(new) or _day(old))
    old_sentences, new_sentences = sentences(old.everything, language), sentences(new.everything, language)
    found, same = operations(old_sentences, new_sentences, align(old_sentences, new_sentences), place)
    found = notices.tagged(tuple(map(_quietened, found)), old, new, old_sentences, new_sentences)
    fields = _fields(old, new, place)
    found = placed(found, old, new, old_sentences, new_sentences)
    heard = compare(old, new, old_sentences, new_sentences, found)
    kind = notices.told(found)
    fresh = _modified_later(old, new) or any(_new_stamp(op) for op in found)
    added, removed = _word_counts(found, fields)
    loud: list[Edit | Operation] = [*found]
    loud += [edit for name, change in fields.items() if name not in _QUIET for edit in change.edits]
    edited = _tags(found, fields)
    tags = tuple(dict.fromkeys((*edited, *(event.event for event in heard.events))))
    noise_rule = _noise(old, new, fields, found, old_sentences, new_sentences)
    excerpt_old, excerpt_new = excerpts(fields, found)
    class_ = heaviest([part.class_ for part in loud])
    points = max((tag_score(event.event) for event in heard.events if event.event not in edited), default=0)
    return Change(
        fields=fields,
        operations=found,
        old=old_sentences,
        new=new_sentences,
        same=same,
        class_=class_,
        score=max((part.score for part in loud), default=0) + (points if class_ is ChangeClass.SUBSTANTIVE else 0),
        tags=tags,
        notice=kind,
        acknowledged=kind is not Notice.NONE or fresh,
        noise_rule=noise_rule,
        words_added=added,
        words_removed=removed,
        summary=summarise(fields, found, kind, fresh, new.confidence, heard.events),
        excerpt_old=excerpt_old,
        excerpt_new=excerpt_new,
        differ=DIFFER,
        voices=heard.events,
        heard_before=heard.before,
        heard_after=heard.after,
    )


def _noise(
    old: Content,
    new: Content,
    fields: Mapping[str, FieldChange],
    found: tuple[Operation, ...],
    old_sentences: Sequence[Sentence],
    new_sentences: Sequence[Sentence],
) -> str | None:
    """The rule by which the whole change is noise; what is only doubted does not save a change from it."""
    came, went = doubted.came(old, new, new_sentences), doubted.went(old, new, old_sentences)
    rest = tuple(op for op in found if not doubted.is_all(op, came, went)) if came or went else found
    if len(rest) == len(found):
        return noise.change_rule(fields, found, old.canonical() != new.canonical())
    return doubted.RULE if not (rest or fields) or noise.change_rule(fields, rest, False) else None


def _fields(old: Content, new: Content, place: Place) -> Mapping[str, FieldChange]:
    """The fields that changed, compared whole."""
    fields = {}
    for name in _WORDED:
        before, after = _text(getattr(old, name)), _text(getattr(new, name))
        if before != after:
            fields[name] = FieldChange(before, after, edits(before, after, replace(place, field=name)))
    for name in ("published_at", "modified_at"):
        before, after = iso(getattr(old, name)) or "", iso(getattr(new, name)) or ""
        if before != after:
            fields[name] = FieldChange(before, after)
    return fields


def _day(content: Content) -> date | None:
    return content.published_at.date() if content.published_at else None


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _modified_later(old: Content, new: Content) -> bool:
    return bool(old.modified_at and new.modified_at and new.modified_at > old.modified_at)


def _new_stamp(op: Operation) -> bool:
    """A line "Updated 10:05" that came or moved on; one that ages by itself says nothing."""
    return bool(op.new and stamps.is_stamp(op.new) and not stamps.ages(op.new))


def _quietened(op: Operation) -> Operation:
    """A line that only tells the time is worth nothing, whatever its digits do."""
    if noise.operation_rule(op) != noise.TIMESTAMP:
        return op
    quiet = tuple(
        replace(edit, class_=ChangeClass.MINOR, tags=("timestamp",), rule=noise.TIMESTAMP, score=0) for edit in op.edits
    )
    return replace(op, edits=quiet, class_=ChangeClass.MINOR, tags=("timestamp",), score=0, rule=noise.TIMESTAMP)


def _tags(found: Sequence[Operation], fields: Mapping[str, FieldChange]) -> tuple[str, ...]:
    tags = [name for name in fields if name != "modified_at"]
    tags += [tag for change in fields.values() for edit in change.edits for tag in edit.tags]
    tags += [tag for op in found for tag in op.tags]
    return tuple(dict.fromkeys(tags))


def _word_counts(found: Sequence[Operation], fields: Mapping[str, FieldChange]) -> tuple[int, int]:
    """Words added and removed, moves and formats not counted."""
    added = removed = 0
    for op in found:
        if op.op in (Op.MOVE, Op.FORMAT):
            continue
        if op.edits:
            added += sum(len(words(edit.inserted)) for edit in op.edits)
            removed += sum(len(words(edit.deleted)) for edit in op.edits)
        else:
            added += len(words(op.new or ""))
            removed += len(words(op.old or ""))
    for change in fields.values():
        added += sum(len(words(edit.inserted)) for edit in change.edits)
        removed += sum(len(words(edit.deleted)) for edit in change.edits)
    return added, removed
