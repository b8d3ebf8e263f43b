"""A change laid out once for every face, like a sub-editor's proof: what to show, in which order, under which label.

Headline first, then the other fields, then notices, then each changed sentence with a few words around it; what is
minor is folded behind a count. Every string in a `ChangeLayout` is clean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.model import Change, ChangeClass, Edit, FieldChange, Kind, Op, Operation, Sentence, VoiceEvent
from tracker.model.voice_words import event_words
from tracker.render.pieces import Mark, Piece, head, inline, shorten, tail, trim, whole
from tracker.render.safety import clean
from tracker.render.words import count

CONTEXT = 8

_FIELDS = {
    "headline": "headline",
    "standfirst": "standfirst",
    "byline": "byline",
    "section": "section",
    "published_at": "published",
    "modified_at": "modified",
}
_LABEL = {
    Op.EDIT: "edited",
    Op.REWRITE: "rewritten",
    Op.ADD: "added",
    Op.DELETE: "deleted",
    Op.MOVE: "moved",
    Op.SPLIT: "split",
    Op.MERGE: "merged",
    Op.FORMAT: "typography",
}
_PLACE = {Kind.HEADING: "heading", Kind.CAPTION: "caption", Kind.NOTICE: "notice", Kind.QUOTE: "quote"}
_SAID = frozenset({*_LABEL.values(), "headline", "removed", "notice"})
_READABLE = 0.4
_RUNS = frozenset({Op.ADD, Op.DELETE, Op.MOVE})


@dataclass(frozen=True, slots=True)
class Layout:
    """How much of a change is shown.

    `everything` shows minor items too, `context` is the number of neighbouring words on either side of a sentence, and
    `words` cuts the sentences themselves down to the edits with that many words around them.
    """

    everything: bool = False
    context: int = CONTEXT
    words: bool = False


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line of an item with its sign for the margin: `+` `-` `~` `>`."""

    marker: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One changed field or sentence. One line when the edit reads inline, two when old stands above new.

    `before` and `after` are unchanged neighbouring words of the same paragraph, with the space between them and the
    sentence where there is one.
    """

    label: str
    place: str
    class_: ChangeClass
    tags: tuple[str, ...]
    lines: tuple[ChangeLine, ...]
    before: str = ""
    after: str = ""

    @property
    def title(self) -> str:
        """`paragraph 3, edited`."""
        return f"{self.place}, {self.label}" if self.place else self.label


@dataclass(frozen=True, slots=True)
class ChangeLayout:
    """All items of a change in the order of reading; `folded` minor ones are left out."""

    items: tuple[Item, ...]
    folded: int

    @property
    def remark(self) -> str:
        """What there is to say besides the items: `3 minor edits not shown`, or that nothing differs."""
        if self.folded:
            return f"{count(self.folded, 'minor edit')} not shown"
        return "" if self.items else "No difference in what they say."


def lay_out(change: Change, layout: Layout | None = None) -> ChangeLayout:
    """The proof of a change. One with nothing but minor items is shown in full: a proof is never empty for nothing."""
    layout = layout or Layout()
    fields = [_field(name, change.fields[name]) for name in _FIELDS if name in change.fields]
    operations = [_operation(change, run, layout.context) for run in _runs(change)]
    notices = [i for i in operations if i.place == "notice"]
    speakers = [_speakers(change.voices)] if change.voices else []
    items = fields + notices + speakers + [i for i in operations if i not in notices]
    shown = [i for i in items if layout.everything or i.class_ is not ChangeClass.MINOR] or items
    if layout.words:
        shown = [_only_words(i, layout.context) for i in shown]
    return ChangeLayout(tuple(map(_trimmed, shown)), len(items) - len(shown))


def _field(name: str, field: FieldChange) -> Item:
    """A changed headline, standfirst, byline, section or date. The modified date is context, hence minor."""
    default = ChangeClass.MINOR if name == "modified_at" else ChangeClass.SUBSTANTIVE
    class_ = max((e.class_ for e in field.edits), key=list(ChangeClass).index, default=default)
    tags = tuple(dict.fromkeys(t for e in field.edits for t in e.tags if t != name))
    lines: tuple[ChangeLine, ...]
    woven = _woven(field.old, field.new, field.edits)
    if woven:
        lines = (ChangeLine("~", woven),)
    else:
        lines = _stacked(field.old, field.new)
    return Item(_FIELDS[name], "", class_, tags, lines)


def _speakers(events: Sequence[VoiceEvent]) -> Item:
    """What became of the speakers, one a line."""
    lines = tuple(ChangeLine("~", whole(clean(event_words(event)), Mark.SAME)) for event in events)
    return Item("speakers", "", ChangeClass.WORDING, (), lines)


def _runs(change: Change) -> Iterable[tuple[Operation, ...]]:
    """Operations in reading order; neighbours that were added, deleted or moved together are one run."""
    run: list[Operation] = []
    for operation in change.operations:
        if run and not _continues(change, run[-1], operation):
            yield tuple(run)
            run = []
        run.append(operation)
    if run:
        yield tuple(run)


def _continues(change: Change, last: Operation, this: Operation) -> bool:
    if last.op is not this.op or this.op not in _RUNS:
        return False
    sides = ((change.old, last.old_indexes, this.old_indexes), (change.new, last.new_indexes, this.new_indexes))
    if not all(_follows(side, a, b) for side, a, b in sides):
        return False
    if all(_together(side, (*a, *b)) for side, a, b in sides):
        return True
    return this.op is not Op.MOVE and not _is_notice(change, last) and not _is_notice(change, this)


def _follows(side: Sequence[Sentence], first: Sequence[int], second: Sequence[int]) -> bool:
    """True when the second sentences stand right after the first, or there are none on this side."""
    if not first and not second:
        return True
    return bool(first and second) and first[-1] + 1 == second[0] < len(side)


def _together(side: Sequence[Sentence], indexes: Sequence[int]) -> bool:
    """True when the sentences stand in one paragraph."""
    return len({side[i].paragraph for i in indexes}) <= 1


def _is_notice(change: Change, operation: Operation) -> bool:
    kinds = [change.new[i].kind for i in operation.new_indexes if i < len(change.new)]
    return "notice" in operation.tags or Kind.NOTICE in kinds


def _operation(change: Change, run: Sequence[Operation], context: int) -> Item:
    first = run[0]
    old = tuple(i for o in run for i in o.old_indexes)
    new = tuple(i for o in run for i in o.new_indexes)
    side, indexes = (change.new, new) if new else (change.old, old)
    before, after = _neighbours(change, side, indexes, context)
    return Item(
        label=_label(change, first, old, new),
        place="notice" if any("notice" in o.tags for o in run) else _numbered(change, old, new),
        class_=max((o.class_ for o in run), key=list(ChangeClass).index),
        tags=tuple(dict.fromkeys(t for o in run for t in o.tags if t not in _SAID)),
        lines=_lines(change, run),
        before=before,
        after=after,
    )


def _lines(change: Change, run: Sequence[Operation]) -> tuple[ChangeLine, ...]:
    first = run[0]
    if first.op is Op.ADD:
        return tuple(ChangeLine("+", whole(text, Mark.INSERTED)) for text in _paragraphs(change.new, run, "new"))
    if first.op is Op.DELETE:
        return tuple(ChangeLine("-", whole(text, Mark.DELETED)) for text in _paragraphs(change.old, run, "old"))
    old = "".join(_with_gap(change.old, o.old_indexes, o.old) for o in run)
    new = "".join(_with_gap(change.new, o.new_indexes, o.new) for o in run)
    if first.op is Op.MOVE:
        return (ChangeLine(">", whole(new, Mark.SAME)),)
    woven = _woven(first.old or "", first.new or "", first.edits) if first.op is not Op.REWRITE else None
    if not woven:
        return _stacked(old, new)
    if woven[-1].mark is Mark.SAME:
        gap = new[len(first.new or "") :]
        woven = (*woven[:-1], replace(woven[-1], text=woven[-1].text + gap))
    return (ChangeLine(">" if first.moved else "~", woven),)


def _paragraphs(side: Sequence[Sentence], run: Sequence[Operation], name: str) -> list[str]:
    """The sentences of a run, those of one paragraph joined."""
    texts: dict[int, str] = {}
    for operation in run:
        indexes = getattr(operation, f"{name}_indexes")
        paragraph = side[indexes[0]].paragraph if indexes and indexes[0] < len(side) else -1
        texts[paragraph] = texts.get(paragraph, "") + _with_gap(side, indexes, getattr(operation, name))
    return list(texts.values())


def _with_gap(side: Sequence[Sentence], indexes: Sequence[int], text: str | None) -> str:
    """A sentence with the space after it in its paragraph, when the differ's text of it ends before that."""
    if text is None or text[-1:].isspace() or not indexes or indexes[-1] >= len(side):
        return text or ""
    whole_text = side[indexes[-1]].text
    return text + whole_text[len(whole_text.rstrip()) :]


