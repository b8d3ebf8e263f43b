"""Hints that an article changed, and what a source's hints are worth."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scheduler.test_dispatch import a_crew, work_off
from tracker.discovery.signals import SOON, TRIAL, Record
from tracker.model import Found, Via
from tracker.scheduler import revisit
from tracker.scheduler.dispatch import Dispatcher
from tracker.scheduler.hints import MOST_ANNOUNCED, SILENT, Hints, announced

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
