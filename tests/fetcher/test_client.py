"""The fetcher as its callers see it, against real servers."""

from __future__ import annotations

import asyncio
import gzip
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.fetcher.world import AGENT, Site, World, answer, server_tls
from tracker.config import Network
from tracker.fetcher import Limits, Priority, client
from tracker.fetcher.transport import Transport
from tracker.model import Capture, Failure, Host, Outcome, Validators

PAGE = b"<html><body><p>One story.</p></body></html>"


async def test_a_capture_holds_the_page_as_it_was_sent(world: World, paper: Site) -> None:
    paper.page("/a", gzip.compress(PAGE), content_encoding="gzip", etag='"v1"')
    got = await world.get("http://paper.test/a#part")
    assert isinstance(got, Capture)
    assert (got.status, got.body, got.header("ETag")) == (200, PAGE, '"v1"')
    assert (got.url, got.final_url) == ("http://paper.test/a#part", "http://paper.test/a")
    assert got.fetched_at == world.clock.now()
    assert got.wire_bytes == len(gzip.compress(PAGE))


async def test_a_request_says_who_asks_and_keeps_no_cookies(world: World, paper: Site) -> None:
    paper.page("/a", PAGE, set_cookie="bucket=b; Path=/")
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a", language="de")
        await fetcher.get("http://paper.test/a")
    robots, first, second = paper.requests
    assert robots.path == "/robots.txt"
    assert {r.headers["user-agent"] for r in paper.requests} == {AGENT}
    assert first.headers["accept-language"].startswith("de")
    assert first.headers["accept-encoding"] == "gzip, deflate, br"
    assert "accept-language" not in second.headers
    assert "cookie" not in second.headers


async def test_a_cookie_lives_for_one_chain_of_redirects(world: World, paper: Site) -> None:
    paper.page("/a", b"", 302, location="/a?checked", set_cookie="seen=1; Path=/")
    paper.page("/a?checked", PAGE)
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a")
        await fetcher.get("http://paper.test/a")
    cookies = [r.headers.get("cookie") for r in paper.requests if r.path.startswith("/a")]
    assert cookies == [None, "seen=1", None, "seen=1"]


async def test_redirects_are_recorded_hop_by_hop(world: World, paper: Site) -> None:
    paper.page("/old", b"moved", 301, location="/older")
    paper.page("/older", b"", 302, location="http://paper.test/new")
    paper.page("/new", PAGE)
    got = await world.get("http://paper.test/old")
    assert isinstance(got, Capture)
    assert got.redirects == ((301, "http://paper.test/old"), (302, "http://paper.test/older"))
    assert got.final_url == "http://paper.test/new"


async def test_a_redirect_to_another_host_obeys_that_hosts_robots(world: World, paper: Site) -> None:
    other = await world.site("other.test")
    other.page("/robots.txt", b"User-agent: *\nDisallow: /secret", content_type="text/plain")
    paper.page("/a", b"", 302, location="http://other.test/secret")
    got = await world.get("http://paper.test/a")
    assert isinstance(got, Failure)
    assert (got.outcome, got.final_url) == (Outcome.ROBOTS, "http://other.test/secret")
    assert other.asked("/secret") == 0


async def test_not_modified_is_a_capture_without_body(world: World, paper: Site) -> None:
    paper.page("/a", b"", 304, etag='"v1"')
    known = Validators('"v1"', "Mon, 23 Nov 2026 09:00:00 GMT")
    got = await world.get("http://paper.test/a", validators=known)
    assert isinstance(got, Capture)
    assert (got.status, got.body) == (304, b"")
    assert paper.requests[-1].headers["if-none-match"] == '"v1"'
    assert paper.requests[-1].headers["if-modified-since"] == known.last_modified


async def test_not_modified_without_a_condition_is_no_success(world: World, paper: Site) -> None:
    paper.page("/a", b"", 304)
    got = await world.get("http://paper.test/a")
    assert isinstance(got, Failure)
    assert (got.outcome, got.status) == (Outcome.HTTP_ERROR, 304)


async def test_validators_are_not_sent_past_a_redirect(world: World, paper: Site) -> None:
    paper.page("/a", b"", 301, location="/b")
    paper.page("/b", PAGE)
    await world.get("http://paper.test/a", validators=Validators('"v1"'))
    assert "if-none-match" in paper.requests[-2].headers
    assert "if-none-match" not in paper.requests[-1].headers


async def test_a_host_whose_validators_lied_gets_none(world: World, paper: Site) -> None:
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a")
        fetcher.distrust("http://paper.test/a")
        await fetcher.get("http://paper.test/a", validators=Validators('"v1"'))
        assert not fetcher.host("paper.test").validators_trusted
    assert "if-none-match" not in paper.requests[-1].headers
    assert world.told[-1].validators_trusted is False