def _woven(old: str, new: str, edits: Sequence[Edit]) -> tuple[Piece, ...] | None:
    """Old and new as one text, when enough of it stayed to be read as one."""
    pieces = inline(old, new, edits) if old and new and edits else None
    kept = sum(len(piece.text) for piece in pieces or () if piece.mark is Mark.SAME)
    return pieces if kept >= _READABLE * max(len(old), len(new)) else None


def _stacked(old: str, new: str) -> tuple[ChangeLine, ...]:
    """Old above new, for what was written anew or has only one side."""
    lines = (ChangeLine("-", whole(old, Mark.DELETED)), ChangeLine("+", whole(new, Mark.INSERTED)))
    return tuple(line for line, text in zip(lines, (old, new), strict=True) if text) or lines


def _label(change: Change, first: Operation, old: tuple[int, ...], new: tuple[int, ...]) -> str:
    label = _LABEL[first.op]
    if first.op is Op.SPLIT:
        label = f"split into {len(new)} sentences"
    elif first.op is Op.MERGE:
        label = f"merged from {len(old)} sentences"
    elif (
        first.op in _RUNS
        and max(len(old), len(new)) > 1
        and _together(*((change.new, new) if new else (change.old, old)))
    ):
        label = f"{count(max(len(old), len(new)), 'sentence')} {label}"
    if (first.moved or first.op is Op.MOVE) and old:
        origin = f"moved from {_place(change.old, old)}"
        return origin if first.op is Op.MOVE else f"{origin} and {label}"
    return label


