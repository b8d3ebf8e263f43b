"""Autodiscovery: what a site's own page says about its feeds and sitemaps."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tracker import markup
from tracker.discovery import urls

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FEED_LINK = re.compile(r"(?:/(?:rss|feed|atom)(?:s|\.xml|\.rss|\.json)?/?$)|\.(?:rss|rdf|atom)$", re.IGNORECASE)

_NARROW = re.compile(
    r"/(?:tags?|topics?|label|category|categories|kategorie|rubrik|schlagwort|author|autor|auteur|search|\?s=)/?"
    r"|[?&](?:tag|cat|author|s|q)=",
    re.IGNORECASE,
)
"""Feeds of one tag, section, author or search: a part of the news."""

COMMON = (("feed", "/rss.xml"), ("feed", "/feed"), ("feed", "/feed.xml"), ("feed", "/rss"), ("feed", "/atom.xml"))
"""Where feeds often are when the page names none, to be tried."""

COMMON_SITEMAPS = (("sitemap", "/news-sitemap.xml"), ("sitemap", "/sitemap-news.xml"), ("sitemap", "/sitemap.xml"))
"""Where sitemaps often are when robots.txt names none, to be tried."""


def suggest(html: str, url: str) -> list[tuple[str, str]]:
    """Feeds and sitemaps that a page names, as (`feed` or `sitemap`, address), the surest first, each once.

    Declared feeds (`<link rel=alternate>`) come before links that only look like feeds. Comment feeds are left out, and
    so are the feeds of one tag, section or author where the page declares one of all.
    """
    page = markup.visible(html)
    base = next((tag.get("href") for tag in markup.tags(page, "base")), "")
    declared: list[tuple[str, str]] = []
    guessed: list[tuple[str, str]] = []
    for tag in markup.tags(page, "link", "a"):
        relations = tag.get("rel").lower().split()
        kind = tag.get("type").lower().partition(";")[0].strip()
        address = _clean(tag.get("href"), base, url)
        if not address or _is_of_comments(address, tag.get("title"), url):
            continue
        if tag.name == "link" and "alternate" in relations and kind in _FEED_TYPES:
            declared.append(("feed", address))
        elif tag.name == "link" and "sitemap" in relations:
            declared.append(("sitemap", address))
        elif tag.name == "a" and (kind in _FEED_TYPES or _FEED_LINK.search(address.partition("?")[0])):
            guessed.append(("feed", address))
    named = list(dict.fromkeys(declared + guessed))
    if any(kind == "feed" and not _NARROW.search(address) for kind, address in declared):
        return [(kind, address) for kind, address in named if kind != "feed" or not _NARROW.search(address)]
    return named


def _is_of_comments(address: str, title: str, url: str) -> bool:
    """Whether a feed holds what readers say: by its name, or as it lies below the page of one story (WordPress)."""
    own, feed = urlsplit(url).path.rstrip("/"), urlsplit(address).path.rstrip("/")
    return "comment" in (address + title).lower() or (own.count("/") > 1 and feed == f"{own}/feed")


def common(url: str) -> list[tuple[str, str]]:
    """The usual places of a site's feeds and sitemaps, to be tried. Raises ValueError for an unusable address."""
    return [(kind, urls.clean(path, url)) for kind, path in (*COMMON, *COMMON_SITEMAPS)]


def _clean(link: str, base: str, url: str) -> str:
    try:
        return urls.clean(link, urls.clean(base, url) if base else url) if link else ""
    except ValueError:
        return ""
