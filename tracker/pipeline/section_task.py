"""What a worker process does for a section page: find its charset, and the article links in it."""

from __future__ import annotations

from tracker.config import UrlIdentity
from tracker.discovery import sections
from tracker.model import Found
from tracker.page import decode


def read_section(body: bytes, content_type: str, url: str, links: str, identity: UrlIdentity) -> list[Found]:
    """The article links of a section page, from its bytes: to find the charset of a hostile one takes seconds."""
    html, _ = decode.text(body, content_type)
    return sections.read(html, url, links, identity)
