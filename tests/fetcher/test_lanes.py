"""Manners: who is asked when, and when a host is left alone."""

from __future__ import annotations

import asyncio
import itertools
import random
import socket
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetcher.world import START, Site, StepClock, World, answer
from tracker.fetcher import Priority
from tracker.fetcher.lanes import (
    FIRST_REST,
    LONGEST_REST,
    MAX_DELAY,
    REST,
    HostLane,
    RequestReport,
    RequestVerdict,
    Resting,
    rest_after,
    throttled,
    worth_telling,
)
from tracker.model import Capture, Failure, Host, Outcome

PAGE = b"<p>story</p>"
TWO_SECONDS = timedelta(seconds=2)


def lane(clock: StepClock, host: Host | None = None) -> tuple[HostLane, list[Host]]:
    told: list[Host] = []
    return HostLane(host or Host("paper.test"), clock, told.append, random.Random(1)), told


async def test_two_requests_to_one_host_are_the_delay_apart(world: World, paper: Site) -> None:
    for i in range(6):
        paper.page(f"/{i}", PAGE)
    async with world.fetcher() as fetcher:
        await asyncio.gather(*(fetcher.get(f"http://paper.test/{i}", delay=TWO_SECONDS) for i in range(6)))
    gaps = [b.at - a.at for a, b in itertools.pairwise(paper.requests)]
    assert len(gaps) == 6
    assert min(gaps) >= TWO_SECONDS
    assert max(gaps) <= TWO_SECONDS * 1.6
    assert len({round(g.total_seconds(), 3) for g in gaps}) > 1, "the pauses form no pattern"
    assert paper.busiest == 1


async def test_a_lane_without_delay_lets_two_through_at_a_time(world: World, paper: Site) -> None:
    pair = asyncio.Barrier(2)

    async def together(writer: asyncio.StreamWriter) -> None:
        await pair.wait()
        writer.write(answer(PAGE, connection="close"))
        await writer.drain()

    for i in range(8):
        paper.answers[f"/{i}"] = together
    async with world.fetcher() as fetcher:
        got = await asyncio.gather(*(fetcher.get(f"http://paper.test/{i}") for i in range(8)))
    assert all(isinstance(g, Capture) for g in got)
    assert paper.busiest == 2
    assert world.clock.slept == []


async def test_hosts_do_not_wait_for_each_other(world: World, paper: Site) -> None:
    other = await world.site("other.test")
    for site in (paper, other):
        site.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a", delay=timedelta(seconds=50))
        before = world.clock.now()
        await fetcher.get("http://other.test/a", delay=timedelta(seconds=50), robots_ignored="test")
    assert other.requests[-1].at == before


async def test_feeds_go_before_new_articles_before_rechecks() -> None:
    clock = StepClock()
    queue, _ = lane(clock)
    order: list[Priority] = []

    async def ask(priority: Priority) -> None:
        await queue.enter(priority, TWO_SECONDS)
        order.append(priority)
        queue.leave(TWO_SECONDS, RequestReport(RequestVerdict.GOOD))

    await queue.enter(Priority.RECHECK, TWO_SECONDS)
    waiting = [
        asyncio.create_task(ask(p)) for p in (Priority.RECHECK, Priority.NEW, Priority.FEED, Priority.ROBOTS) * 2
    ]
    await asyncio.sleep(0)
    queue.leave(TWO_SECONDS, RequestReport(RequestVerdict.GOOD))
    await asyncio.gather(*waiting)
    assert order == sorted(order)
    assert not queue.idle, "a pause still runs"
    clock.pass_time(seconds=3)
    assert queue.idle


async def test_crawl_delay_is_kept_but_not_without_end(world: World, paper: Site) -> None:
    paper.page("/robots.txt", b"User-agent: *\nCrawl-delay: 9999", content_type="text/plain")
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a")
        await fetcher.get("http://paper.test/a")
    gaps = [b.at - a.at for a, b in itertools.pairwise(paper.requests)]
    assert all(timedelta(seconds=MAX_DELAY) <= g <= timedelta(seconds=MAX_DELAY * 1.5) for g in gaps)


