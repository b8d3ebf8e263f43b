"""tracker import: Take in what an archive, another tracker or a folder holds.

Section: In and out
Place: 2
Example: tracker import wayback https://www.example.org/news/a-story --since 2024-01-01
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tracker.cli import importing
from tracker.cli.context import CommandContext, json_option
from tracker.cli.filter_options import WordOf
from tracker.cli.importing import KINDS, ImportRequest, Sites
from tracker.cli.screen import say, write_plain, write_words
from tracker.config import Config
from tracker.config.filter_words import read_word
from tracker.errors import FetchError, NotFound, StoreError, UsageError
from tracker.exchange.memento import INTERNET_ARCHIVE, Again, Archive, Listed, Stopped
from tracker.fetcher import Fetcher
from tracker.model import ChangeFilter
from tracker.pipeline import merge
from tracker.pipeline.merge import Merged
from tracker.pipeline.walk import Run
from tracker.render import clean, json_
from tracker.render.words import count as counted
from tracker.scheduler.clock import WallClock
from tracker.scheduler.process.runtime import user_agent
from tracker.scheduler.workers.local import Workers
from tracker.store import Store
from tracker.store.history import articles, captures, sources
from tracker.store.questions import export
from tracker.store.upkeep import imports
from tracker.store.upkeep.imports import Import
from tracker.store.upkeep.staging import Stage

_DAMAGED = "files that are damaged"


def _zone(context: click.Context, parameter: click.Parameter, value: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(value) if value else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"{value!r} is no time zone: write it as Europe/Berlin or UTC") from None


@click.command("import")
@click.argument("kind", metavar="[KIND]", type=click.Choice(KINDS), required=False)
@click.argument("places", metavar="[FROM]...", nargs=-1)
@click.option("--source", help="Only for this source (its id); with --any whatever comes is this one's.")
@click.option("--any", "everything", is_flag=True, help="Pages of any site, not only of the source's own.")
@click.option("--observer", default="", help="Who saw it, when the kind is not name enough.")
@click.option("--since", type=WordOf("since"), help="Only what was seen at or after: 30d, 2024-05-01.")
@click.option("--until", type=WordOf("until"), help="Only what was seen before.")
@click.option("--zone", callback=_zone, help="The time zone of moments that name none, as Europe/Berlin.")
@click.option("--date-from", default="", help="html: where a file's moment stands, as in 'name:(\\d{8}-\\d{6})'.")
@click.option("--url", default="", help="git: the address that the file was taken from.")
@click.option("--urls", type=click.Path(path_type=Path), help="urlwatch, webchanges: the list of jobs.")
@click.option("--declarations", type=click.Path(path_type=Path), help="ota: the folder of the declarations.")
@click.option("--archive", default=INTERNET_ARCHIVE, show_default=True, help="wayback: another archive's address.")
@click.option("--cdx", is_flag=True, help="wayback: that archive has a CDX server and /web/, as the Internet Archive.")
@click.option("--per-day", type=click.IntRange(min=0), default=1, show_default=True, help="wayback: 0 for all.")
@click.option("--all-pages", is_flag=True, help="warc: take every page for an article, not only what looks like one.")
@click.option("--follow", is_flag=True, help="Follow the articles that are new from now on.")
@click.option("--dry-run", is_flag=True, help="Say what would come in, and take nothing in.")
@click.option("--undo", type=click.IntRange(min=1), help="Take out what this import brought (tracker imports).")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes.  [default: one for each processor]")
@json_option
@click.pass_context
def import_(
    ctx: click.Context,
    kind: str | None,
    places: tuple[str, ...],
    source: str | None,
    everything: bool,
    observer: str,
    since: str | None,
    until: str | None,
    zone: ZoneInfo | None,
    date_from: str,
    url: str,
    urls: Path | None,
    declarations: Path | None,
    archive: str,
    cdx: bool,
    per_day: int,
    all_pages: bool,
    follow: bool,
    dry_run: bool,
    undo: int | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Take in what an archive, another tracker or a folder holds.

    What comes in is read as if we had been there at its moment, and keeps the
    name of who saw it: nothing is announced. Pages of the sources in
    sources.yaml are taken in, of a crawl only what shows that it is an
    article. KIND is one of

    \b
    warc             files of a crawl, WARC or WACZ
    wayback          articles (ids, URLs, or all of a source) from the Internet
                     Archive, or with --archive from any with TimeMaps
    html             a folder of saved pages: HTML, SingleFile, MHTML
    git              a repository and a file in it, with --url
    ota              snapshots of Open Terms Archive, with --declarations
    diffengine, newsedits      their SQLite files
    newsdiffs        its SQLite file and the folder of its repositories
    changedetection  its data folder
    urlwatch, webchanges       their SQLite files, with --urls
    tables           CSV or JSON Lines: url, fetched_at, headline, text or html

    An import that was interrupted goes on where it stopped; the same file
    again brings nothing. The daemon must be stopped. Ends with 1 when a file
    was damaged, or when an archive asked to go on another day.
    """
    context: CommandContext = ctx.obj
    config = context.config()
    if undo is not None:
        ctx.exit(_undo(context, config, undo, workers))
    if kind is None or not places:
        raise UsageError(f"say what is to be imported: tracker import KIND FROM, KIND being {', '.join(KINDS)}")
    if source and source not in {s.id for s in config.sources}:
        raise NotFound(f"no source {source!r} in {config.path}; there are {', '.join(s.id for s in config.sources)}")
    if everything and not source:
        raise UsageError("--any files what comes under one source: name it with --source")
    if kind == "wayback" and not observer:
        observer = archive.partition("://")[2].strip("/") or archive
    now = datetime.now(UTC)
    period = (read_word("since", [since], now) if since else None, read_word("until", [until], now) if until else None)
    asked = ImportRequest(kind, places, observer, zone, *period, date_from, urls, declarations, url)
    sites = importing.sites(config.sources, source or "", everything)
    lists = cdx or archive.rstrip("/") == INTERNET_ARCHIVE
    order = _Order(asked, sites, follow, dry_run, archive, lists, per_day, all_pages or kind != "warc")
    with _store(context, config, dry_run) as store:
        told = _Told(as_json, dry_run)
        code = asyncio.run(_run(store, config, order, workers, told))
    ctx.exit(code)


