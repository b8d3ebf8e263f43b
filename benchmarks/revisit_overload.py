"""A host whose lane cannot serve all that is due, for `revisit.py`: who goes first?

Every outlet is one lane with slots at an even pace, for half or a quarter of what 25 checks an article would need. Ours
goes through `tracker.scheduler.process.host_queue.Line`, as the daemon does; the others serve
whoever has been due longest.
"""

from __future__ import annotations

import bisect
import heapq
import statistics
from collections.abc import Sequence

from benchmarks.revisit_policies import GREATEST, LEAST, Follower, Schedule, Wait, fixed, newsdiffs, ours, stormcrawler
from benchmarks.revisit_run import Score, caught, score, waits
from benchmarks.revisit_world import HORIZON, Story, World, stories
from tracker.scheduler.process.dispatch import QUEUE_LENGTH
from tracker.scheduler.process.host_queue import HostQueue

BUDGET = 25
SHARES = (1.0, 0.5, 0.25)
OUTLETS = 3
CONTESTANTS: dict[str, tuple[Schedule, bool]] = {
    "fixed interval, longest due first": (fixed(HORIZON / BUDGET), False),
    "NewsDiffs tiers, longest due first": (newsdiffs(4.2), False),
    "StormCrawler, longest due first": (stormcrawler(0.3), False),
    "tracker, longest due first": (ours(0.0492), False),
    "**tracker, most to gain first**": (ours(0.0492), True),
}


def play(seed: int) -> dict[tuple[str, float], Score]:
    """Every contestant in lanes of every width, in the world of that seed."""
    world = World(outlets=OUTLETS)
    told = stories(world, seed)
    return {
        (name, share): lanes(world, told, schedule, share, by_gain)
        for name, (schedule, by_gain) in CONTESTANTS.items()
        for share in SHARES
    }


def lanes(world: World, told: Sequence[Story], schedule: Schedule, share: float, by_gain: bool) -> Score:
    """All outlets, one lane each; the stories after the warm-up are scored."""
    pace = 24 / (share * world.per_day * BUDGET)
    delays: list[float] = []
    captured = checks = articles = 0
    for outlet in range(world.outlets):
        lane = _Lane([story for story in told if story.outlet == outlet], schedule, pace, by_gain)
        for story, looks, seen in lane.run():
            if story.published < 24 * world.warm_up:
                continue
            articles += 1
            checks += len(looks)
            captured += caught(story, seen)
            delays += waits(story, looks)
    return score(articles, checks, captured, delays)


class _Lane:
    """One host's articles and its slots."""

    def __init__(self, told: Sequence[Story], schedule: Schedule, pace: float, by_gain: bool) -> None:
        self.told, self.pace, self.by_gain = told, pace, by_gain
        self.waits: list[Wait] = [schedule(story) for story in told]
        self.looks: list[list[float]] = [[] for _ in told]
        self.seen: list[list[int]] = [[] for _ in told]
        self.due = [(story.first, number) for number, story in enumerate(told)]
        heapq.heapify(self.due)
        self.line: HostQueue[int] = HostQueue()

    def run(self) -> list[tuple[Story, list[float], list[int]]]:
        """Serve slot after slot until nobody is followed any more."""
        now = 0.0
        while self.due or self.line:
            if not self.line:
                now = max(now, self.due[0][0])
            number = self.most_to_gain(now) if self.by_gain else heapq.heappop(self.due)[1]
            if number is not None and now <= self.told[number].published + HORIZON:
                self.check(number, now)
                now += self.pace
        return list(zip(self.told, self.looks, self.seen, strict=True))

    def most_to_gain(self, now: float) -> int | None:
        """Move what is due into the line, as `tracker.scheduler.process.dispatch` does, and take the best out of it."""
        self.line.weigh(lambda number: self.gain(number, now))
        self.line_up(now)
        return self.line.pop() if self.line else None

    def gain(self, number: int, now: float) -> float:
        wait = self.waits[number]
        assert isinstance(wait, Follower)
        return wait.gain(now)

    def line_up(self, now: float) -> None:
        """Move what is due into the line; who finds no place there is put off."""
        while self.due and self.due[0][0] <= now:
            _, number = heapq.heappop(self.due)
            if now > self.told[number].published + HORIZON:
                continue
            lost = self.line.offer(number, self.gain(number, now), QUEUE_LENGTH)
            if lost is not None:
                left, level = lost
                loser = self.waits[left]
                assert isinstance(loser, Follower)
                first = now + self.pace * len(self.line)
                heapq.heappush(self.due, (max(first, loser.worth(now, min(level, 1e6))), left))

    def check(self, number: int, now: float) -> None:
        """Look at an article, and plan its next look."""
        story, looks, seen = self.told[number], self.looks[number], self.seen[number]
        count = bisect.bisect_right(story.edits, now)
        changed = bool(seen) and count != seen[-1]
        looks.append(now)
        seen.append(count)
        hours = min(max(self.waits[number](now, changed), LEAST), GREATEST)
        if now + hours <= story.published + HORIZON:
            heapq.heappush(self.due, (now + hours, number))


def table(seeds: Sequence[dict[tuple[str, float], Score]]) -> str:
    """A Markdown table: captured % mean (worst seed) · median delay · checks an article."""
    head = ["lane wide enough for", *(f"{share:.0%} of {BUDGET} checks" for share in SHARES)]
    lines = [head, ["---"] * len(head)]
    for name in CONTESTANTS:
        cells = []
        for share in SHARES:
            scores = [seed[name, share] for seed in seeds]
            delay = statistics.mean(each.delay for each in scores)
            shown = f"{delay:.0f} min" if delay < 600 else f"{delay / 60:.0f} h"
            cells.append(
                f"{statistics.mean(each.captured for each in scores):.1f} ({min(each.captured for each in scores):.1f})"
                f" · {shown} · {statistics.mean(each.checks for each in scores):.0f}"
            )
        lines.append([name, *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
