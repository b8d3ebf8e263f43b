"""Section pages, autodiscovery and OPML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import markup
from tracker.discovery import opml, probe, sections
from tracker.errors import Unreadable
from tracker.model import Via

SECTION = "https://paper.test/politics"
PAGE = """
<html><head><title>Politics</title></head><body>
<nav><a href="/">Home</a><a href="/politics">Politics</a><a href="/sport/">Sport</a><a href="/tag/tax">Tax</a></nav>
<a href="/2026/11/23/council-votes"><img src="x.jpg"></a>
<h2><a href="/2026/11/23/council-votes?utm_source=front">Council <em>votes</em> &amp; adjourns</a></h2>
<a href='/politics/mayor-resigns-after-long-night'>Mayor resigns</a>
<a href=/politics/story-1234567>Number</a>
<a class="x" data-y="1" href="https://paper.test/2026/11/22/tax.html#comments">Tax</a>
<a href="https://else.test/2026/11/23/other-paper-story-here">Elsewhere</a>
<a href="/2026/11/23/photo.jpg">Photo</a> <a href="javascript:x()">x</a> <a href="#top">top</a> <a>none</a>
<a href="/author/anna-b-carla-d">By Anna</a> <a href="mailto:desk@paper.test">mail</a>
<!-- <a href="/2026/11/23/in-a-comment">no</a> --><script>"<a href='/2026/11/23/in-a-script'>"</script>
</body></html>
"""


def test_links_that_look_like_articles_are_found_once_with_their_text() -> None:
    found = sections.read(PAGE, SECTION)
    assert [(f.url, f.title) for f in found] == [
        ("https://paper.test/2026/11/23/council-votes", "Council votes & adjourns"),
        ("https://paper.test/politics/mayor-resigns-after-long-night", "Mayor resigns"),
        ("https://paper.test/politics/story-1234567", "Number"),
        ("https://paper.test/2026/11/22/tax.html", "Tax"),
        ("https://paper.test/author/anna-b-carla-d", "By Anna"),
    ]
    assert {f.via for f in found} == {Via.SECTION}


def test_a_pattern_says_which_links_are_articles() -> None:
    found = sections.read(PAGE, SECTION, r"/20\d\d/")
    assert [f.url.rpartition("/")[2] for f in found] == [
        "council-votes",
        "tax.html",
        "other-paper-story-here",
        "photo.jpg",
    ]
    with pytest.raises(ValueError, match="pattern"):
        sections.read(PAGE, SECTION, "(")


def test_links_are_relative_to_the_base() -> None:
    page = '<base href="https://paper.test/en/"><a href="2026/11/23/x">x</a>'
    assert [f.url for f in sections.read(page, SECTION)] == ["https://paper.test/en/2026/11/23/x"]


@pytest.mark.parametrize(
    ("address", "article"),
    [
        ("https://paper.test/2026/11/23/x", True),
        ("https://paper.test/2026-x", False),
        ("https://www.paper.test/news/world-europe-66012345", True),
        ("https://paper.test/a-story-with-words", True),
        ("https://paper.test/topics/a-story-with-words", True),
        ("https://paper.test/topics/budget", False),
        ("https://paper.test/", False),
        ("https://paper.test/about", False),
        ("https://paper.test/2026/11/chart.png", False),
        ("https://else.test/2026/11/23/x", False),
    ],
)
def test_the_look_of_an_article_address(address: str, article: bool) -> None:
    assert sections.looks_like_article(address, SECTION) is article


HEAD = """
<link rel="alternate" type="application/rss+xml" title="All" href="/rss.xml">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<LINK REL="alternate" TYPE="application/atom+xml; charset=utf-8" HREF="https://paper.test/atom.xml" />
<link type='application/feed+json' rel='feed alternate' href='feed.json'>
<link rel="sitemap" href="/sitemap.xml">
<link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" href="/feed.css">
<a href="/politics/rss">Politics feed</a> <a href="/rss.xml">again</a> <a href="/feeding-the-hungry">no</a>
<a href="javascript:rss.xml">no</a>
"""


def test_declared_feeds_come_before_guesses() -> None:
    assert probe.suggest(HEAD, "https://paper.test/news/") == [
        ("feed", "https://paper.test/rss.xml"),
        ("feed", "https://paper.test/atom.xml"),
        ("feed", "https://paper.test/news/feed.json"),
        ("sitemap", "https://paper.test/sitemap.xml"),
        ("feed", "https://paper.test/politics/rss"),
    ]


def test_the_usual_places_are_on_the_same_site() -> None:
    places = probe.common("https://paper.test/news/")
    assert ("feed", "https://paper.test/feed") in places
    assert ("sitemap", "https://paper.test/news-sitemap.xml") in places
    with pytest.raises(ValueError, match="http"):
        probe.common("about:blank")


OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>My feeds</title></head><body>
<outline text="News"><outline text="Europe">
<outline text="Paper" title="The Paper" type="rss" xmlUrl="https://paper.test/rss.xml" htmlUrl="https://paper.test/"/>
<outline text="Again" xmlUrl="https://paper.test/rss.xml"/></outline></outline>
<outline text="Lower" xmlurl="https://lower.test/f"/><outline text="Bad" xmlUrl="file:///etc/passwd"/>
</body></opml>"""


