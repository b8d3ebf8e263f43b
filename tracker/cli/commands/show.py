"""tracker show: Show a version of an article as text.

Section: Read the history
Place: 3
Example: tracker show 7 1
"""

from __future__ import annotations

import click
from rich.console import Group
from rich.text import Text

from tracker.cli.context import CommandContext, json_option, the_article, with_context
from tracker.cli.screen import Screen, write_plain
from tracker.errors import NotFound
from tracker.model import Article, Version
from tracker.render import clean, json_, plain, terminal, timeline
from tracker.render.words import interval, moment_words
from tracker.store.history import versions


@click.command()
@click.argument("article")
@click.argument("number", required=False, type=click.IntRange(min=1))
@json_option
@with_context
def show(context: CommandContext, article: str, number: int | None, as_json: bool) -> None:
    """Show a version of an article as text.

    The latest one without NUMBER. Written to a file or pipe it is the bare text that the patches of
    `tracker diff --format unified` apply to.
    """
    with context.reading() as store:
        known = the_article(store, article)
        if not known.version_count:
            raise NotFound(f"article {known.id} was not read yet: `tracker check {known.id}` visits it now")
        version = versions.version(store, known.id, number or known.version_count)
    if as_json:
        write_plain([json_.line(json_.version(version, known))])
    elif (screen := Screen.of_stdout()).terminal:
        screen.write([Group(_heading(known, version), Text(), terminal.content(version.content))])
    else:
        write_plain([plain.document(version.content)])


def _heading(article: Article, version: Version) -> Group:
    first = [clean(article.source_id), f"article {article.id}", f"version {version.number} of {article.version_count}"]
    if version.previous_seen_at is None:
        seen = f"first seen at {moment_words(version.first_seen_at)}"
    else:
        seen = f"changed {interval(version.previous_seen_at, version.first_seen_at)}"
    lines = [Text(terminal.SEPARATOR.join(first), "dim"), Text(clean(article.url), "dim", overflow="fold"), Text(seen)]
    if version.observer:
        lines.append(Text(timeline.seen_by(version), "italic"))
    if version.same_as:
        lines.append(Text(f"the same text as version {version.same_as}", "italic"))
    return Group(*lines)
