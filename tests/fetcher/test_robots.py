"""robots.txt: what it allows, how long it counts, and what happens while it cannot be read."""

from __future__ import annotations

import asyncio
import tracemalloc
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from tests.fetcher.world import START, Site, World, answer
from tracker.fetcher import robots
from tracker.model import Capture, Failure, Outcome

PAGE = b"<p>story</p>"
RULES = b"""User-agent: *
Disallow: /private/
Allow: /private/ok
User-agent: tracker
Disallow: /no
Crawl-delay: 3
User-agent: GPTBot
Disallow: /
"""


@pytest.mark.parametrize(
    ("name", "content", "path", "allowed"),
    [
        ("our own group counts", RULES, "/no", False),
        ("our own group replaces the general one", RULES, "/private/x", True),
        ("another crawler's group does not count", RULES, "/a", True),
        ("the general group counts without our own", b"User-agent: *\nDisallow: /x", "/x", False),
        ("the longest rule wins", b"User-agent: *\nDisallow: /p/\nAllow: /p/ok", "/p/ok", True),
        ("a byte order mark hides nothing", b"\xef\xbb\xbfUser-agent: *\nDisallow: /x", "/x", False),
        ("wildcards", b"User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("an empty file allows", b"", "/x", True),
        ("a page instead of rules allows", b"<html><body>hello</body></html>", "/x", True),
        ("rules after 500 KiB are not read", b"#" * 512_000 + b"\nUser-agent: *\nDisallow: /", "/x", True),
        ("bytes that are no UTF-8", b"User-agent: *\nDisallow: /\xff\nDisallow: /x", "/x", False),
        ("NUL bytes", b"User-agent: *\n\x00Disallow: /x", "/x", False),
    ],
)
def test_rules(name: str, content: bytes, path: str, allowed: bool) -> None:
    rules = robots.parse(robots.text(content), "tracker")
    assert rules.allows(f"https://paper.test{path}") is allowed, name


NAMES = ("*", "tracker", "Track", "trac*", "rack", "tracker-news", "another", "GPTBot", "a" * 40, "**", "tracker *")
KEYS = ("User-agent:", "user-agent ", "USERAGENT:", "User Agent : ")


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(NAMES)), min_size=1, max_size=4),
            st.lists(
                st.sampled_from(["Disallow: /", "Allow: /a", "Disallow: /a/b", "Sitemap: /s", "# x", ""]), max_size=4
            ),
        ),
        max_size=5,
    )
)
def test_leaving_other_crawlers_out_changes_nothing_for_ours(
    groups: list[tuple[list[tuple[str, str]], list[str]]],
) -> None:
    content = "\n".join(line for names, rules in groups for line in [*(k + n + "  # x" for k, n in names), *rules])
    whole, ours = Protego.parse(content), robots.parse(content, "tracker")
    for path in ("/", "/a", "/a/b/c", "/b"):
        assert ours.allows(f"https://paper.test{path}") == whole.can_fetch(f"https://paper.test{path}", "tracker")
    assert ours.sitemaps == list(whole.sitemaps)


@pytest.mark.parametrize("key", KEYS)
def test_every_rule_is_kept_once_however_many_crawlers_it_is_for(key: str) -> None:
    names = [f"{key}bot{n}" for n in range(3000)] + [f"{key}{'tracker'[:n]}" for n in range(1, 8)]
    rules = [f"Disallow: /{n}" for n in range(3000)]
    tracemalloc.start()
    try:
        read = robots.parse("\n".join(names + rules), "tracker")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not read.allows("https://paper.test/2999")
    assert most < 8 << 20, "nine million rules are a gigabyte, six thousand are two megabytes"


@pytest.mark.parametrize(("said", "seconds"), [("3", 3.0), ("0.5", 0.5), ("9999", 60.0), ("-4", 0.0), ("soon", 0.0)])
def test_crawl_delay_is_sane(said: str, seconds: float) -> None:
    assert robots.parse(f"User-agent: *\nCrawl-delay: {said}", "tracker").delay == seconds


async def test_a_disallowed_address_is_not_asked_for(world: World, paper: Site) -> None:
    paper.page("/robots.txt", RULES, content_type="text/plain")
    paper.page("/no", PAGE)
    async with world.fetcher() as fetcher:
        got = await fetcher.get("http://paper.test/no")
        ignoring = await fetcher.get("http://paper.test/no", robots_ignored="agreed with the publisher by letter")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.ROBOTS
    assert isinstance(ignoring, Capture)


async def test_ignoring_robots_does_not_even_ask_for_it(world: World, paper: Site) -> None:
    paper.page("/a", PAGE)
    await world.get("http://paper.test/a", robots_ignored="agreed")
    assert [r.path for r in paper.requests] == ["/a"]


