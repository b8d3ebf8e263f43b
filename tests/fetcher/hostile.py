"""What hostile and broken servers send: one row an attack, with the outcome that must come of it."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import brotli

from tests.fetcher.world import Script, answer
from tracker.fetcher import Limits
from tracker.model import Outcome

MEGABYTE = 1 << 20
PAGE = b"<html><p>A page.</p></html>"
PACKED = gzip.compress(PAGE * 100)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
QUICK = Limits(deadline=2.0, read=1.5, connect=2.0)
BOMB = 128
"""Megabytes that a bomb unfolds to: twice the memory that a test allows."""


@dataclass(frozen=True)
class Attack:
    """What is sent, made when it is needed, and the outcome; None when the page must be read all the same."""

    name: str
    make: Callable[[], bytes | Script]
    outcome: Outcome | None
    limits: Limits | None = None


@cache
def deflated(window: int) -> bytes:
    """A bomb of zeros as zlib makes it: 31 for gzip, 15 for zlib, -15 for raw deflate."""
    packer = zlib.compressobj(1, zlib.DEFLATED, window)
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(BOMB)) + packer.flush()


def brotlied() -> bytes:
    """A bomb of zeros in brotli: a few hundred bytes."""
    packer = brotli.Compressor(quality=5, lgwin=22)
    return b"".join(packer.process(bytes(MEGABYTE)) for _ in range(BOMB)) + packer.finish()


def drip(*pieces: bytes, pause: float = 0.05) -> Script:
    """Send pieces, then the last one again and again, slowly."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(pieces[:-1]))
        while True:
            writer.write(pieces[-1])
            await writer.drain()
            await asyncio.sleep(pause)

    return script


def send(*pieces: bytes, times: int = 1) -> Script:
    """Send pieces, the last one many times as fast as it is taken, then hang up."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(pieces[:-1]))
        for _ in range(times):
            writer.write(pieces[-1])
            await writer.drain()

    return script


def flood(head: bytes, piece: bytes = b"a" * 65536) -> Script:
    """A head and then 128 MB."""
    return send(head, piece, times=BOMB * MEGABYTE // len(piece))


def reset(piece: bytes) -> Script:
    """Send a piece, then break the connection with a reset."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()

    return script


def packed(body: bytes, encoding: str, *raw: str) -> bytes:
    """An answer that says its body is in that content-encoding."""
    return answer(body, raw=raw, content_encoding=encoding)


LARGE, BROKEN, LOST, LATE = Outcome.TOO_LARGE, Outcome.TRUNCATED, Outcome.CONNECTION, Outcome.TIMEOUT
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = HEAD + b"Content-Length: 5000\r\n\r\n"
NOT_REGULAR = bytes(range(256)) * 65536

