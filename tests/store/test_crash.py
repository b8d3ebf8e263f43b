"""Sudden ends leave a whole number of results, and nothing that was acknowledged to a process is lost by its death."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.world import HOUR, NOW, follow, history, publish, says
from tracker.store import Store
from tracker.store.history import captures, sources, versions
from tracker.store.proof import integrity

WRITING = """
import sys
from pathlib import Path
from tests.store.world import HOUR, NOW, follow, publish, says
from tracker.store import Store
from tracker.store.history import articles
with Store.open(Path(sys.argv[1]), write=True) as store:
    article = int(sys.argv[2])
    number = articles.article(store, article).version_count
    while True:
        publish(store, article, says(*(f"Line {n} of text {number}." for n in range(9))), NOW + number * HOUR)
        number += 1
        print(number, flush=True)
"""


def whole(path: Path) -> int:
    """Open a history after its sudden end, hold it to everything, and say how many versions it has."""
    with history(path.parent) as store:
        assert store.db.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert store.db.execute("pragma foreign_key_check").fetchall() == []
        store.db.execute("insert into article_search (article_search, rank) values ('integrity-check', 1)")
        report = integrity.verify(store)
        assert report.finding is None
        assert report.captures_missing == 0
        assert sources.counts(store).versions == report.versions
        assert store.db.execute("select sum(checks) from source_hours").fetchone() == (report.versions,)
        return report.versions


def test_a_killed_writer_loses_nothing_it_had_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    with history(tmp_path) as store:
        article = follow(store)
    chance = random.Random(7)
    acknowledged = 0
    for _ in range(2):
        writing = subprocess.Popen(
            [sys.executable, "-c", WRITING, str(path), str(article)], stdout=subprocess.PIPE, text=True
        )
        assert writing.stdout is not None
        for _ in range(chance.randrange(3, 12)):
            acknowledged = int(writing.stdout.readline())
        writing.send_signal(signal.SIGKILL)
        acknowledged = int(([*writing.stdout.read().split()] or [acknowledged])[-1])
        writing.wait(60)
        writing.stdout.close()
        assert whole(path) in (acknowledged, acknowledged + 1)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a writer at the moment the power goes: forty versions, most of them only in the logs."""
    folder, copy = tmp_path_factory.mktemp("running"), tmp_path_factory.mktemp("interrupted")
    with history(folder) as store:
        for schema in ("main", "captures"):
            store.db.execute(f"pragma {schema}.wal_autocheckpoint = 0")
        article = follow(store)
        for number in range(40):
            if number == 5:
                for schema in ("main", "captures"):
                    store.db.execute(f"pragma {schema}.wal_checkpoint(truncate)")
            publish(store, article, says(*(f"Line {n} of text {number}." for n in range(9))), NOW + number * HOUR)
        for file in folder.iterdir():
            if not file.name.endswith(("-shm", ".lock")):
                shutil.copy(file, copy / file.name)
    return copy


@pytest.mark.parametrize("damage", ["cut", "garbled", "tail of zeros"])
@pytest.mark.parametrize("seed", range(4))
def test_a_power_cut_leaves_a_whole_number_of_results(
    interrupted: Path, tmp_path: Path, damage: str, seed: int
) -> None:
    shutil.copytree(interrupted, tmp_path / "db")
    chance = random.Random(f"{damage} {seed}")
    log = tmp_path / "db" / "tracker.db-wal"
    data = bytearray(log.read_bytes())
    place = chance.randrange(len(data))
    if damage == "cut":
        del data[place:]
    elif damage == "garbled":
        data[place : place + 4096] = chance.randbytes(min(4096, len(data) - place))
    else:
        data[place:] = bytes(len(data) - place)
    log.write_bytes(data)
    assert 5 <= whole(tmp_path / "db" / "tracker.db") <= 40


def test_a_capture_without_its_version_does_no_harm_and_is_let_go(interrupted: Path, tmp_path: Path) -> None:
    shutil.copytree(interrupted, tmp_path / "db")
    (tmp_path / "db" / "tracker.db-wal").unlink()
    path = tmp_path / "db" / "tracker.db"
    assert whole(path) == 5
    with Store.open(path, write=True) as store:
        assert len(captures.captures_of(store, 1)) == 40
        again = publish(store, 1, says("Another text."), NOW + 50 * HOUR)
        assert again is not None
        assert integrity.verify(store).finding is None
        assert captures.capture(store, versions.version(store, 1, 6).capture_sha256).fetched_at == NOW + 50 * HOUR


def test_captures_are_on_disk_before_the_versions_that_cite_them(tmp_path: Path) -> None:
    statements: list[str] = []
    with history(tmp_path) as store:
        article = follow(store)
        store.db.conn.set_trace_callback(statements.append)
        publish(store, article, says(), NOW)
        store.db.conn.set_trace_callback(None)
    order = [s.split()[0].lower() if "captures.captures" not in s else "capture" for s in statements]
    inserts = [s for s in statements if s.lower().startswith(("insert", "commit"))]
    first_commit = next(i for i, s in enumerate(inserts) if s.lower() == "commit")
    assert "captures.captures" in inserts[first_commit - 1]
    assert not any("into versions" in s for s in inserts[:first_commit])
    assert order.count("commit") == 2


def test_a_copy_of_the_files_after_a_clean_end_is_the_whole_history(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = follow(store)
        publish(store, article, says(), NOW)
    shutil.copy(tmp_path / "tracker.db", tmp_path / "alone.db")
    with sqlite3.connect(tmp_path / "alone.db") as copy:
        assert copy.execute("select count(*) from versions").fetchone() == (1,)
    copy.close()
