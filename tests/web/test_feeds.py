from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from tests.web.world import FEEDS, PAGES
from tracker.web.pages import feeds

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("path", [p for p in FEEDS if ".atom" in p])
async def test_an_atom_feed_is_well_formed_and_complete(site: Any, path: str) -> None:
    answer = await site.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    assert feed.find(f"{ATOM}id") is not None
    assert [e.get("href") for e in feed.findall(f"{ATOM}link") if e.get("rel") == "self"] == [f"http://localhost{path}"]
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    for entry in entries:
        for name in ("id", "title", "updated", "author", "content", "summary"):
            assert entry.find(f"{ATOM}{name}") is not None
        datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", [p for p in FEEDS if ".atom" in p])
async def test_a_feed_reader_takes_it_without_a_word(site: Any, path: str) -> None:
    read = feedparser.parse((await site.get(path)).content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert all(entry.link.startswith("http://localhost/-/") for entry in read.entries)


@pytest.mark.parametrize("path", [p for p in FEEDS if ".json" in p])
async def test_a_json_feed_keeps_to_its_standard(site: Any, path: str) -> None:
    answer = await site.get(path)
    assert answer.headers["content-type"].startswith("application/feed+json")
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert set(feed) == {"version", "title", "home_page_url", "feed_url", "items"}
    assert feed["items"]
    for item in feed["items"]:
        assert set(item) <= {
            *("id", "url", "title", "summary", "content_html", "date_published", "authors", "tags"),
            *("external_url", "language"),
        }
        assert all(isinstance(item[name], str) for name in ("id", "url", "title", "content_html", "date_published"))
        assert all(isinstance(author["name"], str) for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item["tags"])
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None


async def test_an_entry_holds_the_whole_difference(site: Any) -> None:
    items = (await site.get("/-/article/1/feed.json")).json()["items"]
    first = items[-1]
    assert "<del>1932, and 41</del>" in first["content_html"]
    assert "<ins>1923, and 14</ins>" in first["content_html"]
    assert "hidden" not in first["content_html"]
    assert "no notice seen" in first["content_html"]


async def test_hostile_text_stays_text_in_a_feed(site: Any) -> None:
    for item in (await site.get("/-/article/3/feed.json")).json()["items"]:
        assert "<script" not in item["content_html"]
        assert "<img" not in item["content_html"]
        assert "&lt;script&gt;" in item["content_html"]


async def test_ids_do_not_depend_on_where_the_pages_are_served(site: Any) -> None:
    here = (await site.get("/-/feed.json")).json()["items"]
    there = (await site.get("/-/feed.json", headers={"host": "elsewhere.example"})).json()["items"]
    assert [i["id"] for i in here] == [i["id"] for i in there]
    assert all(i["id"].startswith("urn:uuid:") for i in here)


async def test_a_feeds_own_id_is_that_of_what_it_is_of(site: Any) -> None:
    def own(text: str) -> str:
        return text.split("<id>")[1].split("</id>")[0]

    paths = ("/-/feed.atom", "/-/feed.atom?class=substantive", "/-/article/1/feed.atom", "/-/article/2/feed.atom")
    ids = [own((await site.get(path)).text) for path in paths]
    assert len(set(ids)) == 4
    made = feeds.ChangeFeed("/-/article/1/feed", "A headline", "", "", "", ())
    renamed = replace(made, title="Another headline", home="https://elsewhere.example/")
    assert own(feeds.atom(made, str)) == own(feeds.atom(renamed, str)) == ids[2]


async def test_a_feed_is_filtered_as_its_page_is(site: Any) -> None:
    items = (await site.get("/-/feed.json?outlet=example-post&notice=correction")).json()["items"]
    assert [i["authors"][0]["name"] for i in items] == ["The Example Post"]
    assert (await site.get("/-/outlet/example-post/feed.json?outlet=example-times")).json()[
        "title"
    ] == "Edits by The Example Post"


async def test_an_article_without_edits_has_an_empty_feed(site: Any) -> None:
    assert (await site.get("/-/article/7/feed.json")).json()["items"] == []
    assert not feedparser.parse((await site.get("/-/article/7/feed.atom")).content).bozo
    assert (await site.get("/-/article/999/feed.atom")).status_code == 404


@pytest.mark.parametrize("path", PAGES)
async def test_every_feed_a_page_names_is_there(site: Any, path: str) -> None:
    page = (await site.get(path)).text
    for href in set(re.findall(r'<link rel="alternate" [^>]*href="([^"]+)"', page)):
        assert (await site.get(href.replace("&amp;", "&"))).status_code == 200


async def test_a_feed_names_the_filter_that_was_not_understood(site: Any) -> None:
    answer = await site.get("/-/feed.json?class=silly&since=banana&score=3")
    assert answer.json()["title"] == "Edits (not understood: class=silly, since=banana)"
    assert (await site.get("/-/feed.json?class=minor")).json()["title"] == "Edits"
