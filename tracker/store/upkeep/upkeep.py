"""Upkeep: letting go of what need not be kept, copying the whole, taking an article out for good."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from tracker.config import Captures
from tracker.errors import StoreError
from tracker.store.connection import dump, explained, open_reader, row, rows, run, run_many, stamp, transaction
from tracker.store.history import captures
from tracker.store.history.articles import article, tombstone_key
from tracker.store.queue import outbox
from tracker.store.queue.outbox import Swept
from tracker.store.search import documents

CHUNK = 500
_MAGIC = b"SQLite format 3\x00"
RUNS_KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows were let go."""

    captures: int
    check_runs: int
    alerts: Swept = Swept(0, 0)  # noqa: RUF009 - frozen

    @property
    def rows(self) -> int:
        """All of them together."""
        return self.captures + self.check_runs + self.alerts.delivered + self.alerts.given_up


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished and verified copy: its files and their size in bytes."""

    files: tuple[Path, ...]
    size: int


def prune(
    db: Database, now: datetime, policy: Captures, *, runs_kept: timedelta = RUNS_KEPT, chunks: int | None = None
) -> Pruned:
    """Let go of captures that show no change, of old check runs and old alerts, in small transactions of `CHUNK` rows.

    `chunks` bounds how many are done at once, so that a daemon can do a little every hour; None does all. The freed
    pages are used again: the files do not shrink, and do not grow either.
    """
    gone = Pruned(0, 0)
    while chunks is None or chunks > 0:
        with transaction(db):
            runs = _prune_runs(db, stamp(now - runs_kept))
            step = Pruned(_prune_captures(db, now, policy), runs, outbox.sweep(db, now, CHUNK))
        gone = _sum(gone, step)
        if not step.rows:
            break
        chunks = None if chunks is None else chunks - 1
    return gone


def _sum(one: Pruned, other: Pruned) -> Pruned:
    alerts = Swept(one.alerts.delivered + other.alerts.delivered, one.alerts.given_up + other.alerts.given_up)
    return Pruned(one.captures + other.captures, one.check_runs + other.check_runs, alerts)


def optimize(db: Database) -> None:
    """Let SQLite renew the statistics that its planner goes by, where they have grown old; bounded and quick."""
    db.execute("pragma analysis_limit = 400").fetchall()
    db.execute("pragma optimize").fetchall()


def _prune_captures(db: Database, now: datetime, policy: Captures) -> int:
    """Old captures that are no evidence of a change, except those that another one is compressed against."""
    if policy.keep == "all":
        return 0
    return run(
        db,
        "delete from captures.captures where id in (select c.id from captures.captures c "
        "where c.kept = 0 and c.fetched_at < ? and (c.body is null or not exists ("
        "select 1 from captures.captures d where d.article_id = c.article_id and d.base_sha256 = c.sha256 "
        "and d.id <> c.id)) order by c.fetched_at limit ?)",
        (stamp(now - policy.others), CHUNK),
    ).rowcount


def _prune_runs(db: Database, before: str) -> int:
    return run(
        db,
        "delete from check_runs where rowid in (select rowid from check_runs where ended_at < ? limit ?)",
        (before, CHUNK),
    ).rowcount


def backup(database: Path, target: Path) -> Backup:
    """Copy the history and its captures as they are at this moment, while the daemon writes; verified after.

    Existing databases are replaced, by a finished, verified copy only; nothing else is. Raises StoreError.
    """
    if target.resolve() == database.resolve():
        raise StoreError(f"{target}: that is the history itself; name another file for the backup")
    if not target.parent.is_dir():
        raise StoreError(f"{target.parent}: there is no such folder for the backup")
    for file in (target, captures.path_for(target)):
        if file.exists() and not _is_sqlite(file):
            raise StoreError(f"{file}: something that is no backup is there; name another file")
    pairs = [(database, target), (captures.path_for(database), captures.path_for(target))]
    done = [_copy(source, goal) for source, goal in pairs if source.exists()]
    return Backup(tuple(done), sum(path.stat().st_size for path in done))


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return file.is_file() and opened.read(len(_MAGIC)) in (_MAGIC, b"")
    except OSError:
        return False


def _copy(source: Path, target: Path) -> Path:
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with explained(target):
            with closing(open_reader(source)) as db:
                db.conn.execute("vacuum into ?", (str(part),)).fetchall()
            with closing(sqlite3.connect(part)) as copy:
                said = copy.execute("pragma quick_check").fetchall()
        if said != [("ok",)]:
            raise StoreError(f"{target}: the copy is damaged ({said[0][0]}): the disk, or the history, has a fault")
        part.replace(target)
    except OSError as error:
        raise StoreError(f"{target}: cannot write the backup: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def forget(db: Database, article_id: int, reason: str, now: datetime) -> None:
    """Take an article and all it said out of the history and the captures. Raises NotFound.

    What stays is a tombstone per address (its SHA-256, so that it is never followed again) with the chain links, so
    that a published checkpoint can still be understood. Backups made before are not touched.
    """
    known = article(db, article_id)
    with transaction(db):
        keys = [r["url_key"] for r in rows(db, "select url_key from article_urls where article_id = ?", (article_id,))]
        chains = [
            r["chain_sha256"]
            for r in rows(db, "select chain_sha256 from versions where article_id = ? order by number", (article_id,))
        ]
        noise = row(db, "select total(noise_rule is not null) as n from changes where article_id = ?", (article_id,))
        if known.current_version_id is not None:
            documents.remove(db, article_id, documents.document(db, article_id))
        run_many(
            db,
            "insert or ignore into tombstones (url_key_sha256, article_id, source_id, forgotten_at, reason, chains) "
            "values (?, ?, ?, ?, ?, ?)",
            [(tombstone_key(k), article_id, known.source_id, stamp(now), reason, dump(chains)) for k in keys],
        )
        run(
            db,
            "update source_totals set articles = articles - 1, versions = versions - ?, changes = changes - ?, "
            "noise = noise - ? where source_id = ?",
            (len(chains), max(0, len(chains) - 1), int(noise["n"]) if noise else 0, known.source_id),
        )
        run(db, "delete from captures.captures where article_id = ?", (article_id,))
        run(db, "delete from articles where id = ?", (article_id,))
        # FTS5 only marks a deleted document's words; merging the index is what makes them disappear from the file
        # (docs/decisions/008 says why all of it).
        for index in documents.INDEXES:
            run(db, f"insert into {index} ({index}) values ('optimize')")  # noqa: S608 - names are ours


def scrub_log(db: Database) -> None:
    """Fold the write-ahead logs into their files and empty them, so that forgotten text is in neither."""
    for schema in ("main", captures.SCHEMA):
        db.execute(f"pragma {schema}.wal_checkpoint(truncate)").fetchall()
