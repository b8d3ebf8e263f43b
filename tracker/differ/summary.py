"""One line about a change, for logs and alerts, and the two excerpts that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from tracker.differ.noise import TIMESTAMP
from tracker.differ.notices import REMOVED
from tracker.differ.tokens import grapheme_edges, tokenise
from tracker.model import Edit, FieldChange, Notice, Op, Operation, VoiceEvent, VoiceKind
from tracker.model.voice_words import event_words, framing_words

_EXCERPT = 60
"""Code points of context on both sides of an edit."""
_QUOTED = 80
_SURE = 0.5
"""Confidence of a reading from which it is said that no notice was seen on the page."""
_SLACK = 40
"""Code points within which a cut looks for the edge of a token."""
_NOTICE = {Notice.CORRECTION: "correction notice seen", Notice.UPDATE: "update notice seen"}
_WORDED = frozenset(("headline", "standfirst", "byline"))
"""Fields that say more than a sentence does."""
_UNTOLD = (Op.MOVE, Op.FORMAT)
"""Operations that changed no word."""
_LOST = ("voice-cut", "voice-silenced", "voice-withheld", "attribution-cut", "verb-stance", "voice-named")
"""What becomes of speakers that a line tells of before anything else."""
_WON = ("voice-new", "voice-heard")
"""What it tells of people with a name after the words that brought them; the rest is in the tags."""
_MOST_VOICES = 2
_SHOWN_WHOLE = ("agency", "accusation", "verdict", "office", "cause")
"""Framings that only both sentences show."""
_COUNTED = (
    ((Op.ADD,), "added"),
    ((Op.DELETE,), "removed"),
    ((Op.EDIT,), "edited"),
    ((Op.REWRITE,), "rewritten"),
    ((Op.MOVE,), "moved"),
    ((Op.SPLIT,), "split"),
    ((Op.MERGE,), "merged"),
    ((Op.FORMAT,), "reformatted"),
)


def summarise(
    fields: Mapping[str, FieldChange],
    operations: Sequence[Operation],
    notice: Notice,
    fresh: bool,
    confidence: float = 1.0,
    voices: Sequence[VoiceEvent] = (),
) -> str:
    """`headline: "12 dead" -> "15 dead"; 2 sentences added; no notice seen`.

    That none was seen is said only of a page that was read with confidence.
    """
    parts = [_field(name, change) for name, change in fields.items() if name != "modified_at"]
    telling = [op for op in operations if op.rule != TIMESTAMP] or operations
    parts += [_count(sum(op.op in ops for op in telling), verb) for ops, verb in _COUNTED if _any(telling, ops)]
    said = next((op for op in telling if "notice" in op.tags), None)
    if said is None and not _WORDED.intersection(fields):
        said = max((op for op in telling if op.op not in _UNTOLD), key=lambda op: op.score, default=None)
    lead = [] if said is None else [_told(said)]
    heard, came = _heard(voices, _LOST), _heard(voices, _WON)
    told_first = said is not None and "notice" in said.tags
    parts = [*lead, *heard, *came, *parts] if told_first else [*heard, *lead, *came, *parts]
    if not parts:
        return "nothing changed"
    if notice in _NOTICE:
        parts.append(_NOTICE[notice])
    elif any(REMOVED in op.tags for op in operations):
        parts.append("notice taken off")
    elif fresh:
        parts.append("modified date moved")
    else:
        parts.append("no notice seen" if confidence >= _SURE else "page read with doubt")
    return "; ".join(parts)


def excerpts(fields: Mapping[str, FieldChange], operations: Sequence[Operation]) -> tuple[str, str]:
    """The most telling edit with some context, before and after."""
    if "headline" in fields:
        return fields["headline"].old, fields["headline"].new
    best = max(operations, key=lambda op: op.score, default=None)
    if best is None:
        change = next(iter(fields.values()), None)
        return (change.old, change.new) if change else ("", "")
    edit = max(best.edits, key=lambda e: e.score, default=None)
    return _around(best.old or "", edit, old=True), _around(best.new or "", edit, old=False)


def _told(operation: Operation) -> str:
    """What an operation did, in the texts' own words."""
    old, new = _short(operation.old or ""), _short(operation.new or "")
    if "notice" in operation.tags:
        kind = next((tag for tag in ("correction", "clarification") if tag in operation.tags), "update")
        return f'{kind} {"added" if operation.op is Op.ADD else "changed"}: "{new}"'
    if operation.op is Op.ADD:
        return f'added: "{new}"'
    if operation.op is Op.DELETE:
        return f'removed: "{old}"'
    edit = max(operation.edits, key=lambda e: e.score, default=None)
    framing = next((f for f in operation.framing if f.tag in _SHOWN_WHOLE), None)
    if framing is not None:
        return f'{framing_words(framing)}: "{old}" -> "{new}"'
    if operation.op is Op.REWRITE or edit is None:
        return f'"{old}" -> "{new}"'
    old, new = _short(edit.deleted), _short(edit.inserted)
    if old and new:
        return f'"{old}" -> "{new}"'
    return f'added: "{new}"' if new else f'removed: "{old}"'


def _heard(voices: Sequence[VoiceEvent], among: Sequence[str]) -> list[str]:
    """The weightiest of these events, and how many others there are."""
    told = [event for event in voices if event.event in among]
    told = [event for event in told if event.kind is VoiceKind.NAME or among is not _WON]
    parts = [event_words(event) for event in told[:_MOST_VOICES]]
    if len(told) > _MOST_VOICES:
        more = len(told) - _MOST_VOICES
        parts.append(f"{more} more speaker{'' if more == 1 else 's'}")
    return parts


def _any(operations: Sequence[Operation], ops: tuple[Op, ...]) -> bool:
    return any(op.op in ops for op in operations)


def _count(number: int, verb: str) -> str:
    return f"{number} sentence{'' if number == 1 else 's'} {verb}"


def _field(name: str, change: FieldChange) -> str:
    label = name.removesuffix("_at")
    return f'{label}: "{_short(change.old)}" -> "{_short(change.new)}"'


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else _cut(text, 0, _QUOTED - 1).rstrip() + "…"


def _around(text: str, edit: Edit | None, *, old: bool) -> str:
    if edit is None:
        return text if len(text) <= 4 * _EXCERPT else _cut(text, 0, 4 * _EXCERPT).rstrip() + "…"
    start = edit.old_start if old else edit.new_start
    end = start + len(edit.deleted if old else edit.inserted)
    end = min(end, start + 4 * _EXCERPT)
    first, last = max(0, start - _EXCERPT), min(len(text), end + _EXCERPT)
    return ("…" if first else "") + _cut(text, first, last).strip() + ("…" if last < len(text) else "")


def _cut(text: str, first: int, last: int) -> str:
    """A slice whose ends are moved inwards to the next edge of a token; of a grapheme where a word has no end near."""
    begin = max(0, first - _SLACK)
    window = text[begin : last + _SLACK]
    tokens = {0, *accumulate(map(len, tokenise(window)))}
    graphemes = grapheme_edges(window)
    from_, to = first - begin, min(last, len(text)) - begin
    start = min((e for e in tokens if from_ <= e <= from_ + _SLACK), default=None)
    if start is None:
        start = min((e for e in graphemes if e >= from_), default=from_)
    end = max((e for e in tokens if to - _SLACK <= e <= to), default=None)
    if end is None:
        end = max((e for e in graphemes if e <= to), default=from_)
    return window[start : max(start, end)]
