"""A change with its sentences, recomputed from the versions the history keeps, and laid out for the page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tracker.differ import diff
from tracker.model import Change, ChangeClass, RecordedChange, Version
from tracker.render.pieces import Mark, Piece
from tracker.render.proof import Item, Layout, lay_out
from tracker.store import Store
from tracker.web import look

_GROUPS = (
    ("headline", "Headline"),
    ("notice", "Notices to the reader"),
    ("substantive", "Substantive"),
    ("wording", "Wording"),
    ("minor", "Minor"),
)
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
    old = store.version(record.article_id, record.old_version)
    new = store.version(record.article_id, record.new_version)
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


def groups(change: Change) -> list[dict[str, Any]]:
    """The items of a change in the order of reading: head, notices, substantive, wording; minor ones to be folded."""
    items = lay_out(change, Layout(everything=True)).items
    sorted_items: dict[str, list[Item]] = {name: [] for name, _ in _GROUPS}
    for item in items:
        sorted_items[_group(item)].append(item)
    shown = []
    number = 0
    for name, title in _GROUPS:
        if not sorted_items[name]:
            continue
        entries = []
        for item in sorted_items[name]:
            number += 1
            entries.append(_entry(item, number))
        heading = title
        if name == "headline" and all(entry["title"] != "Headline" for entry in entries):
            heading = "Above the text"
        shown.append(
            {"name": name, "title": heading, "items": entries, "folded": name == "minor" and len(items) > len(entries)}
        )
    return shown


def _group(item: Item) -> str:
    if item.class_ is ChangeClass.MINOR:
        return "minor"
    if item.label in _FIELDS and not item.place:
        return "headline"
    return "notice" if item.place == "notice" else item.class_.value


def _entry(item: Item, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "title": item.title[:1].upper() + item.title[1:],
        "class": item.class_.value,
        "tags": item.tags,
        "big": item.label == "headline",
        "moved": any(line.marker == ">" for line in item.lines),
        "before": item.before,
        "after": item.after,
        "lines": [{"sign": _SAID[line.marker], "html": look.marked(line.pieces)} for line in item.lines],
    }


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
