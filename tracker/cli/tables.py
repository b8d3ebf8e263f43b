"""Tables that fit the terminal's width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

_GAP = 2
_LEAST = 16


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. On a narrow terminal the columns with the highest `spare` go first; 0 always stays."""

    title: str
    right: bool = False
    quiet: bool = False
    spare: int = 0


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> RenderableType:
    """A table without rules that fits the width; its last column takes the room that is left and may wrap."""
    kept = list(range(len(columns)))
    widths = [max(cell_len(c.title), *(cell_len(row[n]) for row in rows)) for n, c in enumerate(columns)]
    widths[-1] = min(widths[-1], _LEAST)
    while sum(widths[n] + _GAP for n in kept) - _GAP > width and any(columns[n].spare for n in kept):
        kept.remove(max(kept, key=lambda n: columns[n].spare))
    drawn = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for n in kept:
        column, last = columns[n], n == len(columns) - 1
        drawn.add_column(
            column.title,
            justify="right" if column.right else "left",
            style="dim" if column.quiet else "",
            no_wrap=not last,
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*(Text(row[n]) for n in kept))
    return drawn
