"""What has been learned about a source's pages, as the store keeps it and the stages read it."""

from __future__ import annotations

from typing import TypedDict


class FurnitureText(TypedDict):
    """A text that stands on several of a source's articles: its beginning, and on how many it was seen."""

    text: str
    articles: int


class SourceProfile(TypedDict, total=False):
    """A source's profile, a JSON object. Whoever reads a part of it takes it for empty when it is not of this form.

    `seen` has the fingerprints of the texts on each of the last articles, `furniture` those that stand on several,
    `containers` how often each box held an article's text, `pages` what each article's page was like
    (see `page.memory`).
    """

    seen: dict[str, list[str]]
    furniture: dict[str, FurnitureText]
    containers: dict[str, int]
    pages: dict[str, dict[str, str]]
