"""MessagePack read: as much of it as other trackers write."""

from __future__ import annotations

import struct
from typing import Any

_DEEPEST = 16
_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZES = {0xD9: 1, 0xDA: 2, 0xDB: 4, 0xC4: 1, 0xC5: 2, 0xC6: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}


def read(packed: bytes) -> Any:
    """The value; None for what is damaged, too deep or of a kind that is not read."""
    try:
        return _value(packed, 0, 0)[0]
    except (IndexError, struct.error, ValueError, TypeError):
        return None


def _value(b: bytes, at: int, depth: int) -> tuple[Any, int]:
    """(value, where the next one begins)."""
    if depth > _DEEPEST:
        raise ValueError("too deep")
    tag, at = b[at], at + 1
    if tag <= 0x7F or tag >= 0xE0:
        return (tag if tag <= 0x7F else tag - 256), at
    if tag in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[tag], at
    if tag in _NUMBERS:
        size = struct.calcsize(_NUMBERS[tag])
        return struct.unpack_from(_NUMBERS[tag], b, at)[0], at + size
    if tag in _SIZES:
        width = _SIZES[tag]
        count, at = int.from_bytes(_piece(b, at, width), "big"), at + width
    else:
        count = tag & (0x1F if 0xA0 <= tag <= 0xBF else 0x0F)
    if tag in (0xD9, 0xDA, 0xDB) or 0xA0 <= tag <= 0xBF:
        return _piece(b, at, count).decode("utf-8", "replace"), at + count
    if tag in (0xC4, 0xC5, 0xC6):
        return _piece(b, at, count), at + count
    if tag in (0xDC, 0xDD) or 0x90 <= tag <= 0x9F:
        return _several(b, at, count, depth)
    if tag in (0xDE, 0xDF) or 0x80 <= tag <= 0x8F:
        flat, at = _several(b, at, 2 * count, depth)
        return dict(zip(flat[::2], flat[1::2], strict=True)), at
    raise ValueError("a kind that is not read")


def _several(b: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    if count > len(b):
        raise ValueError("more values than bytes")
    found = []
    for _ in range(count):
        value, at = _value(b, at, depth + 1)
        found.append(value)
    return found, at


def _piece(b: bytes, at: int, count: int) -> bytes:
    if at + count > len(b):
        raise IndexError("it ends early")
    return b[at : at + count]
