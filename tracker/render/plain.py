"""A change and a version as plain text: no colour, no wrapping, one thing a line. For pipes, mails and files."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.model import Change, Content, Kind, RecordedChange
from tracker.render.pieces import Mark, Piece, bracketed
from tracker.render.proof import ChangeLayout, Item, Layout, lay_out
from tracker.render.safety import clean
from tracker.render.words import interval, named, told_words

_PREFIX = {Kind.HEADING: "## ", Kind.QUOTE: "> ", Kind.LIST: "- ", Kind.CAPTION: "Caption: ", Kind.NOTICE: "Notice: "}


def text(pieces: Iterable[Piece]) -> str:
    """Pieces with the brackets of wdiff: `[-deleted-]{+inserted+}`; a page's own brackets get a backslash."""
    return "".join(piece.text for piece in bracketed(pieces))


def change(record: RecordedChange, change: Change, layout: Layout | None = None) -> str:
    """One change with its heading, ending with a line feed."""
    return f"{heading(record)}\n{patch(lay_out(change, layout))}"


def patch(proof: ChangeLayout) -> str:
    """The items of a proof, each under its title, ending with a line feed."""
    blocks = [_item(item) for item in proof.items]
    if proof.remark:
        blocks.append(proof.remark + (" (--all)\n" if proof.folded else "\n"))
    return "\n".join(blocks)


def heading(record: RecordedChange) -> str:
    """What the log says about a change, one fact a line, ending with a line feed."""
    lines = [
        named(record),
        f"Headline: {clean(record.headline) or '(no headline)'}",
        f"Source:   {clean(record.source_id)}",
        f"Article:  {record.article_id} (version {record.old_version} to {record.new_version})",
        f"URL:      {clean(record.url)}",
        f"Seen:     {interval(record.after, record.before)}",
        f"Class:    {verdict(record)}",
    ]
    if record.noise_rule:
        lines.append(f"Noise:    {clean(record.noise_rule)}")
    if record.summary:
        lines.append(f"Summary:  {clean(record.summary)}")
    return "\n".join(lines) + "\n"


def verdict(record: RecordedChange) -> str:
    """`substantive, score 9 (number, name), no notice seen`."""
    tags = f" ({', '.join(map(clean, record.tags))})" if record.tags else ""
    return f"{record.class_.value}, score {record.score}{tags}, {told_words(record)}"


def document(content: Content) -> str:
    """A version as a text file: headline, standfirst, byline, then a line for each paragraph, empty lines between.

    This is the text that a unified patch of the same article applies to.
    """
    lines = [f"# {clean(content.headline)}".rstrip(), clean(content.standfirst)]
    if content.byline:
        lines.append(f"By {clean(', '.join(content.byline))}")
    lines += [_PREFIX.get(p.kind, "") + clean(p.text) for p in content.everything]
    return "\n\n".join(filter(None, lines)) + "\n"


def _item(item: Item) -> str:
    title = f"{item.title} ({', '.join(map(clean, item.tags))})" if item.tags else item.title
    pieces = [list(line.pieces) for line in item.lines]
    pieces[0].insert(0, Piece(Mark.SAME, item.before))
    pieces[-1].append(Piece(Mark.SAME, item.after))
    lines = [f"{line.marker} {text(shown)}" for line, shown in zip(item.lines, pieces, strict=True)]
    return "\n".join([f"{title}:", *lines]) + "\n"
