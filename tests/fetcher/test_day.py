"""A day in the life of a fetcher: a dozen hosts, every way to fail, a clock that is driven."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import random
from datetime import timedelta

import pytest

from tests.fetcher.hostile import LONG, PACKED, PAGE, packed, reset, send
from tests.fetcher.world import Script, World, answer
from tracker.fetcher import Limits
from tracker.model import Capture, Failure, Outcome

pytestmark = pytest.mark.slow

DELAY = timedelta(seconds=2)
QUICK = Limits(deadline=2.0, read=0.6, connect=1.0)
ARTICLES = 4
ROUNDS = 12
EVERY = timedelta(hours=2)


async def stall(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


FAILURES: list[tuple[str, bytes | Script]] = [
    ("reset mid-body", reset(LONG + PAGE)),
    ("stalled", stall),
    ("429", answer(b"", 429, retry_after="120")),
    ("503 with Retry-After", answer(b"", 503, retry_after="1800")),
    ("503", answer(b"", 503)),
    ("wrong length", send(LONG + PAGE)),
    ("bad gzip", packed(PACKED[:-9], "gzip")),
    ("hung up", send(b"")),
]


async def test_a_day_of_failures_breaks_no_manners_and_brings_no_false_page(world: World) -> None:
    """One answer in ten fails. No host is asked faster than its lane allows, none while it asked to be left alone."""
    dice = random.Random(7)
    sites = [await world.site(f"host{n}.test") for n in range(12)]
    good = answer(gzip.compress(PAGE), content_encoding="gzip")
    outcomes: list[Outcome | None] = []
    async with world.fetcher(limits=QUICK, dice=random.Random(3)) as fetcher:
        for _ in range(ROUNDS):
            for site in sites:
                for n in range(ARTICLES):
                    site.answers[f"/{n}"] = dice.choice(FAILURES)[1] if dice.random() < 0.1 else good
            urls = [f"http://{site.name}/{n}" for site in sites for n in range(ARTICLES)]
            for got in await asyncio.gather(*(fetcher.get(url, delay=DELAY) for url in urls)):
                assert not isinstance(got, Capture) or got.body == PAGE
                outcomes.append(got.outcome if isinstance(got, Failure) else None)
            world.clock.pass_time(seconds=EVERY.total_seconds())
    assert outcomes.count(None) > 0.8 * len(outcomes)
    assert {Outcome.TRUNCATED, Outcome.TIMEOUT, Outcome.RATE_LIMITED, Outcome.SERVER_ERROR} <= set(outcomes)
    for site in sites:
        gaps = [b.at - a.at for a, b in itertools.pairwise(site.requests)]
        assert min(gaps) >= DELAY, site.name
        assert site.asked("/robots.txt") in (1, 2)


async def test_a_host_that_asked_for_half_an_hour_gets_it(world: World) -> None:
    site = await world.site("paper.test")
    site.page("/0", b"", 503, retry_after="1800")
    site.page("/1", PAGE)
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/0", delay=DELAY)
        stopped = world.clock.now()
        while world.clock.now() < stopped + timedelta(minutes=29):
            assert isinstance(await fetcher.get("http://paper.test/1", delay=DELAY), Failure)
            world.clock.pass_time(seconds=45)
        assert site.asked("/1") == 0
        world.clock.pass_time(minutes=2)
        assert isinstance(await fetcher.get("http://paper.test/1", delay=DELAY), Capture)
