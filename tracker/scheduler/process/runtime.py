"""What a check or a discovery needs, opened and closed together: fetcher, workers, reader, writer.

`once` and `daemon` differ in when they look; what a look does is here.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from tracker import __version__
from tracker.alerts import AlertRules
from tracker.config import Config, SourceConfig
from tracker.discovery import urls
from tracker.fetcher import Fetcher, Limits
from tracker.model import (
    Article,
    ArticleState,
    CheckResult,
    Clock,
    Host,
    Outcome,
    RecordedChange,
    SourceEventKind,
    SourceProfile,
    Version,
)
from tracker.pipeline.check import check, failed
from tracker.pipeline.discover import Discovery, DiscoveryMemory, discover
from tracker.pipeline.learning import learned
from tracker.scheduler import log, revisit
from tracker.scheduler.process.signals import Signals, Sooner
from tracker.scheduler.revisit import fit
from tracker.scheduler.revisit.rate import PRIOR, Prior
from tracker.scheduler.workers.local import Engine, Workers
from tracker.store import Store, Writer
from tracker.store.history import articles, discovery_notes, source_health, sources, versions
from tracker.store.queue import pauses, queue

OnChange = Callable[[RecordedChange], None]
Recorded = Future[RecordedChange | None]

SWITCH = 0.0005
"""Seconds that the writer's and the readers' threads may keep the interpreter while the event loop waits for it. At
Python's own 5 ms, waits that follow one another add up: the loop's worst lag was twice as long."""


class Shelf:
    """Loads current versions, one after the other, in a thread with a connection of its own."""

    def __init__(self, store: Store) -> None:
        self._store, self._thread = store, ThreadPoolExecutor(1, thread_name_prefix="tracker-shelf")

    async def current(self, article_id: int) -> Version | None:
        """The article's newest version with its blocks. Raises StoreError."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, partial(versions.current, self._store), article_id
        )

    def close(self) -> None:
        """Wait for what is being read, then close the connection."""
        self._thread.shutdown()
        self._store.close()


