"""The schedules that `revisit.py` compares: every peer's as its source has it, ours as it is, and an oracle.

A schedule is told of one story at a time: `schedule(story)` gives a function from (now, changed) to the hours until the
next look. Times in hours. One setting each is tuned to the budget.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from benchmarks.revisit_world import HORIZON, Story, World, daytime
from tracker.scheduler.revisit import rate

LEAST, GREATEST = 5 / 60, 7 * 24.0
SOON = 1 / 60

Wait = Callable[[float, bool], float]
Schedule = Callable[[Story], Wait]


def fixed(hours: float) -> Schedule:
    """The same interval for ever."""
    return lambda story: lambda now, changed: hours


def newsdiffs(scale: float) -> Schedule:
    """NewsDiffs: tiers of 15 min, 1 h, 3 h, 3 days by the time since the last change, scaled."""
    tiers = ((3, 0.25 * scale), (24, 1 * scale), (168, 3 * scale), (720, 72 * scale))

    def begin(story: Story) -> Wait:
        last = story.first

        def wait(now: float, changed: bool) -> float:
            nonlocal last
            if changed:
                last = now
            quiet = now - last
            return next((hours for limit, hours in tiers if quiet < limit), 720 * scale)

        return wait

    return begin


def diffengine(ratio: float) -> Schedule:
    """diffengine as meant: look when the time since the last look is that share of the article's age."""
    return lambda story: lambda now, changed: (now - story.first) * ratio / (1 - ratio)


def nutch(increase: float) -> Schedule:
    """Nutch's AdaptiveFetchSchedule: longer by `increase`, shorter by a fifth, pulled towards the last change."""

    def begin(story: Story) -> Wait:
        last, interval = story.first, 0.25

        def wait(now: float, changed: bool) -> float:
            nonlocal last, interval
            if changed:
                last = now
            interval *= 0.8 if changed else 1 + increase
            interval = min(max(interval, now - last, LEAST), GREATEST)
            return interval - 0.3 * (now - last)

        return wait

    return begin


def stormcrawler(increase: float) -> Schedule:
    """StormCrawler's AdaptiveScheduler: longer by `increase` when quiet, half-way to the least when changed."""

    def begin(story: Story) -> Wait:
        interval = 0.25

        def wait(now: float, changed: bool) -> float:
            nonlocal interval
            interval = 0.5 * interval + 0.5 * LEAST if changed else interval * (1 + increase)
            interval = min(max(interval, LEAST), GREATEST)
            return interval

        return wait

    return begin


class Follower:
    """tracker's own way with one story: belief, wait and worth of a signal are `tracker.scheduler` itself."""

    def __init__(self, story: Story, theta: float, known: dict[tuple[rate.Rate, float], float], knows: Knows) -> None:
        self.story, self.theta, self.known, self.knows = story, theta, known, knows
        self.belief, self.seen = rate.fresh(0.0), -1.0

    def __call__(self, now: float, changed: bool) -> float:
        age = round(now - self.story.first, 9)
        if self.seen >= 0:
            self.belief = rate.learn(self.belief, self.seen, age, changed, self.knows.prior)
        self.seen = age
        if (self.belief, age) not in self.known:  # all quiet articles go the same way
            announced = self.knows.announced
            self.known[self.belief, age] = rate.wait(
                self.belief, age, self.theta, self.knows.prior, announced=announced
            )
        return self.known[self.belief, age]

    def hinted(self, now: float) -> float:
        """When to look because of a signal that is read now."""
        told, prior = self.knows.precision, self.knows.prior
        wait = rate.until(self.belief, self.seen, self.theta, prior, told=told)
        return max(now + SOON, self.story.first + self.seen + wait)

    def gain(self, now: float) -> float:
        """What a look now would bring, in units of theta; a first look comes before all others."""
        if self.seen < 0:
            return math.inf
        hours = now - self.story.first - self.seen
        return rate.need(self.belief, self.seen, hours, self.knows.prior) / self.theta

    def worth(self, now: float, level: float) -> float:
        """When the gain reaches a level."""
        wait = rate.until(self.belief, max(self.seen, 0.0), self.theta * level, self.knows.prior)
        return max(now, self.story.first + self.seen + wait)


@dataclass(frozen=True)
class Knows:
    """What tracker has learned of an outlet: how edits fall, how many are announced, how often a signal is right."""

    prior: rate.Prior = rate.PRIOR
    announced: float = 0.0
    precision: float = 0.5


def ours(theta: float, outlets: Mapping[int, Knows] | None = None, prior: rate.Prior = rate.PRIOR) -> Schedule:
    """tracker's own, with what it knows of the outlets."""
    caches: dict[Knows, dict[tuple[rate.Rate, float], float]] = {}

    def begin(story: Story) -> Wait:
        knows = (outlets or {}).get(story.outlet, Knows(prior))
        return Follower(story, theta, caches.setdefault(knows, {}), knows)

    return begin


_AGES = [0.0, *accumulate([1 / 12] * 288 + [0.25] * 192 + [1.0] * 264)]


@dataclass
class Oracle:
    """Knows every article's true rate and live hours, though not its edits: the bound for policies of rates."""

    world: World
    stories: Sequence[Story]

    def __post_init__(self) -> None:
        shares = [self.world.share(age) for age in _AGES]
        self.sums = {id(story): self._sums(story, shares) for story in self.stories}

    def _sums(self, story: Story, shares: list[float]) -> list[float]:
        """Edits expected up to each of `_AGES`, follow-ups left out."""
        steps = [0.0]
        for (one, other), (start, end) in zip(pairwise(_AGES), pairwise(shares), strict=True):
            busy = daytime(story.published + (one + other) / 2)
            live = max(0.0, min(story.live_until - story.published, other) - one) * story.live_rate
            steps.append(story.liveliness * busy * (end - start) + live)
        return list(accumulate(steps))

    def __call__(self, theta: float) -> Schedule:
        """The schedule with that threshold."""
        world = self.world

        def begin(story: Story) -> Wait:
            sums, last = self.sums[id(story)], -1e9

            def wait(now: float, changed: bool) -> float:
                nonlocal last
                if changed:
                    last = now
                age = now - story.published
                place = bisect.bisect(_AGES, age) - 1
                if place >= len(_AGES) - 1:
                    return GREATEST
                share = (age - _AGES[place]) / (_AGES[place + 1] - _AGES[place])
                before = sums[place] + share * (sums[place + 1] - sums[place])
                follow = world.follow_up * 2 ** (-1.4427 * (now - last) / world.follow_up_hours)

                def due(place: int) -> float:
                    fading = 2 ** (-1.4427 * (_AGES[place] - age) / world.follow_up_hours)
                    return sums[place] - before + follow * (1 - fading)

                found = bisect.bisect_left(range(len(_AGES)), theta, lo=place + 1, key=due)
                if found >= len(_AGES):
                    return HORIZON
                low, high = (due(found - 1) if found - 1 > place else 0.0), due(found)
                start = max(age, _AGES[found - 1])
                step = (_AGES[found] - start) * (theta - low) / (high - low) if high > low else 0.0
                return start + step - age

            return wait

        return begin