@dataclass(frozen=True, slots=True)
class _Order:
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
        """What the outcome depends on besides the files, as text."""
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


class _Told:
    """What the person hears: a line an article, and at the end the counts by reason."""

    def __init__(self, as_json: bool, dry_run: bool) -> None:
        self.as_json, self.dry_run = as_json, dry_run
        self.new: list[int] = []

    def __call__(self, one: Merged) -> None:
        """Tell of one article that something came of."""
        if one.new and one.article_id:
            self.new.append(one.article_id)
        if self.as_json:
            if one.captures:
                write_plain([json_.line({k: v for k, v in asdict(one).items() if k != "new"} | {"new": one.new})])
        elif not one.refused and one.after != one.before:
            verb = "would have" if self.dry_run else "has"
            name = f"article {one.article_id}" if one.article_id else clean(one.url)
            more = f" for {one.before:,}: version 1 may be another one now" if one.before else ""
            write_words(f"{name}: {verb} {counted(one.after, 'version')}{more}\n")

    def sums(self, work: Import, reasons: Counter[str]) -> None:
        """Tell the counts."""
        for name, number in (*work.sums.items(), *sorted(reasons.items())):
            if number:
                say(f"{number:>9,} {name}")
        if not any(work.sums.values()) and not reasons:
            say("Nothing came in.")


@contextmanager
def _store(context: CommandContext, config: Config, dry_run: bool) -> Iterator[Store]:
    """The history, made when there is none yet; for a dry run only read."""
    if dry_run:
        with context.reading() as store:
            store.need_captures()
            yield store
        return
    with Store.open(config.database, write=True, policy=config.captures) as store:
        sources.sync_sources(store, config.sources, datetime.now(UTC))
        yield store


