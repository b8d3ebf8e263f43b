"""The fetcher over HTTP/2: the same guard, limits and outcomes on another wire."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable

import h2.config
import h2.connection
import h2.events
import pytest

from tests.fetcher.world import World, server_tls
from tracker.model import Capture, Failure, Outcome

PAGE = b"<p>One story over two.</p>" * 50
Headers = list[tuple[str, str]]
Answer = Callable[[h2.connection.H2Connection, int], bytes | None]
"""Answers a stream; the bytes that it gives are sent as they are once the client has read what came before."""


def whole(body: bytes, *headers: tuple[str, str]) -> Answer:
    def answer(connection: h2.connection.H2Connection, stream: int) -> None:
        connection.send_headers(stream, [(":status", "200"), ("content-type", "text/html"), *headers])
        connection.send_data(stream, body, end_stream=True)

    return answer


def broken_off(connection: h2.connection.H2Connection, stream: int) -> None:
    connection.send_headers(stream, [(":status", "200"), ("content-type", "text/html")])
    connection.send_data(stream, PAGE)
    connection.reset_stream(stream)


def refused(connection: h2.connection.H2Connection, stream: int) -> None:
    connection.reset_stream(stream)


def going_away(connection: h2.connection.H2Connection, stream: int) -> None:
    connection.close_connection()


def redirected(connection: h2.connection.H2Connection, stream: int) -> None:
    connection.send_headers(stream, [(":status", "301"), ("location", "/whole")], end_stream=True)


def then(wrong: bytes) -> Answer:
    """A proper beginning, and when that was read a frame that no server may send there."""

    def answer(connection: h2.connection.H2Connection, stream: int) -> bytes:
        connection.send_headers(stream, [(":status", "200"), ("content-type", "text/html")])
        connection.send_data(stream, PAGE[:5])
        connection.ping(b"read it?")
        return wrong[:5] + (stream if wrong[8] else 0).to_bytes(4, "big") + wrong[9:]

    return answer


def frame(kind: int, flags: int, body: bytes, *, on_stream: bool = True) -> bytes:
    """A frame of HTTP/2 (RFC 9113 section 4.1)."""
    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + int(on_stream).to_bytes(4, "big") + body


WRONG = {
    "/trailers-without-end": frame(1, 0x4, b"\x00\x01x\x01y"),
    "/trailers-that-are-none": frame(1, 0x5, b"\xff\xff\xff\xff\xff\xff\xff"),
    "/overlong-frame": frame(0, 0, bytes(20_000)),
    "/window-overflow": frame(8, 0, b"\x7f\xff\xff\xff"),
    "/settings-of-odd-length": frame(4, 0, b"odd", on_stream=False),
    "/settings-on-a-stream": frame(4, 0, b""),
    "/wrong-setting": frame(4, 0, b"\x00\x02\x00\x00\x00\x07", on_stream=False),
    "/frame-size-of-nothing": frame(4, 0, b"\x00\x05\x00\x00\x00\x00", on_stream=False),
    "/padding-longer-than-the-frame": frame(0, 0x8, b"\xffab"),
    "/continuation-of-nothing": frame(9, 0x4, b"\x88"),
    "/ping-of-odd-length": frame(6, 0, b"odd", on_stream=False),
    "/promise": frame(5, 0x4, b"\x00\x00\x00\x02\x82"),
    "/data-on-no-stream": frame(0, 0, b"abc", on_stream=False),
    "/reset-of-odd-length": frame(3, 0, b"odd"),
}

LOST, BROKEN = {Outcome.CONNECTION}, {Outcome.TRUNCATED}
ANSWERS: dict[str, tuple[Answer, set[Outcome] | None]] = {
    "/whole": (whole(PAGE), None),
    "/packed": (whole(gzip.compress(PAGE), ("content-encoding", "gzip")), None),
    "/redirected": (redirected, None),
    "/bomb": (whole(gzip.compress(bytes(12 << 20)), ("content-encoding", "gzip")), {Outcome.TOO_LARGE}),
    "/short": (whole(PAGE, ("content-length", str(len(PAGE) + 9))), LOST | BROKEN),
    "/broken": (broken_off, BROKEN),
    "/refused": (refused, LOST),
    "/away": (going_away, LOST),
    **{path: (then(wrong), LOST | BROKEN) for path, wrong in WRONG.items()},
}


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A minimal HTTP/2 server on the h2 library."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    connection.initiate_connection()
    then: bytes | None = None
    try:
        while True:
            writer.write(connection.data_to_send())
            await writer.drain()
            data = await reader.read(65536)
            if not data:
                break
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    path = dict(event.headers)[":path"]
                    if path in ANSWERS:
                        then = ANSWERS[path][0](connection, event.stream_id)
                    else:
                        connection.send_headers(event.stream_id, [(":status", "404")], end_stream=True)
                elif isinstance(event, h2.events.PingAckReceived):
                    writer.write(then or b"")
    except (OSError, asyncio.CancelledError, h2.exceptions.ProtocolError):
        pass
    finally:
        writer.close()


@pytest.mark.parametrize("path", ANSWERS)
async def test_answers_over_http_2(world: World, path: str) -> None:
    site = await world.site("paper.test", port=443, tls=server_tls("h2"))
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server_tls("h2"))
    world.servers.append(server)
    world.ports["93.184.216.1", 443] = server.sockets[0].getsockname()[1]
    async with world.fetcher() as fetcher:
        got = await fetcher.get(f"https://paper.test{path}")
        outcomes = ANSWERS[path][1]
        if outcomes is None:
            assert isinstance(got, Capture), got
            assert got.body == PAGE
        else:
            assert isinstance(got, Failure)
            assert got.outcome in outcomes, got
        after = await fetcher.get("https://paper.test/whole")
        assert isinstance(after, Capture), "the host must still be served"
    assert site.requests == [], "the plain server must not have been asked"
