"""tracker blame: Tell which version brought each sentence, and when.

Section: Read the history
Place: 5
Example: tracker blame 7 --removed
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import click
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tracker.cli.context import CommandContext, json_option, limit_option, the_article, with_context
from tracker.cli.screen import Screen, say, write_plain
from tracker.model import iso
from tracker.render import clean, json_
from tracker.render.words import count, interval, short_moment
from tracker.store import Origin, VersionSpan
from tracker.store.questions import blame as stored_blame

_UNITS = ((timedelta(days=365), "year"), (timedelta(days=1), "day"), (timedelta(hours=1), "hour"))


@click.command()
@click.argument("article")
@click.option("--removed", is_flag=True, help="Also the sentences that are gone, after those that stand.")
@json_option
@limit_option(0)
@with_context
def blame(context: CommandContext, article: str, removed: bool, as_json: bool, limit: int) -> None:
    """Tell which version brought each sentence, and when.

    Sentences stand in reading order, a paragraph at a time. What was taken
    out and put back has several spans. A sentence whose words changed is
    another sentence: --removed shows the one before it.
    """
    with context.reading() as store:
        known = the_article(store, article)
        origins = [o for o in stored_blame.blame(store, known.id) if o.stands or removed][: limit or None]
    if not origins:
        say(f"Article {known.id} was not read yet: `tracker check {known.id}` visits it now.")
    elif as_json:
        write_plain(json_.line(_as_json(known.id, origin)) for origin in origins)
    elif (screen := Screen.of_stdout()).terminal:
        screen.write(_parts(origins))
    else:
        write_plain("\t".join(_row(origin)) + "\n" for origin in origins)


def _parts(origins: Sequence[Origin]) -> Iterator[RenderableType]:
    """The standing text by paragraphs, then what is gone."""
    width = max(len(_numbers(o)) for o in origins)
    groups = [list(g) for _, g in groupby(origins, key=lambda o: (not o.stands, o.paragraph if o.stands else 0))]
    bylines = {_latest(sentences).byline for sentences in groups if sentences[0].stands}
    if len(bylines) == 1 and (names := bylines.pop()):
        yield Text(f"byline of all paragraphs: {clean(', '.join(names))}", "dim")
        yield Text()
    for sentences in groups:
        gone = not sentences[0].stands
        title = "gone, first gone first" if gone else _paragraph(sentences, byline=len(bylines) > 1)
        yield Text(title, "bold" if gone else "dim")
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True, style="dim", min_width=width)
        table.add_column(no_wrap=True, style="dim")
        table.add_column(ratio=1, overflow="fold")
        for origin in sentences:
            text = Text(overflow="fold").append(clean(origin.text), "strike dim" if gone else "")
            if life := _life(origin):
                text.append(f"  {life}", "italic dim")
            table.add_row(_numbers(origin), short_moment(origin.spans[0].before), text)
        yield table
        yield Text()


def _latest(sentences: Sequence[Origin]) -> VersionSpan:
    """What last touched a paragraph."""
    return max((o.spans[-1] for o in sentences), key=lambda span: span.first)


def _paragraph(sentences: Sequence[Origin], *, byline: bool) -> str:
    """A paragraph's own blame: the version that began it, the one that last touched it, and whose byline that had."""
    latest = _latest(sentences)
    begun = min(o.spans[0].first for o in sentences)
    kind = sentences[0].kind.value
    what = f"paragraph {sentences[0].paragraph + 1}" + ("" if kind == "text" else f", {kind}")
    touched = f", last touched by version {latest.first}" if latest.first != begun else ""
    whose = f" (byline {clean(', '.join(latest.byline) or 'none')})" if byline else ""
    return f"{what}: since version {begun}{touched}{whose}"


def _numbers(origin: Origin) -> str:
    return " ".join(_versions(span) for span in origin.spans)


def _versions(span: VersionSpan) -> str:
    """`v2-` while it stands, `v2-4` when it went after version 4."""
    if span.last is None:
        return f"v{span.first}-"
    return f"v{span.first}" if span.last == span.first else f"v{span.first}-{span.last}"


def _life(origin: Origin) -> str:
    """When a sentence came and went, as far as was seen; nothing for one that has stood from the first version on."""
    span = origin.spans[-1]
    parts = []
    if span.after is not None and origin.stands:
        parts.append(f"came {interval(span.after, span.before)}")
    if span.gone_before is not None:
        parts.append(f"stood {_lived(span)}")
    if len(origin.spans) > 1:
        parts.append(f"came back {count(len(origin.spans) - 1, 'time')}")
    if not origin.stands and span.byline:
        parts.append(f"byline {clean(', '.join(span.byline))}")
    return "; ".join(parts)


def _lived(span: VersionSpan) -> str:
    """`2 hours to 3 hours`: the least and the most that fits what was seen."""
    shortest = (span.gone_after or span.before) - span.before
    least, most = _words(shortest), _words((span.gone_before or span.before) - (span.after or span.before))
    if shortest < timedelta(minutes=1):
        return f"at most {most}"
    return least if least == most else f"{least} to {most}"


def _words(length: timedelta) -> str:
    for unit, name in _UNITS:
        if length >= 2 * unit:
            return count(length // unit, name)
    return count(max(0, length // timedelta(minutes=1)), "minute")


def _row(origin: Origin) -> tuple[str, ...]:
    span = origin.spans[-1]
    gone = iso(span.gone_before) or "-"
    return _numbers(origin), iso(origin.spans[0].before) or "", gone, origin.kind.value, clean(origin.text)


def _as_json(article_id: int, origin: Origin) -> dict[str, object]:
    return {
        "article": article_id,
        "sentence": origin.text,
        "kind": origin.kind.value,
        "paragraph": origin.paragraph,
        "stands": origin.stands,
        "spans": [_span_json(span) for span in origin.spans],
    }


def _span_json(span: VersionSpan) -> dict[str, object]:
    return {
        "first_version": span.first,
        "last_version": span.last,
        "after": iso(span.after),
        "before": iso(span.before),
        "gone_after": iso(span.gone_after),
        "gone_before": iso(span.gone_before),
        "least_seconds": _seconds(span.before, span.gone_after),
        "most_seconds": _seconds(span.after or span.before, span.gone_before),
        "byline": list(span.byline),
    }


def _seconds(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else max(0, int((end - start).total_seconds()))
