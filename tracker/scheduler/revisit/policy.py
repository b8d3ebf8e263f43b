"""When to look at an article again: the policy, pure.

How many edits to expect is `rate`'s affair; here are the rules around it: which schedule a source wants, what a failed
check means, how far a signal brings a look forward, what an article may cost at most, and when to stop looking.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.config import SourceConfig
from tracker.model import Article, ArticleState, Outcome, RevisitState, State, iso
from tracker.scheduler.revisit import plain
from tracker.scheduler.revisit.rate import (
    GREATEST,
    LEAST,
    LIVE_EXPOSURE,
    LIVE_SHAPE,
    LIVE_SHARE,
    PRIOR,
    Prior,
    Rate,
    expected,
    fresh,
    learn,
    need,
    theta_for,
    until,
    wait,
)

MONTHLY = timedelta(days=30)
LAST_LOOK = timedelta(days=365)
GONE_LEAST = timedelta(hours=24)
BACKOFF_FIRST = timedelta(minutes=5)
BACKOFF_GREATEST = timedelta(hours=24)
OLDEST_AT_FIRST_SIGHT = timedelta(days=7)

LIVELIEST = 1e6
"""How much livelier than others, or how many edits an hour, is more than any belief can come to."""

SHARES = 8
"""An article that has had so many times its `checks` is slowed down: a live blog, or a page that is never the same."""


def backoff(failures: int, article_id: int) -> timedelta:
    """How long to leave an article alone after that many failed checks in a row: 5 min, doubling to a day, +-20 %.

    The spread comes from the article's id, so that a host's articles do not return together and a replay is exact.
    """
    seed = hashlib.blake2b(f"{article_id}:{failures}".encode(), digest_size=4).digest()
    spread = 0.8 + 0.4 * int.from_bytes(seed) / 0xFFFFFFFF
    doubled: timedelta = BACKOFF_FIRST * (1 << min(failures, 12))
    return min(BACKOFF_GREATEST, doubled) * spread


@dataclass(frozen=True, slots=True)
class NextCheck:
    """When to look next (None: never again), what is believed now, and the reason in words."""

    at: datetime | None
    rate: RevisitState
    reason: str


def next_check(
    article: Article,
    source: SourceConfig,
    before: ArticleState,
    after: ArticleState,
    *,
    now: datetime,
    prior: Prior = PRIOR,
    announced: float = 0.0,
) -> NextCheck:
    """Decide the next look, given the article's state before and after the check that ended `now`.

    `after.outcome` and `after.suspicion.failures` say how the check went; its `next_check_at` and `rate` are not
    read. `announced` is the share of the source's edits that its feeds and sitemaps tell of.
    """
    outcome = after.outcome
    if outcome is None or not outcome.saw_the_article:
        failures = max(1, after.suspicion.failures)
        at = now + backoff(failures - 1, article.id)
        reason = f"the last {failures} checks failed" if failures > 1 else "the last check failed"
        return _follow(article, source, at, before.rate, reason, now)
    changed = outcome is Outcome.CHANGED
    least = least_after(after.checks, source.checks)
    if source.schedule == "fixed":
        hours = max(least, plain.fixed(source.checks))
        return _follow(article, source, now + timedelta(hours=hours), RevisitState(), "a fixed interval", now)
    if source.schedule == "adaptive":
        first = before.last_seen_at is None
        hours = plain.FIRST if first else plain.adaptive(_interval(before.rate), source.checks, changed=changed)
        reason = "half as long as before, for it changed" if changed else "longer than before, for it did not change"
        at = now + timedelta(hours=max(least, hours))
        kept = RevisitState(interval=round(hours, 4))
        return _follow(article, source, at, kept, "a first interval" if first else reason, now)
    birth = born(article)
    age = max(0.0, _hours(now - birth))
    rate = _read(before.rate, birth, age)
    if before.last_seen_at is not None:
        rate = learn(rate, min(_hours(before.last_seen_at - birth), age), age, changed, prior)
    hours = max(least, wait(rate, age, theta_for(source.checks), prior, announced=announced))
    edits = expected(rate, age, hours, prior, announced)
    reason = f"{edits:.3f} edits expected by then ({_kind(rate)})"
    if changed:
        reason = "it has just changed; " + reason
    return _follow(article, source, now + timedelta(hours=hours), _keep(rate, birth), reason, now)


def least_after(checks: int, budget: int) -> float:
    """The shortest wait in hours of an article that has had so many checks: LEAST, longer beyond SHARES budgets.

    A page that differs at every look thus costs about a thousand checks a month with a budget of 25, not nine thousand.
    """
    return LEAST * max(1.0, checks / (SHARES * max(budget, 1))) ** 2


def gain(article: Article, source: SourceConfig, state: ArticleState, now: datetime, prior: Prior = PRIOR) -> float:
    """What a look now would bring, in units of what its source finds worth a look: more than 1 is overdue.

    Whoever shares out a host's slots serves the largest first. A first look comes before all others.
    """
    if state.last_check_at is None:
        return math.inf
    if state.last_seen_at is None or article.state is State.GONE or not _saw(state):
        return 1.0
    birth = born(article)
    seen = max(0.0, _hours(state.last_seen_at - birth))
    hours = max(0.0, _hours(now - state.last_seen_at))
    return need(_read(state.rate, birth, seen), seen, hours, prior) / theta_for(source.checks)


def worth(
    article: Article,
    source: SourceConfig,
    state: ArticleState,
    level: float,
    now: datetime,
    *,
    told: float = 0.0,
    prior: Prior = PRIOR,
) -> datetime:
    """When an article's `gain` reaches a level, `told` edits waiting already; `now` at the earliest."""
    if state.last_seen_at is None:
        return now
    birth = born(article)
    seen = max(0.0, _hours(state.last_seen_at - birth))
    theta = theta_for(source.checks) * level
    hours = until(_read(state.rate, birth, seen), seen, theta, prior, told=told)
    return max(now, state.last_seen_at + timedelta(hours=hours))


