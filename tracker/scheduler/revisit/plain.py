"""The plain schedules: `fixed` and `adaptive`, for a source where a simple rule is wanted. Pure; times in hours.

`adaptive` is the rule of StormCrawler's AdaptiveScheduler: a quiet look makes the interval longer by a fixed share, a
change halves its distance to the least. Both spend `checks` on an article's first 14 days: `fixed` by arithmetic,
`adaptive` by an increase that the benchmark fitted.
"""

from __future__ import annotations

from functools import cache

from tracker.scheduler.revisit.rate import GREATEST, LEAST, interpolated

FIRST = 0.25
DAYS = 14
INCREASES = ((12, 0.91), (25, 0.30), (50, 0.121), (100, 0.048), (200, 0.019))


def fixed(checks: float) -> float:
    """The same interval for ever."""
    return min(max(DAYS * 24 / max(checks, 1), LEAST), GREATEST)


def adaptive(interval: float, checks: float, *, changed: bool) -> float:
    """The next interval, given the last one."""
    longer = (interval + LEAST) / 2 if changed else interval * (1 + increase_for(checks))
    return min(max(longer, LEAST), GREATEST)


@cache
def increase_for(checks: float) -> float:
    """The share by which a quiet look lengthens the interval, so that about that many checks are spent in 14 days."""
    return interpolated(INCREASES, checks)
