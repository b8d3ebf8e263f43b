"""Is a page an article at all?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.page.article import judge_article

STORY = "https://www.paper.test/2026/11/23/story"


def paragraphs(words: int) -> str:
    return "<p>" + "word " * words + "</p>"


def json_ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


LINKS = "<a href=/x>link</a>" * 60


@pytest.mark.parametrize(
    ("name", "html", "url", "is_article", "reason"),
    [
        ("says so", json_ld({"@type": "NewsArticle"}) + paragraphs(9), STORY, True, "NewsArticle"),
        ("says so in a graph", json_ld({"@graph": [{"@type": ["WebPage", "Article"]}]}), STORY, True, "Article"),
        ("says so in a list", json_ld([{"@type": "BlogPosting"}]), STORY, True, "BlogPosting"),
        ("a list page", json_ld({"@type": "CollectionPage"}) + paragraphs(500), STORY, False, "CollectionPage"),
        ("metadata and text", "<meta property=og:type content=article>" + paragraphs(30), STORY, True, "metadata"),
        ("metadata alone", "<meta property=og:type content=article>" + paragraphs(5), STORY, False, "only 5 words"),
        ("a date", '<meta property="article:published_time" content="2026">' + paragraphs(30), STORY, True, "metadata"),
        ("much text", paragraphs(300), STORY, True, "300 words"),
        ("little text", paragraphs(40), STORY, False, "only 40 words"),
        ("mostly links", paragraphs(200) + LINKS, STORY, False, "mostly links"),
        ("text outside of paragraphs", "<div>" + "word " * 500 + "</div>", STORY, False, "only 0 words"),
        ("the front page", paragraphs(500), "https://paper.test/", False, "front page"),
        (
            "broken JSON",
            '<script type="application/ld+json">{"@type": "News</script>' + paragraphs(90),
            STORY,
            True,
            "90",
        ),
        ("nothing", "", STORY, False, "0 words"),
    ],
)
def test_is_this_an_article(name: str, html: str, url: str, is_article: bool, reason: str) -> None:
    judged = judge_article(html, url)
    assert judged.article is is_article, (name, judged)
    assert reason in judged.reason


@given(st.text(alphabet="<p/>script aj+ld{}\"':@type[]Articleé", max_size=300))
def test_judging_never_raises(html: str) -> None:
    assert judge_article(html, STORY).reason
    assert judge_article('<script type="application/ld+json">' + html + "</script>", STORY).reason
