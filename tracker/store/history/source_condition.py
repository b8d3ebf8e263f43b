"""How a source is doing: how its newest articles and their last checks went, and what is wrong by that."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from tracker.model import Outcome
from tracker.store.connection import rows, stamp, sure_moment
from tracker.store.store import Store

RECENT_ARTICLES = 300
"""How many of a source's newest articles are looked at."""

SAMPLE = 50
"""How many gaps between articles make a rhythm."""


@dataclass(frozen=True, slots=True)
class FailingChecks:
    """Checks of a source that fail now in the same way: how many articles, since when, with which last words."""

    outcome: Outcome
    articles: int
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class SourceCondition:
    """How a source is doing. `rhythm` is the median time between two new articles, None with too few of them."""

    source_id: str
    articles: int
    newest_at: datetime | None
    rhythm: timedelta | None
    last_check_at: datetime | None
    overdue_since: datetime | None
    well: int
    failures: tuple[FailingChecks, ...]


def source(store: Store, source_id: str, now: datetime) -> SourceCondition:
    """How a source is doing now, by its newest articles and their last checks."""
    newest = rows(
        store.db,
        "select id, first_seen_at from articles where source_id = ? order by id desc limit ?",
        (source_id, RECENT_ARTICLES),
    )
    states = rows(
        store.db,
        "select s.outcome, s.outcome_since, s.last_check_at, s.next_check_at, s.error from "
        "(select id from articles where source_id = ? order by id desc limit ?) a "
        "cross join article_state s on s.article_id = a.id",
        (source_id, RECENT_ARTICLES),
    )
    seen = sorted((sure_moment(r["first_seen_at"]) for r in newest), reverse=True)
    checked = [sure_moment(r["last_check_at"]) for r in states if r["last_check_at"]]
    due = [sure_moment(r["next_check_at"]) for r in states if r["next_check_at"] and r["next_check_at"] < stamp(now)]
    return SourceCondition(
        source_id=source_id,
        articles=len(newest),
        newest_at=max(seen, default=None),
        rhythm=_rhythm(seen),
        last_check_at=max(checked, default=None),
        overdue_since=min(due, default=None),
        well=sum(r["outcome"] is not None and Outcome(r["outcome"]).saw_the_article for r in states),
        failures=_failures(states),
    )


SILENT = timedelta(days=2)
"""How long any source may bring nothing new."""


PLACES = ("articles", "new articles")
"""Where `problems` finds something wrong, as `source_health` names places."""


def silent(seen: SourceCondition, now: datetime) -> bool:
    """Whether a source has brought nothing new for longer than it ever does."""
    patience = max(SILENT, 8 * seen.rhythm) if seen.rhythm else 5 * SILENT
    return seen.newest_at is not None and now - seen.newest_at > patience


def failing(seen: SourceCondition) -> list[FailingChecks]:
    """How the newest articles fail, when most of them do: the ways that a third of those share."""
    failed = sum(t.articles for t in seen.failures)
    return [t for t in seen.failures if failed >= max(3, seen.well) and t.articles * 3 >= failed]


def problems(seen: SourceCondition, now: datetime) -> list[str]:
    """What is wrong with a source besides its feeds, each as `source_health.record_problems` takes it."""
    said = [f"{t.articles} of the newest end with {t.outcome.value}" for t in failing(seen)]
    found = [f"{PLACES[0]}: {', '.join(said)}"] if said else []
    if silent(seen, now) and seen.newest_at is not None:
        found.append(f"{PLACES[1]}: none since {stamp(seen.newest_at)}")
    return found


def _rhythm(seen: list[datetime]) -> timedelta | None:
    """The median pause between new articles; several found in one visit count as one."""
    moments = list(dict.fromkeys(seen))[: SAMPLE + 1]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]
    return timedelta(seconds=median(gaps)) if len(gaps) >= 3 else None


def _failures(states: list[sqlite3.Row]) -> tuple[FailingChecks, ...]:
    failing = [r for r in states if r["outcome"] and not Outcome(r["outcome"]).saw_the_article]
    counts = Counter(r["outcome"] for r in failing)
    failures = []
    for outcome, number in counts.most_common():
        mine = [r for r in failing if r["outcome"] == outcome]
        since = min(sure_moment(r["outcome_since"]) for r in mine if r["outcome_since"])
        error = Counter(r["error"] for r in mine if r["error"]).most_common(1)
        failures.append(FailingChecks(Outcome(outcome), number, since, error[0][0] if error else ""))
    return tuple(failures)
