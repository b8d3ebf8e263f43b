from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.store.world import HOUR, NOW, history, result, says, told
from tests.web.world import build, serving
from tracker.differ import diff
from tracker.model import Content, Paragraph
from tracker.store import Store
from tracker.store.history import captures as stored_captures
from tracker.store.history import record
from tracker.web import visitors
from tracker.web.drawing import side_by_side


async def test_the_headline_comes_first_and_minor_edits_are_folded(site: Any) -> None:
    page = (await site.get("/-/change/1")).text
    headings = re.findall(r"<h2>([^<]+)</h2>", page)
    assert headings[0] == "Headline"
    assert headings.index("Headline") < headings.index("Substantive")
    assert "version" not in headings


async def test_a_correction_stands_before_what_it_corrects(site: Any) -> None:
    changes = (await site.get("/?notice=correction")).text
    found = re.search(r'/-/change/(\d+)"', changes)
    assert found is not None
    page = (await site.get(f"/-/change/{found[1]}")).text
    assert page.index("Notices to the reader") < page.index("<h2>Substantive")
    assert "correction notice seen" in page


async def test_every_edit_is_a_labelled_section_with_words_for_those_who_cannot_see_colour(site: Any) -> None:
    page = (await site.get("/-/change/1")).text
    assert re.search(r'<section class="item"[^>]* aria-label="Edit 1: Headline"', page)
    assert '<span class="hidden">inserted: </span>' in page
    assert '<span class="hidden">deleted: </span>' in page


async def test_side_by_side_begins_with_what_changed_above_the_text(site: Any) -> None:
    first = (await site.get("/-/change/1?view=side")).text.split('class="side-row changed')[1]
    old, new = re.findall(r'<div role="cell" class="headline"[^>]*>(.*?)</div>', first)
    assert old == "Old pier to close"
    assert re.sub(r'<span class="hidden">.*?</span>', "", new) == "Old pier to close<ins> at once</ins>"
    byline = (await site.get("/-/change/2?view=side")).text.split('class="byline"')[2]
    assert "B. Editor" in byline.split("</div>")[0]


def test_a_field_that_only_one_side_has_stands_alone() -> None:
    old, new = says("The pier closes."), says("The pier closes.", standfirst="<b>At once</b>")
    [row] = [r for r in side_by_side.rows(diff(old, new)) if r.changed]
    assert row.old is None
    assert row.new is not None
    assert re.sub(r'<span class="hidden">.*?</span>', "", row.new.html) == "<ins>&lt;b&gt;At once&lt;/b&gt;</ins>"


async def test_side_by_side_shows_each_half_of_an_edit_on_its_side(site: Any) -> None:
    page = (await site.get("/-/change/1?view=side")).text
    row = next(r for r in page.split('class="side-row') if "1923" in r)
    old, new = row.split("</div>")[:2]
    assert "<del>" in old
    assert "<ins>" not in old
    assert "<ins>" in new
    assert "<del>" not in new


async def test_neighbouring_edits_are_linked_both_ways(site: Any) -> None:
    first = (await site.get("/-/change/1?view=side")).text
    following = re.search(r'rel="next" href="(/-/change/\d+)\?view=side"', first)
    assert following is not None
    assert 'rel="prev"' not in first
    assert 'rel="prev" href="/-/change/1"' in (await site.get(following[1])).text


async def test_a_change_can_be_shared(site: Any) -> None:
    page = (await site.get("/-/change/1")).text
    meta = dict(re.findall(r'<meta property="(og:[a-z:]+)" content="([^"]*)">', page))
    assert meta["og:title"] == "Old pier to close at once"
    assert meta["og:image"] == "http://localhost/-/change/1/card.png"
    assert meta["og:image:alt"]
    assert meta["og:url"] == "http://localhost/-/change/1"


async def test_the_card_is_a_picture_in_both_forms(site: Any) -> None:
    drawing = await site.get("/-/change/1/card.svg")
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert "Old pier to close" in drawing.text
    picture = await site.get("/-/change/1/card.png")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


async def test_the_json_is_the_contract_of_the_command_line(site: Any) -> None:
    read = (await site.get("/-/change/1.json")).json()
    assert (read["change"], read["article"], read["old_version"], read["new_version"]) == (1, 1, 1, 2)
    assert read["fields"]["headline"]["new"] == "Old pier to close at once"
    assert "1923" in json.dumps(read["operations"])


