"""How many edits a revisit policy catches for its requests: a simulation, ours beside every peer's.

    make bench-revisit      or: python -m benchmarks.revisit [--budgets 12,25,50,100] [--seeds 1,2,3] [--json FILE]

A world of articles is edited as the published counts say (`revisit_world.World`); a check reads a page in an instant
and sees the version of that moment. Every policy is tuned to spend the same number of checks on an article's first 14
days, then:

    captured   share of the edits whose version was seen before the next edit replaced it
    delay      median time from an edit to the next check, minutes; an edit that is never seen counts as endless
    p90        the same for the slowest tenth, hours

Ours is `tracker.scheduler.revisit.rate` itself, with its shipped constants, not a copy of it. `--fit` prints the
thresholds and increases that spend each budget, as the constants in `tracker.scheduler` have them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path

from benchmarks import revisit_overload, revisit_plot
from benchmarks.revisit_policies import Knows, Oracle, diffengine, fixed, newsdiffs, nutch, ours, stormcrawler
from benchmarks.revisit_run import Make, Score, Tuned, count_hints, simulate, tuned
from benchmarks.revisit_world import HEAVY, Hinting, Story, World, calibration, followed, hinted, stories
from tracker.discovery.signals import Record
from tracker.scheduler.process.signals import SILENT, announced
from tracker.scheduler.revisit.rate import theta_for

WORLDS = {"ordinary": World(), "heavy": HEAVY}
IMAGES = Path(__file__).parent.parent / "docs" / "images"

PEERS: dict[str, tuple[Make, float, float]] = {
    "fixed interval": (fixed, 0.05, 200),
    "NewsDiffs tiers": (newsdiffs, 0.2, 40),
    "diffengine ratio": (diffengine, 0.001, 0.95),
    "Nutch adaptive": (nutch, 0.005, 20),
    "StormCrawler, tuned": (stormcrawler, 0.005, 20),
}
OURS, SIGNALS, ORACLE = "tracker", "tracker, with signals", "oracle (bound)"
POLICIES = [*PEERS, OURS, SIGNALS, ORACLE]


@dataclass(frozen=True)
class Row:
    """One policy in one world at one budget: figures are means of the seeds, `worst` is the worst seed's."""

    world: str
    policy: str
    budget: float
    setting: float
    checks: float
    captured: float
    worst: float
    delay: float
    worst_delay: float
    p90: float


@lru_cache(maxsize=4)
def told(world: str, seed: int, signals: bool = False) -> list[Story]:
    """The stories of a world that count."""
    every = stories(WORLDS[world], seed)
    return followed(WORLDS[world], hinted(WORLDS[world], every, Hinting(), seed) if signals else every)


@lru_cache(maxsize=4)
def oracle(world: str, seed: int) -> Oracle:
    return Oracle(WORLDS[world], told(world, seed))


@lru_cache(maxsize=4)
def outlets(world: str, seed: int, theta: float = 0.05) -> dict[int, Knows]:
    """What tracker learns of each outlet's signals during the warm-up, by its own counting."""
    every = hinted(WORLDS[world], stories(WORLDS[world], seed), Hinting(), seed)
    early = every[: len(every) - len(told(world, seed))]
    found = {}
    for outlet, counted in count_hints(early, ours(theta)).items():
        records = {"sitemap": Record(counted.right, counted.wrong), SILENT: Record(counted.silent)}
        found[outlet] = Knows(announced=announced(records), precision=records["sitemap"].precision)
    return found


def play(world: str, policy: str, budget: float, seed: int) -> tuple[float, Score]:
    """One policy in one world, tuned to the budget."""
    if policy == SIGNALS:
        make = partial(ours, outlets=outlets(world, seed))
        return tuned(told(world, seed, signals=True), Tuned(make, 0.002, 1), budget)
    if policy == OURS:
        return tuned(told(world, seed), Tuned(ours, 0.002, 1), budget)
    if policy == ORACLE:
        knowing = oracle(world, seed)
        return tuned(knowing.stories, Tuned(knowing, 0.002, 1), budget)  # it knows these very stories, not their equals
    return tuned(told(world, seed), Tuned(*PEERS[policy]), budget)


def tournament(pool: ProcessPoolExecutor, budgets: list[float], seeds: list[int], policies: list[str]) -> list[Row]:
    """Every policy at every budget in both worlds."""
    cases = [(world, policy, budget) for world in WORLDS for budget in budgets for policy in policies]
    futures = {case: [pool.submit(play, *case, seed) for seed in seeds] for case in cases}
    return [_row(*case, [future.result() for future in found]) for case, found in futures.items()]


def _row(world: str, policy: str, budget: float, found: list[tuple[float, Score]]) -> Row:
    scores = [score for _, score in found]
    return Row(
        world,
        policy,
        budget,
        statistics.mean(setting for setting, _ in found),
        statistics.mean(score.checks for score in scores),
        statistics.mean(score.captured for score in scores),
        min(score.captured for score in scores),
        statistics.mean(score.delay for score in scores),
        max(score.delay for score in scores),
        statistics.mean(score.p90 for score in scores),
    )


