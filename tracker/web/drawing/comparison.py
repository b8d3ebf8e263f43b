"""A change with its sentences, recomputed from the versions the history keeps, and laid out for the page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from tracker.differ import diff
from tracker.model import Change, ChangeClass, RecordedChange, Version
from tracker.render.pieces import Mark, Piece
from tracker.render.proof import ChangeLine, Item, Layout, lay_out
from tracker.store import Store
from tracker.store.history import versions
from tracker.web.drawing import formatting
from tracker.web.paging import Part, cut_pieces, part, weigh

_GROUPS = (
    ("headline", "Headline"),
    ("notice", "Notices to the reader"),
    ("substantive", "Substantive"),
    ("wording", "Wording"),
    ("minor", "Minor"),
)
_LONGEST_ITEM = 8_000
_HEAVIEST, _AROUND = 60_000, 450
"""Characters of one item; bytes of the edits on one page, and of what stands around each."""
_FIELDS = frozenset({"headline", "standfirst", "byline", "section", "published", "modified"})


@dataclass(frozen=True, slots=True)
class Compared:
    """A recorded change, both versions and the difference between them."""

    record: RecordedChange
    old: Version
    new: Version
    change: Change


def compare(store: Store, record: RecordedChange) -> Compared:
    """Read both versions and compare them. Raises NotFound."""
    old = versions.version(store, record.article_id, record.old_version)
    new = versions.version(store, record.article_id, record.new_version)
    return Compared(record, old, new, _difference(old, new))


_KEPT: OrderedDict[tuple[str, str], Change] = OrderedDict()
_KEPT_AT_MOST = 256


def _difference(old: Version, new: Version) -> Change:
    """The difference of two versions, remembered by their links: a version never changes under its link."""
    key = (old.chain_sha256, new.chain_sha256)
    known = _KEPT.get(key)
    if known is None:
        known = _KEPT[key] = diff(old.content, new.content)
        while len(_KEPT) > _KEPT_AT_MOST:
            _KEPT.popitem(last=False)
    return known


@dataclass(frozen=True, slots=True)
class EditGroup:
    """Edits under a heading; `folded` when they are opened by hand."""

    name: str
    title: str
    items: list[EditItem]
    folded: bool


def groups(change: Change, wanted: int | None = None) -> tuple[list[EditGroup], Part[tuple[str, EditItem]]]:
    """The items of a change in the order of reading: head, notices, substantive, wording; minor ones to be folded.

    A part of them where they are many, and which one that is.
    """
    order = [name for name, _ in _GROUPS]
    items = sorted(lay_out(change, Layout(everything=True)).items, key=lambda item: order.index(_group(item)))
    pieces = [piece for item in items for piece in _divided(item)]
    laid = [(_group(item), _entry(item, number)) for number, item in enumerate(pieces, 1)]
    chosen = part(laid, _weight, _HEAVIEST, wanted)
    shown = []
    for name, title in _GROUPS:
        entries = [entry for group, entry in chosen.items if group == name]
        if not entries:
            continue
        heading = title
        if name == "headline" and all(entry.title != "Headline" for entry in entries):
            heading = "Above the text"
        shown.append(
            EditGroup(name=name, title=heading, items=entries, folded=name == "minor" and len(pieces) > len(entries))
        )
    return shown, chosen


def _divided(item: Item) -> list[Item]:
    """An item of very many lines as several; their context stands before the first and after the last."""
    parts: list[list[ChangeLine]] = [[]]
    room = _LONGEST_ITEM
    for line in item.lines:
        length = sum(len(piece.text) for piece in line.pieces)
        if length > room and parts[-1]:
            parts.append([])
            room = _LONGEST_ITEM
        parts[-1].append(line)
        room -= length
    last = len(parts) - 1
    return [
        replace(item, lines=tuple(p), before=item.before if n == 0 else "", after=item.after if n == last else "")
        for n, p in enumerate(parts)
    ]


def _weight(laid: tuple[str, EditItem]) -> int:
    _, entry = laid
    return _AROUND + weigh(entry.before, entry.after, *(line.html for line in entry.lines))


def _group(item: Item) -> str:
    if item.class_ is ChangeClass.MINOR:
        return "minor"
    if item.label in _FIELDS and not item.place:
        return "headline"
    return "notice" if item.place == "notice" else item.class_.value


@dataclass(frozen=True, slots=True)
class EditLine:
    """A line of an edit, with the word for its sign."""

    sign: str
    html: Markup


@dataclass(frozen=True, slots=True)
class EditItem:
    """One edit as the page shows it."""

    number: int
    title: str
    class_: str
    tags: Sequence[str]
    big: bool
    moved: bool
    before: str
    after: str
    lines: list[EditLine]


def _entry(item: Item, number: int) -> EditItem:
    return EditItem(
        number=number,
        title=item.title[:1].upper() + item.title[1:],
        class_=item.class_.value,
        tags=item.tags,
        big=item.label == "headline",
        moved=any(line.marker == ">" for line in item.lines),
        before=item.before,
        after=item.after,
        lines=[
            EditLine(sign=_SAID[line.marker], html=formatting.marked(cut_pieces(line.pieces))) for line in item.lines
        ],
    )


_SAID = {"+": "added", "-": "deleted", "~": "edited", ">": "moved"}


def content(change: Change) -> Markup:
    """The whole difference as plain HTML for a feed reader: `ins` and `del`, no classes, no hidden words."""
    proof = lay_out(change)
    parts = [
        Markup("<h4>{}</h4><p>{}{}{}</p>").format(
            item.title[:1].upper() + item.title[1:],
            item.before,
            Markup("<br>").join(_plain(line.pieces) for line in item.lines),
            item.after,
        )
        for item in proof.items
    ]
    if proof.remark:
        parts.append(Markup("<p>{}</p>").format(proof.remark))
    return Markup("").join(parts)


def _plain(parts: Iterable[Piece]) -> Markup:
    form = {Mark.INSERTED: Markup("<ins>{}</ins>"), Mark.DELETED: Markup("<del>{}</del>"), Mark.SAME: Markup("{}")}
    return Markup("").join(form[part.mark].format(part.text) for part in parts)
