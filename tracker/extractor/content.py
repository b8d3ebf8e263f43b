"""A reading made into `Content`: kinds, captions, notices, fields, and the memory for the next look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from tracker.extractor import around, corrections
from tracker.extractor.document import TextBlock
from tracker.extractor.first import BlockDecisions
from tracker.extractor.metadata import byline, dates, headline
from tracker.extractor.story import StoryBox
from tracker.extractor.structured import Structured
from tracker.extractor.tags import HEADINGS
from tracker.language.notices import is_notice
from tracker.model import Block, Content, Kind, Paragraph

EXTRACTOR = "tracker@4"
_MEMORY = 120  # characters of a dropped block that are remembered
_OUTSIDE = 60  # and of one outside the article
_COMMON = frozenset(("www", "com", "net", "org", "gov", "edu"))  # parts of a host's name that call no outlet
_WHOLE = re.compile(r"https?://[a-z0-9.-]+/[\w./%-]*", re.A)  # an address that joining leaves as it is


def build(
    reading: BlockDecisions, data: Structured, headlines: dict[str, str], previous: Content | None = None
) -> Content:
    """The content that a reading gives; `previous` is the last one of the same article."""
    document = reading.document
    blocks, reasons = document.blocks, reading.reasons
    paragraphs = tuple(Paragraph(blocks[i].text, kind(blocks[i])) for i in reading.kept)
    story = StoryBox(reading)
    said = document.root.get("lang") or ""
    dated = dates.Dates(story, data, locale(said, data))
    return Content(
        headline=headline.choose(headlines, previous.headlines, previous.headline)
        if previous
        else headline.choose(headlines),
        standfirst=around.standfirst(reading, data),
        byline=byline.people(data, story, _sites(document.url, data)),
        section=data.text("articleSection") or data.meta("article:section"),
        language=language(said, data),
        published_at=dated.published(story.lines),
        modified_at=dated.modified(),
        paragraphs=paragraphs,
        captions=around.captions(reading),
        notices=corrections.notices(reading, data),
        links=links(reading),
        headlines=headlines,
        free=is_free(data),
        canonical_url=canonical(reading, data),
        confidence=reading.confidence,
        extractor=EXTRACTOR,
        blocks=tuple(_remembered(b, why, reading) for b, why in zip(blocks, reasons, strict=True)),
    )


def _sites(url: str, data: Structured) -> list[str]:
    """What the outlet is called: by itself, and by its host's name."""
    parts = (urlsplit(url).hostname or "").split(".")[:-1]
    labels = [part for part in parts if len(part) > 2 and part not in _COMMON]
    return [data.meta("og:site_name"), data.text("publisher", "name"), *labels[-1:]]


def _remembered(block: TextBlock, why: str, reading: BlockDecisions) -> Block:
    """A block as it is remembered: whole when kept, else the beginning of its text.

    Blocks outside the article are remembered without their place. What is the same as last time is not made anew.
    """
    before = reading.remembered.get(block.index)
    if why:
        text, path = (block.text[:_OUTSIDE], "") if why == "outside" else (block.text[:_MEMORY], None)
    else:
        text, path = block.text, None
        why = reading.notes.get(block.index, "article")
    if (
        before is not None
        and before.reason == why
        and before.text == text
        and (path is not None or before.path == block.path)
    ):
        return before
    return Block(text, block.path if path is None else path, not reading.reasons[block.index], why)


def with_fields(content: Content, fields: Mapping[str, list[str]]) -> Content:
    """The content with the fields that the source's own rules selected (see `rules.apply`)."""
    if not fields:
        return content
    return replace(
        content,
        headline=" ".join(fields["headline"][:1]) or content.headline if "headline" in fields else content.headline,
        standfirst=" ".join(fields["standfirst"]) if "standfirst" in fields else content.standfirst,
        byline=byline.unique(n for line in fields["byline"] for n in byline.split(line))
        if "byline" in fields
        else content.byline,
    )


def kind(block: TextBlock) -> Kind:
    """What a kept block is, by the elements it stands in."""
    if block.words < 120 and is_notice(block.text):
        return Kind.NOTICE
    for _, node in zip(range(4), block.node.chain(), strict=False):
        if node.tag in HEADINGS:
            return Kind.HEADING
        if node.tag == "blockquote":
            return Kind.QUOTE
        if node.tag in ("li", "dt", "dd"):
            return Kind.LIST
    return Kind.TEXT


def links(reading: BlockDecisions) -> tuple[str, ...]:
    """Where the body's links lead, absolute, each once, in reading order."""
    blocks = reading.document.blocks
    found: dict[str, None] = {}
    for i in reading.kept:
        if blocks[i].links:
            for anchor in blocks[i].node.element.iter("a"):
                if (address := anchor.get("href")) and (whole := _absolute(reading.document.url, address)):
                    found.setdefault(whole)
    return tuple(found)


def language(attribute: str, data: Structured) -> str:
    """The page's language as a lower-case primary tag, or an empty string."""
    tag = locale(attribute, data).split("-")[0]
    return tag if 2 <= len(tag) <= 3 and tag.isascii() and tag.isalpha() else ""


def locale(attribute: str, data: Structured) -> str:
    """The page's language with its region as the page writes it, such as "en-us"; `attribute` is that of `<html>`."""
    said = attribute or data.text("inLanguage") or data.meta("og:locale", "language", "content-language")
    return said.replace("_", "-").strip().lower()


def is_free(data: Structured) -> bool | None:
    """What the page says about `isAccessibleForFree`; None when it says nothing."""
    said = data.article.get("isAccessibleForFree")
    if isinstance(said, bool):
        return said
    if isinstance(said, str) and said.strip().lower() in ("true", "false"):
        return said.strip().lower() == "true"
    return None


def canonical(reading: BlockDecisions, data: Structured) -> str:
    """The address that the page calls its own, absolute; empty when it names none."""
    for link in reading.document.root.iter("link"):
        if (link.get("rel") or "").strip().lower() == "canonical" and link.get("href"):
            return _absolute(reading.document.url, link.get("href"))
    said = data.meta("og:url")
    return _absolute(reading.document.url, said) if said else ""


def _absolute(base: str, address: str) -> str:
    if _WHOLE.fullmatch(address):
        return address
    try:
        whole = urljoin(base, address.strip())
    except ValueError:
        return ""
    return whole if whole.startswith(("http://", "https://")) else ""
