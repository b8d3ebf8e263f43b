"""Sitemaps beyond the corpus: indexes, text, sites, sizes."""

from __future__ import annotations

import gzip

import pytest

from tracker.discovery import feeds, sitemaps, xml
from tracker.errors import Unreadable

URL = "https://paper.test/sitemap.xml"
INDEX = (
    b"<sitemapindex>"
    b"<sitemap><loc>https://paper.test/2024.xml</loc><lastmod>2024-12-31</lastmod></sitemap>"
    b"<sitemap><loc>https://paper.test/yesterday.xml</loc><lastmod>2026-11-22T23:00:00Z</lastmod></sitemap>"
    b"<sitemap><loc>https://paper.test/today.xml</loc><lastmod>2026-11-23T08:00:00Z</lastmod></sitemap>"
    b"<sitemap><loc>https://paper.test/undated.xml</loc></sitemap>"
    b"<sitemap><loc>https://else.test/foreign.xml</loc></sitemap>"
    b"</sitemapindex>"
)


def test_of_an_index_only_the_fresh_sitemaps_are_named() -> None:
    read = sitemaps.read(INDEX, URL)
    assert read.found == []
    assert read.indexes == [f"https://paper.test/{n}.xml" for n in ("undated", "today", "yesterday")]


def test_an_index_names_at_most_twenty() -> None:
    rows = b"".join(b"<sitemap><loc>https://paper.test/%d.xml</loc></sitemap>" % i for i in range(100))
    assert len(sitemaps.read(b"<sitemapindex>" + rows + b"</sitemapindex>", URL).indexes) == 20


def test_a_text_sitemap_is_one_address_a_line() -> None:
    body = b"\xef\xbb\xbfhttps://paper.test/a\r\nhttps://paper.test/b\n\njavascript:x\nhttps://else.test/c\n"
    assert [f.url for f in sitemaps.read(body, URL).found] == ["https://paper.test/a", "https://paper.test/b"]


def test_a_sitemap_has_no_say_over_other_sites() -> None:
    body = b"<urlset><url><loc>https://else.test/a</loc></url><url><loc>https://news.paper.test/b</loc></url></urlset>"
    assert [f.url for f in sitemaps.read(body, URL).found] == ["https://news.paper.test/b"]


def test_ampersands_left_bare_do_not_shorten_an_address() -> None:
    body = b"<urlset><url><loc>https://paper.test/a?x=1&y=2&amp;z=3&#38;w=4</loc></url></urlset>"
    assert sitemaps.read(body, URL).found[0].url == "https://paper.test/a?x=1&y=2&z=3&w=4"


def test_fifty_thousand_addresses_are_enough() -> None:
    rows = b"".join(b"<url><loc>/%d</loc></url>" % i for i in range(50_100))
    assert len(sitemaps.read(gzip.compress(b"<urlset>" + rows + b"</urlset>"), URL).found) == 50_000


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"<html><body>x</body></html>", b"hello", b"{}", b"<rss/>", b"<?xml version='1.0'?>"]
)
def test_what_is_no_sitemap_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        sitemaps.read(body, URL)


@pytest.mark.parametrize("body", [b"", b"hello", b"<html><body>x</body></html>", b"{}", b'{"items": 3}', b"[1]"])
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        feeds.read(body, URL, "application/json" if body[:1] in b"{[" else "")


def test_a_feed_without_entries_is_a_feed() -> None:
    assert feeds.read(b'<rss version="2.0"><channel><title>x</title></channel></rss>', URL) == []
    assert feeds.read(b'{"items": []}', URL) == []


def test_a_feed_names_at_most_two_thousand() -> None:
    items = b"".join(b'{"url": "/%d"},' % i for i in range(2500))
    assert len(feeds.read(b'{"items": [' + items[:-1] + b"]}", URL)) == feeds.MAX_ENTRIES


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23", "2026-11-23T00:00:00+00:00"),
        ("2026-11", "2026-11-01T00:00:00+00:00"),
        ("2026", "2026-01-01T00:00:00+00:00"),
        ("2026-11-23T10:00Z", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23T10:00:00.123456789+02:00", "2026-11-23T08:00:00.123456+00:00"),
        ("2026-11-23 10:00:00", "2026-11-23T10:00:00+00:00"),
        ("Mon, 23 Nov 2026 10:00:00 GMT", "2026-11-23T10:00:00+00:00"),
        ("23 Nov 2026 10:00:00 -0500", "2026-11-23T15:00:00+00:00"),
        ("", None),
        ("today", None),
        ("2026-13-45", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("1969-12-31", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("x" * 10_000, None),
    ],
)
def test_dates(text: str, moment: str | None) -> None:
    read = xml.moment(text)
    assert (read.isoformat() if read else None) == moment


def test_a_document_of_fifty_megabytes_is_too_large() -> None:
    with pytest.raises(Unreadable, match="larger"):
        xml.harmless(bytes((50 << 20) + 1))
