"""A newsroom's story: its text and its fate, read from `articles/*.md`.

A file is a YAML front matter between two `---` lines and a body of blocks with blank lines between them: a paragraph,
`## sub-heading`, `> quote`, `- list item` lines, or `![caption](picture.jpg)`. Inside a block `*word*` is emphasis
and `[words](/path)` a link. The file's stem is the story's slug, and stays its name however its address changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

import yaml

from tracker.model import Kind, Paragraph
from tracker.model.plain import JsonObject

_INLINE = re.compile(r"\*(?P<em>[^*\n]+)\*|\[(?P<words>[^\]\n]+)\]\((?P<to>[^)\s]+)\)")
_PICTURE = re.compile(r"!\[(?P<caption>.+)\]\((?P<file>[^)\s]+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Story:
    """One story as its newsroom has it at some moment.

    `published` and `modified` count from the newsroom's opening; a negative time lies before it. `body` is marked up
    (see the module); a list's items are its lines. `gone` is the status of an unpublished story, else 0; `teaser` the
    number of blocks left in front of the paywall, or None; `former` the slugs it had, oldest first.
    """

    slug: str
    outlet: str
    section: str
    language: str
    headline: str
    standfirst: str
    byline: tuple[str, ...]
    published: timedelta
    body: tuple[Paragraph, ...]
    dateline: str = ""
    modified: timedelta | None = None
    other_headline: str = ""
    notices: tuple[str, ...] = ()
    label: str = ""
    gone: int = 0
    teaser: int | None = None
    address: str = ""
    former: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The slug that its address has now."""
        return self.address or self.slug

    @property
    def shown(self) -> tuple[Paragraph, ...]:
        """The blocks a reader without a subscription gets."""
        return self.body if self.teaser is None else self.body[: self.teaser]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The plain text of the shown running paragraphs, as an extractor should find them."""
        return tuple(plain(block.text) for block in self.shown if block.kind is Kind.TEXT)


def plain(text: str) -> str:
    """A block's text without its inline marks and without a picture's file name."""
    picture = _PICTURE.fullmatch(text)
    if picture:
        text = picture["caption"]
    return _INLINE.sub(lambda m: m["em"] or m["words"], text)


def inline(text: str, em: str = "em") -> str:
    """A block's (already escaped) text with its inline marks as HTML; `em` is the tag for emphasis."""
    return _INLINE.sub(
        lambda m: f"<{em}>{m['em']}</{em}>" if m["em"] else f'<a href="{m["to"]}">{m["words"]}</a>',
        text,
    )


def picture(text: str) -> tuple[str, str]:
    """The file name and the caption of a picture block."""
    found = _PICTURE.fullmatch(text)
    return (found["file"], found["caption"]) if found else ("picture.jpg", text)


def blocks(text: str) -> tuple[Paragraph, ...]:
    """The blocks of a body."""
    return tuple(block(part) for part in re.split(r"\n\s*\n", text.strip()) if part.strip())


def block(text: str) -> Paragraph:
    """One block with its kind; the lines of a paragraph are joined, the items of a list stay lines."""
    text = text.strip()
    if text.startswith("## "):
        return Paragraph(_joined(text[3:]), Kind.HEADING)
    if text.startswith("> "):
        return Paragraph(_joined(re.sub(r"(?m)^> ?", "", text)), Kind.QUOTE)
    if text.startswith("- "):
        return Paragraph("\n".join(_joined(item) for item in re.split(r"(?m)^- ", text)[1:]), Kind.LIST)
    if _PICTURE.fullmatch(text):
        return Paragraph(_joined(text), Kind.CAPTION)
    return Paragraph(_joined(text), Kind.TEXT)


def _joined(text: str) -> str:
    """Lines as one; between two CJK characters without a space."""
    text = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", text.strip())
    return re.sub(r"\s*\n\s*", " ", text)


def parse(slug: str, text: str) -> Story:
    """The story of one file. Raises KeyError or ValueError when the front matter is incomplete."""
    try:
        _, front, body = re.split(r"(?m)^---\s*$\n?", text, maxsplit=2)
    except ValueError:
        raise ValueError(f"{slug}: a story opens with a front matter between two lines of ---") from None
    return make(slug, yaml.safe_load(front), body)


def make(slug: str, front: JsonObject, body: str) -> Story:
    """A story from its front matter (`published` in minutes after the opening) and its body's text."""
    return Story(
        slug=slug,
        outlet=front["outlet"],
        section=front["section"],
        language=front["language"],
        headline=front["headline"],
        standfirst=front.get("standfirst", ""),
        byline=tuple(front.get("byline", ())),
        published=timedelta(minutes=front["published"]),
        body=blocks(body),
        dateline=front.get("dateline", ""),
    )


@cache
def load() -> tuple[Story, ...]:
    """Every story of the package, in the order of publication."""
    folder = files("tracker.newsroom") / "articles"
    texts = {f.name.removesuffix(".md"): f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".md")}
    return tuple(sorted((parse(slug, text) for slug, text in texts.items()), key=lambda s: (s.published, s.slug)))
