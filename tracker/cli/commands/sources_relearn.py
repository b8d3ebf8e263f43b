"""tracker sources relearn: Forget what was learned about a source's pages.

Place: 2
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import click

from tracker.cli.context import CommandContext, with_context
from tracker.cli.screen import say, write_plain
from tracker.cli.stored_pages import page_of, settings_of, short
from tracker.config import SourceConfig
from tracker.errors import NotFound, Unreadable, WorkerDied
from tracker.extractor import learn
from tracker.model import SourceProfile
from tracker.pipeline.tasks import read_page
from tracker.pipeline.walk import rules_at
from tracker.render.words import count
from tracker.scheduler.workers.local import Workers
from tracker.store import Store
from tracker.store.history import articles, sources

LEARNED_FROM = 60


@click.command()
@click.argument("source")
@click.option("--empty", is_flag=True, help="Only forget; learn from the pages that come.")
@with_context
def relearn(context: CommandContext, source: str, empty: bool) -> None:
    """Forget what was learned about a source's pages.

    Then learn it anew from the stored pages of its newest articles: which
    texts stand on several of them and are furniture, and which box holds the
    text. For a source that was built anew, or that is read wrongly. The
    daemon must be stopped.
    """
    settings = settings_of(context.config(), source)
    with context.writing() as store:
        sources.source(store, source)
        profile: SourceProfile = {} if empty else asyncio.run(_learned(store, settings))
        sources.save_profile(store, source, profile)
    furniture = profile.get("furniture", {})
    if not profile:
        say(f"What was learned about {source} is forgotten.")
        return
    say(f"Learned from {count(len(profile.get('seen', {})), 'article')}: {count(len(furniture), 'text')} of furniture.")
    texts = [str(entry.get("text", "")) for entry in furniture.values() if isinstance(entry, Mapping)]
    write_plain(f"  {short(text)}\n" for text in texts)


async def _learned(store: Store, settings: SourceConfig) -> SourceProfile:
    """A profile made of the newest articles' stored pages, oldest first; pages that cannot be read teach nothing."""
    profile: SourceProfile = {}
    chosen = [a for a in articles.articles(store, settings.id, limit=LEARNED_FROM) if a.version_count]
    async with Workers() as engine:
        for article in reversed(chosen):
            try:
                html, url, version = page_of(store, article)
                rules = rules_at(settings.rules, version.first_seen_at)
                content = await engine.run(read_page, html, url, None, rules, None)
            except (NotFound, Unreadable, WorkerDied):
                continue
            profile = learn(profile, content, article=str(article.id))
    return profile
