"""How many edits to expect of an article: a belief, and the wait that follows from it. Pure numbers; times in hours.

An article is looked at when the number of edits we expect to have missed reaches a threshold, theta. Edits come from
three sides: at the rate g * h(age), where h decays with age alike for all (`Prior`, from published counts) and g says
how much livelier than others this article is (a Gamma posterior); as follow-ups of the last edit, which fade within
hours; and, should the article be a live blog, at a pace of its own until that ends. Every look sharpens all three: an
edited page says so with at least one edit, a quiet one with none.

For catching versions this threshold is the best use of a number of looks, since the value of a look depends only on
the edits it may catch; a small weight on waiting time keeps quiet articles from being forgotten. Evidence:
`benchmarks/revisit.py`.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from functools import cache, cached_property

LEAST = 5 / 60
GREATEST = 7 * 24.0
CONFIRM = 15 / 60

SHAPE = 0.6
BURST = 0.15
BURST_HOURS = 0.75
WAIT_WEIGHT = 0.03
WAIT_HOURS = 2.0

LIVE_SHARE = 0.03
"""How many articles are live blogs: about 5 % of those that are edited are edited more than nine times (Timmerman)."""
LIVE_SHAPE = LIVE_EXPOSURE = 1.6
"""A live blog's pace is one edit an hour, give or take as much: Gamma."""
LIVE_HOURS = 8.0
"""How long a live blog goes on, on average."""

THETAS = ((6, 0.40), (12, 0.1293), (25, 0.0492), (50, 0.0213), (100, 0.0087), (200, 0.0034))

NAMED = 48.0
"""How long feeds and news sitemaps name an article (two days: Google's rule for news sitemaps)."""

STEPS = 11


@dataclass(frozen=True)
class Prior:
    """How edits fall over an article's life: a power law in its age.

    `mean` edits in the first 24 hours (0.35 of articles edited 1.94 times each: Timmerman et al., six Flemish outlets);
    `scale` hours and `power` give a decay in which 72 % of a week's edits fall on its first day. Since articles are not
    equally lively (`SHAPE`), 84 % of those edited in a week are then edited on the first day; GDELT counted 82 %.
    """

    mean: float = 0.68
    scale: float = 1.0
    power: float = 0.16

    def edits(self, age: float) -> float:
        """Edits expected by that age in hours of an ordinary article."""
        if age <= 0:
            return 0.0
        grown: float = 1.0 - (self.scale / (self.scale + age)) ** self.power
        return self._level * grown

    @cached_property
    def _level(self) -> float:
        day: float = 1.0 - (self.scale / (self.scale + 24.0)) ** self.power
        return self.mean / day


PRIOR = Prior()


@dataclass(frozen=True, slots=True)
class Rate:
    """What is believed of one article: g ~ Gamma(shape, exposure), when it was last seen to change, and is it live?

    `live` is the probability that it is a live blog now, whose pace is then Gamma(live_shape, live_exposure) an hour.
    """

    shape: float = SHAPE
    exposure: float = SHAPE
    changed_age: float | None = None
    live: float = LIVE_SHARE
    live_shape: float = LIVE_SHAPE
    live_exposure: float = LIVE_EXPOSURE

    @property
    def liveliness(self) -> float:
        """The expected g: 1 for an ordinary article."""
        return self.shape / self.exposure

    @property
    def pace(self) -> float:
        """Edits an hour, if it is a live blog."""
        return self.live_shape / self.live_exposure


def fresh(age: float) -> Rate:
    """What is believed of an article that is first seen at that age: the older, the less likely a live blog."""
    return Rate(live=LIVE_SHARE * math.exp(-max(0.0, age) / LIVE_HOURS))


def expected(rate: Rate, age: float, hours: float, prior: Prior = PRIOR, announced: float = 0.0) -> float:
    """Edits expected in the `hours` after `age` (both in hours), less the share that will be `announced`.

    Announced edits bring a look of their own; they need not be waited for while feeds and sitemaps name the article.
    """
    if announced and age < NAMED:
        named = min(hours, NAMED - age)
        return expected(rate, age, hours, prior) - announced * expected(rate, age, named, prior)
    ordinary = rate.liveliness * (prior.edits(age + hours) - prior.edits(age))
    return ordinary + _follow_ups(rate, age, hours) + rate.live * rate.pace * _live_hours(hours)


