"""Imports: what was taken in from somebody else's archive, so that it can be taken up, listed and taken out again.

An article's captures are written first and its history after them, as a check does: two files are not committed as one,
and a version without its capture would be worse than a capture without a version.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker.errors import NotFound
from tracker.model import Capture, Found, State, Version, Via, iso
from tracker.store.connection import dump, insert, moment, row, rows, run, stamp, sure_moment
from tracker.store.history import articles, captures, record
from tracker.store.proof import replaced_histories
from tracker.store.queue import queue
from tracker.store.store import Store
from tracker.store.upkeep import rebuild
from tracker.store.upkeep.rebuild import Reread, Sums

Place = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class Observer:
    """Somebody else who saw articles: `reader` says whether a page or only a text is what they kept."""

    id: str
    name: str
    kind: str
    reader: str = "page"


@dataclass(frozen=True, slots=True)
class Import:
    """One import: where from, how far it came, and its counts by reason. `done_to` is an address's key."""

    id: int
    observer: str
    kind: str
    name: str
    sha256: str
    started_at: datetime
    ended_at: datetime | None = None
    undone_at: datetime | None = None
    options: str = "{}"
    done_to: str = ""
    sums: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenAgain:
    """An observer saw at a moment the bytes of a capture again, and did not keep them twice."""

    at: datetime
    observer: str
    capture_sha256: str
    kind: str = "digest"
    import_id: int = 0


def begin(
    store: Store, observer: Observer, *, kind: str, name: str, sha256: str, options: str, now: datetime
) -> Import:
    """Begin an import, or take up the one of the same file and options that was interrupted."""
    with store.writing():
        found = row(
            store.db,
            "select * from imports where ended_at is null and undone_at is null and kind = ? and sha256 = ? "
            "and options = ? and observer_id = ? order by id desc limit 1",
            (kind, sha256, options, observer.id),
        )
        if found is not None:
            return _import(found)
        run(
            store.db,
            "insert or ignore into observers (id, name, kind, reader) values (?, ?, ?, ?)",
            (observer.id, observer.name, observer.kind, observer.reader),
        )
        values = {
            "started_at": stamp(now),
            "observer_id": observer.id,
            "kind": kind,
            "name": name,
            "sha256": sha256,
            "options": options,
        }
        identity = insert(store.db, "imports", values)
        insert(store.db, "rebuilds", {"started_at": stamp(now), "code": f"import {identity}", "import_id": identity})
        return _import(rows(store.db, "select * from imports where id = ?", (identity,))[0])


def imports(store: Store) -> list[Import]:
    """All imports, newest first."""
    return [_import(r) for r in rows(store.db, "select * from imports order by id desc")]


def one(store: Store, import_id: int) -> Import:
    """One import. Raises NotFound."""
    found = row(store.db, "select * from imports where id = ?", (import_id,))
    if found is None:
        raise NotFound(f"no import {import_id}; tracker imports lists them")
    return _import(found)


def _import(r: sqlite3.Row) -> Import:
    return Import(
        r["id"],
        r["observer_id"],
        r["kind"],
        r["name"],
        r["sha256"],
        sure_moment(r["started_at"]),
        moment(r["ended_at"]),
        moment(r["undone_at"]),
        r["options"],
        r["done_to"],
        dict(json.loads(r["sums"])),
    )


def progress(store: Store, one: Import, *, now: datetime | None = None) -> None:
    """Keep how far an import has come; with `now` it is finished."""
    with store.writing():
        _keep(store, one, now)


def _keep(store: Store, one: Import, now: datetime | None = None) -> None:
    run(
        store.db,
        "update imports set done_to = ?, sums = ?, ended_at = ? where id = ?",
        (one.done_to, dump(dict(one.sums)), iso(now), one.id),
    )
    run(store.db, "update rebuilds set ended_at = ? where import_id = ?", (iso(now), one.id))


def unread(store: Store, article_id: int) -> bool:
    """Whether an import laid captures of this article down and was interrupted before they were read."""
    found = row(
        store.db,
        "select 1 from imports i where i.ended_at is null and i.undone_at is null and i.id in "
        "(select json_extract(origin, '$.import') from captures.captures where article_id = ? and observer <> '')",
        (article_id,),
    )
    return found is not None


def places(store: Store, article_id: int) -> set[Place]:
    """The captures that are kept of an article, each by hash and moment."""
    return {r.place for r in captures.captures_of(store, article_id)}


def observations(store: Store, article_id: int) -> list[SeenAgain]:
    """When others saw an article again in bytes that are kept already, oldest first."""
    found = rows(store.db, "select * from observations where article_id = ? order by at, observer_id", (article_id,))
    return [
        SeenAgain(sure_moment(r["at"]), r["observer_id"], r["capture_sha256"], r["kind"], r["import_id"]) for r in found
    ]


def lay_down(store: Store, article_id: int, brought: Iterable[Capture]) -> None:
    """Keep captures that somebody else received, in a transaction of their own that is flushed to disk."""
    with store.writing():
        for capture in brought:
            captures.keep(store, article_id, capture)


