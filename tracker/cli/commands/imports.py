"""tracker imports: List what was imported, newest first.

Section: In and out
Place: 3
Example: tracker imports --json
"""

from __future__ import annotations

import click

from tracker.cli.context import CommandContext, json_option, with_context
from tracker.cli.screen import say, write_plain
from tracker.model import iso
from tracker.render import clean, json_
from tracker.render.words import count, moment_words
from tracker.store.upkeep.imports import Import
from tracker.store.upkeep.imports import imports as stored


@click.command()
@json_option
@with_context
def imports(context: CommandContext, as_json: bool) -> None:
    """List what was imported, newest first.

    `tracker import --undo ID` takes one out again.
    """
    with context.reading() as store:
        found = stored(store)
    if as_json:
        write_plain(json_.line(_as_json(one)) for one in found)
    elif found:
        write_plain(f"{_line(one)}\n" for one in found)
    else:
        say("Nothing was imported yet: tracker import --help says from where.")


def _line(one: Import) -> str:
    if one.undone_at is not None:
        state = f"taken out {moment_words(one.undone_at)}"
    else:
        state = f"done {moment_words(one.ended_at)}" if one.ended_at is not None else "not finished"
    brought = f"{count(one.sums.get('captures', 0), 'capture')}, {count(one.sums.get('articles', 0), 'article')}"
    return f"{one.id}: {one.kind} {clean(one.name)}, seen by {clean(one.observer)}: {brought}; {state}"


def _as_json(one: Import) -> dict[str, object]:
    return {
        "import": one.id,
        "observer": one.observer,
        "kind": one.kind,
        "name": one.name,
        "sha256": one.sha256,
        "started_at": iso(one.started_at),
        "ended_at": iso(one.ended_at),
        "undone_at": iso(one.undone_at),
        "counts": dict(one.sums),
    }
