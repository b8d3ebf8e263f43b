"""How a source is doing, in words and since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tracker.model import Outcome
from tracker.render.words import count, moment_words, outcome_words
from tracker.store import Store
from tracker.store.history import discovery_notes, source_condition, source_health
from tracker.store.history.source_condition import SourceCondition

LATE = timedelta(hours=2)
_WEEK = timedelta(days=6)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SAYS = {
    Outcome.GONE: "answer that they are gone",
    Outcome.PAYWALLED: "are behind a paywall",
    Outcome.BLOCKED: "are blocked to us",
    Outcome.CONSENT: "show a consent page instead of the article",
    Outcome.HOMEPAGE: "lead to the front page",
    Outcome.UNREADABLE: "cannot be read: a `body` rule may help, `tracker sources test` tries one",
    Outcome.OTHER_PAGE: "show another page than the article",
    Outcome.COLLAPSED: "show far less text than they had",
    Outcome.RATE_LIMITED: "answer 429 (too many requests): raise `delay`",
    Outcome.SERVER_ERROR: "answer with a server's error",
    Outcome.TIMEOUT: "do not answer in time",
    Outcome.CONNECTION: "cannot be reached",
    Outcome.ROBOTS: "are forbidden by robots.txt",
    Outcome.REFUSED: "are refused by our own guard: see `network` in sources.yaml",
}


class Level(StrEnum):
    """How bad it is. Only WRONG makes the doctor end with 1."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at; `area` is config, database, sqlite, disk, clock or a source's id."""

    area: str
    level: Level
    words: str


def signs_of(store: Store, source_id: str, now: datetime) -> list[Sign]:
    """How a source is doing, its feeds and its articles, in words."""
    problems = [
        Sign(source_id, Level.WRONG, f"{problem}, since {_since(problem.since, now)}")
        for problem in source_health.problems(store, source_id)
        if problem.place not in source_condition.PLACES
    ]
    seen = source_condition.source(store, source_id, now)
    if problems and not seen.articles:
        return [*problems, *left_out(store, source_id)]  # which say why none came
    signs = source_signs(seen, now)
    return [*problems, *(s for s in signs if s.level is not Level.FINE or not problems), *left_out(store, source_id)]


def left_out(store: Store, source_id: str) -> list[Sign]:
    """What its discoveries left out lately, and why."""
    return [Sign(source_id, Level.NOTE, str(note)) for note in discovery_notes.discovery_notes(store, source_id)]


def source_signs(seen: SourceCondition, now: datetime) -> list[Sign]:
    """How a source is doing, in words."""
    if not seen.articles:
        words = "has brought no article yet: `tracker check` says why its feeds and pages name none"
        return [Sign(seen.source_id, Level.WRONG, words)]
    wrong = [Sign(seen.source_id, Level.WRONG, words) for words in _problems(seen, now)]
    notes = [
        Sign(seen.source_id, Level.NOTE, f"{_articles(t.articles)} {_says(t.outcome)}, since {_since(t.since, now)}")
        for t in seen.failures
        if t.articles * 2 < seen.well + t.articles and t.outcome is not Outcome.GONE
    ]
    if wrong:
        return wrong + notes
    newest = _since(seen.newest_at, now) if seen.newest_at else "-"
    return [Sign(seen.source_id, Level.FINE, f"last new article {newest}; {seen.well:,} are read well"), *notes]


def _problems(seen: SourceCondition, now: datetime) -> Iterator[str]:
    if seen.overdue_since is not None and now - seen.overdue_since > LATE:
        yield f"its checks are late since {_since(seen.overdue_since, now)}: is `tracker run` running?"
    if source_condition.silent(seen, now):
        usual = f"; one every {span(seen.rhythm)} is usual" if seen.rhythm else ""
        since = _since(seen.newest_at, now) if seen.newest_at else "-"
        yield f"no new article since {since}{usual}: look at its feeds with `tracker check`"
    for failure in source_condition.failing(seen):
        said = f" ({failure.error})" if failure.error else ""
        yield f"{_articles(failure.articles)} {_says(failure.outcome)}, since {_since(failure.since, now)}{said}"


def _says(outcome: Outcome) -> str:
    return _SAYS.get(outcome, f"end with “{outcome_words(outcome)}”")


def _articles(number: int) -> str:
    return f"{number:,} of its newest articles"


def _since(at: datetime, now: datetime) -> str:
    """`10:05 UTC today`, `Tuesday`, or the day."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    if at.date() == now.date():
        return f"{at:%H:%M} UTC today"
    return _DAYS[at.weekday()] if timedelta(0) < now - at < _WEEK else moment_words(at)


def span(length: timedelta | None) -> str:
    """A length of time in the largest unit of which there are two."""
    seconds = length.total_seconds() if length else 0.0
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return count(round(seconds / size), unit)
    return count(round(seconds), "second")
