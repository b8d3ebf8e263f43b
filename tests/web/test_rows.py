"""The edits of a page as a table: the rows of the log with the same filter."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest


async def rows(site: Any, question: str) -> tuple[list[dict[str, str]], list[dict[str, object]]]:
    table = await site.get(f"/-/edits.csv{question}")
    lines = await site.get(f"/-/edits.jsonl{question}")
    assert (table.status_code, lines.status_code) == (200, 200)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "default-src 'none'" in table.headers["content-security-policy"]
    return list(csv.DictReader(io.StringIO(table.text))), [json.loads(line) for line in lines.text.splitlines()]


@pytest.mark.parametrize(
    ("question", "noise", "outlet"),
    [("", False, ""), ("?noise=1", True, ""), ("?outlet=example-post", False, "example-post")],
)
async def test_a_table_has_the_edits_that_the_page_shows(site: Any, question: str, noise: bool, outlet: str) -> None:
    table, lines = await rows(site, question)
    assert [int(r["change"]) for r in table] == [r["change"] for r in lines]
    assert any(r["noise_rule"] for r in table) is noise
    assert {r["source"] for r in table} == ({outlet} if outlet else {"example-times", "example-post"})
    assert "excerpt_new" not in table[0]


async def test_no_cell_of_a_table_is_a_formula(site: Any) -> None:
    table, _ = await rows(site, "?noise=1")
    assert not [cell for r in table for cell in r.values() if cell.startswith(("=", "+", "-", "@"))]


async def test_the_front_page_leads_to_its_tables(site: Any) -> None:
    page = (await site.get("/?tag=number")).text
    assert "/-/edits.csv?tag=number" in page
    assert "/-/edits.jsonl?tag=number" in page
