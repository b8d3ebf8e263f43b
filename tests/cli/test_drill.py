"""An operator's drill: upgrade a released history, keep copy and checkpoint elsewhere, lose the machine, restore."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.world import on, rows
from tests.store.test_released import VERSIONS, unpacked
from tracker.store.schema.migrations import waiting


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_lost_between_an_upgrade_and_a_lost_machine(version: str, tmp_path: Path) -> None:
    machine, safe = tmp_path / "machine", tmp_path / "safe"
    machine.mkdir()
    safe.mkdir()
    path = unpacked(version, machine)

    def done(database: Path, *arguments: str) -> str:
        result = on(database, *arguments)
        assert result.exit_code == 0, result.output
        return result.output

    assert on(path, "upgrade", "--check").exit_code == 1
    done(path, "upgrade")
    assert waiting(path) == []
    before = rows(on(path, "log", "--json", "--all", "--limit", "0"))
    assert before
    done(path, "verify", "--checkpoint", str(safe / "heads.txt"))
    done(path, "backup", str(safe / "copy.db"))
    shutil.rmtree(machine)

    anew = tmp_path / "other/tracker.db"
    done(anew, "restore", str(safe / "copy.db"))
    done(anew, "verify", "--against", str(safe / "heads.txt"))
    assert rows(on(anew, "log", "--json", "--all", "--limit", "0")) == before
