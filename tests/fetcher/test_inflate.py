"""Content-encodings: what was packed comes out, and never more than allowed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.fetcher.inflate import PIECE, Body, Damaged, TooLarge, decoder


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def members(data: bytes) -> bytes:
    """gzip in three members."""
    third = len(data) // 3
    return b"".join(gzip.compress(p) for p in (data[:third], data[third : 2 * third], data[2 * third :]))


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("", lambda b: b),
    "identity": ("identity", lambda b: b),
    "gzip": ("gzip", gzip.compress),
    "x-gzip, upper case": ("X-GZip", gzip.compress),
    "gzip in members": ("gzip", members),
    "gzip with padding": ("gzip", lambda b: gzip.compress(b) + bytes(100)),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
}


def body(encoding: str, wire: int = 4 << 20, decoded: int = 8 << 20, ratio: int = 100) -> Body:
    return Body(encoding, max_wire=wire, max_decoded=decoded, max_ratio=ratio)


def feed(into: Body, data: bytes, step: int) -> bytes:
    for at in range(0, len(data), step):
        into.feed(data[at : at + step])
    return into.finish()


@pytest.mark.parametrize("name", PACKERS)
@settings(max_examples=25)
@given(data=st.binary(max_size=3000), step=st.integers(1, 4000))
def test_what_was_packed_comes_out(name: str, data: bytes, step: int) -> None:
    encoding, pack = PACKERS[name]
    assert feed(body(encoding), pack(data), step) == data


@pytest.mark.parametrize("name", PACKERS)
def test_output_of_whole_pieces_comes_out(name: str) -> None:
    """Sizes around the decoder's own step, where the last bytes can stay inside."""
    encoding, pack = PACKERS[name]
    for size in (PIECE - 1, PIECE, PIECE + 1, 3 * PIECE):
        data = (b"All the news that fits. " * (size // 20))[:size]
        assert feed(body(encoding, ratio=10**6), pack(data), 100_000) == data


@pytest.mark.parametrize("name", [n for n in PACKERS if PACKERS[n][0] not in ("", "identity")])
@given(data=st.binary(min_size=50, max_size=2000), cut=st.integers(1, 20))
@settings(max_examples=20)
def test_a_body_that_ends_early_is_never_taken_for_whole(name: str, data: bytes, cut: int) -> None:
    encoding, pack = PACKERS[name]
    packed = pack(data)
    if "padding" in name:
        packed = packed[:-100]
    short = packed[: -min(cut, len(packed) - 1)]
    try:
        got = feed(body(encoding), short, 1000)
    except Damaged:
        return
    assert name == "gzip in members"  # cut exactly between two members, or inside the magic of the next
    assert data.startswith(got)


@settings(max_examples=60)
@given(
    data=st.binary(max_size=5000),
    encoding=st.sampled_from(["", "gzip", "deflate", "br"]),
    step=st.integers(1, 500),
    limit=st.integers(0, 3000),
)
def test_no_bytes_whatsoever_get_past_the_limits(data: bytes, encoding: str, step: int, limit: int) -> None:
    into = body(encoding, wire=limit, decoded=limit)
    with suppress(Damaged, TooLarge):
        assert len(feed(into, data, step)) <= limit
    assert into.decoded <= limit + PIECE
    assert into.wire <= limit + step


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_nothing_at_all_is_an_empty_body(encoding: str) -> None:
    assert body(encoding).finish() == b""


@pytest.mark.parametrize("encoding", ["gzip, br", "gzip,gzip", "zstd", "compress", "aes128gcm"])
def test_stacked_and_unknown_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(Damaged):
        decoder(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "none", "identity", "UTF8, identity", "text/html", "é", "8bit"])
def test_what_is_no_content_coding_changes_nothing(encoding: str) -> None:
    into = body(encoding)
    into.feed(b"<p>as it is</p>")
    assert into.finish() == b"<p>as it is</p>"


def test_a_small_regular_page_is_no_bomb() -> None:
    data = b" " * 900_000
    assert feed(body("gzip"), gzip.compress(data), 500) == data
    with pytest.raises(TooLarge, match="100 times"):
        feed(body("gzip"), gzip.compress(b" " * 1_200_000), 500)
