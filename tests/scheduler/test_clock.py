"""Clocks: the wall's, and one that is driven."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.waiting import HANG
from tracker.scheduler.clock import DrivenClock, WallClock, speed_of

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


async def test_a_driven_clock_lets_hours_pass_in_moments() -> None:
    clock = DrivenClock(START, speed=3_600_000)
    await clock.sleep(3600)
    assert clock.now() >= START + timedelta(hours=1)
    assert clock.now().tzinfo is UTC


def test_a_driven_clock_starts_where_it_is_told_whatever_the_zone() -> None:
    local = START.astimezone(timezone(timedelta(hours=9)))
    assert DrivenClock(local, speed=1e-6).now() - START < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("name", "start", "speed"),
    [("naive start", datetime(2026, 1, 1), 1.0), ("no speed", START, 0.0), ("backwards", START, -1.0)],  # noqa: DTZ001
)
def test_a_clock_that_cannot_be_is_refused(name: str, start: datetime, speed: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        DrivenClock(start, speed)


async def test_the_wall_clock_is_the_machines_time_in_utc() -> None:
    clock = WallClock()
    before = datetime.now(UTC)
    await asyncio.wait_for(clock.sleep(0), HANG)
    assert before <= clock.now() <= datetime.now(UTC)
    assert speed_of(clock) == 1.0
    assert speed_of(DrivenClock(START, 60)) == 60
