"""`tracker articles` and `tracker sources`: what is followed, and how it is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click
from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tracker.cli.context import Desk, json_option, limit_option, pass_desk
from tracker.cli.screen import Screen, say, shortened, write_plain
from tracker.model import Article, Source, State, iso
from tracker.render import clean, json_
from tracker.render.words import short_moment
from tracker.store import Health, Store
from tracker.store.history import articles as stored_articles
from tracker.store.history import source_health
from tracker.store.history import sources as stored_sources

_GAP = 2
_LEAST = 16


@click.command()
@click.option("--source", help="Only this source (its id).")
@click.option("--state", type=click.Choice([s.value for s in State]), help="Only articles in this state.")
@click.option("--all", "everything", is_flag=True, help="Those that moved into another one too.")
@json_option
@limit_option(50)
@pass_desk
def articles(desk: Desk, source: str | None, state: str | None, everything: bool, as_json: bool, limit: int) -> None:
    """List the articles that are followed.

    Those that were found last come first. An article whose address came to
    lead to another one is left out, since that one is followed in its place;
    --all and --state moved list it. "not read yet" says that no check has
    read it so far; it has no versions, and in JSON its `read` is false.
    """
    with desk.reading() as store:
        if source:
            stored_sources.source(store, source)
        asked = stored_articles.articles(
            store, source, State(state) if state else None, limit + 1 if limit else None, moved=everything
        )
        found = list(shortened(asked, limit))
        if not found:
            narrowed = source or state
            say("No article matches." if narrowed else "No articles yet: `tracker check` discovers some.")
        elif as_json:
            write_plain(json_.line(json_.article(a)) for a in found)
        else:
            show_articles(found)


def show_articles(found: Sequence[Article]) -> None:
    """Articles as a table on a terminal, as tab-separated lines in a pipe."""
    screen = Screen.of_stdout()
    if screen.terminal:
        screen.write([table(_ARTICLES, [_article(a) for a in found], screen.width)])
    else:
        write_plain("\t".join((*_article(a), clean(a.url))) + "\n" for a in found)


class _Sources(click.Group):
    """The list of sources, and what can be done with one of them; those commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """`test` and `relearn`."""
        return ["test", "relearn"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        from tracker.cli.commands import sources as commands

        command: click.Command = getattr(commands, cmd_name)
        return command


@click.group(cls=_Sources, invoke_without_command=True)
@json_option
@limit_option(0)
@click.pass_context
def sources(ctx: click.Context, as_json: bool, limit: int) -> None:
    """List the sources and how they are doing.

    Checks and failures are those of the last 24 hours. What is wrong with a
    source, and since when, follows in words.
    """
    if ctx.invoked_subcommand is not None:
        return
    desk: Desk = ctx.obj
    with desk.reading() as store:
        known = stored_sources.sources(store)[: limit or None]
        if not known:
            say("No sources yet: name some in sources.yaml (`tracker init` writes one), then `tracker check`.")
        elif as_json:
            write_plain(
                json_.line(_source_json(s, stored_sources.health(store, s.id)) | {"wrong": _wrong(store, s)})
                for s in known
            )
        else:
            _show_sources(store, known)


def _show_sources(store: Store, known: Sequence[Source]) -> None:
    rows = [_source(s, stored_sources.health(store, s.id)) for s in known]
    screen = Screen.of_stdout()
    if screen.terminal:
        screen.write([table(_SOURCES, rows, screen.width)])
    else:
        write_plain("\t".join(row) + "\n" for row in rows)
    for source in known:
        for words in _wrong(store, source):
            say(f"{clean(source.id)}: {clean(words)}")


def _wrong(store: Store, source: Source) -> list[str]:
    """What is wrong with a source that is followed, and since when, as `tracker doctor` says it."""
    from tracker.cli.commands.doctor import Level, signs_of

    looked_at = stored_sources.health(store, source.id).last_check_at or source_health.ailments(store, source.id)
    if not source.active or not looked_at:
        return []
    return [s.words for s in signs_of(store, source.id, datetime.now(UTC)) if s.level is Level.WRONG]


def _article(article: Article) -> tuple[str, ...]:
    headline = clean(article.headline) or clean(article.url)
    return str(article.id), clean(article.source_id), state_words(article), str(article.version_count), headline


def state_words(article: Article) -> str:
    """`live`, `gone`, `moved` …, and `not read yet` for an article that is followed but that no check has read."""
    unread = article.state is State.LIVE and not article.version_count
    return "not read yet" if unread else article.state.value


def _source(source: Source, health: Health) -> tuple[str, ...]:
    last = short_moment(health.last_change_at) if health.last_change_at else "-"
    counts = (health.articles, health.changes, health.checks, health.failed)
    return (clean(source.id), _state(source, health), *map(str, counts), last)


def _state(source: Source, health: Health) -> str:
    """A word for how a source is doing."""
    if not source.active:
        return "not configured"
    if not health.checks:
        return "not checked yet" if not health.last_check_at else "idle"
    return "failing" if health.failed * 2 >= health.checks else "fine"


def _source_json(source: Source, health: Health) -> dict[str, Any]:
    return {
        "source": source.id,
        "name": source.name,
        "home_url": source.home_url,
        "language": source.language,
        "active": source.active,
        "state": _state(source, health).replace(" ", "_"),
        "articles": health.articles,
        "versions": health.versions,
        "changes": health.changes,
        "noise": health.noise,
        "checks": health.checks,
        "failed": health.failed,
        "last_check_at": iso(health.last_check_at),
        "last_change_at": iso(health.last_change_at),
    }


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. On a narrow terminal the columns with the highest `spare` go first; 0 always stays."""

    title: str
    right: bool = False
    quiet: bool = False
    spare: int = 0


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> RenderableType:
    """A table without rules that fits the width; its last column takes the room that is left and may wrap."""
    kept = list(range(len(columns)))
    widths = [max(cell_len(c.title), *(cell_len(row[n]) for row in rows)) for n, c in enumerate(columns)]
    widths[-1] = min(widths[-1], _LEAST)
    while sum(widths[n] + _GAP for n in kept) - _GAP > width and any(columns[n].spare for n in kept):
        kept.remove(max(kept, key=lambda n: columns[n].spare))
    drawn = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for n in kept:
        column, last = columns[n], n == len(columns) - 1
        drawn.add_column(
            column.title,
            justify="right" if column.right else "left",
            style="dim" if column.quiet else "",
            no_wrap=not last,
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*(Text(row[n]) for n in kept))
    return drawn


_ARTICLES = (
    Column("id", right=True),
    Column("source"),
    Column("state", quiet=True, spare=1),
    Column("versions", right=True, quiet=True, spare=2),
    Column("headline"),
)
_SOURCES = (
    Column("source"),
    Column("state"),
    Column("articles", right=True, spare=2),
    Column("changes", right=True),
    Column("checks", right=True, spare=3),
    Column("failed", right=True),
    Column("last change", quiet=True),
)
