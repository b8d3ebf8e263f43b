"""A large history out of a small one, for figures that need years of it: copied in SQL, which takes minutes."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

_COPIES: dict[str, dict[str, str]] = {
    "articles": {
        "id": "id + :a",
        "url": "url || '?copy=' || :k",
        "current_version_id": "current_version_id + :v",
        "first_seen_at": "{first_seen_at}",
        "last_changed_at": "{last_changed_at}",
        # Triggers count the changes as they are copied.
        "edits": "0",
        "first_edit_after": "null",
    },
    "article_urls": {"url_key": "url_key || '?copy=' || :k", "article_id": "article_id + :a"},
    "article_state": {"article_id": "article_id + :a", "next_check_at": "{next_check_at}"},
    "versions": {
        "id": "id + :v",
        "article_id": "article_id + :a",
        "paragraph_ids": "(select json_group_array(value + :p) from json_each(paragraph_ids))",
        "first_seen_at": "{first_seen_at}",
        "previous_seen_at": "{previous_seen_at}",
    },
    "paragraphs": {"id": "id + :p", "article_id": "article_id + :a"},
    "changes": {
        "id": "id + :c",
        "article_id": "article_id + :a",
        "old_version_id": "old_version_id + :v",
        "new_version_id": "new_version_id + :v",
        "seen_after": "{seen_after}",
        "seen_before": "{seen_before}",
    },
    "change_tags": {"change_id": "change_id + :c", "seen_before": "{seen_before}"},
    "check_runs": {"article_id": "article_id + :a"},
    "readings": {"article_id": "article_id + :a", "version_id": "version_id + :v"},
}


def multiply(path: Path, versions: int) -> None:
    """Copy a whole history under new ids, an hour later each time, until there are as many versions as wanted."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("pragma journal_mode = off")
    db.execute("pragma synchronous = off")
    db.execute("pragma cache_size = -800000")
    sizes = {
        t: db.execute(f"select max(id) from {t}").fetchone()[0]
        for t in ("articles", "versions", "paragraphs", "changes")
    }
    columns = {t: [r[1] for r in db.execute(f"pragma table_info({t})")] for t in _COPIES}
    copies = max(1, versions // sizes["versions"])
    db.execute("begin")
    for k in range(1, copies):
        bound = {
            "k": k,
            "a": k * sizes["articles"],
            "v": k * sizes["versions"],
            "p": k * sizes["paragraphs"],
            "c": k * sizes["changes"],
        }
        for table, changed in _COPIES.items():
            limit = {
                "articles": "id <= :a1",
                "versions": "id <= :v1",
                "paragraphs": "id <= :p1",
                "changes": "id <= :c1",
            }
            mine = limit.get(table, "change_id <= :c1" if table == "change_tags" else "article_id <= :a1")
            bound |= {
                "a1": sizes["articles"],
                "v1": sizes["versions"],
                "p1": sizes["paragraphs"],
                "c1": sizes["changes"],
            }
            values = ", ".join(_shifted(changed.get(c, f'"{c}"'), k) for c in columns[table])
            names_ = ", ".join(f'"{c}"' for c in columns[table])
            sql = f"insert into {table} ({names_}) select {values} from {table} where {mine}"
            db.execute(sql, {name: value for name, value in bound.items() if f":{name}" in sql})
        if k % 20 == 0:
            sys.stderr.write(f"\r{k * sizes['versions']:,} versions ")
    for column in ("articles", "versions", "changes", "noise"):
        db.execute(f"update source_totals set {column} = {column} * ?", (copies,))
    db.execute("commit")
    sys.stderr.write("\nindexing ")
    db.execute("insert into article_search (article_search) values ('rebuild')")
    db.execute("pragma journal_mode = wal")
    db.close()
    sys.stderr.write("done\n")


def _shifted(value: str, hours: int) -> str:
    """A moment's column an hour later for each copy."""
    if not value.startswith("{"):
        return value
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {value[1:-1]}, '+{hours} hours')"
