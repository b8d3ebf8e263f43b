"""A small internet on loopback: sites with public names and addresses, and a clock that moves only when asked.

The guard sees public addresses; only the dialling underneath is turned to the loopback server that plays the site.
Whatever else is dialled is noted in `World.dialled`, so a test can say that nothing was.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore

from tracker.config import Network
from tracker.fetcher import Fetcher, Limits
from tracker.model import Capture, Failure, Host

CERTIFICATES = Path(__file__).parent / "certificates"
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
AGENT = "tracker/1.0 (+https://operator.example/bot)"

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


class StepClock:
    """Time that stands still but for sleeping: a sleeper moves it to where it wants to wake."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        wake = self.moment + timedelta(seconds=seconds)
        self.slept.append(seconds)
        for _ in range(5):
            await asyncio.sleep(0)
        self.moment = max(self.moment, wake)

    def pass_time(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    at: datetime


@dataclass
class Site:
    """A host that answers as its table says; anything else is a 404."""

    world: World
    name: str
    answers: dict[str, bytes | Script | list[bytes | Script]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    def page(self, path: str, body: bytes = b"", status: int = 200, raw: Iterable[str] = (), **headers: str) -> None:
        self.answers[path] = answer(body, status, raw, **headers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.world.tasks.add(task := asyncio.current_task())
        try:
            while line := await reader.readline():
                path = line.decode("latin-1").split(" ")[1]
                headers = {}
                while (row := await reader.readline()).strip():
                    name, _, value = row.decode("latin-1").partition(":")
                    headers[name.strip().lower()] = value.strip()
                self.requests.append(Request(path, headers, self.world.clock.now()))
                self.busy += 1
                self.busiest = max(self.busiest, self.busy)
                try:
                    reply = self.answers.get(path, answer(b"not found", 404))
                    if isinstance(reply, list):
                        reply = reply.pop(0) if len(reply) > 1 else reply[0]
                    if callable(reply):
                        await reply(writer)
                        return
                    writer.write(reply)
                    await writer.drain()
                finally:
                    self.busy -= 1
        except (OSError, asyncio.CancelledError, IndexError, ValueError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self.world.tasks.discard(task)

    def asked(self, path: str) -> int:
        return sum(r.path == path for r in self.requests)


def answer(body: bytes = b"", status: int = 200, raw: Iterable[str] = (), **headers: str) -> bytes:
    """A whole response. Keywords are headers with underscores; `content_length=""` leaves that header out."""
    head = {"content-type": "text/html; charset=utf-8", "content-length": str(len(body))}
    head |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} X", *(f"{k}: {v}" for k, v in head.items() if v), *raw]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Dial(httpcore.AsyncNetworkBackend):
    """Turns the public addresses of the world's sites to their loopback servers, and notes every attempt."""

    def __init__(self, world: World) -> None:
        self.world, self.inner = world, httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, **options: Any) -> httpcore.AsyncNetworkStream:
        self.world.dialled.append((host, port))
        if (host, port) not in self.world.ports:
            raise httpcore.ConnectError(f"nobody answers at {host}:{port}")
        return await self.inner.connect_tcp("127.0.0.1", self.world.ports[host, port], **options)


class World:
    """The sites, the names they have, and fetchers that live in it."""

    def __init__(self) -> None:
        self.clock = StepClock()
        self.ports: dict[tuple[str, int], int] = {}
        self.names: dict[str, Sequence[str] | Exception] = {}
        self.dialled: list[tuple[str, int]] = []
        self.told: list[Host] = []
        self.tasks: set[Any] = set()
        self.servers: list[asyncio.Server] = []
        self.fetchers: list[Fetcher] = []

    async def site(self, name: str, *, port: int = 80, tls: ssl.SSLContext | None = None) -> Site:
        """A new site under a public address; robots.txt allows everything until it is given."""
        site = Site(self, name)
        server = await asyncio.start_server(site.serve, "127.0.0.1", 0, limit=1 << 20, ssl=tls)
        self.servers.append(server)
        address = f"93.184.216.{len(self.names) + 1}"
        known = self.names.setdefault(name, [address])
        assert not isinstance(known, Exception)
        self.ports[known[0], port] = server.sockets[0].getsockname()[1]
        return site

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        known = self.names.get(host, socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
        if isinstance(known, Exception):
            raise known
        return known

    def fetcher(self, *, network: Network | None = None, limits: Limits | None = None, **options: Any) -> Fetcher:
        options.setdefault("on_host", self.told.append)
        fetcher = Fetcher(
            network or Network(),
            AGENT,
            self.clock,
            limits=limits,
            resolve=self.resolve,
            dial=options.pop("dial", None) or Dial(self),
            context=client_tls(),
            **options,
        )
        self.fetchers.append(fetcher)
        return fetcher

    async def get(self, url: str, *, limits: Limits | None = None, **options: Any) -> Capture | Failure:
        """One request by a fetcher of its own."""
        async with self.fetcher(limits=limits) as fetcher:
            return await fetcher.get(url, **options)

    async def close(self) -> None:
        for fetcher in self.fetchers:
            await fetcher.close()
        for server in self.servers:
            server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def client_tls() -> ssl.SSLContext:
    """Trusts the world's certificate and no other."""
    return ssl.create_default_context(cafile=str(CERTIFICATES / "certificate.pem"))


def server_tls(*alpn: str) -> ssl.SSLContext:
    """The certificate of paper.test and other.test."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / "certificate.pem", CERTIFICATES / "key.pem")
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context
