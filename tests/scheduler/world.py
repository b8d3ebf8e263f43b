"""A small world for the tests: a clock in the hand, the newsroom on loopback, a real history, real checks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fresh import fresh
from tests.waiting import HANG
from tracker.config import Config, SourceConfig, load
from tracker.fetcher import Fetcher, Limits
from tracker.model import CheckResult, Outcome, RecordedChange, Version
from tracker.newsroom import Newsroom
from tracker.pipeline.check import check
from tracker.pipeline.discover import Discovery, discover
from tracker.pipeline.learning import learned
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.scheduler.process.runtime import Runtime, Shelf
from tracker.scheduler.revisit import policy
from tracker.store import Store, Writer
from tracker.store.history import articles, record, sources, versions
from tracker.store.queue import queue

EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PATIENCE = Limits(deadline=5.0, connect=5.0, read=2.5)


@dataclass
class HandClock:
    """A clock that moves when a test says so; whoever sleeps by it moves it on."""

    moment: datetime = EIGHT

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def pass_(self, **span: float) -> None:
        """Let a span of time pass: `pass_(minutes=5)`."""
        self.moment += timedelta(**span)


async def inline(function: Callable[..., Any], *arguments: Any) -> Any:
    """A worker that is no other process."""
    return function(*arguments)


class Inline:
    """An engine that runs everything right here."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return function(*arguments)


@dataclass
class World:
    """Everything a check needs, opened; `check` visits one of the newsroom's stories and records the result."""

    clock: HandClock
    newsroom: Newsroom
    config: Config
    store: Store
    fetcher: Fetcher
    run: Callable[..., Any] = inline
    changes: list[RecordedChange] = field(default_factory=list)
    profile: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sources(self) -> dict[str, SourceConfig]:
        return {source.id: source for source in self.config.sources}

    async def discover(self, source_id: str = "harbour-courier") -> Discovery:
        """Read what a source names and follow it."""
        source = self.sources[source_id]
        found = await discover(source, fetcher=self.fetcher, run=self.run, clock=self.clock)
        now = self.clock.now()
        articles.found(self.store, source_id, found.founds, now, due_at=now)
        return found

    def id(self, slug: str) -> int:
        """The article of a story."""
        return articles.resolve(self.store, self.newsroom.url(slug))

    async def check(self, article: str | int, *, minutes: float = 0, force: bool = False) -> CheckResult:
        """Let minutes pass, then visit a story by slug or an article by id, and record what came of it."""
        self.clock.pass_(minutes=minutes)
        article_id = self.id(article) if isinstance(article, str) else article
        tracked = articles.article(self.store, article_id)

        async def current() -> Version | None:
            return versions.current(self.store, article_id)

        result = await check(
            tracked,
            queue.state(self.store, article_id),
            self.sources[tracked.source_id],
            current=current,
            fetcher=self.fetcher,
            run=self.run,
            clock=self.clock,
            policy=policy.next_check,
            profile=lambda: self.profile,
            force=force,
        )
        self.profile = learned(self.profile, result) or {}
        change = record.record(self.store, result)
        if change:
            self.changes.append(change)
        return result

    async def outcomes(self, article: str | int, *minutes: float) -> list[Outcome]:
        """The outcomes of checks that so many minutes lie between."""
        return [(await self.check(article, minutes=span)).outcome for span in minutes]

    def rewrite(self, slug: str, old: Sequence[str], new: Sequence[str]) -> None:
        """Put other blocks in the place of a story's blocks."""
        for before, after in zip(old, new, strict=True):
            self.newsroom.edit(slug, rewrite={"start": before[:20], "text": after})

    def headlines(self, slug: str) -> list[str]:
        """The headlines of a story's versions, oldest first."""
        return [version.content.headline for version in versions.versions(self.store, self.id(slug))]


@asynccontextmanager
async def a_world(folder: Path, *, edits: tuple[Any, ...] = (), limits: Limits | None = None) -> AsyncIterator[World]:
    """The newsroom open, an empty history, nothing discovered yet."""
    clock = HandClock()
    newsroom = Newsroom(clock, edits=edits)
    async with newsroom.serving():
        path = folder / "sources.yaml"
        path.write_text(json.dumps(newsroom.config(database=folder / "tracker.db")))
        config = load(path)
        with Store.open(fresh(config.database), write=True) as store:
            sources.sync_sources(store, config.sources, clock.now())
            agent = "article-tracker/test (+https://operator.example/bot)"
            async with Fetcher(config.network, agent, clock, limits=limits or Limits()) as fetcher:
                yield World(clock, newsroom, config, store, fetcher)


@asynccontextmanager
async def a_crew(folder: Path) -> AsyncIterator[tuple[World, Runtime]]:
    """A runtime on the newsroom's first outlet, its articles found and due."""
    async with a_world(folder) as world:
        await world.discover()
        with (
            world.store.reader() as reader,
            closing(Shelf(world.store.reader())) as shelf,
            Writer(world.store) as writer,
        ):
            runtime = Runtime(world.config, world.clock, reader, shelf, writer, world.fetcher, Inline())
            await asyncio.wrap_future(runtime.use(world.config))
            yield world, runtime


async def work_off(dispatcher: Dispatcher) -> None:
    """One tick, and checkers until nothing is in flight."""
    dispatcher.tick()
    checkers = [asyncio.create_task(dispatcher.work()) for _ in range(dispatcher.checkers)]
    async with asyncio.timeout(HANG):
        await dispatcher.settled()
    dispatcher.stop()
    await asyncio.gather(*checkers)


async def work_some(dispatcher: Dispatcher) -> None:
    """One tick, and a hand until nothing is in flight; the dispatcher goes on."""
    dispatcher.tick()
    hand = asyncio.create_task(dispatcher.work())
    async with asyncio.timeout(HANG):
        await dispatcher.settled()
    hand.cancel()
    await asyncio.gather(hand, return_exceptions=True)
    await asyncio.to_thread(dispatcher.runtime.writer.flush)
