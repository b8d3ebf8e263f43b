"""The hourly housekeeping: old rows go a few hundred at a time, between the checks' commits, not in one long write."""

from __future__ import annotations

import asyncio

from tracker.scheduler import log
from tracker.scheduler.crew import Crew
from tracker.store import Store


async def run(crew: Crew, steps: int) -> None:
    """Let go of what is kept no longer, `steps` small transactions at most, then keep the planner's statistics young.

    What is left waits for the next hour. Raises StoreError.
    """
    now = crew.clock.now()
    forgotten = 0
    for _ in range(steps):
        gone = await asyncio.wrap_future(crew.writer.submit(lambda store: store.prune(now, chunks=1)))
        forgotten += gone.rows
        if gone.alerts.given_up:
            log.warning("alerts were given up after 30 days of trying", alerts=gone.alerts.given_up)
        if not gone.rows:
            break
    await asyncio.wrap_future(crew.writer.submit(Store.optimize))
    if forgotten:
        log.info("old rows forgotten", rows=forgotten)
