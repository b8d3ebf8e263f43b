"""One outlet, and all of them: how much it edits, how soon, and whether it says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from datasette import Response
from markupsafe import Markup

from tracker.model import ChangeFilter, Source
from tracker.render.words import outcome_words
from tracker.store import Health, Statistics, Store
from tracker.store.history import sources
from tracker.store.questions import pages, statistics
from tracker.store.questions.failures import UnseenArticle, failures
from tracker.store.questions.pages import Logged
from tracker.store.questions.statistics import Edited, last_edit, most_edited
from tracker.web import query
from tracker.web.access import History
from tracker.web.drawing import charts, formatting
from tracker.web.drawing.change_entries import by_day
from tracker.web.response import guarded, page

WINDOWS = {"7": "7 days", "30": "30 days", "90": "90 days"}
_RECENT = 8
_FAILURES = 8


@guarded
async def outlet(datasette: Any, request: Any, history: History) -> Response:
    """`/-/outlet/ID?days=30`."""
    source_id = request.url_vars["id"]
    days = query.word(request.args, "days")
    days = days if days in WINDOWS else "30"
    read = await history.read(_read, source_id, int(days))
    source, numbers, health = read.source, read.statistics, read.health
    weekdays = [sum(row) for row in numbers.by_weekday]
    context = {
        "title": formatting.text(source.name, 80),
        "source": source,
        "home_url": formatting.web_address(source.home_url),
        "days": days,
        "windows": WINDOWS,
        "figures": figures(numbers),
        "hours": charts.bars([f"{h:02}" for h in range(24)], numbers.by_hour, "Edits by hour of the day, UTC", "hours"),
        "weekdays": charts.bars(list(charts.DAYS), weekdays, "Edits by weekday", "weekdays"),
        "grid": charts.grid(numbers.by_weekday, "Edits by weekday and hour, UTC"),
        "by_day": charts.bars(
            [d[5:] for d, _ in numbers.by_day], [n for _, n in numbers.by_day], "Edits by day", "by-day"
        ),
        "most": [edited(e) for e in read.most],
        "amount": ", ".join(
            (formatting.count(health.articles, "article"), formatting.count(health.changes - health.noise, "edit"))
        ),
        "health": health,
        "failures": [failed(f) for f in read.failures],
        "active": source.active,
        "recent": by_day(read.recent, {source.id: source}),
        "any": health.articles > 0,
    }
    return await page(datasette, request, "outlet", context, database=history.name)


@dataclass(frozen=True, slots=True)
class OutletRead:
    """What the page of an outlet asks of the history."""

    source: Source
    health: Health
    failures: list[UnseenArticle]
    statistics: Statistics
    most: list[Edited]
    recent: Sequence[Logged]


def _read(store: Store, source_id: str, days: int) -> OutletRead:
    source = sources.source(store, source_id)
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    # A driven clock (the demo's) may be ahead of this machine's.
    health = sources.health(store, source_id)
    newest = health.last_change_at
    if newest is not None and newest >= until:
        until = newest + timedelta(seconds=1)
    since = until - timedelta(days=days)
    return OutletRead(
        source=source,
        health=health,
        failures=_failures(store, health),
        statistics=statistics.statistics(store, source_id, since, until),
        most=most_edited(store, source_id, since, until, 10),
        recent=pages.log(store, ChangeFilter(sources=(source_id,)), size=_RECENT).changes,
    )


def _failures(store: Store, health: Health) -> list[UnseenArticle]:
    """What lies behind the failed checks of a source's last 24 hours."""
    if not health.failed or health.last_check_at is None:
        return []
    return failures(store, health.source_id, health.last_check_at - timedelta(hours=23), _FAILURES)


def figures(numbers: Statistics) -> list[tuple[str, str, str, str]]:
    """The numbers that say most: (figure, what it is, how it is meant, the query of the log that shows them)."""
    first = numbers.first_edit_seconds

    def log(**wanted: str) -> str:
        return formatting.query({"outlet": numbers.source_id, "since": f"{numbers.since:%Y-%m-%dT%H:%M}", **wanted})

    return [
        (
            f"{numbers.share_edited:.0%}",
            "of articles edited",
            f"{numbers.edited:,} of {numbers.articles:,} first seen in this time",
            "",
        ),
        (
            formatting.span(timedelta(seconds=first)) if first is not None else "–",
            "median time to the first edit",
            "from first seen, at the earliest it can have been",
            "",
        ),
        (
            f"{numbers.share_silent:.0%}" if numbers.substantive else "–",
            "without notice seen",
            f"{numbers.silent:,} of {formatting.count(numbers.substantive, 'substantive edit')}",
            log(**{"class": "substantive", "notice": "none"}) if numbers.silent else "",
        ),
        (
            f"{numbers.headline_changes:,}",
            "headlines changed",
            f"of {formatting.count(numbers.changes, 'edit')}",
            log(tag="headline") if numbers.headline_changes else "",
        ),
        (
            f"{numbers.sentences_deleted:,}",
            "sentences taken out",
            "whole sentences that left an article",
            log(tag="removed") if numbers.sentences_deleted else "",
        ),
        (f"{numbers.gone:,}", "articles gone", "of those first seen in this time", ""),
    ]


@dataclass(frozen=True, slots=True)
class EditedArticle:
    """An article of the list of most edited ones."""

    id: int
    headline: str
    tongue: Markup
    edits: int
    last: datetime


def edited(entry: Edited) -> EditedArticle:
    """An article of the list of most edited ones."""
    return EditedArticle(
        id=entry.article_id,
        headline=formatting.text(entry.headline, 200) or "(no headline)",
        tongue=formatting.tongue(entry.language),
        edits=entry.edits,
        last=entry.last_at,
    )


@dataclass(frozen=True, slots=True)
class FailedArticle:
    """An article that a check did not see, with why."""

    id: int
    headline: str
    tongue: Markup
    why: str
    at: datetime


def failed(known: UnseenArticle) -> FailedArticle:
    """An article that a check did not see, with why: every string in it is harmless."""
    said = [outcome_words(known.outcome), f"HTTP {known.status}" if known.status else ""]
    error = formatting.text(known.error, 120)
    return FailedArticle(
        id=known.article_id,
        headline=formatting.text(known.headline, 160) or f"Article {known.article_id}",
        tongue=formatting.tongue(known.language),
        why=" · ".join(filter(None, (*said, error if error.casefold() not in map(str.casefold, said) else ""))),
        at=known.at,
    )


@dataclass(frozen=True, slots=True)
class OutletLine:
    """An outlet as a line of the list of all."""

    id: str
    name: str
    active: bool
    health: Health
    edits: int
    per_article: str
    last: datetime | None


@guarded
async def outlets(datasette: Any, request: Any, history: History) -> Response:
    """`/-/outlets`: every outlet in a line. Edits, their share and the last of them leave noise out alike."""
    rows = [
        OutletLine(
            id=s.id,
            name=formatting.text(s.name, 80),
            active=s.active,
            health=h,
            edits=h.changes - h.noise,
            per_article=f"{(h.changes - h.noise) / h.articles:.2f}" if h.articles else "–",
            last=last,
        )
        for s, h, last in await history.read(_all)
    ]
    return await page(datasette, request, "outlets", {"title": "Outlets", "rows": rows}, database=history.name)


def _all(store: Store) -> list[tuple[Source, Health, datetime | None]]:
    return [(s, sources.health(store, s.id), last_edit(store, s.id)) for s in sources.sources(store)]
