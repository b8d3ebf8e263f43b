"""The colours of an edit, light and dark: blue with an underline for insertions, orange struck out for deletions.

Chosen so that text keeps a contrast of 7:1 or more (WCAG 2.2 AAA) and the two backgrounds stay apart in protanopia,
deuteranopia and tritanopia. Colour never stands alone: every face also underlines, strikes, signs or says.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as `#rrggbb`: text on background for both marks, and the page around them."""

    inserted: str
    inserted_on: str
    deleted: str
    deleted_on: str
    text: str
    page: str
    quiet: str


LIGHT = Palette("#0b3d91", "#cfe3ff", "#7a2e00", "#ffe0c2", "#1c1c1e", "#ffffff", "#4a4a52")
DARK = Palette("#a8ccff", "#10305c", "#ffc48a", "#4d2500", "#e8e8ea", "#16161a", "#b4b4bc")


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
