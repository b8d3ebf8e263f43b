"""tracker resume: Visit a paused source again.

Section: Steer the daemon
Place: 4
Example: tracker resume bbc-news
"""

from __future__ import annotations

import click

from tracker.cli.context import CommandContext, with_context
from tracker.cli.pausing import rest
from tracker.cli.screen import say
from tracker.render import clean


@click.command()
@click.argument("source")
@with_context
def resume(context: CommandContext, source: str) -> None:
    """Visit a paused source again.

    What became due meanwhile is visited first, at the source's usual pace.
    """
    new = rest(context, source, rests=False)
    say(f"{clean(source)} is visited again." if new else f"{clean(source)} was not paused.")
