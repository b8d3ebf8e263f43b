"""Work that a tick begins and a daemon's end waits for: at most one of a name at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from tracker.scheduler import log


class Chores:
    """Tasks by name. A tick must never hold work (its scheduler cancels what it holds), so it begins a chore."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> bool:
        """Begin a piece of work; False, and nothing happens, while one of that name is under way or at the end."""
        if self._closed or name in self._tasks:
            work.close()
            return False
        task = asyncio.create_task(self._do(name, work), name=name)
        self._tasks[name] = task
        return True

    async def _do(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            log.error("a chore failed", chore=name, exception=error)
        finally:
            self._tasks.pop(name, None)

    async def finish(self, patience: float | None = None) -> None:
        """Wait for what is under way, `patience` seconds at most; what is late is cancelled. Nothing begins after."""
        self._closed = True
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
