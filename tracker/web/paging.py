"""Long things in parts, so that no page grows past what a phone on a train can load. Pure.

Weights are bytes of HTML. One piece is cut where even a part for itself would be too long; the JSON has it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import escape

from tracker.render.pieces import Mark, Piece

T = TypeVar("T")
LONGEST = 6_000
"""Characters of one piece: a paragraph, a sentence, one side of an edit."""
_MARKING = 25
"""What the marking of an edit costs beside its text, in the same measure."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """One part of a long list: `number` of `count`, counted from 1."""

    items: tuple[T, ...]
    number: int
    count: int


def part(items: Sequence[T], weight: Callable[[T], int], most: int, wanted: int | None) -> Part[T]:
    """The wanted part of the items, each part no heavier than `most` but for an item that is so by itself."""
    parts: list[list[T]] = [[]]
    room = most
    for item in items:
        heavy = weight(item)
        if heavy > room and parts[-1]:
            parts.append([])
            room = most
        parts[-1].append(item)
        room -= heavy
    number = min(max(1, wanted or 1), len(parts))
    return Part(tuple(parts[number - 1]), number, len(parts))


def weigh(*texts: str) -> int:
    """How many bytes these texts are on a page. Markup weighs what it is."""
    return sum(len(str(escape(text)).encode("utf-8", "replace")) for text in texts)


def cut(text: str, most: int = LONGEST) -> str:
    """A text no longer than that, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"


def cut_pieces(pieces: Iterable[Piece], most: int = LONGEST) -> list[Piece]:
    """Pieces that are together no longer than that."""
    kept: list[Piece] = []
    for piece in pieces:
        if most <= 0:
            break
        kept.append(Piece(piece.mark, cut(piece.text, most)))
        most -= len(piece.text) + (0 if piece.mark is Mark.SAME else _MARKING)
    return kept
