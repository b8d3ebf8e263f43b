"""tracker sources: List the sources and how they are doing.

Section: Read the history
Place: 8
Example: tracker sources --json
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from tracker.cli.catalogue import SubcommandGroup
from tracker.cli.context import CommandContext, json_option, limit_option
from tracker.cli.screen import Screen, say, write_plain
from tracker.cli.source_signs import Level, left_out, signs_of
from tracker.cli.tables import Column, table
from tracker.model import Source, iso
from tracker.render import clean, json_
from tracker.render.words import short_moment
from tracker.store import Health, Store
from tracker.store.history import source_health
from tracker.store.history import sources as stored_sources


@click.group(cls=SubcommandGroup, invoke_without_command=True)
@json_option
@limit_option(0)
@click.pass_context
def sources(ctx: click.Context, as_json: bool, limit: int) -> None:
    """List the sources and how they are doing.

    Changes leave out what looks like noise. Checks and failures are those of
    the last 24 hours. What is wrong with a source, and since when, follows in
    words, and what its feeds and pages name that is not followed, and why.
    """
    if ctx.invoked_subcommand is not None:
        return
    context: CommandContext = ctx.obj
    with context.reading() as store:
        known = stored_sources.sources(store)[: limit or None]
        if not known:
            say("No sources yet: name some in sources.yaml (`tracker init` writes one), then `tracker check`.")
        elif as_json:
            write_plain(
                json_.line(
                    _source_json(s, stored_sources.health(store, s.id))
                    | {"wrong": _wrong(store, s), "left_out": _left_out(store, s)}
                )
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
        for words in (*_wrong(store, source), *_left_out(store, source)):
            say(f"{clean(source.id)}: {clean(words)}")


def _wrong(store: Store, source: Source) -> list[str]:
    """What is wrong with a source that is followed, and since when, as `tracker doctor` says it."""
    looked_at = stored_sources.health(store, source.id).last_check_at or source_health.problems(store, source.id)
    if not source.active or not looked_at:
        return []
    return [s.words for s in signs_of(store, source.id, datetime.now(UTC)) if s.level is Level.WRONG]


def _left_out(store: Store, source: Source) -> list[str]:
    """What a source that is followed names and is left out, and why."""
    return [sign.words for sign in left_out(store, source.id)] if source.active else []


def _source(source: Source, health: Health) -> tuple[str, ...]:
    last = short_moment(health.last_change_at) if health.last_change_at else "-"
    counts = (health.articles, health.changes - health.noise, health.checks, health.failed)
    return (clean(source.id), _state(source, health), *map(str, counts), last)


def _state(source: Source, health: Health) -> str:
    """A word for how a source is doing."""
    if not source.active:
        return "not configured"
    if not health.checks:
        return "not checked yet" if not health.last_check_at else "idle"
    return "failing" if health.failed * 2 >= health.checks else "fine"


def _source_json(source: Source, health: Health) -> dict[str, object]:
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


_SOURCES = (
    Column("source"),
    Column("state"),
    Column("articles", right=True, spare=2),
    Column("changes", right=True),
    Column("checks", right=True, spare=3),
    Column("failed", right=True),
    Column("last change", quiet=True),
)
