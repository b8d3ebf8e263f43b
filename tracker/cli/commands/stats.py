"""tracker stats: Count how much the sources edit, how soon, and how openly.

Section: Read the history
Place: 10
Example: tracker stats bbc-news --since 7d
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click
from rich.console import Group, RenderableType
from rich.text import Text

from tracker.cli.context import CommandContext, json_option, limit_option, with_context
from tracker.cli.moments import Moment, in_order
from tracker.cli.screen import Screen, say, write_plain, write_words
from tracker.cli.tables import Column, table
from tracker.model import Source, iso
from tracker.render import clean, json_
from tracker.render.words import short_moment
from tracker.store import Statistics, Store
from tracker.store.history import changes, sources
from tracker.store.questions import statistics

BLOCKS = " ▁▂▃▄▅▆▇█"
ASCII = " .:-=+*#@"
WINDOW = timedelta(days=30)


@click.command()
@click.argument("source", required=False)
@click.option("--since", type=Moment(), help="From then on: 2026-11-23, 30d.  [default: 30d]")
@click.option("--until", type=Moment(end=True), help="Up to then.  [default: now]")
@click.option("--ascii", "plain_signs", is_flag=True, help="Draw charts without block characters.")
@json_option
@limit_option(0)
@with_context
def stats(
    context: CommandContext,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    plain_signs: bool,
    as_json: bool,
    limit: int,
) -> None:
    """Count how much the sources edit, how soon, and how openly.

    Articles are those first seen in the window, but for those that moved
    into another one; edits are the changes seen
    in it, noise left out; silent are substantive edits for which no notice
    was seen and whose modified date did not move. Edits a day are those of the time in which the source was followed.
    Hours are UTC, and those of our checks: an edit is counted when it
    was seen. With SOURCE only that one, in full.
    """
    with context.reading() as store:
        until = until or _end(store)
        since = since or until - WINDOW
        in_order(since, until)
        known = [sources.source(store, source)] if source else _known(store)[: limit or None]
        found = [(s, statistics.statistics(store, s.id, since, until)) for s in known]
    if not found:
        say("No sources yet: name some in sources.yaml (`tracker init` writes one), then `tracker check`.")
    elif as_json:
        write_plain(json_.line(_as_json(s)) for _, s in found)
    else:
        signs = ASCII if plain_signs or not _can_draw() else BLOCKS
        _show(found, signs, in_full=bool(source))


def _end(store: Store) -> datetime:
    """Now, or just after the newest change where the history was made on a clock that is ahead of ours."""
    newest = next(iter(changes.changes(store)), None)
    now = datetime.now(UTC)
    return max(now, newest.before + timedelta(seconds=1)) if newest else now


def _known(store: Store) -> list[Source]:
    """Sources that are followed, or that have brought something."""
    return [s for s in sources.sources(store) if s.active or sources.health(store, s.id).articles]


def _show(found: Sequence[tuple[Source, Statistics]], signs: str, *, in_full: bool) -> None:
    screen = Screen.of_stdout()
    if in_full:
        for source, numbers in found:
            write_words(_portrait(source, numbers, signs))
    elif screen.terminal:
        screen.write([_overview(found, signs, screen.width)])
    else:
        write_plain("\t".join((clean(s.id), *_cells(n), bars(n.by_hour, signs))) + "\n" for s, n in found)


def _overview(found: Sequence[tuple[Source, Statistics]], signs: str, width: int) -> RenderableType:
    window = f"{short_moment(found[0][1].since)} to {short_moment(found[0][1].until)} UTC"
    rows = [(clean(s.id), *_cells(n), bars(n.by_hour, signs)) for s, n in found]
    return Group(Text(window, "dim"), Text(), table(_COLUMNS, rows, width))


def _cells(n: Statistics) -> tuple[str, ...]:
    return (
        f"{n.articles:,}",
        share(n.share_edited, n.articles),
        span(n.first_edit_seconds),
        f"{n.per_day:.1f}",
        share(n.share_silent, n.substantive),
        f"{n.gone:,}",
    )


_COLUMNS = (
    Column("source"),
    Column("articles", right=True),
    Column("edited", right=True),
    Column("first edit", right=True, spare=3),
    Column("a day", right=True, spare=2),
    Column("silent", right=True),
    Column("gone", right=True, spare=4),
    Column("hours 0-23 UTC", quiet=True),
)


def _portrait(source: Source, n: Statistics, signs: str) -> str:
    """One source as a page of text."""
    lines = [
        f"{clean(source.name)} ({clean(source.id)})",
        f"{short_moment(n.since)} to {short_moment(n.until)} UTC",
        "",
        f"articles first seen      {n.articles:,}",
        f"  edited since           {n.edited:,} ({share(n.share_edited, n.articles)})",
        f"  median to first edit   {span(n.first_edit_seconds)}",
        f"  gone                   {n.gone:,}",
        f"edits seen               {n.changes:,} ({n.per_day:.1f} a day)",
        f"  of the headline        {n.headline_changes:,}",
        f"  substantive            {n.substantive:,}",
        f"    no notice seen       {n.silent:,} ({share(n.share_silent, n.substantive)})",
        "",
        "edits by hour of the day (UTC)",
        *chart(n.by_hour, signs),
    ]
    if len(n.by_day) > 1:
        lines += ["", f"edits by day, {n.by_day[0][0]} to {n.by_day[-1][0]}", bars(_days(n), signs)]
    return "\n".join(lines) + "\n"


def bars(values: Sequence[int], signs: str) -> str:
    """One sign for each value, as high as its share of the greatest; what is more than nothing is seen."""
    most = max(values, default=0)
    top = len(signs) - 1
    return "".join(signs[0 if not v else max(1, round(v * top / most))] for v in values)


def chart(values: Sequence[int], signs: str, height: int = 4) -> list[str]:
    """The same as lines of columns two wide, with the greatest value and the hours."""
    most = max(values, default=0)
    steps = len(signs) - 1
    filled = [0 if not v else max(1, round(v * height * steps / most)) for v in values]
    lines = []
    for row in range(height - 1, -1, -1):
        cells = "".join(signs[min(steps, max(0, f - row * steps))] * 2 + " " for f in filled)
        label = f"{most:>6,} " if row == height - 1 else " " * 7
        lines.append(label + cells.rstrip())
    return [*lines, " " * 7 + "".join(f"{hour:02} " for hour in range(len(values))).rstrip()]


def _days(n: Statistics) -> list[int]:
    """Edits of every day between the first and the last that has some."""
    told = dict(n.by_day)
    first, last = (datetime.fromisoformat(n.by_day[i][0]) for i in (0, -1))
    return [told.get(f"{first + timedelta(days=d):%Y-%m-%d}", 0) for d in range((last - first).days + 1)]


def share(value: float, of: int) -> str:
    """`12 %`, or a dash of nothing."""
    return f"{100 * value:.0f} %" if of else "-"


def span(seconds: float | None) -> str:
    """`25 min`, `3.5 h`, `2.1 d`, or a dash."""
    if seconds is None:
        return "-"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 36 * 3600 else f"{seconds / 86400:.1f} d"


def _can_draw() -> bool:
    try:
        BLOCKS.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _as_json(n: Statistics) -> dict[str, object]:
    return {
        "source": n.source_id,
        "since": iso(n.since),
        "until": iso(n.until),
        "followed_since": iso(n.followed_since),
        "articles": n.articles,
        "edited": n.edited,
        "share_edited": round(n.share_edited, 4),
        "median_seconds_to_first_edit": n.first_edit_seconds,
        "edits": n.changes,
        "edits_per_day": round(n.per_day, 3),
        "headline_edits": n.headline_changes,
        "substantive": n.substantive,
        "silent": n.silent,
        "share_silent": round(n.share_silent, 4),
        "gone": n.gone,
        "by_hour": list(n.by_hour),
        "by_day": dict(n.by_day),
    }