@pytest.mark.parametrize("hostile", ['"a\r\nX-Evil: 1"', '"naïve"', '"' + "x" * 2000 + '"'])
async def test_a_hostile_validator_is_not_sent_back(world: World, paper: Site, hostile: str) -> None:
    paper.page("/a", PAGE)
    got = await world.get("http://paper.test/a", validators=Validators(hostile))
    assert isinstance(got, Capture)
    assert "if-none-match" not in paper.requests[-1].headers
    assert "x-evil" not in paper.requests[-1].headers


async def test_a_dead_kept_connection_is_tried_once_more(world: World, paper: Site) -> None:
    """The server takes the second request on the connection and hangs up; the third try is a new connection."""

    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.close()

    paper.answers["/a"] = [answer(PAGE), hang_up, answer(PAGE)]
    async with world.fetcher() as fetcher:
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
    assert paper.asked("/a") == 3


async def test_a_fresh_connection_that_dies_is_a_failure(world: World, paper: Site) -> None:
    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.close()

    paper.answers["/a"] = hang_up
    got = await world.get("http://paper.test/a", robots_ignored="a test")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.CONNECTION
    assert paper.asked("/a") == 1


async def test_connections_are_kept(world: World, paper: Site) -> None:
    paper.page("/a", PAGE)
    paper.page("/b", b"", 302, location="/a")
    async with world.fetcher() as fetcher:
        for _ in range(5):
            await fetcher.get("http://paper.test/a")
            await fetcher.get("http://paper.test/b")
            await fetcher.get("http://paper.test/missing")
    assert len(world.dialled) == 1


async def test_tls_is_checked_against_the_name(world: World) -> None:
    site = await world.site("paper.test", port=443, tls=server_tls())
    site.page("/a", PAGE)
    assert isinstance(await world.get("https://paper.test/a"), Capture)
    world.names["wrong.test"] = world.names["paper.test"]
    got = await world.get("https://wrong.test/a")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.CONNECTION
    assert "certificate" in got.error


async def test_hosts_are_remembered_and_told(world: World, paper: Site) -> None:
    paper.page("/robots.txt", b"User-agent: *\nCrawl-delay: 7", content_type="text/plain")
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a", delay=timedelta(seconds=2))
    kept = world.told[-1]
    assert (kept.host, kept.robots) == ("paper.test", "User-agent: *\nCrawl-delay: 7")
    assert kept.next_slot_at is not None
    assert kept.next_slot_at >= world.clock.now() + timedelta(seconds=7)
    async with world.fetcher(known={"paper.test": kept, "else.test": Host("else.test")}.get) as fetcher:
        assert fetcher.host("paper.test") == kept
        await fetcher.get("http://paper.test/a")
    assert paper.asked("/robots.txt") == 1
    assert paper.requests[-1].at >= kept.next_slot_at


async def test_feeds_are_asked_for_as_feeds(world: World, paper: Site) -> None:
    paper.page("/feed", b"<rss/>")
    await world.get("http://paper.test/feed", priority=Priority.FEED)
    assert "application/rss+xml" in paper.requests[-1].headers["accept"]


async def test_an_explicit_proxy_is_the_only_way_round_the_guard(world: World, paper: Site) -> None:
    paper.page("http://far.test/a", PAGE)
    proxy = f"http://127.0.0.1:{world.ports['93.184.216.1', 80]}"
    async with world.fetcher(network=Network(proxy=proxy)) as fetcher:
        got = await fetcher.get("http://far.test/a")
        refused = await fetcher.get("http://far.test:22/a")
    assert isinstance(got, Capture)
    assert isinstance(refused, Failure)
    assert refused.outcome is Outcome.REFUSED
    assert world.dialled == [], "the proxy resolves and connects"


async def test_many_hosts_do_not_keep_many_clients(world: World) -> None:
    sites = [await world.site(f"host{i}.test") for i in range(4)]
    async with world.fetcher(limits=Limits(clients=2)) as fetcher:
        for site in sites * 2:
            site.page("/a", PAGE)
            assert isinstance(await fetcher.get(f"http://{site.name}/a"), Capture)
        assert len(fetcher._lines) == 2
    assert len(world.dialled) == 8


