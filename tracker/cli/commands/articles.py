"""tracker articles: List the articles that are followed.

Section: Read the history
Place: 7
Example: tracker articles --source bbc-news --state gone
"""

from __future__ import annotations

import click

from tracker.cli.article_table import show_articles
from tracker.cli.context import CommandContext, json_option, limit_option, with_context
from tracker.cli.screen import say, shortened, write_plain
from tracker.model import State
from tracker.render import json_
from tracker.store.history import articles as stored_articles
from tracker.store.history import sources
from tracker.store.queue import queue


@click.command()
@click.option("--source", help="Only this source (its id).")
@click.option("--state", type=click.Choice([s.value for s in State]), help="Only articles in this state.")
@click.option("--all", "everything", is_flag=True, help="Those that moved into another one too.")
@json_option
@limit_option(50)
@with_context
def articles(
    context: CommandContext, source: str | None, state: str | None, everything: bool, as_json: bool, limit: int
) -> None:
    """List the articles that are followed.

    Those that were found last come first. An article whose address came to
    lead to another one is left out, since that one is followed in its place;
    --all and --state moved list it. "not read yet" says that no check has
    read it so far; it has no versions, and in JSON its `read` is false.
    "apparently gone" is told of a live one after three failed checks, and as
    `apparently_gone` in JSON; its state changes only when that is confirmed.
    """
    with context.reading() as store:
        if source:
            sources.source(store, source)
        asked = stored_articles.articles(
            store, source, State(state) if state else None, limit + 1 if limit else None, moved=everything
        )
        found = list(shortened(asked, limit))
        if not found:
            narrowed = source or state
            say("No article matches." if narrowed else "No articles yet: `tracker check` discovers some.")
            return
        gone = queue.apparently_gone(store, [a.id for a in found])
        if as_json:
            write_plain(json_.line(json_.article(a, apparently_gone=a.id in gone)) for a in found)
        else:
            show_articles(found, gone)