async def _run(store: Store, config: Config, order: _Order, workers: int | None, told: _Told) -> int:
    asked = order.asked
    name = " ".join(asked.places)
    sha256 = importing.fingerprint(Path(place) for place in asked.places)
    before = _done(store, order, sha256)
    if before is not None and asked.kind != "wayback" and not order.dry_run:
        say(
            f"Import {before.id} took this in already: nothing to do. `tracker import --undo {before.id}` takes it out."
        )
        return 0
    work = Import(0, asked.seen_by.id, asked.kind, name, sha256, datetime.now(UTC))
    if not order.dry_run:
        work = imports.begin(
            store,
            asked.seen_by,
            kind=asked.kind,
            name=name,
            sha256=sha256,
            options=order.options,
            now=datetime.now(UTC),
        )
    reasons: Counter[str] = Counter()
    stopped = ""
    async with Workers(workers) as engine:
        if asked.kind == "wayback":
            work, stopped = await _wayback(store, config, order, work, engine.run, reasons, told)
        else:
            with Stage(store.path.parent) as stage:
                with _busy("Reading") as tick:
                    count = _counting(reasons, tick)
                    found = importing.read(asked, _wanted(store, order), stage.body)
                    importing.stage(found, stage, asked, articles.key_of, count)
                work = await _merge(store, config, order, stage, work, engine.run, told)
    if not order.dry_run:
        work = replace(work, sums={**work.sums, **{r: work.sums.get(r, 0) + n for r, n in reasons.items()}})
        imports.progress(store, work, now=None if stopped else datetime.now(UTC))
        if order.follow:
            for article_id in told.new:
                imports.follow(store, article_id, datetime.now(UTC))
        told.sums(work, Counter())
    else:
        told.sums(work, reasons)
    if stopped:
        say(stopped)
    return 1 if stopped or any(reason.startswith(_DAMAGED) for reason in reasons) else 0


def _counting(reasons: Counter[str], tick: Callable[[], object]) -> Callable[[str], object]:
    def count(reason: str) -> None:
        reasons[reason] += 1
        tick()

    return count


def _wanted(store: Store, order: _Order) -> Callable[[str], bool]:
    """Which records of a crawl are read at all: those of the sources' sites, and of articles that are known."""

    def wanted(url: str) -> bool:
        return order.sites.wanted(url) or (not order.sites.only and articles.find(store, url) is not None)

    return wanted


def _done(store: Store, order: _Order, sha256: str) -> Import | None:
    """The finished import of the same files and options, when there is one."""
    asked = order.asked
    return next(
        (
            one
            for one in imports.imports(store)
            if one.ended_at is not None
            and one.undone_at is None
            and (one.kind, one.sha256, one.observer, one.options)
            == (asked.kind, sha256, asked.seen_by.id, order.options)
        ),
        None,
    )


async def _merge(
    store: Store,
    config: Config,
    order: _Order,
    stage: Stage,
    work: Import,
    run: Run,
    told: _Told,
    *,
    named: bool = False,
) -> Import:
    with _busy("Taking in") as tick:

        def heard(one: Merged) -> None:
            tick()
            told(one)

        return await merge.merge(
            store,
            {s.id: s for s in config.sources},
            stage,
            work,
            run=run,
            clock=WallClock(),
            source_of=order.sites.source_of,
            named=order.named,
            dry_run=order.dry_run,
            told=heard,
        )


