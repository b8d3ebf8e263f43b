"""Heads of answers as browsers read them."""

from __future__ import annotations

import pytest

from tracker.fetcher.head import HeadMender, mended

START = b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (b"a/b.php: x", b""),
        (b'"X-Quoted: 0"', b""),
        (b"no colon here", b""),
        (b": no name", b""),
        (b"Na\xefve: x", b""),
        (b"X-Powered-By : PHP", b"X-Powered-By: PHP"),
        (b"Transfer-Encoding\t: chunked", b"Transfer-Encoding: chunked"),
        (b"X-Zero: a\x00b", b"X-Zero: a\x00b"),
        (b"Server:", b"Server:"),
        (b'ETag: "a:b"', b'ETag: "a:b"'),
    ],
)
def test_only_lines_that_are_headers_are_kept(line: bytes, kept: bytes) -> None:
    head = b"\r\n".join([START, b"A: 1", line, b"B: 2"])
    assert mended(head) == b"\r\n".join([START, b"A: 1", *([kept] if kept else []), b"B: 2"])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_head_is_mended_however_it_comes_and_the_body_is_as_it_was(size: int) -> None:
    came = START + b"\r\nbad/name: 1\r\nContent-Length: 9\r\n\r\nbad/x: 1\n"
    mender = HeadMender()
    for _ in range(2):  # a kept connection has one head after the other
        mender.asked()
        got = b"".join(mender.came(came[n : n + size]) for n in range(0, len(came), size))
        assert got == START + b"\r\nContent-Length: 9\r\n\r\nbad/x: 1\n"


def test_the_head_after_an_informational_one_is_mended_too() -> None:
    mender = HeadMender()
    mender.asked()
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    assert mender.came(early + START + b"\r\nb/c: 1\r\n\r\nx") == early + START + b"\r\n\r\nx"


@pytest.mark.parametrize("data", [b"\x00\x00\x12\x04\x00", b"SSH-2.0", b"HTTP/1.1 200 OK\r\n" + b"a" * 70_000])
def test_what_is_no_head_passes_as_it_is(data: bytes) -> None:
    mender = HeadMender()
    mender.asked()
    assert mender.came(data) == data


def test_a_head_that_breaks_off_is_handed_on_at_the_end() -> None:
    mender = HeadMender()
    mender.asked()
    assert mender.came(b"HTTP/1.1 200 OK\r\nA: ") == b""
    assert mender.ended() == b"HTTP/1.1 200 OK\r\nA: "
