"""One pass: discover from every source, check what is due (or everything), and say what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tracker.config import Config, SourceConfig
from tracker.errors import NotFound, first_of_group
from tracker.model import Article, CheckResult, Clock, Outcome, RecordedChange, State
from tracker.scheduler.clock import WallClock
from tracker.scheduler.process.chores import Chores
from tracker.scheduler.process.outgoing import Outgoing
from tracker.scheduler.process.runtime import Recorded, Runtime, by_host, open_runtime
from tracker.scheduler.workers.local import Engine
from tracker.store.history import articles as stored_articles
from tracker.store.questions import references as named_articles
from tracker.store.queue import pauses, queue

HOSTS_AT_ONCE = 16
SOURCES_AT_ONCE = 8
ALL = 1 << 31


class CheckVisit(Protocol):
    """Checks one article and hands the result to the writer."""

    async def __call__(self, article: Article, *, force: bool = False) -> tuple[CheckResult, Recorded]:
        """The result, and the future of its commit."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass has come. `stage` is `discover` or `check`; `label` names the source or article just done."""

    stage: str
    done: int
    total: int
    label: str = ""
    outcome: Outcome | None = None


@dataclass(slots=True)
class Summary:
    """What a pass did. `problems` pairs a source's id with what could not be read there, or was forgotten meanwhile.

    `notes` pairs it with what discovery left out, and why; `barren` are the sources that named nothing at all.
    `failures` lists the checks that did not see their article: URL, outcome, error. `not_due` counts the articles that
    were left for later (to `pauses.MOST`), the first until `next_due_at`; only a pass over what is due leaves any.
    """

    found: int = 0
    checked: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    changes: list[RecordedChange] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    barren: list[str] = field(default_factory=list)
    failures: list[tuple[str, Outcome, str]] = field(default_factory=list)
    not_due: int = 0
    next_due_at: datetime | None = None


async def run(
    config: Config,
    *,
    clock: Clock | None = None,
    references: Sequence[str] = (),
    force: bool = False,
    discover: bool = True,
    check: bool = True,
    progress: Callable[[Progress], None] | None = None,
    on_change: Callable[[RecordedChange], None] | None = None,
    workers: int | None = None,
    engine: Engine | None = None,
) -> Summary:
    """Make one pass over the configured sources and commit everything before returning.

    `references` narrows it to articles (id or any URL they had) and sources (id); what is named is checked, due or not.
    `force` checks everything followed, whole. Raises AlreadyRunning, StoreError, NotFound.
    """
    async with open_runtime(
        config, clock or WallClock(), workers=workers, engine=engine, on_change=on_change
    ) as runtime:
        summary = await Pass(runtime, runtime.visit, progress).run(
            references, force=force, discover=discover, check=check
        )
        await asyncio.to_thread(runtime.writer.flush)  # a source may have broken, of which somebody is to be told
        await Outgoing(runtime, Chores()).drain()
        return summary


