"""What is true of every page and every feed, whatever it shows."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.web.world import FEEDS, PAGES

_VOID = {"meta", "link", "input", "br", "img", "hr", "wbr"}
_DANGEROUS = ("onerror", "onload", "onclick", "onmouseover", "style", "srcdoc")


class Outline(HTMLParser):
    """Tags, attributes, and whether every element that opens closes in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.wrong.append(tag)
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline(page: str) -> Outline:
    read = Outline()
    read.feed(page)
    read.close()
    return read


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_whole_small_and_closed_to_the_outside(site: Any, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 200, answer.text[:400]
    assert len(answer.content) < 100_000
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = outline(answer.text)
    assert not page.wrong
    assert not page.open
    tags = [tag for tag, _ in page.seen]
    assert tags.count("h1") == tags.count("main") == tags.count("footer") == 1
    assert ("html", {"lang": "en"}) in page.seen
    for tag, attributes in page.seen:
        if tag == "script":
            assert "/-/static-plugins/" in (attributes["src"] or "")
        if tag in ("link", "img", "script"):
            assert not (attributes.get("src") or attributes.get("href") or "").startswith("http://evil")


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_a_publisher_wrote_becomes_markup(site: Any, path: str) -> None:
    answer = await site.get(path)
    page = outline(answer.text)
    assert not [a for tag, attributes in page.seen for a in attributes if a in _DANGEROUS]
    links = [attributes.get("href") or attributes.get("action") or "" for _, attributes in page.seen]
    assert not [link for link in links if re.match(r"\s*(javascript|data|vbscript):", link, re.IGNORECASE)]
    assert not {"b", "img", "iframe", "object"} & {tag for tag, _ in page.seen}
    assert "55433" not in answer.text


@pytest.mark.parametrize("path", [*PAGES, *FEEDS])
async def test_no_control_and_no_bidi_override_reaches_a_reader(site: Any, path: str) -> None:
    answer = await site.get(path)
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]", answer.text
    )


@pytest.mark.parametrize("path", PAGES)
async def test_headings_do_not_skip_a_level_and_ids_are_unique(site: Any, path: str) -> None:
    page = outline((await site.get(path)).text)
    levels = [int(tag[1]) for tag, _ in page.seen if re.fullmatch("h[1-6]", tag)]
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), levels
    ids = [attributes["id"] for _, attributes in page.seen if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/-/change/999", "/-/article/999", "/-/outlet/nobody", f"/-/capture/{'0' * 64}"])
async def test_what_is_not_there_is_said_on_a_page_of_ours(site: Any, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 404
    assert "Not in the history" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "query",
    [
        "before=x,1&since=yesterday&until=9999-12-31&score=-4&class=huge&notice=maybe&tag=%00&outlet=%FF&text=%25_%5C",
        "before=2026-11-23T10:20:00Z,99999999999999999999&score=99999999999999999999",
        "since=0001-01-01T00:00:00%2B14:00&until=0001-01-01",
    ],
)
async def test_no_address_can_make_a_page_fail(site: Any, query: str) -> None:
    for page in ("/", "/-/feed.atom", "/-/search", "/-/article/1", "/-/outlet/example-times", "/-/change/1"):
        assert (await site.get(f"{page}?{query}")).status_code in (200, 404)


async def test_a_page_answers_head_and_refuses_other_methods(site: Any) -> None:
    assert (await site.head("/-/now")).text == ""
    assert (await site.request("PUT", "/-/now")).status_code == 403
    here = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert (await site.request("PUT", "/-/now", headers=here)).status_code in (403, 405)
