"""tracker schedule: Explain when an article is looked at next, and why.

Section: Steer the daemon
Place: 5
Example: tracker schedule 7
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tracker.cli.context import CommandContext, json_option, the_article, with_context
from tracker.cli.screen import write_plain, write_words
from tracker.config import SourceConfig
from tracker.discovery.signals import Record
from tracker.model import Article, ArticleState, iso
from tracker.render import clean, json_
from tracker.scheduler.process import signals
from tracker.scheduler.revisit import fit, policy
from tracker.store.history import sources as stored_sources
from tracker.store.queue import pauses, queue


@click.command()
@click.argument("article")
@json_option
@with_context
def schedule(context: CommandContext, article: str, as_json: bool) -> None:
    """Explain when an article is looked at next, and why.

    The number of edits that are expected by then comes from how old the
    article is and how often it was edited; `checks` in sources.yaml says how
    many unseen edits are worth a visit.
    """
    sources = {source.id: source for source in context.config().sources}
    with context.reading() as store:
        found = the_article(store, article)
        state = queue.state(store, found.id)
        paused = pauses.paused(store).get(found.source_id)
        counted = {kind: Record(*counts) for kind, counts in stored_sources.signals(store, found.source_id).items()}
        prior = fit.read(store.path)
    now = datetime.now(UTC)
    source = sources.get(found.source_id)
    halted = _halted(found, source, paused)
    settings = source or SourceConfig(found.source_id, found.source_id)
    share = signals.announced(counted)
    why = policy.explain(found, settings, state, now, prior=prior, announced=share) + signals.explain(state, counted)
    why = halted or why
    if as_json:
        write_plain([json_.line(_row(found, state, why, bool(halted)))])
    else:
        headline = clean(found.headline) or clean(found.url)
        write_words(f"{headline}\n{clean(found.source_id)}, article {found.id}\nNext look {clean(why)}.\n")


def _halted(article: Article, source: SourceConfig | None, paused: datetime | None) -> str:
    """Why nothing of the article's source is visited now; empty when it is."""
    if source is None:
        return f"not again: its source {article.source_id} is no longer in the sources file"
    if not source.active:
        return f"not again: its source {source.id} is switched off in the sources file (active: false)"
    if paused:
        return f"not before `tracker resume {source.id}`: its source has been paused since {iso(paused)}"
    return ""


def _row(article: Article, state: ArticleState, why: str, halted: bool) -> dict[str, object]:
    return {
        "article": article.id,
        "source": article.source_id,
        "url": article.url,
        "next_check_at": None if halted else iso(state.next_check_at),
        "last_check_at": iso(state.last_check_at),
        "checks": state.checks,
        "outcome": state.outcome.value if state.outcome else None,
        "why": why,
    }
