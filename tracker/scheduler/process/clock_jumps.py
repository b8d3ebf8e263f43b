"""When the clock jumps: set by hand, corrected by NTP after a boot, or ahead after a night's sleep.

The daemon works by the clock on the wall, because what it writes down must be true; a second clock that only counts
(CLOCK_MONOTONIC, which also stands still in suspend) shows when that one has jumped.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from tracker.model import Clock
from tracker.scheduler import log
from tracker.scheduler.clock import speed_of
from tracker.scheduler.process.runtime import Runtime
from tracker.store.queue import clock_set_back

EVERY = 1.0
BACK, AHEAD = timedelta(seconds=2), timedelta(minutes=1)


class Jumps:
    """Compares a clock with one that only counts."""

    def __init__(self, clock: Clock, *, counter: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._counter = clock, counter
        self._last = clock.now(), counter()

    def look(self) -> timedelta:
        """How far the clock has jumped since the last look: ahead, or back when negative."""
        (then, counted), now = self._last, (self._clock.now(), self._counter())
        self._last = now
        return now[0] - then - timedelta(seconds=(now[1] - counted) * speed_of(self._clock))


async def watch(clock: Clock, back: Callable[[], None], *, every: float = EVERY) -> None:
    """Watch the clock until cancelled: log its jumps, and call `back` when it was set back."""
    jumps = Jumps(clock)
    while True:
        await asyncio.sleep(every)
        jump = jumps.look()
        if jump <= -BACK * max(1.0, speed_of(clock)):
            log.warning("the clock was set back", seconds=round(-jump.total_seconds()))
            back()
        elif jump >= AHEAD * max(1.0, speed_of(clock)):
            log.info("the clock jumped ahead; what became due is checked now", seconds=round(jump.total_seconds()))


async def mend(runtime: Runtime) -> None:
    """Bring forward what a clock that ran ahead has put off too far. Raises StoreError."""
    now = runtime.clock.now()
    moved = await asyncio.wrap_future(runtime.writer.submit(lambda store: clock_set_back.bring_back(store, now)))
    if moved:
        log.warning("checks that were planned by a clock that ran ahead are planned anew", articles=moved)
