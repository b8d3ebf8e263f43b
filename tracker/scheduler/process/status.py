"""How a running daemon is doing, as plain values: what `tracker status` shows and systemd's status line says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker import __version__
from tracker.model import iso
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.scheduler.process.runtime import Crew
from tracker.store.queue import pauses, queue

_LANES = 20


def snapshot(
    crew: Crew, dispatcher: Dispatcher, *, started_at: datetime, troubles: Mapping[str, str], discovering: int
) -> dict[str, Any]:
    """Everything at this moment. Durations are in seconds, memory in bytes, moments in UTC as text.

    `due` counts up to `due_counted_to`; `lag_seconds` is how long the check that has waited longest has been due.
    """
    now = crew.clock.now()
    backlog = pauses.backlog(crew.reader, now)
    paused = pauses.paused(crew.reader)
    pids = [os.getpid(), *getattr(crew.workers, "pids", ())]
    lanes = dispatcher.lanes()
    return {
        "version": __version__,
        "pid": os.getpid(),
        "database": str(crew.config.database),
        "config": str(crew.config.path),
        "now": iso(now),
        "started_at": iso(started_at),
        "sources": sum(source.active for source in crew.sources.values()),
        "paused": {source: iso(since) for source, since in paused.items()},
        "due": backlog.due,
        "due_counted_to": backlog.most,
        "lag_seconds": max(0.0, (now - backlog.oldest).total_seconds()) if backlog.oldest else 0.0,
        "next_check_at": iso(queue.next_due_at(crew.reader)),
        "in_flight": dispatcher.in_flight,
        "checks": dispatcher.checked,
        "outcomes": dict(dispatcher.outcomes),
        "last_commit_at": iso(dispatcher.committed_at),
        "discovering": discovering,
        "lanes": [_lane(crew, lane.host, lane.waiting, lane.under_way, now) for lane in lanes[:_LANES]],
        "lanes_in_all": len(lanes),
        "workers": {
            "most": getattr(crew.workers, "count", None),
            "alive": len(pids) - 1,
            "died": getattr(crew.workers, "died", 0),
        },
        "memory_bytes": memory(pids[:1]),
        "workers_memory_bytes": memory(pids[1:]),
        "troubles": dict(troubles),
    }


def _lane(crew: Crew, host: str, waiting: int, under_way: int, now: datetime) -> dict[str, Any]:
    known = crew.fetcher.host(host)
    resting = known.paused_until if known.paused_until and known.paused_until > now else None
    return {
        "host": host,
        "waiting": waiting,
        "under_way": under_way,
        "failures": known.failures,
        "resting_until": iso(resting),
    }


def line(told: Mapping[str, Any]) -> str:
    """The most of it in one line, for `systemctl status`."""
    parts = [
        f"{told['sources']} sources",
        f"{told['due']} due",
        f"{told['in_flight']} in flight",
        f"{told['checks']} checks",
        f"{(told['memory_bytes'] + told['workers_memory_bytes']) / 1e6:.0f} MB",
    ]
    if told["lag_seconds"] > 60:
        parts.append(f"{told['lag_seconds'] / 60:.0f} min behind")
    if told["paused"]:
        parts.append(f"{len(told['paused'])} paused")
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
