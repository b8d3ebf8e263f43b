"""A damaged page of any table or index is said on every page and feed, with what to do; never a traceback."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.web.world import CAPTURE, serving
from tracker.store.connection import captures_path

ASKED = (
    *("/", "/?noise=1&text=pier&tag=number", "/-/change/1", "/-/change/1/evidence", "/-/change/1.json"),
    *("/-/change/1/card.svg", "/-/article/1", "/-/article/1?view=blame&removed=1", "/-/article/1?version=1"),
    *("/-/outlets", "/-/outlet/example-times", "/-/now", "/-/search?q=pier", f"/-/capture/{CAPTURE}"),
    *("/-/feed.atom", "/-/article/1/feed.json", "/-/outlet/example-times/feed.atom", "/-/search.atom?q=pier"),
)
ADVICE = "restore the last backup"


def places(database: Path) -> list[tuple[str, int]]:
    """Where each table and index of a file begins: its name and its first page; `sqlite_schema` is the first of all."""
    db = sqlite3.connect(database)
    try:
        found = db.execute("select name, rootpage from sqlite_master where rootpage > 0 order by rootpage").fetchall()
    finally:
        db.close()
    return [("sqlite_schema", 1), *found]


def damage(whole: Path, place: int, target: Path) -> None:
    """Put a copy of a whole database at the target, with one page of it overwritten, but not the header of the file."""
    part = target.with_name("damaged.part")
    shutil.copy(whole, part)
    with part.open("r+b") as file:
        file.seek(16)
        size = int.from_bytes(file.read(2), "big")
        header = 100 if place == 1 else 0
        file.seek((place - 1) * size + header)
        file.write(b"\xff" * (size - header))
    os.replace(part, target)


@pytest.mark.parametrize(
    ("file", "part"), [("history", "schema"), ("history", "rest"), ("captures", "schema"), ("captures", "rest")]
)
async def test_a_damaged_page_is_said_with_what_to_do(history_path: Path, tmp_path: Path, file: str, part: str) -> None:
    served = tmp_path / history_path.name
    for path in (history_path, captures_path(history_path)):
        shutil.copy(path, tmp_path / path.name)
    whole = history_path if file == "history" else captures_path(history_path)
    wrong: list[Any] = []
    said: dict[str, set[str]] = {}
    async with serving(served) as datasette:
        # Datasette keeps the schema it has read, so damage to that is tried with a Datasette of its own.
        for name, place in [p for p in places(whole) if (p[0] == "sqlite_schema") == (part == "schema")]:
            damage(whole, place, tmp_path / whole.name)
            # A history that was replaced is opened anew, and its captures with it.
            shutil.copy(served, tmp_path / "again")
            os.replace(tmp_path / "again", served)
            for asked in ASKED:
                answer = await datasette.client.get(asked)
                if answer.status_code == 503 and ADVICE in answer.text:
                    said.setdefault(asked, set()).add(name)
                elif answer.status_code != 200:
                    wrong.append((name, asked, answer.status_code, re.sub(r"<[^>]+>|\s+", " ", answer.text)[:300]))
    assert wrong == []
    assert set(said) >= (set(ASKED) if file == "history" else {f"/-/capture/{CAPTURE}"})


async def test_a_history_that_waits_for_its_upgrade_says_so(history_path: Path, tmp_path: Path) -> None:
    served = tmp_path / history_path.name
    for path in (history_path, captures_path(history_path)):
        shutil.copy(path, tmp_path / path.name)
    with sqlite3.connect(served) as db:
        db.execute("delete from _sqlite_migrations where name = (select max(name) from _sqlite_migrations)")
    async with serving(served) as datasette:
        answer = await datasette.client.get("/-/now")
        assert "The history is being upgraded" in answer.text
        assert answer.headers["retry-after"] == "60"
