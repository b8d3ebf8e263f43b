"""What a worker process does for a check: read a page into its content, compare two contents.

Runs where hostile pages are read, so this module imports nothing that talks to a network or a database (a contract in
`pyproject.toml` holds it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker import differ, extractor
from tracker.errors import Unreadable
from tracker.model import Capture, Change, Content, Outcome, Rules, tidy
from tracker.page import belief
from tracker.page import read as page


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page was found to be: an article's content, or the outcome and the reason why it is none."""

    content: Content | None = None
    encoding: str = ""
    outcome: Outcome = Outcome.UNCHANGED
    error: str = ""


def look(
    capture: Capture,
    encoding: str,
    previous: Content | None,
    rules: Rules | None,
    profile: Mapping[str, Any] | None,
    doubtful: bool,
) -> PageContent:
    """Everything between an answer's bytes and its content. Raises Unreadable.

    `encoding` is the one the article had before; `doubtful` is whether the page must show that it is an article.
    """
    text = page.read(capture, encoding, doubtful=doubtful)
    if text.outcome is not None:
        return PageContent(outcome=text.outcome, error=text.error)
    return PageContent(tidy(read_page(text.html, capture.final_url, previous, rules, profile)), text.encoding)


def difference(old: Content, new: Content) -> tuple[str, Change]:
    """The sketch of a text that is almost all new, else nothing, and the change."""
    return belief.sketch(new) if belief.drastic(old, new) else "", differ.diff(old, new)


def read_page(
    html: str, url: str, previous: Content | None, rules: Rules | None, profile: Mapping[str, Any] | None
) -> Content:
    """`extractor.extract` for pages that cannot be trusted: whatever one does to a parser comes out as Unreadable.

    A story that an outlet ran at several addresses looks like its furniture: what cannot be read with the source's
    profile is read without.
    """
    try:
        return extractor.extract(html, url, previous=previous, rules=rules, profile=profile)
    except Unreadable:
        if not profile:
            raise
        return read_page(html, url, previous, rules, None)
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(f"the extractor failed on this page: {type(error).__name__}: {error}") from error
