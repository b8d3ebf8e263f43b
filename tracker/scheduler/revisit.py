"""When to look at an article again: a pure policy.

An article is looked at when the number of edits we expect to have missed reaches a threshold, theta. Edits are expected
at a rate g * h(age): h decays with the article's age, alike for all (`PRIOR`, from published counts); g is how much
livelier than others this article is, a Gamma posterior that every look sharpens (an edited page says so with at least
one edit, a quiet one with none). For catching versions this threshold is the best use of a number of looks, since the
value of a look depends only on the edits it may catch; a small weight on waiting time keeps quiet articles from being
forgotten. Evidence: `benchmarks/revisit.py`.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from tracker.config import SourceConfig
from tracker.model import Article, ArticleState, Outcome, State, iso

LEAST = timedelta(minutes=5)
GREATEST = timedelta(days=7)
CONFIRM = timedelta(minutes=15)
MONTHLY = timedelta(days=30)
LAST_LOOK = timedelta(days=365)
GONE_LEAST = timedelta(hours=24)
BACKOFF_FIRST = timedelta(minutes=5)
BACKOFF_GREATEST = timedelta(hours=24)
OLDEST_AT_FIRST_SIGHT = timedelta(days=7)

SHAPE = 0.6
BURST = 0.10
BURST_HOURS = 0.75
WAIT_WEIGHT = 0.05
WAIT_HOURS = 2.0

THETAS = ((6, 0.40), (12, 0.144), (25, 0.053), (50, 0.0216), (100, 0.0088), (200, 0.0036))


@dataclass(frozen=True, slots=True)
class Prior:
    """How edits fall over an article's life: a power law in its age.

    `mean` edits in the first 24 hours (0.35 of articles edited 1.94 times each: Timmerman et al., six Flemish outlets);
    `scale` hours and `power` give a decay in which 82 % of what changes in a week has changed in a day (GDELT).
    """

    mean: float = 0.68
    scale: float = 1.5
    power: float = 0.2

    def edits(self, age: float) -> float:
        """Edits expected by that age in hours of an ordinary article."""
        return self.mean * self._share(age) / self._share(24.0)

    def _share(self, age: float) -> float:
        return 1.0 - float((self.scale / (self.scale + max(age, 0.0))) ** self.power)


PRIOR = Prior()


@dataclass(frozen=True, slots=True)
class Rate:
    """What is believed of one article: g ~ Gamma(shape, exposure), and when it was last seen to change."""

    shape: float = SHAPE
    exposure: float = SHAPE
    changed_age: float | None = None

    @property
    def liveliness(self) -> float:
        """The expected g: 1 for an ordinary article."""
        return self.shape / self.exposure


def expected(rate: Rate, age: float, hours: float, prior: Prior = PRIOR) -> float:
    """Edits expected in the `hours` after `age` (both in hours)."""
    ordinary = rate.liveliness * (prior.edits(age + hours) - prior.edits(age))
    return ordinary + _follow_ups(rate, age, hours)


def learn(rate: Rate, seen_age: float, age: float, changed: bool, prior: Prior = PRIOR) -> Rate:
    """The belief after a look at `age` hours, the look before having been at `seen_age`.

    A page that changed was edited at least once: the expected number given one (zero-truncated Poisson) counts, less
    the share that a follow-up of the last edit explains.
    """
    exposure = prior.edits(age) - prior.edits(seen_age)
    if not changed:
        return replace(rate, exposure=rate.exposure + exposure)
    ordinary = rate.liveliness * exposure
    mean = ordinary + _follow_ups(rate, seen_age, age - seen_age)
    edits = mean / -math.expm1(-mean) if mean > 1e-9 else 1.0
    own = edits * ordinary / mean if mean > 0 else 1.0
    return Rate(rate.shape + own, rate.exposure + exposure, changed_age=age)


def wait(rate: Rate, age: float, theta: float, prior: Prior = PRIOR) -> float:
    """Hours until the weighted number of expected unseen edits reaches theta, within LEAST and GREATEST."""
    low, high = _hours(LEAST), _hours(GREATEST)
    if rate.changed_age is not None and rate.changed_age >= age:
        high = _hours(CONFIRM)
    if _index(rate, age, high, prior) <= theta:
        return high
    if _index(rate, age, low, prior) >= theta:
        return low
    while high - low > 1 / 120:
        middle = (low + high) / 2
        if _index(rate, age, middle, prior) >= theta:
            high = middle
        else:
            low = middle
    return high


@cache  # one value for each `checks` that the configuration names
def theta_for(checks: float) -> float:
    """The threshold that spends about that many checks on an article's first 14 days (fitted by the benchmark)."""
    points = [(math.log(n), math.log(theta)) for n, theta in THETAS]
    x = math.log(max(checks, 1.0))
    pairs = list(itertools.pairwise(points))
    (x0, y0), (x1, y1) = next((pair for pair in pairs if x <= pair[1][0]), pairs[-1])
    return math.exp(y0 + (x - x0) * (y1 - y0) / (x1 - x0))


