"""A change as a picture to share: an SVG of 1200 x 630 with headline, source, interval and the edit itself.

The text is as large as it fits; a long one is shortened around the edit. Deletions are struck out and insertions
underlined, so that the card also reads without colour. Widths are estimated generously because the reader's fonts are
not known.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

from tracker.errors import UsageError
from tracker.model import Change, ChangeClass, RecordedChange
from tracker.render import fonts
from tracker.render.palette import LIGHT, Palette
from tracker.render.pieces import Mark, Piece, apart, head, shorten
from tracker.render.proof import Item, Layout, lay_out
from tracker.render.safety import clean
from tracker.render.words import interval, told_words

WIDTH, HEIGHT = 1200, 630
_MARGIN = 72
_TOP, _BOTTOM = 172, 516
"""Where the edit may stand, between the source above and the interval below."""
_SIZES = (76, 68, 60, 54, 48, 42)
_LEADING = 1.36
_BASELINE = 0.78
_HEADLINE = 38
_SMALL = 28
_RANK = list(ChangeClass)
_NARROW = frozenset("iljtfrI.,:;'’‘|!()[] ")
_LONGEST = 20
_RLI, _FSI, _PDI = "\u2067", "\u2068", "\u2069"
_THIN = "\u2009"


def svg(record: RecordedChange, change: Change, *, palette: Palette = LIGHT) -> str:
    """The card. Shows the headline's edit when there is one, else the first of the most telling sentences."""
    item = _choose(lay_out(change, Layout(everything=True)).items)
    label = "" if item is None else " · ".join(filter(None, (item.title, ", ".join(item.tags))))
    seen = f"{interval(record.after, record.before)} · {told_words(record)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'fill="{palette.text}" role="img" aria-labelledby="title">',
        f'<title id="title">{_escaped(f"{record.source_id}: {record.headline}")}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.page}"/>',
        f'<rect width="{WIDTH}" height="14" fill="{palette.inserted}"/>',
        f'<rect x="{_MARGIN}" y="536" width="{WIDTH - 2 * _MARGIN}" height="2" fill="{palette.inserted_on}"/>',
        _line(90, 34, [Piece(Mark.SAME, clean(record.source_id))], palette, weight="bold"),
        _line(132, _SMALL, [Piece(Mark.SAME, label)], palette, fill=palette.quiet) if label else "",
        *_body(record, item, palette),
        _line(584, _SMALL, [Piece(Mark.SAME, seen)], palette, fill=palette.quiet),
    ]
    return "\n".join([*filter(None, parts), "</svg>\n"])


def _body(record: RecordedChange, item: Item | None, palette: Palette) -> list[str]:
    """The headline, unless it is what was edited, and the edit, in the middle of their room."""
    top: list[list[Piece]] = []
    if item is None or item.label != "headline":
        headline = head(clean(record.headline), 24) or "(no headline)"
        top = _wrap([Piece(Mark.SAME, headline)], _HEADLINE, 2)
    above = len(top) * _HEADLINE * _LEADING + (24 if top and item else 0)
    size, lines = _fitted(_edit(item), _BOTTOM - _TOP - above) if item else (_SIZES[-1], [])
    height = above + len(lines) * size * _LEADING
    y = _TOP + (_BOTTOM - _TOP - height) * 0.42
    parts = []
    for number, line in enumerate(top):
        at = y + (number * _LEADING + _BASELINE) * _HEADLINE
        parts.append(_line(round(at), _HEADLINE, line, palette, weight="bold"))
    for number, line in enumerate(lines):
        parts.append(_line(round(y + above + (number * _LEADING + _BASELINE) * size), size, line, palette))
    return parts


def _fitted(pieces: Sequence[Piece], room: float) -> tuple[int, list[list[Piece]]]:
    """The largest size at which the pieces fit into a height, and their lines; cut at the smallest when none does."""
    for size in _SIZES:
        most = max(1, int(room / (size * _LEADING)))
        lines = _wrap(pieces, size, most)
        if lines and lines[-1][-1] != _MORE:
            break
    return size, lines


def png(record: RecordedChange, change: Change, *, palette: Palette = LIGHT) -> bytes:
    """The card as a PNG, drawn with the fonts of this machine.

    Raises UsageError when resvg is not installed, or no font has the letters of the text.
    """
    try:
        import resvg_py
    except ImportError:
        raise UsageError(
            "a PNG needs resvg, which is not installed: pip install 'article-tracker[png]', or take --format svg"
        ) from None
    drawn = svg(record, change, palette=palette)
    missing = fonts.missing(drawn)
    if missing:
        raise UsageError(
            f"no font of this machine has the letters of this text ({', '.join(missing)}): install fonts that do "
            "(Debian: fonts-noto-core, fonts-noto-cjk), or take --format svg, which is drawn where it is read"
        )
    return bytes(resvg_py.svg_to_bytes(svg_string=drawn))


