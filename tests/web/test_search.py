from __future__ import annotations

import re
from typing import Any

import pytest

from tests.store.world import history, says, told
from tests.web.world import serving
from tracker.store.search import search
from tracker.web.drawing.highlight import highlighted


async def test_what_is_gone_is_found_and_marked_as_gone(site: Any) -> None:
    page = (await site.get("/-/search?q=1932&removed=1")).text
    assert "no longer said" in page
    assert "<mark>1932</mark>" in page
    assert 'href="/-/article/1?version=1#text"' in page


async def test_what_still_stands_is_not_said_to_be_gone(site: Any) -> None:
    page = (await site.get("/-/search?q=1923")).text
    assert "no longer said" not in page
    assert "<mark>1923</mark>" in page


async def test_pages_of_results_follow_without_a_gap(tmp_path: Any) -> None:
    with history(tmp_path) as store:
        for n in range(45):
            told(store, [says(f"The pier has {n} boats.")], f"story-{n}")
    seen: list[str] = []
    async with serving(tmp_path / "tracker.db") as datasette:
        path = "/-/search?q=pier"
        while path:
            page = (await datasette.client.get(path)).text
            seen += re.findall(r'<h3 [^>]*><a href="/-/article/(\d+)"', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 45


async def test_the_article_that_was_found_last_stands_first_even_when_another_was_edited_since(tmp_path: Any) -> None:
    with history(tmp_path) as store:
        told(store, [says("The pier has 14 boats."), says("The pier has 41 boats.")], "early")
        told(store, [says("The pier is old.")], "late")
        in_terminal = [article.id for article in search.search(store, "pier")]
    async with serving(tmp_path / "tracker.db") as datasette:
        page = (await datasette.client.get("/-/search?q=pier")).text
    assert re.findall(r'<h3 [^>]*><a href="/-/article/(\d+)"', page) == ["2", "1"] == list(map(str, in_terminal))
    assert "found last come first" in page
    late, early = page.split('<article class="entry')[1:]
    assert re.search(r"first seen <time [^>]+>[^<]+</time>, edited <time", early)
    assert ", edited" not in late


@pytest.mark.parametrize(
    "query", ["%22", "AND", "*", "-", "removed:", "a%00b", "%F0%9F%98%80", "NEAR(", "(((", "'%20or%201=1"]
)
async def test_any_text_is_a_question(site: Any, query: str) -> None:
    assert (await site.get(f"/-/search?q={query}")).status_code == 200


async def test_an_empty_search_explains_itself(site: Any) -> None:
    page = (await site.get("/-/search")).text
    assert "removed:minister" in page
    assert "Nothing was found" in (await site.get("/-/search?q=nothingofthekind")).text.replace(
        "Nothing  was", "Nothing was"
    )


@pytest.mark.parametrize(
    ("case", "text", "query", "expected"),
    [
        ("a word", "The old pier", "PIER", "The old <mark>pier</mark>"),
        ("a phrase", "The old pier", '"old pier"', "The <mark>old</mark> <mark>pier</mark>"),
        ("no word of it", "The old pier", "-pier", "The old pier"),
        ("hostile", "<b>pier</b>", "pier", "&lt;b&gt;<mark>pier</mark>&lt;/b&gt;"),
        ("its signs", "a.b", ".", "a.b"),
    ],
)
def test_what_was_asked_for_is_marked(case: str, text: str, query: str, expected: str) -> None:
    assert str(highlighted(text, query)) == expected, case


def test_a_long_passage_is_cut_around_what_was_asked_for() -> None:
    marked = str(highlighted("word " * 500 + "pier " + "word " * 500, "pier"))
    assert "<mark>pier</mark>" in marked
    assert len(marked) < 700


async def test_a_search_leads_to_the_edits_about_it(site: Any) -> None:
    page = (await site.get('/-/search?q="old pier" -football removed:close')).text
    assert '<a href="/?text=old+pier+close">Edits about this</a>' in page
