"""Does the daemon stay quick when it follows very many articles?

    python -m benchmarks.dispatch [--articles N] [--active N] [--idle SECONDS]

A history of `--articles` articles with their states, written straight into the tables of a real database: one in 49 is
due, the others later. Times the choice of the next 200 due ones, as the dispatcher asks for them once a
second, alone and with 1,400 in flight, also when half of the sources are paused. Then a second history of
`--active` articles that are all followed: how long the whole daemon needs from its start as a process until it says
READY, and what it uses of a processor while nothing is due. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from tracker.config import SourceConfig
from tracker.model import iso
from tracker.store import Store
from tracker.store.history import sources as stored_sources
from tracker.store.queue import pauses, queue
from tracker.store.upkeep import prune

SOURCES = 50
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
RATE = '{"a":1.4,"b":0.3,"at":"2026-11-23T09:00:00Z","n":12}'


def fill(path: Path, articles: int, due: int, now: datetime) -> None:
    """A history of so many articles of which so many are due at `now`, the others within the next month."""
    sources = [
        SourceConfig(id=f"paper-{n}", name=f"Paper {n}", articles=(f"https://paper{n}.example/a",))
        for n in range(SOURCES)
    ]
    with Store.open(path, write=True) as store:
        stored_sources.sync_sources(store, sources, now)
        db = store.db.conn
        db.execute("begin")
        seen = iso(now - timedelta(days=3))
        db.executemany(
            "insert into articles (id, source_id, url, headline, first_seen_at) values (?, ?, ?, ?, ?)",
            (
                (n, f"paper-{n % SOURCES}", f"https://paper{n % SOURCES}.example/2026/11/story-{n}", f"Story {n}", seen)
                for n in range(1, articles + 1)
            ),
        )
        every = max(1, articles // max(1, due))
        db.executemany(
            "insert into article_state (article_id, next_check_at, last_check_at, rate) values (?, ?, ?, ?)",
            (
                (
                    n,
                    iso(
                        now - timedelta(seconds=n % 5000)
                        if n % every == 0 and due
                        else now + timedelta(seconds=7200 + n * 7919 % 2_592_000)
                    ),
                    seen,
                    RATE,
                )
                for n in range(1, articles + 1)
            ),
        )
        db.execute("commit")
        prune.optimize(store)


def milliseconds(work: Callable[[], object], times: int = 60) -> dict[str, float]:
    """Median and longest of many goes, after a few to warm up, in milliseconds of processor time."""
    for _ in range(5):
        work()
    took = []
    for _ in range(times):
        began = time.thread_time()
        work()
        took.append((time.thread_time() - began) * 1000)
    return {"median": round(median(took), 2), "longest": round(max(took), 2)}


def choosing(path: Path) -> dict[str, object]:
    """How long the choice takes."""
    with Store.open(path) as reader:
        busy = {due.article.id for due in queue.due(reader, NOW, limit=1400)}
        found: dict[str, object] = {
            "due": pauses.backlog(reader, NOW).due,
            "next 200 due, ms": milliseconds(lambda: queue.due(reader, NOW, limit=200)),
            "with 1,400 in flight, ms": milliseconds(lambda: queue.due(reader, NOW, limit=200, but=busy)),
            "when the next is due, ms": milliseconds(partial(queue.next_due_at, reader)),
        }
    with Store.open(path, write=True) as store:
        for n in range(0, SOURCES, 2):
            pauses.pause(store, f"paper-{n}", NOW)
    with Store.open(path) as reader:
        found["half of the sources paused, ms"] = milliseconds(lambda: queue.due(reader, NOW, limit=200))
    return found


def daemon(folder: Path, idle: float) -> dict[str, object]:
    """Start the real daemon on the history there and let it be: seconds until READY, and processor use after."""
    sources = [
        {"id": f"paper-{n}", "name": f"Paper {n}", "articles": [f"https://paper{n}.example/a"]} for n in range(SOURCES)
    ]
    told = {"database": str(folder / "t.db"), "contact": "https://operator.example/bot", "sources": sources}
    (folder / "sources.yaml").write_text(json.dumps(told))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(60)
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "tracker", "--config", str(folder / "sources.yaml"), "run"],
            env=os.environ | {"NOTIFY_SOCKET": str(folder / "notify")},
            stderr=subprocess.DEVNULL,
        )
        try:
            while b"READY=1" not in manager.recv(4096):
                pass
            ready, own = time.monotonic() - began, used(process.pid)
            time.sleep(10)
            before, at = used(process.pid), time.monotonic()
            time.sleep(idle)
            spent, passed = used(process.pid) - before, time.monotonic() - at
            resident = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    return {
        "start, s": round(ready, 2),
        "start, s of processor": round(own, 2),
        "idle, % of a processor": round(100 * spent / passed, 2),
        "memory, MB": round(resident / 1e6),
    }


def used(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--active", type=int, default=100_000)
    parser.add_argument("--idle", type=float, default=40.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "many.db", asked.articles, asked.articles // 49, NOW)
        print(json.dumps({"articles": asked.articles, **choosing(folder / "many.db")}, indent=1), flush=True)
        (folder / "many.db").unlink()
        fill(folder / "t.db", asked.active, 0, datetime.now(UTC))
        print(json.dumps({"active": asked.active, **daemon(folder, asked.idle)}, indent=1))


if __name__ == "__main__":
    main()