ATTACKS = (
    Attack("gzip bomb", lambda: packed(deflated(31), "gzip"), LARGE),
    Attack("deflate bomb", lambda: packed(deflated(15), "deflate"), LARGE),
    Attack("raw deflate bomb", lambda: packed(deflated(-15), "deflate"), LARGE),
    Attack("brotli bomb", lambda: packed(brotlied(), "br"), LARGE),
    Attack("bomb in the second member", lambda: packed(gzip.compress(PAGE) + deflated(31), "gzip"), LARGE),
    Attack("hundred members", lambda: packed(gzip.compress(bytes(MEGABYTE)) * 100, "gzip"), LARGE),
    Attack("large below the ratio", lambda: packed(gzip.compress(NOT_REGULAR), "gzip"), LARGE, Limits(ratio=10**6)),
    Attack("gzip ten times over", lambda: packed(PACKED, ", ".join(["gzip"] * 10)), BROKEN),
    Attack("encodings in two headers", lambda: packed(PACKED, "gzip", "content-encoding: br"), BROKEN),
    Attack("encoding nobody asked for", lambda: packed(PACKED, "zstd"), BROKEN),
    Attack("gzip that is none", lambda: packed(PAGE, "gzip"), BROKEN),
    Attack("gzip with a wrong checksum", lambda: packed(PACKED[:-8] + bytes(8), "gzip"), BROKEN),
    Attack("gzip cut in half", lambda: packed(PACKED[: len(PACKED) // 2], "gzip"), BROKEN),
    Attack("gzip without its trailer", lambda: packed(PACKED[:-8], "gzip"), BROKEN),
    Attack("deflate cut in half", lambda: packed(zlib.compress(PAGE * 100)[:-9], "deflate"), BROKEN),
    Attack("brotli cut in half", lambda: packed(brotli.compress(PAGE * 100)[:-5], "br"), BROKEN),
    Attack("brotli that is none", lambda: packed(b"\xff" * 100, "br"), BROKEN),
    Attack("gzip with padding behind", lambda: packed(PACKED + bytes(512), "gzip"), None),
    Attack("announced too large", lambda: answer(b"", content_length=str(1 << 40)), LARGE),
    Attack("endless chunked body", lambda: flood(CHUNKED, b"10000\r\n" + b"a" * 65536 + b"\r\n"), LARGE),
    Attack("endless body without length", lambda: flood(HEAD + b"\r\n"), LARGE),
    Attack("chunks of one byte", lambda: flood(CHUNKED, b"1\r\na\r\n" * 8192), LARGE),
    Attack("shorter than announced", lambda: send(LONG + PAGE), BROKEN),
    Attack("chunked body that stops", lambda: send(CHUNKED + b"400\r\n" + PAGE), BROKEN),
    Attack("chunk size that is no number", lambda: send(CHUNKED + b"zz\r\n" + PAGE), BROKEN),
    Attack("reset in the body", lambda: reset(LONG + PAGE), BROKEN),
    Attack("reset before the answer", lambda: reset(b"HTTP/1."), LOST),
    Attack("body that drips", lambda: drip(LONG, b"a"), LATE, QUICK),
    Attack("body under the least rate", lambda: drip(LONG, b"a"), LATE, Limits(grace=0.2)),
    Attack("headers that drip", lambda: drip(HEAD, b"X-A: a\r\n"), LATE, QUICK),
    Attack("silence", lambda: drip(b"", b"", pause=0.5), LATE, QUICK),
    Attack("silence after the headers", lambda: drip(LONG, b""), LATE, QUICK),
    Attack("one header of 128 MB", lambda: flood(HEAD + b"X-Big: "), LOST),
    Attack("a million headers", lambda: flood(HEAD, b"X-A: b\r\n" * 8192), LOST),
    Attack("no HTTP at all", lambda: send(b"220 mail.paper.test ESMTP\r\n"), LOST),
    Attack("two lengths that differ", lambda: answer(PAGE, raw=["Content-Length: 5"]), LOST),
    Attack(
        "length and chunks", lambda: send(HEAD + b"Content-Length: 5\r\n" + CHUNKED[len(HEAD) :] + b"0\r\n\r\n"), None
    ),
    Attack("negative length", lambda: answer(PAGE, content_length="-5"), LOST),
    Attack("header with a NUL", lambda: send(HEAD + b"X-A: a\x00b\r\n\r\n"), LOST),
    Attack("endless error page", lambda: flood(b"HTTP/1.1 404 X\r\n\r\n"), Outcome.GONE),
    Attack("endless redirect page", lambda: flood(b"HTTP/1.1 301 X\r\nLocation: /ok\r\n\r\n"), None),
    Attack("redirect without an address", lambda: answer(b"", 302), Outcome.BAD_REDIRECT),
    Attack("part that nobody asked for", lambda: answer(PAGE, 206, content_range="bytes 0-26/99"), BROKEN),
    Attack("switch of protocols", lambda: answer(b"", 101, upgrade="websocket", connection="Upgrade"), LOST),
    Attack("flood of early hints", lambda: send(b"HTTP/1.1 103 X\r\n\r\n" * 1000 + answer(PAGE)), None),
    Attack("page from a bot wall", lambda: answer(PAGE, 200, cf_mitigated="challenge"), Outcome.BLOCKED),
)
