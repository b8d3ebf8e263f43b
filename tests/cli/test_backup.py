from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.world import on
from tests.store.world import HOUR, NOW, follow, publish, says
from tracker.store import Store
from tracker.store.history import sources


def test_a_backup_is_whole_and_verified(spare: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    done = on(spare, "backup", str(copy))
    assert done.exit_code == 0
    assert "The copy holds: 3 articles, 6 versions." in done.stderr
    assert (tmp_path / "copy-captures.db").exists()
    assert on(copy, "log", "--json", "--all").stdout == on(spare, "log", "--json", "--all").stdout


def test_a_backup_is_made_while_another_process_writes(spare: Path, tmp_path: Path) -> None:
    with Store.open(spare, write=True) as store:
        publish(store, follow(store, "later"), says("Written while the backup runs."), NOW + HOUR)
        assert on(spare, "backup", str(tmp_path / "copy.db")).exit_code == 0
    with Store.open(tmp_path / "copy.db") as copy:
        assert sources.counts(copy).versions == 7


def test_a_backup_of_a_history_that_does_not_hold_says_so(spare: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(spare)) as db, db:
        db.execute("update changes set score = score + 1 where id = 1")
    done = on(spare, "backup", str(tmp_path / "copy.db"))
    assert done.exit_code == 1
    assert "DOES NOT HOLD" in done.stderr
    assert on(spare, "backup", str(tmp_path / "copy.db"), "--unverified").exit_code == 0


def test_a_backup_without_a_name_is_dated_and_the_oldest_go(spare: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    for day in range(1, 9):
        for name in (f"tracker-2001-01-0{day}.db", f"tracker-2001-01-0{day}-captures.db"):
            (folder / name).touch()
    (folder / "tracker-precious.db").touch()
    assert on(spare, "backup", "--keep", "2").exit_code == 0
    kept = sorted(path.name for path in folder.iterdir())
    assert kept[:2] == ["tracker-2001-01-08-captures.db", "tracker-2001-01-08.db"]
    assert kept[-1] == "tracker-precious.db"
    assert len(kept) == 5
