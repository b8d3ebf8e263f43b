"""Is this page an article? A yes or no with a reason, from what the page says of itself and how it is built. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from tracker import markup
from tracker.page.marks import FRONT_PAGE

_ARTICLE_TYPES = frozenset(
    [
        *(f"{kind}NewsArticle" for kind in ("", "Analysis", "AskPublic", "Background", "Opinion", "Review")),
        *(
            "Article",
            "AdvertiserContentArticle",
            "BlogPosting",
            "LiveBlogPosting",
            "Report",
            "SatiricalArticle",
            "ReportageNewsArticle",
        ),
        *("ScholarlyArticle", "SocialMediaPosting"),
    ]
)
"""schema.org's types of articles."""

_OTHER_TYPES = frozenset(["CollectionPage", "SearchResultsPage", "ProfilePage", "ContactPage", "AboutPage", "ItemList"])
_OG_TYPES = frozenset(["article", "news", "newsarticle"])
_SCRIPT = re.compile(r"<script\b([^<>]*+)>", re.IGNORECASE)
_LINKED = re.compile(r"<a\b[^<>]*+>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b[^<>]*+>", re.IGNORECASE)

WORDS_NEEDED = 80
"""Words in paragraphs from which a page without any claim may be an article."""

WORDS_PER_LINK = 6
"""An article has at least so many words in paragraphs for every link of the page."""

PARAGRAPHS_READ, CHARACTERS_OF_ONE = 2000, 5000
"""How many paragraphs are counted, and how much of each."""

BLOCKS_READ, CHARACTERS_READ = 20, 200_000
"""How much JSON-LD is looked at."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a page is an article, and the reason in words."""

    article: bool
    reason: str


def judge_article(html: str, url: str) -> Judgement:
    """Whether the page that came from `url` is an article. Never raises."""
    if _is_front(url):
        return Judgement(False, "it is a front page")
    types = set(_types(html))
    if found := sorted(types & _ARTICLE_TYPES):
        return Judgement(True, f"it says it is a {found[0]}")
    page = markup.visible(html)
    words, links = _words(page), len(_LINKED.findall(page))
    kind = published = ""
    for tag in markup.tags(page, "meta"):
        name = (tag.get("property") or tag.get("name")).lower()
        kind = kind or (tag.get("content").lower() if name == "og:type" else "")
        published = published or (tag.get("content") if name == "article:published_time" else "")
    if found := sorted(types & _OTHER_TYPES):
        return Judgement(False, f"it says it is a {found[0]}")
    if published or kind in _OG_TYPES:
        if words >= WORDS_NEEDED // 4:
            return Judgement(True, "it has an article's metadata and some text")
        return Judgement(False, f"it has an article's metadata but only {words} words")
    if words < WORDS_NEEDED:
        return Judgement(False, f"it has only {words} words in paragraphs")
    if words < WORDS_PER_LINK * links:
        return Judgement(False, f"it is mostly links: {links} of them, {words} words in paragraphs")
    return Judgement(True, f"it has {words} words in paragraphs and {links} links")


def claims_to_be_article(html: str) -> bool:
    """Whether a page says of itself that it is an article: JSON-LD, `og:type`, a publication date. Never raises."""
    if not _ARTICLE_TYPES.isdisjoint(_types(html)):
        return True
    for tag in markup.tags(markup.visible(html), "meta"):
        name = (tag.get("property") or tag.get("name")).lower()
        if name == "article:published_time" and tag.get("content"):
            return True
        if name == "og:type" and tag.get("content").lower() in _OG_TYPES:
            return True
    return False


def _is_front(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not parts.query and bool(FRONT_PAGE.fullmatch(parts.path))


def _words(page: str) -> int:
    """Words inside paragraphs. A paragraph ends at its closing tag or at the next block of the page."""
    total = 0
    for match in islice(_PARAGRAPH.finditer(page), PARAGRAPHS_READ):
        piece = page[match.end() : match.end() + CHARACTERS_OF_ONE]
        ends = (e for e in (piece.find("</p"), piece.find("<p")) if e >= 0)
        total += len(markup.text(piece[: min(ends, default=len(piece))]).split())
    return total


def _types(html: str) -> Iterator[str]:
    """The schema.org types that a page's JSON-LD names at the top, in a list or in a graph."""
    blocks = (match for match in _SCRIPT.finditer(html) if "ld+json" in match[1].lower())
    for match in islice(blocks, BLOCKS_READ):
        end = html.find("</script", match.end())
        if end < 0 or end - match.end() > CHARACTERS_READ:
            continue
        try:
            data = json.loads(html[match.end() : end])
        except (ValueError, RecursionError):
            continue
        things = data if isinstance(data, list) else [data]
        for thing in things[:50]:
            if isinstance(thing, dict):
                graph = thing.get("@graph")
                for node in [thing, *(graph[:50] if isinstance(graph, list) else ())]:
                    kinds = node.get("@type") if isinstance(node, dict) else None
                    yield from (k for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str))