def put(
    store: Store,
    work: Import,
    article_id: int,
    rereads: Sequence[Reread] | None,
    seen_again: Sequence[SeenAgain],
    now: datetime,
) -> None:
    """Replace an article's history by what was read with the import, and note the progress: all or nothing.

    `rereads` is None when its versions stay as they are.
    """
    with store.writing():
        for seen in seen_again:
            run(
                store.db,
                "insert or ignore into observations (article_id, at, observer_id, capture_sha256, kind, import_id) "
                "values (?, ?, ?, ?, ?, ?)",
                (article_id, stamp(seen.at), seen.observer, seen.capture_sha256, seen.kind, work.id),
            )
        if rereads is not None:
            rebuild.put(store, article_id, rereads, _rebuild_of(store, work.id), now)
        _keep_evidence(store, article_id)
        _keep(store, work)


def _keep_evidence(store: Store, article_id: int) -> None:
    """Keep for ever what the versions of an article that has changed were read from, our own captures too."""
    run(
        store.db,
        "update captures.captures set kept = 1 where article_id = ? and kept = 0 and exists (select 1 from versions v "
        "where v.article_id = captures.article_id and v.capture_sha256 = captures.sha256) "
        "and (select version_count from articles a where a.id = captures.article_id) > 1",
        (article_id,),
    )


def _rebuild_of(store: Store, import_id: int) -> rebuild.Run:
    found = rows(store.db, "select id from rebuilds where import_id = ?", (import_id,))[0]
    return rebuild.Run(found["id"], 0, Sums())


def article_at(store: Store, source_id: str, url: str, at: datetime) -> int | None:
    """The article of an address, made when it is new: first seen `at`, and not followed. None for a forgotten one."""
    with store.writing():
        new = articles.found(store, source_id, [Found(url, Via.URL)], at, due_at=at)
        if not new:
            return articles.find(store, url, source_id)
        run(store.db, "update articles set pinned = 0 where id = ?", (new[0],))
        record.retire(store, new[0])
        return new[0]


def follow(store: Store, article_id: int, now: datetime) -> None:
    """Follow an article that an import brought, from now on."""
    with store.writing():
        articles.set_state(store, article_id, State.LIVE)
        queue.reschedule(store, article_id, now)


def touched(store: Store, import_id: int) -> list[int]:
    """The articles that have something of an import."""
    store.need_captures()
    found = rows(
        store.db,
        "select distinct article_id as id from captures.captures where observer <> '' "
        "and json_extract(origin, '$.import') = ? union select article_id from observations where import_id = ? "
        "order by 1",
        (import_id, import_id),
    )
    return [r["id"] for r in found]


def as_before(store: Store, article_id: int, import_id: int, began: Mapping[Place, Version]) -> dict[Place, Version]:
    """The versions with the intervals they had before an import brought what lies between our own checks."""
    former = {
        (v["capture_sha256"], sure_moment(v["first_seen_at"])): v["previous_seen_at"]
        for v in replaced_histories.former_versions(store, article_id, import_id)
    }
    return {
        place: replace(version, previous_seen_at=moment(former[place])) if place in former else version
        for place, version in began.items()
    }


def take_out(store: Store, work: Import, article_id: int, rereads: Sequence[Reread] | None, now: datetime) -> bool:
    """Take out what an import brought of one article; True when that was all there was and the article went with it.

    `rereads` is None when its versions stay as they are.
    """
    with store.writing():
        if rereads is not None:
            rebuild.put(store, article_id, rereads, _rebuild_of(store, work.id), now)
        run(store.db, "delete from observations where article_id = ? and import_id = ?", (article_id, work.id))
        _free_of_bases(store, article_id, work.id)
        run(
            store.db,
            "delete from captures.captures where article_id = ? and observer <> '' "
            "and json_extract(origin, '$.import') = ?",
            (article_id, work.id),
        )
        return _drop_if_empty(store, article_id)


def _drop_if_empty(store: Store, article_id: int) -> bool:
    """Take out an article that nobody follows, that was never checked and of which nothing is kept."""
    empty = row(
        store.db,
        "select a.source_id from articles a join article_state s on s.article_id = a.id where a.id = ? "
        "and a.state = 'retired' and a.version_count = 0 and s.checks = 0 "
        "and not exists (select 1 from captures.captures c where c.article_id = a.id)",
        (article_id,),
    )
    if empty is None:
        return False
    run(store.db, "delete from articles where id = ?", (article_id,))
    run(store.db, "update source_totals set articles = articles - 1 where source_id = ?", (empty["source_id"],))
    return True


def _free_of_bases(store: Store, article_id: int, import_id: int) -> None:
    """Write anew what is compressed against a capture that goes, the oldest chain first; bytes and hashes stay."""
    sql = (
        "select c.id, c.sha256 from captures.captures c where c.article_id = ? "
        "and (c.observer = '' or json_extract(c.origin, '$.import') <> ?) "
        "and exists (select 1 from captures.captures b where b.article_id = c.article_id and b.sha256 = c.base_sha256 "
        "and b.id <> c.id and b.observer <> '' and json_extract(b.origin, '$.import') = ?) order by c.depth, c.id"
    )
    for r in rows(store.db, sql, (article_id, import_id, import_id)):
        captures.stand_alone(store, r["id"])


def finish_undoing(store: Store, work: Import, now: datetime) -> None:
    """Note that an import was taken out."""
    with store.writing():
        run(store.db, "update imports set undone_at = ? where id = ?", (stamp(now), work.id))
