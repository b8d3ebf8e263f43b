from __future__ import annotations

from datetime import UTC, datetime
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import feedparser
import httpx
import pytest

from tests.newsroom.conftest import HandClock
from tracker.newsroom import Newsroom, serve_in_thread

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
FEEDS = [
    ("harbour-courier", "/rss.xml", "rss20"),
    ("harbour-courier", "/feeds/latest.xml", "rss20"),
    ("talbote", "/atom.xml", "atom10"),
    ("cronica", "/es/index.rdf.xml", "rss20"),
    ("cronica", "/ja/atom.xml", "atom10"),
]


@pytest.mark.parametrize(("outlet", "path", "version"), FEEDS)
def test_a_feed_is_well_formed_and_leads_to_its_stories(
    served: Newsroom, reader: httpx.Client, outlet: str, path: str, version: str
) -> None:
    feed = feedparser.parse(reader.get(served.sites[outlet] + path).content)
    assert not feed.bozo
    assert feed.version == version
    assert feed.entries
    for entry in feed.entries:
        assert reader.get(entry.link).status_code == 200
        assert entry.title
        assert entry.published_parsed


def test_a_feed_holds_only_its_newest_stories_and_the_sitemap_all(served: Newsroom, reader: httpx.Client) -> None:
    base = served.sites["harbour-courier"]
    feed = feedparser.parse(reader.get(base + "/rss.xml").content)
    urls = ElementTree.fromstring(reader.get(base + "/news-sitemap.xml").content).findall("s:url", SITEMAP)
    assert len(feed.entries) == 10
    assert len(urls) == len(served.stories("harbour-courier")) > 10


def test_the_same_story_is_in_two_feeds_once_with_tracking_parameters(served: Newsroom, reader: httpx.Client) -> None:
    base = served.sites["harbour-courier"]
    plain, tracked = (feedparser.parse(reader.get(base + p).content) for p in ("/rss.xml", "/feeds/latest.xml"))
    assert {e.link + "?utm_source=rss&utm_medium=feed&utm_campaign=latest" for e in plain.entries} == {
        e.link for e in tracked.entries
    }


@pytest.mark.parametrize("outlet", ["harbour-courier", "talbote", "cronica"])
def test_a_sitemap_names_each_story_with_its_dates_and_language(
    served: Newsroom, reader: httpx.Client, outlet: str
) -> None:
    root = ElementTree.fromstring(reader.get(served.sites[outlet] + served.outlet(outlet).sitemap).content)
    listed = {u.findtext("s:loc", namespaces=SITEMAP): u for u in root.findall("s:url", SITEMAP)}
    for story in served.stories(outlet):
        url = listed[served.url(story.slug)]
        news = url.find("n:news", SITEMAP)
        assert news is not None
        assert news.findtext("n:publication/n:language", namespaces=SITEMAP) == story.language
        assert news.findtext("n:title", namespaces=SITEMAP) == story.headline
        stamp = news.findtext("n:publication_date", namespaces=SITEMAP)
        assert datetime.fromisoformat(stamp or "") == served.opened + story.published


def test_a_later_story_is_listed_from_its_minute_on(served: Newsroom, clock: HandClock, reader: httpx.Client) -> None:
    feed = served.sites["talbote"] + "/atom.xml"
    clock.minute(47.9)
    assert b"kaesepreis" not in reader.get(feed).content
    clock.minute(48)
    assert b"kaesepreis" in reader.get(feed).content


def test_an_unpublished_story_leaves_feed_and_sitemap(served: Newsroom, clock: HandClock, reader: httpx.Client) -> None:
    base = served.sites["harbour-courier"]
    clock.minute(50)
    assert b"hospital-letter" not in reader.get(base + "/news-sitemap.xml").content


@pytest.mark.parametrize(("outlet", "path", "version"), FEEDS)
def test_a_feed_stays_the_same_until_a_story_changes(
    quiet: Newsroom, clock: HandClock, reader: httpx.Client, outlet: str, path: str, version: str
) -> None:
    slug = {"harbour-courier": "mayor-gulls", "talbote": "wolf-schulweg"}.get(outlet, "")
    slug = slug or ("apagon-carnaval" if "/es/" in path else "natsumatsuri-enki")
    with serve_in_thread(quiet) as sites:
        first = reader.get(sites[outlet] + path)
        clock.minute(9)
        same = reader.get(sites[outlet] + path, headers={"If-None-Match": first.headers["etag"]})
        quiet.edit(slug, headline="Something else")
        fresh = reader.get(sites[outlet] + path, headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert fresh.status_code == 200
    assert b"Something else" in fresh.content
    assert fresh.headers["last-modified"] == datetime(2026, 11, 23, 8, 9, tzinfo=UTC).strftime(
        "%a, %d %b %Y %H:%M:%S GMT"
    )


@pytest.mark.parametrize("outlet", ["harbour-courier", "talbote", "cronica"])
def test_robots_txt_closes_one_folder_and_names_the_sitemap(
    served: Newsroom, reader: httpx.Client, outlet: str
) -> None:
    base = served.sites[outlet]
    robots = RobotFileParser()
    robots.parse(reader.get(base + "/robots.txt").text.splitlines())
    house = served.outlet(outlet)
    assert robots.site_maps() == [base + house.sitemap]
    assert not robots.can_fetch("tracker", base + house.hidden + "anything")
    assert robots.can_fetch("tracker", served.url(served.stories(outlet)[0].slug))
    assert reader.get(base + house.hidden + "anything").status_code == 200
    assert house.hidden.encode() in reader.get(base + "/").content


def test_an_empty_newsroom_has_valid_empty_feeds(clock: HandClock, reader: httpx.Client) -> None:
    room = Newsroom(clock, edits=(), stories=())
    with serve_in_thread(room) as sites:
        for outlet, path, version in FEEDS:
            feed = feedparser.parse(reader.get(sites[outlet] + path).content)
            assert (feed.bozo, feed.version, feed.entries) == (False, version, [])
        assert reader.get(sites["talbote"] + "/").status_code == 200
