from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.world import on
from tests.store.world import HOUR, NOW, follow, publish, says
from tracker.store import Store
from tracker.store.history import sources


def altered(database: Path) -> None:
    """One letter of the history is another."""
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("update paragraphs set text = 'X' || substr(text, 2) where id = (select min(id) from paragraphs)")


def emptied(database: Path) -> None:
    """The captures' file is there, and nothing is in it."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    for name in ("captures.db", "captures.db-wal", "captures.db-shm"):
        (database.parent / name).unlink(missing_ok=True)
    (database.parent / "captures.db").touch()


def missing(database: Path) -> None:
    """The captures' file is not there."""
    emptied(database)
    (database.parent / "captures.db").unlink()


def torn(database: Path) -> None:
    """A page of the captures is of zeros; one of an index would be made anew in the copy."""
    path = database.parent / "captures.db"
    with closing(sqlite3.connect(path)) as db:
        page = db.execute("select rootpage from sqlite_master where name = 'captures'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * 8192)
        file.write(bytes(8192))


def cut(database: Path) -> None:
    """The newest version of an article, its change and all that names it was taken out, and the chain fits."""
    with closing(sqlite3.connect(database)) as db, db:
        article = db.execute("select id from articles where version_count > 1 order by id limit 1").fetchone()[0]
        db.execute("delete from articles where id = ?", (article,))
        for table in ("versions", "changes", "paragraphs", "article_state"):
            db.execute(f'delete from "{table}" where article_id = ?', (article,))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_a_backup_is_whole_and_verified(spare: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    done = on(spare, "backup", str(copy))
    assert done.exit_code == 0
    assert "The copy holds: 3 articles, 6 versions." in done.stderr
    assert (tmp_path / "copy-captures.db").exists()
    assert (tmp_path / "copy-heads.txt").read_text().startswith("tracker-checkpoint-1 ")
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
    assert not (tmp_path / "copy.db").exists()
    assert on(spare, "backup", str(tmp_path / "copy.db"), "--unverified").exit_code == 0


@pytest.mark.parametrize("accident", [altered, emptied, missing, torn, cut])
def test_the_last_good_copy_stays_whatever_became_of_the_history(
    spare: Path, tmp_path: Path, accident: Callable[[Path], None]
) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    assert on(spare, "backup", str(safe / "copy.db")).exit_code == 0
    before = bytes_of(safe)
    accident(spare)
    done = on(spare, "backup", str(safe / "copy.db"))
    assert done.exit_code == 1
    assert bytes_of(safe) == before
    for again in (on(spare, "backup", "--keep", "1"), on(spare, "backup", str(safe / "copy.db"), "--keep-bad")):
        assert again.exit_code == 1
    assert {name: bytes_of(safe)[name] for name in before} == before
    assert on(safe / "copy.db", "verify").exit_code == 0


def test_a_copy_that_does_not_hold_is_kept_under_another_name_when_asked(spare: Path, tmp_path: Path) -> None:
    altered(spare)
    done = on(spare, "backup", str(tmp_path / "copy.db"), "--keep-bad")
    assert done.exit_code == 1
    bad = [path.name for path in tmp_path.glob("copy.bad-*")]
    assert len(bad) == 2
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(
    ("accident", "blamed"), [(torn, "captures.db"), (altered, "content_sha256"), (missing, "captures.db")]
)
def test_verify_and_doctor_blame_what_is_damaged(spare: Path, accident: Callable[[Path], None], blamed: str) -> None:
    accident(spare)
    verified, examined = on(spare, "verify"), on(spare, "doctor")
    assert verified.exit_code == 1
    assert blamed in verified.output
    assert "tracker.db is damaged" not in verified.output + examined.output
    if accident is torn:
        assert "captures.db" in examined.output
        assert "damaged" in examined.output


def test_copies_named_by_their_day_never_share_a_file(spare: Path, tmp_path: Path) -> None:
    for day in ("2026-11-22", "2026-11-23"):
        assert on(spare, "backup", str(tmp_path / f"copy.db.{day}")).exit_code == 0
    names = {path.name for path in tmp_path.glob("copy.db.*-captures.db")}
    assert names == {"copy.db.2026-11-22-captures.db", "copy.db.2026-11-23-captures.db"}
    done = on(spare, "backup", str(tmp_path / "copy.db.2026-11-22.sqlite3"))
    assert done.exit_code == 1
    assert "holds the captures of copy.db.2026-11-22, too" in done.stderr


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
    assert len(kept) == 6
    assert on(spare, "backup", "--keep", "7x").exit_code == 2


def test_what_a_killed_backup_left_is_named_and_goes_at_the_next(spare: Path, tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    folder = tmp_path / "backup"
    folder.mkdir()
    left = [folder / f"tracker-2026-11-22.part-{ended.pid}{end}" for end in (".db", "-captures.db", ".db-journal")]
    for path in left:
        path.touch()
    assert f"a copy was ended before it was whole: {left[1]}" in on(spare, "doctor").output.replace("\n", "")
    assert on(spare, "backup").exit_code == 0
    assert not any(path.exists() for path in left)
    assert "part-" not in "".join(path.name for path in folder.iterdir())


def test_the_copy_after_a_restored_one_is_made_afresh(spare: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    shutil.copytree(spare.parent, tmp_path / "older", ignore=shutil.ignore_patterns("older"))
    with Store.open(spare, write=True) as store:
        publish(store, follow(store, "later"), says("Known to the later copy only."), NOW + HOUR)
    assert on(spare, "backup", str(target)).exit_code == 0
    older = tmp_path / "older" / spare.name
    done = on(older, "backup", str(target))
    assert done.exit_code == 1
    assert "since the copy copy.db: article 4" in done.stderr
    assert on(older, "backup", str(target), "--afresh").exit_code == 0
