"""A month of fifty papers in one process on a driven clock: does the daemon leak, forget or dawdle?

    python -m benchmarks.soak [--days D] [--hosts N] [--stories N] [--speed S] [--discover MINUTES]

The papers are served by a process of their own: ten stories each, published over the first twelve hours, edited now
and then, more seldom as they age, with a counter in the page's furniture that moves every day. The real daemon follows
them. Every clock day it is measured: resident memory, tasks, threads, open files; and for every check how late it
began. A check is late by its lane when the host was busy with, or resting after, another check; what remains is the
daemon's own lateness, given in real seconds, since the clock runs many times as fast as the machine. Prints one JSON
object; ends with 1 when memory grew by more than a tenth after the first day, a task stayed, or a check was missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Any

from tracker.config import Alert, Captures, Config, Network, SourceConfig
from tracker.model import Article, ArticleState
from tracker.newsroom.server import Request, Response, Server
from tracker.scheduler.clock import DrivenClock
from tracker.scheduler.process import daemon as rooms
from tracker.scheduler.process import status
from tracker.scheduler.process.daemon import Daemon
from tracker.scheduler.process.runtime import Runtime, lane_of
from tracker.store import Store
from tracker.store.history import articles as stored_articles
from tracker.store.queue import queue

START = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
DELAY = timedelta(seconds=2)
WORDS = ["council", "harbour", "budget", "ferry", "police", "school", "river", "storm", "court", "union", "ballot"]


@dataclass(frozen=True)
class Tale:
    """A story: when it is published, and when each of its editions is up."""

    paper: int
    number: int
    editions: tuple[datetime, ...]

    @classmethod
    def of(cls, paper: int, number: int) -> Tale:
        """The same numbers give the same tale: about four editions, their distances growing with age."""
        dice = random.Random(paper * 1000 + number)
        at = START + timedelta(hours=dice.uniform(0, 12))
        editions = [at]
        for _ in range(dice.choices(range(8), [3, 3, 3, 2, 2, 1, 1, 1])[0]):
            at += timedelta(hours=dice.expovariate(1 / (2.0 * 2 ** len(editions))))
            editions.append(at)
        return cls(paper, number, tuple(editions))

    def page(self, now: datetime) -> Response:
        """The page as it is then; 404 before it is published."""
        up = sum(at <= now for at in self.editions)
        if not up:
            return Response(404)
        dice = random.Random(self.paper * 1000 + self.number)
        text = [" ".join(dice.choices(WORDS, k=45)).capitalize() + "." for _ in range(8)]
        text[0] = f"Edition {up} of tale {self.number} says that {100 + 7 * up} people of town {self.paper} came."
        body = "".join(f"<p>{each}</p>" for each in text)
        html = (
            f"<!doctype html><html lang=en><title>Tale {self.number}</title><nav><p>Day {(now - START).days}</p></nav>"
            f"<article><h1>Tale {self.number} of paper {self.paper}</h1>{body}</article></html>"
        )
        return Response(
            body=html.encode(), modified=max(self.editions[up - 1], START + timedelta(days=(now - START).days))
        )


def feed(tales: list[Tale], port: int, now: datetime) -> Response:
    """What is published, as RSS."""
    out = [t for t in tales if t.editions[0] <= now]
    items = "".join(
        f"<item><title>Tale {t.number}</title><link>http://127.0.0.1:{port}/tale/{t.number}-of-the-town</link></item>"
        for t in out
    )
    newest = max((t.editions[0] for t in out), default=START)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'
    return Response(body=body.encode(), content_type="application/rss+xml", modified=newest)


def papers(told: Connection, clock: DrivenClock, hosts: int, stories: int) -> None:
    """A process that serves the papers until its parent hangs up."""

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            ports = []
            for paper in range(hosts):
                tales = [Tale.of(paper, number) for number in range(stories)]
                server = Server(_handler(tales, clock, ports, paper), clock.now, "127.0.0.1", 0)
                await stack.enter_async_context(server)
                ports.append(server.port)
            told.send(ports)
            await asyncio.to_thread(lambda: told.poll(None))

    asyncio.run(serve())


def _handler(tales: list[Tale], clock: DrivenClock, ports: list[int], paper: int) -> Any:
    def answer(request: Request) -> Response:
        if request.path == "/rss.xml":
            return feed(tales, ports[paper], clock.now())
        number = request.path.removeprefix("/tale/").partition("-")[0]
        return tales[int(number)].page(clock.now()) if number.isdigit() else Response(404)

    return answer


@dataclass
class Log:
    """What was measured: one row a clock day, and how late checks began."""

    days: list[dict[str, float]] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    free: dict[str, datetime] = field(default_factory=dict)


def watched(crew_check: Any, log: Log) -> Any:
    """`Runtime.check`, with a note of how late it began and how much of that its lane explains."""

    async def check(self: Runtime, article: Article, state: ArticleState, *, force: bool = False) -> Any:
        host, now, due = lane_of(article), self.clock.now(), state.next_check_at
        if due is not None:
            free = log.free.get(host, due)
            log.late.append((now - due).total_seconds())
            log.own.append((now - max(due, free)).total_seconds())
        try:
            return await crew_check(self, article, state, force=force)
        finally:
            log.free[host] = self.clock.now() + DELAY

    return check


async def measure(clock: DrivenClock, log: Log, days: float, done: Any) -> None:
    """A row at the end of every clock day."""
    for day in range(1, int(days) + 1):
        await clock.sleep((START + timedelta(days=day) - clock.now()).total_seconds())
        log.days.append(
            {
                "day": day,
                "memory_MB": round(status.memory([os.getpid()]) / 1e6, 1),
                "tasks": len(asyncio.all_tasks()),
                "threads": threading.active_count(),
                "files": len(os.listdir("/proc/self/fd")),
                "checks": len(log.late),
            }
        )


async def live(folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """The month, then the judgement."""
    clock, log = DrivenClock(START, asked.speed), Log()
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=papers, args=(theirs, clock, asked.hosts, asked.stories), daemon=True)
    process.start()
    theirs.close()
    ports = tuple(ours.recv())
    sources = tuple(
        SourceConfig(id=f"paper-{n}", name=f"Paper {n}", feeds=(f"http://127.0.0.1:{port}/rss.xml",), delay=DELAY)
        for n, port in enumerate(ports)
    )
    config = Config(
        folder / "s.yaml",
        folder / "t.db",
        "https://operator.example",
        sources,
        Network(allow_private=True, allow_ports=ports),
        Captures(keep="none"),
        (Alert(f"file://{folder}/alerts.jsonl"),),
    )
    rooms.LEAST_TICK = 0.03
    Runtime.check = watched(Runtime.check, log)  # type: ignore[method-assign]
    began, cpu, at_first = time.monotonic(), time.process_time(), len(asyncio.all_tasks())
    daemon = Daemon(config, clock=clock, discover_every=timedelta(minutes=asked.discover), workers=1)
    measuring = asyncio.create_task(measure(clock, log, asked.days, daemon))
    left = asked.days * 86_400 - (clock.now() - START).total_seconds()
    await daemon.run(limit=left / asked.speed + 0.5)
    await measuring
    ended = clock.now()
    ours.close()
    process.join(10)
    used = {"real_seconds": round(time.monotonic() - began), "cpu_seconds": round(time.process_time() - cpu)}
    return judged(config, log, asked, ended) | used | {"tasks_left": len(asyncio.all_tasks()) - at_first}


def judged(config: Config, log: Log, asked: argparse.Namespace, ended: datetime) -> dict[str, Any]:
    """What came of it."""
    with Store.open(config.database) as store:
        articles = stored_articles.articles(store, limit=None)
        states = [queue.state(store, article.id) for article in articles]
        versions = sum(article.version_count for article in articles)
    overdue = [(ended - s.next_check_at).total_seconds() for s in states if s.next_check_at and s.next_check_at < ended]
    up = sum(at <= ended for p in range(asked.hosts) for n in range(asked.stories) for at in Tale.of(p, n).editions)
    first = [row for row in log.days if row["day"] <= 1] or log.days[:1]
    grown = max(row["memory_MB"] for row in log.days) / first[-1]["memory_MB"] - 1
    last = log.days[-1]
    wrong = []
    if grown > 0.10:
        wrong.append(f"memory grew by {grown:.0%} after the first day")
    if max(row["tasks"] for row in log.days[1:]) > first[-1]["tasks"] + 8 * 4:
        wrong.append("tasks were leaked")
    if len(articles) != asked.hosts * asked.stories:
        wrong.append(f"{len(articles)} articles were found")
    if overdue and max(overdue) > 20 * asked.speed:
        wrong.append(f"a check was missed by {max(overdue) / 3600:.1f} hours")
    return {
        "articles": len(articles),
        "checks": len(log.late),
        "versions": versions,
        "editions_published": up,
        "alerts": len((config.path.parent / "alerts.jsonl").read_text().splitlines()),
        "memory_grew_after_day_1": f"{grown:+.1%}",
        "late_clock_minutes": _spread([each / 60 for each in log.late]),
        "not_by_the_lane_real_seconds": _spread([each / asked.speed for each in log.own]),
        "overdue_at_the_end": len(overdue),
        "days": [row for row in log.days if row["day"] in (1, 2, 5, 10, 15, 20, 25, last["day"])],
        "wrong": wrong,
    }


def _spread(values: list[float]) -> dict[str, float]:
    cuts = quantiles(values, n=100) if len(values) > 1 else [0.0] * 99
    return {"median": round(cuts[49], 2), "p99": round(cuts[98], 2), "longest": round(max(values, default=0), 2)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--days", type=float, default=30)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--stories", type=int, default=10)
    parser.add_argument("--speed", type=float, default=6000)
    parser.add_argument("--discover", type=float, default=240)
    asked = parser.parse_args()
    logging.getLogger("tracker").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(live(Path(folder), asked))
    print(json.dumps(found, indent=1))
    return 1 if found["wrong"] or found["tasks_left"] else 0


if __name__ == "__main__":
    sys.exit(main())
