"""The log of checks: one row per run of equal outcomes, sums per source and hour, and the events of a life."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.errors import NotFound
from tracker.model import CheckResult, Event, EventKind, Outcome
from tracker.store.connection import dump, row, rows, run, run_many, stamp, sure_moment
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class CheckRun:
    """Consecutive checks of one article that ended the same way. `open` is true for the run that still goes on."""

    article_id: int
    started_at: datetime
    ended_at: datetime
    checks: int
    outcome: Outcome
    status: int
    error: str
    open: bool = False


_SUMS = ("checks", "changed", "not_modified", "failed", "bytes", "milliseconds")


class Tally:
    """Sums of one group of results, written once at its end instead of once per result."""

    def __init__(self) -> None:
        self._hours: dict[tuple[str, str], Counter[str]] = {}
        self._totals: dict[str, Counter[str]] = {}

    def check(self, result: CheckResult) -> None:
        """Count one check."""
        hour = stamp(result.ended_at)[:13] + ":00:00Z"
        sums = self._hours.setdefault((result.source_id, hour), Counter())
        sums["checks"] += 1
        sums["changed"] += result.outcome is Outcome.CHANGED
        sums["not_modified"] += result.outcome is Outcome.NOT_MODIFIED
        sums["failed"] += not result.outcome.saw_the_article
        sums["bytes"] += result.wire_bytes
        sums["milliseconds"] += result.milliseconds

    def grew(self, source_id: str, *, versions: int = 0, changes: int = 0, noise: int = 0) -> None:
        """Count what a result added to the history."""
        total = self._totals.setdefault(source_id, Counter())
        total.update(versions=versions, changes=changes, noise=noise)

    def write(self, store: Store) -> None:
        """Add the sums to the database and start again from nothing."""
        columns = ", ".join(_SUMS)
        adding = ", ".join(f"{name} = {name} + excluded.{name}" for name in _SUMS)
        run_many(
            store.db,
            f"insert into source_hours (source_id, hour, {columns}) "  # noqa: S608 - names are ours
            f"values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (source_id, hour) do update set {adding}",
            [(*key, *(sums[name] for name in _SUMS)) for key, sums in sorted(self._hours.items())],
        )
        run_many(
            store.db,
            "insert into source_totals (source_id, versions, changes, noise) values (?, ?, ?, ?) "
            "on conflict (source_id) do update set versions = versions + excluded.versions, "
            "changes = changes + excluded.changes, noise = noise + excluded.noise",
            [(s, t["versions"], t["changes"], t["noise"]) for s, t in sorted(self._totals.items())],
        )
        self.__init__()  # type: ignore[misc]


def ends_a_run(prior: sqlite3.Row, result: CheckResult) -> bool:
    """True when this check ended differently than the ones before it."""
    return prior["outcome"] is not None and prior["outcome"] != result.outcome.value


def close_run(store: Store, article_id: int, prior: sqlite3.Row) -> None:
    """Write the run that has ended, from the state before the check that ended it."""
    run(
        store.db,
        "insert into check_runs (article_id, started_at, ended_at, checks, outcome, status, error) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        (
            article_id,
            prior["outcome_since"],
            prior["last_check_at"],
            prior["outcome_run"],
            prior["outcome"],
            prior["status"],
            prior["error"],
        ),
    )


def check_runs(store: Store, article_id: int) -> list[CheckRun]:
    """An article's checks as runs, oldest first; the last one is still open."""
    closed = rows(store.db, "select * from check_runs where article_id = ? order by started_at, rowid", (article_id,))
    going = rows(
        store.db,
        "select article_id, outcome_since as started_at, last_check_at as ended_at, outcome_run as checks, outcome, "
        "status, error from article_state where article_id = ? and outcome is not null",
        (article_id,),
    )
    return [_run(r, going=False) for r in closed] + [_run(r, going=True) for r in going]


def _run(r: sqlite3.Row, *, going: bool) -> CheckRun:
    return CheckRun(
        article_id=r["article_id"],
        started_at=sure_moment(r["started_at"]),
        ended_at=sure_moment(r["ended_at"]),
        checks=r["checks"],
        outcome=Outcome(r["outcome"]),
        status=r["status"],
        error=r["error"],
        open=going,
    )


def add_events(store: Store, events: Sequence[Event]) -> list[int]:
    """Write events; their ids."""
    return [
        run(
            store.db,
            "insert into events (article_id, at, kind, detail) values (?, ?, ?, ?)",
            (e.article_id, stamp(e.at), e.kind.value, dump(dict(e.detail))),
        ).lastrowid
        or 0
        for e in events
    ]


def event(store: Store, event_id: int) -> Event:
    """One event. Raises NotFound."""
    found = row(store.db, "select * from events where id = ?", (event_id,))
    if found is None:
        raise NotFound(f"no event {event_id}")
    return _event(found)


def events(store: Store, article_id: int) -> list[Event]:
    """What happened to an article besides edits, oldest first."""
    return [
        _event(r) for r in rows(store.db, "select * from events where article_id = ? order by at, id", (article_id,))
    ]


def recent_events(store: Store, limit: int, before: datetime | None = None) -> list[Event]:
    """What happened to all articles, newest first; the next page begins before the last one's moment."""
    return [
        _event(r)
        for r in rows(
            store.db,
            "select * from events where at < ? order by at desc, id desc limit ?",
            (stamp(before) if before else "9999", limit),
        )
    ]


def _event(r: sqlite3.Row) -> Event:
    return Event(
        article_id=r["article_id"],
        at=sure_moment(r["at"]),
        kind=EventKind(r["kind"]),
        detail=json.loads(r["detail"]),
        id=r["id"],
    )
