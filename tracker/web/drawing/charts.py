"""Small charts drawn on the server: SVG for the eye, and beside each the numbers as a table for everyone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WIDTH, _HEIGHT, _BOTTOM, _TOP = 480, 150, 22, 16
_WIDEST = 44
_SHADES = 5


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart of bars: `svg` for the eye, `rows` for the table; `any` when a value is above zero."""

    title: str
    name: str
    svg: Markup
    rows: list[tuple[str, int]]
    any: bool


def bars(labels: Sequence[str], values: Sequence[int], title: str, name: str) -> BarChart:
    """A bar for each value, labelled where there is room; `svg`, and `rows` for the table."""
    most = max(values, default=0)
    slot = _WIDTH / max(1, len(values))
    width = round(min(slot * 0.72, _WIDEST), 1)
    room = _HEIGHT - _BOTTOM - _TOP
    every = max(1, -(-len(values) * 34 // _WIDTH))
    parts = [
        Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            _WIDTH, _HEIGHT, _said(title, labels, values)
        ),
        Markup('<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>').format(
            _WIDTH, _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM
        ),
    ]
    for n, (label, value) in enumerate(zip(labels, values, strict=True)):
        height = round(room * value / most, 1) if most else 0.0
        x = round(n * slot, 1)
        top = _HEIGHT - _BOTTOM - height
        parts.append(
            Markup('<rect class="bar{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
                " most" if value == most and most else "",
                round(x + (slot - width) / 2, 1),
                round(top, 1),
                width,
                height,
                label,
                value,
            )
        )
        if value == most and most:
            parts.append(
                Markup('<text class="value" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                    round(x + slot / 2, 1), round(top - 4, 1), f"{value:,}"
                )
            )
        if n % every == 0:
            parts.append(
                Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
                    round(x + slot / 2, 1), _HEIGHT - 6, label
                )
            )
    parts.append(Markup("</svg>"))
    return BarChart(
        title=title, name=name, svg=Markup("").join(parts), rows=list(zip(labels, values, strict=True)), any=most > 0
    )


@dataclass(frozen=True, slots=True)
class GridChart:
    """A chart of weekdays by hours: `svg` for the eye, `cells` for the table."""

    title: str
    svg: Markup
    cells: list[tuple[str, Sequence[int]]]
    any: bool


def grid(cells: Sequence[Sequence[int]], title: str) -> GridChart:
    """Weekdays by hours, shaded in five steps; `svg`, and `cells` for the table."""
    most = max((max(row, default=0) for row in cells), default=0)
    left, size, high = 34, 18.5, 18
    width, height = round(left + 24 * size), 7 * high + 20
    label = f"{title}. Most in an hour: {most}"
    parts = [
        Markup('<svg class="chart grid" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(width, height, label)
    ]
    for d, row in enumerate(cells):
        parts.append(Markup('<text x="0" y="{}">{}</text>').format(d * high + 13, DAYS[d]))
        for h, value in enumerate(row):
            shade = -(-value * _SHADES // most) if most and value else 0
            parts.append(
                Markup(
                    '<rect class="shade-{}" x="{}" y="{}" width="{}" height="{}"><title>{} {:02}:00: {}</title></rect>'
                ).format(shade, round(left + h * size, 1), d * high, size - 1.5, high - 1.5, DAYS[d], h, value)
            )
    for h in range(0, 24, 3):
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(round(left + h * size, 1), height - 4, f"{h:02}"))
    parts.append(Markup("</svg>"))
    return GridChart(title=title, svg=Markup("").join(parts), cells=list(zip(DAYS, cells, strict=True)), any=most > 0)


def _said(title: str, labels: Sequence[str], values: Sequence[int]) -> str:
    """The chart in a sentence."""
    if not any(values):
        return f"{title}: none"
    most = max(values)
    return f"{title}: {sum(values):,} in all, most at {labels[list(values).index(most)]} ({most:,})"
