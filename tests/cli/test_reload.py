from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.world import go
from tracker.newsroom import Newsroom

pytestmark = [pytest.mark.slow, pytest.mark.clock]


def test_reload_says_what_became_of_the_file(daemon: Newsroom, folder: Path) -> None:
    path = folder / "sources.yaml"
    good = path.read_text()
    assert "follows 1 source now" in go("reload").stderr
    path.write_text(good.replace("sources:", "sauces:"))
    wrong = go("--database", str(folder / "tracker.db"), "reload")
    assert wrong.exit_code == 78
    assert "goes on with what it had" in wrong.stderr
    assert "sauces" in wrong.stderr
    path.write_text(good.replace("contact: ", "contact: https://other.example/ # "))
    assert "Not changed before the daemon is started anew: contact." in go("reload").stderr


def test_a_damaged_file_is_a_mistake_for_reload_without_a_daemon_too(folder: Path) -> None:
    (folder / "sources.yaml").write_text("sauces: []\n")
    assert go("--database", "x.db", "reload").exit_code == 78
