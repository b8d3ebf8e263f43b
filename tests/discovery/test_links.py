"""What a link in a feed means."""

from __future__ import annotations

import pytest

from tracker.discovery import feeds, links

BASE = "https://paper.test/feed/rss.xml"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://paper.test/a?x=1&amp;y=2", "https://paper.test/a?x=1&y=2"),
        ("https://paper.test/a?x=1&#38;y=2", "https://paper.test/a?x=1&y=2"),
        ("feed:https://paper.test/a", "https://paper.test/a"),
        ("feed://paper.test/a", "http://paper.test/a"),
        ("https://https://paper.test/a", "https://paper.test/a"),
        ("https://http://paper.test/a", "http://paper.test/a"),
        ("http:http://paper.test/a", "http://paper.test/a"),
        ("http://https//paper.test/a", "https://paper.test/a"),
        ("https:/paper.test/a", "https://paper.test/a"),
        ("https:///paper.test/a", "https://paper.test/a"),
        ("//cdn.test/a", "https://cdn.test/a"),
        ("www.paper.test/a", "https://www.paper.test/a"),
        ("paper.test/a", "https://paper.test/a"),
        ("news.paper.test/a?b", "https://news.paper.test/a?b"),
        ("story.html", "https://paper.test/feed/story.html"),
        ("https://web.archive.org/web/2020/http://paper.test/a", "https://web.archive.org/web/2020/http://paper.test/a"),
        ("https://www.google.com/url?rct=j&sa=t&url=https%3A%2F%2Felse.test%2Fa&ct=ga", "https://else.test/a"),
        ("https://count.test/r?id=7&to=https%3A%2F%2Fpaper.test%2Fa", "https://paper.test/a"),
        ("https://count.test/r?to=https%3A%2F%2Felse.test%2Fa", "https://count.test/r?to=https%3A%2F%2Felse.test%2Fa"),
        ("https://paper.test/share?u=https%3A%2F%2Fpaper.test%2Fa", "https://paper.test/share?u=https%3A%2F%2Fpaper.test%2Fa"),
    ],
)  # fmt: skip
def test_the_address_behind_a_link(link: str, address: str) -> None:
    assert links.understood(link, BASE) == address


@pytest.mark.parametrize(
    "link", ["<base-url>/a", "{{ site.url }}/a", "%3Cbase%3E/a", "mailto:a@b.test", "tag:x,2026:7"]
)
def test_what_leads_nowhere_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        links.understood(link, BASE)


def rss(*found: str, link: str = "https://paper.test/") -> bytes:
    items = "".join(f"<item><title>T</title><link>{each}</link></item>" for each in found)
    return f"<rss version='2.0'><channel><title>The Paper</title><link>{link}</link>{items}</channel></rss>".encode()


@pytest.mark.parametrize("site", ["https://paper.test", "https://paper.test/", "//paper.test/", "www.paper.test"])
def test_relative_links_of_a_feed_on_another_host_belong_to_the_site_it_names(site: str) -> None:
    (found,) = feeds.read(rss("/2026/a", link=site), "https://feeds.cdn.test/paper.xml")
    assert found.url.removeprefix("https://").removeprefix("www.") == "paper.test/2026/a"


def test_entries_without_a_link_are_counted_with_an_example() -> None:
    feed = feeds.parse(rss("/a", "javascript:x", "{{url}}/b"), BASE)
    assert [found.url for found in feed.found] == ["https://paper.test/a"]
    assert str(feed.left_out) == "2 without a link that can be followed, such as javascript:x"
    assert feed.title == "The Paper"


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Fri, 27 Nov 2026 10:00:00 CET", 9),
        ("Thu, 27 Aug 2026 10:00:00 CEST", 8),
        ("Thu, 27 Aug 2026 10:00:00 EEST", 7),
        ("Fri, 27 Nov 2026 10:00:00 JST", 1),
        ("Fri, 27 Nov 2026 10:00:00 UTC+2", 8),
        ("Fri, 27 Nov 2026 10:00:00 GMT+0300", 7),
        ("Fri, 27 Nov 2026 10:00:00 PST", 18),
    ],
)
def test_named_zones_of_a_feed_are_understood(written: str, hour: int) -> None:
    body = rss("/a").replace(b"</item>", f"<pubDate>{written}</pubDate></item>".encode())
    (found,) = feeds.read(body, BASE)
    assert found.published_at is not None
    assert found.published_at.hour == hour
