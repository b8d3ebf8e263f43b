"""A day of fifty papers with one answer in ten failing, lived through by the real daemon on a driven clock.

    python -m benchmarks.day [--hosts N] [--hours H] [--speed S] [--seed N]

Every paper is a newsroom's outlet on a port of its own, behind a server in a bad mood: it refuses connections for half
an hour, resets in mid-body, stalls, answers 429 and 503 with Retry-After, announces a wrong length, sends broken gzip,
or leads to a port where TLS fails. Afterwards the servers' log and the history are held against what happened: no host
was asked sooner than its lane allows, no failure became a version, every edit that stayed up for three hours was found,
and every unpublishing was reported once. Prints one JSON object; ends with 1 when one of these does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import logging
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.config import Captures, Config, Network, SourceConfig
from tracker.fetcher import Limits
from tracker.model import Clock, EventKind
from tracker.newsroom import Newsroom
from tracker.newsroom.faults import Fault
from tracker.newsroom.outlets import Outlet
from tracker.newsroom.script import PlannedEdit, Planted
from tracker.newsroom.server import Request, Response, Server
from tracker.newsroom.story import Story, make
from tracker.scheduler.clock import DrivenClock
from tracker.scheduler.process.daemon import Daemon
from tracker.store import Store
from tracker.store.history import articles, checks, versions
from tracker.store.history import sources as stored_sources

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DELAY = timedelta(seconds=2)
PATIENCE = Limits(deadline=2.0, connect=1.0, read=0.7)
FAILING = 0.1
STORIES = 2
UP = timedelta(hours=3)
OUTAGE = timedelta(minutes=30)
TOLD = timedelta(hours=5)
"""Three agreeing looks, two hours and a quarter apart at least, between failures and rests: so long it may take."""

MOODS = ("reset", "reset mid-body", "stalled", "429", "503", "wrong length", "bad gzip", "TLS error")
WORDS = ["council", "harbour", "budget", "ferry", "police", "school", "river", "storm", "court", "union", "ballot"]
EDITION = re.compile(r"Edition (\d+) ")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as a server saw it; `mood` is empty for a proper answer, `wait` what Retry-After asked for."""

    at: datetime
    path: str
    mood: str = ""
    wait: timedelta = timedelta(0)


@dataclass(slots=True)
class Plan:
    """What happens to a story: from when each edition is up, and when it is unpublished, if ever."""

    editions: list[timedelta]
    unpublished: timedelta | None = None


