"""One import from its files or its archive to the history: what is read, laid out, taken in and counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tracker.cli import importing
from tracker.cli.importing import ImportRequest, Sites
from tracker.cli.screen import say
from tracker.config import Config
from tracker.errors import FetchError, UsageError
from tracker.exchange.memento import Again, Archive, Listed, Stopped
from tracker.fetcher import Fetcher
from tracker.model import ChangeFilter
from tracker.pipeline import merge
from tracker.pipeline.merge import Merged
from tracker.pipeline.walk import Run
from tracker.render import clean
from tracker.render.words import count as counted
from tracker.scheduler.clock import WallClock
from tracker.scheduler.process.runtime import user_agent
from tracker.store import Store
from tracker.store.history import articles, captures, sources
from tracker.store.questions import export
from tracker.store.upkeep import imports
from tracker.store.upkeep.imports import Import
from tracker.store.upkeep.staging import Stage


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """An import with how it is to be done."""

    asked: ImportRequest
    sites: Sites
    follow: bool
    dry_run: bool
    archive: str
    lists: bool
    per_day: int
    named: bool

    @property
    def options(self) -> str:
        """What the outcome depends on besides the files, as JSON."""
        asked = self.asked
        told = {
            "sites": sorted(self.sites.by_site.items()),
            "source": self.sites.only,
            "any": self.sites.everything,
            "since": asked.since,
            "until": asked.until,
            "zone": str(asked.zone or ""),
            "date_from": asked.date_from,
            "url": asked.url,
            "archive": self.archive if asked.kind == "wayback" else "",
            "per_day": self.per_day if asked.kind == "wayback" else 0,
            "named": self.named,
        }
        return json.dumps(told, ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: counts by reason, why it stopped early, or which import had brought it before."""

    counts: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    before: int = 0


