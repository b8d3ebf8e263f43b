"""Sitemaps beyond the corpus: indexes, text, sites, sizes."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

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


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def names(children: list[sitemaps.Child]) -> list[str]:
    return [child.url.rpartition("/")[2] for child in children]


def test_of_an_index_the_freshest_come_first_and_the_undated_between_them() -> None:
    read = sitemaps.read(INDEX, URL)
    assert read.found == ()
    ordered = names(sitemaps.newest(read.children, NOW))
    assert ordered == ["today.xml", "foreign.xml", "yesterday.xml", "undated.xml", "2024.xml"]


def test_a_sitemap_dated_in_the_future_does_not_come_before_one_that_is_fresh() -> None:
    future = sitemaps.Child("https://paper.test/events.xml", NOW + timedelta(days=200))
    fresh = sitemaps.Child("https://paper.test/news.xml", NOW - timedelta(hours=1))
    assert sitemaps.newest([future, fresh], NOW)[0] == fresh


@pytest.mark.parametrize("form", ["s-%d-%02d.xml", "post-%d%02d.xml.gz", "archive/%d/%02d.xml", "map.xml?m=%d-%02d"])
def test_the_month_in_the_name_of_an_undated_sitemap_orders_it(form: str) -> None:
    rows = "".join(
        f"<sitemap><loc>https://paper.test/{form % (year, month)}</loc></sitemap>"
        for year in (2025, 2026)
        for month in (1, 11, 5)
    )
    read = sitemaps.read(f"<sitemapindex>{rows}</sitemapindex>".encode(), URL)
    assert sitemaps.newest(read.children, NOW)[0].url == f"https://paper.test/{form % (2026, 11)}"


def test_numbered_sitemaps_are_read_from_both_ends() -> None:
    children = [sitemaps.Child(f"https://paper.test/{n}.xml") for n in range(1, 41)]
    assert names(sitemaps.newest(children, NOW))[:4] == ["40.xml", "1.xml", "39.xml", "2.xml"]


@pytest.mark.parametrize(
    ("body", "said"), [(b"<rss/>", "feeds"), (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "feeds")]
)
def test_a_feed_given_as_a_sitemap_is_told_where_it_belongs(body: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        sitemaps.read(body, URL)


def test_a_sitemap_given_as_a_feed_is_told_where_it_belongs() -> None:
    body = b"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://paper.test/a</loc></url></urlset>"
    with pytest.raises(Unreadable, match="sitemaps"):
        feeds.read(body, URL)


def test_a_text_sitemap_is_one_address_a_line() -> None:
    body = b"\xef\xbb\xbfhttps://paper.test/a\r\nhttps://paper.test/b\n\njavascript:x\nhttps://else.test/c\n"
    read = sitemaps.read(body, URL)
    assert [f.url for f in read.found] == [
        f"https://{place}" for place in ("paper.test/a", "paper.test/b", "else.test/c")
    ]
    assert str(read.left_out) == "1 without an address that can be followed, such as javascript:x"


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
