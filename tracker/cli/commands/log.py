"""tracker log: List changes, newest first, like git log.

Section: Read the history
Place: 1
Example: tracker log --source bbc-news --since 1d --class substantive --patch
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import islice
from typing import Any

import click
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from tracker.cli.compare import Comparison
from tracker.cli.context import CommandContext, json_option, limit_option, the_article, with_context
from tracker.cli.filter_options import filter_of, filter_options
from tracker.cli.screen import Screen, say, shortened, write_plain
from tracker.errors import NotFound
from tracker.exchange import tables
from tracker.model import TAGS, ChangeFilter, RecordedChange
from tracker.render import json_, plain, terminal
from tracker.render.proof import Layout, lay_out
from tracker.render.words import moment_words
from tracker.store import Store
from tracker.store.history import changes, sources
from tracker.store.questions import export
from tracker.store.queue import queue

_NEARNESS = 0.6


@click.command()
@click.argument("article", required=False)
@filter_options
@click.option("-p", "--patch", is_flag=True, help="With the edits themselves.")
@click.option("--csv", "as_csv", is_flag=True, help="A table: the rows and columns of `tracker export csv`.")
@json_option
@limit_option(50)
@with_context
def log(
    context: CommandContext,
    /,
    article: str | None,
    patch: bool,
    as_csv: bool,
    as_json: bool,
    limit: int,
    **options: Any,
) -> None:
    """List changes, newest first, like git log.

    With ARTICLE (an id or URL) only that article's. What looks like noise is
    kept and ranked low, and left out here unless --all asks for it.
    """
    wanted = filter_of(options)
    with context.reading() as store:
        for source in wanted.sources:
            sources.source(store, source)
        for tag in wanted.tags:
            _known_tag(store, tag)
        if article:
            wanted = replace(wanted, article_id=the_article(store, article).id)
        if as_csv:
            table = export.CHANGES.without_text()
            rows = export.rows_of(store, table, wanted)
            write_plain(tables.csv_lines(table, islice(rows, limit) if limit else rows))
            return
        found = changes.changes(store, wanted, limit + 1 if limit else None)
        records = shortened(_at_least_one(found, store, wanted.noise), limit)
        comparison = Comparison(store)
        if as_json:
            write_plain(json_.line(json_.change(r, comparison.recorded(r))) for r in records)
        elif (screen := Screen.of_stdout()).terminal:
            screen.write(_entries(records, comparison if patch else None, screen, Layout(wanted.noise)))
        else:
            write_plain(_plain(records, comparison if patch else None, Layout(wanted.noise)))


def _known_tag(store: Store, tag: str) -> None:
    """Raise NotFound for a tag that the differ never gives and this history does not have, with the nearest."""
    if tag in TAGS or next(iter(changes.changes(store, ChangeFilter(tags=(tag,), noise=True), 1)), None):
        return
    near = get_close_matches(tag.lower(), TAGS, n=1, cutoff=_NEARNESS)
    raise NotFound(f"no tag {tag!r}; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(TAGS)}"))


def _at_least_one(records: Iterable[RecordedChange], store: Store, everything: bool) -> Iterator[RecordedChange]:
    """The records; when there are none, a word about what to do next."""
    none = True
    for record in records:
        none = False
        yield record
    if none and next(iter(changes.changes(store, ChangeFilter(noise=True), 1)), None) is None:
        say(f"No changes yet: {_next_look(store, datetime.now(UTC))}, `tracker run` keeps looking.")
    elif none:
        say("No change matches." if everything else "No change matches; --all also looks among noise.")


def _next_look(store: Store, now: datetime) -> str:
    """What brings the first change: a check now, or, while nothing is due, one at that time or by force."""
    due_at = queue.next_due_at(store)
    if due_at is None or due_at <= now:
        return "`tracker check` looks for some now"
    return f"nothing is due before {moment_words(due_at)}, `tracker check --force` looks all the same"


def _entries(
    records: Iterable[RecordedChange], comparison: Comparison | None, screen: Screen, layout: Layout
) -> Iterator[RenderableType]:
    for record in records:
        parts: list[RenderableType] = [terminal.log_entry(record)]
        if comparison:
            proof = lay_out(comparison.recorded(record), layout)
            parts += [Text(), Padding(terminal.patch(proof, screen.look), (0, 0, 0, 4))]
        yield Group(*parts, Text())


def _plain(records: Iterable[RecordedChange], comparison: Comparison | None, layout: Layout) -> Iterator[str]:
    for record in records:
        yield plain.heading(record)
        if comparison:
            yield "\n" + plain.patch(lay_out(comparison.recorded(record), layout))
        yield "\n"