def test_opml_names_feeds_and_folders() -> None:
    first, second = opml.read(OPML)
    assert (first.name, first.feed, first.home) == ("The Paper", "https://paper.test/rss.xml", "https://paper.test/")
    assert first.folders == ("News", "Europe")
    assert (second.name, second.folders) == ("Lower", ())


@pytest.mark.parametrize(
    ("name", "body", "feeds"),
    [
        ("cut off", OPML[:-40], 2),
        ("upper case", OPML.replace(b"<opml", b"<OPML").replace(b"</opml", b"</OPML"), 2),
        ("empty", b"<opml/>", 0),
        ("bare ampersand", OPML.replace(b"Europe", b"Europe & Asia"), 2),
    ],
)
def test_odd_opml_gives_what_it_can(name: str, body: bytes, feeds: int) -> None:
    assert len(opml.read(body)) == feeds, name


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"<html></html>", b'<!DOCTYPE opml [<!ENTITY a "b">]><opml>&a;</opml>']
)
def test_what_is_no_opml_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        opml.read(body)


@given(st.text(alphabet="<>ahref=\"'/!-script &;é\n", max_size=200))
def test_no_markup_whatsoever_breaks_the_scanner(html: str) -> None:
    list(markup.tags(markup.visible(html), "a", "link"))
    markup.text_until(html, 0, "a")
    assert all(f.url.startswith("http") for f in sections.read(html, SECTION))
    probe.suggest(html, SECTION)


BOMBS = {
    "attributes": "<a " + "".join(f"a{i}=1 " for i in range(200_000)) + "href=/2026/11/23/x>x</a>",
    "links": '<a href="/2026/11/23/x">x</a>' * 20_000,
    "open brackets": "<" * 2_000_000,
    "open tags": "<a " * 800_000,
    "comments": "<!--" * 500_000,
    "scripts": "<script></script>" * 150_000,
    "quotes": "<a href='" * 300_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_heavy_pages_are_scanned_in_linear_time(name: str) -> None:
    """Quadratic work on these would take minutes, and the test run would never end."""
    assert len(sections.read(BOMBS[name], SECTION)) <= 1000
    probe.suggest(BOMBS[name], SECTION)


def linked(*feeds: tuple[str, str]) -> str:
    tags = (f'<link rel=alternate type="application/rss+xml" href="{href}" title="{title}">' for href, title in feeds)
    return f"<head>{''.join(tags)}</head>"


@pytest.mark.parametrize(
    ("feeds", "page", "kept"),
    [
        ([("/feed/", "News"), ("/tag/pier/feed/", "Pier")], "/", ["/feed/"]),
        ([("/tag/pier/feed/", "Pier"), ("/rss?cat=7", "Port"), ("/rss", "News")], "/", ["/rss"]),
        ([("/tag/pier/feed/", "Pier")], "/", ["/tag/pier/feed/"]),
        ([("/feed/", "News"), ("/2026/pier/feed/", "Pier: Antworten")], "/2026/pier/", ["/feed/"]),
        ([("/feed/", "News"), ("/x/feed", "Comments on Pier")], "/", ["/feed/"]),
        ([("/tagesnews.xml", "News"), ("/topicality/rss", "More")], "/", ["/tagesnews.xml", "/topicality/rss"]),
    ],
)
def test_feeds_of_comments_and_tags_are_not_the_news(feeds: list[tuple[str, str]], page: str, kept: list[str]) -> None:
    named = probe.suggest(linked(*feeds), f"https://paper.test{page}")
    assert named == [("feed", f"https://paper.test{path}") for path in kept]
