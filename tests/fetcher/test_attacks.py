"""The attack table: what a hostile site can do to a fetcher, each row against a real server on loopback.

Every row says what must come of it. Whatever the row, nothing but the world's own sites may be dialled, and the memory
of this process must not grow by more than 64 MB.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.fetcher.hostile import ATTACKS, MEGABYTE, PAGE, Attack
from tests.fetcher.world import Site, World, answer, server_tls
from tracker.config import Network
from tracker.model import Capture, Failure, Outcome

MEMORY_ALLOWED = 64 * MEGABYTE


def begin_measuring() -> int:
    """The bytes in memory now, and from now on the peak is counted anew (proc(5)): an earlier test's hides nothing."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> int:
    """The most bytes that were in memory since."""
    kilobytes = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert kilobytes is not None
    return int(kilobytes[1]) * 1024


def test_the_peak_of_memory_is_counted_anew() -> None:
    large = [bytearray(2 * MEMORY_ALLOWED)]
    first = begin_measuring()
    large.clear()
    before = begin_measuring()
    assert first - before > MEMORY_ALLOWED
    assert len(bytes(range(256)) * (MEMORY_ALLOWED // 128)) == 2 * MEMORY_ALLOWED
    assert peak() - before > MEMORY_ALLOWED


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_a_hostile_answer_ends_in_its_outcome(world: World, paper: Site, attack: Attack) -> None:
    paper.answers["/a"] = attack.make()
    paper.page("/ok", PAGE)
    before = begin_measuring()
    async with world.fetcher(limits=attack.limits) as fetcher:
        got = await fetcher.get("http://paper.test/a")
        assert (got.outcome if isinstance(got, Failure) else None) == attack.outcome, got
        assert peak() - before < MEMORY_ALLOWED
        after = await fetcher.get("http://paper.test/ok")
        assert isinstance(after, Capture), "the host must still be served after the attack"
        assert after.body == PAGE


LOCATIONS = {
    "to itself": "/a",
    "to cloud metadata": "http://169.254.169.254/latest/meta-data/",
    "to loopback by name": "http://localhost/secret",
    "to loopback by number": "http://2130706433/secret",
    "to loopback in hex": "http://0x7f.1/secret",
    "to loopback in octal": "http://0177.0.0.1/secret",
    "to IPv6 loopback": "http://[::1]/secret",
    "to mapped loopback": "http://[::ffff:127.0.0.1]/secret",
    "to a private name": "http://intranet.test/secret",
    "to a file": "file:///etc/passwd",
    "to gopher": "gopher://paper.test:70/1",
    "to javascript": "javascript:alert(1)",
    "with a password": "http://a:b@paper.test/ok",
    "past a backslash": "http://paper.test\\@intranet.test/",
    "to ssh": "http://paper.test:22/",
    "to redis": "http://paper.test:6379/",
    "to an address too long": "/" + "a" * 3000,
    "with a control character": "/ok\x0bnext",
}


@pytest.mark.parametrize("name", LOCATIONS)
async def test_a_hostile_redirect_is_not_followed(world: World, paper: Site, name: str) -> None:
    world.names |= {"localhost": ["127.0.0.1"], "intranet.test": ["10.0.0.5"]}
    world.names |= {"2130706433": ["127.0.0.1"], "0x7f.1": ["127.0.0.1"], "0177.0.0.1": ["127.0.0.1"]}
    paper.page("/a", b"", 302, location=LOCATIONS[name])
    paper.page("/ok", PAGE)
    got = await world.get("http://paper.test/a")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.BAD_REDIRECT or name == "with a control character", got
    assert set(world.dialled) == {("93.184.216.1", 80)}


async def test_a_redirect_from_https_to_http_is_not_followed(world: World, paper: Site) -> None:
    safe = await world.site("other.test", port=443, tls=server_tls())
    safe.page("/a", b"", 301, location="http://paper.test/ok")
    got = await world.get("https://other.test/a")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.BAD_REDIRECT
    assert paper.requests == []


ADDRESSES = {
    "loopback": ["127.0.0.1"],
    "loopback elsewhere": ["127.8.8.8"],
    "this host": ["0.0.0.0"],
    "private": ["10.1.2.3"],
    "private too": ["192.168.0.1"],
    "carrier NAT": ["100.64.0.9"],
    "link-local": ["169.254.169.254"],
    "multicast": ["224.0.0.1"],
    "broadcast": ["255.255.255.255"],
    "benchmarking": ["198.18.0.1"],
    "documentation": ["192.0.2.1"],
    "IPv6 loopback": ["::1"],
    "IPv6 unspecified": ["::"],
    "IPv6 private": ["fd00:ec2::254"],
    "IPv6 link-local": ["fe80::1"],
    "IPv6 multicast": ["ff02::1"],
    "IPv6 documentation": ["2001:db8::1"],
    "mapped metadata": ["::ffff:169.254.169.254"],
    "mapped public": ["::ffff:93.184.216.1"],
    "NAT64": ["64:ff9b::a9fe:a9fe"],
    "6to4": ["2002:7f00:1::"],
    "Teredo": ["2001:0:4136:e378::"],
    "IPv4-compatible": ["::127.0.0.1"],
    "one bad among good ones": ["93.184.216.1", "10.0.0.1"],
}


@pytest.mark.parametrize("name", ADDRESSES)
async def test_a_name_with_a_forbidden_address_is_never_dialled(world: World, paper: Site, name: str) -> None:
    world.names["evil.test"] = ADDRESSES[name]
    got = await world.get("http://evil.test/a")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.REFUSED, got
    assert world.dialled == []


async def test_a_name_that_turns_private_is_refused_on_the_next_connection(world: World, paper: Site) -> None:
    """DNS rebinding: the first answer is public, the second is loopback; every connection checks its own answer."""
    paper.page("/a", PAGE, connection="close")
    async with world.fetcher() as fetcher:
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
        world.names["paper.test"] = ["127.0.0.1"]
        got = await fetcher.get("http://paper.test/a")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.REFUSED
    assert {address for address, _ in world.dialled} == {"93.184.216.1"}


async def test_proxies_of_the_environment_are_ignored(
    world: World, paper: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    paper.page("/a", PAGE)
    assert isinstance(await world.get("http://paper.test/a"), Capture)
    assert set(world.dialled) == {("93.184.216.1", 80)}


async def test_a_hostile_robots_file_does_not_stop_the_fetcher(world: World, paper: Site) -> None:
    paper.page("/a", PAGE)
    for robots in (
        answer(b"User-agent: *\nDisallow: /" + b"a*" * 500 + b"b$\n"),
        answer(b"\x00\xff" * 5000),
        answer(b"<html><body>no robots here</body></html>"),
        answer(gzip.compress(bytes(200 * MEGABYTE)), content_encoding="gzip"),
        answer(b"", 301, location="/robots.txt"),
        answer(b"Sitemap: " + b"x" * 400_000),
        answer(b"Crawl-delay: nan\nUser-agent: *\nCrawl-delay: 1e400\nCrawl-delay: -5\n"),
    ):
        paper.answers["/robots.txt"] = robots
        got = await world.get("http://paper.test/a")
        assert isinstance(got, Capture), got


async def test_a_loopback_host_is_fetched_only_when_allowed(world: World, paper: Site) -> None:
    port = world.ports["93.184.216.1", 80]
    world.ports["127.0.0.1", port] = port
    paper.page("/a", PAGE)
    url = f"http://127.0.0.1:{port}/a"
    async with world.fetcher(network=Network(allow_ports=(port,))) as fetcher:
        assert isinstance(await fetcher.get(url), Failure)
    async with world.fetcher(network=Network(allow_private=True)) as fetcher:
        assert isinstance(await fetcher.get(url), Failure), "the port is still checked"
    async with world.fetcher(network=Network(allow_private=True, allow_ports=(port,))) as fetcher:
        assert isinstance(await fetcher.get(url), Capture)
