"""What answers mean: statuses, walls, and pages that lost their text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetcher.world import START
from tracker.fetcher.outcome import judge, outcome_of, retry_after, shrunk, visible_words
from tracker.model import Capture, Outcome

STORY = "<p>" + "The council voted on the budget after a long debate. " * 40 + "</p>"
SHORT = "<p>" + "The council voted on the budget. " * 5 + "</p>"


def capture(
    url: str = "https://paper.test/2026/story", final: str = "", kind: str = "text/html", redirects: bool = False
) -> Capture:
    trail = ((302, url),) if redirects or final else ()
    return Capture(url, final or url, 200, (("content-type", kind),), b"x", START, trail)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (203, None),
        (304, None),
        (206, Outcome.TRUNCATED),
        (300, Outcome.BAD_REDIRECT),
        (302, Outcome.BAD_REDIRECT),
        (400, Outcome.HTTP_ERROR),
        (401, Outcome.PAYWALLED),
        (402, Outcome.PAYWALLED),
        (403, Outcome.BLOCKED),
        (404, Outcome.GONE),
        (408, Outcome.TIMEOUT),
        (410, Outcome.GONE),
        (418, Outcome.HTTP_ERROR),
        (429, Outcome.RATE_LIMITED),
        (451, Outcome.BLOCKED),
        (500, Outcome.SERVER_ERROR),
        (503, Outcome.SERVER_ERROR),
        (525, Outcome.SERVER_ERROR),
        (600, Outcome.HTTP_ERROR),
        (999, Outcome.HTTP_ERROR),
    ],
)
def test_statuses(status: int, outcome: Outcome | None) -> None:
    assert outcome_of(status) is outcome


def test_a_challenge_is_a_block_whatever_its_status() -> None:
    headers = [("CF-Mitigated", "challenge")]
    assert {outcome_of(status, headers) for status in (200, 403, 503)} == {Outcome.BLOCKED}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        ({"Retry-After": " 30 "}, timedelta(seconds=30)),
        ({"Retry-After": "9" * 400}, timedelta(seconds=10**9)),
        (
            {"Retry-After": "Mon, 23 Nov 2026 10:01:00 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"},
            timedelta(minutes=1),
        ),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"}, timedelta(0)),
        ({"Retry-After": "Mon, 23 Nov 2026 10:01:00 GMT"}, None),
        ({"Retry-After": "٣٠"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": ""}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], wait: timedelta | None) -> None:
    assert retry_after(tuple(headers.items())) == wait


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
    assert judge(capture(), WALLS[name]) is Outcome.BLOCKED


@pytest.mark.parametrize("name", WALLS)
def test_an_article_with_the_marks_of_a_wall_is_still_an_article(name: str) -> None:
    assert judge(capture(), WALLS[name] + STORY) is None


CONSENTS = {
    "redirected to a consent host": (capture(final="https://consent.paper.test/?next=story"), SHORT),
    "redirected to a consent page": (capture(final="https://paper.test/privacy-gate?u=story"), SHORT),
    "a page that only asks": (capture(), "<title>Before you continue</title><div id=sp_message_container_1>OK?</div>"),
    "a title alone": (capture(), "<title>We value your privacy</title><p>Accept all</p>"),
}


@pytest.mark.parametrize("name", CONSENTS)
def test_consent_pages_are_no_articles(name: str) -> None:
    assert judge(*CONSENTS[name]) is Outcome.CONSENT


HOMES = ["https://paper.test/", "https://paper.test", "https://paper.test/index.html", "https://paper.test/en/"]


@pytest.mark.parametrize("final", HOMES)
def test_a_redirect_to_the_front_page_is_no_article(final: str) -> None:
    assert judge(capture(final=final), STORY) is Outcome.HOMEPAGE


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
    assert judge(*FINE[name]) is None


@pytest.mark.parametrize("html", ["", "   \n\t "])
def test_an_empty_page_is_empty(html: str) -> None:
    assert judge(capture(), html) is Outcome.EMPTY


@pytest.mark.parametrize("kind", ["application/pdf", "image/jpeg", "video/mp4", "application/json"])
def test_other_kinds_of_documents_are_not_read(kind: str) -> None:
    assert judge(capture(kind=kind), STORY) is Outcome.UNREADABLE


@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_judge_never_raises(html: str, url: str, final: str, kind: str) -> None:
    judge(Capture(url, final, 200, (("content-type", kind),), b"", START, ((301, url),)), html)


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
    assert judge(capture(), "<title>Just a moment...</title>" + BOMBS[name]) in (Outcome.BLOCKED, None)


def test_words_are_those_a_reader_sees() -> None:
    html = "<script>var a b c</script><style>d e</style><p class='f g'>one two</p><SCRIPT>x y</SCRIPT>three<noscript>n"
    assert visible_words(html, 100) == 3
    assert visible_words("one two three four", 2) == 2


@pytest.mark.parametrize(
    ("name", "old", "new", "old_free", "new_free", "outcome"),
    [
        ("nothing lost", 500, 500, None, None, None),
        ("half lost without a word", 500, 250, None, None, None),
        ("nearly all lost without a word", 500, 80, None, None, Outcome.COLLAPSED),
        ("all lost", 500, 0, True, True, Outcome.COLLAPSED),
        ("no longer free, half left", 500, 250, True, False, Outcome.PAYWALLED),
        ("no longer free, all left", 500, 480, True, False, None),
        ("never was free, half left", 500, 250, False, False, None),
        ("never was free, nearly all lost", 500, 80, False, False, Outcome.PAYWALLED),
        ("a brief that shrinks", 40, 5, True, False, None),
    ],
)
def test_shrinking(
    name: str, old: int, new: int, old_free: bool | None, new_free: bool | None, outcome: Outcome | None
) -> None:
    assert shrunk(old, new, old_free=old_free, new_free=new_free) is outcome, name
