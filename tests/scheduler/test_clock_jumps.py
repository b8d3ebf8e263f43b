"""When the clock jumps: nothing bursts, nothing waits for a moment that is long past or far ahead."""

import asyncio
import json
import logging
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import apscheduler.schedulers.base
import pytest

from tests.scheduler.test_daemon import Watch, watch  # noqa: F401 (a fixture)
from tests.scheduler.world import EIGHT, HandClock, Inline, a_crew, work_off
from tests.store.world import HOUR, NOW, TIMES, follow, history, publish, result, says
from tests.waiting import HANG
from tracker.alerts import AlertRules, sink_name
from tracker.config import Alert, Config, load
from tracker.fetcher.lanes import MAX_DELAY, HostLane, Priority, RequestReport, RequestVerdict, Resting
from tracker.model import Host, Outcome
from tracker.newsroom import Newsroom
from tracker.scheduler import log
from tracker.scheduler.clock import DrivenClock, WallClock
from tracker.scheduler.process import clock_jumps
from tracker.scheduler.process.clock_jumps import Jumps
from tracker.scheduler.process.daemon import Daemon
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.store import Store
from tracker.store.history import checks
from tracker.store.history import record as recording
from tracker.store.proof import integrity
from tracker.store.queue import clock_set_back, outbox, queue

YEAR = timedelta(days=365)


class Jumping(DrivenClock):
    """A driven clock that can be set."""

    def set_by(self, span: timedelta) -> None:
        self._start += span


@pytest.mark.parametrize(
    ("name", "passed", "counted", "jump"),
    [
        ("nothing", 5, 5, 0),
        ("set back", -3600, 5, -3605),
        ("set ahead, or woke from sleep", 3600, 5, 3595),
        ("slow, as NTP slews it", 4.999, 5, -0.001),
    ],
)
def test_a_jump_is_what_the_counter_does_not_explain(name: str, passed: float, counted: float, jump: float) -> None:
    clock, counter = HandClock(EIGHT), iter((100.0, 100.0 + counted, 100.0 + 2 * counted))
    look = Jumps(clock, counter=lambda: next(counter)).look
    clock.pass_(seconds=passed)
    assert look().total_seconds() == pytest.approx(jump), name
    clock.pass_(seconds=counted)
    assert look().total_seconds() == pytest.approx(0), "a jump is told once"


