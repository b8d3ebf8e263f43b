"""One discovery: everything a source names, each address once, and problem in words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.scheduler.world import PATIENCE, World, a_world
from tracker.config import Section, SourceConfig
from tracker.errors import WorkerDied
from tracker.model import Found, Via
from tracker.newsroom.faults import Fault
from tracker.pipeline import discover as discovery
from tracker.pipeline.discover import Discovery, DiscoveryMemory, _Reading

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path, limits=PATIENCE) as opened:
        yield opened


async def discover(world: World, source: SourceConfig, **named: Any) -> Discovery:
    return await discovery.discover(source, fetcher=world.fetcher, run=world.run, clock=world.clock, **named)


async def test_feeds_and_sitemap_name_each_article_once(world: World) -> None:
    source = world.sources["harbour-courier"]
    assert source.feeds
    assert source.sitemaps
    both = await discover(world, source)
    stories = world.newsroom.stories("harbour-courier")
    assert len(both.founds) == len(stories)
    assert both.problems == ()
    only_feeds = await discover(world, replace(source, sitemaps=()))
    only_sitemaps = await discover(world, replace(source, feeds=()))
    assert {f.url for f in only_feeds.founds} | {f.url for f in only_sitemaps.founds} == {f.url for f in both.founds}
    assert {f.via for f in only_sitemaps.founds} == {Via.SITEMAP}
    assert all(found.title for found in both.founds)


async def test_the_same_article_in_two_feeds_is_one_article(world: World) -> None:
    source = world.sources["harbour-courier"]
    twice = replace(source, feeds=(*source.feeds, *source.feeds), sitemaps=())
    founds = (await discover(world, twice)).founds
    assert len(founds) == len({found.url for found in founds})


async def test_what_is_excluded_is_not_followed_unless_it_is_named(world: World) -> None:
    url = world.newsroom.url("mayor-gulls")
    source = replace(world.sources["harbour-courier"], exclude=("gulls",))
    assert url not in {found.url for found in (await discover(world, source)).founds}
    named = await discover(world, replace(source, articles=(url,)))
    assert [found.via for found in named.founds if found.url == url] == [Via.URL]


async def test_a_section_page_names_its_articles(world: World) -> None:
    base = world.newsroom.sites["harbour-courier"]
    source = SourceConfig(id="courier", name="Courier", sections=(Section(f"{base}/politics", links="/politics/.+"),))
    founds = (await discover(world, source)).founds
    assert world.newsroom.url("mayor-gulls") in {found.url for found in founds}
    assert {found.via for found in founds} == {Via.SECTION}


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault.STATUS, 404, "404"),
        (Fault.STATUS, 500, "500"),
        (Fault.RESET, 0, ""),
        (Fault.STALL, 0, ""),
        (Fault.EMPTY, 0, ""),
        (Fault.GARBAGE, 0, ""),
        (Fault.CONSENT, 0, ""),
    ],
)
async def test_a_feed_in_trouble_is_a_problem_in_words_and_the_sitemap_is_still_read(
    world: World, fault: Fault, status: int, said: str
) -> None:
    source = world.sources["harbour-courier"]
    for feed in world.newsroom.outlet("harbour-courier").feeds:
        world.newsroom.fail(feed, fault, status=status)
    found = await discover(world, source)
    assert len(found.problems) == len(source.feeds)
    assert all(feed in problem for feed, problem in zip(source.feeds, found.problems, strict=True))
    assert all(said in problem for problem in found.problems)
    assert found.founds


async def test_a_feed_that_did_not_change_is_not_sent_again(world: World) -> None:
    source = replace(world.sources["harbour-courier"], sitemaps=())
    memory = DiscoveryMemory()
    first = await discover(world, source, memory=memory)
    assert first.founds
    asked = len(world.newsroom.requests)
    await discover(world, source, memory=memory)
    conditional = [v.headers for v in world.newsroom.requests[asked:] if "if-none-match" in map(str.lower, v.headers)]
    assert bool(conditional) == any(v.etag for v in memory.validators.values())


async def test_a_feed_that_kills_its_reader_is_read_whole_the_next_time(world: World) -> None:
    source = replace(world.sources["harbour-courier"], sitemaps=())
    memory = DiscoveryMemory()

    async def dies(function: Any, *arguments: Any) -> Any:
        raise WorkerDied("no answer within 15 s")

    run, world.run = world.run, dies
    found = await discover(world, source, memory=memory)
    assert len(found.problems) == len(source.feeds)
    assert memory.validators == {}
    world.run = run
    assert (await discover(world, source, memory=memory)).founds


def reading(world: World) -> _Reading:
    return _Reading(SourceConfig(id="x", name="X"), world.fetcher, world.run, world.clock, DiscoveryMemory())


async def test_a_sitemap_of_an_archive_brings_only_the_last_days_and_says_so(world: World) -> None:
    one = reading(world)
    old = [Found(f"https://x.example/{n}", Via.SITEMAP, updated_at=NOW - timedelta(days=n)) for n in range(10)]
    undated = [Found(f"https://x.example/u{n}", Via.SITEMAP) for n in range(1500)]
    kept = one._recent([*old, *undated], "https://x.example/map.xml")
    assert len(kept) == 4 + 1000
    assert [str(note) for note in one.notes()] == [
        "sitemap https://x.example/map.xml: left out 6 older than 3 days, such as https://x.example/4",
        "sitemap https://x.example/map.xml: left out 500 over the limit of 1,000 without a date, such as "
        "https://x.example/u500",
    ]


async def test_a_later_naming_completes_the_first_and_nonsense_is_dropped(world: World) -> None:
    one = reading(world)
    one.take("feed x", [Found("https://x.example/a?utm_source=feed", Via.FEED, title="A", updated_at=NOW)])
    one.take(
        "feed x", [Found("https://x.example/a", Via.SITEMAP, published_at=NOW, updated_at=NOW + timedelta(hours=1))]
    )
    one.take("feed x", [Found("javascript:alert(1)", Via.FEED), Found("", Via.FEED)])
    (found,) = one.founds.values()
    assert (found.via, found.title, found.published_at) == (Via.FEED, "A", NOW)
    assert found.updated_at == NOW + timedelta(hours=1)


async def test_a_robots_txt_that_fails_is_one_problem_of_a_source_with_many_feeds(world: World) -> None:
    source = world.sources["harbour-courier"]
    world.newsroom.fail("/robots.txt", Fault.STATUS, status=503)
    problems = (await discover(world, source)).problems
    assert len(source.feeds + source.sitemaps) > 1
    assert len(problems) == 1
    assert problems[0].startswith("host 127.0.0.1:")
    assert "robots.txt" in problems[0]
