"""db/README.md says what the schema says, and its queries run."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.store.world import says, told
from tracker.store import Store

PAGE = Path(__file__).parents[2] / "db" / "README.md"
SECTIONS: dict[str, str] = dict(
    re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE.read_text(encoding="utf-8"), re.M | re.S)
)


def listed(section: str, kind: str) -> list[str]:
    """The names in a section's table of columns or indexes."""
    table = re.search(rf"^\| {kind} \|.*\n\|---.*\n((?:\|.*\n)+)", section, re.M)
    return re.findall(r"^\| (\w+) \| \S", table[1], re.M) if table else []


def schema(store: Store) -> dict[str, tuple[list[str], set[str]]]:
    """{table or view: (columns, indexes)} of both files, without what SQLite and FTS5 keep for themselves."""
    found: dict[str, tuple[list[str], set[str]]] = {}
    for file in ("main", "captures"):
        known = store.db.execute(f"select name, type, tbl_name, sql from {file}.sqlite_master").fetchall()
        inner = {f"{name}_{part}" for name, *_ in known for part in ("data", "idx", "content", "docsize", "config")}
        for name, kind, _, _ in known:
            if kind in ("table", "view") and name not in inner and not name.startswith(("sqlite_", "_sqlite")):
                columns = [c[1] for c in store.db.execute(f"pragma {file}.table_info({name})").fetchall()]
                indexes = {n for n, k, table, sql in known if k == "index" and table == name and sql}
                found[name] = (columns, indexes)
    return found


def test_the_page_names_every_table_and_view_and_no_other(store: Store) -> None:
    assert set(SECTIONS) == set(schema(store))


def test_the_page_names_every_column_in_order_and_every_index(store: Store) -> None:
    for name, (columns, indexes) in schema(store).items():
        assert listed(SECTIONS[name], "column") == columns, name
        assert set(listed(SECTIONS[name], "index")) == indexes, name


@pytest.mark.parametrize("name", SECTIONS)
def test_its_three_queries_run(store: Store, name: str) -> None:
    told(store, [says(), says(headline="Pier stays open")])
    block = re.search(r"```sql\n(.*?)```", SECTIONS[name], re.S)
    assert block, name
    asked = re.findall(r"^-- (.+\?)\n([^;]+);", block[1], re.M)
    assert len(asked) == 3, name
    queries = sqlite3.connect(store.path.with_name("captures.db" if name == "captures" else "tracker.db"))
    try:
        for _, sql in asked:
            queries.execute(sql).fetchall()
    finally:
        queries.close()
