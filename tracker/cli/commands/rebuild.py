"""tracker rebuild: Read the whole history again from its captures.

Section: Keep it true
Place: 4
Example: tracker rebuild --dry-run
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tracker.cli.context import CommandContext, json_option
from tracker.cli.screen import say, write_plain, write_words
from tracker.config import Config
from tracker.errors import UsageError
from tracker.pipeline.rebuild import rebuild as read_again
from tracker.pipeline.reread import Rebuilt
from tracker.render import clean, json_
from tracker.render.words import count
from tracker.scheduler.clock import WallClock
from tracker.scheduler.workers.local import Workers
from tracker.store import Store
from tracker.store.history import sources
from tracker.store.search import documents as search_documents
from tracker.store.upkeep.rebuild import Sums

Told = Callable[[Rebuilt], None]


@click.command()
@click.option("--source", help="Only this source (its id).")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--search", is_flag=True, help="Only make the search index again, from the texts as they stand.")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes.  [default: one for each processor]")
@json_option
@click.pass_context
def rebuild(
    ctx: click.Context, source: str | None, dry_run: bool, search: bool, workers: int | None, as_json: bool
) -> None:
    """Read the whole history again from its captures.

    Every capture is read with today's extractor and the rules of its day, and
    compared by today's differ. False versions disappear, missed ones appear;
    nothing is announced. Each article is replaced at once or not at all; its
    former history is kept and `tracker verify` checks it, too. What was
    interrupted goes on where it stopped. An article whose captures are not
    all kept any more stays as it is.

    Ends with 1 when an article could not be read again. The daemon must be
    stopped, except for a dry run. --search mends what `tracker verify` finds
    wrong with search; captures and versions stay as they are.
    """
    context: CommandContext = ctx.obj
    if search:
        if source or dry_run or workers:
            raise UsageError("--search makes the whole index again, and nothing else: leave the other options out")
        _search_again(context, as_json)
        return
    config = context.config()
    failed: list[Rebuilt] = []
    with context.reading() if dry_run else context.writing() as store:
        if source:
            sources.source(store, source)
        with _progress(store, source) as advance:

            def told(one: Rebuilt) -> None:
                advance()
                if one.failed:
                    failed.append(one)
                if one.replaced or one.failed:
                    write_plain([json_.line(_as_json(one))]) if as_json else write_words(f"{_line(one, dry_run)}\n")

            sums = asyncio.run(_run(store, config, source, dry_run, workers, told))
    _report(sums, dry_run)
    ctx.exit(1 if failed else 0)


async def _run(
    store: Store, config: Config, source: str | None, dry_run: bool, workers: int | None, told: Told
) -> Sums:
    async with Workers(workers) as engine:
        return await read_again(
            store,
            {s.id: s for s in config.sources},
            run=engine.run,
            clock=WallClock(),
            source_id=source,
            dry_run=dry_run,
            at_once=4 * engine.count,
            told=told,
        )


def _search_again(context: CommandContext, as_json: bool) -> None:
    with context.writing() as store:
        documents = search_documents.rebuild(store)
    if as_json:
        write_plain([json_.line({"documents": documents})])
    else:
        write_plain([f"Search holds {count(documents, 'article')} again.\n"])


@contextmanager
def _progress(store: Store, source: str | None) -> Iterator[Callable[[], None]]:
    """A bar on stderr when a person watches it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    total = sources.health(store, source).articles if source else sources.counts(store).articles
    columns = (TextColumn("Reading again"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=total)
        yield lambda: bars.advance(task)


def _line(one: Rebuilt, dry_run: bool) -> str:
    if one.left:
        return f"article {one.article_id}: left as it is: {clean(one.left)}"
    parts = [
        f"{number} {word}"
        for number, word in (
            (one.unchanged, "unchanged"),
            (one.reread, "read differently"),
            (one.merged, "merged"),
            (one.split, "new"),
            (one.judged, "judged differently"),
        )
        if number
    ]
    verb = "would have" if dry_run else "has"
    return f"article {one.article_id}: {verb} {count(one.after, 'version')} for {one.before}: {', '.join(parts)}"


def _as_json(one: Rebuilt) -> dict[str, object]:
    plain = asdict(one)
    return {"article": plain.pop("article_id")} | plain


def _report(sums: Sums, dry_run: bool) -> None:
    verb = "would change" if dry_run else "changed"
    say(f"{count(sums.articles, 'article')} read again, {sums.rebuilt:,} {verb}, {sums.left:,} left as they are.")
    say(
        f"{count(sums.before, 'version')} became {sums.after:,}: {sums.unchanged:,} unchanged, {sums.reread:,} read "
        f"differently, {sums.merged:,} merged, {sums.split:,} new; {count(sums.judged, 'change')} judged differently."
    )
