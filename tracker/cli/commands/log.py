"""`tracker log`: changes, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

import click
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from tracker.cli.compare import Comparison
from tracker.cli.context import Desk, json_option, limit_option, pass_desk, the_article
from tracker.cli.screen import Screen, say, shortened, write_plain
from tracker.config import parse_duration
from tracker.errors import NotFound, UsageError
from tracker.model import TAGS, ChangeClass, RecordedChange, iso
from tracker.render import json_, plain, terminal
from tracker.render.proof import Layout, lay_out
from tracker.render.words import moment_words
from tracker.store import ChangeFilter, Store
from tracker.store.history import changes, sources
from tracker.store.queue import queue

_NEARNESS = 0.6


class Moment(click.ParamType[datetime]):
    """A day, a time, or how long ago: `2026-11-23`, `2026-11-23T10:05`, `2d`. UTC where no zone is given."""

    name = "when"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware, in UTC."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return self._ago(text, param, ctx)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)

    def _ago(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return datetime.now(UTC) - timedelta(seconds=parse_duration(text).total_seconds())
        except ValueError:
            self.fail(f"{text!r} is no moment: write 2026-11-23, 2026-11-23T10:05 or 2d (two days ago)", param, ctx)


def in_order(since: datetime | None, until: datetime | None) -> None:
    """Raise UsageError for a window that ends before it begins."""
    if since and until and since > until:
        raise UsageError(f"--since {iso(since)} is later than --until {iso(until)}: nothing lies between them")


@click.command()
@click.argument("article", required=False)
@click.option("--source", help="Only this source (its id).")
@click.option("--since", type=Moment(), help="Seen at or after: 2026-11-23, 2026-11-23T10:05, 2d.")
@click.option("--until", type=Moment(), help="Seen before, written the same way.")
@click.option(
    "--class", "class_", type=click.Choice([c.value for c in ChangeClass]), help="This class or a higher one."
)
@click.option("--min-score", type=click.IntRange(min=0), help="Only changes that score so much.")
@click.option("--tag", help="Only changes with this tag: number, name, quote, headline …")
@click.option("--grep", help="Only changes whose headline, summary or excerpt has these words.")
@click.option("--all", "everything", is_flag=True, help="Noise and minor edits too.")
@click.option("-p", "--patch", is_flag=True, help="With the edits themselves.")
@json_option
@limit_option(50)
@pass_desk
def log(
    desk: Desk,
    article: str | None,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    class_: str | None,
    min_score: int | None,
    tag: str | None,
    grep: str | None,
    everything: bool,
    patch: bool,
    as_json: bool,
    limit: int,
) -> None:
    """List changes, newest first, like git log.

    With ARTICLE (an id or URL) only that article's. What looks like noise is
    kept and ranked low, and left out here unless --all asks for it.
    """
    in_order(since, until)
    with desk.reading() as store:
        if source:
            sources.source(store, source)
        if tag:
            _known_tag(store, tag)
        wanted = ChangeFilter(
            source=source,
            since=since,
            until=until,
            class_=ChangeClass(class_) if class_ else None,
            min_score=min_score,
            tag=tag,
            grep=grep,
            article_id=the_article(store, article).id if article else None,
            include_noise=everything,
            limit=limit + 1 if limit else None,
        )
        records = shortened(_at_least_one(changes.changes(store, wanted), store, everything), limit)
        comparison = Comparison(store)
        if as_json:
            write_plain(json_.line(json_.change(r, comparison.recorded(r))) for r in records)
        elif (screen := Screen.of_stdout()).terminal:
            screen.write(_entries(records, comparison if patch else None, screen, Layout(everything)))
        else:
            write_plain(_plain(records, comparison if patch else None, Layout(everything)))


def _known_tag(store: Store, tag: str) -> None:
    """Raise NotFound for a tag that the differ never gives and this history does not have, with the nearest."""
    if tag in TAGS or next(iter(changes.changes(store, ChangeFilter(tag=tag, include_noise=True, limit=1))), None):
        return
    near = get_close_matches(tag.lower(), TAGS, n=1, cutoff=_NEARNESS)
    raise NotFound(f"no tag {tag!r}; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(TAGS)}"))


def _at_least_one(records: Iterable[RecordedChange], store: Store, everything: bool) -> Iterator[RecordedChange]:
    """The records; when there are none, a word about what to do next."""
    none = True
    for record in records:
        none = False
        yield record
    if none and next(iter(changes.changes(store, ChangeFilter(include_noise=True, limit=1))), None) is None:
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
