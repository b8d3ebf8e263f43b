"""One article under several addresses, and how far signals are believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.discovery import identity, signals, urls

STORY = "https://www.paper.test/2026/11/23/story"


@pytest.mark.parametrize(
    ("name", "claimed", "believed"),
    [
        ("itself", STORY, True),
        ("itself without tracking", STORY + "?utm_source=x", True),
        ("a better slug", "https://www.paper.test/2026/11/23/better-slug", True),
        ("another host of the same site", "https://paper.test/2026/11/23/story", True),
        ("another site", "https://else.test/2026/11/23/story", False),
        ("the front page", "https://www.paper.test/", False),
        ("the front page of a language", "https://www.paper.test/en", False),
        ("the section it lies in", "https://www.paper.test/2026/11/23", False),
        ("an address outside its section", "https://www.paper.test/article", True),
        ("from https to http", "http://www.paper.test/2026/11/23/story", False),
        ("no address", "not an address", False),
        ("a script", "javascript:alert(1)", False),
    ],
)
def test_claims_are_believed_only_for_reasons(name: str, claimed: str, believed: bool) -> None:
    joined = identity.join(STORY, claimed)
    assert joined.believed is believed, name
    assert joined.reason


def test_an_amp_page_joins_the_page_it_stands_under() -> None:
    assert identity.join(STORY + "/amp", STORY).believed


@pytest.mark.parametrize(
    ("amp", "plain"),
    [
        ("https://paper.test/story/amp", "https://paper.test/story"),
        ("https://paper.test/story/amp/", "https://paper.test/story/"),
        ("https://paper.test/story.amp.html", "https://paper.test/story.html"),
        ("https://paper.test/amp/story", "https://paper.test/story"),
        ("https://paper.test/story?outputType=amp", "https://paper.test/story"),
        ("https://paper.test/story?amp=1&id=7", "https://paper.test/story?id=7"),
        ("https://paper.test/story?amp", "https://paper.test/story"),
        ("https://amp.paper.test/story", "https://paper.test/story"),
        ("https://m.paper.test/story", "https://paper.test/story"),
        ("https://paper.test/ampersand-story", "https://paper.test/ampersand-story"),
        ("https://paper.test/camp/story", "https://paper.test/camp/story"),
        ("https://paper.test/story?output=pdf", "https://paper.test/story?output=pdf"),
        ("https://m.test/story", "https://m.test/story"),
        ("https://amp.co.uk/story", "https://amp.co.uk/story"),
    ],
)
def test_amp_and_mobile_forms(amp: str, plain: str) -> None:
    assert identity.plain(amp) == plain


def test_twins_are_looked_up_before_an_address_is_new() -> None:
    assert identity.twins(STORY) == (STORY,)
    assert identity.twins("https://m.paper.test/x?utm_source=a") == (
        "https://m.paper.test/x",
        "https://paper.test/x",
        "https://www.paper.test/x",
    )
    assert "https://paper.test/x" in identity.twins("https://www.paper.test/x/amp")
    assert identity.twins("nonsense") == ()


@given(st.text(max_size=40), st.text(max_size=40))
def test_joining_never_raises(path: str, claimed: str) -> None:
    identity.join(f"https://paper.test/{path}", claimed)
    identity.join(claimed, f"https://paper.test/{path}")
    for twin in identity.twins(f"https://m.paper.test/{path}"):
        assert urls.key(twin) == twin


def test_claims_are_read_from_the_head() -> None:
    html = """<link rel="canonical" href="/a?x=1"><link rel="canonical" href="/second">
    <meta property="og:url" content="https://paper.test/b"><link rel="amphtml" href="https://amp.paper.test/a">
    <meta property="og:url" content="https://paper.test/c"><!-- <link rel=canonical href=/no> -->"""
    found = identity.claims(html, "https://paper.test/x")
    assert found == identity.Claims("https://paper.test/a?x=1", "https://paper.test/b", "https://amp.paper.test/a")
    assert identity.claims("<link rel=canonical href='javascript:x'>", STORY) == identity.Claims()


NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_source_that_stamps_everything_is_soon_ignored_and_tried_again() -> None:
    followed = [wrong for wrong in range(60) if signals.Record(0, wrong).believed()]
    assert followed == list(range(signals.TRIAL))
    record = signals.Record(0, signals.TRIAL)
    assert not record.believed(ignored=5)
    assert record.believed(ignored=signals.TRIAL)


def test_a_source_that_is_mostly_right_is_believed() -> None:
    record = signals.Record(34, 66)
    assert record.believed()
    assert 0.3 < record.precision < 0.4


@pytest.mark.parametrize(
    ("signal", "checked", "known", "news"),
    [
        (None, None, None, False),
        (NOW, None, None, True),
        (NOW, NOW - HOUR, None, True),
        (NOW - HOUR, NOW, None, False),
        (NOW, NOW - HOUR, NOW, False),
        (NOW, NOW - HOUR, NOW - HOUR, True),
    ],
)
def test_only_what_is_later_is_news(
    signal: datetime | None, checked: datetime | None, known: datetime | None, news: bool
) -> None:
    assert signals.is_news(signal, checked, known) is news
