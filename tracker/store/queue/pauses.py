"""Sources that a person has paused, and how much work waits: what a running daemon is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.errors import NotFound
from tracker.model import iso
from tracker.store.connection import (
    moment,
    row,
    rows,
    run,
    stamp,
    sure_moment,
)
from tracker.store.store import Store

MOST = 10_000
"""So many waiting checks are counted, no more."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many checks are due now (counted up to `most`), and since when the longest waiting one has been."""

    due: int
    oldest: datetime | None
    most: int = MOST


def pause(store: Store, source_id: str, at: datetime | None) -> bool:
    """Pause a source from `at` on, or (None) follow it again; False when it was so already. Raises NotFound.

    Runs inside the writer's transaction when there is one. Nothing is put off: what was due stays due,
    and only leaves the index of what is (the trigger `sources_rest`).
    """
    with store.writing():
        found = row(store.db, "select paused_at from sources where id = ?", (source_id,))
        if found is None:
            raise NotFound(f"no source {source_id!r}; tracker sources lists them")
        if (found["paused_at"] is None) == (at is None):
            return False
        run(store.db, "update sources set paused_at = ? where id = ?", (iso(at), source_id))
    return True


def paused(store: Store) -> dict[str, datetime]:
    """The sources that are paused, and since when."""
    found = rows(store.db, "select id, paused_at from sources where paused_at is not null order by id")
    return {r["id"]: sure_moment(r["paused_at"]) for r in found}


def backlog(store: Store, now: datetime) -> Backlog:
    """What is due now, of sources that are followed."""
    return Backlog(*_waiting(store, "<=", now))


def later(store: Store, now: datetime) -> tuple[int, datetime | None]:
    """How many articles of followed sources wait for a later check (counted to `MOST`), and when the first is due."""
    return _waiting(store, ">", now)


def _waiting(store: Store, when: str, now: datetime) -> tuple[int, datetime | None]:
    """How many checks of followed sources are planned for `now` and before (`<=`) or after it (`>`), and the first."""
    found = rows(
        store.db,
        "select count(*) as number, min(at) as at from (select next_check_at as at from article_state "  # noqa: S608
        f"where next_check_at {when} ? and rests = 0 order by next_check_at limit ?)",
        (stamp(now), MOST),
    )[0]
    return found["number"], moment(found["at"])
