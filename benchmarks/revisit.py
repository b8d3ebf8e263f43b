"""How many edits a revisit policy catches for its requests: a simulation, ours beside every peer's.

    python benchmarks/revisit.py [--budgets 12,25,50,100] [--seeds 1,2,3] [--heavy] [--json FILE]

A world of articles is edited as the published counts say (see `World`); a check reads a page in an instant and sees the
version of that moment. Every policy is tuned to spend the same number of checks on an article's first 14 days, then:

    captured   share of the edits whose version was seen before the next edit replaced it
    delay      median time from an edit to the next check, minutes
    p90        the same for the slowest tenth, hours

Ours is `tracker.scheduler.revisit` itself, with its shipped prior, not a copy of it.
"""

from __future__ import annotations

import argparse
import bisect
import heapq
import json
import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tracker.scheduler import revisit

LEAST, GREATEST = 5 / 60, 7 * 24.0
HORIZON = 14 * 24.0
WARM_UP = 2 * 24.0
DISCOVERY = 10 / 60


@dataclass(frozen=True)
class World:
    """A newsroom world. Times in hours.

    Calibrated to: 35 % of articles edited within 24 h, 1.94 times each, over 80 % of those once or twice, 20 to 60 % by
    outlet (Timmerman et al., 291,666 articles); 82 % of what changes in a week has changed in a day (GDELT).
    """

    outlets: int = 12
    per_day: int = 20
    days: int = 6
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


@dataclass
class Story:
    """One article: when it appeared, when it was first fetched, when it was edited."""

    published: float
    first: float
    edits: list[float]
    liveliness: float
    live_until: float = 0.0
    live_rate: float = 0.0
    memory: dict[str, Any] = field(default_factory=dict)


def daytime(moment: float) -> float:
    """How busy a newsroom is at that hour, 1 on average of the day's busy part."""
    hour = moment % 24
    return 0.25 if hour < 5 else 0.7 if hour < 7 else 1.35 if hour < 19 else 1.0


def stories(world: World, seed: int) -> list[Story]:
    """Everything published in that world, with its edits; the same for the same seed."""
    dice = random.Random(seed)
    outlets = [math.exp(dice.gauss(0, world.outlet_spread)) for _ in range(world.outlets)]
    mean = statistics.mean(outlets)
    told = [_story(world, level / mean, dice) for level in outlets for _ in range(world.per_day * world.days)]
    return sorted(told, key=lambda story: story.first)


def _story(world: World, level: float, dice: random.Random) -> Story:
    published = _busy_moment(lambda: dice.random() * 24 * world.days, dice)
    liveliness = dice.expovariate(1) * level * world.edits_in_a_day / world.share(24)
    edits = []
    for _ in range(_poisson(liveliness * 1.35 * world.share(HORIZON), dice)):
        moment = published + world.age_at(dice.random() * world.share(HORIZON))
        if dice.random() < daytime(moment) / 1.35:
            edits.append(moment)
    story = Story(published, published + dice.random() * DISCOVERY, edits, liveliness)
    if dice.random() < world.live_share:
        story.live_until = published + dice.uniform(6, 16)
        story.live_rate = world.live_per_hour * math.exp(dice.gauss(0, 0.7))
        moment = published + dice.expovariate(story.live_rate)
        while moment < story.live_until:
            edits.append(moment)
            moment += dice.expovariate(story.live_rate)
    waiting = list(edits)
    while waiting:
        moment = waiting.pop()
        if dice.random() < world.follow_up:
            edits.append(moment + dice.expovariate(1 / world.follow_up_hours))
            waiting.append(edits[-1])
    story.edits = sorted(edit for edit in edits if edit < published + HORIZON)
    return story


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


Policy = Callable[[Story, float, bool], float]


def fixed(hours: float) -> Policy:
    """The same interval for ever."""
    return lambda story, now, changed: hours


def newsdiffs(scale: float) -> Policy:
    """NewsDiffs: tiers of 15 min, 1 h, 3 h, 3 days by the time since the last change, scaled."""

    def wait(story: Story, now: float, changed: bool) -> float:
        if changed or "changed" not in story.memory:
            story.memory["changed"] = now
        quiet = now - story.memory["changed"]
        tier = next((hours for limit, hours in ((3, 0.25), (24, 1), (168, 3), (720, 72)) if quiet < limit), 720)
        return tier * scale

    return wait


def diffengine(ratio: float) -> Policy:
    """diffengine as meant: look when the time since the last look is that share of the article's age."""
    return lambda story, now, changed: (now - story.first) * ratio / (1 - ratio)


def nutch(increase: float) -> Policy:
    """Nutch's AdaptiveFetchSchedule: longer by `increase`, shorter by a fifth, pulled towards the last change."""

    def wait(story: Story, now: float, changed: bool) -> float:
        memory = story.memory
        last = memory["changed"] = now if changed else memory.get("changed", story.first)
        interval = memory.get("interval", 0.25) * (0.8 if changed else 1 + increase)
        memory["interval"] = interval = min(max(interval, now - last, LEAST), GREATEST)
        return interval - 0.3 * (now - last)

    return wait


def stormcrawler(increase: float) -> Policy:
    """StormCrawler's AdaptiveScheduler: longer by `increase` when quiet, half-way to the least when changed."""

    def wait(story: Story, now: float, changed: bool) -> float:
        interval = story.memory.get("interval", 0.25)
        interval = 0.5 * interval + 0.5 * LEAST if changed else interval * (1 + increase)
        story.memory["interval"] = interval = min(max(interval, LEAST), GREATEST)
        return interval

    return wait


