"""tracker backup: Copy the whole history to FILE, while the daemon writes.

Section: Keep it true
Place: 3
Example: tracker backup /mnt/safe/tracker.db
"""

from __future__ import annotations

import glob
from datetime import UTC, datetime
from pathlib import Path

import click

from tracker.cli.context import CommandContext
from tracker.cli.screen import say
from tracker.cli.verification import beyond
from tracker.errors import StoreError
from tracker.render import clean
from tracker.render.words import count
from tracker.store import Store
from tracker.store.connection import captures_path
from tracker.store.proof import integrity
from tracker.store.upkeep import backup as store_backup

KEPT = 7
"""How many dated backups stay when nobody says otherwise."""


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keep", type=click.IntRange(min=1), default=KEPT, show_default=True, help="Without FILE: how many stay there."
)
@click.option(
    "--unverified", is_flag=True, help="Do not recompute the copy's history; only the file's form is checked."
)
@click.pass_context
def backup(ctx: click.Context, file: Path | None, keep: int, unverified: bool) -> None:
    """Copy the whole history to FILE, while the daemon writes.

    The captures go beside it (tracker.db and captures.db, or X.db and
    X-captures.db). The copy is that of one moment. It is verified before it
    takes the place of an older one of that name, and then read whole like
    `tracker verify` does. Without FILE it is put into the folder `backup`
    beside the database, under the day's date, and the oldest there go.
    """
    context: CommandContext = ctx.obj
    with context.reading() as store:
        target = file or _dated(store.path)
        done = store_backup.backup(store, target)
    for path in done.files:
        say(f"{clean(str(path))}: {path.stat().st_size / 1e6:,.1f} MB")
    if not unverified:
        with Store.open(target) as copy:
            report = integrity.verify(copy)
            finding = report.finding or beyond(copy)
        if finding:
            say(f"The copy DOES NOT HOLD: {clean(str(finding))}. Run `tracker verify` on the history itself.")
            ctx.exit(1)
        say(f"The copy holds: {count(report.articles, 'article')}, {count(report.versions, 'version')}.")
    if file is None:
        _thin_out(target, keep)


def _dated(database: Path) -> Path:
    """Where today's copy goes: `backup/tracker-2026-11-23.db` beside the database."""
    folder = database.absolute().parent / "backup"
    try:
        folder.mkdir(mode=0o750, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot make this folder for the backups: {error.strerror}") from None
    return folder / f"{database.stem}-{datetime.now(UTC):%Y-%m-%d}.db"


def _thin_out(newest: Path, keep: int) -> None:
    """Let go of the oldest dated copies beside this one, and of nothing else in that folder."""
    stem = newest.stem[: -len("2026-11-23")]
    day = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]"
    for old in sorted(newest.parent.glob(f"{glob.escape(stem)}{day}.db"))[:-keep]:
        for path in (old, captures_path(old)):
            path.unlink(missing_ok=True)
        say(f"{clean(str(old))} is let go.")
