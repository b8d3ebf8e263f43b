"""Live archives: a capture is asked for with each version, and its memento kept beside ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.save_page_now_server import SavingService, saving
from tests.scheduler.alert_world import config, edited
from tests.scheduler.world import HandClock, Inline
from tests.store.world import NOW, TIMES, publish, says
from tracker.config import WaybackAccount
from tracker.scheduler.process.archiving import Archiving
from tracker.scheduler.process.chores import Chores
from tracker.scheduler.process.runtime import Runtime, open_runtime
from tracker.store.history import versions
from tracker.store.queue import mementos

HOUR = timedelta(hours=1)


@asynccontextmanager
async def archived(folder: Path, clock: HandClock) -> AsyncIterator[tuple[Runtime, SavingService, Archiving]]:
    async with saving() as service:
        account = WaybackAccount(service.address, "the-key", "the-secret")
        settings = replace(config(folder), wayback=account, sources=(replace(TIMES, archive=("wayback",)),))
        async with open_runtime(settings, clock, engine=Inline()) as runtime:
            yield runtime, service, Archiving(runtime, Chores())


def job(name: str) -> dict[str, str]:
    return {"url": "https://times.example/pier", "job_id": name}


def success(name: str, stamp: str) -> dict[str, str]:
    url = "https://times.example/pier"
    return {"status": "success", "job_id": name, "timestamp": stamp, "original_url": url}


def left(runtime: Runtime) -> list[tuple[Any, ...]]:
    sql = "select job, attempts, ended_at is not null, url, error from mementos order by id"
    return [tuple(r) for r in runtime.reader.db.execute(sql).fetchall()]


async def test_a_version_is_archived_and_the_memento_stands_beside_it(tmp_path: Path) -> None:
    clock = HandClock(NOW)
    async with archived(tmp_path, clock) as (runtime, service, archiving):
        await edited(runtime, times=0)
        service.answers = [job("spn2-1")]
        await archiving.serve()
        [(path, asked, who)] = service.asked
        assert (path, asked["url"], who) == ("/save", "https://times.example/pier", "LOW the-key:the-secret")
        await archiving.serve()  # too early to ask about it
        assert len(service.asked) == 1
        clock.pass_(minutes=1)
        service.standings = [[{"status": "pending", "job_id": "spn2-1"}]]
        await archiving.serve()
        clock.pass_(minutes=1)
        service.standings = [[success("spn2-1", f"{NOW + timedelta(seconds=20):%Y%m%d%H%M%S}")]]
        await archiving.serve()
        [(place, found)] = mementos.of_article(runtime.reader, 1).items()
        version = versions.version(runtime.reader, 1, 1)
        assert place == (version.capture_sha256, version.first_seen_at)
        assert found.url == f"{service.address}/web/{found.at:%Y%m%d%H%M%S}/https://times.example/pier"
        assert found.at == NOW + timedelta(seconds=20)


async def test_a_newer_version_takes_the_place_of_what_still_waits(tmp_path: Path) -> None:
    async with archived(tmp_path, HandClock(NOW + 9 * HOUR)) as (runtime, service, archiving):
        await edited(runtime, times=2)
        service.answers = [job("spn2-1")]
        await archiving.serve()
        assert len(service.asked) == 1
        ended = ("", 0, 1, "", mementos.SUPERSEDED)
        assert left(runtime) == [ended, ended, ("spn2-1", 0, 0, "", "")]


async def test_a_memento_of_the_next_version_is_not_shown_for_this_one(tmp_path: Path) -> None:
    clock = HandClock(NOW)
    async with archived(tmp_path, clock) as (runtime, service, archiving):
        await edited(runtime, times=0)
        service.answers = [job("spn2-1")]
        await archiving.serve()
        await asyncio.wrap_future(
            runtime.writer.submit(lambda store: publish(store, 1, says("There were no boats."), NOW + HOUR))
        )
        clock.pass_(hours=2)
        service.standings = [[success("spn2-1", f"{NOW + 2 * HOUR:%Y%m%d%H%M%S}")]]
        service.answers = [job("spn2-2")]
        await archiving.serve()
        assert [row[3] != "" for row in left(runtime)] == [True, False]
        assert mementos.of_article(runtime.reader, 1) == {}


@pytest.mark.parametrize(
    ("name", "answer", "ended"),
    [
        ("a page that the archive may not take", {"status": "error", "status_ext": "error:blocked-url"}, 1),
        ("an address it has had too often", {"status": "error", "status_ext": "error:too-many-daily-captures"}, 1),
        ("a passing fault of its own", {"status": "error", "status_ext": "error:internal-server-error"}, 0),
        ("an address it refuses by status", "400 Bad Request\r\n", 1),
        ("no job at all", {"message": "hm"}, 0),
        ("a success without a moment", success("x", "now"), 1),
    ],
)
async def test_what_it_does_not_take_ends_or_is_tried_again(name: str, answer: Any, ended: int, tmp_path: Path) -> None:
    async with archived(tmp_path, HandClock(NOW)) as (runtime, service, archiving):
        await edited(runtime, times=0)
        service.answers = [answer]
        await archiving.serve()
        [(told_job, attempts, over, url, error)] = left(runtime)
        assert (told_job, attempts, over, url) == ("", 1, ended, ""), name
        assert error
        assert not archiving.problems()


@pytest.mark.parametrize(
    "answer",
    [
        "429 Too Many Requests\r\nRetry-After: 1800\r\n",
        "401 Unauthorized\r\n",
        ["no", "job"],
        {"status": "error", "status_ext": "error:user-session-limit", "message": "You have 12 sessions."},
    ],
)
async def test_an_archive_that_takes_nothing_is_left_alone_and_nothing_is_lost(answer: Any, tmp_path: Path) -> None:
    clock = HandClock(NOW)
    async with archived(tmp_path, clock) as (runtime, service, archiving):
        await edited(runtime, times=0)
        service.answers = [answer, job("spn2-1")]
        await archiving.serve()
        assert archiving.problems()
        assert left(runtime) == [("", 0, 0, "", "")]
        archiving.tick()
        await asyncio.sleep(0)
        assert len(service.asked) == 1  # it rests
        clock.pass_(hours=1)
        await archiving.serve()
        assert not archiving.problems()
        assert left(runtime)[0][0] == "spn2-1"


async def test_a_job_that_never_ends_is_asked_for_again_and_given_up_after_a_day(tmp_path: Path) -> None:
    clock = HandClock(NOW)
    async with archived(tmp_path, clock) as (runtime, service, archiving):
        await edited(runtime, times=0)
        service.answers = [job("spn2-1")]
        await archiving.serve()
        clock.pass_(hours=30)
        service.standings = [[]]
        await archiving.serve()
        [(_, attempts, over, _, error)] = left(runtime)
        assert (attempts, over) == (1, 1)
        assert "nothing of this job" in error


async def test_no_source_asks_unless_it_is_told_to(tmp_path: Path) -> None:
    async with open_runtime(config(tmp_path), HandClock(NOW), engine=Inline()) as runtime:
        await edited(runtime, times=1)
        assert left(runtime) == []
