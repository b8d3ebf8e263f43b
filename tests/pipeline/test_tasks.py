"""From an answer's bytes to its content, as a worker does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.extractor.pages import HEADLINE, PARAGRAPHS, URL, page, paragraphs
from tests.fetcher.world import START
from tracker.errors import Unreadable
from tracker.extractor import learn
from tracker.model import Block, Capture, Content, Outcome, Paragraph, Rules, SourceProfile
from tracker.pipeline.tasks import Known, difference, look, read_page

PLACE = "https://www.harbour-courier.example/story"
DATED = "https://www.harbour-courier.example/2026/04/05/story"
UNDATED = f"<title>{HEADLINE}</title><article><h1>{HEADLINE}</h1>{paragraphs(PARAGRAPHS)}</article>"


def answered(html: str, url: str = URL, final: str = "") -> Capture:
    trail = ((302, url),) if final else ()
    return Capture(url, final or url, 200, (("content-type", "text/html"),), html.encode(), START, trail)


def test_a_page_comes_with_its_content_and_what_it_is_known_by() -> None:
    found = look(answered(page()), Known("1"))
    assert found.content is not None
    assert (found.content.headline, found.judged.outcome, found.leads_on) == (HEADLINE, None, "")
    assert found.traits is not None
    assert (found.traits.address, found.traits.headline) == (URL, HEADLINE)
    assert found.traits.sketch
    assert found.encoding


@pytest.mark.parametrize(
    ("name", "html", "outcome"),
    [
        ("an empty page", " ", Outcome.EMPTY),
        ("bytes that are no text", "\x00\x01\x02" * 200, Outcome.UNREADABLE),
        ("a wall", "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>", Outcome.BLOCKED),
    ],
)
def test_what_is_no_article_is_an_outcome_with_its_reason(name: str, html: str, outcome: Outcome) -> None:
    found = look(answered(html), Known("1"))
    assert (found.content, found.judged.outcome) == (None, outcome), name
    assert found.judged.reason


def test_a_page_that_sends_its_readers_on_is_not_read() -> None:
    found = look(answered('<meta http-equiv="refresh" content="0; url=/elsewhere"><p>One moment'), Known("1"))
    assert (found.content, found.leads_on) == (None, "https://www.harbour-courier.example/elsewhere")


def test_a_wall_that_sends_its_readers_on_is_followed() -> None:
    html = '<title>Just a moment...</title><meta http-equiv="refresh" content="0; url=/elsewhere">'
    assert look(answered(html), Known("1")).leads_on == "https://www.harbour-courier.example/elsewhere"


def test_a_first_page_is_held_to_what_its_section_may_link_to() -> None:
    teasers = "".join(f'<p><a href="/{n}">Story {n}</a></p>' for n in range(30))
    assert look(answered(teasers), Known("1", doubtful=True)).judged.outcome is Outcome.UNREADABLE
    known = look(answered(page()), Known("1")).content
    assert look(answered(page()), Known("1", doubtful=True, content=known)).judged.outcome is None


def test_a_date_that_was_read_from_the_address_is_kept_when_the_address_changes() -> None:
    before = look(answered(UNDATED, DATED), Known("1")).content
    assert before is not None
    assert before.published_at == datetime(2026, 4, 5, tzinfo=UTC)
    moved = look(answered(UNDATED, DATED, PLACE), Known("1", content=before)).content
    assert moved is not None
    assert moved.published_at == before.published_at
    same = look(answered(UNDATED, PLACE), Known("1", content=replace(before, published_at=START))).content
    assert same is not None
    assert same.published_at is None, "at the same address it is the page that has lost its date"


def test_the_same_text_is_not_judged_anew() -> None:
    known = look(answered(page()), Known("1")).content
    assert known is not None
    shorter = look(answered(page(paragraphs(PARAGRAPHS[:1]))), Known("1", content=known))
    assert shorter.judged.outcome is not None
    again = look(answered(page(paragraphs(PARAGRAPHS[:1]))), Known("1", content=shorter.content))
    assert again.judged.outcome is None


def test_of_the_rest_of_a_page_only_what_the_reading_doubted_counts() -> None:
    old = Content(headline="Gulls", paragraphs=(Paragraph("The gulls have left the harbour for good."),))
    doubted = Block("Nine of ten gulls are back.", "div>p", True, "doubt: where the article's own paragraphs stand")
    plain = Block("Ten of ten ships have left.", "div>p", True, "article")
    dropped = Block("Two of three boats sank.", "div>p", False, "doubt: it stands in a list of links")
    new = replace(old, headline="The gulls", blocks=(doubted, plain, dropped))
    seen = difference(old, new)
    assert seen == difference(old, replace(new, blocks=(doubted,)))
    assert seen == difference(replace(old, blocks=(plain,)), new), "the blocks of before do not count"


def test_rules_of_the_source_are_followed() -> None:
    html = page(after='<p class="promo">Our letter comes out every Monday morning, free of charge.</p>')
    rules = Rules(remove=(".promo",))
    known = Known("1", rules=rules)
    found = look(answered(html), known).content
    assert found is not None
    assert "Our letter" not in found.text


def test_a_story_that_looks_like_the_furniture_of_its_source_is_read_without_its_profile() -> None:
    profile: SourceProfile = {}
    content = read_page(page(), URL, None, None, None)
    for n in range(6):
        profile = learn(profile, content, article=str(n))
    assert read_page(page(), URL, None, None, profile).text == content.text


def test_a_page_that_cannot_be_read_is_said_to_be_with_and_without_a_profile() -> None:
    for profile in (None, SourceProfile(containers={"div.story": 3})):
        with pytest.raises(Unreadable):
            read_page("<p></p>", URL, None, None, profile)