def backoff(failures: int, article_id: int) -> timedelta:
    """How long to leave an article alone after that many failed checks in a row: 5 min, doubling to a day, +-20 %.

    The spread comes from the article's id, so that a host's articles do not return together and a replay is exact.
    """
    seed = hashlib.blake2b(f"{article_id}:{failures}".encode(), digest_size=4).digest()
    spread = 0.8 + 0.4 * int.from_bytes(seed) / 0xFFFFFFFF
    doubled: timedelta = BACKOFF_FIRST * (1 << min(failures, 12))
    return min(BACKOFF_GREATEST, doubled) * spread


@dataclass(frozen=True, slots=True)
class Look:
    """When to look next (None: never again), what is believed now, and the reason in words."""

    at: datetime | None
    rate: Mapping[str, Any]
    reason: str


def next_check(
    article: Article, source: SourceConfig, before: ArticleState, after: ArticleState, *, now: datetime
) -> Look:
    """Decide the next look, given the article's state before and after the check that ended `now`.

    `after.outcome` and `after.suspicion["failures"]` say how the check went; its `next_check_at` and `rate` are not
    read.
    """
    outcome = after.outcome
    if outcome is None or not outcome.saw_the_article:
        failures = max(1, int(after.suspicion.get("failures", after.outcome_run) or 1))
        at = now + backoff(failures - 1, article.id)
        reason = f"the last {failures} checks failed" if failures > 1 else "the last check failed"
        return _follow(article, source, at, before.rate, reason, now)
    birth = born(article)
    age = _hours(now - birth)
    rate = _read(before.rate, birth)
    if before.last_seen_at is not None:
        rate = learn(rate, _hours(before.last_seen_at - birth), age, outcome is Outcome.CHANGED)
    hours = wait(rate, age, theta_for(source.checks))
    reason = f"{expected(rate, age, hours):.3f} edits expected by then ({rate.liveliness:.1f} x an ordinary article's)"
    if outcome is Outcome.CHANGED:
        reason = "it has just changed; " + reason
    return _follow(article, source, now + timedelta(hours=hours), _write(rate, birth), reason, now)


def born(article: Article) -> datetime:
    """When the article's age starts: its publication, when that is credible, else the first time it was seen."""
    published, seen = article.published_at, article.first_seen_at
    if published is None or published > seen:
        return seen
    return max(published, seen - OLDEST_AT_FIRST_SIGHT)


