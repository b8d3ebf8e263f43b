"""How a running daemon is doing: what `tracker status` shows, systemd's status line says and Prometheus asks for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tracker import __version__
from tracker.scheduler.process import footprint
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.scheduler.process.footprint import Footprint
from tracker.scheduler.process.runtime import Runtime
from tracker.store import Store
from tracker.store.queue import outbox, pauses
from tracker.store.queue import queue as check_queue

_LANES = 20


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """What the history says of the work that waits, with or without a daemon.

    `due` counts up to `due_counted_to`; `lag_seconds` is how long the check that has waited longest has been due.
    """

    database: str
    now: datetime
    paused: Mapping[str, datetime]
    due: int
    due_counted_to: int
    lag_seconds: float
    next_check_at: datetime | None


@dataclass(frozen=True, slots=True)
class HostStatus:
    """What waits for a host, what is being checked there, and whether it is left alone."""

    host: str
    waiting: int
    under_way: int
    failures: int
    resting_until: datetime | None


@dataclass(frozen=True, slots=True)
class WorkersStatus:
    """How many worker processes there may be, how many live, and how many were ended by their limits."""

    most: int | None
    alive: int
    died: int


@dataclass(frozen=True, slots=True)
class AlertsStatus:
    """How many alerts were delivered since the start, how many have not arrived yet, and which deliveries failed.

    `failed` counts, by receiver and since the start, the deliveries that were not taken.
    """

    delivered: int
    waiting: int
    failed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DaemonStatus(QueueStatus):
    """Everything about a running daemon at one moment. Durations are in seconds, memory in bytes.

    `changes` counts those recorded since the start by class (`noise` apart), `last_success_at` says when an article of
    each source was last seen since then. `lanes` are the hosts with the most work, out of `lanes_in_all`; `problems`
    says what is wrong, by its place.
    """

    version: str
    pid: int
    config: str
    started_at: datetime
    sources: int
    in_flight: int
    checks: int
    outcomes: Mapping[str, int]
    last_commit_at: datetime | None
    discovering: int
    lanes: tuple[HostStatus, ...]
    lanes_in_all: int
    workers: WorkersStatus
    memory_bytes: int
    workers_memory_bytes: int
    problems: Mapping[str, str]
    alerts: AlertsStatus
    changes: Mapping[str, int]
    last_success_at: Mapping[str, datetime]
    files: Footprint


def of_queue(store: Store, database: Path, now: datetime) -> QueueStatus:
    """What waits at this moment, and which sources are paused. Raises StoreError."""
    backlog = pauses.backlog(store, now)
    return QueueStatus(
        database=str(database),
        now=now,
        paused=pauses.paused(store),
        due=backlog.due,
        due_counted_to=backlog.most,
        lag_seconds=max(0.0, (now - backlog.oldest).total_seconds()) if backlog.oldest else 0.0,
        next_check_at=check_queue.next_due_at(store),
    )


def of_daemon(
    runtime: Runtime,
    dispatcher: Dispatcher,
    *,
    started_at: datetime,
    problems: Mapping[str, str],
    discovering: int,
    delivered: int,
    refusals: Mapping[str, int],
) -> DaemonStatus:
    """Everything at this moment; what the daemon alone knows is given by name. Raises StoreError."""
    queue = of_queue(runtime.reader, runtime.config.database, runtime.clock.now())
    pids = [os.getpid(), *getattr(runtime.workers, "pids", ())]
    lanes = dispatcher.lanes()
    return DaemonStatus(
        database=queue.database,
        now=queue.now,
        paused=queue.paused,
        due=queue.due,
        due_counted_to=queue.due_counted_to,
        lag_seconds=queue.lag_seconds,
        next_check_at=queue.next_check_at,
        version=__version__,
        pid=os.getpid(),
        config=str(runtime.config.path),
        started_at=started_at,
        sources=sum(source.active for source in runtime.sources.values()),
        in_flight=dispatcher.in_flight,
        checks=dispatcher.checked,
        outcomes=dict(dispatcher.outcomes),
        last_commit_at=dispatcher.committed_at,
        discovering=discovering,
        lanes=tuple(_host(runtime, lane.host, lane.waiting, lane.under_way, queue.now) for lane in lanes[:_LANES]),
        lanes_in_all=len(lanes),
        workers=WorkersStatus(
            most=getattr(runtime.workers, "count", None), alive=len(pids) - 1, died=getattr(runtime.workers, "died", 0)
        ),
        memory_bytes=memory(pids[:1]),
        workers_memory_bytes=memory(pids[1:]),
        problems=dict(problems),
        alerts=AlertsStatus(delivered, sum(each.queued for each in outbox.waiting(runtime.reader)), refusals),
        changes=dict(dispatcher.changes),
        last_success_at=dict(dispatcher.seen_at),
        files=footprint.measure(runtime.config.database),
    )


def _host(runtime: Runtime, host: str, waiting: int, under_way: int, now: datetime) -> HostStatus:
    known = runtime.fetcher.host(host)
    resting = known.paused_until if known.paused_until and known.paused_until > now else None
    return HostStatus(host, waiting, under_way, known.failures, resting)


def line(told: DaemonStatus) -> str:
    """The most of it in one line, for `systemctl status`."""
    parts = [
        f"{told.sources} sources",
        f"{told.due} due",
        f"{told.in_flight} in flight",
        f"{told.checks} checks",
        f"{(told.memory_bytes + told.workers_memory_bytes) / 1e6:.0f} MB",
    ]
    if told.lag_seconds > 60:
        parts.append(f"{told.lag_seconds / 60:.0f} min behind")
    if told.paused:
        parts.append(f"{len(told.paused)} paused")
    return ", ".join(parts)


def memory(pids: Iterable[int]) -> int:
    """The resident memory of these processes in bytes; one that has ended counts nothing."""
    page, total = os.sysconf("SC_PAGE_SIZE"), 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * page
        except (OSError, IndexError, ValueError):
            continue
    return total
