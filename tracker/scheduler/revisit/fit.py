"""Fitting the prior to one's own history: how edits fall over an article's life at the sources one follows.

The likelihood is that of the policy itself: an article's number of changes is Poisson with a Gamma liveliness, and each
change fell between two looks. The shipped constants count as a weak opinion, so a young history moves them little.
What was found is kept beside the database (`tracker.fit.json`), where the daemon reads it when it starts and when it is
reloaded; without the file the shipped constants are in force.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tracker.model import iso
from tracker.scheduler.revisit.policy import born_at
from tracker.scheduler.revisit.rate import PRIOR, SHAPE, Prior
from tracker.store import EditHistory

NEWEST = 10_000
"""How many of the newest articles are read."""

ENOUGH = 100
"""A fit to fewer changes than this would be chance."""

LIVE_BLOG = 12
"""Articles with more changes are left out: a live blog has a pace of its own (`rate.LIVE_SHARE`)."""

OPINION = 0.7
"""How sure the shipped constants are: a standard deviation of their logarithms."""

_LIVELINESS = [
    (g**SHAPE * math.exp(-SHAPE * g), g)
    for g in (0.02 * 1.75**n for n in range(13))  # equal steps of log g
]

BOUNDS = {"mean": (0.02, 20.0), "scale": (0.1, 24.0), "power": (0.02, 2.0)}


@dataclass(frozen=True, slots=True)
class Fit:
    """What a history says: the constants, and how many articles and changes they come from."""

    prior: Prior
    articles: int
    changes: int

    @property
    def enough(self) -> bool:
        """Whether the history is large enough to be believed."""
        return self.changes >= ENOUGH


@dataclass(frozen=True, slots=True)
class _Watched:
    """A life in hours of age: from when to when it was watched, and between which ages it changed."""

    start: float
    end: float
    spans: tuple[tuple[float, float], ...]


def fit(lives: Sequence[EditHistory], shipped: Prior = PRIOR) -> Fit:
    """The constants that explain these lives best, starting from the shipped ones. Ten seconds for 10,000 lives."""
    watched = [found for found in map(_watched, lives) if len(found.spans) <= LIVE_BLOG]
    changes = sum(len(each.spans) for each in watched)
    if not changes:
        return Fit(shipped, len(watched), 0)

    def score(prior: Prior) -> float:
        return _likelihood(watched, prior) + _opinion(prior, shipped)

    return Fit(_climb(score, shipped), len(watched), changes)


def path_for(database: Path) -> Path:
    """Where a database's fitted constants are kept: `tracker.fit.json` beside `tracker.db`."""
    return database.with_suffix(".fit.json")


def write(database: Path, found: Fit, now: datetime) -> Path:
    """Keep fitted constants, whole or not at all; the path they are in. Raises OSError."""
    path = path_for(database)
    kept = {**asdict(found.prior), "articles": found.articles, "changes": found.changes, "fitted_at": iso(now)}
    half = path.with_suffix(".new")
    half.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    half.replace(path)
    return path


def read(database: Path) -> Prior:
    """The constants in force for a database: the fitted ones, or the shipped ones where there are no sound ones."""
    path = path_for(database)
    try:
        kept = json.loads(path.read_text("utf-8"))
        values = {name: float(kept[name]) for name in BOUNDS}
        if all(low <= values[name] <= high for name, (low, high) in BOUNDS.items()):
            return Prior(**values)
        reason = "a value is out of range"
    except FileNotFoundError:
        return PRIOR
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
    logging.getLogger("tracker").warning(
        "%s cannot be used (%s): the shipped constants are in force; `tracker fit` writes it anew", path, reason
    )
    return PRIOR


def _watched(life: EditHistory) -> _Watched:
    birth = born_at(life.published_at, life.first_seen_at)

    def age(moment: datetime) -> float:
        return max(0.0, (moment - birth) / timedelta(hours=1))

    spans = tuple((age(after), max(age(before), age(after) + 1 / 3600)) for after, before in life.changes)
    return _Watched(age(life.watched_from), age(life.watched_to), spans)


def _likelihood(watched: Sequence[_Watched], prior: Prior) -> float:
    """The logarithm of how likely these lives are, up to a constant: liveliness integrated out.

    Between two looks that differ lies at least one edit, between all others none.
    """
    total, edits = 0.0, prior.edits
    for life in watched:
        exposure = max(edits(life.end) - edits(life.start), 0.0)
        if not life.spans:
            total -= SHAPE * math.log1p(exposure / SHAPE)
            continue
        spans = [max(edits(end) - edits(start), 1e-9) for start, end in life.spans]
        quiet = max(exposure - sum(spans), 0.0)
        likely = 0.0
        for weight, liveliness in _LIVELINESS:
            one = weight * math.exp(-liveliness * quiet)
            for span in spans:
                one *= -math.expm1(-liveliness * span)
            likely += one
        total += math.log(max(likely, 1e-300))
    return total


def _opinion(prior: Prior, shipped: Prior) -> float:
    pairs = zip(asdict(prior).values(), asdict(shipped).values(), strict=True)
    return -sum((math.log(value / other) / OPINION) ** 2 / 2 for value, other in pairs)


def _climb(score: Callable[[Prior], float], start: Prior) -> Prior:
    """The best constants in reach: steps up and down in each, smaller and smaller."""
    best, height, step = start, score(start), 0.4
    while step > 0.02:
        stands = True
        for name, (low, high) in BOUNDS.items():
            for factor in (math.exp(step), math.exp(-step)):
                values = asdict(best)
                values[name] = min(max(values[name] * factor, low), high)
                tried = Prior(**values)
                reached = score(tried)
                if reached > height:
                    best, height, stands = tried, reached, False
                    break
        if stands:
            step /= 2
    return best
