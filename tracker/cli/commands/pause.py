"""tracker pause: Leave a source alone until it is resumed.

Section: Steer the daemon
Place: 3
Example: tracker pause bbc-news
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
def pause(context: CommandContext, source: str) -> None:
    """Leave a source alone until it is resumed.

    Nothing of it is visited, also after a restart. What is due stays due.
    `tracker check` of the source or of an article visits it all the same.
    """
    new = rest(context, source, rests=True)
    say(f"{clean(source)} is paused. `tracker resume {clean(source)}` ends it." if new else _ALREADY.format(source))


_ALREADY = "{} was paused already."
