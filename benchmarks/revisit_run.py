"""Following a world under one schedule, and tuning a schedule to a budget, for `revisit.py`."""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.revisit_policies import GREATEST, LEAST, Follower, Schedule
from benchmarks.revisit_world import HORIZON, Story

Make = Callable[[float], Schedule]


@dataclass(frozen=True)
class Score:
    """What a policy spent and caught: checks an article, captured %, median delay in minutes, p90 in hours."""

    checks: float
    captured: float
    delay: float
    p90: float


@dataclass(frozen=True)
class Tuned:
    """A policy and the range of its one setting."""

    make: Make
    low: float
    high: float


@dataclass
class Counted:
    """How an outlet's signals did, as tracker counts them."""

    right: int = 0
    wrong: int = 0
    silent: int = 0


def simulate(told: Sequence[Story], schedule: Schedule) -> Score:
    """Follow every story to its horizon. Stories know nothing of each other, so one follows after the other."""
    delays: list[float] = []
    captured = checks = 0
    for story in told:
        looks, seen = follow(story, schedule)
        checks += len(looks)
        captured += caught(story, seen)
        delays += waits(story, looks)
    return score(len(told), checks, captured, delays)


def caught(story: Story, seen: Sequence[int]) -> int:
    """How many of the edits after its discovery were seen before the next one replaced them."""
    found = bisect.bisect_right(story.edits, story.first)
    return sum(count > before for before, count in pairwise([found, *seen]))


def waits(story: Story, looks: Sequence[float]) -> list[float]:
    """How long each edit after its discovery waited for the next look."""
    places = [(edit, bisect.bisect_left(looks, edit)) for edit in story.edits if edit > story.first]
    return [looks[place] - edit if place < len(looks) else math.inf for edit, place in places]


def score(articles: int, checks: int, captured: int, delays: list[float]) -> Score:
    """The figures of a run."""
    delays.sort()
    median, slow = delays[len(delays) // 2], delays[int(0.9 * len(delays))]
    return Score(checks / articles, 100 * captured / len(delays), 60 * median, slow)


def follow(story: Story, schedule: Schedule, hinted: list[bool] | None = None) -> tuple[list[float], list[int]]:
    """The moments of the looks at a story, and how many of its edits had happened at each.

    `hinted` is filled with whether a signal had brought the look.
    """
    wait, end, signals = schedule(story), story.published + HORIZON, list(story.signals)
    now, by_hint = story.first, False
    looks, seen = [now], [bisect.bisect_right(story.edits, now)]
    changed = False
    while True:
        if hinted is not None:
            hinted.append(by_hint)
        due, by_hint = now + min(max(wait(now, changed), LEAST), GREATEST), False
        while signals and signals[0] <= due:
            signal = signals.pop(0)
            if signal > now and isinstance(wait, Follower):
                sooner = wait.hinted(signal)
                due, by_hint = min(due, sooner), by_hint or sooner <= due
        if due > end:
            return looks, seen
        now = due
        count = seen[-1]
        while count < len(story.edits) and story.edits[count] <= now:
            count += 1
        changed = count != seen[-1]
        looks.append(now)
        seen.append(count)


def count_hints(told: Sequence[Story], schedule: Schedule) -> dict[int, Counted]:
    """Count right and wrong signals and silent changes by outlet, as `tracker.scheduler.process.signals` does."""
    found: dict[int, Counted] = {}
    for story in told:
        hinted: list[bool] = []
        _, seen = follow(story, schedule, hinted)
        counted = found.setdefault(story.outlet, Counted())
        for by_hint, before, count in zip(hinted[1:], seen, seen[1:], strict=False):
            counted.right += by_hint and count > before
            counted.wrong += by_hint and count == before
            counted.silent += not by_hint and count > before
    return found


def tuned(told: Sequence[Story], policy: Tuned, budget: float) -> tuple[float, Score]:
    """The setting that spends the budget, and its score: halving on some of the stories, then secants on all."""
    sample = told[::10]

    def spent(x: float) -> float:
        return simulate(sample, policy.make(math.exp(x))).checks

    low, high = math.log(policy.low), math.log(policy.high)
    few = told[:: max(1, len(told) // 10)]  # at its ends a setting may ask for a look every five minutes
    ends = [simulate(few, policy.make(math.exp(x))).checks for x in (low, high)]
    rising = ends[1] > ends[0]  # a larger setting may mean more checks, or fewer
    x = (low + high) / 2
    for _ in range(12):
        checks = spent(x)
        if abs(checks / budget - 1) < 0.02:
            break
        low, high = (low, x) if (checks > budget) == rising else (x, high)
        x = (low + high) / 2
    best, slope = simulate(told, policy.make(math.exp(x))), 0.7 if rising else -0.7
    for _ in range(5):
        if abs(best.checks / budget - 1) < 0.006 or abs(slope) < 0.05:
            break
        step = max(-0.5, min(0.5, math.log(budget / best.checks) / slope))
        after = simulate(told, policy.make(math.exp(x + step)))
        moved = math.log(after.checks / best.checks) / step
        slope = moved if (moved > 0) == rising else slope
        x, best = x + step, after
    return math.exp(x), best
