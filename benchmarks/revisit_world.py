"""A newsroom world for `revisit.py`: everything published, with its edits, as the published counts say.

Nothing here knows of a policy, and no policy may look into a `Story`, except the oracle.
"""

from __future__ import annotations

import bisect
import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

HORIZON = 14 * 24.0
DISCOVERY = 10 / 60
NAMED = 48.0
"""How long a sitemap names an article, hours."""


@dataclass(frozen=True)
class World:
    """How a newsroom edits. Times in hours.

    Calibrated to: 35 % of articles edited within 24 h, 1.94 times each, over 80 % of those once or twice, 20 to 60 % by
    outlet (Timmerman et al., 291,666 articles); 82 % of those edited in a week are within a day (GDELT).
    """

    outlets: int = 20
    per_day: int = 30
    days: int = 12
    warm_up: int = 5
    edits_in_a_day: float = 0.53
    scale: float = 1.0
    power: float = 0.16
    outlet_spread: float = 0.45
    follow_up: float = 0.10
    follow_up_hours: float = 0.5
    live_share: float = 0.018
    live_per_hour: float = 0.8

    def share(self, age: float) -> float:
        return 1 - (self.scale / (self.scale + max(age, 0.0))) ** self.power

    def age_at(self, share: float) -> float:
        return self.scale * ((1 - share) ** (-1 / self.power) - 1)


HEAVY = World(edits_in_a_day=1.6, follow_up=0.3, power=0.3)


@dataclass(frozen=True, slots=True)
class Story:
    """One article: when it appeared, was first fetched and edited. `signals` are moments at which a sitemap says so."""

    outlet: int
    published: float
    first: float
    edits: tuple[float, ...]
    liveliness: float
    live_until: float = 0.0
    live_rate: float = 0.0
    signals: tuple[float, ...] = ()


@dataclass(frozen=True)
class Hinting:
    """What sitemaps tell: which share of outlets has dates, which share of edits is dated, how often one lies a day."""

    outlets: float = 0.5
    recall: float = 0.7
    false_per_day: float = 0.3
    poll: float = 0.25


def daytime(moment: float) -> float:
    """How busy a newsroom is at that hour, 1 on average of the day's busy part."""
    hour = moment % 24
    return 0.25 if hour < 5 else 0.7 if hour < 7 else 1.35 if hour < 19 else 1.0


def stories(world: World, seed: int) -> list[Story]:
    """Everything published in that world after its warm-up; the same for the same seed."""
    dice = random.Random(seed)
    outlets = [math.exp(dice.gauss(0, world.outlet_spread)) for _ in range(world.outlets)]
    mean = statistics.mean(outlets)
    told = [
        _story(world, number, level / mean, dice)
        for number, level in enumerate(outlets)
        for _ in range(world.per_day * world.days)
    ]
    return sorted(told, key=lambda story: story.first)


def followed(world: World, told: Sequence[Story]) -> list[Story]:
    """The stories that count: those published after the warm-up."""
    return [story for story in told if story.published >= 24 * world.warm_up]


def hinted(world: World, told: Sequence[Story], hinting: Hinting, seed: int) -> list[Story]:
    """The same stories, with what the sitemaps of some outlets tell of their edits."""
    dice = random.Random(seed)
    with_dates = int(world.outlets * hinting.outlets)
    return [_with_hints(story, hinting, dice) if story.outlet < with_dates else story for story in told]


def _with_hints(story: Story, hinting: Hinting, dice: random.Random) -> Story:
    moments = [edit for edit in story.edits if dice.random() < hinting.recall]
    moment = story.published + dice.expovariate(hinting.false_per_day / 24)
    while moment < story.published + NAMED:
        moments.append(moment)
        moment += dice.expovariate(hinting.false_per_day / 24)
    read = [moment + dice.random() * hinting.poll for moment in moments if moment < story.published + NAMED]
    return replace(story, signals=tuple(sorted(moment for moment in read if moment > story.first)))


def calibration(told: Sequence[Story]) -> dict[str, float]:
    """The figures the world is calibrated to, as its stories have them."""
    in_a_day = [bisect.bisect_left(story.edits, story.published + 24) for story in told]
    edited = [count for count in in_a_day if count]
    in_a_week = sum(bool(bisect.bisect_left(story.edits, story.published + 168)) for story in told)
    outlets = {
        outlet: statistics.mean(
            count > 0 for story, count in zip(told, in_a_day, strict=True) if story.outlet == outlet
        )
        for outlet in {story.outlet for story in told}
    }
    return {
        "edited in 24 h": len(edited) / len(told),
        "edits per edited": sum(edited) / len(edited),
        "once or twice": sum(count <= 2 for count in edited) / len(edited),
        "changed in 24 h of those in a week": len(edited) / in_a_week,
        "least edited outlet": min(outlets.values()),
        "most edited outlet": max(outlets.values()),
    }


def _story(world: World, outlet: int, level: float, dice: random.Random) -> Story:
    published = _busy_moment(lambda: dice.random() * 24 * world.days, dice)
    liveliness = dice.expovariate(1) * level * world.edits_in_a_day / world.share(24)
    edits = []
    for _ in range(_poisson(liveliness * 1.35 * world.share(HORIZON), dice)):
        moment = published + world.age_at(dice.random() * world.share(HORIZON))
        if dice.random() < daytime(moment) / 1.35:
            edits.append(moment)
    first = published + dice.random() * DISCOVERY
    live_until = live_rate = 0.0
    if dice.random() < world.live_share:
        live_until = published + dice.uniform(6, 16)
        live_rate = world.live_per_hour * math.exp(dice.gauss(0, 0.7))
        moment = published + dice.expovariate(live_rate)
        while moment < live_until:
            edits.append(moment)
            moment += dice.expovariate(live_rate)
    waiting = list(edits)
    while waiting:
        moment = waiting.pop()
        if dice.random() < world.follow_up:
            edits.append(moment + dice.expovariate(1 / world.follow_up_hours))
            waiting.append(edits[-1])
    kept = tuple(sorted(edit for edit in edits if edit < published + HORIZON))
    return Story(outlet, published, first, kept, liveliness, live_until, live_rate)


def _busy_moment(draw: Callable[[], float], dice: random.Random) -> float:
    while True:
        moment = draw()
        if dice.random() < daytime(moment) / 1.35:
            return moment


def _poisson(mean: float, dice: random.Random) -> int:
    number, passed = 0, dice.expovariate(1)
    while passed < mean:
        number += 1
        passed += dice.expovariate(1)
    return number
