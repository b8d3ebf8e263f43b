"""RSS, Atom, RDF and JSON Feed: bytes in, found articles out. Malformed feeds give what they can."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time

import feedparser

from tracker.discovery import links, urls, xml
from tracker.discovery.left_out import NOTHING, LeftOut
from tracker.errors import Unreadable
from tracker.model import Found, Via
from tracker.model.plain import JsonObject

MAX_ENTRIES = 2000
"""Most entries taken of one feed; real ones have 10 to 500."""

MAX_TITLE = 500
"""Most characters of a title that are kept."""

_SPACE = re.compile(r"\s+")
_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed names: its own title, its articles, and what of it was left out."""

    title: str = ""
    found: tuple[Found, ...] = ()
    left_out: LeftOut = NOTHING


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as the feed has it: links by preference, not yet understood, and what relative ones are relative to."""

    links: tuple[str, ...]
    base: str
    site: str
    title: object
    published: datetime | None
    updated: datetime | None


def read(body: bytes, url: str, content_type: str = "") -> list[Found]:
    """The articles that a feed names, in its order, each address once. As `parse`."""
    return list(parse(body, url, content_type).found)


def parse(body: bytes, url: str, content_type: str = "") -> Feed:
    """A feed's title, the articles that it names in its order, each address once, and what was left out.

    `url` is where the feed came from: relative links are taken against it, or against the site that an RSS feed names
    as its own. Titles are as hostile as any text of a page. Raises Unreadable when this is no feed, or an
    attack; a feed without entries names nothing.
    """
    body = xml.unpacked(body)
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{") or ("json" in content_type.lower() and not start.startswith(b"<")):
        title, entries = _json_entries(body, url)
    else:
        title, entries = _xml_entries(xml.bearable(xml.harmless(body)), url, content_type)
    kept: dict[str, Found] = {}
    left_out = NOTHING
    for entry in entries:
        found = _found(entry)
        if found is None:
            left_out = left_out.add("without a link that can be followed", _shown(entry))
            continue
        kept.setdefault(urls.whole_key(found.url), found)
        if len(kept) >= MAX_ENTRIES:
            left_out = left_out.add(f"over the limit of {MAX_ENTRIES:,} entries", count=len(entries) - len(kept))
            break
    return Feed(_named(title), tuple(kept.values()), left_out)


def _named(title: object) -> str:
    return _SPACE.sub(" ", title).strip()[:MAX_TITLE] if isinstance(title, str) else ""


def _shown(entry: _Entry) -> str:
    """What an entry without a usable link is called in a note."""
    return next((link for link in entry.links if link.strip()), "") or _named(entry.title)


def _found(entry: _Entry) -> Found | None:
    """An entry with the first of its links that can be followed; None when none can."""
    for link in entry.links:
        try:
            address = links.understood(link, entry.base, site=entry.site)
            urls.key(address)
        except ValueError:
            continue
        return Found(address, Via.FEED, _named(entry.title), entry.published, entry.updated)
    return None


def _xml_entries(body: bytes, url: str, content_type: str) -> tuple[object, list[_Entry]]:
    headers = {}
    charset = _CHARSET.search(content_type)
    if charset and not xml.hides_markup(charset.group(1)):
        headers["content-type"] = f"application/xml; charset={charset.group(1)}"
    try:
        # A stream, never the bytes: feedparser would take those for the name of a file and open it. Without an address
        # of its own it leaves links as they are written, but for xml:base.
        parsed = feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
        raise Unreadable(f"not a feed: {type(error).__name__}: {error}") from error
    entries = parsed.get("entries") or []
    if not entries and not parsed.get("version"):
        if _SITEMAP.search(body[:4096]):
            raise Unreadable("this is a sitemap: put it under `sitemaps`")
        reason = parsed.get("bozo_exception")
        raise Unreadable(f"not a feed{f': {reason}' if reason else ''}")
    channel: JsonObject = dict(parsed.get("feed") or {})
    site = _site(channel, url)
    base = url if str(parsed.get("version")).startswith("atom") else site
    return channel.get("title"), [_entry(dict(entry), base, site) for entry in entries]


def _entry(values: JsonObject, base: str, site: str) -> _Entry:
    found = tuple(link for link in _links(values) if isinstance(link, str) and link.strip())
    return _Entry(
        found, _base(values, base), site, values.get("title"), _date(values, "published"), _date(values, "updated")
    )


def _site(channel: JsonObject, url: str) -> str:
    """The address that a feed gives as its site's; its own address when it gives none."""
    link = channel.get("link")
    try:
        return links.understood(link, url) if isinstance(link, str) and link.strip() else url
    except ValueError:
        return url


def _links(entry: JsonObject) -> Iterable[object]:
    """An entry's addresses, the publisher's own first: feed services wrap them in counters."""
    yield entry.get("feedburner_origlink")
    for link in entry.get("links") or []:
        if link.get("rel") == "alternate" and "html" in link.get("type", "html"):
            yield link.get("href")
    yield entry.get("link")
    identifier = entry.get("id")
    if isinstance(identifier, str) and identifier.startswith(("http://", "https://")):
        yield identifier


def _base(entry: JsonObject, url: str) -> str:
    """What an entry's relative links are relative to: its xml:base, else that of the feed."""
    details = [entry.get("title_detail"), entry.get("summary_detail"), *(entry.get("content") or ())]
    base = next((detail["base"] for detail in details if detail and detail.get("base")), "")
    try:
        return urls.clean(base, url) if base else url
    except ValueError:
        return url


def _date(entry: JsonObject, name: str) -> datetime | None:
    """An entry's date, parsed by ourselves, which know the names of zones, or by feedparser, which knows more forms."""
    written = entry.get(name)
    if isinstance(written, str) and (moment := xml.moment(written)) is not None:
        return moment
    parsed = entry.get(f"{name}_parsed")
    if isinstance(parsed, struct_time):
        try:
            return xml.sane(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
        except (ValueError, OverflowError, OSError):
            return None
    return None


def _json_entries(body: bytes, url: str) -> tuple[object, list[_Entry]]:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not a JSON feed: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Unreadable("not a JSON feed: it has no list of items")
    site = _site({"link": feed.get("home_page_url")}, url)
    entries = []
    for item in items:
        if not isinstance(item, dict):
            continue
        identifier = item.get("id")
        links_ = [item.get("url"), item.get("external_url")]
        if isinstance(identifier, str) and identifier.startswith(("http://", "https://")):
            links_.append(identifier)
        dates = [item.get("date_published"), item.get("date_modified")]
        published, updated = (xml.moment(d) if isinstance(d, str) else None for d in dates)
        written = tuple(link for link in links_ if isinstance(link, str) and link.strip())
        entries.append(_Entry(written, url, site, item.get("title"), published, updated))
    return feed.get("title"), entries
