"""What the extractor reads from a page."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tracker.model.outside import iso

# Kana to the end of the unified ideographs, and Hangul syllables.
_WIDE = re.compile("[\u3040-\u9fff\uac00-\ud7af]")


class Kind(StrEnum):
    """What a paragraph is."""

    TEXT = "text"
    HEADING = "heading"
    QUOTE = "quote"
    LIST = "list"
    CAPTION = "caption"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of article text as published, white space collapsed."""

    text: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Block:
    """A block of visible page text and what the extractor decided about it.

    `path` is the block's place in the page (tags and stable class names); `reason` names the rule that decided.
    The blocks of the last reading are the memory that anchors the next one.
    """

    text: str
    path: str
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A source's own extraction rules: CSS selectors, valid for captures fetched before `until`."""

    body: str = ""
    headline: str = ""
    standfirst: str = ""
    byline: str = ""
    remove: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What an article says: the result of reading one capture.

    `paragraphs` is the body in reading order; `captions` and `notices` stand outside it. `headlines` keeps every
    variant by where it stood (`h1`, `json-ld`, `og`, `title`). `blocks` explains the reading and is not part of
    the article.
    """

    headline: str = ""
    standfirst: str = ""
    byline: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    published_at: datetime | None = None
    modified_at: datetime | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    captions: tuple[Paragraph, ...] = ()
    notices: tuple[Paragraph, ...] = ()
    headlines: Mapping[str, str] = field(default_factory=dict)
    free: bool | None = None
    canonical_url: str = ""
    links: tuple[str, ...] = ()
    confidence: float = 1.0
    extractor: str = ""
    blocks: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        """The body, one paragraph a line."""
        return "\n".join(p.text for p in self.paragraphs)

    @property
    def everything(self) -> tuple[Paragraph, ...]:
        """All paragraphs a version keeps: body, captions, notices."""
        return self.paragraphs + self.captions + self.notices

    @property
    def words(self) -> int:
        """White-space separated words of the body; CJK text counts about two characters a word."""
        return sum(count_words(p.text) for p in self.paragraphs)

    def canonical(self) -> str:
        """Canonical JSON of what makes a version: two contents with the same string are the same version.

        The modified date, the language and the links are context, not content.
        """
        return json.dumps(
            {
                "headline": self.headline,
                "standfirst": self.standfirst,
                "byline": list(self.byline),
                "section": self.section,
                "published_at": iso(self.published_at),
                "paragraphs": [[p.kind.value, p.text] for p in self.everything],
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of `canonical()`."""
        return hashlib.sha256(self.canonical().encode("utf-8", "surrogatepass")).hexdigest()


def count_words(text: str) -> int:
    """Words as an editor counts them: by white space, CJK by half its characters."""
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return len(text.split()) + wide // 2
