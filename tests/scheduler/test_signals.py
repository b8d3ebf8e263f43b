"""Signals that an article changed, and what a source's signals are worth."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.scheduler.world import World, a_crew, work_off, work_some
from tests.store.world import fail, heal
from tracker.discovery.signals import PAGE, SOON, TRIAL, Record
from tracker.errors import StoreError
from tracker.model import ArticleState, Found, Outcome, Signal, Via
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.scheduler.process.runtime import Runtime
from tracker.scheduler.process.signals import MOST_ANNOUNCED, SILENT, Signals, announced
from tracker.scheduler.revisit import policy
from tracker.store.history import articles as stored_articles
from tracker.store.history import sources
from tracker.store.queue import queue

GULLS = "mayor-gulls"


async def test_an_update_in_the_feed_brings_the_check_forward_and_is_counted_when_it_was_right(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        source = world.sources["harbour-courier"]
        await runtime.discover(source)
        await work_off(Dispatcher(runtime))
        world.clock.pass_(minutes=10)
        world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned")
        await runtime.discover(source)
        await asyncio.to_thread(runtime.writer.flush)
        state = queue.state(world.store, world.id(GULLS))
        assert state.next_check_at is not None
        assert state.next_check_at <= world.clock.now() + timedelta(minutes=1)
        world.clock.pass_(minutes=2)
        await work_off(Dispatcher(runtime))
        await asyncio.to_thread(runtime.writer.flush)
        assert sum(right for right, _ in sources.signals(runtime.reader, "harbour-courier").values()) == 1
        assert runtime.signals.followed == {}


async def test_a_silent_edit_gives_no_signal(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        source = world.sources["harbour-courier"]
        await runtime.discover(source)
        await work_off(Dispatcher(runtime))
        planned = queue.state(runtime.reader, world.id(GULLS)).next_check_at
        world.clock.pass_(minutes=3)
        world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned", silent=True)
        await runtime.discover(source)
        await asyncio.to_thread(runtime.writer.flush)
        assert queue.state(runtime.reader, world.id(GULLS)).next_check_at == planned


async def test_a_source_whose_signals_never_hold_is_no_longer_believed(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        for _ in range(TRIAL * 3):
            sources.count_signal(world.store, "harbour-courier", "feed", right=False)
        signals = Signals()
        followed = 0
        for _ in range(TRIAL + 1):
            world.clock.pass_(minutes=1)
            now = world.clock.now()
            found = Found(world.newsroom.url(GULLS), Via.FEED, updated_at=now)
            followed += len(signals.weigh(runtime.reader, world.sources["harbour-courier"], [found], now))
        assert followed == 1


@pytest.mark.parametrize(
    ("name", "right", "wrong", "soon"),
    [("mostly right", 40, 10, True), ("never counted", 0, 0, True), ("poor, but not worthless", 3, 22, False)],
)
async def test_a_signal_brings_the_check_forward_as_far_as_its_record_deserves(
    name: str, right: int, wrong: int, soon: bool, tmp_path: Path
) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        await asyncio.to_thread(runtime.writer.flush)
        for number in range(right + wrong):
            sources.count_signal(world.store, "harbour-courier", "feed", right=number < right)
        world.clock.pass_(minutes=6)
        now, source = world.clock.now(), replace(world.sources["harbour-courier"], checks=6)
        found = Found(world.newsroom.url(GULLS), Via.FEED, updated_at=now)
        (sooner,) = Signals().weigh(runtime.reader, source, [found], now)
        at = sooner.at
        assert (at == now + SOON) is soon, name
        state = queue.state(runtime.reader, world.id(GULLS))
        planned = policy.worth(stored_articles.article(runtime.reader, world.id(GULLS)), source, state, 1.0, now)
        assert at < planned, "sooner than without it"


async def test_a_change_that_no_signal_told_of_is_counted_and_shows_how_much_is_announced(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        world.clock.pass_(hours=9)
        world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned", silent=True)
        article = stored_articles.article(runtime.reader, world.id(GULLS))
        await runtime.check(article, queue.state(runtime.reader, article.id))
        await asyncio.to_thread(runtime.writer.flush)
        assert sources.signals(runtime.reader, "harbour-courier") == {SILENT: (1, 0)}


def test_how_much_is_announced_is_known_only_after_enough_changes() -> None:
    assert announced({}) == 0
    assert announced({"feed": Record(9, 1), SILENT: Record(3, 0)}) == 0
    assert announced({"feed": Record(30, 5), SILENT: Record(10, 0)}) == 0.75
    assert announced({"feed": Record(30, 900), SILENT: Record(10, 0)}) == 0, "nobody believes those signals"
    assert announced({"feed": Record(300, 5)}) == MOST_ANNOUNCED


async def test_a_signal_that_is_old_unknown_or_from_the_future_is_none(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        now = world.clock.now()
        url = world.newsroom.url(GULLS)
        signals = Signals()
        for found in (
            Found(url, Via.FEED),
            Found(url, Via.FEED, updated_at=now - timedelta(hours=1)),
            Found(url, Via.FEED, updated_at=now + timedelta(hours=1)),
            Found(url + "/elsewhere", Via.FEED, updated_at=now),
        ):
            assert signals.weigh(runtime.reader, world.sources["harbour-courier"], [found], now) == []


async def test_what_stands_on_several_articles_is_learned(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (_, runtime):
        await work_off(Dispatcher(runtime))
        await asyncio.to_thread(runtime.writer.flush)
        assert sources.profile(runtime.reader, "harbour-courier")["furniture"]


async def test_an_update_that_is_dated_ahead_is_heard_when_its_moment_has_passed(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        await asyncio.to_thread(runtime.writer.flush)
        source, signals = world.sources["harbour-courier"], Signals()
        found = Found(world.newsroom.url(GULLS), Via.FEED, updated_at=world.clock.now() + timedelta(minutes=5))
        assert signals.weigh(runtime.reader, source, [found], world.clock.now()) == []
        world.clock.pass_(minutes=6)
        (sooner,) = signals.weigh(runtime.reader, source, [found], world.clock.now())
        assert sooner.article_id == world.id(GULLS)
        assert signals.weigh(runtime.reader, source, [found], world.clock.now()) == []


async def test_what_was_named_is_remembered_within_bounds(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        source, signals, now = world.sources["harbour-courier"], Signals(most_known=3), world.clock.now()
        for n in (0, 1, 2, 0, 3):
            signals.weigh(runtime.reader, source, [Found(f"https://times.example/{n}", Via.FEED, updated_at=now)], now)
        assert list(signals.known) == [f"https://times.example/{n}" for n in (2, 0, 3)]


async def test_a_signal_brings_forward_even_what_was_put_off_for_want_of_a_place(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime, checkers=4, length=1)
        dispatcher.tick()
        await asyncio.to_thread(runtime.writer.flush)
        now = world.clock.now()
        articles = stored_articles.articles(runtime.reader, "harbour-courier")
        put_off = next(a for a in articles if (queue.state(runtime.reader, a.id).next_check_at or now) > now)
        await work_some(dispatcher)
        runtime.writer.submit(lambda store: queue.bring_forward(store, put_off.id, now))
        await asyncio.to_thread(runtime.writer.flush)
        await work_some(dispatcher)
        assert stored_articles.article(runtime.reader, put_off.id).version_count == 1


async def test_what_a_feed_named_is_read_again_when_it_could_not_be_kept(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        source = world.sources["harbour-courier"]
        world.newsroom.publish("late-news", headline="Late news", body=[f"Line {n} of late news." for n in range(9)])
        runtime.writer.submit(partial(fail, statement="insert on articles")).result()
        with pytest.raises(StoreError, match="full"):
            await runtime.discover(source)
        runtime.writer.submit(heal).result()
        _, new = await runtime.discover(source)
        assert len(new) == 1


async def test_a_feed_is_asked_for_whole_at_least_once_an_hour(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        source, asked = world.sources["harbour-courier"], world.newsroom.requests
        path, asked[:] = urlsplit(source.feeds[0]).path, []
        for hours in (0, 0.5, 1.2):
            world.clock.pass_(hours=hours)
            await runtime.discover(source)
        conditions = ["if-none-match" in {name.lower() for name in v.headers} for v in asked if v.path == path]
        assert conditions == [False, True, False]


async def look(world: World, runtime: Runtime, slug: str = GULLS, **later: float) -> ArticleState:
    """Let time pass, check a story, and give its state when all that came of it is written."""
    world.clock.pass_(**later)
    article = stored_articles.article(runtime.reader, world.id(slug))
    await runtime.check(article, queue.state(runtime.reader, article.id))
    await asyncio.to_thread(runtime.writer.flush)
    return queue.state(runtime.reader, article.id)


def stamp(world: World, slug: str = GULLS) -> None:
    """The page says from now on that it was modified now; its text stays as it is."""
    world.newsroom.edit(slug)


async def test_a_page_that_says_it_was_modified_is_looked_at_again_and_was_right_when_the_text_comes(
    tmp_path: Path,
) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        await look(world, runtime, hours=30)
        world.clock.pass_(minutes=30)
        stamp(world)
        hinted = await look(world, runtime, minutes=30)
        assert hinted.outcome is Outcome.UNCHANGED
        assert hinted.next_check_at == world.clock.now() + timedelta(minutes=5)
        article, source = stored_articles.article(runtime.reader, world.id(GULLS)), world.sources["harbour-courier"]
        planned = policy.worth(article, source, hinted, 1.0, world.clock.now())
        assert planned > hinted.next_check_at, "sooner than without it"
        assert hinted.rate.signal == Signal(PAGE, world.clock.now() - timedelta(minutes=30))
        assert sources.signals(runtime.reader, "harbour-courier") == {}, "not known yet"
        world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned", silent=True)
        settled = await look(world, runtime, minutes=5)
        assert settled.outcome is Outcome.CHANGED
        assert sources.signals(runtime.reader, "harbour-courier") == {PAGE: (1, 0)}
        assert settled.rate.signal is None


async def test_a_date_that_is_old_to_come_or_the_one_of_the_version_is_no_signal_of_a_page(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        article, source = stored_articles.article(runtime.reader, world.id(GULLS)), world.sources["harbour-courier"]
        before = queue.state(runtime.reader, article.id)
        result, _ = await runtime.check(article, before)
        assert result.modified_at is None, "the date that came with the text"
        now = result.ended_at
        assert before.last_seen_at is not None
        for said in (None, before.last_seen_at, now + timedelta(seconds=1)):
            said_result = replace(result, modified_at=said)
            assert Signals().read(runtime.reader, article, source, before, said_result) is None, said


async def test_a_source_that_stamps_every_page_with_the_present_moment_soon_costs_no_look_more(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        stories = [story.slug for story in world.newsroom.stories("harbour-courier")]
        world.clock.pass_(days=2)
        brought = 0
        for _ in range(9):
            world.clock.pass_(minutes=30)
            for slug in stories:
                stamp(world, slug)
                state = await look(world, runtime, slug)
                while state.rate.signal is not None:  # the look that it brought finds the date moved on again
                    brought += 1
                    world.clock.pass_(minutes=5)
                    stamp(world, slug)
                    state = await look(world, runtime, slug)
        assert brought == TRIAL
        assert sources.signals(runtime.reader, "harbour-courier") == {PAGE: (0, TRIAL)}


async def test_no_more_pages_wait_for_a_trial_look_than_the_trial_has(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        article, source = stored_articles.article(runtime.reader, world.id(GULLS)), world.sources["harbour-courier"]
        world.clock.pass_(hours=1)
        stamp(world)
        before = queue.state(runtime.reader, article.id)
        result, _ = await runtime.check(article, before)
        signals, brought = Signals(), 0
        for number in range(TRIAL * 3):
            other = replace(article, id=number)
            brought += (
                signals.read(runtime.reader, other, source, replace(before, article_id=number), result) is not None
            )
        assert brought == TRIAL


async def test_a_feed_and_a_page_that_speak_of_the_same_moment_count_once(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        source = world.sources["harbour-courier"]
        await runtime.discover(source)
        await work_off(Dispatcher(runtime))
        world.clock.pass_(hours=1)
        stamp(world)
        await runtime.discover(source)
        await asyncio.to_thread(runtime.writer.flush)
        by_feed = queue.state(runtime.reader, world.id(GULLS)).rate.signal
        assert by_feed is not None
        assert by_feed.kind in {"feed", "sitemap"}
        by_page = (await look(world, runtime, minutes=1)).rate.signal
        assert by_page == Signal(PAGE, by_feed.moment)
        await runtime.discover(source)  # it still says so
        world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned", silent=True)
        await look(world, runtime, minutes=5)
        assert sources.signals(runtime.reader, "harbour-courier") == {PAGE: (1, 0)}


async def test_a_signal_that_was_followed_before_a_restart_is_settled_after_it(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        world.clock.pass_(hours=1)
        source, now = world.sources["harbour-courier"], world.clock.now()
        found = Found(world.newsroom.url(GULLS), Via.FEED, updated_at=now)
        (sooner,) = runtime.signals.weigh(runtime.reader, source, [found], now)
        queue.bring_forward(world.store, sooner.article_id, sooner.at, sooner.signal)
        runtime.signals = Signals()
        await look(world, runtime, minutes=2)
        assert sources.signals(runtime.reader, "harbour-courier") == {"feed": (0, 1)}


def test_what_a_page_says_of_itself_must_be_looked_for_like_any_change() -> None:
    assert announced({"feed": Record(30, 5), SILENT: Record(5, 0), PAGE: Record(5, 5)}) == 0.75
