"""Rebuilding: an article's history replaced by what today's code reads in the same captures, the former one kept.

Version and change ids outlive a rebuild where the capture that brought them does, so that what cites them still finds
them. What becomes of the former history is in `former`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import count

from tracker.errors import StoreError
from tracker.model import VARIANT, Change, Content, RecordedChange, iso
from tracker.store.connection import Value, dump, insert, row, rows, run, stamp, sure_moment
from tracker.store.history import changes, last_reading, later_notices, second_sightings, versions
from tracker.store.history.versions import Added
from tracker.store.proof import replaced_histories
from tracker.store.search import documents
from tracker.store.store import Store

_WRITTEN_WITH = frozenset(("edited_paragraphs", "voice_events"))
"""Tables whose rows a change brings itself, and takes with it."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A version as it is read today: its content, the capture it begins with, and the change that brought it.

    `seen_after` is when the version before was last seen (None for the first), `version_id` the former version that
    began with the same capture, None when there was none. `observer` is who saw it first when that was not us.
    """

    content: Content
    capture_sha256: str
    seen_before: datetime
    seen_after: datetime | None = None
    change: Change | None = None
    version_id: int | None = None
    observer: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a rebuild has done so far. Articles first, then their versions."""

    articles: int = 0
    rebuilt: int = 0
    left: int = 0
    before: int = 0
    after: int = 0
    unchanged: int = 0
    reread: int = 0
    merged: int = 0
    split: int = 0
    judged: int = 0

    def __add__(self, other: Sums) -> Sums:
        mine, theirs = asdict(self), asdict(other)
        return Sums(**{name: mine[name] + theirs[name] for name in mine})


@dataclass(frozen=True, slots=True)
class Run:
    """One rebuild, begun or taken up again: where it stands and what it has done. `done_to` is an article's id."""

    id: int
    done_to: int
    sums: Sums


def begin(store: Store, *, source_id: str | None, code: str, now: datetime) -> Run:
    """Begin a rebuild, or take up the one that was interrupted. `code` names extractor, differ and rules.

    One with other code or another source is begun anew: what it has done so far is read again.
    """
    with store.writing():
        found = row(
            store.db,
            "select id, done_to, sums from rebuilds where ended_at is null and source_id is ? and code = ? "
            "order by id desc limit 1",
            (source_id, code),
        )
        if found is not None:
            return Run(found["id"], found["done_to"], Sums(**json.loads(found["sums"])))
        values = {"started_at": stamp(now), "source_id": source_id, "code": code}
        return Run(insert(store.db, "rebuilds", values), 0, Sums())


def progress(store: Store, run_: Run, *, now: datetime | None = None) -> None:
    """Keep how far a rebuild has come; with `now` it is finished."""
    with store.writing():
        _keep(store, run_, now)


def _keep(store: Store, run_: Run, now: datetime | None) -> None:
    run(
        store.db,
        "update rebuilds set done_to = ?, sums = ?, ended_at = ? where id = ?",
        (run_.done_to, dump(asdict(run_.sums)), iso(now), run_.id),
    )


def article_ids(store: Store, source_id: str | None, *, after: int = 0) -> Iterator[int]:
    """The articles that have versions, by id, read a page at a time."""
    only = "" if source_id is None else "and source_id = ? "
    sql = f"select id from articles where id > ? {only}and version_count > 0 order by id limit 500"  # noqa: S608 - ours
    while page := _ids(store, sql, (after, *(() if source_id is None else (source_id,)))):
        yield from page
        after = page[-1]


def _ids(store: Store, sql: str, values: Sequence[str | int]) -> list[int]:
    return [r["id"] for r in rows(store.db, sql, values)]


def cited(store: Store, article_id: int) -> set[tuple[str, datetime]]:
    """The captures (hash and moment) that began a version of a former history: they were believed once."""
    sql = "select capture_sha256, first_seen_at from former_chains where article_id = ?"
    return {(r["capture_sha256"], sure_moment(r["first_seen_at"])) for r in rows(store.db, sql, (article_id,))}


