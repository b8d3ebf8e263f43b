"""tracker reload: Let the daemon take a changed sources.yaml.

Section: Steer the daemon
Place: 2
Example: tracker reload
"""

from __future__ import annotations

import click

from tracker.cli.context import CommandContext, with_context
from tracker.cli.screen import say
from tracker.errors import ConfigError
from tracker.render.words import count
from tracker.scheduler.process import messages


@click.command()
@with_context
def reload(context: CommandContext) -> None:
    """Let the daemon take a changed sources.yaml.

    The whole file is checked first. With a mistake in it the daemon goes on
    with what it had, and this ends with 78 and the mistake. What only a
    restart can change is named.
    """
    told = messages.ask(context.database_path(), messages.ReloadRequest())
    if told is None:
        config = context.config()
        named = count(len(config.sources), "source")
        say(f"No daemon runs on {config.database}. {config.path} has no mistake: {named}.")
        return
    if not told.applied:
        raise ConfigError(f"the daemon goes on with what it had: {told.reason}")
    say(f"The daemon follows {count(told.sources, 'source')} now.")
    if told.restart:
        say(f"Not changed before the daemon is started anew: {', '.join(told.restart)}.")
