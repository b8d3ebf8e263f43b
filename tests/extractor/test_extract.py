"""The first look at pages of our own making."""

import re
from datetime import UTC, datetime

import pytest

from tests.extractor import pages
from tracker.errors import Unreadable
from tracker.extractor import extract
from tracker.model import Rules


def test_the_article_is_read_and_the_page_around_it_is_not():
    content = extract(pages.page(), pages.URL)
    assert [p.text for p in content.paragraphs] == pages.PARAGRAPHS
    assert content.headline == pages.HEADLINE
    assert content.byline == ("Mara Lind", "Tomas Berg")
    assert content.published_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert content.modified_at == datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    assert content.language == "en"
    assert content.free is True
    assert content.canonical_url == pages.URL


def test_every_block_says_why_it_was_kept_or_dropped():
    content = extract(pages.page(), pages.URL)
    assert all(block.reason for block in content.blocks)
    assert [b.text for b in content.blocks if b.kept] == pages.PARAGRAPHS


def test_rules_of_the_source_decide_what_is_body_and_what_is_not():
    rules = Rules(body=".story", remove=(".story p:last-child",), headline="h1", byline=".byline")
    content = extract(pages.page(), pages.URL, rules=rules)
    assert [p.text for p in content.paragraphs] == pages.PARAGRAPHS[:-1]
    assert content.byline == ("Mara Lind", "Tomas Berg")


@pytest.mark.parametrize(
    "html", ["", "   ", "<html></html>", "<html><body><nav><a href='/'>Home</a></nav></body></html>"]
)
def test_a_page_without_an_article_is_unreadable(html):
    with pytest.raises(Unreadable):
        extract(html, pages.URL)


def _without(tags: str, html: str) -> str:
    return re.sub(rf"</?(?:{tags})\b[^>]*>", "", html)


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("no body tag", _without("body", pages.page())),
        ("no head and body tags", _without("head|body", pages.page())),
        ("no optional tag at all", _without("html|head|body", pages.page()).replace("</p>", "").replace("</li>", "")),
        ("a block in the head", pages.page().replace("</head>", "<div>Loading the page</div></head>")),
        ("text after the article", _without("html|head|body", pages.page()) + "<p>Printed in Nordhavn</p> by hand"),
    ],
)
def test_valid_pages_without_optional_tags_are_read(name, html):
    assert extract(html, pages.URL).canonical() == extract(pages.page(), pages.URL).canonical()


@pytest.mark.parametrize("wrappers", [1, 3, 8])
def test_boxes_that_a_template_lays_around_the_story_change_nothing(wrappers):
    lead = (
        '<div class="opening"><p>Two ships, bought second-hand, will sail between Nordhavn and the islands.</p></div>'
    )
    story = f'<div class="story-text">{pages.paragraphs(pages.PARAGRAPHS)}</div>'
    plain = pages.page(f"{lead}{story}")
    wrapped = pages.page(f"{lead}{'<div>' * wrappers}{story}{'</div>' * wrappers}")
    assert extract(plain, pages.URL).text.startswith("Two ships")
    assert extract(wrapped, pages.URL).text == extract(plain, pages.URL).text


def test_a_form_among_the_paragraphs_takes_none_of_them_with_it():
    letter = '<div class="qqz"><h3>Tide table</h3><p>One letter a week, with all that the sea brings to our coast.</p>'
    form = f'{letter}<form action="/n"><input type="email"></form></div>'
    texts = [
        "The board met on Sunday.",
        *(text + more for more in ("", " So it was told.") for text in pages.PARAGRAPHS),
    ]
    groups = "".join(f"<div>{pages.paragraphs([text])}{form if not i else ''}</div>" for i, text in enumerate(texts))
    assert [p.text for p in extract(pages.page(groups), pages.URL).paragraphs] == texts


@pytest.mark.parametrize("heading", ["Comments", "3 Kommentare", "Comentarios"])
def test_what_readers_say_at_length_under_a_short_story_is_not_the_story(heading):
    said = "".join(
        f'<div class="zq"><span>gull{n}</span><p>{pages.PARAGRAPHS[n]} I have my own view of it, number {n}.</p></div>'
        for n in (2, 3, 4)
    )
    html = pages.page(pages.paragraphs(pages.PARAGRAPHS[:2]))
    html = html.replace("</article>", f'</article><section class="zz"><h2>{heading}</h2>{said}</section>')
    assert [p.text for p in extract(html, pages.URL).paragraphs] == pages.PARAGRAPHS[:2]


def _part(texts):
    return f'<div class="article-body">{pages.paragraphs(texts)}</div>'


def test_the_storys_beginning_may_stand_in_a_box_that_is_called_its_teaser():
    story = [f"On day {day} of our report: {text}" for day in ("one", "two", "three") for text in pages.PARAGRAPHS]
    free, *rest = [_part([text]) for text in story]
    body = f'<div class="teaser-content">{free}</div>{"".join(rest)}'
    assert [p.text for p in extract(pages.page(body), pages.URL).paragraphs] == story


def test_the_teaser_of_another_story_is_no_part_of_this_one():
    other = "<p>Bus drivers in the capital will stop work for a day next week, the union said on Sunday evening.</p>"
    body = f'{_part(pages.PARAGRAPHS[:3])}<div class="teaser-box">{other}</div>{_part(pages.PARAGRAPHS[3:])}'
    assert [p.text for p in extract(pages.page(body), pages.URL).paragraphs] == pages.PARAGRAPHS
