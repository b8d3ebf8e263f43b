"""What every XML document from outside goes through before a parser sees it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any

from lxml import etree

from tracker.errors import Unreadable

MAX_BYTES = 50 << 20
"""Largest document that is read, after unpacking: the sitemap protocol's own limit."""

MAX_RATIO = 200
"""Most that a gzip'd document may unfold. Sitemaps are regular and really reach 40."""

MAX_MEMBERS = 1000
"""Most members of a gzip'd document: real ones have one, and every further one costs a copy of the rest."""

MAX_TAGS = 200_000
"""Most tags of a feed. The largest real ones have some 50,000."""

MAX_ATTRIBUTES = 4000
"""Most equals signs between two tags; escaped markup inside a description has them, too."""

MAX_PROLOG = 16 << 10
"""Most bytes before the first tag of a feed, blanks at the start left out."""

_FIRST_TAG = re.compile(rb"<\x00{0,3}\w")
_DECLARATION = re.compile(rb"<!\s*(?:ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]{0,1000}", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_W3C_SHORT = re.compile(r"(\d{4})(?:-(\d\d))?")
_ZONE = re.compile(r"(?<=\d\s)(?:(?:UTC|GMT|UT)(?P<offset>[+-]\d{1,2}(?::?\d\d)?)|(?P<name>[A-Z]{2,5}))$")

ZONES = {
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 60,
    "BST": 60,
    "CET": 60,
    "MET": 60,
    "CEST": 120,
    "MEST": 120,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "TRT": 180,
    "WAT": 60,
    "CAT": 120,
    "SAST": 120,
    "EAT": 180,
    "IST": 330,
    "PKT": 300,
    "WIB": 420,
    "ICT": 420,
    "HKT": 480,
    "SGT": 480,
    "PHT": 480,
    "JST": 540,
    "KST": 540,
    "AWST": 480,
    "ACST": 570,
    "AEST": 600,
    "ACDT": 630,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    "NST": -210,
    "NDT": -150,
    "AST": -240,
    "ADT": -180,
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
    "AKST": -540,
    "AKDT": -480,
    "HST": -600,
    "BRT": -180,
    "ART": -180,
    "CLT": -240,
}
"""Names of zones in minutes east of Greenwich (IANA tz database), where several share one the zone of most feeds."""

_GZIP = b"\x1f\x8b"


def unpacked(body: bytes) -> bytes:
    """The document, out of gzip when it is a .gz file. Raises Unreadable when that is damaged or a bomb."""
    if not body.startswith(_GZIP):
        return body
    most = min(MAX_BYTES, max(len(body) * MAX_RATIO, 1 << 20))
    pieces: list[bytes] = []
    size = 0
    rest = body
    try:
        while rest.startswith(_GZIP):
            stream = zlib.decompressobj(31)
            pieces.append(stream.decompress(rest, most - size + 1))
            size += len(pieces[-1])
            if len(pieces) > MAX_MEMBERS:
                raise Unreadable(f"the gzip'd document has more than {MAX_MEMBERS:,} members")
            if size > most:
                raise Unreadable(f"the gzip'd document unfolds to more than {most:,} bytes")
            if not stream.eof:
                raise Unreadable("the gzip'd document ends early")
            rest = stream.unused_data
    except zlib.error as error:
        raise Unreadable(f"the gzip'd document is damaged: {error}") from error
    return b"".join(pieces)


def harmless(body: bytes) -> bytes:
    """The same document, once it is sure to be no attack. Raises Unreadable.

    Feeds and sitemaps have no business declaring entities: those are bombs or reach for files. They are looked for in
    the bytes without their NULs, so that UTF-16 hides nothing.
    """
    if len(body) > MAX_BYTES:
        raise Unreadable(f"the document is larger than {MAX_BYTES:,} bytes")
    plain = body.replace(b"\x00", b"") if b"\x00" in body[:1024] else body
    declared = _ENCODING.search(plain[:1024])
    if declared and hides_markup(declared.group(1).decode("ascii", "replace")):
        raise Unreadable("the document declares an encoding that could hide markup")
    doctype = _DOCTYPE.search(plain)
    if doctype and _DECLARATION.search(plain, doctype.start()):
        raise Unreadable("the document declares entities of its own; feeds and sitemaps have no need to")
    return body


def bearable(body: bytes) -> bytes:
    """The same document, once it is sure not to keep feedparser busy for minutes. Raises Unreadable.

    Its time grows with the square of the attributes in one tag (50,000 of them took 76 s) and of the blank lines before
    the first one, and 20 µs a tag.
    """
    if b"\x00" not in body[:1024]:
        body = body.lstrip()
    first = _FIRST_TAG.search(body)
    if (first.start() if first else len(body)) > MAX_PROLOG:
        raise Unreadable(f"the document has no tag in its first {MAX_PROLOG:,} bytes")
    if body.count(b"<") > MAX_TAGS:
        raise Unreadable(f"the document has more than {MAX_TAGS:,} tags")
    for piece in body.split(b"<"):
        if len(piece) > 3 * MAX_ATTRIBUTES and piece.count(b"=") > MAX_ATTRIBUTES:
            raise Unreadable(f"a tag has more than {MAX_ATTRIBUTES:,} attributes")
    return body


def hides_markup(label: str) -> bool:
    """Whether a charset of that name could smuggle markup past a look at the bytes, as UTF-7 and EBCDIC do."""
    if label.lower().replace("_", "-").startswith(("utf-16", "utf16", "utf-32", "utf32", "ucs-")):
        return False  # seen through by leaving out the NULs
    try:
        return "<!ENTITY".encode(label) != b"<!ENTITY" or b"+ADw-".decode(label) != "+ADw-"
    except (LookupError, ValueError):
        return False  # no parser knows it either


def moment(text: str) -> datetime | None:
    """A date as feeds and sitemaps write it (W3C, RFC 3339, RFC 5322), in UTC; None when it cannot be one.

    Without a zone it counts as UTC; a month or a year alone as its first day.
    """
    text = text.strip()
    if not 4 <= len(text) <= 64:
        return None
    try:
        if short := _W3C_SHORT.fullmatch(text):
            return sane(datetime(int(short[1]), int(short[2] or 1), 1, tzinfo=UTC))
        return sane(datetime.fromisoformat(text))
    except ValueError:
        pass
    try:
        return sane(parsedate_to_datetime(_ZONE.sub(_offset, text)))
    except (ValueError, OverflowError):
        return None


def _offset(zone: re.Match[str]) -> str:
    """A zone's name as an offset, the way RFC 5322 has it; what is not known stays as it is."""
    if zone["offset"]:
        hours, _, minutes = zone["offset"][1:].partition(":")
        digits = f"{hours}{minutes}" if len(hours) > 2 or minutes else f"{int(hours):02d}00"
        return f"{zone['offset'][0]}{digits:0>4}"
    minutes_east = ZONES.get(zone["name"])
    if minutes_east is None:
        return zone.group()
    return f"{'-' if minutes_east < 0 else '+'}{abs(minutes_east) // 60:02d}{abs(minutes_east) % 60:02d}"


def events(body: bytes, **options: Any) -> Iterator[tuple[str, Any]]:
    """The starts and ends of a document's elements, as far as it can be read; nothing outside it is ever asked for.

    `options` are further ones of `lxml.etree.iterparse`, whose LxmlError this raises.
    """
    yield from etree.iterparse(
        BytesIO(body),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        **options,
    )


def sane(parsed: datetime) -> datetime | None:
    """The moment in UTC, or None when no news site can have meant it."""
    try:
        parsed = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return parsed if 1990 <= parsed.year <= 2100 else None