async def test_a_clock_set_back_a_year_does_not_stop_the_daemon(
    tmp_path: Path,
    watch: Watch,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """APScheduler reads the machine's clock itself, so that is set back, too: its timers would wait for a year."""
    shift = timedelta(0)

    class Wall(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + shift

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Wall)
    monkeypatch.setattr("tracker.scheduler.process.daemon.datetime", Wall)
    monkeypatch.setattr(clock_jumps.watch, "__kwdefaults__", {"every": 0.05})
    clock = Jumping(EIGHT, 3600)
    newsroom = Newsroom(DrivenClock(EIGHT, 3600), edits=())
    async with newsroom.serving():
        path = tmp_path / "sources.yaml"
        path.write_text(json.dumps(newsroom.config(database=tmp_path / "tracker.db")))
        daemon = Daemon(load(path), clock=clock, engine=Inline())
        task = asyncio.create_task(daemon.run())
        await watch.says("outcome=new", times=len(newsroom.stories()))
        shift = -YEAR
        clock.set_by(-YEAR)
        await watch.says("the clock was set back")
        await watch.says("planned anew")
        newsroom.edit("mayor-gulls", headline="Gulls, a year ago")
        await watch.says("outcome=changed")
        newsroom.publish("late-news", headline="Late news", body=[f"Line {n} of the late news." for n in range(9)])
        await watch.says("outcome=new", times=len(newsroom.stories()))
        daemon.stop()
        assert await asyncio.wait_for(task, HANG) == 0
    assert sum("was set back" in line for line in watch.lines) == 1
    assert not any("fault" in line for line in watch.lines)


def test_what_was_planned_by_a_clock_that_ran_ahead_keeps_its_interval(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        ahead, behind, never = (follow(store, name) for name in ("ahead", "behind", "never"))
        for article, at, wait in ((ahead, NOW + YEAR, 3 * HOUR), (behind, NOW - HOUR, 2 * HOUR)):
            checked = result(store, article, at, Outcome.NOT_MODIFIED)
            recording.record(store, replace(checked, state=replace(checked.state, next_check_at=at + wait)))
        assert clock_set_back.ran_ahead(store, NOW)
        assert not clock_set_back.ran_ahead(store, NOW + YEAR)
        assert clock_set_back.bring_back(store, NOW) == 1
        assert queue.state(store, ahead).next_check_at == NOW + 3 * HOUR
        assert queue.state(store, behind).next_check_at == NOW + HOUR
        assert queue.state(store, never).next_check_at == NOW
        assert clock_set_back.bring_back(store, NOW + HOUR) == 0, "what has been brought forward is not put off again"


def test_what_a_clock_that_ran_ahead_has_found_and_not_checked_does_not_wait_for_it(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = follow(store, "found-ahead", at=NOW + YEAR)
        assert clock_set_back.ran_ahead(store, NOW)
        assert queue.due(store, NOW + HOUR, 9) == []
        assert clock_set_back.bring_back(store, NOW) == 1
        assert [due.article.id for due in queue.due(store, NOW, 9)] == [article]
        assert clock_set_back.bring_back(store, NOW + HOUR) == 0


@pytest.mark.parametrize("digest", [None, 6 * HOUR])
def test_an_alert_of_a_clock_that_ran_ahead_does_not_wait_for_it(tmp_path: Path, digest: timedelta | None) -> None:
    alert, seen_at = Alert("file:///tmp/alerts.jsonl", digest=digest), NOW + YEAR + HOUR
    name, steps = sink_name(alert), [NOW + n * timedelta(minutes=30) for n in range(99)]
    with history(tmp_path) as store:
        store.announcer = AlertRules([alert])
        article = follow(store)
        publish(store, article, says(), NOW + YEAR)
        publish(store, article, says("The pier was opened again on Tuesday."), seen_at)
        [letter] = outbox.due(store, name, NOW + 2 * YEAR, 9)
        for now in (NOW, NOW + HOUR):
            clock_set_back.bring_back(store, now)
            assert next(at for at in steps if outbox.due(store, name, at, 9)) == NOW + (letter.due_at - seen_at)
        outbox.failed(store, [letter], "refused", letter.due_at + HOUR)
        clock_set_back.bring_back(store, NOW)
        assert next(at for at in steps if outbox.due(store, name, at, 9)) == NOW + (letter.due_at - seen_at)


def test_a_change_seen_after_the_clock_was_set_back_is_kept_and_holds(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = follow(store)
        publish(store, article, says(), NOW + YEAR)
        change = publish(store, article, says("The pier was opened again on Tuesday."), NOW)
        assert change is not None
        assert integrity.verify(store).finding is None


async def test_after_a_jump_ahead_hosts_are_visited_at_their_usual_pace(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        world.clock.pass_(days=200)
        due, before = queue.due(runtime.reader, world.clock.now(), 100), len(world.newsroom.requests)
        dispatcher = Dispatcher(runtime)
        await work_off(dispatcher)
        visits = [v.at for v in world.newsroom.requests[before:] if "/robots" not in v.path]
        assert dispatcher.checked == len(due) > 10
        pauses = [(late - early).total_seconds() for early, late in pairwise(visits)]
        assert min(pauses) >= world.sources["harbour-courier"].delay.total_seconds()


async def test_a_lane_does_not_wait_for_a_slot_of_another_time() -> None:
    clock, said = HandClock(NOW), []
    lane = HostLane(Host("times.example"), clock, said.append, random.Random(1))
    delay = timedelta(seconds=2)
    await lane.enter(Priority.RECHECK, delay)
    lane.leave(delay, RequestReport(RequestVerdict.GOOD, seconds=0.1))
    clock.moment -= YEAR
    await asyncio.wait_for(lane.enter(Priority.RECHECK, delay), HANG)
    assert clock.now() - (NOW - YEAR) <= timedelta(seconds=2 * MAX_DELAY)
    lane.leave(delay, RequestReport(RequestVerdict.GOOD, seconds=0.1))


async def test_a_lane_does_not_rest_until_another_time() -> None:
    clock = HandClock(NOW)
    resting = Host("times.example", paused_until=NOW + timedelta(hours=3), failures=9)
    lane = HostLane(resting, clock, lambda host: None, random.Random(1))
    with pytest.raises(Resting):
        await lane.enter(Priority.RECHECK, timedelta(seconds=2))
    clock.moment -= YEAR
    await asyncio.wait_for(lane.enter(Priority.RECHECK, timedelta(seconds=2)), HANG)


async def test_a_daemon_that_starts_with_an_earlier_clock_says_so_and_looks(
    tmp_path: Path,
    watch: Watch,  # noqa: F811
) -> None:
    """A machine that booted with a wrong clock, corrected between two runs."""
    with history(tmp_path) as store:
        for n in range(3):
            checked = result(store, follow(store, f"story-{n}"), NOW + YEAR, Outcome.NOT_MODIFIED)
            recording.record(store, replace(checked, state=replace(checked.state, next_check_at=NOW + YEAR + HOUR)))
    config = Config(tmp_path / "s.yaml", tmp_path / "tracker.db", "https://o.example", (replace(TIMES, feeds=()),))
    daemon = Daemon(config, clock=DrivenClock(NOW, 1.0), engine=Inline())
    task = asyncio.create_task(daemon.run())
    await watch.says("planned anew", "articles=3")
    daemon.stop()
    assert await asyncio.wait_for(task, HANG) == 0
    with Store.open(config.database) as reader:
        assert queue.next_due_at(reader) - NOW <= HOUR + timedelta(minutes=1)  # type: ignore[operator]


@contextmanager
def zone(name: str) -> Iterator[None]:
    """The machine's local time is that of this zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_summer_time_is_nobodys_business_here(name: str, tmp_path: Path) -> None:
    """A day with a change of the local clock is a day like another: what is due is due, and the log says UTC."""
    for month, day in ((3, 29), (10, 25), (4, 4)):
        night = datetime(2026, month, day, tzinfo=UTC)
        with zone(name), history(tmp_path, name=f"{night:%m%d}.db") as store:
            assert abs(WallClock().now() - datetime.now(UTC)) < timedelta(seconds=5)
            article = follow(store, at=night)
            steps = [night + timedelta(minutes=30 * n) for n in range(49)]
            for at in steps:
                [due] = queue.due(store, at, 10)
                assert due.article.id == article
                checked = result(store, article, at, Outcome.NOT_MODIFIED)
                recording.record(
                    store, replace(checked, state=replace(checked.state, next_check_at=at + timedelta(minutes=30)))
                )
                assert queue.due(store, at + timedelta(minutes=29), 10) == []
            [run] = checks.check_runs(store, article)
            assert (run.checks, run.ended_at - run.started_at) == (49, timedelta(days=1))
            record = logging.makeLogRecord({"msg": "x", "created": night.timestamp()})
            assert log.formatter("plain").format(record).startswith(f"{night:%Y-%m-%dT%H:%M:%SZ}")