def born(article: Article) -> datetime:
    """When the article's age starts: its publication, when that is credible, else the first time it was seen."""
    return born_at(article.published_at, article.first_seen_at)


def born_at(published: datetime | None, seen: datetime) -> datetime:
    """When the age of an article with these two moments starts."""
    if published is None or published > seen:
        return seen
    return max(published, seen - OLDEST_AT_FIRST_SIGHT)


def explain(
    article: Article,
    source: SourceConfig,
    state: ArticleState,
    now: datetime,
    *,
    prior: Prior = PRIOR,
    announced: float = 0.0,
) -> str:
    """Say in words when the article will be looked at next, and why."""
    if state.next_check_at is None:
        return f"not again: {_ENDED.get(article.state) or _ended(article, now)}"
    due = state.next_check_at - now
    when = f"in {_span(due)}" if due > timedelta(0) else "now: it is due"
    return f"{when} ({iso(state.next_check_at)}): {_why(article, source, state, now, prior, announced)}"


def _why(
    article: Article, source: SourceConfig, state: ArticleState, now: datetime, prior: Prior, announced: float
) -> str:
    assert state.next_check_at is not None
    if state.last_check_at is None:
        return "never checked, only its host's lane may delay it"
    if article.state is State.GONE:
        return "it is gone; a daily look for its return"
    if state.outcome is not None and not _saw(state):
        return f"the last check ended as {state.outcome.replace('_', ' ')}, {state.outcome_run} in a row"
    if not article.pinned and state.last_check_at > article.first_seen_at + source.follow:
        return f"it is older than {source.follow.days} days: a monthly look"
    looked = f"{state.checks} checks so far"
    slow = least_after(state.checks, source.checks)
    if slow > LEAST:
        looked += f", far more than its share of {source.checks}, so never sooner than {_span(timedelta(hours=slow))}"
    if source.schedule == "fixed":
        return f"{looked}; a look every {_span(timedelta(hours=plain.fixed(source.checks)))} (schedule: fixed)"
    if source.schedule == "adaptive":
        interval = _span(timedelta(hours=_interval(state.rate)))
        return f"{looked}; the interval is {interval}, shorter after a change, longer after none (schedule: adaptive)"
    birth = born(article)
    seen = max(0.0, _hours((state.last_seen_at or now) - birth))
    rate = _read(state.rate, birth, seen)
    ahead = expected(rate, seen, max(0.0, _hours(state.next_check_at - birth) - seen), prior, announced)
    words = f"{looked}; by then {ahead:.3f} unseen edits are expected (look at {theta_for(source.checks):.3f}); "
    if rate.changed_age is not None and rate.changed_age >= seen:
        words += "it has just changed, and edits come in runs; "
    words += f"it is {_kind(rate)}"
    if announced >= 0.05:
        words += f"; {announced:.0%} of its source's edits are announced, which brings a look at once"
    return words


