"""tracker upgrade: Bring a history of an earlier version up to date, or say what that takes.

Section: Keep it true
Place: 9
Example: tracker upgrade --check
"""

from __future__ import annotations

import click

from tracker.cli.context import CommandContext, json_option
from tracker.cli.installed import version
from tracker.cli.screen import say, write_plain
from tracker.errors import UsageError
from tracker.render import clean, json_
from tracker.render.words import count
from tracker.store import Store
from tracker.store.schema import migrations


@click.command()
@click.option("--check", is_flag=True, help="Only say what waits. Ends with 1 when something does.")
@click.option("--no-copy", is_flag=True, help="For who has a copy: do not copy the database first.")
@json_option
@click.pass_context
def upgrade(ctx: click.Context, check: bool, no_copy: bool, as_json: bool) -> None:
    """Bring a history of an earlier version up to date, or say what that takes.

    Every command that writes does it, too; this one does nothing else. The
    database is copied beside itself first (tracker.before-NAME.db), and the
    copy read; without room for it nothing is changed. All migrations are
    applied or none.
    """
    if as_json and not check:
        raise UsageError("--json goes with --check")
    context: CommandContext = ctx.obj
    path = context.database_path()
    names = migrations.waiting(path)
    needed, free = migrations.room_for_a_copy(path)
    if as_json:
        told = {"version": version(), "database": str(path), "waiting": names, "copy_bytes": needed, "free_bytes": free}
        write_plain([json_.line(told)])
    elif not names:
        say(f"{clean(str(path))} is up to date with tracker {version()}.")
    else:
        room = "there is room" if free >= needed else "THERE IS NO ROOM: make some, or use --no-copy"
        say(f"{clean(str(path))} waits for {count(len(names), 'migration')}: {', '.join(names)}.")
        say(f"Its copy takes {needed / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are free: {room}.")
    if check:
        ctx.exit(1 if names else 0)
    if names:
        with Store.open(path, write=True, copy=not no_copy):
            pass
        say("It is up to date now. Where the changelog says that the extractor changed: tracker rebuild --dry-run")
