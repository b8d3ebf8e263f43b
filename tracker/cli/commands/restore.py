"""tracker restore: Make a backup the history, once it was read whole and holds.

Section: Keep it true
Place: 3
Example: tracker restore db/backup/tracker-2026-11-23.db --replace
"""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.context import CommandContext, with_context
from tracker.cli.screen import say
from tracker.render import clean
from tracker.render.words import count
from tracker.store.upkeep import restore as store_restore


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Where a history is already: put it aside under another name.")
@with_context
def restore(context: CommandContext, file: Path, replace: bool) -> None:
    """Make a backup the history, once it was read whole and holds.

    FILE is a copy that `tracker backup` made; its captures lie beside it. It
    is copied to where the history belongs, read whole there like `tracker
    verify` does, and only then put in its place. The backup stays. A history
    that is there already is never written over: with --replace it is kept
    as X.replaced-MOMENT.db. Stop the daemon first.
    """
    database = context.database_path()
    done = store_restore.restore(file, database, replace=replace, tell=lambda words: say(f"… {words}"))
    for path in done.aside:
        say(f"What was there is now {clean(str(path))}.")
    if done.report is not None:
        said = f"{count(done.report.articles, 'article')}, {count(done.report.versions, 'version')}"
        say(f"{clean(str(database))} is restored and holds: {said}.")
    say("The next `tracker backup` needs --afresh when later copies know more than this one.")