_MORE = Piece(Mark.SAME, "…")


def _choose(items: Sequence[Item]) -> Item | None:
    """The headline before all, then the highest class, then the first."""
    ranked = sorted(items, key=lambda i: (i.label != "headline", -_RANK.index(i.class_)))
    return ranked[0] if ranked else None


def _edit(item: Item) -> list[Piece]:
    """The item's pieces on a line, with only a few words around the edits."""
    pieces: list[Piece] = []
    for line in item.lines:
        pieces += [Piece(Mark.SAME, " ")] if pieces else []
        pieces += [replace(p, text=head(p.text, 30)) if p.mark is not Mark.SAME else p for p in line.pieces]
    return list(apart(shorten(pieces, 8) if len(pieces) > 1 else pieces, _THIN))


def _wrap(pieces: Iterable[Piece], size: int, most: int) -> list[list[Piece]]:
    """Pieces broken into at most `most` lines of the card's width; `…` ends a text that is longer."""
    room = (WIDTH - 2 * _MARGIN) / size
    lines: list[list[Piece]] = [[]]
    used = 0.0
    for mark, word in ((p.mark, w) for p in pieces for w in _words(p.text)):
        width = _width(word)
        if used + _width(word.rstrip()) > room and used:
            if len(lines) >= max(most, 1):
                lines[-1][-1] = replace(lines[-1][-1], text=lines[-1][-1].text.rstrip())
                lines[-1].append(_MORE)
                break
            lines.append([])
            used = 0.0
        line = lines[-1]
        if line and line[-1].mark is mark:
            line[-1] = Piece(mark, line[-1].text + word)
        else:
            line.append(Piece(mark, word))
        used += width
    return [[*line[:-1], replace(line[-1], text=line[-1].text.rstrip())] for line in lines if line]


def _words(text: str) -> list[str]:
    """What may stand on one line: a word with its space, one wide character, or a slice of an endless word."""
    words = [""]
    for char in text:
        ends = words[-1].endswith(" ") or len(words[-1]) >= _LONGEST or _wide(char) or _wide(words[-1][-1:] or "a")
        if words[-1] and ends and char != " " and not unicodedata.combining(char):
            words.append("")
        words[-1] += char
    return [word for word in words if word]


def _width(text: str) -> float:
    """Estimated width in ems, that of a wide bold face: rather too wide than too narrow."""
    return sum(1.0 if _wide(c) else 0.4 if c in _NARROW else 0.9 if c.isupper() or c in "mw" else 0.69 for c in text)


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("W", "F")


def _line(
    y: int, size: int, pieces: Sequence[Piece], palette: Palette, *, fill: str = "", weight: str = "normal"
) -> str:
    """One line of text; right-to-left text starts at the right margin."""
    rtl = _right_to_left("".join(p.text for p in pieces))
    x = WIDTH - _MARGIN if rtl else _MARGIN
    # Isolates of our own say the direction to every renderer; those of a page never come so far.
    direction = ' text-anchor="end"' if rtl else ""
    spans = "".join(_span(piece, palette, isolated=rtl) for piece in pieces)
    spans = f"{_RLI}{spans}{_PDI}" if rtl else spans
    colour = f' fill="{fill}"' if fill else ""
    family = escape(fonts.families("".join(p.text for p in pieces)))
    look = f'font-family="{family}" font-size="{size}" font-weight="{weight}"{colour}{direction}'
    return f'<text x="{x}" y="{y}" {look} xml:space="preserve">{spans}</text>'


def _right_to_left(text: str) -> bool:
    """The direction of the first strong character (UAX 9, rule P2)."""
    strong = (unicodedata.bidirectional(c) for c in text)
    return next((b in ("R", "AL") for b in strong if b in ("L", "R", "AL")), False)


def _span(piece: Piece, palette: Palette, *, isolated: bool) -> str:
    if piece.mark is Mark.SAME:
        return _text(piece.text)
    colour, decoration = {
        Mark.INSERTED: (palette.inserted, "underline"),
        Mark.DELETED: (palette.deleted, "line-through"),
    }[piece.mark]
    text = f"{_FSI}{_text(piece.text)}{_PDI}" if isolated else _text(piece.text)
    return f'<tspan fill="{colour}" font-weight="bold" text-decoration="{decoration}">{text}</tspan>'


def _text(text: str) -> str:
    """A text for a line, with the font of its script named where the line's own has not its letters."""
    return "".join(
        f'<tspan font-family="{escape(family)}">{_escaped(run)}</tspan>' if family else _escaped(run)
        for family, run in fonts.runs(text)
    )


def _escaped(text: str) -> str:
    return escape(clean(text), quote=True)
