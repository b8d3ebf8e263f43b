from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.waiting import HANG
from tracker.newsroom import Newsroom, serve_in_thread


@dataclass
class HandClock:
    """A clock that moves when a test says so."""

    moment: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def minute(self, minutes: float) -> None:
        """Moves to that newsroom minute of a newsroom that opened at eight."""
        self.moment = datetime(2026, 11, 23, 8, 0, tzinfo=UTC) + timedelta(minutes=minutes)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def room(clock: HandClock) -> Newsroom:
    """The newsroom with its own script."""
    return Newsroom(clock)


@pytest.fixture
def quiet(clock: HandClock) -> Newsroom:
    """The newsroom with its stories and nothing planned."""
    return Newsroom(clock, edits=())


@pytest.fixture
def served(room: Newsroom) -> Iterator[Newsroom]:
    with serve_in_thread(room):
        yield room


@pytest.fixture
def reader() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=HANG) as client:
        yield client
