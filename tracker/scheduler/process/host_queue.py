"""A host's queue: who waits for its next slot, the one with the most to gain first. Pure.

A queue is short. When it is full, a newcomer who gains more takes the place of the one who gains least, so that a host
that cannot keep up spends its slots where edits are expected, not where somebody waited longest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

HOUR = timedelta(hours=1)
BATCHES = 10


class HostQueue(Generic[T]):
    """Waiting items with what a look at each would gain; what somebody `asked` for goes before all others."""

    def __init__(self) -> None:
        self._waiting: list[tuple[bool, float, T]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[T]:
        return (item for _, _, item in self._waiting)

    def offer(self, item: T, gain: float, room: int) -> tuple[T, float] | None:
        """Let an item in where at most `room` may wait; who must go instead (it, perhaps), and the gain that had won.

        None when nobody must. The earlier of two equals stays.
        """
        if len(self._waiting) < room:
            self._waiting.append((False, gain, item))
            return None
        least = min(
            (entry for entry in reversed(self._waiting) if not entry[0]), key=lambda entry: entry[1], default=None
        )
        if least is None or gain <= least[1]:
            return item, least[1] if least else gain
        self._waiting.remove(least)
        self._waiting.append((False, gain, item))
        return least[2], gain

    def weigh(self, gain: Callable[[T], float]) -> None:
        """Weigh all items anew: what a look would bring grows while they wait."""
        self._waiting = [(asked, gain(item), item) for asked, _, item in self._waiting]

    def ask(self, item: T) -> None:
        """Put an item before all others, the latest wish first; one that waits already moves up."""
        self.remove(item)
        self._waiting.insert(0, (True, 0.0, item))

    def remove(self, item: T) -> None:
        """Take an item out, if it is here."""
        self._waiting = [entry for entry in self._waiting if entry[2] is not item]

    def pop(self) -> T:
        """Take the next item: what was asked for, else the most to gain, else the first to come."""
        best = max(self._waiting, key=lambda entry: (entry[0], entry[1]))
        self._waiting.remove(best)
        return best[2]

    def clear(self) -> None:
        """Empty the queue."""
        self._waiting.clear()


class Hourly:
    """How often a host was visited in the last hour, against the most it may be."""

    def __init__(self) -> None:
        self._visits: deque[datetime] = deque()

    def count(self, now: datetime) -> None:
        """A visit begins."""
        self._visits.append(now)

    def room(self, most: int, now: datetime) -> int:
        """How many more visits this hour allows. A clock that was set back forgets what it calls the future."""
        while self._visits and not now - HOUR < self._visits[0] <= now:
            self._visits.popleft()
        return max(0, most - len(self._visits))

    def opens(self, most: int, now: datetime) -> datetime:
        """When a tenth of the hour's visits will be allowed again, seen from an hour that is full."""
        tenth = len(self._visits) - most + max(1, most // BATCHES)
        return self._visits[min(tenth, len(self._visits)) - 1] + HOUR if self._visits else now
