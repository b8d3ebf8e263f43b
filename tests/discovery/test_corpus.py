"""Hundreds of feeds and sitemaps: none crashes, and what can be read is read."""

from __future__ import annotations

import gzip
import itertools
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.discovery.corpus import FEED, LINKS, Document, documents
from tracker.discovery import feeds, sitemaps
from tracker.errors import Unreadable
from tracker.model import Found

CORPUS = list(documents())


def read(document: Document, body: bytes | None = None) -> list[Found]:
    content = document.body if body is None else body
    if document.kind == "sitemap":
        return sitemaps.read(content, FEED).found
    return feeds.read(content, FEED, document.content_type)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CORPUS) >= 300
    assert len({d.name for d in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("document", CORPUS, ids=lambda d: d.name)
def test_what_can_be_read_is_read(document: Document) -> None:
    try:
        found = read(document)
    except Unreadable:
        assert document.least == 0
        return
    urls = [f.url.partition("#")[0] for f in found]
    known = [u for u in LINKS if u in urls]
    assert len(known) >= document.least, urls
    assert set(urls) - set(LINKS) <= {u[: len(u)] for u in urls if any(link.startswith(u) for link in LINKS)}
    assert len(set(urls)) == len(urls)
    if document.least == 3:
        assert urls == list(LINKS)
    assert all(f.published_at is None or f.published_at.year == 2026 for f in found)


def test_dates_are_the_publishers() -> None:
    by_name = {d.name: d for d in CORPUS}
    expected = ["2026-11-23T10:00:00+00:00", "2026-11-23T08:00:00+00:00", "2026-11-22T13:00:00+00:00"]
    for name in ("rss: plain", "atom: plain", "rdf: plain", "json: plain", "news-sitemap: plain"):
        found = read(by_name[name])
        dates = [f.published_at or f.updated_at for f in found]
        assert [d.isoformat() if isinstance(d, datetime) else None for d in dates] == expected, name


SMALL = {d.name: d for d in CORPUS if d.body[:1] == b"<" and len(d.body) < 5000}


@settings(max_examples=100)
@given(
    name=st.sampled_from(sorted(SMALL)),
    at=st.integers(0, 3000),
    length=st.integers(0, 200),
    junk=st.binary(max_size=20),
)
def test_no_damage_whatsoever_crashes_a_reader(name: str, at: int, length: int, junk: bytes) -> None:
    whole = SMALL[name].body
    try:
        found = read(SMALL[name], whole[:at] + junk + whole[at + length :])
    except Unreadable:
        return
    assert all(f.url.startswith(("http://", "https://")) for f in found)


@settings(max_examples=100)
@given(st.binary(max_size=300), st.sampled_from(["", "text/xml; charset=utf-16", "application/json", "charset=zip"]))
def test_no_bytes_whatsoever_crash_a_reader(body: bytes, content_type: str) -> None:
    for prefix in (b"", b"<rss><channel><item>", b"{", b"<urlset><url><loc>", b"\x1f\x8b\x08", b"<?xml encoding='"):
        for call in (lambda b: feeds.read(b, FEED, content_type), lambda b: sitemaps.read(b, FEED)):
            try:
                call(prefix + body)
            except Unreadable:
                continue


RSS = b'<rss version="2.0"><channel><item><title>%s</title><link>%s</link></item></channel></rss>'

HOSTILE_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "ftp://paper.test/x",
    "mailto:a@b.c",
    "https://user:pass@paper.test/",
    "https://paper.test\\@evil.test/",
    "https://paper.test/\u202ecod.exe",
    "http://[::1",
    "https://paper.test:port/",
    "https://" + "a" * 3000 + ".test/",
    "",
]


@pytest.mark.parametrize("link", HOSTILE_LINKS)
def test_only_web_addresses_pass(link: str) -> None:
    escaped = link.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "xmlcharrefreplace")
    assert [f.url for f in feeds.read(RSS % (b"t", escaped), FEED)] == []
    body = b"<urlset><url><loc>" + escaped + b"</loc></url><url><loc>https://paper.test/ok</loc></url></urlset>"
    assert {f.url for f in sitemaps.read(body, FEED).found} <= {"https://paper.test/ok"}