def ours(theta: float) -> Policy:
    """tracker's own."""

    def wait(story: Story, now: float, changed: bool) -> float:
        age = now - story.first
        rate, seen = story.memory.get("rate", revisit.Rate()), story.memory.get("seen")
        if seen is not None:
            rate = revisit.learn(rate, seen, age, changed)
        story.memory.update(rate=rate, seen=age)
        return revisit.wait(rate, age, theta)

    return wait


def oracle(world: World) -> Callable[[float], Policy]:
    """Knows every article's true rate and live hours, though not its edits: the bound for rate policies."""

    def at(theta: float) -> Policy:
        def wait(story: Story, now: float, changed: bool) -> float:
            if changed:
                story.memory["changed"] = now
            waited = expected = 0.0
            while waited < GREATEST and expected < theta:
                step, moment = max(LEAST, 0.04 * waited), now + waited
                age = moment - story.published
                expected += story.liveliness * daytime(moment) * (world.share(age + step) - world.share(age))
                expected += story.live_rate * step if moment < story.live_until else 0.0
                since = moment - story.memory.get("changed", -1e9)
                expected += world.follow_up * math.exp(-since / world.follow_up_hours) * step / world.follow_up_hours
                waited += step
            return waited

        return wait

    return at


@dataclass(frozen=True)
class Score:
    """What a policy spent and caught."""

    checks: float
    captured: float
    delay: float
    p90: float


def simulate(told: Sequence[Story], policy: Policy) -> Score:
    """Follow every story to its horizon under one policy. Stories of the first two days warm nothing but the clock."""
    queue = [(story.first, number) for number, story in enumerate(told)]
    heapq.heapify(queue)
    looks: list[list[float]] = [[] for _ in told]
    for story in told:
        story.memory = {}
    while queue:
        now, number = heapq.heappop(queue)
        story = told[number]
        if now > story.published + HORIZON:
            continue
        seen = looks[number]
        changed = bool(seen) and bisect.bisect(story.edits, seen[-1]) != bisect.bisect(story.edits, now)
        seen.append(now)
        wait = min(max(policy(story, now, changed), LEAST), GREATEST)
        heapq.heappush(queue, (now + wait, number))
    return _score(told, looks)


def _score(told: Sequence[Story], looks: Sequence[list[float]]) -> Score:
    delays: list[float] = []
    counted = captured = checks = 0
    for story, seen in zip(told, looks, strict=True):
        if story.published < WARM_UP:
            continue
        counted += 1
        checks += len(seen)
        later = [edit for edit in story.edits if edit > story.first]
        for edit, following in zip(later, [*later[1:], math.inf], strict=False):
            place = bisect.bisect_left(seen, edit)
            look = seen[place] if place < len(seen) else math.inf
            delays.append(look - edit)
            captured += look < following
    delays.sort()
    return Score(
        checks / counted, 100 * captured / len(delays), 60 * delays[len(delays) // 2], delays[int(0.9 * len(delays))]
    )


def at_budget(
    told: Sequence[Story], make: Callable[[float], Policy], budget: float, low: float, high: float
) -> tuple[float, Score]:
    """The setting that spends the budget, and its score; a larger setting may mean more checks or fewer."""
    rising = simulate(told[:300], make(high)).checks > simulate(told[:300], make(low)).checks
    setting, score = low, Score(0, 0, 0, 0)
    for _ in range(14):
        setting = math.sqrt(low * high)
        score = simulate(told, make(setting))
        if abs(score.checks - budget) < 0.01 * budget:
            break
        if (score.checks > budget) == rising:
            high = setting
        else:
            low = setting
    return setting, score


def contestants(world: World) -> dict[str, tuple[Callable[[float], Policy], float, float]]:
    """Every policy with the range of its one setting."""
    return {
        "fixed interval": (fixed, 0.05, 200),
        "NewsDiffs tiers": (newsdiffs, 0.01, 100),
        "diffengine ratio": (diffengine, 0.001, 0.95),
        "Nutch adaptive": (nutch, 0.005, 20),
        "StormCrawler, tuned": (stormcrawler, 0.005, 20),
        "tracker": (ours, 1e-4, 5),
        "oracle (bound)": (oracle(world), 1e-4, 5),
    }


def main() -> None:
    """Run the tournament and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budgets", default="12,25,50,100")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--heavy", action="store_true", help="a newsroom that edits three times as much")
    parser.add_argument("--per-day", type=int, default=World.per_day)
    parser.add_argument("--only", default="", help="only policies whose name contains this")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    world = replace(HEAVY if args.heavy else World(), per_day=args.per_day)
    worlds = [stories(world, int(seed)) for seed in args.seeds.split(",")]
    rows = []
    print(f"{'policy':22s} {'budget':>6s} {'checks':>7s} {'captured %: mean (worst)':>25s} {'delay':>9s} {'p90':>7s}")
    for budget in map(float, args.budgets.split(",")):
        for name, (make, low, high) in contestants(world).items():
            if args.only not in name:
                continue
            found = [at_budget(told, make, budget, low, high) for told in worlds]
            scores = [score for _, score in found]
            row = {
                "policy": name,
                "budget": budget,
                "setting": statistics.mean(setting for setting, _ in found),
                "checks": statistics.mean(s.checks for s in scores),
                "captured": statistics.mean(s.captured for s in scores),
                "worst": min(s.captured for s in scores),
                "delay_minutes": statistics.mean(s.delay for s in scores),
                "p90_hours": statistics.mean(s.p90 for s in scores),
            }
            rows.append(row)
            print(
                f"{name:22s} {budget:6g} {row['checks']:7.1f} {row['captured']:16.1f} ({row['worst']:.1f})"
                f" {row['delay_minutes']:5.0f} min {row['p90_hours']:5.1f} h   setting {row['setting']:.4g}",
                flush=True,
            )
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
