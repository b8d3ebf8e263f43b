"""The guard's own tables: which addresses may be dialled, which may be asked for at all."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetcher.world import World
from tracker.config import Network
from tracker.discovery import urls
from tracker.errors import AddressRefused
from tracker.fetcher.guard import Blocked, GuardedBackend, NoNetwork, OutOfFiles, Resolver, forbidden, target

PUBLIC = ["93.184.216.34", "8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1", "172.15.0.1", "172.32.0.1"]
OWN = ["127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "100.64.0.1", "::1", "fd12:3456::1"]
NEVER = ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255"]
NEVER += ["::", "fe80::1", "fe80::1%eth0", "ff02::1", "64:ff9b::1", "2002::1", "2001::1", "::ffff:8.8.8.8", "::7f00:1"]
NEVER += ["fec0::1", "100::1", "2001:db8::1", "3fff::1", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.19.0.1"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open(address: str) -> None:
    assert forbidden(address) == ""


@pytest.mark.parametrize("address", OWN)
def test_the_operators_own_network_is_open_only_on_request(address: str) -> None:
    assert forbidden(address)
    assert forbidden(address, allow_private=True) == ""


@pytest.mark.parametrize("address", NEVER)
def test_special_addresses_are_never_open(address: str) -> None:
    assert forbidden(address)
    assert forbidden(address, allow_private=True)


@given(st.ip_addresses())
def test_nothing_the_registries_call_not_global_is_open(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if not address.is_global or address.is_multicast:
        assert forbidden(str(address))


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("http://paper.test/a", "paper.test"),
        ("https://PAPER.test:443/a", "paper.test"),
        ("https://paper.test:80/a", "paper.test:80"),
        ("http://paper.test./a", "paper.test"),
        ("http://bücher.test/", "xn--bcher-kva.test"),
        ("http://[2606:4700:0:0::1111]:80/", "[2606:4700::1111]"),
        ("http://[2606:4700::1111]/", "[2606:4700::1111]"),
    ],
)
def test_lanes_are_named_after_hosts_as_discovery_names_them(url: str, lane: str) -> None:
    assert target(url, Network()).lane == lane == urls.host(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://paper.test/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "//paper.test/a",
        "/a",
        "",
        "http://",
        "http://user@paper.test/",
        "http://user:pass@paper.test/",
        "http://paper.test\\@evil.test/",
        "http://paper.test/\r\nHost: evil",
        "http://paper.test/a b",
        "http://paper.test:22/",
        "http://paper.test:99999/",
        "http://paper.test:x/",
        "http://[::1/",
        "http://paper.test/" + "a" * 3000,
        "http://\ud800.test/",
    ],
)
def test_addresses_that_are_not_asked_for(url: str) -> None:
    with pytest.raises(AddressRefused):
        target(url, Network())


@given(st.text(max_size=60))
def test_no_text_whatsoever_breaks_the_guard(text: str) -> None:
    for url in (text, f"http://{text}", f"http://paper.test/{text}", f"http://paper.test:{text}/"):
        try:
            place = target(url, Network())
        except AddressRefused:
            continue
        assert place.url.scheme in ("http", "https")
        assert (place.url.port or 80) in (80, 443)


async def test_addresses_are_tried_in_turn(world: World) -> None:
    await world.site("paper.test")
    world.names["paper.test"] = ["93.184.216.250", "93.184.216.1"]
    async with world.fetcher() as fetcher:
        await fetcher.get("http://paper.test/a", robots_ignored="test")
    assert [address for address, _ in world.dialled] == ["93.184.216.250", "93.184.216.1"]


async def test_sockets_in_the_file_system_are_not_opened(world: World) -> None:
    backend = GuardedBackend(Network(), world.resolve, httpcore.AnyIOBackend())
    with pytest.raises(Blocked):
        await backend.connect_unix_socket("/run/docker.sock")
    with pytest.raises(Blocked):
        await backend.connect_tcp("paper.test", 6379)


async def test_a_name_server_that_is_silent_is_not_waited_for() -> None:
    async def silent(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    backend = GuardedBackend(Network(), silent, httpcore.AnyIOBackend())
    with pytest.raises(httpcore.ConnectTimeout):
        await backend.connect_tcp("paper.test", 80, timeout=0.01)


async def test_the_systems_resolver_answers_for_localhost() -> None:
    resolver = Resolver(1)
    assert "127.0.0.1" in await resolver("localhost", 80)
    resolver.close()


@pytest.mark.parametrize(
    ("name", "system", "answer"),
    [
        ("two families take turns", "4a 4b 4c 6a 6b", "4a 6a 4b 6b 4c"),
        ("the family named first begins", "6a 4a 4b", "6a 4a 4b"),
        ("one family alone", "4a 4b", "4a 4b"),
        ("no address", "", ""),
    ],
)
async def test_the_addresses_of_a_name_take_turns_by_family(
    monkeypatch: pytest.MonkeyPatch, name: str, system: str, answer: str
) -> None:
    infos = [(one[0], socket.SOCK_STREAM, 6, "", (one, 80)) for one in system.split()]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: infos)
    resolver = Resolver(1)
    assert await resolver("paper.test", 80) == answer.split(), name
    resolver.close()


async def test_an_idle_connection_knows_when_it_was_hung_up() -> None:
    hang_up = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hang_up.wait()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        own = Network(allow_private=True, allow_ports=(port,))
        wire = await GuardedBackend(own, Resolver(), httpcore.AnyIOBackend()).connect_tcp("127.0.0.1", port)
        assert wire.get_extra_info("is_readable") is False
        assert wire.get_extra_info("server_addr") == ("127.0.0.1", port)
        hang_up.set()
        assert await wire.read(1) == b""
        assert wire.get_extra_info("is_readable") is True
        await wire.aclose()
        assert wire.get_extra_info("is_readable") is True


@pytest.mark.parametrize("url", ["https://a.test/x#y", "https://a.test/x#", "https://a.test/x"])
def test_what_stands_behind_a_hash_is_not_asked_for(url: str) -> None:
    assert str(target(url, Network()).url) == "https://a.test/x"


class Refusing(httpcore.AsyncNetworkBackend):
    """A network on which nobody listens; remembers which addresses were tried, and how patiently."""

    def __init__(self, why: OSError | None = None) -> None:
        self.tried: list[tuple[str, float]] = []
        self.why = why

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        self.tried.append((host, timeout or 0.0))
        raise httpcore.ConnectError("nobody listens") from self.why


@pytest.mark.parametrize(
    ("addresses", "timeout", "shares"),
    [(5, 90.0, [30, 45, 90]), (2, 90.0, [45, 90]), (1, 90.0, [90]), (3, None, [10 / 3, 5, 10])],
)
async def test_three_addresses_of_a_name_are_tried_and_share_the_time(
    addresses: int, timeout: float | None, shares: list[float]
) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return [f"93.184.216.{n}" for n in range(1, addresses + 1)]

    network = Refusing()
    with pytest.raises(httpcore.ConnectError, match="nobody listens"):
        await GuardedBackend(Network(), resolve, network).connect_tcp("many.example", 443, timeout)
    assert [address for address, _ in network.tried] == [f"93.184.216.{n}" for n in range(1, len(shares) + 1)]
    assert [patience for _, patience in network.tried] == pytest.approx(shares, rel=0.05)


@pytest.mark.parametrize(
    ("number", "raised"),
    [
        (errno.ECONNREFUSED, httpcore.ConnectError),
        (errno.ENETUNREACH, NoNetwork),
        (errno.ENETDOWN, NoNetwork),
        (errno.EMFILE, OutOfFiles),
        (errno.ENFILE, OutOfFiles),
        (None, httpcore.ConnectError),
    ],
)
async def test_what_is_wrong_here_is_told_from_what_is_wrong_there(number: int | None, raised: type[Exception]) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.1"]

    wrapped = OSError("all connections failed")  # as anyio wraps it, without a number of its own
    wrapped.__cause__ = OSError(number, "why") if number is not None else None
    with pytest.raises(httpcore.ConnectError) as caught:
        await GuardedBackend(Network(), resolve, Refusing(wrapped)).connect_tcp("paper.example", 443)
    assert type(caught.value) is raised


async def test_a_resolver_that_was_closed_looks_nothing_up() -> None:
    resolver = Resolver()
    assert await resolver("localhost", 80)
    resolver.close()
    with pytest.raises(RuntimeError, match="after shutdown"):
        await resolver("localhost", 80)
