from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.world import EVIL
from tracker.web.drawing import cells


def path(address: str) -> str:
    return address


@pytest.mark.parametrize(
    ("case", "value", "column", "table", "expected"),
    [
        ("a change's id", 12, "id", "latest_changes", '<a href="/-/change/12">12</a>'),
        ("an article's id", 7, "article_id", "changes", '<a href="/-/article/7">7</a>'),
        ("a source's id", "example-times", "source_id", None, '<a href="/-/outlet/example-times">example-times</a>'),
        ("a list of tags", '["number","name"]', "tags", "changes", "number, name"),
        ("an object", '{"status": 410}', "detail", "events", "status: 410"),
        ("a hash", "a" * 64, "content_sha256", "versions", f'<code title="{"a" * 64}">{"a" * 12}…</code>'),
        ("a class", "minor", "class", None, '<span class="tracker-chip minor">minor</span>'),
        ("an edit", "a [-b-]{+c+}", "edit", None, None),
        ("another table's id", 12, "id", "versions", None),
        ("a hostile id", "x/../y", "source_id", None, None),
        ("no JSON", "[1,", "tags", None, None),
        ("a summary", '"4" -> "9"; <b>', "summary", None, "“4” → “9”; &lt;b&gt;"),
        ("a plain text", "Old pier", "headline", None, None),
        ("no moment", "2026-13-45T99:99:99Z", "at", None, None),
    ],
)
def test_a_cell_is_shown_as_people_want_it(
    case: str, value: Any, column: str, table: str | None, expected: str | None
) -> None:
    shown = cells.render(value, column, table, path)
    if case == "an edit":
        assert "<del>" in str(shown)
        assert "<ins>" in str(shown)
    else:
        assert (str(shown) if shown is not None else None) == expected, case


def test_a_moment_keeps_its_utc_form() -> None:
    assert 'datetime="2026-11-23T10:05:00Z"' in str(cells.render("2026-11-23T10:05:00Z", "seen_before", None, path))


@pytest.mark.parametrize("column", ["edit", "tags", "detail", "class", "content_sha256", "source_id", "id", "headline"])
def test_no_cell_can_be_made_to_act(column: str) -> None:
    for value in (
        EVIL,
        f'["{EVIL}"]'.replace("\"'", ""),
        '["<img src=x onerror=alert(1)>"]',
        '{"<b>": "<script>"}',
        "[-<b>-]{+<i>+}",
    ):
        shown = str(cells.render(value, column, "changes", path) or "")
        assert not {"<script", "<img", "<b>", "<i>"} & {
            part for part in ("<script", "<img", "<b>", "<i>") if part in shown
        }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("50 dead", "63 dead", "[-50-]{+63+} dead"), (None, "x", None), ("same", "same", "same"), ("", "new", "{+new+}")],
)
def test_word_diff_marks_what_changed(old: str | None, new: str | None, expected: str | None) -> None:
    assert cells.word_diff(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "language", "pairs"),
    [
        ("On 23 November 1,234 boats", "On 23 November 1,230 boats", "en", [[1234, 1230]]),
        ("12.000 Bäume und zwölf Boote", "12.000 Bäume und elf Boote", "de", [[12, 11]]),
        ("4.2 million in 2019", "6.8 million in 2019", "en", [[4.2e6, 6.8e6]]),
        ("4 boats, 5 crews", "5 crews, 6 boats", "en", [[4, 6]]),
        ("4 boats", "5 boats and 6 crews", "en", []),
        ("no figure", "nor here", "en", []),
        (None, "41", None, []),
    ],
)
def test_numbers_that_gave_way_to_another_are_paired(
    old: str | None, new: str | None, language: str | None, pairs: list[list[float]]
) -> None:
    assert json.loads(cells.changed_numbers(old, new, language)) == pairs


async def test_sql_may_use_both_functions(site: Any) -> None:
    sql = "select+word_diff('a+1','a+2')+as+edit,changed_numbers('x+41','x+14','en')+as+n"
    answer = await site.get(f"/tracker.json?sql={sql}&_shape=array")
    if answer.status_code == 302:
        answer = await site.get(answer.headers["location"])
    assert answer.json() == [{"edit": "a [-1-]{+2+}", "n": "[[41.0, 14.0]]"}]


async def test_datasettes_tables_show_our_cells(site: Any) -> None:
    page = (await site.get("/tracker/latest_changes")).text
    assert '<a href="/-/change/1">1</a>' in page
    assert "cells.css" in page
    assert "<script>alert" not in page