class Pass:
    """One pass over the sources. `visit` checks an article: `Runtime.visit`, or what a daemon does in its place."""

    def __init__(self, runtime: Runtime, visit: CheckVisit, progress: Callable[[Progress], None] | None = None) -> None:
        self.runtime, self.visit, self.progress = runtime, visit, progress or (lambda _: None)
        self.force = False
        self.summary = Summary()
        self.recorded: list[tuple[Article, Recorded]] = []

    async def run(
        self, references: Sequence[str], *, force: bool = False, discover: bool = True, check: bool = True
    ) -> Summary:
        """What `once.run` does, with everything open already. Raises StoreError, NotFound."""
        self.force = force
        followed = [s for s in self.runtime.sources.values() if self.runtime.visits(s)]
        sources, named = self.resolve(references)
        with first_of_group():
            if discover and (sources or not references):
                await self.discover(sources or followed)
            if check:
                everything = [s.id for s in sources] if references else [s.id for s in followed]
                await self.check(self.followed(everything, named) if references or force else self.due())
        return self.summary

    def resolve(self, references: Sequence[str]) -> tuple[list[SourceConfig], list[int]]:
        """Tell sources from articles. Raises NotFound for what is neither, Ambiguous for what may be several."""
        sources, articles = [], []
        for reference in references:
            if reference in self.runtime.sources:
                sources.append(self.runtime.sources[reference])
                continue
            try:
                articles.append(named_articles.resolve(self.runtime.reader, reference))
            except NotFound as error:
                known = ", ".join(sorted(self.runtime.sources)) or "none"
                raise NotFound(f"{reference}: no article and no source of that name (sources: {known})") from error
        return sources, articles

    async def discover(self, sources: Sequence[SourceConfig]) -> None:
        """Read what the sources name, several at a time."""
        gate = asyncio.Semaphore(SOURCES_AT_ONCE)
        done = 0
        self.progress(Progress("discover", 0, len(sources)))

        async def one(source: SourceConfig) -> None:
            nonlocal done
            async with gate:
                discovery, new = await self.runtime.discover(source)
            done += 1
            self.summary.found += len(new)
            self.summary.problems += [(source.id, problem) for problem in discovery.problems]
            self.summary.notes += [(source.id, str(note)) for note in discovery.notes]
            self.summary.barren += [] if discovery.founds else [source.id]
            self.progress(Progress("discover", done, len(sources), source.name))

        async with asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(one(source))

    def due(self) -> list[Article]:
        """What is due now; notes what is not."""
        now = self.runtime.clock.now()
        self.summary.not_due, self.summary.next_due_at = pauses.later(self.runtime.reader, now)
        every = queue.due(self.runtime.reader, now, ALL)
        return [due.article for due in every if self.runtime.follows(due.article)]

    def followed(self, sources: Sequence[str], articles: Sequence[int]) -> list[Article]:
        """These articles, and every one of these sources."""
        reader = self.runtime.reader
        chosen = {article_id: stored_articles.article(reader, article_id) for article_id in articles}
        for source_id in sources:
            for article in stored_articles.articles(reader, source_id=source_id, limit=None):
                if article.state not in (State.RETIRED, State.MOVED):
                    chosen[article.id] = article
        # Oldest first: an article that moved takes its new address before what a feed named there is taken for another.
        return [chosen[article_id] for article_id in sorted(chosen)]

    async def check(self, articles: Sequence[Article]) -> None:
        """Check every article: hosts side by side, a host's articles one after the other; then wait for the commits."""
        gate = asyncio.Semaphore(HOSTS_AT_ONCE)
        self.progress(Progress("check", 0, len(articles)))

        async def host(batch: Sequence[Article]) -> None:
            async with gate:
                for article in batch:
                    try:
                        result, recorded = await self.visit(article, force=self.force)
                    except NotFound as error:
                        self._forgotten(article, error)
                    else:
                        self.recorded.append((article, recorded))
                        self._note(article, result, len(articles))

        async with asyncio.TaskGroup() as group:
            for batch in by_host(articles).values():
                group.create_task(host(batch))
        await asyncio.to_thread(self.runtime.writer.flush)
        for article, recorded in self.recorded:
            try:
                change = await asyncio.wrap_future(recorded)
            except NotFound as error:
                self._forgotten(article, error)
            else:
                self.summary.changes += [change] if change is not None else []

    def _forgotten(self, article: Article, error: NotFound) -> None:
        """Record that an article was forgotten while this pass was about to check it; the others go on."""
        self.summary.problems.append((article.source_id, str(error)))

    def _note(self, article: Article, result: CheckResult, total: int) -> None:
        self.summary.checked += 1
        self.summary.outcomes[result.outcome] += 1
        if not result.outcome.saw_the_article:
            self.summary.failures.append((article.url, result.outcome, result.error))
        label = article.headline or article.url
        self.progress(Progress("check", self.summary.checked, total, label, result.outcome))