async def test_of_many_hosts_the_last_used_stay_and_the_others_keep_their_manners(world: World) -> None:
    keeper: dict[str, Host] = {}
    sites = [await world.site(f"host{i}.test") for i in range(4)]
    for number, site in enumerate(sites):
        site.page("/robots.txt", b"User-agent: *\nDisallow: /no\nCrawl-delay: 7", content_type="text/plain")
        site.page("/a", PAGE, 429 if number == 0 else 200, retry_after="600")
    async with world.fetcher(
        limits=Limits(hosts=2), known=keeper.get, on_host=lambda host: keeper.update({host.host: host})
    ) as fetcher:
        fetcher.distrust("http://host1.test/")
        for site in sites:
            await fetcher.get(f"http://{site.name}/a")
            world.clock.pass_time(seconds=30)
        assert list(fetcher._doors) == ["host2.test", "host3.test"]
        resting = await fetcher.get("http://host0.test/a")
        assert isinstance(resting, Failure)
        assert resting.status == 0
        assert "left alone" in resting.error
        refused = await fetcher.get("http://host1.test/no")
        assert isinstance(refused, Failure)
        assert refused.outcome is Outcome.ROBOTS
        assert not fetcher.host("host1.test").validators_trusted
        for _ in range(2):
            await fetcher.get("http://host1.test/a")
        assert sites[1].requests[-1].at - sites[1].requests[-2].at >= timedelta(seconds=7)
        assert [site.asked("/robots.txt") for site in sites] == [1] * 4


async def test_no_host_is_forgotten_while_it_is_asked_or_must_pause(world: World, paper: Site) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        reached.set()
        await go_on.wait()
        writer.write(answer(PAGE))

    paper.answers["/slow"] = slow
    (await world.site("host1.test")).page("/a", PAGE)
    (await world.site("host2.test")).page("/a", PAGE)
    async with world.fetcher(limits=Limits(hosts=1)) as fetcher:
        asking = asyncio.create_task(fetcher.get("http://paper.test/slow"))
        await reached.wait()
        await fetcher.get("http://host1.test/a", delay=timedelta(seconds=5))
        await fetcher.get("http://host2.test/a")
        assert list(fetcher._doors) == ["paper.test", "host1.test", "host2.test"]
        go_on.set()
        assert isinstance(await asking, Capture)
        world.clock.pass_time(seconds=8)
        await fetcher.get("http://host2.test/a")
        fetcher.distrust("http://host3.test/")
        assert list(fetcher._doors) == ["host3.test"]


async def test_little_robots_txt_is_kept_in_memory_however_much_hosts_send(world: World) -> None:
    async with world.fetcher(limits=Limits(rules=1500)) as fetcher:
        for number in range(5):
            site = await world.site(f"host{number}.test")
            site.page("/robots.txt", b"User-agent: *\nDisallow: /" + b"x" * 1000, content_type="text/plain")
            site.page("/a", PAGE)
            assert isinstance(await fetcher.get(f"http://host{number}.test/a"), Capture)
        assert list(fetcher._doors) == ["host3.test", "host4.test"], (
            "the last one was opened before it had sent its own"
        )


async def test_sitemaps_of_robots_are_found(world: World, paper: Site) -> None:
    paper.page("/robots.txt", b"Sitemap: http://paper.test/news.xml", content_type="text/plain")
    async with world.fetcher() as fetcher:
        assert await fetcher.sitemaps("http://paper.test/a") == ["http://paper.test/news.xml"]
        assert await fetcher.sitemaps("ftp://paper.test/") == []


async def test_a_cancelled_request_gives_its_slot_back(world: World, paper: Site) -> None:
    reached = asyncio.Event()

    async def stall(writer: asyncio.StreamWriter) -> None:
        reached.set()
        await asyncio.sleep(60)

    paper.answers["/slow"] = stall
    paper.page("/a", PAGE)
    async with world.fetcher() as fetcher:
        task = asyncio.create_task(fetcher.get("http://paper.test/slow", delay=timedelta(seconds=1)))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert isinstance(await fetcher.get("http://paper.test/a", delay=timedelta(seconds=1)), Capture)
        assert fetcher.host("paper.test").failures == 0


async def test_waiting_in_a_slow_lane_takes_nothing_from_the_time_the_host_has(
    world: World, paper: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lane's pause may be longer than the deadline: a redirect on such a host must still be followed."""

    async def unhurried(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(answer(PAGE))

    ours = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(world.clock.slept))
    monkeypatch.setattr(client, "time", ours)
    paper.page("/old", b"", 301, location="/new")
    paper.answers["/new"] = unhurried
    got = await world.get("http://paper.test/old", delay=timedelta(seconds=60))
    assert isinstance(got, Capture), got


async def test_connections_that_are_closed_side_by_side_do_not_meet(
    world: World, paper: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing takes a moment, in which other hosts are fetched from and close connections, too."""
    close = Transport.aclose

    async def slowly(transport: Transport) -> None:
        await asyncio.sleep(0.02)
        await close(transport)

    monkeypatch.setattr(Transport, "aclose", slowly)
    names = [f"paper{n}.test" for n in range(6)]
    for name in names:
        (await world.site(name)).page("/a", PAGE)
    async with world.fetcher(limits=Limits(clients=1)) as fetcher:
        for _ in range(3):
            got = await asyncio.gather(*(fetcher.get(f"http://{name}/a") for name in names))
            assert [type(each) for each in got] == [Capture] * len(names), got
