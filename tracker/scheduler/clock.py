"""Where time comes from: the wall, or a clock that is driven faster for the demo and the tests."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class WallClock:
    """The machine's own time, in UTC. `speed` is 1: a second is a second."""

    speed = 1.0

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""
        await asyncio.sleep(seconds)


class DrivenClock:
    """Time that starts where it is told and runs `speed` times as fast as the machine's.

    A sleep of an hour takes 3600 / speed real seconds. It never jumps, whatever happens to the machine's clock.
    """

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of a clock must be an aware datetime")
        if speed <= 0:
            raise ValueError(f"a clock cannot run at {speed} times real time; use a number above 0")
        self.speed = speed
        self._start = start.astimezone(UTC)
        self._zero = time.monotonic()

    def now(self) -> datetime:
        """The present moment of this clock, aware, in UTC."""
        return self._start + timedelta(seconds=(time.monotonic() - self._zero) * self.speed)

    async def sleep(self, seconds: float) -> None:
        """Let that many seconds of this clock pass."""
        await asyncio.sleep(seconds / self.speed)


def speed_of(clock: object) -> float:
    """How many of the clock's seconds fit into a real one; 1 for a clock that does not say."""
    return float(getattr(clock, "speed", 1.0))
