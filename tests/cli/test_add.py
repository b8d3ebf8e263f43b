"""`tracker add`: what it follows, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cli.world import go, named, slugs
from tracker.newsroom import Fault, Newsroom

pytestmark = pytest.mark.slow


def test_add_follows_an_article_of_a_source_that_is_there(newsroom: Newsroom, folder: Path) -> None:
    slug = slugs(newsroom)[0]
    first, second = go("add", newsroom.url(slug)), go("add", newsroom.url(slug))
    assert "Article 1 of harbour-courier is followed from now on" in first.stderr
    assert "Article 1 of harbour-courier was followed already." in second.stderr
    assert len(yaml.safe_load((folder / "sources.yaml").read_text())["sources"]) == 1


def test_add_makes_a_source_of_a_feed_and_of_an_article_of_nobody(newsroom: Newsroom, folder: Path) -> None:
    settings = yaml.safe_load((folder / "sources.yaml").read_text())
    (folder / "sources.yaml").write_text(yaml.safe_dump(settings | {"sources": []}))
    feed = newsroom.sites["talbote"] + next(iter(newsroom.outlet("talbote").feeds))
    assert "Added the source" in go("add", feed).stderr
    cronica = newsroom.stories("cronica")[0].slug
    assert "is followed from now on" in go("add", newsroom.url(cronica)).stderr
    sources = yaml.safe_load((folder / "sources.yaml").read_text())["sources"]
    assert sources[0]["feeds"] == [feed]
    assert sources[1]["articles"] == [newsroom.url(cronica)]


def test_add_refuses_a_page_of_a_known_site_that_cannot_be_read(newsroom: Newsroom, folder: Path) -> None:
    slug = slugs(newsroom)[0]
    newsroom.fail(slug, Fault.STATUS, status=404)
    result = go("add", newsroom.url(slug))
    assert (result.exit_code, "--as article|feed|sitemap to add it unseen" in result.stderr) == (1, True)
    assert "HTTP 404" in result.stderr
    assert not (folder / "tracker.db").exists()
    assert "Article 1 of harbour-courier is followed" in go("add", "--as", "article", newsroom.url(slug)).stderr
    assert "was followed already" in go("add", newsroom.url(slug)).stderr, "it is not asked for again"


def test_add_refuses_a_page_of_a_known_site_that_is_no_article(newsroom: Newsroom) -> None:
    slug = slugs(newsroom)[0]
    newsroom.fail(slug, Fault.EMPTY)
    result = go("add", newsroom.url(slug))
    assert (result.exit_code, "is no article: it has only 0 words" in result.stderr) == (1, True)


def test_add_refuses_a_front_page_whose_feeds_are_followed(newsroom: Newsroom, folder: Path) -> None:
    before = (folder / "sources.yaml").read_text()
    result = go("add", newsroom.sites["harbour-courier"] + "/")
    assert result.exit_code == 2
    assert "is followed already" in result.stderr
    assert " under harbour-courier in sources.yaml" in result.stderr
    assert (folder / "sources.yaml").read_text() == before


def test_add_leaves_out_what_is_followed_already(newsroom: Newsroom, folder: Path) -> None:
    settings = yaml.safe_load((folder / "sources.yaml").read_text())
    site = newsroom.sites["harbour-courier"]
    places = [place for kind in ("feeds", "sitemaps") for place in settings["sources"][0].pop(kind, ())]
    kept, *fresh = named(site)
    settings["sources"][0]["feeds"] = [kept]
    assert fresh, places
    (folder / "sources.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    result = go("add", site + "/")
    assert f"{kept} is left out: harbour-courier follows it already." in result.stderr
    added = yaml.safe_load((folder / "sources.yaml").read_text())["sources"][1]
    assert [*added.get("feeds", ()), *added.get("sitemaps", ())] == fresh


def test_add_of_what_cannot_be_reached_says_how_to_add_it_unseen(newsroom: Newsroom, folder: Path) -> None:
    result = go("add", "http://127.0.0.1:9/feed.xml")
    assert (result.exit_code, "--as article|feed|sitemap" in result.stderr) == (1, True)
    assert go("add", "--as", "feed", "https://post.example/rss.xml").exit_code == 0
    assert yaml.safe_load((folder / "sources.yaml").read_text())["sources"][1]["feeds"] == [
        "https://post.example/rss.xml"
    ]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("a source that is not there", ["https://x.example/1", "--source", "nope"], "no source 'nope'"),
        ("no address", ["ftp://x.example/1"], "is no web address"),
    ],
)
def test_add_explains_what_it_cannot_do(name: str, arguments: list[str], said: str, newsroom: Newsroom) -> None:
    result = go("add", *arguments)
    assert result.exit_code == 2, name
    assert said in result.stderr
