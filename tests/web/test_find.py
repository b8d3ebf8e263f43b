"""From a pasted address to its article."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.store.world import LONG, NOW, history, says, told
from tests.web.world import serving
from tracker.store.history import source_health


@pytest.mark.parametrize(
    "typed",
    [
        "https://times.example/harbour",
        "http://www.times.example/harbour/",
        "times.example/harbour?utm_source=mail",
        "https://times.example/harbour#comments",
        "https://times.example/harbour?" + "fbclid=" + "x" * 300,
    ],
)
@pytest.mark.parametrize("where", ["/-/find?url=", "/-/search?q="])
async def test_a_pasted_address_leads_to_its_article(site: Any, where: str, typed: str) -> None:
    answer = await site.get(where + quote(typed, safe=""))
    assert (answer.status_code, answer.headers.get("location")) == (302, "/-/article/1")


async def test_an_address_that_nobody_follows_is_said_with_what_to_do(site: Any) -> None:
    answer = await site.get("/-/find?url=https://times.example/never")
    assert "tracker add" in answer.text
    assert (await site.get("/-/search?q=https://times.example/never")).status_code == 200


async def test_a_slug_that_moved_and_stands_twice_lists_both(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        for section in ("news", "sport"):
            told(store, [says(*LONG, headline=f"In {section}")], f"{section}/old-pier-closes")
    async with serving(tmp_path / "tracker.db") as datasette:
        page = await datasette.client.get("/-/find?url=https://times.example/archive/old-pier-closes")
        assert page.status_code == 200
        assert "In news" in page.text
        assert "In sport" in page.text


async def test_the_bookmark_names_this_site(site: Any) -> None:
    page = (await site.get("/-/find")).text
    assert "javascript:location.href=" in page
    assert "/-/find?url=" in page


async def test_a_dead_feed_is_told_where_it_is_asked_what_fails(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says(*LONG)])
        source_health.record_problems(store, "example-post", ["feed https://post.example/rss.xml: HTTP 410 <b>"], NOW)
    async with serving(tmp_path / "tracker.db") as datasette:
        page = (await datasette.client.get("/-/now")).text
    assert "feed https://post.example/rss.xml" in page
    assert "HTTP 410 &lt;b&gt;" in page
    assert "None." not in page
