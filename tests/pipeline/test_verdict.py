"""An article's places in life, from check to check: gone, moved, paywalled and back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fetcher.world import START
from tests.scheduler.world import PATIENCE, World, a_world
from tracker.model import Article, Capture, EventKind, Outcome, State, Via
from tracker.newsroom.faults import Fault
from tracker.pipeline.verdict import addresses
from tracker.pipeline.walk import Observation
from tracker.store.history import articles, checks, versions
from tracker.store.queue import queue

FERRY = "ferry-fog-timetable"
GULLS = "mayor-gulls"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path, limits=PATIENCE) as opened:
        await opened.discover()
        yield opened


async def test_a_vanished_story_is_gone_after_three_looks_and_its_return_is_told_once(world: World) -> None:
    await world.check(FERRY)
    world.newsroom.edit(FERRY, unpublish=404)
    states, apparently = [], []
    for minutes in (10, 1, 15, 120, 24 * 60):
        await world.check(FERRY, minutes=minutes)
        states.append(articles.article(world.store, world.id(FERRY)).state)
        apparently.append(queue.apparently_gone(world.store, [world.id(FERRY)]) == {world.id(FERRY)})
    assert apparently == [False, False, True, False, False], "told after three failures, until it is sure"
    assert states == [State.LIVE, State.LIVE, State.LIVE, State.GONE, State.GONE]
    world.newsroom.edit(FERRY, restore=None)
    for _ in range(2):
        assert (await world.check(FERRY, minutes=24 * 60)).outcome is Outcome.UNCHANGED
    assert articles.article(world.store, world.id(FERRY)).state is State.LIVE
    events = checks.events(world.store, world.id(FERRY))
    assert [event.kind for event in events] == [EventKind.GONE, EventKind.RESTORED]
    assert events[0].detail["status"] == 404


async def test_a_host_that_fails_meanwhile_does_not_put_off_that_a_story_is_gone(world: World) -> None:
    await world.check(FERRY)
    world.newsroom.edit(FERRY, unpublish=404)
    await world.check(FERRY, minutes=10)
    world.newsroom.fail("harbour-courier", Fault.STATUS, status=500)
    for _ in range(8):
        assert not (await world.check(FERRY, minutes=60)).outcome.saw_the_article
        following = queue.state(world.store, world.id(FERRY)).next_check_at
        assert following is not None
        assert following - world.clock.now() <= timedelta(hours=1)
    world.newsroom.heal("harbour-courier")
    for hours in (7, 2):
        await world.check(FERRY, minutes=hours * 60)
    assert [event.kind for event in checks.events(world.store, world.id(FERRY))] == [EventKind.GONE]


async def test_a_host_that_fails_makes_no_story_apparently_gone_and_its_return_ends_the_suspicion(world: World) -> None:
    await world.check(FERRY)
    article = world.id(FERRY)
    world.newsroom.fail("harbour-courier", Fault.STATUS, status=500)
    for _ in range(4):
        await world.check(FERRY, minutes=60)
    assert not queue.apparently_gone(world.store, [article])
    world.newsroom.heal("harbour-courier")
    world.newsroom.edit(FERRY, unpublish=404)
    await world.check(FERRY, minutes=60)
    assert not queue.apparently_gone(world.store, [article]), "one answer that it is gone proves little"
    await world.check(FERRY, minutes=15)
    assert queue.apparently_gone(world.store, [article]) == {article}
    world.newsroom.edit(FERRY, restore=None)
    await world.check(FERRY, minutes=15)
    assert not queue.apparently_gone(world.store, [article])
    assert checks.events(world.store, article) == []


async def test_gone_for_good_needs_one_look_less(world: World) -> None:
    await world.check(FERRY)
    world.newsroom.edit(FERRY, unpublish=410)
    states = []
    for minutes in (10, 15):
        await world.check(FERRY, minutes=minutes)
        states.append(articles.article(world.store, world.id(FERRY)).state)
    assert states == [State.LIVE, State.GONE]


async def test_a_new_slug_keeps_the_article_and_its_history(world: World) -> None:
    await world.check(GULLS)
    old, article = world.newsroom.url(GULLS), world.id(GULLS)
    world.newsroom.edit(GULLS, move="mayor-and-gulls")
    new = world.newsroom.url(GULLS)
    assert new != old
    await world.check(article, minutes=30)
    assert (articles.article(world.store, article).url, articles.resolve(world.store, new)) == (old, article), (
        "seen once proves nothing"
    )
    assert checks.events(world.store, article) == []
    assert queue.state(world.store, article).next_check_at == world.clock.now() + timedelta(minutes=15)
    await world.check(article, minutes=15)
    assert articles.article(world.store, article).url == new
    assert articles.resolve(world.store, old) == articles.resolve(world.store, new) == article
    assert [event.kind for event in checks.events(world.store, article)] == [EventKind.MOVED]
    await world.discover()
    world.newsroom.edit(GULLS, headline="Gulls and the mayor")
    await world.check(article, minutes=30)
    assert [v.number for v in versions.versions(world.store, article)] == [1, 2]
    assert len(checks.events(world.store, article)) == 1


async def test_a_redirect_that_is_taken_back_moves_nothing(world: World) -> None:
    await world.check(GULLS)
    old, article = world.newsroom.url(GULLS), world.id(GULLS)
    world.newsroom.edit(GULLS, move="mayor-and-gulls")
    await world.check(article, minutes=30)
    world.newsroom.edit(GULLS, move=GULLS)
    for _ in range(2):
        await world.check(article, minutes=30)
    assert articles.article(world.store, article).url == old
    assert checks.events(world.store, article) == []


async def test_a_paywall_is_a_state_not_an_edit(world: World) -> None:
    await world.check(FERRY)
    world.newsroom.edit(FERRY, paywall=1)
    outcomes = await world.outcomes(FERRY, 10, 15, 120, 24 * 60)
    assert set(outcomes) == {Outcome.PAYWALLED}
    assert articles.article(world.store, world.id(FERRY)).state is State.PAYWALLED
    assert len(versions.versions(world.store, world.id(FERRY))) == 1


OLD, NEW = "https://paper.test/gulls", "https://paper.test/mayor-and-gulls"


def story(versions: int) -> Article:
    """An article at the old address, read so many times with something new."""
    return Article(
        1, "paper", OLD, State.LIVE, "", "", "", None, START, None, versions, versions or None, Via.FEED, pinned=False
    )


def led(*statuses: int, final: str = NEW) -> Observation:
    """A visit that redirects of these statuses led on, in order."""
    trail = tuple((status, OLD) for status in statuses)
    capture = Capture(OLD, final, 200, (), b"", START, trail)
    return Observation(Outcome.UNCHANGED, capture, final_url=final)


@pytest.mark.parametrize("statuses", [(301,), (308,), (301, 308)])
@pytest.mark.parametrize("read", [0, 2])
def test_redirects_for_good_move_an_article(read: int, statuses: tuple[int, ...]) -> None:
    assert addresses(story(read), led(*statuses)) == (NEW, ())


@pytest.mark.parametrize("statuses", [(302,), (303,), (307,), (301, 302), (307, 308), (301, 303, 301)])
def test_a_redirect_for_now_never_moves_an_article(statuses: tuple[int, ...]) -> None:
    assert addresses(story(2), led(*statuses)) == ("", ())
    assert addresses(story(0), led(*statuses)) == ("", (NEW,)), "before the first reading it is another name"


@pytest.mark.parametrize("observation", [led(301, final=f"{OLD}#top"), led(final=NEW), Observation(Outcome.UNCHANGED)])
def test_without_a_redirect_to_another_address_nothing_moves(observation: Observation) -> None:
    assert addresses(story(2), observation) == ("", ())


def test_other_addresses_that_showed_the_same_are_told_once() -> None:
    seen = Observation(Outcome.UNCHANGED, led(302).capture, final_url=NEW, aliases=(NEW, OLD))
    assert addresses(story(0), seen) == ("", (NEW, OLD))
    assert addresses(story(2), seen) == ("", (NEW, OLD))