async def test_retry_after_stops_the_whole_lane(world: World, paper: Site) -> None:
    paper.page("/a", b"slow down", 429, retry_after="600")
    paper.page("/b", PAGE)
    async with world.fetcher() as fetcher:
        first = await fetcher.get("http://paper.test/a", delay=TWO_SECONDS)
        second = await fetcher.get("http://paper.test/b", delay=TWO_SECONDS)
        assert isinstance(first, Failure)
        assert isinstance(second, Failure)
        assert (first.outcome, first.retry_after) == (Outcome.RATE_LIMITED, timedelta(minutes=10))
        assert (second.outcome, second.status) == (Outcome.RATE_LIMITED, 0)
        assert second.retry_after == timedelta(minutes=10)
        assert paper.asked("/b") == 0
        world.clock.pass_time(minutes=10)
        assert isinstance(await fetcher.get("http://paper.test/b", delay=TWO_SECONDS), Capture)
    assert fetcher.host("paper.test").paused_until is None


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("0", timedelta(minutes=1)),
        ("120", timedelta(minutes=2)),
        ("99999999999999999999", timedelta(hours=24)),
        ("Mon, 23 Nov 2026 10:30:00 GMT", timedelta(minutes=30)),
        ("soon", None),
        ("-5", None),
    ],
)
async def test_retry_after_is_read_and_clamped(world: World, paper: Site, said: str, rest: timedelta | None) -> None:
    paper.page("/a", b"", 503, retry_after=said, date="Mon, 23 Nov 2026 10:00:00 GMT")
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a")
        paused = fetcher.host("paper.test").paused_until
    assert paused == (world.clock.now() + rest if rest else None)


async def test_a_host_that_keeps_failing_is_left_alone_and_probed_once(world: World, paper: Site) -> None:
    paper.page("/a", b"", 500)
    async with world.fetcher() as fetcher:
        for _ in range(5):
            await fetcher.get("http://paper.test/a")
        asked = paper.asked("/a")
        left_alone = await fetcher.get("http://paper.test/a")
        assert isinstance(left_alone, Failure)
        assert (left_alone.outcome, left_alone.status) == (Outcome.SERVER_ERROR, 0)
        assert left_alone.retry_after == FIRST_REST
        assert paper.asked("/a") == asked
        world.clock.pass_time(minutes=15)
        got = await asyncio.gather(*(fetcher.get("http://paper.test/a") for _ in range(4)))
        assert paper.asked("/a") == asked + 1, "one probe, and the rest wait for what it finds"
        assert [f.retry_after for f in got if isinstance(f, Failure) and not f.status] == [FIRST_REST * 2] * 3
        world.clock.pass_time(minutes=30)
        paper.page("/a", PAGE)
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
        assert fetcher.host("paper.test").failures == 0


async def test_saying_no_is_not_failing(world: World, paper: Site) -> None:
    paper.page("/a", b"", 403)
    async with world.fetcher() as fetcher:
        for _ in range(8):
            await fetcher.get("http://paper.test/a")
    assert paper.asked("/a") == 8


async def test_a_machine_without_network_recovers_within_minutes(world: World, paper: Site) -> None:
    paper.page("/a", PAGE)
    known, world.names["paper.test"] = world.names["paper.test"], socket.gaierror(socket.EAI_AGAIN, "try again")
    async with world.fetcher() as fetcher:
        for _ in range(50):
            got = await fetcher.get("http://paper.test/a")
            assert isinstance(got, Failure)
            assert got.outcome is Outcome.CONNECTION
            assert "network" in got.error
            world.clock.pass_time(minutes=10)
        world.names["paper.test"] = known
        world.clock.pass_time(minutes=3)
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)


async def test_a_lane_remembers_its_rest_across_a_restart(world: World, paper: Site) -> None:
    paper.page("/a", PAGE)
    resting = Host(
        "paper.test", paused_until=world.clock.now() + timedelta(hours=1), robots="", robots_fetched_at=START
    )
    async with world.fetcher(known={"paper.test": resting}.get) as fetcher:
        assert isinstance(await fetcher.get("http://paper.test/a"), Failure)
    assert paper.requests == []


async def test_a_short_rest_is_waited_for() -> None:
    clock = StepClock()
    queue, _ = lane(clock, Host("paper.test", paused_until=START + timedelta(seconds=40)))
    await queue.enter(Priority.RECHECK, TWO_SECONDS)
    assert clock.now() == START + timedelta(seconds=40)


async def test_a_long_rest_ends_the_request_at_once() -> None:
    queue, _ = lane(StepClock(), Host("paper.test", paused_until=START + timedelta(minutes=5)))
    with pytest.raises(Resting):
        await queue.enter(Priority.RECHECK, TWO_SECONDS)
    assert queue.idle


NOTHING = timedelta(0)


