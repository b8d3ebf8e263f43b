"""tracker search: Find articles by any words they ever had.

Section: Read the history
Place: 6
Example: tracker search --removed training mission
"""

from __future__ import annotations

import click

from tracker.cli.article_table import show_articles
from tracker.cli.context import CommandContext, json_option, limit_option, with_context
from tracker.cli.screen import say, shortened, write_plain
from tracker.render import json_
from tracker.store.queue import queue
from tracker.store.search import search as full_text


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--removed", is_flag=True, help="Only articles where the words stood once and no longer do.")
@json_option
@limit_option(20)
@with_context
def search(context: CommandContext, words: tuple[str, ...], removed: bool, as_json: bool, limit: int) -> None:
    """Find articles by any words they ever had.

    The articles that were found last come first, as on the page. Text that was
    removed is found too. `tracker history ARTICLE` then tells what became of
    it.
    """
    with context.reading() as store:
        asked = full_text.search(store, " ".join(words), removed=removed, limit=limit + 1 if limit else None)
        found = list(shortened(asked, limit))
        if not found:
            say(
                "Nothing found." if removed else "Nothing found: no article ever had these words while it was followed."
            )
            return
        gone = queue.apparently_gone(store, [a.id for a in found])
        if as_json:
            write_plain(json_.line(json_.article(a, apparently_gone=a.id in gone)) for a in found)
        else:
            show_articles(found, gone)