def table(rows: Iterable[Row], world: str, budgets: list[float]) -> str:
    """The tournament as a Markdown table: captured % mean (worst) · median delay · p90."""
    found = {(row.policy, row.budget): row for row in rows if row.world == world}
    head = ["policy", *(f"{budget:g} checks" for budget in budgets)]
    lines = [head, ["---"] * len(head)]
    for policy in dict.fromkeys(policy for policy, _ in found):
        lines.append([f"**{policy}**" if policy == OURS else policy, *(_cell(found[policy, b]) for b in budgets)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(row: Row) -> str:
    delay = f"{row.delay:.0f} min" if row.delay < 600 else f"{row.delay / 60:.0f} h" if row.delay < 6e4 else "never"
    p90 = f"{row.p90:.0f} h" if row.p90 < 1000 else "never"
    spent = "" if abs(row.checks / row.budget - 1) < 0.03 else f" at {row.checks:.0f}"
    return f"{row.captured:.1f} ({row.worst:.1f}) · {delay} · {p90}{spent}"


def marks(rows: list[Row]) -> list[str]:
    """What was aimed at, and what is."""
    found = {(row.policy, row.budget): row for row in rows if row.world == "ordinary"}
    if any((policy, budget) not in found for policy in POLICIES for budget in (12, 25, 50)):
        return []
    at = {policy: found[policy, 25.0] for policy in POLICIES}
    aims = [
        ("captured at 25, at least 87 %", at[OURS].captured, 87, 1),
        ("captured at 50, at least 91 %", found[OURS, 50.0].captured, 91, 1),
        ("over NewsDiffs at 25, at least 12", at[OURS].captured - at["NewsDiffs tiers"].captured, 12, 1),
        ("over StormCrawler at 25, at least 2", at[OURS].captured - at["StormCrawler, tuned"].captured, 2, 1),
        ("over NewsDiffs at 12", found[OURS, 12.0].captured - found["NewsDiffs tiers", 12.0].captured, 12, 1),
        ("median delay at 25, at most 25 min", at[OURS].delay, 25, -1),
        ("below the oracle at 25, at most 5", at[ORACLE].captured - at[OURS].captured, 5, -1),
        ("gained by signals at 25, more than 0", at[SIGNALS].captured - at[OURS].captured, 0, 1),
    ]
    return [
        f"{'holds      ' if sign * value >= sign * mark else 'FALLS SHORT'} {name}: {value:.1f}"
        for name, value, mark, sign in aims
    ]


def spends(seed: int, checks: float) -> float:
    """What an article really costs with that `checks` in sources.yaml."""
    return simulate(told("ordinary", seed)[::4], ours(theta_for(checks))).checks


def fit(seeds: list[int]) -> None:
    """Print the settings that spend each budget, for the constants in `tracker.scheduler`."""
    for name, make, budgets in (
        ("rate.THETAS", Tuned(ours, 0.002, 1), (6, 12, 25, 50, 100, 200)),
        ("plain.INCREASES", Tuned(stormcrawler, 0.005, 20), (6, 12, 25, 50, 100, 200)),
    ):
        found = []
        for budget in budgets:
            settings = [tuned(told("ordinary", seed), make, budget)[0] for seed in seeds]
            found.append(f"({budget}, {math.exp(statistics.mean(map(math.log, settings))):.4g})")
        print(f"{name} = ({', '.join(found)})")


def main() -> None:
    """Run the tournament and the overload, print tables, draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budgets", default="12,25,50,100")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--only", default="", help="only policies whose name contains this")
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--plot", action="store_true", help="draw docs/images/revisit.svg and .png (needs matplotlib)")
    parser.add_argument("--fit", action="store_true", help="print the constants that spend each budget, and end")
    args = parser.parse_args()
    budgets, seeds = [float(b) for b in args.budgets.split(",")], [int(s) for s in args.seeds.split(",")]
    if args.fit:
        fit(seeds)
        return
    began = time.perf_counter()
    for world in WORLDS:
        figures = [calibration(told(world, seed)) for seed in seeds]
        means = {name: round(statistics.mean(each[name] for each in figures), 3) for name in figures[0]}
        print(f"{world} newsroom, {len(told(world, seeds[0]))} articles a seed:", json.dumps(means))
    policies = [policy for policy in POLICIES if args.only in policy]
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        lanes = [pool.submit(revisit_overload.play, seed) for seed in seeds]
        rows = tournament(pool, budgets, seeds, policies)
        overload = revisit_overload.table([lane.result() for lane in lanes])
    for world in WORLDS:
        print(f"\n{world} newsroom, captured % mean (worst seed) · median delay · p90\n")
        print(table(rows, world, budgets))
    print(f"\na lane that cannot keep up, captured % mean (worst seed) · median delay\n\n{overload}\n")
    print("\n".join(marks(rows)), f"\n{time.perf_counter() - began:.0f} s")
    spent = [statistics.mean(spends(seed, checks) for seed in seeds) for checks in budgets]
    print("`checks:`", dict(zip(budgets, (round(each, 1) for each in spent), strict=True)), "in truth")
    if args.json:
        args.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    if args.plot:
        revisit_plot.draw([asdict(row) for row in rows if row.world == "ordinary"], IMAGES)


if __name__ == "__main__":
    main()
