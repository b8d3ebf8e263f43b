"""tracker separate: Follow an article again that was joined to another one.

Section: Keep it true
Place: 6
Example: tracker separate 7
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tracker.cli.context import CommandContext, with_context
from tracker.cli.screen import say
from tracker.store.history import joins


@click.command()
@click.argument("article", type=click.IntRange(min=1))
@with_context
def separate(context: CommandContext, article: int) -> None:
    """Follow an article again that was joined to another one.

    Two addresses that showed the same story are one article: `tracker
    articles --all` lists what gave way, `tracker history` says to which. This
    takes the two apart: ARTICLE, the id of the one that gave way, has its
    addresses back and is visited again. The two are not joined again.
    """
    from tracker.scheduler.process import messages  # loads asyncio, which nothing else here needs

    told = messages.ask(context.database_path(), messages.SeparateRequest(article))
    if told is not None:
        other = told.other
    else:
        with context.writing() as store:
            other = joins.separate(store, article, datetime.now(UTC))
    say(f"Article {article} is followed by itself again, no longer as article {other}.")
