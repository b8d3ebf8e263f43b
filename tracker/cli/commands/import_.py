"""tracker import: Take in what an archive, another tracker or a folder holds.

Section: In and out
Place: 2
Example: tracker import wayback https://www.example.org/a-story
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from tracker.cli import importing
from tracker.cli.context import CommandContext, json_option
from tracker.cli.filter_options import WordOf
from tracker.cli.import_run import Imported, ImportOrder, ImportRun
from tracker.cli.importing import KINDS, ImportRequest
from tracker.cli.screen import say, write_plain, write_words
from tracker.config import Config
from tracker.config.filter_words import read_word
from tracker.errors import NotFound, StoreError, UsageError
from tracker.exchange.memento import INTERNET_ARCHIVE
from tracker.pipeline import merge
from tracker.pipeline.merge import Merged
from tracker.render import clean, json_
from tracker.render.words import count as counted
from tracker.scheduler.clock import WallClock
from tracker.scheduler.workers.local import Workers
from tracker.store import Store
from tracker.store.history import sources
from tracker.store.upkeep import imports

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
    order = ImportOrder(asked, sites, follow, dry_run, archive, lists, per_day, all_pages or kind != "warc")
    with _store(context, config, dry_run) as store:
        code = _report(asyncio.run(_run(store, config, order, workers, _Told(as_json, dry_run))))
    ctx.exit(code)


class _Told:
    """What the person hears of each article."""

    def __init__(self, as_json: bool, dry_run: bool) -> None:
        self.as_json, self.dry_run = as_json, dry_run

    def __call__(self, one: Merged) -> None:
        """Tell of one article that something came of."""
        if self.as_json:
            if one.captures:
                write_plain([json_.line({k: v for k, v in asdict(one).items() if k != "new"} | {"new": one.new})])
        elif not one.refused and one.after != one.before:
            verb = "would have" if self.dry_run else "has"
            name = f"article {one.article_id}" if one.article_id else clean(one.url)
            more = f" for {one.before:,}: version 1 may be another one now" if one.before else ""
            write_words(f"{name}: {verb} {counted(one.after, 'version')}{more}\n")


async def _run(store: Store, config: Config, order: ImportOrder, workers: int | None, told: _Told) -> Imported:
    async with Workers(workers) as engine:
        return await ImportRun(store, config, order, engine.run, told).run()


def _report(done: Imported) -> int:
    """Tell the counts and why it stopped; the exit code."""
    if done.before:
        say(f"Import {done.before} took this in already: nothing to do (`tracker import --undo {done.before}`).")
        return 0
    for name, number in done.counts.items():
        if number:
            say(f"{number:>9,} {name}")
    if not any(done.counts.values()):
        say("Nothing came in.")
    if done.stopped:
        say(done.stopped)
    return 1 if done.stopped or any(name.startswith(_DAMAGED) for name in done.counts) else 0


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
