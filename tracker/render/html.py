"""A change as HTML: a fragment for pages and mails, and a page that stands alone.

Semantic `ins` and `del` with hidden words for screen readers, one labelled section for each item, text direction left
to the text, everything escaped. No script, no address from outside is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources
from urllib.parse import urlsplit

from tracker.model import Change, RecordedChange, iso
from tracker.render.pieces import Mark, Piece
from tracker.render.proof import ChangeLine, Item, Layout, lay_out
from tracker.render.safety import clean
from tracker.render.words import interval, told_words

_ELEMENT = {Mark.INSERTED: ("ins", "inserted: "), Mark.DELETED: ("del", "deleted: ")}
_SIGN = {"+": "added", "-": "deleted", "~": "edited", ">": "moved"}


def stylesheet() -> str:
    """The style sheet of the fragment."""
    return resources.files("tracker.render").joinpath("html.css").read_text("utf-8")


def page(record: RecordedChange, change: Change, layout: Layout | None = None, *, language: str = "") -> str:
    """A page that stands alone."""
    body = fragment(record, change, layout, language=language)
    title = _text(f"{record.headline or 'No headline'}: version {record.old_version} to {record.new_version}")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>\n{stylesheet()}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def fragment(record: RecordedChange, change: Change, layout: Layout | None = None, *, language: str = "") -> str:
    """An `article` element; it needs `stylesheet()` and is readable without it. `language` is the text's (BCP 47)."""
    proof = lay_out(change, layout)
    sections = [_section(item, n, len(proof.items), record, language) for n, item in enumerate(proof.items, 1)]
    folded = f'<p class="folded">{_text(proof.remark)}</p>\n' if proof.remark else ""
    return f'<article class="tracker-change">\n{_header(record, language)}{"".join(sections)}{folded}</article>\n'


def inline(pieces: Iterable[Piece]) -> str:
    """Pieces as phrasing content."""
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    if piece.mark is Mark.SAME:
        return _text(piece.text)
    name, said = _ELEMENT[piece.mark]
    return f'<{name}><span class="hidden">{said}</span>{_text(piece.text)}<span class="hidden"> end </span></{name}>'


def _header(record: RecordedChange, language: str) -> str:
    facts = [record.class_.value, f"score {record.score}"]
    if record.tags:
        facts.append(", ".join(record.tags))
    facts.append(told_words(record))
    noise = (
        f'<p class="facts">Taken for noise by the rule {_text(record.noise_rule)}.</p>\n' if record.noise_rule else ""
    )
    seen = f'<time datetime="{iso(record.before)}">{interval(record.after, record.before)}</time>'
    return (
        f'<header>\n<h1{_language(language)} dir="auto">{_text(record.headline) or "(no headline)"}</h1>\n'
        f'<p class="facts">{_text(record.source_id)} · version {record.old_version} to {record.new_version} · '
        f"{_link(record.url)}</p>\n"
        f'<p class="facts">Changed {seen}</p>\n'
        f'<p class="facts">{" · ".join(map(_text, facts))}</p>\n{noise}</header>\n'
    )


def _section(item: Item, number: int, total: int, record: RecordedChange, language: str) -> str:
    label = _text(f"Change {number} of {total}: {item.title}")
    moved = ' class="moved"' if any(line.marker == ">" for line in item.lines) else ""
    tags = f'<p class="tags">{_text(", ".join(item.tags))}</p>\n' if item.tags else ""
    lines = "".join(_line(line, item, language) for line in item.lines)
    return (
        f'<section id="{_anchor(record, number)}" aria-label="{label}"{moved}>\n'
        f"<h2>{_text(item.title.capitalize())}</h2>\n{tags}{lines}{_steps(record, number, total)}</section>\n"
    )


def _line(line: ChangeLine, item: Item, language: str) -> str:
    before = f'<span class="context">{_text(item.before)}</span>' if item.before and line is item.lines[0] else ""
    after = f'<span class="context">{_text(item.after)}</span>' if item.after and line is item.lines[-1] else ""
    sign = f'<span class="sign" title="{_SIGN[line.marker]}" aria-hidden="true">{_text(line.marker)} </span>'
    return f'<p{_language(language)} dir="auto">{sign}{before}{inline(line.pieces)}{after}</p>\n'


def _steps(record: RecordedChange, number: int, total: int) -> str:
    """Links to the section before and after."""
    steps: Sequence[tuple[str, int]] = (("previous change", number - 1), ("next change", number + 1))
    links = [f'<a href="#{_anchor(record, n)}">{name}</a>' for name, n in steps if 1 <= n <= total]
    return f'<nav aria-label="Changes">{" · ".join(links)}</nav>\n' if links else ""


def _anchor(record: RecordedChange, number: int) -> str:
    return f"change-{record.id}-{number}"


def _link(url: str) -> str:
    """A link to the article; an address that is no web address is shown, never linked."""
    shown = _text(url)
    try:
        web = urlsplit(url).scheme in ("http", "https")
    except ValueError:
        web = False
    return (
        f'<a href="{shown}" rel="noopener noreferrer nofollow"><bdi>{shown}</bdi></a>' if web else f"<bdi>{shown}</bdi>"
    )


def _language(language: str) -> str:
    return f' lang="{_text(language)}"' if language else ""


def _text(text: str) -> str:
    return escape(clean(text), quote=True)
