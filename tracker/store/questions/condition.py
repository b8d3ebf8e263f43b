"""The condition of a history and of what fills it: facts for `tracker doctor`, each a small indexed read."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from statistics import median

from tracker.errors import StoreError
from tracker.store.connection import captures_path, moment, open_reader, row, rows, run, sizes, sure_moment
from tracker.store.lock import holder, lock_path
from tracker.store.proof import integrity
from tracker.store.proof.integrity import Report
from tracker.store.store import Store

RECENT_ARTICLES = 300
"""How many of a source's newest articles are looked at."""

SAMPLE = 50
"""How many captures' dates are held against the clock, and how many gaps between articles make a rhythm."""


@dataclass(frozen=True, slots=True)
class HistoryFiles:
    """The two files of a history. Sizes in bytes; `log` is the write-ahead logs', `free` what can be filled again."""

    history: int
    captures: int
    log: int
    free: int
    journal: str
    writer: str


def sqlite_version() -> tuple[int, int, int]:
    """The version of SQLite that this program runs on."""
    major, minor, patch = sqlite3.sqlite_version_info
    return major, minor, patch


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether two processes that write or checkpoint at once can damage a WAL database with this SQLite.

    3.7.0 to 3.51.2, but for the corrected 3.44.6 and 3.50.7 and what came after them on their branches
    (sqlite.org/wal.html#walresetbug).
    """
    if version[:2] == (3, 44):
        return version < (3, 44, 6)
    if version[:2] == (3, 50):
        return version < (3, 50, 7)
    return (3, 7, 0) <= version < (3, 51, 3)


def files(store: Store) -> HistoryFiles:
    """What the files of an open history look like."""
    path, other = store.path, captures_path(store.path)
    pages = [row(store.db, f"pragma {name}") for name in ("freelist_count", "page_size", "journal_mode")]
    free, page_size, journal = (p[0] if p is not None else 0 for p in pages)
    (history, log), (captures, other_log) = sizes(path), sizes(other)
    return HistoryFiles(
        history=history,
        captures=captures,
        log=log + other_log,
        free=free * page_size,
        journal=str(journal),
        writer=writer(path),
    )


def writer(path: Path) -> str:
    """The process that writes this history now, as ` (pid 1234)`; empty when none does."""
    lock = lock_path(path)
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return holder(lock) or " (pid unknown)"
    finally:
        os.close(descriptor)
    return ""


def faults(store: Store) -> list[str]:
    """What SQLite itself finds wrong with the form of both files; empty when nothing is. Reads them whole."""
    found = []
    for path in (store.path, captures_path(store.path)):
        try:
            db = open_reader(path)
            try:
                said = [r[0] for r in rows(db, "pragma quick_check(5)")]
            finally:
                db.close()
        except StoreError as error:
            found.append(str(error))
            continue
        found += [f"{path.name}: {line}" for line in said if line != "ok"]
    return found


def verify_at_once(store: Store, article_id: int | None = None) -> Report:
    """`verify` of one moment, whatever is written meanwhile. Meant for one article: it holds a snapshot open."""
    store.need_captures()  # a file cannot be attached inside a transaction
    run(store.db, "begin")
    try:
        return integrity.verify(store, article_id)
    finally:
        with contextlib.suppress(StoreError):  # after damage SQLite refuses even to end, and that hides what was found
            run(store.db, "rollback")


def clock_skew(store: Store) -> timedelta | None:
    """How far this machine's clock is ahead of the web servers', by the dates on the newest captures.

    The median of many; None when there are no captures or no dates.
    """
    store.need_captures()
    found = rows(store.db, "select fetched_at, headers from captures.captures order by id desc limit ?", (SAMPLE,))
    ahead = []
    for r in found:
        date = next((v for k, v in json.loads(r["headers"]) if k.lower() == "date"), "")
        age = next((v for k, v in json.loads(r["headers"]) if k.lower() == "age"), "0")
        try:
            served = parsedate_to_datetime(date) + timedelta(seconds=int(age) if age.isdigit() else 0)
            ahead.append((sure_moment(r["fetched_at"]) - served).total_seconds())
        except (ValueError, TypeError, OverflowError):
            continue
    return timedelta(seconds=median(ahead)) if ahead else None


def newest_moment(store: Store) -> datetime | None:
    """The latest moment that the history knows of: no clock that runs right is before it."""
    latest = row(store.db, "select max(seen_before) as at from changes")
    hour = row(
        store.db,
        "select max((select max(hour) from source_hours h where h.source_id = s.id)) as at from sources s",
    )
    moments = [moment(r["at"]) for r in (latest, hour) if r is not None and r["at"]]
    return max(filter(None, moments), default=None)


def older_readings(store: Store, extractor: str) -> tuple[int, int]:
    """How many of the newest articles' current versions another extractor read, and how many were looked at."""
    found = rows(
        store.db,
        "select v.extractor from (select current_version_id from articles order by id desc limit ?) a "
        "cross join versions v on v.id = a.current_version_id",
        (RECENT_ARTICLES,),
    )
    return sum(r["extractor"] != extractor for r in found), len(found)
