"""From an answer to the text of its page, or to the outcome and the reason why it is no article."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.markup import is_text
from tracker.model import Capture, Outcome
from tracker.page import decode
from tracker.page.article import judge_article
from tracker.page.walls import wall_of


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page and its encoding; without an article in it, the outcome that says so and the reason."""

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
        return PageText(outcome=Outcome.UNREADABLE, error="the page is not text")
    wall = wall_of(capture, html)
    if wall is not None:
        return PageText(outcome=wall, error=f"the page is not the article: {wall.value}")
    if doubtful and not (judgement := judge_article(html, capture.final_url)).article:
        return PageText(outcome=Outcome.UNREADABLE, error=f"a section links to it, but {judgement.reason}")
    return PageText(html, encoding)
