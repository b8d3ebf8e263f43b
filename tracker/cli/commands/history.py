"""tracker history: Tell an article's whole story in order of time.

Section: Read the history
Place: 4
Example: tracker history https://times.example/2026/11/23/one-story
"""

from __future__ import annotations

import click
from rich.console import Group, RenderableType
from rich.text import Text

from tracker.cli.article_table import state_words
from tracker.cli.context import CommandContext, json_option, limit_option, the_article, with_context
from tracker.cli.screen import Screen, say, write_plain
from tracker.model import Article, ChangeFilter
from tracker.render import clean, json_, timeline
from tracker.store import Store
from tracker.store.history import changes as stored_changes
from tracker.store.history import checks, versions
from tracker.store.queue import mementos, queue


@click.command()
@click.argument("article")
@json_option
@limit_option(0)
@with_context
def history(context: CommandContext, article: str, as_json: bool, limit: int) -> None:
    """Tell an article's whole story in order of time.

    Its versions and what changed in them, when it went or came back, where it
    moved, and the checks that failed. --limit keeps the latest entries.
    """
    with context.reading() as store:
        known = the_article(store, article)
        entries = _entries(store, known)[-limit:]
        apparently_gone = queue.state(store, known.id).suspicion.apparently_gone
    if not entries:
        say(f"Article {known.id} was not visited yet: `tracker check {known.id}` visits it now.")
    elif as_json:
        write_plain(json_.line(timeline.json(entry)) for entry in entries)
    elif (screen := Screen.of_stdout()).terminal:
        screen.write([_heading(known, apparently_gone), *timeline.terminal(entries)])
    else:
        write_plain([timeline.plain(entries)])


def _entries(store: Store, article: Article) -> list[timeline.TimelineEntry]:
    changes = {c.new_version: c for c in stored_changes.changes(store, ChangeFilter(article_id=article.id, noise=True))}
    kept = mementos.of_article(store, article.id)
    entries = []
    for version in versions.versions(store, article.id):
        memento = kept.get((version.capture_sha256, version.first_seen_at))
        entries.append(timeline.of_version(version, changes.get(version.number), memento.url if memento else ""))
    entries += [timeline.of_event(event) for event in checks.events(store, article.id)]
    entries += [
        timeline.of_failures(run.started_at, run.ended_at, run.checks, run.outcome, run.status, run.error)
        for run in checks.check_runs(store, article.id)
        if not run.outcome.saw_the_article
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _heading(article: Article, apparently_gone: bool) -> RenderableType:
    about = f"{clean(article.source_id)} · article {article.id} · {state_words(article, apparently_gone)}"
    return Group(
        Text(about, "dim"),
        Text(clean(article.headline) or "(no headline)", "bold", overflow="fold"),
        Text(clean(article.url), "dim", overflow="fold"),
        Text(),
    )
