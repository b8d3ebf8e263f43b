from __future__ import annotations

import asyncio
import gzip
import socket
from datetime import UTC, datetime

import pytest

from tracker.newsroom.server import Request, Response, Server

NOON = datetime(2026, 11, 23, 12, 0, 0, 500_000, tzinfo=UTC)
PAGES = {
    "/": Response(body=b"Good morning. " * 20),
    "/feed": Response(body=b"<feed/>", content_type="application/xml", modified=NOON),
    "/odd": Response(299, b"odd"),
}


def handler(request: Request) -> Response:
    return PAGES.get(request.path, Response(404, b"no"))


async def talk(*requests: str, half: bool = False) -> list[tuple[int, dict[str, str], bytes]]:
    """Sends raw requests over one connection and reads all answers until the server hangs up."""
    async with Server(handler, lambda: NOON, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write("".join(requests).encode("latin-1"))
        if half:
            writer.write_eof()
        raw = await reader.read()
        writer.close()
        await writer.wait_closed()
    answers = []
    heads = [r.split(" ")[0] == "HEAD" for r in requests]
    while raw:
        head, _, raw = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        length = 0 if heads[len(answers)] else int(headers.get("content-length", "0"))
        answers.append((int(first.split(" ")[1]), headers, raw[:length]))
        raw = raw[length:]
    return answers


def ask(path: str = "/", *headers: str, method: str = "GET", version: str = "1.1", close: bool = True) -> str:
    lines = [f"{method} {path} HTTP/{version}", "Host: x", *headers, *(["Connection: close"] if close else [])]
    return "\r\n".join([*lines, "", ""])


async def test_two_requests_share_a_connection_until_one_asks_to_close() -> None:
    answers = await talk(ask("/", close=False), ask("/feed"), ask("/"))
    assert [(status, headers["connection"]) for status, headers, _ in answers] == [(200, "keep-alive"), (200, "close")]


async def test_http_1_0_closes_unless_asked_to_keep() -> None:
    assert len(await talk(ask(version="1.0", close=False), ask())) == 1
    assert len(await talk(ask("/", "Connection: Keep-Alive", version="1.0", close=False), ask())) == 2


async def test_head_has_the_headers_of_get_and_no_body() -> None:
    (got,) = await talk(ask("/feed"))
    (head,) = await talk(ask("/feed", method="HEAD"))
    assert head[1] == got[1]
    assert head[2] == b""
    assert got[2] == b"<feed/>"


async def test_a_body_is_compressed_only_for_those_who_take_gzip() -> None:
    plain = PAGES["/"].body
    cases = [
        ("gzip, br", True),
        ("*", True),
        ("gzip;q=0.5", True),
        ("gzip; q=0", False),
        ("br", False),
        ("", False),
    ]
    for accepted, compressed in cases:
        ((_, headers, body),) = await talk(ask("/", f"Accept-Encoding: {accepted}"))
        assert (headers.get("content-encoding") == "gzip") is compressed, accepted
        assert (gzip.decompress(body) if compressed else body) == plain
        assert headers["vary"] == "Accept-Encoding"


async def test_conditional_requests() -> None:
    ((_, first, _),) = await talk(ask("/feed"))
    etag, date = first["etag"], first["last-modified"]
    cases = [
        ("the tag", [f"If-None-Match: {etag}"], 304),
        ("the tag as a strong one, in a list", [f'If-None-Match: "x", {etag[2:]}'], 304),
        ("any", ["If-None-Match: *"], 304),
        ("another tag", ['If-None-Match: "x"'], 200),
        ("the date", [f"If-Modified-Since: {date}"], 304),
        ("an earlier date", ["If-Modified-Since: Mon, 23 Nov 2026 11:59:59 GMT"], 200),
        ("no date at all", ["If-Modified-Since: yesterday"], 200),
        ("another tag outranks the date", ['If-None-Match: "x"', f"If-Modified-Since: {date}"], 200),
    ]
    for name, headers, status in cases:
        ((got, fields, body),) = await talk(ask("/feed", *headers))
        assert got == status, name
        assert fields["etag"] == etag
        assert (body == b"") is (status == 304)
    ((status, headers, _),) = await talk(ask("/", "If-None-Match: *"))
    assert (status, "etag" in headers) == (200, False)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (ask(method="POST"), 405),
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/3\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n", 400),
        (ask("/", "X-Long: " + "x" * 70_000), 431),
        (ask("/odd"), 299),
        (ask("/nowhere?q=1"), 404),
    ],
)
async def test_what_cannot_be_served_is_answered_as_the_rules_say(raw: str, status: int) -> None:
    ((got, headers, _),) = await talk(raw)
    assert got == status
    assert headers["date"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    if status == 405:
        assert headers["allow"] == "GET, HEAD"


async def test_a_client_that_hangs_up_in_mid_request_does_no_harm() -> None:
    assert await talk("GET / HT", half=True) == []


async def test_closing_the_server_ends_open_connections() -> None:
    async with Server(handler, lambda: NOON, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(ask("/feed", close=False).encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    rest = await reader.read()
    assert rest.endswith(b"<feed/>")
    writer.close()


async def test_a_connection_that_arrives_at_closing_time_leaves_nothing_behind() -> None:
    async with Server(handler, lambda: NOON, "127.0.0.1", 0) as server:
        late = socket.create_connection(("127.0.0.1", server.port))
        late.sendall(ask("/", close=False).encode())
    late.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
