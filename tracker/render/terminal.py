"""A change on a terminal, like a sub-editor's proof. Builds rich `Text` objects, never markup strings.

Where there is no colour, edits carry the brackets of wdiff: `[-deleted-]{+inserted+}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from tracker.model import Change, ChangeClass, Content, Kind, Paragraph, RecordedChange
from tracker.render.palette import DARK, Palette
from tracker.render.pieces import Mark, Piece, apart, bracketed
from tracker.render.proof import ChangeLayout, Item, Layout, lay_out
from tracker.render.safety import clean
from tracker.render.words import interval, named, told_words

SEPARATOR = " · "
_CLASS_STYLE = {ChangeClass.SUBSTANTIVE: "bold", ChangeClass.WORDING: "", ChangeClass.MINOR: "dim"}


@dataclass(frozen=True, slots=True)
class EditStyle:
    """How edits are marked: with the colours of a palette, or with brackets where colour cannot be relied on."""

    palette: Palette = DARK
    brackets: bool = False

    def style(self, mark: Mark) -> Style:
        """The style of a mark; the backgrounds are set too, so it reads on any terminal's own colours."""
        if self.brackets or mark is Mark.SAME:
            return Style()
        if mark is Mark.INSERTED:
            return Style(color=self.palette.inserted, bgcolor=self.palette.inserted_on, underline=True)
        return Style(color=self.palette.deleted, bgcolor=self.palette.deleted_on, strike=True)

    def text(self, pieces: Iterable[Piece], before: str = "", after: str = "") -> Text:
        """Pieces as one text, between the neighbouring words of their paragraph."""
        text = Text(overflow="fold")
        context = (Piece(Mark.SAME, before), Piece(Mark.SAME, after))
        whole = (context[0], *pieces, context[1])
        shown = list(bracketed(whole) if self.brackets else apart(whole))
        for number, piece in enumerate(shown):
            text.append(piece.text, self.style(piece.mark) if 0 < number < len(shown) - 1 else "dim")
        return text


def change(
    record: RecordedChange,
    change: Change,
    look: EditStyle,
    layout: Layout | None = None,
    *,
    side: bool = False,
) -> RenderableType:
    """One change with its heading; `side` puts old and new next to each other."""
    return Group(heading(record), Text(), patch(lay_out(change, layout), look, side=side))


def patch(proof: ChangeLayout, look: EditStyle, *, side: bool = False) -> RenderableType:
    """The items of a proof with their signs in the margin."""
    parts: list[RenderableType] = []
    for item in proof.items:
        parts += [_title(item), _side(item, look) if side else _inline(item, look), Text()]
    if proof.remark:
        parts += [Text(proof.remark + (" (--all)" if proof.folded else ""), "dim"), Text()]
    return Group(*parts[:-1])


def heading(record: RecordedChange) -> RenderableType:
    """Source, headline, interval, class, score and whether a notice was seen."""
    where = [clean(record.source_id), f"article {record.article_id}"]
    if record.id:
        where.append(f"version {record.old_version} → {record.new_version}")
    lines = [
        Text(SEPARATOR.join((*where, named(record))), "dim"),
        Text(clean(record.headline) or "(no headline)", "bold", overflow="fold"),
        Text(interval(record.after, record.before)),
        verdict(record),
    ]
    if record.noise_rule:
        lines.append(Text(f"taken for noise by the rule {clean(record.noise_rule)}", "italic"))
    return Group(*lines)


def verdict(record: RecordedChange) -> Text:
    """`substantive · score 9 · number, name · no notice seen`."""
    text = Text().append(record.class_.value, _CLASS_STYLE[record.class_])
    text.append(f"{SEPARATOR}score {record.score}")
    if record.tags:
        text.append(SEPARATOR + ", ".join(map(clean, record.tags)))
    return text.append(SEPARATOR + told_words(record))


def log_entry(record: RecordedChange) -> RenderableType:
    """One entry of the log, in the manner of `git log`."""
    first = Text().append(named(record), "bold")
    first.append(f"  {clean(record.source_id)}{SEPARATOR}article {record.article_id}{SEPARATOR}", "dim")
    first.append(f"version {record.old_version} → {record.new_version}", "dim")
    summary = [
        Text(clean(record.headline) or "(no headline)", overflow="fold"),
        Text(clean(record.summary), "dim", overflow="fold"),
    ]
    lines: list[RenderableType] = [first, Text(interval(record.after, record.before)), verdict(record)]
    if record.noise_rule:
        lines.append(Text(f"taken for noise by the rule {clean(record.noise_rule)}", "italic"))
    return Group(*lines, Padding(Group(*[t for t in summary if t.plain]), (0, 0, 0, 4)))


def content(content: Content) -> RenderableType:
    """A version's text for reading."""
    parts: list[RenderableType] = [Text(clean(content.headline) or "(no headline)", "bold", overflow="fold")]
    if content.standfirst:
        parts.append(Text(clean(content.standfirst), "italic", overflow="fold"))
    about = [clean(", ".join(content.byline)), clean(content.section)]
    if any(about):
        parts.append(Text(SEPARATOR.join(filter(None, about)), "dim", overflow="fold"))
    for paragraph in content.everything:
        parts += [Text(), _paragraph(paragraph)]
    return Group(*parts)


def hanging(marker: str, text: Text, *, style: str = "bold") -> Table:
    """A text with a sign in the margin of its first line; the following lines stay clear of the margin."""
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(no_wrap=True, style=style)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(Text(marker), text)
    return grid


_PARAGRAPH = {
    Kind.HEADING: ("", "bold"),
    Kind.QUOTE: ("│", ""),
    Kind.LIST: ("•", ""),
    Kind.CAPTION: ("caption:", "dim"),
    Kind.NOTICE: ("notice:", "italic"),
}


def _paragraph(paragraph: Paragraph) -> RenderableType:
    marker, style = _PARAGRAPH.get(paragraph.kind, ("", ""))
    text = Text(clean(paragraph.text), style, overflow="fold")
    return hanging(marker, text, style="dim") if marker else text


def _title(item: Item) -> Text:
    text = Text().append(item.title, "bold" if not item.place else "")
    if item.tags:
        text.append("  " + ", ".join(map(clean, item.tags)), "dim")
    return text


def _inline(item: Item, look: EditStyle) -> RenderableType:
    last = len(item.lines) - 1
    return Group(
        *(
            hanging(
                line.marker,
                look.text(line.pieces, item.before if n == 0 else "", item.after if n == last else ""),
            )
            for n, line in enumerate(item.lines)
        )
    )


def _side(item: Item, look: EditStyle) -> RenderableType:
    """Old on the left, new on the right, each with its sign; an empty side has none."""
    table = Table(box=box.MINIMAL, show_edge=False, show_header=False, expand=True, border_style="dim")
    table.add_column(ratio=1, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    signs = [line.marker for line in item.lines]
    if signs == ["-", "+"]:
        table.add_row(*(hanging(line.marker, look.text(line.pieces)) for line in item.lines))
        return table
    for line in item.lines:
        left = look.text(p for p in line.pieces if p.mark is not Mark.INSERTED)
        right = look.text(p for p in line.pieces if p.mark is not Mark.DELETED)
        if len(line.pieces) == 1 and line.pieces[0].mark is Mark.SAME:
            left = Text(item.label, "dim")
        table.add_row(*(hanging(line.marker if side.plain.strip() else "", side) for side in (left, right)))
    return table
