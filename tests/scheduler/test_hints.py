"""Hints that an article changed, and what a source's hints are worth."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.scheduler.test_dispatch import a_crew, work_off, work_some
from tracker.discovery.signals import SOON, TRIAL, Record
from tracker.errors import StoreError
from tracker.model import Found, Via
from tracker.scheduler import revisit
from tracker.scheduler.dispatch import Dispatcher
from tracker.scheduler.hints import MOST_ANNOUNCED, SILENT, Hints, announced
from tracker.store import Store

GULLS = "mayor-gulls"


async def test_an_update_in_the_feed_brings_the_check_forward_and_is_counted_when_it_was_right(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, crew):
        source = world.sources["harbour-courier"]
        await crew.discover(source)
        await work_off(Dispatcher(crew))
        world.clock.pass_(minutes=10)
        world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned")
        await crew.discover(source)
        await asyncio.to_thread(crew.writer.flush)
        state = world.store.state(world.id(GULLS))
        assert state.next_check_at is not None
        assert state.next_check_at <= world.clock.now() + timedelta(minutes=1)
        world.clock.pass_(minutes=2)
        await work_off(Dispatcher(crew))
        await asyncio.to_thread(crew.writer.flush)
        assert sum(right for right, _ in crew.reader.signals("harbour-courier").values()) == 1
        assert crew.hints.followed == {}


async def test_a_silent_edit_gives_no_hint(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, crew):
        source = world.sources["harbour-courier"]
        await crew.discover(source)
        await work_off(Dispatcher(crew))
        planned = crew.reader.state(world.id(GULLS)).next_check_at
        world.clock.pass_(minutes=3)
        world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned", silent=True)
        await crew.discover(source)
        await asyncio.to_thread(crew.writer.flush)
        assert crew.reader.state(world.id(GULLS)).next_check_at == planned


async def test_a_source_whose_hints_never_hold_is_no_longer_believed(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, crew):
        await work_off(Dispatcher(crew))
        for _ in range(TRIAL * 3):
            world.store.count_signal("harbour-courier", "feed", right=False)
        hints = Hints()
        followed = 0
        for _ in range(TRIAL + 1):
            world.clock.pass_(minutes=1)
            now = world.clock.now()
            found = Found(world.newsroom.url(GULLS), Via.FEED, updated_at=now)
            followed += len(hints.weigh(crew.reader, world.sources["harbour-courier"], [found], now))
        assert followed == 1


@pytest.mark.parametrize(
    ("name", "right", "wrong", "soon"),
    [("mostly right", 40, 10, True), ("never counted", 0, 0, True), ("poor, but not worthless", 3, 22, False)],
)
async def test_a_hint_brings_the_check_forward_as_far_as_its_record_deserves(
    name: str, right: int, wrong: int, soon: bool, tmp_path: Path
) -> None:
    async with a_crew(tmp_path) as (world, crew):
        await work_off(Dispatcher(crew))
        await asyncio.to_thread(crew.writer.flush)
        for number in range(right + wrong):
            world.store.count_signal("harbour-courier", "feed", right=number < right)
        world.clock.pass_(minutes=6)
        now, source = world.clock.now(), replace(world.sources["harbour-courier"], checks=6)
        found = Found(world.newsroom.url(GULLS), Via.FEED, updated_at=now)
        ((_, at),) = Hints().weigh(crew.reader, source, [found], now)
        assert (at == now + SOON) is soon, name
        state = crew.reader.state(world.id(GULLS))
        planned = revisit.worth(crew.reader.article(world.id(GULLS)), source, state, 1.0, now)
        assert at < planned, "sooner than without it"


async def test_a_change_that_no_hint_told_of_is_counted_and_shows_how_much_is_announced(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, crew):
        await work_off(Dispatcher(crew))
        world.clock.pass_(hours=9)
        world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned", silent=True)
        article = crew.reader.article(world.id(GULLS))
        await crew.check(article, crew.reader.state(article.id))
        await asyncio.to_thread(crew.writer.flush)
        assert crew.reader.signals("harbour-courier") == {SILENT: (1, 0)}


def test_how_much_is_announced_is_known_only_after_enough_changes() -> None:
    assert announced({}) == 0
    assert announced({"feed": Record(9, 1), SILENT: Record(3, 0)}) == 0
    assert announced({"feed": Record(30, 5), SILENT: Record(10, 0)}) == 0.75
    assert announced({"feed": Record(30, 900), SILENT: Record(10, 0)}) == 0, "nobody believes those hints"
    assert announced({"feed": Record(300, 5)}) == MOST_ANNOUNCED


async def test_a_hint_that_is_old_unknown_or_from_the_future_is_none(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, crew):
        await work_off(Dispatcher(crew))
        now = world.clock.now()
        url = world.newsroom.url(GULLS)
        hints = Hints()
        for found in (
            Found(url, Via.FEED),
            Found(url, Via.FEED, updated_at=now - timedelta(hours=1)),
            Found(url, Via.FEED, updated_at=now + timedelta(hours=1)),
            Found(url + "/elsewhere", Via.FEED, updated_at=now),
        ):
            assert hints.weigh(crew.reader, world.sources["harbour-courier"], [found], now) == []


async def test_what_stands_on_several_articles_is_learned(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (_, crew):
        await work_off(Dispatcher(crew))
        await asyncio.to_thread(crew.writer.flush)
        assert crew.reader.profile("harbour-courier")["furniture"]


async def test_an_update_that_is_dated_ahead_is_heard_when_its_moment_has_passed(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, crew):
        await work_off(Dispatcher(crew))
        await asyncio.to_thread(crew.writer.flush)
        source, hints = world.sources["harbour-courier"], Hints()
        found = Found(world.newsroom.url(GULLS), Via.FEED, updated_at=world.clock.now() + timedelta(minutes=5))
        assert hints.weigh(crew.reader, source, [found], world.clock.now()) == []
        world.clock.pass_(minutes=6)
        [(article_id, _)] = hints.weigh(crew.reader, source, [found], world.clock.now())
        assert article_id == world.id(GULLS)
        assert hints.weigh(crew.reader, source, [found], world.clock.now()) == []


async def test_what_was_heard_is_remembered_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.scheduler.hints.MOST_HEARD", 3)
    async with a_crew(tmp_path) as (world, crew):
        source, hints, now = world.sources["harbour-courier"], Hints(), world.clock.now()
        for n in (0, 1, 2, 0, 3):
            hints.weigh(crew.reader, source, [Found(f"https://times.example/{n}", Via.FEED, updated_at=now)], now)
        assert list(hints.heard) == [f"https://times.example/{n}" for n in (2, 0, 3)]


async def test_a_hint_brings_forward_even_what_was_put_off_for_want_of_a_place(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, crew):
        dispatcher = Dispatcher(crew, hands=4, line=1)
        dispatcher.tick()
        await asyncio.to_thread(crew.writer.flush)
        now = world.clock.now()
        articles = crew.reader.articles("harbour-courier")
        put_off = next(a for a in articles if (crew.reader.state(a.id).next_check_at or now) > now)
        await work_some(dispatcher)
        crew.writer.submit(lambda store: store.bring_forward(put_off.id, now))
        await asyncio.to_thread(crew.writer.flush)
        await work_some(dispatcher)
        assert crew.reader.article(put_off.id).version_count == 1


async def test_what_a_feed_named_is_read_again_when_it_could_not_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_crew(tmp_path) as (world, crew):
        source, keep = world.sources["harbour-courier"], Store.found
        world.newsroom.publish("late-news", headline="Late news", body=[f"Line {n} of late news." for n in range(9)])

        def full(*_: object, **__: object) -> list[int]:
            raise StoreError("the disk is full")

        monkeypatch.setattr(Store, "found", full)
        with pytest.raises(StoreError, match="full"):
            await crew.discover(source)
        monkeypatch.setattr(Store, "found", keep)
        _, new = await crew.discover(source)
        assert len(new) == 1


async def test_a_feed_is_asked_for_whole_once_a_day(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, crew):
        source, asked = world.sources["harbour-courier"], world.newsroom.requests
        path, asked[:] = urlsplit(source.feeds[0]).path, []
        for hours in (0, 1, 23):
            world.clock.pass_(hours=hours)
            await crew.discover(source)
        conditions = ["if-none-match" in {name.lower() for name in v.headers} for v in asked if v.path == path]
        assert conditions == [False, True, False]
