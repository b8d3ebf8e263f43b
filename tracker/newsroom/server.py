"""A small HTTP/1.1 server on asyncio streams: GET and HEAD, keep-alive, conditional requests, gzip.

It knows nothing of news: a handler turns a `Request` into a `Response`, and the server does the rest (RFC 9110, 9112).
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType

from tracker.newsroom.faults import Fault

_HEAD_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; header names in lower case, `path` without the query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out. `modified` makes the response conditional: it gets a Last-Modified and an ETag of its body.

    A `fault` of the connection (stall, reset, truncated) is acted out by the server.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None
    fault: Fault | None = None


Handler = Callable[[Request], Response]


class Server:
    """One listening port of the loopback, served until the context ends."""

    def __init__(self, handler: Handler, now: Callable[[], datetime], host: str, port: int):
        self._handler = handler
        self._now = now
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port it listens on; known once the context is entered."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(self._connected, self._host, self._port, limit=_HEAD_LIMIT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        # asyncio trips over a connection that it accepts while it closes: first stop accepting, let those come in that
        # have no task yet, then close.
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        await _turns()
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await _turns()  # the ended connections let go of their sockets
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            # A reader that hangs up in mid-request is everyday life; so is a server that closes for the night.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answer(reader, writer):
                    pass
                writer.close()
                await writer.wait_closed()
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serves one request; False when the connection is to end."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            request, version = _parse(head)
        except asyncio.LimitOverrunError:
            return await self._send(writer, Response(431), "GET", {}, keep=False)
        except ValueError:
            return await self._send(writer, Response(400), "GET", {}, keep=False)
        if request.method not in {"GET", "HEAD"}:
            response = Response(405, headers={"Allow": "GET, HEAD"})
            return await self._send(writer, response, request.method, request.headers, keep=False)
        response = self._handler(request)
        if response.fault is Fault.STALL:
            await reader.read()  # until the client gives up, or the server ends
            return False
        if response.fault is Fault.RESET:
            _reset(writer)
            return False
        asked = request.headers.get("connection", "").lower()
        keep = "close" not in asked if version == "HTTP/1.1" else "keep-alive" in asked
        return await self._send(writer, response, request.method, request.headers, keep=keep)

    async def _send(
        self, writer: asyncio.StreamWriter, response: Response, method: str, asked: Mapping[str, str], *, keep: bool
    ) -> bool:
        """Sends a response in the form that was asked for; returns whether the connection stays open."""
        headers = {"Date": format_datetime(self._now(), usegmt=True), "Server": "newsroom", **response.headers}
        status, body = response.status, response.body
        if response.modified is not None:
            etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
            headers |= {"ETag": etag, "Last-Modified": format_datetime(response.modified, usegmt=True)}
            if _fresh(asked, etag, response.modified):
                status, body = 304, b""
        if status != 304:
            headers["Content-Type"] = response.content_type
            headers["Vary"] = "Accept-Encoding"
            if body and _takes_gzip(asked.get("accept-encoding", "")):
                body = gzip.compress(body, mtime=0)
                headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(body))
        if response.fault is Fault.HALF:
            keep = False
            headers.pop("Content-Length", None)
        if response.fault is Fault.TRUNCATED:
            keep, body = False, body[: len(body) // 2]
        headers["Connection"] = "keep-alive" if keep else "close"
        lines = [f"HTTP/1.1 {status} {reason(status)}", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if method != "HEAD":
            writer.write(body)
        await writer.drain()
        return keep


async def _turns() -> None:
    """Lets the event loop finish what it has begun: asyncio needs at most five turns to accept or drop a connection."""
    for _ in range(5):
        await asyncio.sleep(0)


def _parse(head: bytes) -> tuple[Request, str]:
    """The request and its HTTP version. Raises ValueError for what is no request."""
    lines = head.decode("latin-1").split("\r\n")
    method, target, version = lines[0].split(" ")
    if version not in {"HTTP/1.0", "HTTP/1.1"}:
        raise ValueError(version)
    headers: dict[str, str] = {}
    for line in lines[1:-2]:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(line)
        headers[name.strip().lower()] = value.strip()
    if version == "HTTP/1.1" and "host" not in headers:
        raise ValueError("a request of HTTP/1.1 names its host")
    path, _, query = target.partition("?")
    return Request(method, path, query, headers), version


def _fresh(asked: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """True when the client's copy is still good (RFC 9110 section 13.2.2); a tag outranks a date."""
    if "if-none-match" in asked:
        tags = {tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")}
        return "*" in tags or etag.removeprefix("W/") in tags
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
    except ValueError:
        return False
    return modified.replace(microsecond=0) <= since


def _takes_gzip(accepted: str) -> bool:
    """True when gzip is among the codings a client takes (RFC 9110 section 12.5.3)."""
    for coding in accepted.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def reason(status: int) -> str:
    """The status's phrase."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection with a TCP reset."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
