"""tracker forget: Take an article out of the history for good.

Section: Keep it true
Place: 5
Example: tracker forget 7 --reason 'asked by the family'
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tracker.cli.context import CommandContext, with_context
from tracker.cli.screen import say
from tracker.model import Article
from tracker.render import clean
from tracker.render.words import count
from tracker.store.history import articles
from tracker.store.upkeep import forget as store_forget


@click.command()
@click.argument("url")
@click.option("--reason", default="on request", show_default=True, help="Kept with the tombstone.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_context
def forget(context: CommandContext, url: str, reason: str, yes: bool) -> None:
    """Take an article out of the history for good.

    URL is any address the article ever had, or its id. Its versions, changes,
    captures and search entries are deleted. A tombstone stays: the moment,
    the reason and hashes of its addresses, so that it is never followed
    again, and of its chain, so that published checkpoints stay true. Backups
    and copies made before are not touched.
    """
    from tracker.scheduler.process import messages  # loads asyncio, which nothing else here needs

    with context.reading() as store:
        article = articles.article(store, articles.resolve(store, url))  # nothing is forgotten by a guess
    if not yes and not _sure(article):
        say(f"Article {article.id} stays as it is; --yes does not ask.")
        raise click.exceptions.Exit(1)
    request = messages.ForgetRequest(article.id, reason)
    if messages.ask(context.database_path(), request, patience=None) is None:
        with context.writing() as store:
            store_forget.forget(store, article.id, reason, datetime.now(UTC))
            store_forget.scrub_log(store)
    say(f"Article {article.id} is forgotten. Backups and copies made before still have it.")


def _sure(article: Article) -> bool:
    try:
        return click.confirm(f"{_named(article)}\nForget it for good?", err=True)
    except click.Abort:  # Ctrl-C, or nobody is there to answer
        say("")
        return False


def _named(article: Article) -> str:
    headline = clean(article.headline) or "(no headline)"
    versions = count(article.version_count, "version")
    return f"{headline}\n{clean(article.url)}\n{clean(article.source_id)}, article {article.id}, {versions}"
