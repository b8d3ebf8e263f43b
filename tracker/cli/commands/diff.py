"""tracker diff: Show the edits between two versions of an article.

Section: Read the history
Place: 2
Example: tracker diff 7 1 3 --format side
"""

from __future__ import annotations

import re
import sys

import click

from tracker.cli.compare import Comparison
from tracker.cli.context import CommandContext, the_article, with_context
from tracker.cli.screen import Screen, say, write_plain
from tracker.errors import NotFound, UsageError
from tracker.render import card, html, json_, plain, terminal, unified
from tracker.render.proof import CONTEXT, Layout
from tracker.store.history import changes

_CHANGE = re.compile(r"change:([0-9]{1,15})")
FORMATS = ("inline", "side", "plain", "unified", "html", "json", "svg", "png")


@click.command()
@click.argument("article")
@click.argument("old", required=False, type=click.IntRange(min=1))
@click.argument("new", required=False, type=click.IntRange(min=1))
@click.option("--format", "form", type=click.Choice(FORMATS), default="inline", show_default=True, help="The form.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--words", is_flag=True, help="Only the changed words with a few around them.")
@click.option(
    "--context",
    "around",
    type=click.IntRange(0, 1000),
    default=CONTEXT,
    show_default=True,
    help="Unchanged words around an edit.",
)
@click.option("--all", "everything", is_flag=True, help="Minor edits too, not only their count.")
@with_context
def diff(
    context: CommandContext,
    article: str,
    old: int | None,
    new: int | None,
    form: str,
    as_json: bool,
    words: bool,
    around: int,
    everything: bool,
) -> None:
    """Show the edits between two versions of an article.

    ARTICLE may be `change:22`, too, with the number that `tracker log` shows.
    Without numbers the latest change; with OLD what happened since that
    version; with OLD and NEW what happened between them. `unified` is a patch
    that applies to the text of `tracker show ARTICLE OLD`; `html`, `svg`
    and `png` are a page and a card to keep or share. A `png` is drawn with the
    fonts of this machine and says when they lack a script; on Debian
    fonts-noto-core and fonts-noto-cjk have nearly all.
    """
    form = "json" if as_json else form
    with context.reading() as store:
        if numbered := _CHANGE.fullmatch(article):
            if old is not None:
                raise UsageError(f"{article} is between two versions already: leave the numbers of versions out")
            meant = changes.change(store, int(numbered[1]))
            article, old, new = str(meant.article_id), meant.old_version, meant.new_version
        known = the_article(store, article)
        if not known.version_count:
            raise NotFound(f"article {known.id} was not read yet: `tracker check {known.id}` visits it now")
        if known.version_count < 2:
            if form == "inline" and old is None:
                say(f"Article {known.id} has one version so far; `tracker show {known.id}` shows it.")
                return
            raise UsageError(f"article {known.id} has one version so far: nothing to compare")
        new = new or known.version_count
        record, change, before, after = Comparison(store).between(known.id, old or new - 1, new)

    layout = Layout(everything, around, words)
    if form in ("inline", "side"):
        screen = Screen.of_stdout()
        shown = terminal.change(record, change, screen.look, layout, side=form == "side")
        if screen.terminal:
            screen.write([shown])
            return
        if form == "side":
            screen.print(shown)
            return
    match form:
        case "png":
            _write_picture(card.png(record, change))
            return
        case "json":
            text = json_.line(json_.change(record, change))
        case "unified":
            names = [f"article-{known.id}-{version.number}" for version in (before, after)]
            text = unified.patch(before.content, after.content, old_name=names[0], new_name=names[1])
        case "html":
            text = html.page(record, change, layout, language=after.content.language)
        case "svg":
            text = card.svg(record, change)
        case _:
            text = plain.change(record, change, layout)
    write_plain([text])


def _write_picture(picture: bytes) -> None:
    """Bytes to a file or pipe; a terminal is spared them. Raises UsageError."""
    if sys.stdout.isatty():
        raise UsageError("a picture is nothing for a terminal: add > card.png")
    sys.stdout.buffer.write(picture)
