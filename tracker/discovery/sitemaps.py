"""Sitemaps: plain, news, index, gzip'd and text, as the sitemap protocol and Google's news extension have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

from lxml import etree

from tracker.discovery import urls, xml
from tracker.discovery.left_out import NOTHING, LeftOut
from tracker.errors import Unreadable
from tracker.model import Found, Via

MAX_URLS = 50_000
"""Most addresses in one sitemap (sitemaps.org)."""

MAX_CHILDREN = 1000
"""Most sitemaps taken from one index, by `newest`."""

_BARE_AMPERSAND = re.compile(rb"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
AHEAD = timedelta(days=1)
"""So far in the future a date may lie: a date without a zone counts as UTC."""

_DATE_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<between>[-_/.]?)(?P<month>0[1-9]|1[0-2])(?:(?P=between)(?P<day>[0-3]\d))?(?!\d)"
)
_NO_ADDRESS = "without an address that can be followed"
_FEED_ROOTS = ("rss", "feed", "rdf")
_FIELDS = {"loc", "lastmod", "publication_date", "title"}
_FOREIGN = ("image", "video")


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names, and when it is said to have changed: by `lastmod`, or by the date in its name."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap names, in its order: articles and further sitemaps, of its own site and of others."""

    found: tuple[Found, ...] = ()
    children: tuple[Child, ...] = ()
    left_out: LeftOut = NOTHING


def read(body: bytes, url: str) -> Sitemap:
    """Read a sitemap or a sitemap index that came from `url`.

    The protocol gives a sitemap no say over other sites: whether their addresses count is the caller's to find out.
    Raises Unreadable when this is no sitemap, or an attack; a broken one gives what comes before the break.
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
    addresses = [(line, _address(line, url)) for line in lines if line.strip()]
    left_out = NOTHING
    for line, address in addresses:
        if not address:
            left_out = left_out.add(_NO_ADDRESS, line)
    return Sitemap(_once([Found(address, Via.SITEMAP) for _, address in addresses if address]), (), left_out)


def _from_xml(body: bytes, url: str) -> Sitemap:
    found: list[Found] = []
    children: dict[str, Child] = {}
    left_out = NOTHING
    root = ""
    try:
        encoding = "utf-8" if _is_utf_8(body) else None
        for event, element in xml.events(body, encoding=encoding, remove_comments=True, remove_pis=True):
            name = etree.QName(element).localname.lower()
            root = root or name
            if root in _FEED_ROOTS:
                raise Unreadable(f"this is a feed (<{root}>): put it under `feeds`")
            if root not in ("urlset", "sitemapindex", "url", "sitemap"):
                raise Unreadable(f"not a sitemap: the document is <{root[:40]}>")
            if event == "start" or name not in ("url", "sitemap"):
                continue
            fields = _fields(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            address = _address(fields.get("loc", ""), url)
            if not address:
                left_out = left_out.add(_NO_ADDRESS, fields.get("loc", ""))
                continue
            changed = xml.moment(fields.get("lastmod", ""))
            if name == "sitemap":
                children.setdefault(address, Child(address, changed or _in_name(address)))
            else:
                title = " ".join(fields.get("title", "").split())[:500]
                published = xml.moment(fields.get("publication_date", ""))
                found.append(Found(address, Via.SITEMAP, title, published, changed))
            if len(found) + len(children) >= MAX_URLS:
                left_out = left_out.add(f"and more behind the first {MAX_URLS:,} addresses")
                break
    except (etree.LxmlError, ValueError) as error:
        if not found and not children:
            raise Unreadable(f"not a sitemap: {error}") from error
    if not root:
        raise Unreadable("not a sitemap: there is no XML in it")
    return Sitemap(_once(found), tuple(children.values()), left_out)


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
        field = name.localname.lower()
        if field in _FIELDS and not any(f in (name.namespace or "") for f in _FOREIGN):
            fields.setdefault(field, "".join(str(t) for t in child.itertext()).strip())
    return fields


def _address(address: str, url: str) -> str:
    """The address in its form to fetch; empty when it is none."""
    try:
        return urls.clean(address, url) if address else ""
    except ValueError:
        return ""


def _once(founds: list[Found]) -> tuple[Found, ...]:
    """The first of each address."""
    return tuple(list({f.url: f for f in reversed(founds)}.values())[::-1])


def _in_name(address: str) -> datetime | None:
    """The month or day that a sitemap's address names, as those of archives do; None when it names none."""
    found = _DATE_IN_NAME.search(urlsplit(address).path + "?" + urlsplit(address).query)
    if found is None:
        return None
    try:
        return datetime(int(found["year"]), int(found["month"]), int(found["day"] or 1), tzinfo=UTC)
    except ValueError:
        return None


def newest(children: Sequence[Child], now: datetime) -> list[Child]:
    """The sitemaps of an index, those first that most likely hold news.

    Every second place is for the newest by date, the others are for those without a date, from the end and the
    beginning of the list in turn: some sites append, some prepend. A date in the future tells nothing.
    """
    dated = [c for c in children if c.changed is not None and c.changed <= now + AHEAD]
    known = {c.url for c in dated}
    rest = [c for c in children if c.url not in known]
    ends = [rest[n // 2] if n % 2 else rest[-1 - n // 2] for n in range(len(rest))]
    dated.sort(key=lambda c: c.changed.timestamp() if c.changed else 0.0, reverse=True)
    ordered = [c for pair in zip_longest(dated, ends) for c in pair if c is not None]
    return ordered[:MAX_CHILDREN]
