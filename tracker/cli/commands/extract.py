"""tracker extract: Show what is read from a page, and why.

Section: Look inside
Place: 1
Example: tracker extract page.html --url https://times.example/one-story
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from bs4 import BeautifulSoup
from rich.console import Group, RenderableType
from rich.text import Text

from tracker.cli import probing
from tracker.cli.context import CommandContext, json_option, with_context
from tracker.cli.screen import Screen, say, write_plain
from tracker.config.values import selector
from tracker.errors import Unreadable, UsageError
from tracker.extractor import extract as read_article
from tracker.model import Block, Content, Rules, iso
from tracker.page import decode
from tracker.render import clean, json_, plain
from tracker.render.terminal import EditStyle, hanging

_FILE_URL = "https://page.example/"
_SHORT = 200
_PATH = re.compile(r"[./~\\]|[^.:]*([/\\]|$)|[^/]*\.(x?html?|mht|mhtml|txt|xml)$", re.IGNORECASE)
"""How the name of a file begins: like a path, with a folder instead of a host, or with a file's ending."""


class _Selector(click.ParamType[str]):
    """A CSS selector, as sources.yaml takes it."""

    name = "selector"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The selector, tidied."""
        try:
            return selector(value)
        except ValueError as error:
            self.fail(f"{value!r} {error}", param, ctx)


@click.command()
@click.argument("page", metavar="URL|FILE")
@click.option("--url", default="", help="The address a FILE came from; links and dates may depend on it.")
@click.option("--body", type=_Selector(), help="Try this CSS selector for the body.")
@click.option(
    "--remove", type=_Selector(), multiple=True, help="Try without what this CSS selector matches. May be repeated."
)
@click.option("--text", "text_only", is_flag=True, help="Only the article, as `tracker show` writes it.")
@json_option
@with_context
def extract(
    context: CommandContext,
    page: str,
    url: str,
    body: str | None,
    remove: tuple[str, ...],
    text_only: bool,
    as_json: bool,
) -> None:
    """Show what is read from a page, and why.

    Every visible block of the page in order, kept or dropped, with the rule
    that decided. FILE may be - for standard input. A selector that matches
    nothing is named, and the page is read without it. Nothing is stored.
    """
    raw, address, kind = _page(context, page, url)
    html, encoding = decode.text(raw, kind)
    rules = Rules(body=body or "", remove=remove) if body or remove else None
    try:
        content = read_article(html, address, rules=rules)
    except Unreadable as error:
        raise Unreadable(str(error).replace(address, _named(page), 1)) from None
    _say_what_matches_nothing(html, {"--body": [body] if body else [], "--remove": remove})
    if as_json:
        write_plain([json_.line(_as_json(content, encoding))])
    elif text_only:
        write_plain([plain.document(content)])
    elif (screen := Screen.of_stdout()).terminal:
        screen.write([_fields(content, encoding), Text(), *(_block(b, screen.look) for b in content.blocks)])
    else:
        write_plain([*(f"{name}: {value}\n" for name, value in _facts(content, encoding)), "\n"])
        write_plain(f"{'+' if b.kept else '-'} [{clean(b.reason)}] {clean(b.text)}\n" for b in content.blocks)


def _page(context: CommandContext, page: str, url: str) -> tuple[bytes, str, str]:
    """Body, address and content type of a page from the net or a file."""
    path = Path(page)
    if page == "-" or path.is_file():
        return probing.read_file(path), url or _FILE_URL, ""
    if path.is_dir():
        raise UsageError(f"{page} is a folder: name a file in it, or a URL")
    if "://" not in page and _PATH.match(page):
        raise UsageError(f"{page}: there is no such file, and a URL would begin with a host's name")
    capture = probing.fetch(page, context)
    return capture.body, capture.final_url, capture.header("content-type")


def _named(page: str) -> str:
    """What was read, as the person named it."""
    return "standard input" if page == "-" else page


def _say_what_matches_nothing(html: str, options: Mapping[str, Sequence[str]]) -> None:
    """Name the selectors of the command line that select nothing on the page."""
    soup = BeautifulSoup(html, "lxml") if any(options.values()) else None
    for option, selectors in options.items():
        for each in selectors:
            if soup is not None and not soup.select(each, limit=1):
                say(f"{option} {each!r} matches nothing on this page, which was read without it.")


def _facts(content: Content, encoding: str) -> list[tuple[str, str]]:
    facts = [
        ("headline", content.headline),
        ("standfirst", content.standfirst),
        ("byline", ", ".join(content.byline)),
        ("section", content.section),
        ("language", content.language),
        ("published", iso(content.published_at) or ""),
        ("modified", iso(content.modified_at) or ""),
        ("words", str(content.words)),
        ("confidence", f"{content.confidence:.2f}"),
        ("encoding", encoding),
        ("extractor", content.extractor),
    ]
    return [(name, clean(value)) for name, value in facts if value]


def _fields(content: Content, encoding: str) -> RenderableType:
    rows = [
        hanging(name.ljust(10), Text(value, overflow="fold"), style="dim") for name, value in _facts(content, encoding)
    ]
    return Group(*rows)


def _block(block: Block, look: EditStyle) -> RenderableType:
    """A block as kept (+) or dropped (-) with its reason; what is dropped is shortened."""
    text = clean(block.text)
    if not block.kept and len(text) > _SHORT:
        text = text[:_SHORT] + "…"
    shown = (
        Text(overflow="fold").append(text, "" if block.kept else "dim").append(f"  {clean(block.reason)}", "italic dim")
    )
    colour = look.palette.inserted_on if block.kept else look.palette.deleted_on
    return hanging("+" if block.kept else "-", shown, style="bold" if look.brackets else f"bold on {colour}")


def _as_json(content: Content, encoding: str) -> dict[str, object]:
    return json_.content(content) | {
        "words": content.words,
        "confidence": content.confidence,
        "encoding": encoding,
        "extractor": content.extractor,
        "headlines": dict(content.headlines),
        "blocks": [{"text": b.text, "path": b.path, "kept": b.kept, "reason": b.reason} for b in content.blocks],
    }