@dataclass
class Runtime:
    """What checks and discoveries need. Every write goes through `writer`.

    `reader` is read on the event loop; what takes longer than a look, an article's current version, comes through
    `shelf`, which is read in a thread of its own.
    """

    config: Config
    clock: Clock
    reader: Store
    shelf: Shelf
    writer: Writer
    fetcher: Fetcher
    workers: Engine
    on_change: OnChange | None = None
    sources: dict[str, SourceConfig] = field(default_factory=dict)
    memories: dict[str, tuple[date, DiscoveryMemory]] = field(default_factory=dict)
    profiles: dict[str, SourceProfile] = field(default_factory=dict)
    signals: Signals = field(default_factory=Signals)
    prior: Prior = PRIOR
    paused: set[str] = field(default_factory=set)
    reading: dict[str, asyncio.Lock] = field(default_factory=dict)
    offline: bool = False

    def use(self, config: Config) -> Future[None]:
        """Take another configuration's sources from now on; done when the database says the same."""
        self.config, self.prior = config, fit.read(config.database)
        self.sources = {source.id: source for source in config.sources}
        for source in config.sources:
            if source.active and source.robots_ignored:
                log.info("robots.txt is not obeyed", source=source.id, reason=source.robots_ignored)
        now, rules = self.clock.now(), AlertRules(config.alerts)
        archives = {source.id: source.archive for source in config.sources if source.archive}

        def follow(store: Store) -> None:
            sources.sync_sources(store, config.sources, now)
            store.announcer, store.archiving = rules, archives

        return self.writer.submit(follow)

    def source_of(self, article: Article) -> SourceConfig:
        """The settings of an article's source; the usual ones when it is no longer configured."""
        return self.sources.get(article.source_id) or SourceConfig(id=article.source_id, name=article.source_id)

    def follows(self, article: Article) -> bool:
        """Whether the article's source is followed now."""
        return article.source_id in self.sources and self.visits(self.sources[article.source_id])

    def visits(self, source: SourceConfig) -> bool:
        """Whether a source is followed now: configured, active, and not paused."""
        return source.active and source.id not in self.paused

    async def visit(self, article: Article, *, force: bool = False) -> tuple[CheckResult, Recorded]:
        """Check one article now, from the state it is in. Raises NotFound when it was forgotten meanwhile."""
        return await self.check(article, queue.state(self.reader, article.id), force=force)

    async def check(
        self, article: Article, state: ArticleState, *, force: bool = False
    ) -> tuple[CheckResult, Recorded]:
        """Visit one article and hand the result to the writer. Never raises for anything about this one article."""
        source = self.source_of(article)
        next_check = partial(revisit.next_check, prior=self.prior, announced=self.signals.announced(source.id))
        try:
            result = await check(
                article,
                state,
                source,
                current=partial(self.shelf.current, article.id),
                fetcher=self.fetcher,
                run=self.workers.run,
                clock=self.clock,
                policy=next_check,
                profile=partial(self.profile, source.id),
                force=force,
            )
        except Exception as error:
            log.error("check failed by a fault of ours", exception=error, source=source.id, article=article.id)
            result = failed(
                article,
                state,
                source,
                Outcome.WORKER,
                f"a fault in tracker: {type(error).__name__}: {error}",
                now=self.clock.now(),
                policy=next_check,
            )
        _log(article, result)
        self._tell_of_network()
        if result.ours:
            return result, self._put_off(result)
        recorded: Recorded = self.writer.submit(result)
        try:
            self._learn(article, source, state, result)
        except Exception as error:
            log.error("could not learn from a check", exception=error, source=source.id, article=article.id)
        if self.on_change is not None:
            self._tell(recorded)
        return result, recorded

    def _put_off(self, result: CheckResult) -> Recorded:
        """Note only when an article is looked at again: this machine had no network, so nothing was learned."""
        at = result.state.next_check_at or result.ended_at

        def moved(store: Store) -> RecordedChange | None:
            queue.reschedule(store, result.article_id, at)
            return None

        return self.writer.submit(moved)

    def _tell_of_network(self) -> None:
        """Say in the log when this machine loses its network, and when it is back."""
        if self.fetcher.offline is not self.offline:
            self.offline = self.fetcher.offline
            if self.offline:
                log.error("this machine seems to have no network: no host answers", again="every two minutes")
            else:
                log.info("the network is back")

    async def discover(self, source: SourceConfig) -> tuple[Discovery, list[int]]:
        """Read what a source names and follow what is new; gives the discovery and the new articles' ids.

        One after the other for a source: a second one that hears "not modified" may rely on what the first one found.
        """
        async with self.reading.setdefault(source.id, asyncio.Lock()):
            return await self._discover(source)

    async def _discover(self, source: SourceConfig) -> tuple[Discovery, list[int]]:
        today = self.clock.now().date()
        day, memory = self.memories.pop(source.id, (today, DiscoveryMemory()))
        if day != today:
            memory = memory.of_another_day()  # once a day everything is read, whatever the validators say
        discovery = await discover(source, fetcher=self.fetcher, run=self.workers.run, clock=self.clock, memory=memory)
        now = self.clock.now()
        self._tell_of_network()
        if not discovery.offline:  # what this machine could not reach is no problem of the source's
            left_out = [(n.place, n.reason.words, n.reason.count, n.reason.example) for n in discovery.notes]

            def record(store: Store) -> source_health.HealthChange:
                discovery_notes.noted(store, source.id, left_out, now)
                return source_health.record_problems(store, source_id=source.id, unreadable=discovery.problems, now=now)

            self.writer.submit(record).add_done_callback(_tell_of_source)
        if not discovery.founds:
            self.memories[source.id] = today, memory
            return discovery, []
        new = await asyncio.wrap_future(
            self.writer.submit(lambda store: articles.found(store, source.id, discovery.founds, now, due_at=now))
        )
        self.memories[source.id] = today, memory  # not before: what could not be kept must be read again
        for sooner in self.signals.weigh(self.reader, source, discovery.founds, now, prior=self.prior):
            self._bring_forward(sooner)
        return discovery, new

    def profile(self, source_id: str) -> SourceProfile:
        """What is known of a source's pages."""
        if source_id not in self.profiles:
            self.profiles[source_id] = sources.profile(self.reader, source_id)
        return self.profiles[source_id]

    def _learn(self, article: Article, source: SourceConfig, before: ArticleState, result: CheckResult) -> None:
        """Take what a check teaches about its source: its pages' furniture, and whether its signals hold."""
        source_id = result.source_id
        known = self.profile(source_id)
        if (profile := learned(known, result)) is not None and profile is not known:
            self.profiles[source_id] = profile
            self._write(lambda store: sources.save_profile(store, source_id, profile))
        sooner = self.signals.read(self.reader, article, source, before, result, prior=self.prior)
        if sooner is not None:
            self._bring_forward(sooner)
        elif (settled := self.signals.settle(before, result.outcome)) is not None:
            kind, right = settled
            self._write(lambda store: sources.count_signal(store, source_id, kind, right=right))

    def _bring_forward(self, sooner: Sooner) -> None:
        self._write(lambda store: queue.bring_forward(store, sooner.article_id, sooner.at, sooner.signal))

    def _write(self, work: Callable[[Store], object]) -> None:
        """Write something that nothing depends on: nobody waits for it, and a failure goes to the log."""
        self.writer.submit(work).add_done_callback(_complain)

    def _tell(self, recorded: Recorded) -> None:
        """Tell the listener of a change, on the event loop, once it is committed."""
        loop, listener = asyncio.get_running_loop(), self.on_change

        def committed(future: Recorded) -> None:
            if future.cancelled() or future.exception() is not None:
                return
            change = future.result()
            if change is not None and listener is not None and not loop.is_closed():
                loop.call_soon_threadsafe(listener, change)

        recorded.add_done_callback(committed)