def explain(article: Article, source: SourceConfig, state: ArticleState, now: datetime) -> str:
    """Say in words when the article will be looked at next, and why."""
    if state.next_check_at is None:
        return f"not again: {_ENDED.get(article.state) or _ended(article, now)}"
    due = state.next_check_at - now
    when = f"in {_span(due)}" if due > timedelta(0) else "now: it is due"
    if state.last_check_at is None:
        return f"{when} ({iso(state.next_check_at)}): never checked, only its host's lane may delay it"
    if article.state is State.GONE:
        return f"{when} ({iso(state.next_check_at)}): it is gone; a daily look for its return"
    birth = born(article)
    rate = _read(state.rate, birth)
    looked = f"{state.checks} checks so far" if state.checks else "never checked"
    if state.outcome is not None and not state.outcome.saw_the_article:
        run = f"{state.outcome}, {state.outcome_run} in a row"
        return f"{when} ({iso(state.next_check_at)}): the last check ended as {run}"
    if not article.pinned and state.last_check_at > article.first_seen_at + source.follow:
        return f"{when} ({iso(state.next_check_at)}): it is older than {source.follow.days} days: a monthly look"
    seen = _hours((state.last_seen_at or now) - birth)
    ahead = expected(rate, seen, max(0.0, _hours(state.next_check_at - birth) - seen))
    return (
        f"{when} ({iso(state.next_check_at)}): {looked}; by then {ahead:.3f} unseen edits are expected "
        f"(look at {theta_for(source.checks):.3f}); it is {rate.liveliness:.1f} times as lively as an ordinary article"
    )


_ENDED = {
    State.MOVED: "its address leads to another article, which is followed in its place",
    State.RETIRED: "it was retired",
}


def _ended(article: Article, now: datetime) -> str:
    return f"it was first seen {_span(now - article.first_seen_at)} ago and is no longer followed"


def _follow(
    article: Article, source: SourceConfig, at: datetime, rate: Mapping[str, Any], reason: str, now: datetime
) -> Look:
    """Hold a planned look against the stop rule: followed closely, then monthly, then no more; pinned for ever."""
    if article.state is State.GONE and at - now < GONE_LEAST:
        at, reason = now + GONE_LEAST, "it is gone; a daily look for its return"
    if article.pinned:
        return Look(at, rate, reason)
    if now <= article.first_seen_at + source.follow:
        return Look(at, rate, reason)
    if now >= article.first_seen_at + LAST_LOOK:
        return Look(None, rate, "it was first seen more than a year ago")
    return Look(max(at, now + MONTHLY), rate, f"it is older than {source.follow.days} days: a monthly look")


def _index(rate: Rate, age: float, hours: float, prior: Prior) -> float:
    return expected(rate, age, hours, prior) * (1 - WAIT_WEIGHT + WAIT_WEIGHT * hours / WAIT_HOURS)


def _follow_ups(rate: Rate, age: float, hours: float) -> float:
    """Edits expected as follow-ups of the last change: BURST in all, fading over BURST_HOURS."""
    if rate.changed_age is None or hours <= 0:
        return 0.0
    since = max(0.0, age - rate.changed_age)
    return BURST * (math.exp(-since / BURST_HOURS) - math.exp(-(since + hours) / BURST_HOURS))


def _read(row: Mapping[str, Any], birth: datetime) -> Rate:
    """The belief from its row. The row keeps the moment of the last change; a damaged one starts anew."""
    try:
        changed = datetime.fromisoformat(row["changed"]) if row.get("changed") else None
        rate = Rate(float(row["shape"]), float(row["exposure"]), _hours(changed - birth) if changed else None)
    except (KeyError, TypeError, ValueError):
        return Rate()
    return rate if rate.shape > 0 and rate.exposure > 0 and math.isfinite(rate.liveliness) else Rate()


def _write(rate: Rate, birth: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"shape": round(rate.shape, 4), "exposure": round(rate.exposure, 4)}
    if rate.changed_age is not None:
        row["changed"] = (birth + timedelta(hours=rate.changed_age)).isoformat()
    return row


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def _span(span: timedelta) -> str:
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes / 60:.1f} h" if minutes < 2880 else f"{minutes / 1440:.1f} days"
