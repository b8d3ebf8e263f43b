"""The head of an HTTP/1 answer as browsers read it: lines that are no header are left out, the others are kept.

The parser below is strict, and one odd line of a firewall or a plug-in would cost the whole answer.
"""

from __future__ import annotations

import re

MAX_HEAD = 64 * 1024
"""Most bytes of a head that are looked at; the parser refuses a longer one anyway."""

_END = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_INFORMATIONAL = re.compile(rb"HTTP/1\.\d 1\d\d\b")


def mended(head: bytes) -> bytes:
    """The same head without lines that are no header and blanks before a colon (RFC 9112 section 5.1)."""
    status, *lines = re.split(rb"\r?\n", head)
    kept = [status]
    follows = False
    for line in lines:
        if line[:1] in (b" ", b"\t"):  # a folded line belongs to the one before it
            if follows:
                kept.append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        follows = bool(colon and _NAME.fullmatch(name))
        if follows:
            kept.append(name + b":" + value)
    return b"\r\n".join(kept)


class HeadMender:
    """What comes over one connection, with every head mended and everything else as it is."""

    def __init__(self) -> None:
        self._head: bytes | None = None  # what came of a head so far; None while a body comes

    def asked(self) -> None:
        """A request was sent: the next thing to come is a head."""
        if self._head is None:
            self._head = b""

    def came(self, data: bytes) -> bytes:
        """What to hand on of what came; empty while a head is not complete."""
        done = b""
        while self._head is not None:
            data, self._head = self._head + data, None
            if len(data) > MAX_HEAD or data[:7] != b"HTTP/1."[: len(data)]:
                break
            end = _END.search(data)
            if end is None:
                self._head = data
                return done
            head, data = data[: end.start()], data[end.end() :]
            done += mended(head) + b"\r\n\r\n"
            if _INFORMATIONAL.match(head):
                self._head = b""
        return done + data

    def ended(self) -> bytes:
        """What was held of a head when the connection ended."""
        held, self._head = self._head or b"", None
        return held
