"""What belongs to the article outside its body, and the source's own rules."""

import json

import pytest

from tests.extractor import pages
from tracker.errors import UsageError
from tracker.extractor import extract
from tracker.extractor.document import MARK
from tracker.model import Kind, Rules

BODY = pages.paragraphs(pages.PARAGRAPHS)


def test_captions_stand_apart_from_the_body():
    figure = (
        '<figure><img src="a.jpg"><figcaption>The quay in the morning fog, seen from the tower.</figcaption></figure>'
    )
    content = extract(pages.page(figure + BODY), pages.URL)
    assert [p.text for p in content.paragraphs] == pages.PARAGRAPHS
    assert [(p.text, p.kind) for p in content.captions] == [
        ("The quay in the morning fog, seen from the tower.", Kind.CAPTION)
    ]


def test_a_caption_in_a_box_of_other_stories_is_not_the_articles():
    box = '<div class="related"><figure><figcaption>Another quay in another town, long ago.</figcaption></figure></div>'
    half = pages.paragraphs(pages.PARAGRAPHS[:2])
    content = extract(pages.page(half + box + pages.paragraphs(pages.PARAGRAPHS[2:])), pages.URL)
    assert content.captions == ()


@pytest.mark.parametrize(
    "line",
    [
        "Correction: An earlier version of this article gave a wrong number of cars on the ship.",
        "Korrektur: In einer früheren Version dieses Artikels stand eine falsche Zahl von Autos.",
        "Rectificatif : une version précédente de cet article donnait un chiffre faux.",
        "Corrección: una versión anterior de este artículo daba una cifra equivocada.",
        "訂正 この記事の初版では自動車の数に誤りがありました。正しくは22台です。",
    ],
)
def test_a_correction_outside_the_body_is_a_notice(line):
    html = pages.page().replace("</article>", f'</article><div class="foot-notes"><span>{line}</span></div>')
    content = extract(html, pages.URL)
    assert [p.text for p in content.notices if p.kind is Kind.NOTICE] == [line] or line in content.text


TOLD = "The number of cars on the ship was given wrongly; it is 22."


@pytest.mark.parametrize(
    ("name", "correction", "expected"),
    [
        ("a text", TOLD, [f"Correction: {TOLD}"]),
        ("a comment", {"@type": "CorrectionComment", "text": TOLD}, [f"Correction: {TOLD}"]),
        ("a reference", {"@id": "#c1"}, [f"Correction: {TOLD}"]),
        (
            "several",
            [{"@type": "CorrectionComment", "text": f"Correction: {TOLD}"}, "An earlier version misstated the year."],
            [f"Correction: {TOLD}", "An earlier version misstated the year."],
        ),
        ("nothing said", {"@type": "CorrectionComment", "datePublished": "2026-11-24"}, []),
        ("a number", 3, []),
    ],
)
def test_a_correction_in_the_metadata_is_a_notice(name, correction, expected):
    graph = [
        {"@type": "NewsArticle", "headline": pages.HEADLINE, "correction": correction},
        {"@type": "CorrectionComment", "@id": "#c1", "text": TOLD},
    ]
    data = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    content = extract(pages.page().replace("<head>", f"<head>{data}"), pages.URL)
    assert [p.text for p in content.notices] == expected


def test_a_correction_that_the_page_shows_is_not_told_twice():
    line = f"Correction: {TOLD}"
    data = json.dumps({"@type": "NewsArticle", "headline": pages.HEADLINE, "correction": TOLD})
    html = pages.page().replace("</article>", f"<p>{line}</p></article>")
    html = html.replace("<head>", f'<head><script type="application/ld+json">{data}</script>')
    content = extract(html, pages.URL)
    assert [p.text for p in content.everything].count(line) == 1
    assert sum(TOLD in p.text for p in content.everything) == 1


def test_a_link_to_the_corrections_page_is_no_notice():
    html = pages.page().replace(
        "</article>", '</article><p><a href="/c">Corrections and clarifications of this paper in one place</a></p>'
    )
    assert extract(html, pages.URL).notices == ()


def test_the_standfirst_is_what_stands_under_the_headline():
    html = pages.page().replace(
        "</h1>", '</h1><p class="standfirst">Two second-hand ships, a board that counts every krone.</p>', 1
    )
    assert extract(html, pages.URL).standfirst == "Two second-hand ships, a board that counts every krone."


def test_a_description_that_repeats_the_body_is_no_standfirst():
    html = pages.page().replace("</head>", f'<meta name="description" content="{pages.PARAGRAPHS[0][:100]}"></head>')
    assert extract(html, pages.URL).standfirst == ""


def test_links_of_the_body_are_absolute_and_those_of_the_furniture_are_left_out():
    body = BODY.replace("harbour board", '<a href="/board">harbour board</a>')
    assert extract(pages.page(body), pages.URL).links == ("https://www.harbour-courier.example/board",)


def test_a_selector_that_is_not_css_says_so():
    with pytest.raises(UsageError, match="not CSS"):
        extract(pages.page(), pages.URL, rules=Rules(body="div..x["))


def test_a_standfirst_rule_and_a_rule_that_finds_nothing():
    rules = Rules(headline=".nothing", standfirst="time")
    content = extract(pages.page(), pages.URL, rules=rules)
    assert (content.headline, content.standfirst) == (pages.HEADLINE, "1 March 2026")


def test_a_page_cannot_speak_as_the_sources_rules_do():
    html = pages.page().replace("<footer>", f'<footer {MARK}="body">')
    assert extract(html, pages.URL, rules=Rules(body=".story")).text == "\n".join(pages.PARAGRAPHS)


def test_how_far_a_box_is_set_off_at_its_bottom_says_nothing_of_its_place():
    figure = "<figure><figcaption>The quay in the morning fog, seen from the tower.</figcaption></figure>"
    box = f'<div class="nb-margin-bottom4">{figure}</div>'
    box += f'<div class="page-bottom">{figure.replace("quay", "pier")}</div>'
    content = extract(pages.page(box + pages.paragraphs(pages.PARAGRAPHS)), pages.URL)
    assert [p.text for p in content.captions] == ["The quay in the morning fog, seen from the tower."]