BOMB = b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 10))
ATTACKS = {
    "billion laughs": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "lol">' + BOMB + b"]><rss><channel><item>"
    b"<title>&a9;</title><link>https://paper.test/x</link></item></channel></rss>",
    "quadratic blow-up": b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]><urlset><url><loc>' + b"&a;" * 5000,
    "a file": b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://paper.test/&x;</loc>',
    "a file as parameter": b'<!DOCTYPE x [<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;]><rss version="2.0"/>',
    "spaces in the declaration": b'<!DOCTYPE x [<! ENTITY a "b">]><rss version="2.0"/>',
    "UTF-16": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0">&a;</rss>'.encode("utf-16"),
    "UTF-7": b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE x+AFs-+AF0-+AD4-<rss version="2.0"/>',
    "EBCDIC": b'<?xml version="1.0" encoding="cp037"?><rss version="2.0"/>',
    "a gzip bomb": gzip.compress(bytes(400 << 20), 9),
    "gzip that ends early": gzip.compress(b"<rss/>")[:-4],
    "gzip that is none": b"\x1f\x8b" + b"x" * 100,
    "gzip of empty members": gzip.compress(b"") * 200_000 + gzip.compress(b"<rss version='2.0'/>"),
    "a gzip bomb in the second member": gzip.compress(b"<rss/>") + gzip.compress(bytes(99 << 20)),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_documents_give_an_error_and_nothing_else(name: str) -> None:
    for call in (lambda b: feeds.read(b, FEED), lambda b: sitemaps.read(b, FEED)):
        with pytest.raises(Unreadable):
            call(ATTACKS[name])


def test_an_external_document_type_is_never_fetched() -> None:
    """The address is one where nobody answers: fetching it would fail the reading, or hang it."""
    body = b'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">' + RSS % (b"t", LINKS[0].encode())
    assert [f.url for f in feeds.read(body, FEED)] == [LINKS[0]]


def test_the_bytes_of_a_feed_are_never_taken_for_a_file() -> None:
    with pytest.raises(Unreadable):
        feeds.read(b"/etc/hostname", FEED)
    with pytest.raises(Unreadable):
        feeds.read(b"https://paper.test/feed", FEED)


HEAVY = {
    "attributes": b"<rss version='2.0'><a " + b"".join(b"a%d='1' " % i for i in range(50_000)) + b"></a></rss>",
    "depth": b"<rss version='2.0'>" + b"<a>" * 5000,
    "a word": b"<rss version='2.0'><channel><item><title>" + b"a" * 3_000_000 + b"</title></item></channel></rss>",
    "items": b"<rss version='2.0'><channel>" + b"<item><link>/x</link></item>" * 2500 + b"</channel></rss>",
    "JSON depth": b'{"items":' + b"[" * 200_000,
    "ampersands": b"<urlset>" + b"&" * 50_000,
    "tags": b"<rss version='2.0'>" + b"<a/>" * 300_000,
    "quotes": b"<rss version='2.0'>" + b"<a b='" * 5000,
    "comments": b"<rss version='2.0'>" + b"<!--" * 200_000,
    "blank lines": b"\n" * 3_000_000 + b"<rss version='2.0'/>",
    "blank lines after the declaration": b'<?xml version="1.0"?>' + b"\n" * 3_000_000 + b"<rss version='2.0'/>",
    "blank lines in UTF-16": ("\n" * 2_000_000 + "<rss version='2.0'/>").encode("utf-16"),
    "blank lines and no tag": b"<!--" + b"\n" * 3_000_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_documents_are_read_or_refused_in_time(name: str) -> None:
    for call in (lambda b: feeds.read(b, FEED), lambda b: sitemaps.read(b, FEED)):
        try:
            call(HEAVY[name])
        except Unreadable:
            continue


def test_titles_are_short_and_in_one_line() -> None:
    (found,) = feeds.read(RSS % (b"  A\n\t very  " + b"long " * 500, LINKS[0].encode()), FEED)
    assert len(found.title) <= 500
    assert found.title.startswith("A very long")
    assert all(a != " " or b != " " for a, b in itertools.pairwise(found.title))