class ImportRun:
    """One import under way. `told` hears of each article."""

    def __init__(
        self, store: Store, config: Config, order: ImportOrder, run: Run, told: Callable[[Merged], object]
    ) -> None:
        self.store, self.config, self.order, self._run, self._told = store, config, order, run, told
        self.asked = order.asked
        self.reasons: Counter[str] = Counter()
        self.new: list[int] = []

    async def run(self) -> Imported:
        """Do it. Raises UsageError, StoreError."""
        sha256 = importing.fingerprint(Path(place) for place in self.asked.places)
        from_archive = self.asked.kind == "wayback"
        before = None if from_archive or self.order.dry_run else self._done(sha256)
        if before is not None:
            return Imported(before=before.id)
        work, stopped = await (self._archive(sha256) if from_archive else self._files(sha256))
        counts = {**work.sums, **{r: work.sums.get(r, 0) + n for r, n in sorted(self.reasons.items())}}
        if not self.order.dry_run:
            imports.progress(self.store, replace(work, sums=counts), now=None if stopped else datetime.now(UTC))
            for article_id in self.new if self.order.follow else ():
                imports.follow(self.store, article_id, datetime.now(UTC))
        return Imported(counts, stopped)

    def _done(self, sha256: str) -> Import | None:
        """The finished import of the same files and options, when there is one."""
        wanted = (self.asked.kind, sha256, self.asked.seen_by.id, self.order.options)
        finished = (i for i in imports.imports(self.store) if i.ended_at is not None and i.undone_at is None)
        return next((i for i in finished if (i.kind, i.sha256, i.observer, i.options) == wanted), None)

    def _begun(self, sha256: str) -> Import:
        name, seen_by, now = " ".join(self.asked.places), self.asked.seen_by, datetime.now(UTC)
        if self.order.dry_run:
            return Import(0, seen_by.id, self.asked.kind, name, sha256, now)
        return imports.begin(
            self.store,
            seen_by,
            kind=self.asked.kind,
            name=name,
            sha256=sha256,
            options=self.order.options,
            now=now,
        )

    async def _files(self, sha256: str) -> tuple[Import, str]:
        """Take in what files hold."""
        with Stage(self.store.path.parent) as stage:
            with busy("Reading") as tick:
                found = importing.read(self.asked, self._wanted, stage.body)
                importing.stage(found, stage, self.asked, articles.key_of, self._counting(tick))
            return await self._merge(stage, self._begun(sha256)), ""

    def _wanted(self, url: str) -> bool:
        """Whether a record of a crawl is read at all: it is of a source's site, or of an article that is known."""
        sites = self.order.sites
        return sites.wanted(url) or (not sites.only and articles.find(self.store, url) is not None)

    def _counting(self, tick: Callable[[], object]) -> Callable[[str], object]:
        def count(reason: str) -> None:
            self.reasons[reason] += 1
            tick()

        return count

    async def _merge(self, stage: Stage, work: Import) -> Import:
        with busy("Taking in") as tick:

            def heard(one: Merged) -> None:
                tick()
                if one.new and one.article_id:
                    self.new.append(one.article_id)
                self._told(one)

            return await merge.merge(
                self.store,
                {s.id: s for s in self.config.sources},
                stage,
                work,
                run=self._run,
                clock=WallClock(),
                source_of=self.order.sites.source_of,
                named=self.order.named,
                dry_run=self.order.dry_run,
                told=heard,
            )

    async def _archive(self, sha256: str) -> tuple[Import, str]:
        """Ask an archive for one address after another, each taken in before the next: (the import, why it stopped)."""
        clock, order, observer = WallClock(), self.order, self.asked.seen_by.id
        addresses = self._addresses()
        for url in addresses:
            if not order.sites.source_of(url) and articles.find(self.store, url) is None:
                raise UsageError(f"{url} is of no source in {self.config.path}: name one with --source and --any")
        work, stopped = self._begun(sha256), ""
        async with Fetcher(self.config.network, user_agent(self.config), clock) as fetcher:
            for url in addresses:
                had = self._had(observer)
                archive = Archive(fetcher, clock, observer, order.archive, order.lists, order.per_day, had)
                try:
                    work, stopped = await self._one_address(archive, url, work)
                except Stopped as stop:
                    stopped = str(stop)
                except FetchError as error:
                    self.reasons["addresses that the archive does not list"] += 1
                    say(clean(str(error)))
                self.reasons["captures of impossible dates"] += archive.impossible
                if stopped:
                    break
        return replace(work, done_to=""), stopped

    async def _one_address(self, archive: Archive, url: str, work: Import) -> tuple[Import, str]:
        """What an archive has of one address; what it gave before it said no is taken in all the same."""
        wanted = await archive.listed(url, self.asked.since, self.asked.until)
        left = [one for one in wanted if not archive.had(one.url, one.at)]
        say(f"{clean(url)}: {counted(len(wanted), 'capture')} listed, {len(left):,} to ask for")
        if self.order.dry_run:
            return work, ""
        stopped = ""
        with Stage(self.store.path.parent) as stage:
            try:
                await self._ask(archive, wanted, stage)
            except Stopped as stop:
                stopped = str(stop)
            return await self._merge(stage, replace(work, done_to="")), stopped

    async def _ask(self, archive: Archive, wanted: Sequence[Listed], stage: Stage) -> None:
        with busy("Asking") as tick:
            count = self._counting(tick)
            async for one in archive.bring(wanted):
                tick()
                if isinstance(one, Again):
                    stage.add_again(articles.key_of(one.url), one.at, archive.observer, one.sha256)
                else:
                    importing.stage([one], stage, self.asked, articles.key_of, count)

    def _addresses(self) -> list[str]:
        """The addresses of articles by id or URL, and those of all articles of a source."""
        known = {s.id for s in sources.sources(self.store)}
        found: list[str] = []
        for place in self.asked.places:
            if place in known:
                ids = export.article_ids(self.store, ChangeFilter(sources=(place,)))
                found += [articles.article(self.store, n).url for n in list(ids)]
            elif "://" in place:
                found.append(place)
            else:
                article_id = articles.resolve(self.store, place)
                found += [one.url for one in articles.addresses(self.store, article_id)]
        return list(dict.fromkeys(found))

    def _had(self, observer: str) -> Callable[[str, datetime], str]:
        """What was taken in from this observer before: the hash of what it saw at an address and moment, or nothing."""
        kept: dict[int, dict[datetime, str]] = {}

        def had(url: str, at: datetime) -> str:
            article_id = articles.find(self.store, url)
            if article_id is None:
                return ""
            if article_id not in kept:
                rows = captures.captures_of(self.store, article_id)
                again = imports.observations(self.store, article_id)
                kept[article_id] = {r.fetched_at: r.sha256 for r in rows if r.observer == observer}
                kept[article_id] |= {o.at: o.capture_sha256 for o in again if o.observer == observer}
            return kept[article_id].get(at, "")

        return had


@contextmanager
def busy(what: str) -> Iterator[Callable[[], object]]:
    """A count on stderr when a person watches it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    columns = (SpinnerColumn(), TextColumn(what), TextColumn("{task.completed:,.0f}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda: bars.advance(task)
