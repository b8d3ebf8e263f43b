"""The log: changes with their place in the history, newest first, a page at a time."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tracker.errors import NotFound
from tracker.model import Change, ChangeClass, ChangeFilter, LaterNotice, Notice, Op, RecordedChange, iso
from tracker.model.filters import edit_tags
from tracker.model.plain import from_plain, to_plain
from tracker.store.connection import Value, dump, insert, row, rows, run, run_many, stamp, storable, sure_moment
from tracker.store.history import second_sightings, voices
from tracker.store.history.change_query import TABLES, Cursor, query_of, where
from tracker.store.history.versions import Added
from tracker.store.store import Store

PAGE_SIZE = 200
EVERYTHING = ChangeFilter()

_SEALED = (
    *("article_id", "source_id", "old_version_id", "new_version_id", "seen_after", "seen_before", "class", "score"),
    *("tags", "headline_changed", "words_added", "words_removed", "sentences_added", "sentences_deleted"),
    *("sentences_edited", "sentences_moved", "notice", "acknowledged", "noise_rule", "summary", "excerpt_old"),
    *("excerpt_new", "differ"),
)


def add(
    store: Store, article_id: int, source_id: str, added: Added, change: Change, *, identity: int | None = None
) -> int:
    """Write the change that brought a version; its id: `identity`, or the next free one.

    Runs inside the caller's transaction.
    """
    values: dict[str, Value] = {
        "id": identity,
        "article_id": article_id,
        "source_id": source_id,
        "old_version_id": added.previous_id,
        "new_version_id": added.id,
        "seen_after": iso(added.seen_after),
        "seen_before": stamp(added.seen_before),
        "class": change.class_.value,
        "score": change.score,
        "tags": storable(dump(list(change.tags))),
        "edit_tags": storable(dump([sorted(tags) for tags in edit_tags(change)])),
        "headline_changed": int(change.headline_changed),
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "sentences_added": change.count(Op.ADD),
        "sentences_deleted": change.count(Op.DELETE),
        "sentences_edited": change.count(Op.EDIT, Op.REWRITE, Op.SPLIT, Op.MERGE, Op.FORMAT),
        "sentences_moved": change.count(Op.MOVE),
        "notice": change.notice.value,
        "acknowledged": int(change.acknowledged),
        "noise_rule": change.noise_rule or _variant(added, change),
        "summary": storable(change.summary),
        "excerpt_old": storable(change.excerpt_old),
        "excerpt_new": storable(change.excerpt_new),
        "differ": change.differ,
    }
    values["seal_sha256"] = seal(added.chain_sha256, values)
    change_id = insert(store.db, "changes", values)
    run_many(
        store.db,
        "insert or ignore into change_tags (tag, seen_before, change_id) values (?, ?, ?)",
        [(tag, values["seen_before"], change_id) for tag in change.tags],
    )
    voices.add(store, change_id, added, change)
    if values["noise_rule"] is None:
        second_sightings.add(store, change_id, article_id, source_id, added.seen_before, change)
    return change_id


def _variant(added: Added, change: Change) -> str | None:
    """The rule for a text that goes to and fro between two that were both shown (docs/decisions/006)."""
    if not added.both_known:
        return None
    from tracker.differ import noise  # slow to import, and rarely needed here

    return noise.variant_rule(change)


def seal(chain_sha256: str, values: sqlite3.Row | dict[str, Value]) -> str:
    """Hex SHA-256 over the new version's chain link and the change's columns, as a JSON array.

    It covers what the change was when it came: a noise rule that a later sighting brought is not among it.
    """
    sealed = {name: values[name] for name in _SEALED}
    if "noise_seen_at" in values.keys() and values["noise_seen_at"] is not None:  # noqa: SIM118 - a row has no `in`
        sealed["noise_rule"] = None
    return hashlib.sha256(dump([chain_sha256, *sealed.values()]).encode()).hexdigest()


_COLUMNS = "select c.*, a.url, n.headline, n.number as new_number, o.number as old_number"
_SELECT = _COLUMNS + TABLES


def changes(
    store: Store, wanted: ChangeFilter = EVERYTHING, limit: int | None = None, *, page_size: int = PAGE_SIZE
) -> Iterator[RecordedChange]:
    """The changes that are meant, newest first, at most `limit`. Read in pages: between two nothing is held open."""
    left = limit
    after: Cursor | None = None
    while left is None or left > 0:
        size = page_size if left is None else min(page_size, left)
        query = query_of(wanted, after)
        clause = where(*query.place, *query.rest)
        order = f"order by {query.at} desc, {query.id} desc limit ?"
        page = rows(store.db, f"{_COLUMNS}{query.tables}{clause.sql} {order}", [*clause.values, size])
        for r in page:
            yield recorded(r)
        if len(page) < size:
            return
        after = (page[-1]["seen_before"], page[-1]["id"])
        left = None if left is None else left - len(page)


def change(store: Store, change_id: int) -> RecordedChange:
    """One change. Raises NotFound."""
    found = row(store.db, _SELECT + "where c.id = ?", (change_id,))
    if found is None:
        raise NotFound(f"no change {change_id}; tracker log lists them")
    return recorded(found)


def change_of(store: Store, article_id: int, new_number: int) -> RecordedChange:
    """The change that brought this version of an article. Raises NotFound; a first version has none."""
    found = row(
        store.db,
        "select c.*, a.url, n.headline, n.number as new_number, o.number as old_number from versions n "
        "cross join changes c on c.new_version_id = n.id cross join articles a on a.id = c.article_id "
        "cross join versions o on o.id = c.old_version_id where n.article_id = ? and n.number = ?",
        (article_id, new_number),
    )
    if found is None:
        raise NotFound(f"no change of article {article_id} brought version {new_number}")
    return recorded(found)


def of_article(store: Store, article_id: int) -> list[RecordedChange]:
    """All changes of an article, oldest first, noise too."""
    found = rows(store.db, _SELECT + "where c.article_id = ? order by n.number", (article_id,))
    return [recorded(r) for r in found]


def recorded(r: sqlite3.Row) -> RecordedChange:
    """A change from its row joined with article and versions."""
    return RecordedChange(
        id=r["id"],
        article_id=r["article_id"],
        url=r["url"],
        source_id=r["source_id"],
        headline=r["headline"],
        old_version=r["old_number"],
        new_version=r["new_number"],
        after=sure_moment(r["seen_after"]),
        before=sure_moment(r["seen_before"]),
        class_=ChangeClass(r["class"]),
        score=r["score"],
        tags=tuple(json.loads(r["tags"])),
        headline_changed=bool(r["headline_changed"]),
        words_added=r["words_added"],
        words_removed=r["words_removed"],
        sentences_added=r["sentences_added"],
        sentences_deleted=r["sentences_deleted"],
        sentences_edited=r["sentences_edited"],
        sentences_moved=r["sentences_moved"],
        notice=Notice(r["notice"]),
        acknowledged=bool(r["acknowledged"]),
        noise_rule=r["noise_rule"],
        summary=r["summary"],
        excerpt_old=r["excerpt_old"],
        excerpt_new=r["excerpt_new"],
        later=later_of(r),
    )


def later_of(r: sqlite3.Row) -> LaterNotice | None:
    """The later notice in a row of `changes`; None where none came."""
    if r["acknowledged_by"] is None:
        return None
    return LaterNotice(r["acknowledged_by"], Notice(r["later_notice"]), r["lag_hours_least"], r["lag_hours_most"])


@dataclass(frozen=True, slots=True)
class Review:
    """A person's verdict on a change, as `changes.reviewed` keeps it; `at` is when it was given."""

    verdict: str
    note: str = ""
    at: str = ""


def review_of(r: sqlite3.Row) -> Review | None:
    """The review in a row of `changes`; None where there is none, or another program wrote something else."""
    try:
        return from_plain(Review, json.loads(r["reviewed"])) if r["reviewed"] else None
    except (ValueError, RecursionError):
        return None


def review(store: Store, change_id: int, verdict: str, note: str, now: datetime) -> None:
    """Keep a person's verdict on a change beside it. Raises NotFound."""
    with store.writing():
        text = dump(to_plain(Review(verdict, note, stamp(now))))
        if not run(store.db, "update changes set reviewed = ? where id = ?", (text, change_id)).rowcount:
            raise NotFound(f"no change {change_id}; tracker log lists them")
