"""RSS, Atom, RDF and JSON Feed: bytes in, found articles out. Malformed feeds give what they can."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any

import feedparser

from tracker.discovery import urls, xml
from tracker.errors import Unreadable
from tracker.model import Found, Via

MAX_ENTRIES = 2000
"""Most entries taken of one feed; real ones have 10 to 500."""

MAX_TITLE = 500
"""Most characters of a title that are kept."""

_SPACE = re.compile(r"\s+")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)


def read(body: bytes, url: str, content_type: str = "") -> list[Found]:
    """The articles that a feed names, in its order, each address once.

    `url` is where the feed came from: relative links are taken against it. Titles are as hostile as any text of a
    page. Raises Unreadable when this is no feed, or an attack; a feed without entries gives an empty list.
    """
    body = xml.unpacked(body)
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{") or ("json" in content_type.lower() and not start.startswith(b"<")):
        return _once(_json_entries(body, url))
    return _once(_xml_entries(xml.bearable(xml.harmless(body)), url, content_type))


def _once(founds: Iterable[Found]) -> list[Found]:
    """The first of each address, by identity."""
    kept: dict[str, Found] = {}
    for found in founds:
        kept.setdefault(urls.key(found.url), found)
        if len(kept) >= MAX_ENTRIES:
            break
    return list(kept.values())


def _found(
    links: Iterable[object], base: str, title: object, published: datetime | None, updated: datetime | None
) -> Found | None:
    """An entry with the first of its links that can be followed; None when none can."""
    for link in links:
        if not isinstance(link, str) or not link.strip():
            continue
        try:
            address = urls.clean(link, base)
            urls.key(address)
        except ValueError:
            continue
        name = _SPACE.sub(" ", title).strip()[:MAX_TITLE] if isinstance(title, str) else ""
        return Found(address, Via.FEED, name, published, updated)
    return None


def _xml_entries(body: bytes, url: str, content_type: str) -> Iterable[Found]:
    headers = {"content-location": url}
    charset = _CHARSET.search(content_type)
    if charset and not xml.hides_markup(charset.group(1)):
        headers["content-type"] = f"application/xml; charset={charset.group(1)}"
    try:
        # A stream, never the bytes: feedparser would take those for the name of a file and open it.
        parsed = feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
        raise Unreadable(f"not a feed: {type(error).__name__}: {error}") from error
    entries = parsed.get("entries") or []
    if not entries and not parsed.get("version"):
        reason = parsed.get("bozo_exception")
        raise Unreadable(f"not a feed{f': {reason}' if reason else ''}")
    for entry in entries:
        values: dict[str, Any] = dict(entry)
        base = _base(values, url)
        found = _found(_links(values), base, values.get("title"), _date(values, "published"), _date(values, "updated"))
        if found is not None:
            yield found


def _links(entry: Mapping[str, Any]) -> Iterable[object]:
    """An entry's addresses, the publisher's own first: feed services wrap them in counters."""
    yield entry.get("feedburner_origlink")
    for link in entry.get("links") or []:
        if link.get("rel") == "alternate" and "html" in link.get("type", "html"):
            yield link.get("href")
    yield entry.get("link")
    identifier = entry.get("id")
    if isinstance(identifier, str) and identifier.startswith(("http://", "https://")):
        yield identifier


def _base(entry: Mapping[str, Any], url: str) -> str:
    """What an entry's relative links are relative to: its xml:base, else the feed's address."""
    base = (entry.get("title_detail") or entry.get("summary_detail") or {}).get("base") or ""
    try:
        return urls.clean(base, url) if base else url
    except ValueError:
        return url


def _date(entry: Mapping[str, Any], name: str) -> datetime | None:
    """An entry's date, parsed by feedparser or by ourselves."""
    parsed = entry.get(f"{name}_parsed")
    if isinstance(parsed, struct_time):
        try:
            return xml.sane(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
        except (ValueError, OverflowError, OSError):
            return None
    written = entry.get(name)
    return xml.moment(written) if isinstance(written, str) else None


def _json_entries(body: bytes, url: str) -> Iterable[Found]:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not a JSON feed: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Unreadable("not a JSON feed: it has no list of items")
    for item in items:
        if not isinstance(item, dict):
            continue
        identifier = item.get("id")
        links = [item.get("url"), item.get("external_url")]
        if isinstance(identifier, str) and identifier.startswith(("http://", "https://")):
            links.append(identifier)
        dates = [item.get("date_published"), item.get("date_modified")]
        published, updated = (xml.moment(d) if isinstance(d, str) else None for d in dates)
        found = _found(links, url, item.get("title"), published, updated)
        if found is not None:
            yield found
