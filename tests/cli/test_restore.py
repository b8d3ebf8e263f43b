"""A history is lost and put back by a command, and nothing is ever written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_backup import altered, bytes_of, emptied, missing, torn
from tests.cli.world import on
from tests.store.world import HOUR, NOW, follow, publish, says
from tracker.store import Store


@pytest.fixture
def copy(spare: Path, tmp_path: Path) -> Path:
    made = tmp_path / "safe" / "copy.db"
    made.parent.mkdir()
    assert on(spare, "backup", str(made)).exit_code == 0
    return made


def test_a_lost_history_is_put_back_and_goes_on(spare: Path, copy: Path, tmp_path: Path) -> None:
    said = on(spare, "log", "--json", "--all").stdout
    for path in tmp_path.glob("*.db*"):
        path.unlink()
    done = on(spare, "restore", str(copy))
    assert done.exit_code == 0
    assert "is restored and holds: 3 articles, 6 versions." in done.stderr
    assert on(spare, "log", "--json", "--all").stdout == said
    assert on(spare, "verify").exit_code == 0
    with Store.open(spare, write=True) as store:
        publish(store, follow(store, "later"), says("Written after."), NOW + HOUR)
    assert on(spare, "verify").exit_code == 0
    assert copy.exists()


def test_a_history_that_is_there_is_never_written_over(spare: Path, copy: Path, tmp_path: Path) -> None:
    with Store.open(spare, write=True) as store:
        publish(store, follow(store, "later"), says("Only here."), NOW + HOUR)
    before = bytes_of(tmp_path)
    refused = on(spare, "restore", str(copy))
    assert refused.exit_code == 1
    assert "--replace" in refused.stderr
    assert bytes_of(tmp_path) == before
    assert on(spare, "restore", str(copy), "--replace").exit_code == 0
    [aside] = tmp_path.glob("tracker.replaced-*Z.db")
    assert "7 versions" in on(aside, "verify").output
    assert "6 versions" in on(spare, "verify").output


@pytest.mark.parametrize("accident", [altered, torn, emptied, missing])
def test_a_backup_that_does_not_hold_changes_nothing(spare: Path, copy: Path, tmp_path: Path, accident: object) -> None:
    assert callable(accident)
    renamed = copy.with_name("tracker.db")
    copy.rename(renamed)
    copy.with_name("copy-captures.db").rename(renamed.with_name("captures.db"))
    accident(renamed)
    before = bytes_of(tmp_path)
    done = on(spare, "restore", str(renamed), "--replace")
    assert done.exit_code == 1
    assert bytes_of(tmp_path) == before


def test_nothing_is_restored_under_a_writer(spare: Path, copy: Path) -> None:
    with Store.open(spare, write=True):
        done = on(spare, "restore", str(copy), "--replace")
    assert done.exit_code == 75


@pytest.mark.parametrize("name", ["no-such.db", "tracker.db"])
def test_what_cannot_be_restored_is_said(spare: Path, tmp_path: Path, name: str) -> None:
    done = on(spare, "restore", str(tmp_path / name), "--replace")
    assert done.exit_code == 1
    assert name in done.stderr
