"""The condition of a history and of what fills it: facts for `tracker doctor`, each a small indexed read."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from tracker.errors import StoreError
from tracker.model import Outcome
from tracker.store.connection import captures_path, moment, open_reader, row, rows, run, stamp, sure_moment
from tracker.store.lock import holder, lock_path
from tracker.store.proof import integrity
from tracker.store.proof.integrity import Report
from tracker.store.store import Store

RECENT_ARTICLES = 300
"""How many of a source's newest articles are looked at."""

SAMPLE = 50
"""How many captures' dates are held against the clock, and how many gaps between articles make a rhythm."""


@dataclass(frozen=True, slots=True)
class Files:
    """The two files of a history. Sizes in bytes; `log` is the write-ahead logs', `free` what can be filled again."""

    history: int
    captures: int
    log: int
    free: int
    journal: str
    writer: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Checks of a source that fail now in the same way: how many articles, since when, with which last words."""

    outcome: Outcome
    articles: int
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class SourceCondition:
    """How a source is doing. `rhythm` is the median time between two new articles, None with too few of them."""

    source_id: str
    articles: int
    newest_at: datetime | None
    rhythm: timedelta | None
    last_check_at: datetime | None
    overdue_since: datetime | None
    well: int
    troubles: tuple[Trouble, ...]


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


def files(store: Store) -> Files:
    """What the files of an open history look like."""
    path, other = store.path, captures_path(store.path)
    pages = [row(store.db, f"pragma {name}") for name in ("freelist_count", "page_size", "journal_mode")]
    free, page_size, journal = (p[0] if p is not None else 0 for p in pages)
    return Files(
        history=_size(path),
        captures=_size(other),
        log=_size(path.with_name(path.name + "-wal")) + _size(other.with_name(other.name + "-wal")),
        free=free * page_size,
        journal=str(journal),
        writer=writer(path),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


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
        run(store.db, "commit")


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


def source(store: Store, source_id: str, now: datetime) -> SourceCondition:
    """How a source is doing now, by its newest articles and their last checks."""
    newest = rows(
        store.db,
        "select id, first_seen_at from articles where source_id = ? order by id desc limit ?",
        (source_id, RECENT_ARTICLES),
    )
    states = rows(
        store.db,
        "select s.outcome, s.outcome_since, s.last_check_at, s.next_check_at, s.error from "
        "(select id from articles where source_id = ? order by id desc limit ?) a "
        "cross join article_state s on s.article_id = a.id",
        (source_id, RECENT_ARTICLES),
    )
    seen = sorted((sure_moment(r["first_seen_at"]) for r in newest), reverse=True)
    checked = [sure_moment(r["last_check_at"]) for r in states if r["last_check_at"]]
    due = [sure_moment(r["next_check_at"]) for r in states if r["next_check_at"] and r["next_check_at"] < stamp(now)]
    return SourceCondition(
        source_id=source_id,
        articles=len(newest),
        newest_at=max(seen, default=None),
        rhythm=_rhythm(seen),
        last_check_at=max(checked, default=None),
        overdue_since=min(due, default=None),
        well=sum(r["outcome"] is not None and Outcome(r["outcome"]).saw_the_article for r in states),
        troubles=_troubles(states),
    )


SILENT = timedelta(days=2)
"""How long any source may bring nothing new."""

PLACES = ("articles", "new articles")
"""Where `complaints` finds something wrong, as `troubles` names places."""


def silent(seen: SourceCondition, now: datetime) -> bool:
    """Whether a source has brought nothing new for longer than it ever does."""
    patience = max(SILENT, 8 * seen.rhythm) if seen.rhythm else 5 * SILENT
    return seen.newest_at is not None and now - seen.newest_at > patience


def failing(seen: SourceCondition) -> list[Trouble]:
    """How the newest articles fail, when most of them do: the ways that a third of those share."""
    failed = sum(t.articles for t in seen.troubles)
    return [t for t in seen.troubles if failed >= max(3, seen.well) and t.articles * 3 >= failed]


def complaints(seen: SourceCondition, now: datetime) -> list[str]:
    """What is wrong with a source besides its feeds, each as `troubles.heard` takes it."""
    said = [f"{t.articles} of the newest end with {t.outcome.value}" for t in failing(seen)]
    found = [f"{PLACES[0]}: {', '.join(said)}"] if said else []
    if silent(seen, now) and seen.newest_at is not None:
        found.append(f"{PLACES[1]}: none since {stamp(seen.newest_at)}")
    return found


def _rhythm(seen: list[datetime]) -> timedelta | None:
    """The median pause between new articles; several found in one visit count as one."""
    moments = list(dict.fromkeys(seen))[: SAMPLE + 1]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]
    return timedelta(seconds=median(gaps)) if len(gaps) >= 3 else None


def _troubles(states: list[sqlite3.Row]) -> tuple[Trouble, ...]:
    failing = [r for r in states if r["outcome"] and not Outcome(r["outcome"]).saw_the_article]
    counts = Counter(r["outcome"] for r in failing)
    troubles = []
    for outcome, number in counts.most_common():
        mine = [r for r in failing if r["outcome"] == outcome]
        since = min(sure_moment(r["outcome_since"]) for r in mine if r["outcome_since"])
        error = Counter(r["error"] for r in mine if r["error"]).most_common(1)
        troubles.append(Trouble(Outcome(outcome), number, since, error[0][0] if error else ""))
    return tuple(troubles)