def says_the_same(recorded: RecordedChange, change: Change) -> bool:
    """True when a stored change has the class, score, tags, notice and counts of this one.

    Whether it is a variant or was seen elsewhere is left out: the history knows that, not the two texts.
    """
    noise_rule = None if recorded.noise_rule in (VARIANT, second_sightings.RULE) else recorded.noise_rule
    return (
        (recorded.class_, recorded.score, noise_rule) == (change.class_, change.score, change.noise_rule)
        and (recorded.notice, recorded.acknowledged) == (change.notice, change.acknowledged)
        and (recorded.words_added, recorded.words_removed) == (change.words_added, change.words_removed)
        and (recorded.headline_changed, set(recorded.tags)) == (change.headline_changed, set(change.tags))
    )


def put(store: Store, article_id: int, rereads: Sequence[Reread], run_: Run, now: datetime) -> None:
    """Replace an article's history by what was read again, keep the former one, note the progress: all or nothing.

    Neighbouring contents must differ and be `tidy`. Makes no event and no alert; an alert that waits for a change that
    is no more is taken back with it. Raises NotFound, StoreError.
    """
    with store.writing():
        _Replacement(store, article_id).make(rereads, run_.id, now)
        _keep(store, run_, None)


class _Replacement:
    """One article's history on its way from the old to the new. Runs inside the caller's transaction."""

    def __init__(self, store: Store, article_id: int) -> None:
        self.store, self.article_id = store, article_id
        self.source_id = rows(store.db, "select source_id from articles where id = ?", (article_id,))[0]["source_id"]
        self.old = rows(store.db, "select * from versions where article_id = ? order by number", (article_id,))
        self.old_changes = rows(store.db, "select * from changes where article_id = ? order by id", (article_id,))
        # Asked before anything is taken out: a new row must not take the number of one that is put back after it.
        self.fresh_versions, self.fresh_changes = _numbers_after(store, "versions"), _numbers_after(store, "changes")

    def make(self, rereads: Sequence[Reread], rebuild_id: int, now: datetime) -> None:
        """Take the old one out, put the new one in."""
        before = documents.document(self.store.db, self.article_id) if self.old else None
        remembered = row(self.store.db, "select 1 from readings where article_id = ?", (self.article_id,)) is not None
        if self.old:
            self._keep_former(rebuild_id, now)
        cited_by, sighted = self._citing(), second_sightings.of_article(self.store, self.article_id)
        self._take_out()
        last = self._put_in(rereads)
        second_sightings.again(self.store, self.article_id, sighted)
        later_notices.settle(self.store, self.article_id)
        self._cite_again(cited_by)
        if remembered and last is not None:
            last_reading.drop(self.store, self.article_id)
            if last.content.blocks:
                last_reading.remember(self.store, self.article_id, last.id, last.content.blocks)
        if last is not None:
            after = documents.document(self.store.db, self.article_id)
            documents.reindex(self.store.db, self.article_id, before, after)
        elif before is not None:
            documents.remove(self.store.db, self.article_id, before)
        self._count(rereads)

    def _keep_former(self, rebuild_id: int, now: datetime) -> None:
        at = _free_moment(self.store, self.article_id, now)
        run(
            self.store.db,
            "insert into former_chains (article_id, replaced_at, number, first_seen_at, content_sha256, chain_sha256, "
            "capture_sha256, extractor) select article_id, ?, number, first_seen_at, content_sha256, chain_sha256, "
            "capture_sha256, extractor from versions where article_id = ?",
            (at, self.article_id),
        )
        texts = {
            r["id"]: [r["kind"], r["text"]]
            for r in rows(
                self.store.db, "select id, kind, text from paragraphs where article_id = ?", (self.article_id,)
            )
        }
        told = {
            "versions": [
                dict(v) | {"paragraphs": [texts[i] for i in json.loads(v["paragraph_ids"])]} for v in self.old
            ],
            "changes": [dict(c) for c in self.old_changes],
        }
        values: dict[str, str | int | bytes] = {
            "article_id": self.article_id,
            "replaced_at": at,
            "rebuild_id": rebuild_id,
            "versions": len(self.old),
            "packed": replaced_histories.pack(told),
        }
        insert(self.store.db, "former_histories", values)

    def _citing(self) -> dict[tuple[str, str], list[dict[str, Value]]]:
        """Rows of other tables (the outbox) that cite this article's changes, by table and column."""
        found: dict[tuple[str, str], list[dict[str, Value]]] = {}
        tables = [r["name"] for r in rows(self.store.db, "select name from sqlite_master where type = 'table'")]
        for table in sorted(set(tables) - _WRITTEN_WITH):
            for key in rows(self.store.db, "select * from pragma_foreign_key_list(?)", (table,)):
                if key["table"] == "changes":
                    sql = (
                        f"select t.* from {table} t join changes c on c.id = t.{key['from']} "  # noqa: S608 - ours
                        "where c.article_id = ?"
                    )
                    found[table, key["from"]] = [dict(r) for r in rows(self.store.db, sql, (self.article_id,))]
        return found

    def _take_out(self) -> None:
        for table in ("changes", "versions", "paragraphs"):
            run(self.store.db, f"delete from {table} where article_id = ?", (self.article_id,))  # noqa: S608 - names are ours
        run(
            self.store.db,
            "update articles set current_version_id = null, version_count = 0, last_changed_at = null where id = ?",
            (self.article_id,),
        )

    def _put_in(self, rereads: Sequence[Reread]) -> Added | None:
        change_ids = {c["new_version_id"]: c for c in self.old_changes}
        added = None
        for one in rereads:
            added = versions.add(
                self.store,
                self.article_id,
                one.content,
                capture_sha256=one.capture_sha256,
                seen_before=one.seen_before,
                seen_after=one.seen_after,
                identity=one.version_id or next(self.fresh_versions),
                observer=one.observer,
            )
            if added is None:
                raise StoreError(
                    f"article {self.article_id}: two versions in a row would say the same; nothing was done"
                )
            if one.change is not None and added.previous_id is not None:
                was = change_ids.get(one.version_id)
                identity = was["id"] if was else next(self.fresh_changes)
                changes.add(self.store, self.article_id, self.source_id, added, one.change, identity=identity)
                if was is not None:
                    run(self.store.db, "update changes set reviewed = ? where id = ?", (was["reviewed"], identity))
        return added

    def _cite_again(self, cited_by: Mapping[tuple[str, str], Sequence[dict[str, Value]]]) -> None:
        """Put back the citing rows whose change is still there."""
        there = {
            r["id"] for r in rows(self.store.db, "select id from changes where article_id = ?", (self.article_id,))
        }
        for (table, column), found in cited_by.items():
            for values in found:
                if values[column] in there:
                    insert(self.store.db, table, values)

    def _count(self, rereads: Sequence[Reread]) -> None:
        noise = sum(
            c.noise_rule not in second_sightings.COUNTED for c in changes.of_article(self.store, self.article_id)
        )
        was = sum(c["noise_rule"] not in second_sightings.COUNTED for c in self.old_changes)
        run(
            self.store.db,
            "update source_totals set versions = versions + ?, changes = changes + ?, noise = noise + ? "
            "where source_id = ?",
            (
                len(rereads) - len(self.old),
                max(0, len(rereads) - 1) - len(self.old_changes),
                noise - was,
                self.source_id,
            ),
        )


def _numbers_after(store: Store, table: str) -> Iterator[int]:
    last = row(store.db, f"select max(id) as id from {table}")  # noqa: S608 - names are ours
    return count((last["id"] or 0) + 1 if last else 1)


def _free_moment(store: Store, article_id: int, now: datetime) -> str:
    """The moment as the database writes it, later by seconds when this article was replaced within the same one."""
    latest = row(store.db, "select max(replaced_at) as at from former_histories where article_id = ?", (article_id,))
    if latest is not None and latest["at"] is not None:
        now = max(now, sure_moment(latest["at"]) + timedelta(seconds=1))
    return stamp(now)
