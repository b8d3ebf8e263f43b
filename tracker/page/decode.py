"""Bytes to text: which charset a page is really in.

The order is measured (33 pages in ten encodings, with and without declarations, true and lying): byte order mark, then
UTF-8 when the bytes prove it, then the encoding pinned for the article, the HTTP header, the page's own declaration,
statistics, and Windows-1252 in the end. Labels mean what browsers take them to mean (WHATWG Encoding), and a page's own
declaration is looked for as they do (HTML, "prescan a byte stream").
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import charset_normalizer
import webencodings
from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

from tracker import markup

SAMPLE = 64 * 1024
"""How many bytes the statistics look at."""

PRESCAN, LATER = 1024, 8192
"""In how much of a page browsers look for its declaration before they read it, and how much further one still counts:
met there, it makes them begin again."""

LAST_RESORT = "cp1252"

DAMAGE_ALLOWED = 0.1
"""Share of the non-ASCII characters that may be undecodable before a declared encoding counts as a lie."""

_OF_THE_WEB = re.compile(
    r"utf-(?:8|16|32)(?:-[bl]e)?|cp(?:\d{3,4})|iso8859-\d{1,2}|iso2022_\w+|gb\w+|big5\w*|euc_\w+|shift_jis\w*|koi8-\w|mac-\w+|hz"
)
"""Python also calls zip, base64 and escape sequences encodings; those must not run on a page."""

_XML = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")

_WESTERN_ANYWAY = frozenset(
    {
        "cp1250",
        "cp1254",
        "cp1257",
        "latin-1",
        "iso8859-1",
        "iso8859-2",
        "iso8859-15",
        "iso8859-16",
        "mac-roman",
        "cp850",
    }
)
"""Guesses that statistics cannot tell apart in a short page; undeclared Latin pages are nearly always Windows-1252."""


def text(body: bytes, content_type: str, *, pinned: str = "") -> tuple[str, str]:
    """The text of a page and the name of its encoding (Python's).

    `pinned` is the encoding the article was last read with: it outlives a changed declaration, so that only text can
    change, not the way it is read. Never raises: what cannot be decoded becomes U+FFFD.
    """
    marked, mark = read_bom(body)
    if marked:
        return body[len(mark or b"") :].decode(marked, "replace"), marked
    decoded = _utf_8(body)
    if decoded is not None and not body.isascii():
        return decoded, "utf-8"
    candidates = list(_candidates(body, content_type, pinned))
    if decoded is not None and not any(name.startswith(("utf-16", "utf-32", "iso2022", "hz")) for name in candidates):
        return decoded, candidates[0] if pinned and candidates else "utf-8"
    for name in candidates:
        decoded = _attempt(body, name)
        if decoded is not None:
            return decoded, name
    for name in (_guess(body), LAST_RESORT):
        decoded = _attempt(body, name)
        if decoded is not None:
            return decoded, name
    name = candidates[0] if candidates else LAST_RESORT
    return body.decode(name, "replace"), name


def _candidates(body: bytes, content_type: str, pinned: str) -> Iterator[str]:
    """What is said about the encoding, most trusted first.

    Markup in an encoding of two or four bytes is full of NULs: without any, a page that claims one is in another (the
    HTML standard takes a `<meta>` that names UTF-16 for UTF-8, because it could be read).
    """
    said = (_label(http_content_type_encoding(content_type) or ""), _declared(body))
    for name in (resolve_encoding(pinned) if pinned else "", *said):
        lies = (name or "").startswith(("utf-16", "utf-32")) and b"\x00" not in body
        if name and not lies and _OF_THE_WEB.fullmatch(name):
            yield name
    if wide := _wide(body):
        yield wide


def _label(label: str) -> str:
    """Python's name of the encoding that a label means on the web; empty when it means none."""
    known = webencodings.lookup(label)
    if known is None:
        return resolve_encoding(label) or ""
    if known.name == "x-user-defined":
        return LAST_RESORT
    return resolve_encoding(known.name) or str(known.codec_info.name)


def _declared(body: bytes) -> str:
    """The encoding that a page declares: in a `<meta>` outside comments, scripts and styles, or in an XML declaration.

    Of several the first counts whose label means anything.
    """
    for piece in (body[:PRESCAN], body[:LATER]):
        for tag in markup.tags(markup.visible(piece.decode("latin-1")), "meta"):
            label = tag.get("charset")
            if not label and tag.get("http-equiv").lower() == "content-type":
                label = http_content_type_encoding(tag.get("content")) or ""
            if label and (name := _label(label)):
                return name
    xml = _XML.match(body[:PRESCAN])
    return _label(xml[1].decode("ascii")) if xml else ""


def _wide(body: bytes) -> str:
    """UTF-16 that nothing declares, told by the NULs beside the ASCII characters that pages begin with."""
    start = body[:64]
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half and (odd == half or even == half) and even != odd:
        return "utf-16-le" if odd == half else "utf-16-be"
    return ""


def _utf_8(body: bytes) -> str | None:
    """The text when the bytes are valid UTF-8 as far as they go; a last character cut in two is forgiven."""
    try:
        return codecs.getincrementaldecoder("utf-8")("strict").decode(body, final=False)
    except UnicodeDecodeError:
        return None


def _attempt(body: bytes, name: str) -> str | None:
    """The text when this encoding explains nearly all of it."""
    try:
        decoded = body.decode(name, "replace")
    except (LookupError, ValueError):
        return None
    beyond_ascii = len(decoded) - len(decoded.encode("ascii", "ignore"))
    return decoded if decoded.count("\ufffd") <= DAMAGE_ALLOWED * beyond_ascii else None


def _guess(body: bytes) -> str:
    """What letter statistics say of the first part of the page."""
    best = charset_normalizer.from_bytes(body[:SAMPLE]).best()
    name = resolve_encoding(best.encoding) if best else None
    return LAST_RESORT if name is None or name in _WESTERN_ANYWAY else name