async def _wayback(
    store: Store, config: Config, order: _Order, work: Import, run: Run, reasons: Counter[str], told: _Told
) -> tuple[Import, str]:
    """Ask an archive for one address after another, each taken in before the next: (the import, why it stopped)."""
    asked, clock = order.asked, WallClock()
    addresses = _addresses(store, asked.places)
    async with Fetcher(config.network, user_agent(config), clock) as fetcher:
        observer = asked.seen_by.id
        had = _had(store, observer)
        archive = Archive(fetcher, clock, observer, order.archive, order.lists, order.per_day, had)
        for url in addresses:
            if not order.sites.source_of(url) and articles.find(store, url) is None:
                raise UsageError(f"{url} is of no source in {config.path}: name one with --source and --any")
            try:
                wanted = await archive.listed(url, asked.since, asked.until)
                left = [one for one in wanted if not archive.had(one.url, one.at)]
                say(f"{clean(url)}: {counted(len(wanted), 'capture')} listed, {len(left):,} to ask for")
                if order.dry_run:
                    continue
                with Stage(store.path.parent) as stage:
                    try:
                        await _ask(archive, wanted, stage, asked, reasons)
                    finally:
                        work = replace(work, done_to="")
                        work = await _merge(store, config, order, stage, work, run, told)
            except Stopped as stop:
                return replace(work, done_to=""), str(stop)
            except FetchError as error:
                reasons["addresses that the archive does not list"] += 1
                say(clean(str(error)))
        reasons["captures of impossible dates"] += archive.impossible
    return replace(work, done_to=""), ""


async def _ask(
    archive: Archive, wanted: Sequence[Listed], stage: Stage, asked: ImportRequest, reasons: Counter[str]
) -> None:
    with _busy("Asking") as tick:
        count = _counting(reasons, tick)
        async for one in archive.bring(wanted):
            tick()
            if isinstance(one, Again):
                stage.add_again(articles.key_of(one.url), one.at, archive.observer, one.sha256)
            else:
                importing.stage([one], stage, asked, articles.key_of, count)


def _addresses(store: Store, places: Sequence[str]) -> list[str]:
    """The addresses of articles by id or URL, and those of all articles of a source."""
    known = {s.id for s in sources.sources(store)}
    found: list[str] = []
    for place in places:
        if place in known:
            found += [articles.article(store, n).url for n in export.article_ids(store, ChangeFilter(sources=(place,)))]
        elif "://" in place:
            found.append(place)
        else:
            found += [one.url for one in articles.addresses(store, articles.resolve(store, place))]
    return list(dict.fromkeys(found))


def _had(store: Store, observer: str) -> Callable[[str, datetime], str]:
    """What was taken in from this observer before: the hash of its capture of an address at a moment, or nothing."""
    kept: dict[int, dict[datetime, str]] = {}

    def had(url: str, at: datetime) -> str:
        article_id = articles.find(store, url)
        if article_id is None:
            return ""
        if article_id not in kept:
            rows = captures.captures_of(store, article_id)
            kept[article_id] = {r.fetched_at: r.sha256 for r in rows if r.observer == observer}
            kept[article_id] |= {
                o.at: o.capture_sha256 for o in imports.observations(store, article_id) if o.observer == observer
            }
        return kept[article_id].get(at, "")

    return had


def _undo(context: CommandContext, config: Config, import_id: int, workers: int | None) -> int:
    with context.writing() as store:
        work = imports.one(store, import_id)
        if work.undone_at is not None:
            raise UsageError(f"import {import_id} was taken out already")

        async def run() -> list[tuple[int, str]]:
            async with Workers(workers) as engine:
                return await merge.undo(
                    store, {s.id: s for s in config.sources}, work, run=engine.run, clock=WallClock()
                )

        stuck = asyncio.run(run())
    for article_id, why in stuck:
        say(f"article {article_id}: stays as it is: {clean(why)}")
    if stuck:
        raise StoreError(f"import {import_id} was not taken out whole")
    say(f"Import {import_id} was taken out.")
    return 0


@contextmanager
def _busy(what: str) -> Iterator[Callable[[], object]]:
    """A count on stderr when a person watches it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    columns = (SpinnerColumn(), TextColumn(what), TextColumn("{task.completed:,.0f}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda: bars.advance(task)