@pytest.mark.parametrize("status", [404, 403, 401, 410, 451])
async def test_no_file_allows_everything(world: World, paper: Site, status: int) -> None:
    paper.page("/robots.txt", b"Disallow: /", status)
    paper.page("/a", PAGE)
    assert isinstance(await world.get("http://paper.test/a"), Capture)


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_file_that_cannot_be_read_disallows_everything(world: World, paper: Site, status: int) -> None:
    paper.page("/robots.txt", b"", status)
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        for _ in range(3):
            got = await fetcher.get("http://paper.test/a")
            assert isinstance(got, Failure)
            assert got.outcome is Outcome.ROBOTS
            assert f"HTTP {status}" in got.error
        assert paper.asked("/a") == 0
        assert paper.asked("/robots.txt") == 1, "a failing file is not hammered"
        paper.page("/robots.txt", b"")
        world.clock.pass_time(hours=1)
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)


async def test_a_host_that_cannot_be_reached_says_so(world: World) -> None:
    world.names["down.test"] = ["93.184.216.200"]
    got = await world.get("http://down.test/a")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.CONNECTION
    assert "robots.txt" in got.error


async def test_a_copy_counts_for_a_day_and_is_then_renewed(world: World, paper: Site) -> None:
    paper.page("/robots.txt", b"", content_type="text/plain")
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        for hours in (0, 12, 11):
            world.clock.pass_time(hours=hours)
            await fetcher.get("http://paper.test/a")
        assert paper.asked("/robots.txt") == 1
        world.clock.pass_time(hours=2)
        paper.page("/robots.txt", b"User-agent: *\nDisallow: /a", content_type="text/plain")
        assert isinstance(await fetcher.get("http://paper.test/a"), Failure)
    assert paper.asked("/robots.txt") == 2


async def test_an_old_copy_counts_up_to_a_month_while_the_file_is_away(world: World, paper: Site) -> None:
    paper.page("/robots.txt", b"User-agent: *\nDisallow: /no", content_type="text/plain")
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
        paper.page("/robots.txt", b"", 500)
        world.clock.pass_time(days=20)
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
        no = await fetcher.get("http://paper.test/no")
        assert isinstance(no, Failure)
        world.clock.pass_time(days=11)
        got = await fetcher.get("http://paper.test/a")
        assert isinstance(got, Failure)
        assert got.outcome is Outcome.ROBOTS


async def test_the_file_is_asked_for_once_however_many_wait(world: World, paper: Site) -> None:
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        await asyncio.gather(*(fetcher.get("http://paper.test/a") for _ in range(10)))
    assert paper.asked("/robots.txt") == 1


async def test_the_file_may_be_redirected_five_times(world: World, paper: Site) -> None:
    for i in range(5):
        paper.page("/robots.txt" if i == 0 else f"/r{i}", b"", 301, location=f"/r{i + 1}")
    paper.page("/r5", b"User-agent: *\nDisallow: /a", content_type="text/plain")
    paper.page("/a", PAGE)
    assert isinstance(await world.get("http://paper.test/a"), Failure)
    paper.page("/r5", b"", 301, location="/r6")
    assert isinstance(await world.get("http://paper.test/a"), Capture), "as if there were no file"


async def test_large_files_are_read(world: World, paper: Site) -> None:
    rules = b"User-agent: *\n" + b"".join(b"Disallow: /x%d\n" % i for i in range(3000))
    paper.answers["/robots.txt"] = answer(rules, content_type="text/plain")
    paper.page("/a", PAGE)
    paper.page("/x2999", PAGE)
    async with world.fetcher() as fetcher:
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
        assert isinstance(await fetcher.get("http://paper.test/x2999"), Failure)


def test_retries_of_an_unreachable_file_grow_to_an_hour() -> None:
    copy = robots.Copy()
    waits = []
    for _ in range(12):
        copy.missed(START, Outcome.ROBOTS, "HTTP 500")
        assert copy.again_at is not None
        waits.append(copy.again_at - START)
        assert not copy.due(START)
        assert copy.due(copy.again_at)
    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)


def test_what_a_clock_that_ran_ahead_has_noted_of_the_file_does_not_count() -> None:
    ahead = START + timedelta(days=400)
    read, missed = robots.Copy(), robots.Copy()
    read.read(robots.parse("", "tracker"), ahead)
    missed.missed(ahead, Outcome.ROBOTS, "HTTP 503")
    assert not read.due(ahead)
    assert not missed.due(ahead)
    assert read.due(START)
    assert missed.due(START)
