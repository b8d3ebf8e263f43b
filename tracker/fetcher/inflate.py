"""Undoing content-encodings within limits: a few hundred bytes can unfold to gigabytes.

httpx's own decoders unfold a whole network read before anyone can object (CVE-2026-84382: 796 bytes of brotli became
524 MB), so bodies are read raw and undone here, at most `PIECE` bytes at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

PIECE = 128 * 1024
"""Most bytes that one step of any decoder brings into being."""

RATIO_FROM = 1 << 20
"""The expansion ratio counts only above this many decoded bytes: small highly regular pages are no bombs."""

_GZIP_MAGIC = b"\x1f\x8b"


class TooLarge(Exception):
    """The body is larger than the limits, on the wire or unfolded."""


class Damaged(Exception):
    """The body is not what its content-encoding says, or ends early."""


class Decoder(Protocol):
    """One content-encoding: bytes in, pieces of at most `PIECE` bytes out."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unfold some more. Raises Damaged."""
        ...

    def finish(self) -> None:
        """Say that no more comes. Raises Damaged when the stream was not at its end."""
        ...


class _Identity:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finish(self) -> None:
        pass


class _Zlib:
    """gzip with any number of members (RFC 1952 section 2.2), or deflate as zlib or raw (RFC 9110 section 8.4.1.2)."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._window = 31 if gzip else 15
        self._stream = zlib.decompressobj(self._window)
        self._started = False
        self._rest = b""
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._rest += data
        if not self._started and not self._gzip and not self._header_known():
            return
        more = bool(self._rest)
        while more and not self._over:
            if self._stream.eof and not self._next_member():
                return
            try:
                piece = self._stream.decompress(self._rest, PIECE)
            except zlib.error as error:
                raise Damaged(f"the {'gzip' if self._gzip else 'deflate'} stream is damaged: {error}") from error
            self._started = True
            self._rest = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            more = bool(self._rest) or len(piece) == PIECE  # a full piece may have a remainder inside zlib
            if piece:
                yield piece

    def _header_known(self) -> bool:
        """Tell zlib from raw deflate by the two bytes of its header (RFC 1950 section 2.2); False before that."""
        if len(self._rest) < 2:
            return False
        if self._rest[0] & 0x0F != 8 or int.from_bytes(self._rest[:2], "big") % 31:
            self._window = -15
            self._stream = zlib.decompressobj(self._window)
        return True

    def _next_member(self) -> bool:
        """Go on with the next gzip member; False when too little is known yet, or what follows is padding."""
        if len(self._rest) < len(_GZIP_MAGIC) and self._gzip:
            return False
        if not self._gzip or not self._rest.startswith(_GZIP_MAGIC):
            self._over = True
            return False
        self._stream = zlib.decompressobj(self._window)
        return True

    def finish(self) -> None:
        if (self._started or self._rest) and not self._stream.eof:
            raise Damaged(f"the {'gzip' if self._gzip else 'deflate'} stream ends early")


class _Brotli:
    """Brotli (RFC 7932)."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._started = True
        while not self._stream.is_finished():
            try:
                piece: bytes = self._stream.process(data, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise Damaged("the brotli stream is damaged") from error
            data = b""
            if piece:
                yield piece
            elif self._stream.can_accept_more_data():
                return

    def finish(self) -> None:
        if self._started and not self._stream.is_finished():
            raise Damaged("the brotli stream ends early")


UNREADABLE = frozenset(
    {"aes128gcm", "compress", "dcb", "dcz", "exi", "pack200-gzip", "x-compress", "zstd", "bzip2", "xz", "lzma", "sdch"}
)
"""Content codings that are not undone here: registered ones (IANA, HTTP Content Coding Registry), and a few more."""


def decoder(content_encoding: str) -> Decoder:
    """The decoder for a Content-Encoding header. Raises Damaged for stacked codings and those nobody asked for.

    What is no content coding (`utf-8`, `none`) changes nothing, as in browsers.
    """
    names = [part.partition(";")[0].strip().lower() for part in content_encoding.split(",")]
    names = [name for name in names if name in UNREADABLE or name in _DECODERS]
    if len(names) > 1:
        raise Damaged(f"Content-Encoding: {content_encoding[:80]}: several on top of each other")
    if not names:
        return _Identity()
    if names[0] in UNREADABLE:
        raise Damaged(f"Content-Encoding: {names[0]}, which nobody asked for")
    return _DECODERS[names[0]]()


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Zlib(gzip=True),
    "x-gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
    "br": _Brotli,
}


class Body:
    """Collects a response body within limits.

    `max_wire` and `max_decoded` are bytes; `max_ratio` is decoded over wire, counted above `RATIO_FROM`.
    """

    def __init__(self, content_encoding: str, *, max_wire: int, max_decoded: int, max_ratio: int) -> None:
        self._decoder = decoder(content_encoding)
        self._max_wire, self._max_decoded, self._max_ratio = max_wire, max_decoded, max_ratio
        self._pieces: list[bytes] = []
        self.wire = 0
        self.decoded = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the wire. Raises TooLarge and Damaged."""
        self.wire += len(data)
        if self.wire > self._max_wire:
            raise TooLarge(f"the body is larger than {self._max_wire:,} bytes on the wire")
        for piece in self._decoder.feed(data):
            self.decoded += len(piece)
            if self.decoded > self._max_decoded:
                raise TooLarge(f"the body unfolds to more than {self._max_decoded:,} bytes")
            if self.decoded > RATIO_FROM and self.decoded > self._max_ratio * self.wire:
                raise TooLarge(f"{self.wire:,} bytes unfold to more than {self._max_ratio} times as many")
            self._pieces.append(piece)

    def finish(self) -> bytes:
        """The whole body. Raises Damaged when the stream ended early; nothing at all is an empty body."""
        self._decoder.finish()
        return b"".join(self._pieces)
