"""Answers that only look like a success."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetcher.world import START
from tracker.model import Capture, Outcome
from tracker.page.walls import visible_words, wall_of

STORY = "<p>" + "The council voted on the budget after a long debate. " * 40 + "</p>"
SHORT = "<p>" + "The council voted on the budget. " * 5 + "</p>"


def capture(
    url: str = "https://paper.test/2026/story", final: str = "", kind: str = "text/html", redirects: bool = False
) -> Capture:
    trail = ((302, url),) if redirects or final else ()
    return Capture(url, final or url, 200, (("content-type", kind),), b"x", START, trail)


WALLS = {
    "Cloudflare": "<title>Just a moment...</title><script>window._cf_chl_opt={}</script><noscript>Enable it</noscript>",
    "DataDome": "<title>paper.test</title><script src='https://ct.captcha-delivery.com/c.js'></script>",
    "PerimeterX": "<title>Access to this page has been denied</title><div id=px-captcha></div>",
    "Imperva": "<html><iframe src='/_Incapsula_Resource?x=1'></iframe>Request unsuccessful.</html>",
    "Akamai": "<title>Access Denied</title>You don't have permission. https://errors.edgesuite.net/18.a",
    "AWS": "<script>window.awsWafCookieDomainList = [];</script><div id=challenge-container></div>",
    "a plain question": "<title>Are you a robot?</title><p>Please click the box.</p>",
}


@pytest.mark.parametrize("name", WALLS)
def test_bot_walls_are_known_by_what_they_need_to_work(name: str) -> None:
    assert wall_of(capture(), WALLS[name]) is Outcome.BLOCKED


@pytest.mark.parametrize("name", WALLS)
def test_an_article_with_the_marks_of_a_wall_is_still_an_article(name: str) -> None:
    assert wall_of(capture(), WALLS[name] + STORY) is None


CONSENTS = {
    "redirected to a consent host": (capture(final="https://consent.paper.test/?next=story"), SHORT),
    "redirected to a consent page": (capture(final="https://paper.test/privacy-gate?u=story"), SHORT),
    "a page that only asks": (capture(), "<title>Before you continue</title><div id=sp_message_container_1>OK?</div>"),
    "a title alone": (capture(), "<title>We value your privacy</title><p>Accept all</p>"),
}


@pytest.mark.parametrize("name", CONSENTS)
def test_consent_pages_are_no_articles(name: str) -> None:
    assert wall_of(*CONSENTS[name]) is Outcome.CONSENT


HOMES = ["https://paper.test/", "https://paper.test", "https://paper.test/index.html", "https://paper.test/en/"]


@pytest.mark.parametrize("final", HOMES)
def test_a_redirect_to_the_front_page_is_no_article(final: str) -> None:
    assert wall_of(capture(final=final), STORY) is Outcome.HOMEPAGE


FINE = {
    "an article": (capture(), STORY),
    "a short article": (capture(), SHORT),
    "an article that moved": (capture(final="https://paper.test/2026/a-better-slug"), STORY),
    "a front page that was asked for": (capture("https://paper.test/", redirects=True), STORY),
    "a front page sent on to a language": (capture("https://paper.test/", "https://paper.test/en/"), STORY),
    "an article about privacy": (capture("https://paper.test/2026/consent/"), STORY),
    "an article with a consent dialog": (capture(), "<script src='https://cmp.quantcast.com/x.js'></script>" + STORY),
    "an article in Japanese with a dialog": (capture(), "<div id=didomi></div>" + "政府は対応を協議している。" * 60),
    "not modified": (Capture("u", "u", 304, (), b"", START), ""),
    "no content type": (capture(kind=""), STORY),
    "XHTML": (capture(kind="application/xhtml+xml; charset=utf-8"), STORY),
}  # fmt: skip


@pytest.mark.parametrize("name", FINE)
def test_articles_pass(name: str) -> None:
    assert wall_of(*FINE[name]) is None


@pytest.mark.parametrize("html", ["", "   \n\t "])
def test_an_empty_page_is_empty(html: str) -> None:
    assert wall_of(capture(), html) is Outcome.EMPTY


@pytest.mark.parametrize("kind", ["application/pdf", "image/jpeg", "video/mp4", "application/json"])
def test_other_kinds_of_documents_are_not_read(kind: str) -> None:
    assert wall_of(capture(kind=kind), STORY) is Outcome.UNREADABLE


@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_judge_never_raises(html: str, url: str, final: str, kind: str) -> None:
    wall_of(Capture(url, final, 200, (("content-type", kind),), b"", START, ((301, url),)), html)


BOMBS = {
    "unclosed scripts": "<script>" * 200_000,
    "empty scripts": "<script></script>" * 100_000,
    "open brackets": "<" * 1_000_000,
    "unclosed tag": "<p " + "a " * 500_000,
    "titles": "<title>" * 200_000,
    "one long word": "a" * 2_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_judging_takes_linear_time_whatever_the_page(name: str) -> None:
    """Quadratic work on these would take minutes, and the test run would never end."""
    assert wall_of(capture(), "<title>Just a moment...</title>" + BOMBS[name]) in (Outcome.BLOCKED, None)


def test_words_are_those_a_reader_sees() -> None:
    html = "<script>var a b c</script><style>d e</style><p class='f g'>one two</p><SCRIPT>x y</SCRIPT>three<noscript>n"
    assert visible_words(html, 100) == 3
    assert visible_words("one two three four", 2) == 2


@pytest.mark.parametrize("kind", ["html", "html; charset=utf-8", "application/x-httpd-php", "unknown/unknown", "*/*"])
def test_a_page_is_a_page_whatever_its_type_is_called(kind: str) -> None:
    page = "<!-- made by hand --><!DOCTYPE html><html><body><p>The wall.</p></body></html>"
    assert wall_of(capture(kind=kind), page) is None
    assert wall_of(capture(kind=kind), "%PDF-1.7 and more") is Outcome.UNREADABLE


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "video/mp4"])
def test_a_picture_that_holds_markup_is_no_page(kind: str) -> None:
    assert wall_of(capture(kind=kind), "<html><p>x</p></html>") is Outcome.UNREADABLE