async def test_evidence_names_both_captures_and_says_that_the_chain_holds(site: Any) -> None:
    page = (await site.get("/-/change/1/evidence")).text
    assert "The chain holds." in page
    captures = re.findall(r'href="(/-/capture/[0-9a-f]{64}\?article=1)"', page)
    assert len(captures) == 2
    text = (await site.get(captures[0])).text
    assert "&lt;h1&gt;Old pier to close&lt;/h1&gt;" in text
    assert "<h1>Old pier to close</h1>" not in text


async def test_a_capture_leads_back_to_its_article_and_to_the_edit_it_brought(site: Any) -> None:
    old, new = re.findall(r'href="(/-/capture/[0-9a-f]{64})\?article=1"', (await site.get("/-/change/1/evidence")).text)
    first, second = (await site.get(old)).text, (await site.get(f"{new}?article=1")).text
    for page in (first, second):
        assert '<a href="/-/article/1">Article 1</a>' in page
    assert '<a href="/-/article/1?version=1#text">version 1</a>' in first
    assert "/-/change/" not in first
    assert '<a href="/-/article/1?version=2#text">version 2</a>' in second
    assert '<a href="/-/change/1">this edit</a>' in second


async def test_a_capture_that_several_articles_have_is_shown_as_that_of_the_one_asked_for(tmp_path: Path) -> None:
    with history(tmp_path, keep="all") as store:
        one, two = told(store, [says()], "one"), told(store, [says()], "two")
        record.record(store, result(store, two, NOW + HOUR, content=says(), body=b"Nothing new"))
        shared, other = (c.sha256 for c in stored_captures.captures_of(store, two))
    async with serving(tmp_path / "tracker.db") as datasette:
        for query, article in (("", one), (f"?article={one}", one), (f"?article={two}", two), ("?article=99", one)):
            page = (await datasette.client.get(f"/-/capture/{shared}{query}")).text
            assert f"Article {article}</a>" in page
        unread = (await datasette.client.get(f"/-/capture/{other}")).text
    assert "no version: it said what was known" in unread
    assert f'<a href="/-/article/{two}">whole story</a>' in unread


async def test_evidence_says_when_the_history_was_altered(tmp_path: Path) -> None:
    path = build(tmp_path)
    with Store.open(path, write=True) as store:
        store.db.execute("update paragraphs set text = 'Something else was said.' where id = 1")
    async with serving(path) as datasette:
        assert "The chain is broken." in (await datasette.client.get("/-/change/1/evidence")).text


async def test_evidence_can_be_kept_back(history_path: Path) -> None:
    async with serving(history_path, sheet={"plugins": {"tracker": {"evidence": False}}}) as datasette:
        assert (await datasette.client.get("/-/change/1/evidence")).status_code == 404
        assert "Both captures" not in (await datasette.client.get("/-/change/1")).text


HERE = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}


async def _send(client: Any, path: str, *, headers: dict[str, str] = HERE, **fields: str) -> Any:
    """Send the form of a page as a browser does, with what it carries."""
    token = client.ds.sign("x", "csrftoken") if hasattr(client, "ds") else ""
    page = await client.get(path)
    found = re.search(r'name="csrftoken" value="([^"]*)"', page.text)
    cookies = {"ds_csrftoken": page.cookies.get("ds_csrftoken", token)}
    ours = re.search(r'name="token" value="([^"]*)"', page.text)
    data = ({"csrftoken": found[1]} if found else {}) | ({"token": ours[1]} if ours else {}) | fields
    return await client.post(path, data=data, cookies=cookies, headers=headers)