def _kind(rate: Rate) -> str:
    """How lively an article is, in words."""
    live = f", and a live blog with {rate.live:.0%} probability" if rate.live >= 0.1 else ""
    return f"{rate.liveliness:.1f} times as lively as an ordinary article{live}"


_ENDED = {
    State.MOVED: "its address leads to another article, which is followed in its place",
    State.RETIRED: "it was retired",
}


def _ended(article: Article, now: datetime) -> str:
    return f"it was first seen {_span(now - article.first_seen_at)} ago and is no longer followed"


def _follow(
    article: Article, source: SourceConfig, at: datetime, rate: RevisitState, reason: str, now: datetime
) -> NextCheck:
    """Hold a planned look against the stop rule: followed closely, then monthly, then no more; pinned for ever."""
    if article.state is State.GONE and at - now < GONE_LEAST:
        at, reason = now + GONE_LEAST, "it is gone; a daily look for its return"
    if article.pinned:
        return NextCheck(at, rate, reason)
    if now <= article.first_seen_at + source.follow:
        return NextCheck(at, rate, reason)
    if now >= article.first_seen_at + LAST_LOOK:
        return NextCheck(None, rate, "it was first seen more than a year ago")
    return NextCheck(max(at, now + MONTHLY), rate, f"it is older than {source.follow.days} days: a monthly look")


def _saw(state: ArticleState) -> bool:
    return state.outcome is not None and state.outcome.saw_the_article


def _read(kept: RevisitState, birth: datetime, age: float) -> Rate:
    """The belief that was kept, with the age at the last change for its moment; one that makes no sense starts anew."""
    if kept.shape is None or kept.exposure is None:
        return fresh(age)
    rate = Rate(
        kept.shape,
        kept.exposure,
        changed_age=_hours(kept.changed - birth) if kept.changed else None,
        live=LIVE_SHARE if kept.live is None else kept.live,
        live_shape=LIVE_SHAPE if kept.live_shape is None else kept.live_shape,
        live_exposure=LIVE_EXPOSURE if kept.live_exposure is None else kept.live_exposure,
    )
    numbers = (rate.shape, rate.exposure, rate.live_shape, rate.live_exposure)
    sound = all(0 < number < math.inf for number in numbers) and 0 <= rate.live <= 1
    return rate if sound and max(rate.liveliness, rate.pace) < LIVELIEST else fresh(age)


def _interval(kept: RevisitState) -> float:
    """The interval of the adaptive rule; one that makes no sense starts anew."""
    hours = kept.interval
    return hours if hours is not None and LEAST <= hours <= GREATEST else plain.FIRST


def _keep(rate: Rate, birth: datetime) -> RevisitState:
    """What to remember of a belief: rounded, since each check writes it."""
    age, live = rate.changed_age, rate.live >= 0.0005
    return RevisitState(
        shape=round(rate.shape, 4),
        exposure=round(rate.exposure, 4),
        changed=None if age is None else birth + timedelta(seconds=round(age * 3600)),
        live=round(rate.live, 4) if live else 0.0,
        live_shape=round(rate.live_shape, 3) if live else None,
        live_exposure=round(rate.live_exposure, 3) if live else None,
    )


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def _span(span: timedelta) -> str:
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes / 60:.1f} h" if minutes < 2880 else f"{minutes / 1440:.1f} days"
