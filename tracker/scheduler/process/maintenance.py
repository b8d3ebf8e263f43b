"""The hourly housekeeping: old rows go a few hundred at a time, between the checks' commits, not in one long write."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tracker.scheduler import log
from tracker.scheduler.process.runtime import Runtime
from tracker.store.connection import captures_path
from tracker.store.upkeep import prune


class OpenFiles:
    """The files of the history as they were opened. One that is taken away while it is open is written to in vain."""

    def __init__(self, database: Path) -> None:
        self._known = {path: _identity(path) for path in (database, captures_path(database))}

    def gone(self) -> dict[str, str]:
        """What is not in its place any more, by name, and what to do about it."""
        words = "was taken away or replaced while it is in use: put it back, or restart tracker to begin a new one"
        return {path.name: words for path, identity in self._known.items() if _identity(path) != identity}


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


async def run(runtime: Runtime, steps: int) -> None:
    """Delete what is kept no longer, in `steps` small transactions at most, then renew the query planner's statistics.

    What is left waits for the next hour. Raises StoreError.
    """
    now = runtime.clock.now()
    forgotten = 0
    for _ in range(steps):
        gone = await asyncio.wrap_future(runtime.writer.submit(lambda store: prune.prune(store, now, chunks=1)))
        forgotten += gone.rows
        if gone.alerts.given_up:
            log.warning("alerts were given up after 30 days of trying", alerts=gone.alerts.given_up)
        if not gone.rows:
            break
    await asyncio.wrap_future(runtime.writer.submit(prune.optimize))
    if forgotten:
        log.info("old rows forgotten", rows=forgotten)
