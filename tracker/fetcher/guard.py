"""Where requests may go: the guard that sits where the socket opens, so no caller can forget it.

Nothing is decided by looking at a name. The name is resolved once, every address it has is checked, and the connection
goes to that very address, so a name that answers differently the second time (DNS rebinding) gains nothing. TLS still
checks the certificate against the name. An explicit proxy is the only way round: it resolves names itself.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import ipaddress
import re
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpcore
import httpx

from tracker.config import Network
from tracker.errors import AddressRefused
from tracker.fetcher.transport import Wire

MAX_URL = 2083
"""Longest address that is requested, in characters: the limit that browsers and sitemaps have long agreed on."""

ADDRESSES_TRIED = 3
"""How many addresses of one name are tried before the connection counts as failed."""

_DEFAULT_PORT = {"http": 80, "https": 443}
_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f-\x9f\\]")

_OPERATORS_OWN = tuple(
    ipaddress.ip_network(n)
    for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "::1/128", "fc00::/7")
)
"""What `allow_private` opens: loopback, RFC 1918, CGNAT (RFC 6598) and ULA (RFC 4193). Never link-local: that is where
cloud machines keep their credentials."""

_NEVER = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8",
        "169.254.0.0/16",  # link-local, cloud metadata
        "100.100.100.200/32",  # cloud metadata inside CGNAT
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # IPv4-compatible, and the unspecified address
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fd00:ec2::254/128",  # cloud metadata inside ULA
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
"""Special-purpose networks (IANA registries, RFC 6890) refused always, whatever a Python version calls global."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port to IP addresses; raises socket.gaierror."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that has passed every check that needs no network. `lane` is `name`, or `name:port` when odd."""

    url: httpx.URL
    lane: str

    @property
    def secure(self) -> bool:
        """True for https."""
        return self.url.scheme == "https"

    def at(self, path: str) -> Target:
        """Another path of the same host."""
        return Target(self.url.copy_with(raw_path=path.encode("ascii"), fragment=None), self.lane)


def target(url: str, network: Network, base: Target | None = None) -> Target:
    """Read an address, relative to `base` when given, with the same parser that makes the request.

    Raises AddressRefused for other schemes, odd ports, user names, backslashes and control characters.
    """
    if len(url) > MAX_URL:
        raise AddressRefused(f"the address is longer than {MAX_URL} characters")
    if found := _FORBIDDEN_CHARACTERS.search(url):
        raise AddressRefused(f"the address contains the character {found.group()!a}")
    try:
        parsed = base.url.join(url) if base else httpx.URL(url)
        parsed = parsed.copy_with(fragment=None) if parsed.fragment or url.endswith("#") else parsed
        host, port = parsed.raw_host.decode("ascii").rstrip(".").lower(), parsed.port
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefused(f"not an address: {error}") from error
    if parsed.scheme not in _DEFAULT_PORT:
        raise AddressRefused(f"only http and https are fetched, not {parsed.scheme or 'an address without scheme'!r}")
    if not host:
        raise AddressRefused("the address names no host")
    if parsed.userinfo:
        raise AddressRefused("the address carries a user name or password")
    default = _DEFAULT_PORT[parsed.scheme]
    port = port or default
    if network.allow_ports and port not in network.allow_ports:
        raise AddressRefused(f"port {port} is not in network.allow_ports")
    name = f"[{ipaddress.ip_address(host.partition('%')[0]).compressed}]" if ":" in host else host
    return Target(parsed, name if port == default else f"{name}:{port}")


@functools.lru_cache(maxsize=4096)
def forbidden(address: str, allow_private: bool = False) -> str:
    """Why this IP address must not be connected to, in a few words; empty when it may.

    Mapped addresses are refused whatever is inside: no public name answers with one.
    """
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return "an IPv4-mapped address"
    if ip.is_multicast:
        return "a multicast address"
    if ip.is_link_local:
        return "a link-local address"
    if not ip.is_loopback and any(ip in n for n in _NEVER if n.version == ip.version):
        return "a special-purpose address"
    if any(ip in n for n in _OPERATORS_OWN if n.version == ip.version):
        return "" if allow_private else "a private address"
    if not ip.is_global or ip.is_reserved:
        return "a reserved address"
    return ""


_OUT_OF_FILES = (errno.EMFILE, errno.ENFILE)
_NO_ROUTE = (errno.ENETUNREACH, errno.ENETDOWN)


class Blocked(httpcore.ConnectError):
    """The guard refused the connection."""


class NoNetwork(httpcore.ConnectError):
    """This machine seems to have no network: the name server did not answer, or there is no route."""


class OutOfFiles(httpcore.ConnectError):
    """This machine allows this process no more open files."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections, through `dial`, to checked addresses only. `connects` counts the connections made."""

    def __init__(self, network: Network, resolve: Resolve, dial: httpcore.AsyncNetworkBackend) -> None:
        self._network, self._resolve, self._dial = network, resolve, dial
        self.connects = 0

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check every address, connect to one of them. Raises Blocked when any address is forbidden."""
        deadline = time.monotonic() + (timeout or 10.0)
        if self._network.allow_ports and port not in self._network.allow_ports:
            raise Blocked(f"port {port} is not in network.allow_ports")
        addresses = await self._addresses(host, port, timeout or 10.0)
        for address in addresses:
            if why := forbidden(address, self._network.allow_private):
                raise Blocked(f"{host} is at {address}, {why}")
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for left, address in zip(range(min(len(addresses), ADDRESSES_TRIED), 0, -1), addresses, strict=False):
            patience = max(0.1, (deadline - time.monotonic()) / left)
            self.connects += 1
            try:
                return Wire(
                    await self._dial.connect_tcp(
                        address, port, timeout=patience, local_address=local_address, socket_options=socket_options
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        if _errno(failure) in _OUT_OF_FILES:
            raise OutOfFiles from failure
        if _errno(failure) in _NO_ROUTE:
            raise NoNetwork(f"{host}: {failure}") from failure
        raise failure

    async def _addresses(self, host: str, port: int, patience: float) -> Sequence[str]:
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        try:
            async with asyncio.timeout(patience):
                return list(dict.fromkeys(await self._resolve(host, port)))
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"the name server did not answer for {host}") from None
        except socket.gaierror as error:
            kind = NoNetwork if error.errno == socket.EAI_AGAIN else httpcore.ConnectError
            raise kind(f"no such name ({error.strerror or error})") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"no such name ({error})") from error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: nothing that is watched lives behind a Unix socket."""
        raise Blocked("Unix sockets are not opened")

    async def sleep(self, seconds: float) -> None:
        """Let real time pass; only httpcore's own retries, which are off, would ask."""
        await asyncio.sleep(seconds)


def _errno(error: BaseException | None) -> int | None:
    """The number that the system gave for a failed connection, however it was wrapped."""
    while error is not None:
        if isinstance(error, OSError) and error.errno is not None:
            return error.errno
        error = error.__cause__ or error.__context__
    return None


class Resolver:
    """The system's name resolution, in threads of its own so that slow name servers do not starve other work."""

    def __init__(self, threads: int = 16) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """All addresses of a name, the two families taking turns so that a broken one costs one attempt."""
        loop = asyncio.get_running_loop()
        infos = await loop.run_in_executor(
            self._threads, functools.partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        )
        by_family: dict[int, list[str]] = {}
        for family, _, _, _, address in infos:
            by_family.setdefault(family, []).append(str(address[0]))
        longest = max((len(a) for a in by_family.values()), default=0)
        return [a[i] for i in range(longest) for a in by_family.values() if i < len(a)]

    def close(self) -> None:
        """Let the threads go; a lookup under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