def learn(rate: Rate, seen_age: float, age: float, changed: bool, prior: Prior = PRIOR) -> Rate:
    """The belief after a look at `age` hours, the look before having been at `seen_age`.

    A page that changed was edited at least once: the expected number given one (zero-truncated Poisson) is shared out
    among the three sides it may have come from.
    """
    hours = max(0.0, age - seen_age)
    exposure = prior.edits(age) - prior.edits(seen_age)
    alive = _live_hours(hours)
    follow = _follow_ups(rate, seen_age, hours)
    # How likely was it that nothing came: from the article itself, and from a live blog on top of that?
    quiet = (rate.exposure / (rate.exposure + exposure)) ** rate.shape * math.exp(-follow)
    quiet_live = (rate.live_exposure / (rate.live_exposure + alive)) ** rate.live_shape
    going_on = math.exp(-hours / LIVE_HOURS)
    if not changed:
        live = _updated(rate.live, quiet_live, 1.0)
        return replace(
            rate,
            exposure=rate.exposure + exposure,
            live=live * going_on,
            live_exposure=rate.live_exposure + alive,
        )
    live = _updated(rate.live, 1.0 - quiet * quiet_live, 1.0 - quiet)
    ordinary, lively = rate.liveliness * exposure, live * rate.pace * alive
    mean = ordinary + follow + lively
    edits = mean / -math.expm1(-mean) if mean > 1e-9 else 1.0
    own = edits * ordinary / mean if mean > 1e-9 else 1.0
    paced = (edits * lively / mean if mean > 1e-9 else 0.0) / live if live > 1e-6 else 0.0
    return Rate(
        rate.shape + own,
        rate.exposure + exposure,
        changed_age=age,
        live=live * going_on,
        live_shape=rate.live_shape + paced,
        live_exposure=rate.live_exposure + alive,
    )


def wait(rate: Rate, age: float, theta: float, prior: Prior = PRIOR, *, announced: float = 0.0) -> float:
    """Hours after a look at `age` until the need for the next one reaches theta, within LEAST and GREATEST.

    A page that has just changed is looked at once more within CONFIRM.
    """
    high = CONFIRM if rate.changed_age is not None and rate.changed_age >= age else GREATEST
    return until(rate, age, theta, prior, announced=announced, high=high)


def until(
    rate: Rate,
    age: float,
    theta: float,
    prior: Prior = PRIOR,
    *,
    announced: float = 0.0,
    told: float = 0.0,
    high: float = GREATEST,
) -> float:
    """Hours after a look at `age` until the need reaches theta, within LEAST and `high`; `told` edits wait already.

    The span is halved the same way for every theta, so a larger theta never gives a shorter wait.
    """
    if need(rate, age, high, prior, announced=announced, told=told) < theta:
        return high
    if need(rate, age, LEAST, prior, announced=announced, told=told) >= theta:
        return LEAST
    low = LEAST
    for _ in range(STEPS):
        middle = math.sqrt(low * high)
        if need(rate, age, middle, prior, announced=announced, told=told) >= theta:
            high = middle
        else:
            low = middle
    return high


def need(
    rate: Rate, age: float, hours: float, prior: Prior = PRIOR, *, announced: float = 0.0, told: float = 0.0
) -> float:
    """The expected unseen edits `hours` after a look at `age`, weighted by the time they have waited."""
    edits = told + expected(rate, age, hours, prior, announced)
    return edits * (1 - WAIT_WEIGHT + WAIT_WEIGHT * min(hours, GREATEST) / WAIT_HOURS)


@cache  # one value for each `checks` that the configuration names
def theta_for(checks: float) -> float:
    """The threshold that spends about that many checks on an article's first 14 days (fitted by the benchmark)."""
    return interpolated(THETAS, checks)


def interpolated(points: tuple[tuple[float, float], ...], at: float) -> float:
    """A value between fitted points, straight in the logarithms of both; beyond the ends the last line goes on."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    x = math.log(max(at, 1.0))
    pairs = list(itertools.pairwise(logs))
    (x0, y0), (x1, y1) = next((pair for pair in pairs if x <= pair[1][0]), pairs[-1])
    return math.exp(y0 + (x - x0) * (y1 - y0) / (x1 - x0))


def _follow_ups(rate: Rate, age: float, hours: float) -> float:
    """Edits expected as follow-ups of the last change: BURST in all, fading over BURST_HOURS."""
    if rate.changed_age is None or hours <= 0:
        return 0.0
    since = max(0.0, age - rate.changed_age)
    if since > 20 * BURST_HOURS:
        return 0.0
    return BURST * math.exp(-since / BURST_HOURS) * -math.expm1(-hours / BURST_HOURS)


def _live_hours(hours: float) -> float:
    """For how many of the next `hours` a live blog is expected to go on."""
    return LIVE_HOURS * -math.expm1(-hours / LIVE_HOURS)


def _updated(probability: float, if_so: float, if_not: float) -> float:
    """Bayes' rule."""
    both = probability * if_so + (1 - probability) * if_not
    return probability * if_so / both if both > 0 else probability
