"""Sitemaps: plain, news, index, gzip'd and text, as the sitemap protocol and Google's news extension have them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from tracker.discovery import urls, xml
from tracker.errors import Unreadable
from tracker.model import Found, Via

MAX_URLS = 50_000
"""Most addresses in one sitemap (sitemaps.org)."""

INDEX_WINDOW = timedelta(days=3)
"""Of an index, only the sitemaps are worth reading that changed this shortly before its newest one."""

MAX_INDEXES = 20
"""Most sitemaps taken from one index, the newest first."""

_BARE_AMPERSAND = re.compile(rb"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_FIELDS = {"loc", "lastmod", "publication_date", "title"}
_FOREIGN = ("image", "video")


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap names: articles, and further sitemaps (newest first)."""

    found: list[Found]
    indexes: list[str]


def read(body: bytes, url: str) -> Sitemap:
    """Read a sitemap or a sitemap index that came from `url`.

    Only addresses of the same site count: the protocol gives a sitemap no say over others. Raises Unreadable when this
    is no sitemap, or an attack; a broken one gives what comes before the break.
    """
    body = xml.harmless(xml.unpacked(body))
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Unreadable("not a sitemap: the document is empty")
    if start.startswith((b"http://", b"https://")):
        return _from_text(body, url)
    if b"\x00" not in start:
        body = _BARE_AMPERSAND.sub(b"&amp;", body)
    return _from_xml(body, url)


def _from_text(body: bytes, url: str) -> Sitemap:
    """A text sitemap: one address a line."""
    lines = body.decode("utf-8-sig", "replace").splitlines()[:MAX_URLS]
    found = [Found(address, Via.SITEMAP) for line in lines if (address := _own(line, url))]
    return Sitemap(_once(found), [])


def _from_xml(body: bytes, url: str) -> Sitemap:
    found: list[Found] = []
    indexes: list[tuple[str, datetime | None]] = []
    root = ""
    try:
        encoding = "utf-8" if _is_utf_8(body) else None
        for event, element in xml.events(body, encoding=encoding, remove_comments=True, remove_pis=True):
            name = etree.QName(element).localname.lower()
            root = root or name
            if root not in ("urlset", "sitemapindex", "url", "sitemap"):
                raise Unreadable(f"not a sitemap: the document is <{root[:40]}>")
            if event == "start" or name not in ("url", "sitemap"):
                continue
            fields = _fields(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            address = _own(fields.get("loc", ""), url)
            if not address:
                continue
            changed = xml.moment(fields.get("lastmod", ""))
            if name == "sitemap":
                indexes.append((address, changed))
            else:
                title = " ".join(fields.get("title", "").split())[:500]
                published = xml.moment(fields.get("publication_date", ""))
                found.append(Found(address, Via.SITEMAP, title, published, changed))
            if len(found) + len(indexes) >= MAX_URLS:
                break
    except (etree.LxmlError, ValueError) as error:
        if not found and not indexes:
            raise Unreadable(f"not a sitemap: {error}") from error
    if not root:
        raise Unreadable("not a sitemap: there is no XML in it")
    return Sitemap(_once(found), newest(indexes))


def _is_utf_8(body: bytes) -> bool:
    """Whether the bytes prove to be UTF-8, whatever the document declares."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not body.startswith(b"\xef\xbb\xbf") and b"\x00" not in body


def _fields(element: etree._Element) -> dict[str, str]:
    """The first of each field of an entry; those of the image and video extensions are about other things."""
    fields: dict[str, str] = {}
    for child in element.iter():
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child)
        if name.localname in _FIELDS and not any(f in (name.namespace or "") for f in _FOREIGN):
            fields.setdefault(name.localname, "".join(str(t) for t in child.itertext()).strip())
    return fields


def _own(address: str, url: str) -> str:
    """The address in its form to fetch when it belongs to the sitemap's site; empty otherwise."""
    try:
        cleaned = urls.clean(address, url) if address else ""
    except ValueError:
        return ""
    return cleaned if cleaned and urls.same_site(cleaned, url) else ""


def _once(founds: list[Found]) -> list[Found]:
    """The first of each address."""
    return list({f.url: f for f in reversed(founds)}.values())[::-1]


def newest(indexes: list[tuple[str, datetime | None]]) -> list[str]:
    """The sitemaps of an index that may hold news: those without a date, and those dated near the newest."""
    dated = [changed for _, changed in indexes if changed]
    horizon = max(dated) - INDEX_WINDOW if dated else None
    kept = [(a, c) for a, c in indexes if c is None or horizon is None or c >= horizon]
    kept.sort(key=lambda pair: pair[1].timestamp() if pair[1] else float("inf"), reverse=True)
    return list(dict.fromkeys(address for address, _ in kept))[:MAX_INDEXES]
