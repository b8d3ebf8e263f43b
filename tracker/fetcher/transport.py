"""httpx on httpcore's public API, so that the guard can open the sockets.

Transports are used without httpx's client: that would read the addresses of redirects before ours is asked, and keep
cookies.
"""

from __future__ import annotations

import importlib.util
import select
import ssl
import sys
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Any

import httpcore
import httpx

from tracker.fetcher.head import HeadMender

MAX_CONNECTIONS = 2
"""Connections to one host, all of them kept alive: with fewer kept than allowed most requests would reconnect."""

KEEPALIVE_SECONDS = 30.0

# httpcore tries to import sniffio several times a request. Where it is missing, Python searches the whole path each
# time, a third of a request's cost; an entry of None says at once what the search would find.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class Wire(httpcore.AsyncNetworkStream):
    """A connection whose state is cheap to ask for, and whose heads are mended (`head`).

    httpcore looks several times a request whether an idle connection was hung up, and anyio asks the kernel for both
    ends' addresses each time before it hands out the socket: a tenth of a request's cost. Here it is kept.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream, self._socket = stream, stream.get_extra_info("socket")
        self._heads = HeadMender()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  httpcore's
        """What came, at most so many bytes and what was held of a head."""
        while True:
            data = await self._stream.read(max_bytes, timeout)
            if not data:
                return self._heads.ended()
            if handed := self._heads.came(data):
                return handed

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  httpcore's
        """Send all of it."""
        self._heads.asked()
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Hang up."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted."""
        return Wire(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """`is_readable` is True when bytes wait or the other end hung up: an idle connection is of no more use then."""
        if info == "socket":
            return self._socket
        if info != "is_readable" or self._socket is None:
            return self._stream.get_extra_info(info)
        descriptor = self._socket.fileno()
        if descriptor < 0:
            return True
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))


class WireBackend(httpcore.AsyncNetworkBackend):
    """Connections to wherever is asked, as `Wire`: for a proxy of the operator's own."""

    def __init__(self, dial: httpcore.AsyncNetworkBackend) -> None:
        self._dial = dial

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Open a connection."""
        return Wire(await self._dial.connect_tcp(host, port, timeout=timeout))

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._dial.sleep(seconds)


class _Stream(httpx.AsyncByteStream):
    """A response body as httpcore delivers it."""

    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        """Give the connection back, or close it when the body was not read to its end."""
        if (close := getattr(self._stream, "aclose", None)) is not None:
            await close()


class Transport(httpx.AsyncBaseTransport):
    """The connections to one host. httpcore's exceptions pass through unchanged."""

    def __init__(self, context: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend | None, proxy: str = "") -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            proxy=httpcore.Proxy(proxy) if proxy else None,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_SECONDS,
            http2=True,
            retries=0,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body is still to be read."""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(response.stream, AsyncIterable)
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Stream(response.stream),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()
