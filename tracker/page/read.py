"""From an answer to the text of its page, or to the outcome and the reason why it is no article."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from tracker.markup import is_text
from tracker.model import Capture, Outcome
from tracker.page import decode
from tracker.page.addresses import place
from tracker.page.article import judge_article
from tracker.page.marks import WALL_WORDS
from tracker.page.signs import Signs
from tracker.page.walls import visible_words, wall_of

_PACKED = (
    (b"\x1f\x8b", "packed with gzip"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"%PDF", "a PDF"),
    (b"PK", "a ZIP"),
)
"""How bodies begin that are no text (RFC 1952, RFC 8878; WHATWG MIME Sniffing)."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page and its encoding, and with an outcome the reason why there is no article in it."""

    html: str = ""
    encoding: str = ""
    outcome: Outcome | None = None
    error: str = ""


def read(capture: Capture, encoding: str = "", *, doubtful: bool = False) -> PageText:
    """What an answer says, as text. Never raises.

    `encoding` is the one the article had before; `doubtful` is whether the page must show that it is an article.
    """
    if not capture.body.strip():
        return PageText(outcome=Outcome.EMPTY, error="the page is empty")
    html, encoding = decode.text(capture.body, capture.header("content-type"), pinned=encoding)
    if not is_text(html):
        return PageText(outcome=Outcome.UNREADABLE, error=_not_text(capture))
    wall = wall_of(capture, html)
    if wall is not None:
        return PageText(html, encoding, wall, _wall_words(wall, capture))
    if doubtful and not (judgement := judge_article(html, capture.final_url)).article:
        return PageText(html, encoding, Outcome.UNREADABLE, f"a section links to it, but {judgement.reason}")
    return PageText(html, encoding)


def _not_text(capture: Capture) -> str:
    """Why a body is no text, as far as its first bytes and its header tell."""
    said = ", ".join(
        f"{name}: {capture.header(name.lower()) or 'none'}" for name in ("Content-Type", "Content-Encoding")
    )
    for start, name in _PACKED:
        if capture.body.startswith(start):
            return f"the body is {name}, which its header does not say ({said})"
    return f"the body is not text ({said})"


def _wall_words(wall: Outcome, capture: Capture) -> str:
    """What stands there in place of an article, in words."""
    words = {
        Outcome.EMPTY: "the page is empty",
        Outcome.UNREADABLE: f"no page: the header says Content-Type: {capture.header('content-type')[:100]}",
        Outcome.HOMEPAGE: f"redirected to the front page, {capture.final_url}",
        Outcome.CONSENT: "the page asks for consent",
        Outcome.BLOCKED: "the page asks for a proof that a person reads it",
    }
    return words.get(wall, f"the page is not the article: {wall.value}")


def leads_on(signs: Signs, html: str, capture: Capture) -> str:
    """Where a page of few words sends its readers at once (`Refresh`, meta refresh); empty when nowhere else."""
    if not signs.refresh or visible_words(html, WALL_WORDS + 1) > WALL_WORDS:
        return ""
    try:
        url = urljoin(capture.final_url, signs.refresh)
    except ValueError:
        return ""
    return "" if place(url) in ("", place(capture.final_url)) else url
