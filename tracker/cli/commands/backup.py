"""tracker backup: Copy the whole history to FILE, while the daemon writes.

Section: Keep it true
Place: 3
Example: tracker backup /mnt/safe/tracker.db
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from tracker.cli.context import CommandContext
from tracker.cli.screen import say
from tracker.errors import StoreError, UsageError
from tracker.render import clean
from tracker.render.words import count
from tracker.store.upkeep import backup as store_backup
from tracker.store.upkeep import copies

KEPT = "7"
"""How many dated backups stay when nobody says otherwise."""


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keep",
    default=KEPT,
    show_default=True,
    help="Without FILE: how many stay there. 7d,4w,12m is one for each of the last days, weeks and months.",
)
@click.option(
    "--unverified", is_flag=True, help="Do not recompute the copy's history; only the file's form is checked."
)
@click.option("--keep-bad", is_flag=True, help="Keep a copy that does not hold, too, as X.bad-MOMENT.db.")
@click.option(
    "--afresh", is_flag=True, help="Do not look for what the copy before saw: after an older one was restored."
)
@click.pass_context
def backup(ctx: click.Context, file: Path | None, keep: str, unverified: bool, keep_bad: bool, afresh: bool) -> None:
    """Copy the whole history to FILE, while the daemon writes.

    The captures go beside it (tracker.db and captures.db, or X.db and
    X-captures.db), and its checkpoint (X-heads.txt). The copy is that of one
    moment. It is read whole like `tracker verify` does, and held against the
    checkpoint of the copy before; only a copy that holds takes the place of
    an older one. Without FILE it is put into the folder `backup` beside the
    database, under the day's date, and the oldest there go.
    """
    context: CommandContext = ctx.obj
    try:
        plan = copies.read_plan(keep)
    except ValueError as error:
        raise UsageError(f"--keep {keep!r} {error}") from None
    now = datetime.now(UTC)
    with context.reading() as store:
        target = file or _dated(store.path, now)
        earlier = None if afresh else target if file else _newest(target, store.path.stem)
        done = store_backup.backup(
            store,
            target,
            whole=not unverified,
            keep_bad=keep_bad,
            before=earlier,
            now=now,
            tell=lambda words: say(f"… {words}"),
        )
        stem = store.path.stem
    for path in done.files:
        say(f"{clean(str(path))}: {path.stat().st_size / 1e6:,.1f} MB")
    if done.finding:
        stays = f" {clean(str(target))} stays as it was." if target.exists() else ""
        say(f"The copy DOES NOT HOLD: {clean(done.finding)}.{stays} Run `tracker verify` on the history itself.")
        ctx.exit(1)
    if done.report is not None:
        said = f"{count(done.report.articles, 'article')}, {count(done.report.versions, 'version')}"
        say(f"The copy holds: {said}.")
    if file is None:
        for old in copies.thin_out(target.parent, stem, plan):
            say(f"{clean(str(old))} is let go.")


def _dated(database: Path, now: datetime) -> Path:
    """Where today's copy goes: `backup/tracker-2026-11-23.db` beside the database."""
    folder = database.absolute().parent / "backup"
    try:
        folder.mkdir(mode=0o750, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot make this folder for the backups: {error.strerror}") from None
    return folder / f"{database.stem}-{now:%Y-%m-%d}.db"


def _newest(target: Path, stem: str) -> Path | None:
    """The newest dated copy that is there."""
    return next(reversed(copies.dated(target.parent, stem).values()), None)