@pytest.mark.parametrize("verdict", RequestVerdict)
@pytest.mark.parametrize("asked", [timedelta(minutes=2), timedelta(hours=1)])
async def test_an_answer_that_was_under_way_does_not_shorten_the_rest_that_another_brought(
    verdict: RequestVerdict, asked: timedelta
) -> None:
    clock = StepClock()
    queue, _ = lane(clock, Host("paper.test", failures=4))
    await queue.enter(Priority.RECHECK, NOTHING)
    await queue.enter(Priority.RECHECK, NOTHING)
    rest = RequestReport(
        RequestVerdict.FAILED, retry_after=timedelta(hours=1), outcome=Outcome.RATE_LIMITED, reason="HTTP 429"
    )
    queue.leave(NOTHING, rest)
    queue.leave(NOTHING, RequestReport(verdict, retry_after=asked if verdict is RequestVerdict.FAILED else None))
    assert queue.host.paused_until == START + timedelta(hours=1)
    assert queue.host.failures >= 5
    with pytest.raises(Resting, match="429") as resting:
        await queue.enter(Priority.RECHECK, NOTHING)
    assert resting.value.outcome is Outcome.RATE_LIMITED
    clock.pass_time(hours=1)
    await queue.enter(Priority.RECHECK, NOTHING)
    queue.leave(NOTHING, RequestReport(RequestVerdict.GOOD))
    assert (queue.host.paused_until, queue.host.failures) == (None, 0)


async def test_a_longer_rest_that_comes_later_counts() -> None:
    queue, _ = lane(StepClock())
    await queue.enter(Priority.RECHECK, NOTHING)
    await queue.enter(Priority.RECHECK, NOTHING)
    for hours in (1, 2):
        queue.leave(NOTHING, RequestReport(RequestVerdict.FAILED, retry_after=timedelta(hours=hours)))
    assert queue.host.paused_until == START + timedelta(hours=2)


async def test_an_answer_without_a_pause_does_not_take_away_the_pause_that_another_source_wants() -> None:
    queue, _ = lane(StepClock())
    await queue.enter(Priority.RECHECK, TWO_SECONDS)
    await queue.enter(Priority.RECHECK, NOTHING)
    queue.leave(TWO_SECONDS, RequestReport(RequestVerdict.GOOD))
    slot = queue.host.next_slot_at
    assert slot is not None
    assert slot >= START + TWO_SECONDS
    queue.leave(NOTHING, RequestReport(RequestVerdict.GOOD))
    assert queue.host.next_slot_at == slot


async def test_a_slow_host_is_asked_less_often(world: World, paper: Site) -> None:
    queue, _ = lane(world.clock)
    for _ in range(8):
        await queue.enter(Priority.RECHECK, TWO_SECONDS)
        queue.leave(TWO_SECONDS, RequestReport(RequestVerdict.GOOD, seconds=10.0))
    assert queue.host.next_slot_at is not None
    assert queue.host.next_slot_at - world.clock.now() >= timedelta(seconds=9)


@pytest.mark.parametrize(
    ("failures", "rest"),
    [(0, None), (4, None), (5, FIRST_REST), (6, FIRST_REST * 2), (7, REST), (30, REST), (31, LONGEST_REST)],
)
def test_rests_double_up_to_six_hours(failures: int, rest: timedelta | None) -> None:
    assert rest_after(failures) == rest
    assert rest_after(10_000) == LONGEST_REST


@given(st.floats(0, 60), st.floats(0, 1000), st.sampled_from(RequestVerdict))
def test_only_a_good_answer_makes_a_lane_faster(before: float, seconds: float, verdict: RequestVerdict) -> None:
    after = throttled(before, seconds, verdict)
    assert 0 <= after <= MAX_DELAY
    assert after >= before or verdict is RequestVerdict.GOOD


def test_a_slot_two_seconds_away_is_not_worth_a_write() -> None:
    host = Host("paper.test")
    soon = Host("paper.test", next_slot_at=START + timedelta(seconds=2))
    late = Host("paper.test", next_slot_at=START + timedelta(seconds=30))
    failing = Host("paper.test", failures=1)
    assert [worth_telling(host, h, START) for h in (host, soon, late, failing)] == [False, False, True, True]


async def test_an_answer_with_robots_first_keeps_the_delay_too(world: World, paper: Site) -> None:
    paper.answers["/robots.txt"] = answer(b"", 404)
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a", delay=TWO_SECONDS)
    robots, article = paper.requests
    assert article.at - robots.at >= TWO_SECONDS
