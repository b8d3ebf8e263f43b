"""tracker voices: Show who speaks in an article, and who does no longer.

Section: Read the history
Place: 6
Example: tracker voices 7
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tracker.cli.context import CommandContext, json_option, limit_option, the_article, with_context
from tracker.cli.screen import Screen, say, write_plain
from tracker.model import iso
from tracker.render import clean, json_
from tracker.render.words import count, interval
from tracker.store.questions import voices as stored_voices
from tracker.store.questions.voices import SpeakerLife

_FIELDS = {-2: "headline", -1: "standfirst"}


@click.command()
@click.argument("article")
@json_option
@limit_option(0)
@with_context
def voices(context: CommandContext, article: str, as_json: bool, limit: int) -> None:
    """Show who speaks in an article, and who does no longer.

    First who is heard in the current version, in reading order; then who was
    heard in an earlier one, last gone first. Speakers are found by rules: about
    one in six was read wrongly when it was tried, and a few are missed.
    """
    with context.reading() as store:
        known = the_article(store, article)
        found = stored_voices.speakers(store, known.id)[: limit or None]
    if not found:
        say(f"Nobody is heard in article {known.id}, as far as was seen.")
    elif as_json:
        write_plain(json_.line(_as_json(known.id, life)) for life in found)
    elif (screen := Screen.of_stdout()).terminal:
        screen.write(_parts(found))
    else:
        write_plain("\t".join(_row(life)) + "\n" for life in found)


def _parts(found: Sequence[SpeakerLife]) -> Iterator[RenderableType]:
    for title, group in (
        ("heard now", [life for life in found if life.last is None]),
        ("no longer heard, last gone first", [life for life in found if life.last is not None]),
    ):
        if not group:
            continue
        yield Text(title, "bold")
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True, style="dim")
        table.add_column(ratio=2, overflow="fold")
        table.add_column(no_wrap=True, style="dim")
        table.add_column(ratio=3, overflow="fold", style="dim")
        for life in group:
            table.add_row(_versions(life), Text(clean(life.source)), life.kind.value, _how(life))
        yield table
        yield Text()


def _versions(life: SpeakerLife) -> str:
    """`v1-` while somebody is heard, `v1-3` when he was last heard in version 3."""
    if life.last is None:
        return f"v{life.first}-"
    return f"v{life.first}" if life.first == life.last else f"v{life.first}-{life.last}"


def _how(life: SpeakerLife) -> str:
    parts = [f"{clean(life.verb)}, {count(life.times, 'time')}", f"first in {_place(life)}"]
    if life.direct:
        parts.append(f"{count(life.quoted, 'quoted word')}")
    if life.gone_after is not None and life.gone_before is not None:
        parts.append(f"gone {interval(life.gone_after, life.gone_before)}")
    return "; ".join(parts)


def _place(life: SpeakerLife) -> str:
    return _FIELDS.get(life.paragraph, f"paragraph {life.paragraph + 1}")


def _row(life: SpeakerLife) -> tuple[str, ...]:
    style = "direct" if life.direct else "indirect"
    return _versions(life), life.kind.value, style, str(life.times), clean(life.verb), clean(life.source)


def _as_json(article_id: int, life: SpeakerLife) -> dict[str, object]:
    return {
        "article": article_id,
        "source": life.source,
        "kind": life.kind.value,
        "heard": life.last is None,
        "first_version": life.first,
        "last_version": life.last,
        "gone_after": iso(life.gone_after),
        "gone_before": iso(life.gone_before),
        "field": _FIELDS.get(life.paragraph, "body"),
        "paragraph": life.paragraph if life.paragraph >= 0 else None,
        "verb": life.verb,
        "style": "direct" if life.direct else "indirect",
        "times": life.times,
        "words": life.quoted,
    }
