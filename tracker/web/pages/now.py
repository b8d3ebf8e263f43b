"""What is going on: what is followed, what comes next, what fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from datasette import Response
from markupsafe import Markup

from tracker.model import Article, Event, Host, Source
from tracker.store import Counts, Health, Store
from tracker.store.history import articles, checks, source_health
from tracker.store.history import sources as stored_sources
from tracker.store.history.source_health import SourceProblem
from tracker.store.questions import pages
from tracker.store.questions.pages import Queue
from tracker.web.access import History
from tracker.web.drawing import charts, formatting
from tracker.web.drawing.events import detail
from tracker.web.response import guarded, page

_EVENTS = 20
_FAILING = 0.2
"""The share of a day's checks that may fail before an outlet is said to be failing."""


@guarded
async def now(datasette: Any, request: Any, history: History) -> Response:
    """`/-/now`."""
    read = await history.read(_read)
    at, queue = read.now, read.queue
    hours = dict(queue.hours)
    coming = [at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=n) for n in range(24)]
    names = {s.id: formatting.text(s.name, 60) for s in read.sources}
    context = {
        "title": "Now",
        "at": at,
        "counts": read.counts,
        "queue": queue,
        "late": queue.next_at is not None and queue.due > 0,
        "coming": charts.bars(
            [f"{h:%H}" for h in coming],
            [hours.get(f"{h:%Y-%m-%dT%H}:00:00Z", 0) for h in coming],
            "Checks due in the next 24 hours, by hour, UTC",
            "coming",
        ),
        "broken": broken(read.sources, read.problems),
        "failing": failing(read.sources, read.health),
        "silent": [
            (s.id, names[s.id]) for s, h in zip(read.sources, read.health, strict=True) if s.active and not h.checks
        ],
        "paused": paused(read.hosts, at),
        "events": [event(e, read.headlines.get(e.article_id)) for e in read.events],
    }
    return await page(datasette, request, "now", context, database=history.name)


@dataclass(frozen=True, slots=True)
class NowRead:
    """What the page of the present asks of the history."""

    now: datetime
    sources: list[Source]
    health: list[Health]
    problems: list[SourceProblem]
    counts: Counts
    queue: Queue
    hosts: list[Host]
    events: list[Event]
    headlines: dict[int, Article]


def _read(store: Store) -> NowRead:
    sources = stored_sources.sources(store)
    health = [stored_sources.health(store, s.id) for s in sources]
    counts = stored_sources.counts(store)
    moment = datetime.now(UTC).replace(microsecond=0)
    events = checks.recent_events(store, _EVENTS)
    return NowRead(
        now=moment,
        sources=sources,
        health=health,
        problems=[p for s in sources if s.active for p in source_health.problems(store, s.id)],
        counts=counts,
        queue=pages.queue(store, moment, moment + timedelta(hours=24)),
        hosts=stored_sources.hosts(store),
        events=events,
        headlines={n: articles.article(store, n) for n in {e.article_id for e in events}},
    )


@dataclass(frozen=True, slots=True)
class BrokenOutlet:
    """An outlet with what fails at it now: (place, what is wrong, since when)."""

    id: str
    name: str
    problems: list[tuple[str, str, datetime]]


def broken(sources: list[Source], problems: list[SourceProblem]) -> list[BrokenOutlet]:
    """Outlets with problems that `tracker doctor` names, too; those that last longest first."""
    of = {
        s: [
            (formatting.text(p.place, 200), formatting.text(p.words, 300), p.since)
            for p in problems
            if p.source_id == s.id
        ]
        for s in sources
    }
    found = [BrokenOutlet(s.id, formatting.text(s.name, 60), told) for s, told in of.items() if told]
    return sorted(found, key=lambda outlet: min(since for *_, since in outlet.problems))


@dataclass(frozen=True, slots=True)
class FailingOutlet:
    """An outlet with its failed checks of a day; `badly` when they are many."""

    id: str
    name: str
    failed: int
    checks: int
    share: float
    badly: bool


def failing(sources: list[Source], health: list[Health]) -> list[FailingOutlet]:
    """Outlets of whose checks some failed within a day, worst first; `badly` when many did."""
    found = [
        FailingOutlet(
            id=s.id,
            name=formatting.text(s.name, 60),
            failed=h.failed,
            checks=h.checks,
            share=h.failed / h.checks,
            badly=h.failed / h.checks >= _FAILING,
        )
        for s, h in zip(sources, health, strict=True)
        if s.active and h.failed
    ]
    return sorted(found, key=lambda row: -row.share)


@dataclass(frozen=True, slots=True)
class PausedHost:
    """A host that is left alone."""

    host: str
    until: datetime
    failures: int


def paused(hosts: list[Host], at: datetime) -> list[PausedHost]:
    """Hosts that asked for, or earned, a pause."""
    return [
        PausedHost(host=formatting.text(h.host, 100), until=h.paused_until, failures=h.failures)
        for h in hosts
        if h.paused_until is not None and h.paused_until > at
    ]


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event as a line, with the article it is about."""

    article: int
    headline: str
    tongue: Markup
    at: datetime
    words: str
    detail: str


def event(known: Event, about: Article | None) -> EventLine:
    """An event as a line, with the article it is about."""
    return EventLine(
        article=known.article_id,
        headline=formatting.text(about.headline, 160) if about and about.headline else f"Article {known.article_id}",
        tongue=formatting.tongue(about.language if about else ""),
        at=known.at,
        words=formatting.event_words(known),
        detail=detail(known),
    )
