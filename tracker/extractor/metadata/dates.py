"""When an article was published and modified, as the page says it: aware, with the offset that was found.

`tracker.model.iso` writes them as UTC; the offset stays for whoever asks for the outlet's own day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from dateutil import parser as dateparser

from tracker.extractor.document import Document
from tracker.extractor.structured import Structured

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "cxenseparse:recs:publishtime",
    "parsely-pub-date",
    "sailthru.date",
    "publish-date",
    "publishdate",
    "publication_date",
    "article.published",
    "date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "last-modified-original",
    "article_date_original",
    "timestamp",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "lastmod")
_ISO = re.compile(r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})")
_DATE = re.compile(r"\b(\d{1,4})[./-](\d{1,2})[./-](\d{2,4})\b")
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=\D|$)")
_ZONES = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2,
    "MEZ": 1, "MESZ": 2, "BST": 1, "IST": 5.5, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "SAST": 2, "EAT": 3,
}  # fmt: skip


def parse(text: str) -> datetime | None:
    """A date of any common form, aware, with the offset found; without one it is taken as UTC. None if unreadable."""
    text = " ".join(text.split())[:60]
    if not re.search(r"\d", text):
        return None
    if text.isdigit() and len(text) in (10, 13):
        return _within(datetime.fromtimestamp(int(text[:10]), UTC))
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00") if _ISO.match(text) else text)
    except ValueError:
        try:
            dotted = re.match(r"\d{1,2}\.\d", text) is not None
            moment = dateparser.parse(text, dayfirst=dotted, tzinfos=_zone)
        except (ValueError, OverflowError, TypeError, AttributeError):
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _within(moment)


def published(document: Document, data: Structured, above: Iterable[str] = ()) -> datetime | None:
    """When the article was published: JSON-LD, meta tags, then the page's own times, address, and the lines `above`."""
    return (
        _first([data.text("datePublished"), data.text("dateCreated"), data.text("uploadDate")])
        or _first(value for name in _PUBLISHED for value in data.metas.get(name, ())[:1])
        or _first(_stamps(document.root))
        or _from_url(document.url)
        or _from_lines(above)
        or _first([data.text("dateModified")])
    )


def modified(data: Structured) -> datetime | None:
    """When the page says the article was last modified."""
    return _first([data.text("dateModified"), *(v for name in _MODIFIED for v in data.metas.get(name, ())[:1])])


def _first(candidates: Iterable[str]) -> datetime | None:
    for text in candidates:
        if text and (moment := parse(text)):
            return moment
    return None


def _stamps(root: Any) -> Iterable[str]:
    """Machine-readable times of the page: microdata first, then `<time datetime>` in page order."""
    for element in root.iterfind(".//*[@itemprop='datePublished']"):
        yield element.get("content") or element.get("datetime") or " ".join(element.itertext())
    for element in root.iter("time"):
        yield element.get("datetime") or ""


def _from_lines(above: Iterable[str]) -> datetime | None:
    for line in above:
        if len(line) < 120 and (match := _DATE.search(line)):
            first, month, last = match.groups()
            day, year = (last, first) if len(first) == 4 else (first, last)
            try:
                return datetime(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day), tzinfo=UTC)
            except ValueError:
                continue
    return None


def _from_url(url: str) -> datetime | None:
    match = _IN_URL.search(url)
    if not match:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None


def _within(moment: datetime) -> datetime | None:
    return moment if 1990 <= moment.year < 2100 else None


def _zone(name: str | None, offset: int | None) -> timezone | None:
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else None