async def test_a_review_is_kept_where_the_operator_allows_it(tmp_path: Path) -> None:
    path = build(tmp_path)
    async with serving(path, sheet={"plugins": {"tracker": {"review": True}}}) as datasette:
        note = "The year was wrong <script>alert(1)</script>"
        answer = await _send(datasette.client, "/-/change/1", verdict="silent", note=note)
        assert answer.status_code == 303
        page = (await datasette.client.get("/-/change/1")).text
        assert "Reviewed: A correction, not told" in page
        assert "The year was wrong &lt;script&gt;" in page
        assert (await _send(datasette.client, "/-/change/1", verdict="nonsense")).status_code == 400


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("another site, no cookie", {"origin": "https://evil.example"}),
        ("another site, as its browser says", {"origin": "http://localhost", "sec-fetch-site": "cross-site"}),
        ("a neighbour of the same site", {"origin": "http://localhost:9", "sec-fetch-site": "same-site"}),
        ("with basic authentication", {"origin": "https://evil.example", "authorization": "Basic dTpw"}),
        ("with a bearer's token", {"origin": "https://evil.example", "authorization": "Bearer x"}),
        ("an origin that is hidden", {"origin": "null"}),
        ("no origin at all", {}),
        ("a name that was led here", {"origin": "http://evil.example", "host": "evil.example"}),
        ("a name that begins like ours", {"origin": "http://localhost.evil.example", "host": "localhost.evil.example"}),
    ],
)
async def test_no_other_site_writes_a_review(tmp_path: Path, name: str, headers: dict[str, str]) -> None:
    async with serving(build(tmp_path), sheet={"plugins": {"tracker": {"review": True}}}) as datasette:
        answer = await _send(datasette.client, "/-/change/1", headers=headers, verdict="story")
        assert answer.status_code == 403, name
        assert "Reviewed:" not in (await datasette.client.get("/-/change/1")).text


@pytest.mark.parametrize("token", ["", "x", "another change"])
async def test_a_review_needs_the_form_of_its_change(tmp_path: Path, token: str) -> None:
    async with serving(build(tmp_path), sheet={"plugins": {"tracker": {"review": True}}}) as datasette:
        sent = visitors.token(datasette, 2) if token == "another change" else token
        answer = await _send(datasette.client, "/-/change/1", verdict="story", token=sent)
        assert answer.status_code == 403


async def test_a_review_waits_for_the_daemon_and_says_so(tmp_path: Path) -> None:
    path = build(tmp_path)
    async with serving(path, sheet={"plugins": {"tracker": {"review": True}}}) as datasette:
        with Store.open(path, write=True):
            answer = await _send(datasette.client, "/-/change/1", verdict="story")
        assert answer.status_code == 409
        assert "The daemon is writing" in answer.text


async def test_without_permission_there_is_no_form_and_no_writing(site: Any) -> None:
    assert "<form class=" not in (await site.get("/-/change/1")).text.split("<main")[1].split("</main>")[0]
    assert (await _send(site, "/-/change/1", verdict="story")).status_code == 403


@pytest.mark.parametrize(
    ("case", "old", "new", "expected"),
    [
        ("added in the middle", "abc", "axbc", [("a", "a"), (None, "x"), ("b", "b"), ("c", "c")]),
        ("taken from the end", "abc", "ab", [("a", "a"), ("b", "b"), ("c", None)]),
        ("all new", "ab", "xy", [("a", None), ("b", None), (None, "x"), (None, "y")]),
        ("nothing before", "", "a", [(None, "a")]),
    ],
)
def test_paragraphs_that_belong_together_share_a_row(case: str, old: str, new: str, expected: Any) -> None:
    said = {
        "a": "The harbour master closed the pier on Monday.",
        "b": "Forty-one boats must find another berth.",
        "c": "The council meets again in the spring.",
        "x": "Nobody asked the gulls.",
        "y": "Trains to Vell run every hour.",
    }

    def content(letters: str) -> Content:
        return Content(headline="Pier", language="en", paragraphs=tuple(Paragraph(said[c]) for c in letters))

    def letter(cell: side_by_side.Cell | None) -> str | None:
        return next(
            (k for k, v in said.items() if cell and v in re.sub("<[^>]+>|inserted: |deleted: | end ", "", cell.html)),
            None,
        )

    rows = side_by_side.rows(diff(content(old), content(new)))
    assert [(letter(r.old), letter(r.new)) for r in rows] == expected, case


def test_unchanged_rows_far_from_a_change_are_folded() -> None:
    same = side_by_side.Cell(html=side_by_side.Markup("same"), kind=side_by_side.Kind.TEXT, changed=False)
    new = side_by_side.Cell(html=side_by_side.Markup("new"), kind=side_by_side.Kind.TEXT, changed=True)
    aligned = [side_by_side.Row(same, same)] * 5 + [side_by_side.Row(None, new)] + [side_by_side.Row(same, same)] * 2
    found = [(len(s.rows), s.folded) for s in side_by_side.stretches(aligned)]
    assert found == [(4, True), (3, False), (1, False)]
