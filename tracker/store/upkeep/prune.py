"""Deleting what need not be kept: captures that show no change, old check runs, old alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.store.connection import rows, run, stamp
from tracker.store.queue import outbox
from tracker.store.queue.outbox import Swept
from tracker.store.store import Store

CHUNK = 500
"""How many rows of a kind one step deletes at most."""

RUNS_KEPT = timedelta(days=365)
"""How long a run of checks that has ended is remembered."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows were deleted."""

    captures: int
    check_runs: int
    alerts: Swept = Swept(0, 0)  # noqa: RUF009 - frozen

    @property
    def rows(self) -> int:
        """All of them together."""
        return self.captures + self.check_runs + self.alerts.delivered + self.alerts.given_up


def prune(store: Store, now: datetime, *, runs_kept: timedelta = RUNS_KEPT, chunks: int | None = None) -> Pruned:
    """Delete captures that show no change, old check runs and old alerts, in small transactions of `CHUNK` rows.

    `chunks` bounds how many are done at once, so that a daemon can do a little every hour; None does all. The freed
    pages are used again: the files do not shrink, and do not grow either.
    """
    gone = Pruned(0, 0)
    while chunks is None or chunks > 0:
        with store.writing():
            runs = _prune_runs(store, stamp(now - runs_kept))
            step = Pruned(_prune_captures(store, now), runs, outbox.sweep(store, now, CHUNK))
        gone = _sum(gone, step)
        if not step.rows:
            break
        chunks = None if chunks is None else chunks - 1
    return gone


def _sum(one: Pruned, other: Pruned) -> Pruned:
    alerts = Swept(one.alerts.delivered + other.alerts.delivered, one.alerts.given_up + other.alerts.given_up)
    return Pruned(one.captures + other.captures, one.check_runs + other.check_runs, alerts)


def optimize(store: Store) -> None:
    """Let SQLite renew the statistics that its planner goes by, where they have grown old; bounded and quick."""
    with store.writing():
        rows(store.db, "pragma analysis_limit = 400")
        rows(store.db, "pragma optimize")


def _prune_captures(store: Store, now: datetime) -> int:
    """Old captures that are no evidence of a change, except those that another one is compressed against."""
    if store.policy.keep == "all":
        return 0
    return run(
        store.db,
        "delete from captures.captures where id in (select c.id from captures.captures c "
        "where c.kept = 0 and c.fetched_at < ? and (c.body is null or not exists ("
        "select 1 from captures.captures d where d.article_id = c.article_id and d.base_sha256 = c.sha256 "
        "and d.id <> c.id)) order by c.fetched_at limit ?)",
        (stamp(now - store.policy.others), CHUNK),
    ).rowcount


def _prune_runs(store: Store, before: str) -> int:
    return run(
        store.db,
        "delete from check_runs where rowid in (select rowid from check_runs where ended_at < ? limit ?)",
        (before, CHUNK),
    ).rowcount