def _place(side: Sequence[Sentence], indexes: Sequence[int]) -> str:
    """`paragraph 3`, `paragraphs 3 to 5`, or what else the sentences stand in: a heading, a caption, a notice."""
    if not indexes or indexes[-1] >= len(side):
        return ""
    first, last = side[indexes[0]], side[indexes[-1]]
    if first.paragraph == last.paragraph:
        return _PLACE.get(first.kind, f"paragraph {first.paragraph + 1}")
    if {side[i].kind for i in indexes} == {Kind.CAPTION}:
        return "captions"
    return f"paragraphs {first.paragraph + 1} to {last.paragraph + 1}"


def _numbered(change: Change, old: tuple[int, ...], new: tuple[int, ...]) -> str:
    """The place in the new text; what is only in the old one is numbered there, and says so."""
    if new:
        return _place(change.new, new)
    place = _place(change.old, old)
    return f"{place} of the old text" if place.startswith("paragraph") else place


def _neighbours(change: Change, side: Sequence[Sentence], indexes: Sequence[int], context: int) -> tuple[str, str]:
    """Unchanged words next to the sentences on their side, within the paragraph."""
    if not indexes or max(indexes) >= len(side):
        return "", ""
    which = 1 if side is change.new else 0
    same = {pair[which] for pair in change.same}

    def text(at: int, beside: int) -> str:
        inside = 0 <= at < len(side) and side[at].paragraph == side[beside].paragraph and at in same
        return clean(side[at].text) if inside else ""

    first, last = min(indexes), max(indexes)
    return tail(text(first - 1, first), context), head(text(last + 1, last).rstrip(), context)


def _trimmed(item: Item) -> Item:
    """The item without white space at its ends; where context follows, the space between stays."""
    last = len(item.lines) - 1
    lines = [
        replace(line, pieces=trim(line.pieces, left=n > 0 or not item.before, right=n < last or not item.after))
        for n, line in enumerate(item.lines)
    ]
    return replace(item, lines=tuple(lines))


def _only_words(item: Item, context: int) -> Item:
    lines = []
    for line in item.lines:
        if sum(bool(piece.text.strip()) for piece in line.pieces) == 1:
            piece = line.pieces[0]
            lines.append(replace(line, pieces=(replace(piece, text=head(piece.text, 3 * context + 1)),)))
        else:
            lines.append(replace(line, pieces=shorten(line.pieces, context)))
    return replace(item, lines=tuple(lines), before="", after="")