class Moody(Server):
    """A newsroom's server of which one answer in ten fails."""

    def __init__(self, newsroom: Newsroom, outlet: Outlet, dice: random.Random) -> None:
        super().__init__(self.answer, newsroom.clock.now, "127.0.0.1", 0)
        self.newsroom, self.outlet, self.dice = newsroom, outlet, dice
        self.visits: list[Visit] = []

    def answer(self, request: Request) -> Response:
        """What the newsroom says, or something gone wrong."""
        mood = self.dice.choice(MOODS) if self.dice.random() < FAILING else ""
        seconds = self.dice.randrange(60, 1800) if mood in ("429", "503") else 0
        self.visits.append(Visit(self._now(), request.path, mood, timedelta(seconds=seconds)))
        if seconds:
            return Response(int(mood), b"later", headers={"Retry-After": str(seconds)})
        if mood == "TLS error":
            return Response(302, headers={"Location": f"https://127.0.0.1:{self.port}{request.path}"})
        if mood in ("stalled", "reset"):
            return Response(fault=Fault.STALL if mood == "stalled" else Fault.RESET)
        whole = self.newsroom.answer(self.outlet, request)
        return replace(whole, headers={**whole.headers, "X-Mood": mood}, modified=None) if mood else whole

    async def _send(
        self, writer: asyncio.StreamWriter, response: Response, method: str, asked: Mapping[str, str], *, keep: bool
    ) -> bool:
        mood = response.headers.get("X-Mood")
        if mood is None:
            return await super()._send(writer, response, method, asked, keep=keep)
        packed = gzip.compress(response.body)
        body = packed[:-9] if mood == "bad gzip" else packed
        length = len(body) + (0 if mood == "bad gzip" else 500)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {response.content_type}\r\nContent-Encoding: gzip\r\n"
        writer.write(
            f"{head}Content-Length: {length}\r\n\r\n".encode()
            + (body[: len(body) // 2] if mood == "reset mid-body" else body)
        )
        await writer.drain()
        if mood == "reset mid-body":
            writer.transport.abort()
        return False


@dataclass
class Day:
    """The papers, their plans by slug, and the addresses they had."""

    hours: float
    servers: dict[str, Moody] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)


def story(slug: str, outlet: Outlet, dice: random.Random) -> Story:
    """A story of six paragraphs; the first one says which edition it is."""
    text = [" ".join(dice.choices(WORDS, k=45)).capitalize() + "." for _ in range(6)]
    front = {
        "outlet": outlet.id,
        "section": "local",
        "language": outlet.languages[0],
        "headline": f"What came of {slug}",
        "standfirst": "",
        "byline": ["Wren Tallow"],
        "published": -30.0,
    }
    return make(slug, front, "\n\n".join([edition(0, slug), *text]))


def edition(number: int, slug: str) -> str:
    """The paragraph that changes."""
    return f"Edition {number} of the tale of {slug} says that {100 + 7 * number} people were counted at the quay."


def planned(slug: str, hours: float, dice: random.Random) -> tuple[Plan, list[PlannedEdit]]:
    """A story's day: an edit every half hour to eight hours; one story in five is unpublished for good."""
    plan, edits = Plan([timedelta(0)]), []
    end = timedelta(hours=dice.uniform(hours * 0.1, hours * 0.4)) if dice.random() < 0.2 else None
    at = timedelta(hours=dice.uniform(0.5, 4))
    while at < timedelta(hours=hours) and (end is None or at < end):
        number = len(plan.editions)
        steps = (("rewrite", {"start": "Edition ", "text": edition(number, slug)}),)
        edits.append(PlannedEdit(at, slug, Planted.NUMBER, "by plan", steps))
        plan.editions.append(at)
        at += timedelta(hours=dice.uniform(0.5, 8))
    if end is not None:
        plan.unpublished = end
        edits.append(PlannedEdit(end, slug, Planted.UNPUBLISHED, "by plan", (("unpublish", 404),)))
    return plan, edits


@asynccontextmanager
async def papers(clock: Clock, hosts: int, hours: float, seed: int) -> AsyncIterator[Day]:
    """The papers, open."""
    dice, day = random.Random(seed), Day(hours)
    async with AsyncExitStack() as stack:
        while len(day.servers) < hosts:
            number, edits, stories = len(day.servers), [], []
            outlets = Newsroom(clock, edits=(), stories=()).outlets[: hosts - number]
            for outlet in outlets:
                for n in range(STORIES):
                    slug = f"tale-{number}-{outlet.id}-{n}"
                    day.plans[slug], changes = planned(slug, hours, dice)
                    edits += changes
                    stories.append(story(slug, outlet, dice))
            newsroom = Newsroom(clock, seed=number, edits=edits, stories=stories)
            for outlet in outlets:
                server = Moody(newsroom, outlet, random.Random(dice.random()))
                await stack.enter_async_context(server)
                server._port = server.port  # it comes back to the same one after an outage
                newsroom.sites[outlet.id] = f"http://127.0.0.1:{server.port}"
                day.servers[f"paper{len(day.servers)}"] = server
            for slug in (s.slug for s in newsroom.stories()):
                day.urls[slug] = newsroom.url(slug)
        yield day


async def outages(day: Day, clock: Clock, dice: random.Random) -> None:
    """Every paper's server is gone for half an hour, once."""

    async def one(server: Moody) -> None:
        await clock.sleep(dice.uniform(0.1, 0.8) * day.hours * 3600)
        await server.__aexit__(None, None, None)
        server.visits.append(Visit(clock.now(), "", "refused"))
        await clock.sleep(OUTAGE.total_seconds())
        await server.__aenter__()

    async with asyncio.TaskGroup() as group:
        for server in day.servers.values():
            group.create_task(one(server))


async def live(folder: Path, *, hosts: int, hours: float, speed: float, seed: int = 1) -> dict[str, object]:
    """Let the daemon live through it, then judge."""
    clock = DrivenClock(START, speed)
    async with papers(clock, hosts, hours, seed) as day:
        sources = tuple(
            SourceConfig(
                id=name,
                name=name,
                feeds=tuple(f"http://127.0.0.1:{server.port}{path}" for path in list(server.outlet.feeds)[:1]),
                delay=DELAY,
                checks=400,
            )
            for name, server in day.servers.items()
        )
        ports = tuple(server.port for server in day.servers.values())
        network = Network(allow_private=True, allow_ports=ports)
        config = Config(
            folder / "s.yaml", folder / "day.db", "https://operator.example", sources, network, Captures(keep="none")
        )
        daemon = Daemon(config, clock=clock, limits=PATIENCE)
        began, cpu = time.monotonic(), time.process_time()
        down = asyncio.create_task(outages(day, clock, random.Random(seed)))
        left = (clock.now() - START).total_seconds()
        await daemon.run(limit=(hours * 3600 - left) / speed)
        await down
        used = {"real seconds": round(time.monotonic() - began), "cpu seconds": round(time.process_time() - cpu)}
        with Store.open(config.database) as store:
            return judged(day, store) | used


def judged(day: Day, store: Store) -> dict[str, object]:
    """What the history and the servers' logs say about the promises."""
    visits = [v for server in day.servers.values() for v in server.visits]
    wrong = [w for server in day.servers.values() for w in rude(server)]
    counted: Counter[str] = Counter()
    for slug, plan in day.plans.items():
        found, faults = read_of(store, day.urls[slug], plan, timedelta(hours=day.hours))
        wrong += [f"{slug}: {fault}" for fault in faults]
        counted.update(found)
    failing = Counter(v.mood for v in visits if v.mood)
    states = Counter(a.state.value for a in articles.articles(store, limit=None))
    return {
        "hosts": len(day.servers),
        "requests": len(visits),
        "failing": dict(sorted(failing.items())),
        "articles": dict(states),
        "checks": sum(stored_sources.health(store, s.id).checks for s in stored_sources.sources(store)),
        **counted,
        "wrong": wrong,
    }


def rude(server: Moody) -> list[str]:
    """Where a host was asked sooner than its delay, or while it had asked to be left alone."""
    wrong, until = [], START
    proper = [v for v in server.visits if v.path]
    for before, after in itertools.pairwise(proper):
        if after.at - before.at < DELAY:
            wrong.append(f"port {server.port}: {after.path} only {after.at - before.at} after {before.path}")
        until = max(until, before.at + before.wait)
        if after.at < until:
            wrong.append(f"port {server.port}: {after.path} at {after.at}, left alone until {until}")
    return wrong


def read_of(store: Store, url: str, plan: Plan, end: timedelta) -> tuple[Counter[str], list[str]]:
    """What was found of a story's day, and what is wrong with it."""
    counted: Counter[str] = Counter()
    try:
        article = articles.article(store, articles.resolve(store, url))
    except Exception as error:
        return counted, [f"never found: {error}"]
    faults, seen = [], []
    for version in versions.versions(store, article.id):
        told = EDITION.findall(version.content.text)
        if len(told) != 1 or len(version.content.paragraphs) != 7:
            faults.append(f"version {version.number} is no edition: {version.content.text[:80]!r}")
            continue
        seen.append(int(told[0]))
        late = version.first_seen_at - (START + plan.editions[seen[-1]])
        if late < timedelta(0):
            faults.append(f"edition {seen[-1]} was seen before it was out")
    if seen != sorted(set(seen)):
        faults.append(f"the editions came in the order {seen}")
    ends = [*plan.editions[1:], plan.unpublished or end]
    for number, (began, ended) in enumerate(zip(plan.editions, ends, strict=True)):
        if ended - began >= UP:
            counted["edits that stayed up"] += number > 0
            counted["of them found"] += number > 0 and number in seen
            if number not in seen:
                faults.append(f"edition {number} was up from {began} to {ended} and never seen")
    events = [e.kind for e in checks.events(store, article.id)]
    due = plan.unpublished is not None and plan.unpublished + TOLD <= end
    counted["unpublished"] += due
    counted["of them told once"] += due and events == [EventKind.GONE]
    late = plan.unpublished is not None and not due and not events
    if not late and events != ([EventKind.GONE] if plan.unpublished is not None else []):
        faults.append(f"events: {[kind.value for kind in events]}")
    counted["versions"] += len(seen)
    return counted, faults


def main() -> None:
    """Run it and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--speed", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.getLogger("tracker").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(
            live(Path(folder), hosts=given.hosts, hours=given.hours, speed=given.speed, seed=given.seed)
        )
    print(json.dumps(figures, indent=1))
    sys.exit(1 if figures["wrong"] else 0)


if __name__ == "__main__":
    main()
