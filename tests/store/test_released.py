"""A history made by a released version opens, whole and complete, in this one. Each release leaves its files here."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.world import on
from tests.store.world import HOUR, LONG, NOW, publish, says
from tracker.errors import OlderDatabase, StoreError
from tracker.model import ChangeFilter, State
from tracker.store import Store
from tracker.store.history import articles, changes, versions
from tracker.store.proof import integrity
from tracker.store.schema.migrations import room_for_a_copy, waiting
from tracker.store.search import search

RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted(folder.name for folder in RELEASED.iterdir())


def unpacked(version: str, folder: Path) -> Path:
    """The files of a released version's history as they were; the path of its database."""
    for file in (RELEASED / version).glob("*.gz"):
        (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
    return folder / "tracker.db"


def schema(store: Store) -> dict[tuple[str, str], list[str]]:
    """{(table, view, index or trigger; name): its columns} of both files."""
    found: dict[tuple[str, str], list[str]] = {}
    for file in ("main", "captures"):
        for kind, name in store.db.execute(f"select type, name from {file}.sqlite_master").fetchall():
            info = "index_info" if kind == "index" else "table_info"
            found[kind, name] = [str(c[1:4]) for c in store.db.execute(f"pragma {file}.{info}({name})").fetchall()]
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_a_released_history_is_brought_up_to_date_with_all_it_holds(version: str, tmp_path: Path) -> None:
    path = unpacked(version, tmp_path)
    with pytest.raises(OlderDatabase, match="earlier version"):
        Store.open(path)
    with Store.open(path, write=True) as store:
        report = integrity.verify(store)
        assert report.finding is None
        assert (report.articles, report.versions, report.changes, report.captures) == (3, 5, 3, 5)
        assert [v.content.headline for v in versions.versions(store, 1)] == [
            "Old pier to close",
            "Pier stays open",
            "Old pier to close",
            "Old pier to close",
        ]
        assert versions.version(store, 1, 4).content.paragraphs == versions.version(store, 1, 1).content.paragraphs
        assert versions.version(store, 1, 4).same_as == 1
        assert len(list(changes.changes(store, ChangeFilter(noise=True)))) == 3
        assert articles.article(store, 3).state is State.GONE
        assert [a.id for a in search.search(store, '"99 boats" removed:')] == [1]
        assert [a.id for a in search.search(store, "閉鎖")] == [2]
        assert store.db.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert store.db.execute("pragma foreign_key_check").fetchall() == []
        assert publish(store, 1, says(*LONG, "A new line."), NOW + 9 * HOUR) is not None
        assert integrity.verify(store).finding is None


@pytest.mark.parametrize("version", VERSIONS)
def test_its_schema_is_then_that_of_a_new_history(version: str, tmp_path: Path) -> None:
    with Store.open(unpacked(version, tmp_path), write=True) as old, Store.open(tmp_path / "n.db", write=True) as new:
        assert schema(old) == schema(new)


def test_each_version_that_was_released_left_its_history() -> None:
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8")
    released = {line.split("]")[0][4:] for line in changelog.splitlines() if line.startswith("## [")} - {"Unreleased"}
    assert released == set(VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_history_is_copied_before_it_is_brought_up_to_date(version: str, tmp_path: Path) -> None:
    path = unpacked(version, tmp_path)
    (tmp_path / "tracker.before-0001_long_ago.db").touch()
    with closing(sqlite3.connect(path)) as db:
        before = db.execute("select count(*), max(content_sha256) from versions").fetchone()
        applied = db.execute("select count(*) from _sqlite_migrations").fetchone()
    with Store.open(path, write=True):
        pass
    [copy] = tmp_path.glob("tracker.before-*")
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("select count(*), max(content_sha256) from versions").fetchone() == before
        assert db.execute("select count(*) from _sqlite_migrations").fetchone() == applied
    with Store.open(path, write=True):
        assert len(list(tmp_path.glob("tracker.before-*"))) == 1


def test_a_history_that_cannot_be_copied_is_not_brought_up_to_date(tmp_path: Path) -> None:
    path = unpacked(VERSIONS[0], tmp_path)
    [first, *_] = waiting(path)
    blocked = tmp_path / f"tracker.before-{first}.part"
    blocked.mkdir()
    before = waiting(path)
    with pytest.raises(StoreError, match=r"cannot be copied .* tracker upgrade --no-copy"):
        Store.open(path, write=True)
    assert waiting(path) == before
    with Store.open(path, write=True, copy=False) as store:
        assert integrity.verify(store).finding is None
    assert waiting(path) == []


def test_without_room_for_the_copy_nothing_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = unpacked(VERSIONS[0], tmp_path)
    before = waiting(path)
    needed, _ = room_for_a_copy(path)
    full = shutil._ntuple_diskusage(1, 1, needed - 1)
    with monkeypatch.context() as scarce:
        scarce.setattr(shutil, "disk_usage", lambda _: full)
        with pytest.raises(StoreError, match="Make room"):
            Store.open(path, write=True)
    assert waiting(path) == before
    assert not list(tmp_path.glob("tracker.before-*"))


def test_a_copy_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    path = unpacked(VERSIONS[0], tmp_path)
    (tmp_path / f"tracker.before-{waiting(path)[0]}.part").write_bytes(b"killed while it was written")
    with Store.open(path, write=True) as store:
        assert integrity.verify(store).finding is None
    assert [copy.suffix for copy in tmp_path.glob("tracker.before-*")] == [".db"]


def test_the_command_tells_what_waits_and_does_it(tmp_path: Path) -> None:
    path = unpacked(VERSIONS[0], tmp_path)
    names = waiting(path)
    checked = on(path, "upgrade", "--check", "--json")
    assert checked.exit_code == 1
    told = json.loads(checked.stdout)
    assert told["waiting"] == names
    assert told["copy_bytes"] > 0
    assert waiting(path) == names, "nothing was changed by asking"
    assert on(path, "upgrade").exit_code == 0
    assert len(list(tmp_path.glob("tracker.before-*"))) == 1
    again = on(path, "upgrade", "--check")
    assert again.exit_code == 0
    assert "up to date" in again.output
