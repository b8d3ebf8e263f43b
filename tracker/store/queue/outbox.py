"""The outbox: who is still to be told of what. Rows are written with the change or event, and drained on their own.

A row is one alert for one sink, about a change, an event or an event of a source. Its `key` is made of what it is
about, so the same alert is never queued twice, and whoever receives it can tell a repeated one. `due_at` is when it
may go out first: at once, or at the end of its digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.model import Event, SourceEvent, iso
from tracker.store.announcer import Posting
from tracker.store.connection import dump, rows, run, run_many, stamp, storable, sure_moment
from tracker.store.store import Store

KEPT = timedelta(days=30)
"""How long a delivered row is remembered, and how long one that cannot be delivered is tried."""

_LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class QueuedAlert:
    """A row that waits: one alert for one sink, about a change, an event or a source's event."""

    id: int
    key: str
    sink: str
    change_id: int | None
    event_id: int | None
    source_event_id: int | None
    due_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many alerts are queued for a sink, since when, and what the last try of one of them said."""

    sink: str
    queued: int
    since: datetime
    error: str


def post_change(store: Store, change_id: int, chain: str, postings: Iterable[Posting]) -> None:
    """Queue the alerts of the change that brought the version with this chain link, in the caller's transaction."""
    _post(store, "change_id", change_id, chain, postings)


def post_event(store: Store, event_id: int, event: Event, postings: Iterable[Posting]) -> None:
    """Queue the alerts of an event. Runs inside the caller's transaction."""
    about = dump([event.article_id, iso(event.at), event.kind.value, dict(event.detail)])
    _post(store, "event_id", event_id, about, postings)


def post_source_event(store: Store, event: SourceEvent, postings: Iterable[Posting]) -> None:
    """Queue the alerts of an event of a source. Runs inside the caller's transaction."""
    _post(store, "source_event_id", event.id, dump([event.source_id, iso(event.at), event.kind.value]), postings)


def _post(store: Store, column: str, number: int, about: str, postings: Iterable[Posting]) -> None:
    run_many(
        store.db,
        f"insert or ignore into outbox ({column}, sink, key, due_at, next_try_at) "  # noqa: S608 - names are ours
        "values (?, ?, ?, ?, ?)",
        [
            (number, p.sink, hashlib.sha256(dump([p.sink, about]).encode()).hexdigest()[:32], at, at)
            for p in postings
            for at in (stamp(p.due_at),)
        ],
    )


def due(store: Store, sink: str, now: datetime, limit: int) -> list[QueuedAlert]:
    """What may go to a sink now, what has waited longest for its next try first."""
    found = rows(
        store.db,
        "select id, key, sink, change_id, event_id, source_event_id, due_at, attempts from outbox "
        "where delivered_at is null and sink = ? and next_try_at <= ? order by next_try_at, due_at, id limit ?",
        (sink, stamp(now), limit),
    )
    return [QueuedAlert(**{**dict(r), "due_at": sure_moment(r["due_at"])}) for r in found]


def delivered(store: Store, queued: Sequence[QueuedAlert], now: datetime) -> None:
    """Note that these have arrived. Needs a writable store."""
    run_many(
        store.db,
        "update outbox set delivered_at = ?, attempts = attempts + 1, error = '' where id = ?",
        [(stamp(now), alert.id) for alert in queued],
    )


def failed(store: Store, queued: Sequence[QueuedAlert], error: str, again: datetime) -> None:
    """Note that these have not, why, and when they are tried again. Needs a writable store."""
    run_many(
        store.db,
        "update outbox set attempts = attempts + 1, error = ?, next_try_at = ? where id = ?",
        [(storable(error)[:_LONGEST_ERROR], stamp(again), alert.id) for alert in queued],
    )


def renamed(store: Store, former: str, name: str) -> None:
    """Give what waits for a sink to the one that it is called by now. Needs a writable store."""
    run(store.db, "update outbox set sink = ? where sink = ? and delivered_at is null", (name, former))


def waiting(store: Store) -> list[Waiting]:
    """What has not arrived yet, by sink."""
    found = rows(
        store.db,
        "select sink, count(*) as queued, min(due_at) as since, max(error) as error from outbox "
        "where delivered_at is null and due_at is not null group by sink order by sink",
    )
    return [Waiting(r["sink"], r["queued"], sure_moment(r["since"]), r["error"]) for r in found]


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows were forgotten: those that had arrived, and those that were given up because they never did."""

    delivered: int
    given_up: int


def sweep(store: Store, now: datetime, limit: int) -> Swept:
    """Forget what is older than `KEPT`, `limit` rows at most."""
    old = "select id from outbox where due_at < ? order by due_at limit ?"
    bounds = (stamp(now - KEPT), limit)
    never_arrived = f"select count(*) as n from outbox where id in ({old}) and delivered_at is null"  # noqa: S608
    lost = rows(store.db, never_arrived, bounds)[0]["n"]
    gone = run(store.db, f"delete from outbox where id in ({old})", bounds).rowcount  # noqa: S608
    return Swept(gone - lost, lost)