@asynccontextmanager
async def open_runtime(
    config: Config,
    clock: Clock,
    *,
    workers: int | None = None,
    engine: Engine | None = None,
    on_change: OnChange | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[Runtime]:
    """Take the writer's lock, open everything, and close it again in the right order, the last results committed.

    Pages are read by `workers` processes of this machine, or by another `engine`, which stays open. `limits`
    says how long a site is waited for and how much of its answer is taken. Raises AlreadyRunning when another process
    writes this database, StoreError when it cannot be used.
    """
    sys.setswitchinterval(SWITCH)
    with Store.open(config.database, write=True, policy=config.captures) as store:
        writer = Writer(store)
        try:
            async with AsyncExitStack() as stack:
                reader = stack.enter_context(store.reader())
                fetcher = Fetcher(
                    config.network,
                    user_agent(config),
                    clock,
                    known=partial(sources.host, reader),
                    on_host=partial(_keep, writer),
                    limits=limits,
                )
                if engine is None:
                    engine = await stack.enter_async_context(Workers(workers))
                await stack.enter_async_context(fetcher)
                shelf = stack.enter_context(closing(Shelf(store.reader())))
                runtime = Runtime(config, clock, reader, shelf, writer, fetcher, engine, on_change)
                await asyncio.wrap_future(runtime.use(config))
                runtime.paused.update(pauses.paused(reader))
                yield runtime
        finally:
            await asyncio.to_thread(writer.close)


def user_agent(config: Config) -> str:
    """Who we say we are, and where the operator can be reached, once sources.yaml says it."""
    return f"article-tracker/{__version__}" + (f" (+{config.contact})" if config.contact else "")


def lane_of(article: Article) -> str:
    """The host whose lane an article's next check stands in."""
    try:
        return urls.host(article.url)
    except ValueError:
        return ""


def earliest(runtime: Runtime, article: Article, waiting: int) -> timedelta:
    """How long an article that finds `waiting` others in its host's lane would wait, at the source's own pace."""
    source = runtime.sources.get(article.source_id)
    pause = max(source.delay if source else timedelta(0), timedelta(seconds=1))
    return pause * max(1, waiting)


def by_host(articles: Sequence[Article]) -> dict[str, list[Article]]:
    """Articles by host, in the order given: the batches of which no two of a host are ever under way together."""
    batches: dict[str, list[Article]] = {}
    for article in articles:
        batches.setdefault(lane_of(article), []).append(article)
    return batches


def _keep(writer: Writer, host: Host) -> None:
    def save(store: Store) -> None:
        sources.save_host(store, host)

    future = writer.submit(save)
    future.add_done_callback(_complain)


def _tell_of_source(future: Future[source_health.HealthChange]) -> None:
    """A source broke or healed: one line, once."""
    _complain(future)
    event = None if future.cancelled() or future.exception() else future.result().event
    if event is not None:
        tell = log.warning if event.kind is SourceEventKind.BROKEN else log.info
        tell(f"source {event.kind}", source=event.source_id, since=event.since, problem=event.words)


def _complain(future: Future[Any]) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None:
        log.error("could not keep what was learned", error=error)


def _log(article: Article, result: CheckResult) -> None:
    """One line for one check."""
    fields: dict[str, object] = {
        "source": article.source_id,
        "host": lane_of(article),
        "article": article.id,
        "check": result.state.checks,
        "outcome": result.outcome.value,
        "status": result.status or None,
        "ms": result.milliseconds or None,
    }
    if result.change is not None:
        fields["summary"] = result.change.summary
    if result.outcome.saw_the_article:
        log.info("checked", **fields)
    else:
        log.warning("check brought no article", **fields, error=result.error, url=article.url)
    for event in result.events:
        log.info(f"article {event.kind.value}", source=article.source_id, article=article.id, url=article.url)
