"""Is a page believed only while it proves that it is the article?

    python -m benchmarks.belief [--seeds 1 2 3] [--hosts 40] [--show] [--story NUMBER]

Drives real checks on a real history, without network, on a clock in the hand: forty hosts of three templates whose
pages turn into twelve kinds of other page (and back) for minutes to days, beside 2,000 true edits and 60 rewrites.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import regex

from benchmarks.belief_world import DAYS, HOUR, NOT_FOUND, START, Response, Story, answer, build
from tracker.config import SourceConfig
from tracker.fetcher import Fetcher
from tracker.model import Capture, CheckResult, EventKind, Failure, Found, Outcome, State, Validators, Version, Via
from tracker.pipeline.check import check
from tracker.pipeline.learning import learned
from tracker.scheduler.revisit import policy
from tracker.store import Store
from tracker.store.history import articles, checks, record, versions
from tracker.store.history import sources as stored_sources
from tracker.store.queue import queue as check_queue

LONGEST = timedelta(hours=3)
"""However rarely the schedule would look, every article is looked at this often."""

_NAME = regex.compile(r"\b(?:x\d\d?q\d\da\d\d|x\d{4}[er]\d\d)\b", regex.IGNORECASE)
_STRANGE = regex.compile(r"\bw[a-z]+\d\dn\d\d\b", regex.IGNORECASE)


class HandClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")


class World:
    """The answers of all hosts, given as the fetcher would give them."""

    def __init__(self, stories: dict[str, Story], clock: HandClock) -> None:
        self.stories, self.clock, self.requests = stories, clock, 0

    async def get(self, url: str, *, validators: Validators | None = None, **_: object) -> Capture | Failure:
        self.requests += 1
        now, story = self.clock.now(), self.stories.get(url)
        if story is None:
            return Failure(url, Outcome.GONE, "HTTP 404", now, status=404, final_url=url)
        said: Response = answer(story, url, now)
        headers = (("content-type", "text/html; charset=utf-8"),)
        return Capture(url, said.final_url, said.status, headers, said.html.encode(), now, said.hops)

    def distrust(self, url: str) -> None:
        """Nothing to do: no answer here is conditional."""


async def inline(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


@dataclass
class Score:
    """What came of a seed."""

    checks: int = 0
    requests: int = 0
    edits: int = 0
    edits_lost: int = 0
    rewrites: int = 0
    rewrites_in_time: int = 0
    versions: int = 0
    false_versions: Counter[str] = field(default_factory=Counter)
    false_gone: int = 0
    merged_strangers: int = 0
    doubled: int = 0
    stories: int = 0
    shown: list[str] = field(default_factory=list)


async def run(seed: int, hosts: int, folder: Path, traced: int | None = None) -> Score:
    """Nine days of a seed's world; with `traced`, of that story's host alone, and each new outcome is printed."""
    world = build(seed, hosts)
    if traced is not None:
        world = [host for host in world if host.number == traced // 100]
    clock = HandClock()
    by_url = {url: story for host in world for story in host.stories for url in story.urls}
    net, score = World(by_url, clock), Score()
    sources = {f"p{h.number}": SourceConfig(id=f"p{h.number}", name=f"Paper {h.number}") for h in world}
    profiles: dict[str, Any] = {}
    with Store.open(folder / "tracker.db", write=True) as store:
        stored_sources.sync_sources(store, list(sources.values()), START)
        queue: list[tuple[datetime, int]] = []
        owners: dict[int, Story] = {}
        for host in world:
            for story in host.stories:
                for url in story.urls:
                    item = Found(url, Via.FEED, story.tellings[0].headline)
                    for article_id in articles.found(store, f"p{host.number}", [item], START, due_at=START):
                        owners[article_id] = story
                        late = 7 * HOUR if url != story.url else timedelta(0)
                        heapq.heappush(queue, (START + late + timedelta(seconds=article_id), article_id))
        end = START + timedelta(days=DAYS)
        while queue and queue[0][0] < end:
            clock.moment, article_id = heapq.heappop(queue)
            tracked = articles.article(store, article_id)
            if tracked.state is State.MOVED:
                continue

            async def current(article_id: int = article_id) -> Version | None:
                return versions.current(store, article_id)

            result = await check(
                tracked,
                check_queue.state(store, article_id),
                sources[tracked.source_id],
                current=current,
                fetcher=cast(Fetcher, net),
                run=inline,
                clock=clock,
                policy=policy.next_check,
                profile=partial(profiles.get, tracked.source_id),
            )
            record.record(store, result)
            if owners[article_id].number == traced:
                print(_line(owners[article_id], tracked.state, result))
            score.checks += 1
            profiles[tracked.source_id] = learned(profiles.get(tracked.source_id), result)
            at = result.state.next_check_at or clock.moment + LONGEST
            soonest = clock.moment + timedelta(minutes=1)
            heapq.heappush(queue, (max(min(at, clock.moment + LONGEST), soonest), article_id))
        score.requests = net.requests
        _judge(store, world, owners, score)
    return score


def _judge(store: Store, world: list[Any], owners: dict[int, Story], score: Score) -> None:
    seen: dict[int, list[Version]] = {}
    for article_id, story in owners.items():
        mine = versions.versions(store, article_id)
        seen.setdefault(story.number, []).extend(mine)
        score.versions += len(mine)
        true = [telling.names for telling in story.tellings]
        for version in mine:
            names = _names(version)
            if _STRANGE.search(_text(version)) or names not in true:
                turn = story.turned(version.first_seen_at)
                score.false_versions[turn.kind if turn else "none"] += 1
                score.shown.append(f"{tracked_line(story, version)}")
        for event in checks.events(store, article_id):
            turn = story.turned(event.at)
            is_gone = turn is not None and turn.kind in NOT_FOUND and event.at - turn.since >= 24 * HOUR
            if event.kind is EventKind.GONE and not is_gone:
                score.false_gone += 1
                score.shown.append(f"gone: {story.number} at {event.at} {turn} {dict(event.detail)}")
        for address in articles.addresses(store, article_id):
            if address.url in {u for h in world for s in h.stories for u in s.urls} - set(story.urls):
                score.merged_strangers += 1
                score.shown.append(f"merged: {address} into {story.number}")
    for host in world:
        for story in host.stories:
            score.stories += 1
            ids = [i for i, s in owners.items() if s is story]
            followed = [
                a for a in map(partial(articles.article, store), ids) if a.version_count and a.state is not State.MOVED
            ]
            score.doubled += len(followed) > 1
            if len(followed) > 1:
                score.shown.append(f"doubled: {story.number} as {[(a.id, a.url) for a in followed]}")
            for telling in story.tellings[1:]:
                first = min((v.first_seen_at for v in seen[story.number] if _says(v, telling.names)), default=None)
                if telling.rewrite:
                    score.rewrites += 1
                    in_time = first is not None and first - telling.since <= 26 * HOUR
                    score.rewrites_in_time += in_time
                    if not in_time:
                        score.shown.append(f"late: {story.number} rewritten {telling.since}, seen {first}")
                else:
                    score.edits += 1
                    score.edits_lost += first is None
                    if first is None:
                        score.shown.append(f"lost: {story.number} template {story.template} since {telling.since}")


def _line(story: Story, state: State, result: CheckResult) -> str:
    """What a check of a traced story came to, beside what stood there."""
    turn, telling = story.turned(result.ended_at), story.at(result.ended_at)
    stands = turn.kind if turn else f"telling {story.tellings.index(telling)}{' rewritten' * telling.rewrite}"
    events = ", ".join(f"{event.kind.value} {dict(event.detail)}" for event in result.events)
    words = result.content.words if result.content else ""
    return (
        f"{result.ended_at:%d %H:%M} #{result.article_id} {state.value:5} {stands:12} {result.outcome.value} {words} "
        f"{result.error} {f'other {result.joins}' if result.joins else ''} {events}"
    )


def tracked_line(story: Story, version: Version) -> str:
    """One false version in words."""
    turn = story.turned(version.first_seen_at)
    words = (
        f"{turn.kind} for {turn.until - turn.since}, seen after {version.first_seen_at - turn.since}"
        if turn
        else "none"
    )
    host = f"host {story.host.number} says {story.host.says} template {story.template}"
    return f"{host} article {story.number} version {version.number}: {words}; {version.content.text[:90]}"


def _text(version: Version) -> str:
    return f"{version.content.standfirst}\n{version.content.text}"


def _names(version: Version) -> frozenset[str]:
    return frozenset(name.lower() for name in _NAME.findall(_text(version)))


def _says(version: Version, names: frozenset[str]) -> bool:
    return _names(version) == names


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--show", action="store_true", help="print everything that went wrong")
    parser.add_argument("--story", type=int, help="run this story's host alone and print every check of the story")
    options = parser.parse_args()
    for seed in options.seeds:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            s = asyncio.run(run(seed, options.hosts, Path(folder), options.story))
        print(
            f"seed {seed}: {s.checks} checks, {s.requests} requests, {s.versions} versions of {s.stories} stories; "
            f"false versions {s.false_versions.total()} {dict(s.false_versions)}; "
            f"true edits lost {s.edits_lost} of {s.edits}; "
            f"rewrites within 26 h {s.rewrites_in_time} of {s.rewrites}; false gone {s.false_gone}; "
            f"merged strangers {s.merged_strangers}; doubled stories {s.doubled} of {s.stories}; "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
        if options.show:
            print(*s.shown, sep="\n")


if __name__ == "__main__":
    main()
