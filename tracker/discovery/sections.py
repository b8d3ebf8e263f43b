"""Section pages: the links on a page that look like articles."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from tracker import markup
from tracker.config.settings import NO_IDENTITY, UrlIdentity
from tracker.discovery import urls
from tracker.model import Found, Via

MAX_LINKS = 1000
"""Most links taken from one section page."""

_DATE = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2]|[a-z]{3})(?:[/-]|$)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{5,}")
_NAVIGATION = re.compile(
    r"""/(?: tags? | topics? | themen? | authors? | autor(?:en|es)? | auteurs? | category | categories | rubrik
        | sections?
        | search | suche | login | signin | sign-in | register | subscribe | abo | account | newsletters? | contact
        | kontakt | impressum | about | privacy | datenschutz | terms | agb | cookies? | jobs | careers | help | faq
        | feeds? | rss | sitemap | page | galler(?:y|ies) | podcasts? | videos? )(?:/|$|\.)""",
    re.VERBOSE | re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|css|js|xml|json|ics)$", re.IGNORECASE)


def read(html: str, url: str, links: str = "", identity: UrlIdentity = NO_IDENTITY) -> list[Found]:
    """The articles that a section page links to, each address once, titles from the link's text.

    `links` is an RE2 pattern that an article's address contains; without one, addresses of the same site that look like
    articles are taken. `identity` says which part of an address identifies. Raises ValueError for a bad pattern.
    """
    wanted = urls.pattern(links) if links else None
    page = markup.visible(html)
    base = url
    for tag in markup.tags(page, "base"):
        base = _clean(tag.get("href"), url) or url
        break
    found: dict[str, Found] = {}
    own = urls.key(url, identity)
    for tag in markup.tags(page, "a", "area"):
        address = _clean(tag.get("href"), base)
        if not address:
            continue
        fits = wanted.search(address) is not None if wanted else looks_like_article(address, url)
        key = urls.key(address, identity)
        if not fits or key == own:
            continue
        title = markup.text_until(page, tag.end, tag.name) or tag.get("title") or tag.get("aria-label")
        known = found.get(key)
        if known is None or (title and not known.title):
            found[key] = Found(known.url if known else address, Via.SECTION, title[:500])
        if len(found) >= MAX_LINKS:
            break
    return list(found.values())


def _clean(link: str, base: str) -> str:
    """The link in its form to fetch, or an empty string when it leads nowhere we go."""
    if not link or link.startswith("#"):
        return ""
    try:
        address = urls.clean(link, base)
        urls.key(address)
    except ValueError:
        return ""
    return address


def looks_like_article(address: str, page: str) -> bool:
    """Whether an address looks like an article's: same site, and a date, a long number or a sentence for a slug."""
    if not urls.same_site(address, page):
        return False
    path = unquote(urlsplit(address).path)
    if path in ("", "/") or _FILE.search(path):
        return False
    if _DATE.search(path):
        return True
    slug = path.rstrip("/").rpartition("/")[2]
    sentence = max(slug.count("-"), slug.count("_")) >= 3
    if _NAVIGATION.search(path) and not sentence:
        return False
    return sentence or bool(_NUMBER.search(slug))
