"""Any single byte of any text, hash, time or capture that is altered behind the program's back is found by verify."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import FIRST, SECOND, attacked
from tests.pipeline.test_rebuild import older, read, rebuilt, story
from tests.store.world import NOW, follow, history, publish, says, told
from tracker.store import Store
from tracker.store.proof import integrity, replaced_histories

pytestmark = pytest.mark.slow

ALTERATIONS = 120
SEEDS = (1, 2, 3)

STORED = {
    "tracker.db": {
        "versions": (
            *("first_seen_at", "last_seen_at", "previous_seen_at", "headline", "standfirst", "byline", "section"),
            *("language", "published_at", "paragraph_ids", "words", "content_sha256", "chain_sha256", "extractor"),
            *("capture_sha256", "headlines", "number"),
        ),
        "paragraphs": ("text", "kind"),
        "articles": ("edits", "first_edit_after"),
        "source_edits": ("source_id", "hour", "edits", "headline_changes", "substantive", "silent"),
        "changes": (
            *("seen_after", "seen_before", "class", "score", "tags", "summary", "excerpt_old", "excerpt_new", "notice"),
            *("differ", "seal_sha256"),
        ),
        "former_chains": ("first_seen_at", "content_sha256", "chain_sha256", "capture_sha256", "extractor"),
        "former_histories": ("packed", "versions"),
    },
    "captures.db": {
        "captures": (
            *("sha256", "fetched_at", "url", "final_url", "redirects", "status", "headers", "content_type", "encoding"),
            *("size", "seal_sha256", "body", "base_sha256"),
        ),
    },
}
"""What is text, hash, time or capture, by file and table."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a history that holds: changes, hostile text, a return, and one that a rebuild has replaced."""
    folder = tmp_path_factory.mktemp("whole")
    with history(folder) as store:
        told(store, [FIRST, SECOND, FIRST], "mission")
        told(store, [attacked("400"), attacked("500")], "attack", "example-post")
        publish(store, follow(store, "quiet"), says(), NOW)
        article = follow(store, "ferry")
        publish(store, article, older(read(story()), "Read more"), NOW, body=story().encode())
        rebuilt(store, source_id="example-times")
        assert replaced_histories.formers(store, article)
    return folder


def holds(folder: Path) -> bool:
    """Whether verify finds nothing; a history that cannot even be opened does not hold."""
    with Store.open(folder / "tracker.db") as store:
        return integrity.verify(store).finding is None and replaced_histories.verify_former(store) is None


def cells(folder: Path) -> list[tuple[str, str, str, int]]:
    """Every cell that holds something to alter: file, table, column, rowid."""
    found = []
    for file, tables in STORED.items():
        with closing(sqlite3.connect(folder / file)) as db:
            for table, columns in tables.items():
                for column in columns:
                    sql = f"select {_key(table)} from {table} where length(cast({column} as blob)) > 0"
                    found += [(file, table, column, key) for (key,) in db.execute(sql)]
    return found


def _key(table: str) -> str:
    return {"former_chains": "number", "source_edits": "source_id || hour"}.get(table, "rowid")


def alter(folder: Path, place: tuple[str, str, str, int], dice: random.Random) -> str:
    """Alter one byte of one cell as somebody with the file and a hex editor would; what was done, in words."""
    file, table, column, key = place
    with closing(sqlite3.connect(folder / file, isolation_level=None)) as db:
        db.execute("pragma ignore_check_constraints = on")
        where = f"from {table} where {_key(table)} = ?"
        kind, value = db.execute(f"select typeof({column}), cast({column} as blob) {where}", [key]).fetchone()
        at = dice.randrange(len(value))
        for byte in _others(value[at], kind, dice):
            altered = value[:at] + bytes([byte]) + value[at + 1 :]
            expression = "?" if kind == "blob" else f"cast(? as {kind})"
            try:
                db.execute(f"update {table} set {column} = {expression} where {_key(table)} = ?", [altered, key])
            except sqlite3.IntegrityError:  # SQLite itself does not let this one through
                continue
            break
    return f"{file} {table}.{column} of {key}: byte {at} of {value[:60]!r}"


def _others(byte: int, kind: str, dice: random.Random) -> Iterator[int]:
    """Other bytes: any for a blob, another letter or digit of ASCII for what has to stay readable."""
    if kind == "blob":
        yield byte ^ (1 << dice.randrange(8))
        return
    choices = b"0123456789" if chr(byte).isdigit() else b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    yield from (b for b in dice.sample(choices, len(choices)) if b != byte)


def test_the_history_holds_before_it_is_altered(whole: Path) -> None:
    assert holds(whole)
    assert {(file, table) for file, table, _, _ in cells(whole)} == {
        (file, table) for file, tables in STORED.items() for table in tables
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_altered_byte_is_found(whole: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    places = cells(whole)
    missed = []
    for _ in range(ALTERATIONS):
        for name in STORED:
            shutil.copy(whole / name, tmp_path / name)
        done = alter(tmp_path, dice.choice(places), dice)
        if holds(tmp_path):
            missed.append(done)
    assert missed == []


@pytest.mark.parametrize(
    ("file", "table", "column"), [(f, t, c) for f, ts in STORED.items() for t, cs in ts.items() for c in cs]
)
def test_no_column_is_left_out(whole: Path, tmp_path: Path, file: str, table: str, column: str) -> None:
    places = [p for p in cells(whole) if p[:3] == (file, table, column)]
    for place in places[:2]:
        for name in STORED:
            shutil.copy(whole / name, tmp_path / name)
        done = alter(tmp_path, place, random.Random(column))
        assert not holds(tmp_path), done
