from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.world import go, slugs
from tests.waiting import HANG
from tracker.newsroom import Newsroom
from tracker.store import Store
from tracker.store.history import sources

pytestmark = pytest.mark.slow

Tracker = Callable[..., "subprocess.CompletedProcess[str]"]


def test_run_once_is_one_pass(newsroom: Newsroom, folder: Path) -> None:
    assert go("run", "--once").exit_code == 0
    with Store.open(folder / "tracker.db") as store:
        assert sources.counts(store).versions > 0


def test_run_ends_when_asked_and_a_second_one_is_told(newsroom: Newsroom, folder: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
    command = [sys.executable, "-m", "tracker", "run"]
    first = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True)
    assert first.stderr is not None
    for line in first.stderr:
        if "tracker runs" in line:
            break
    second = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=HANG)
    assert second.returncode == 75
    asked = subprocess.run(
        [*command[:-1], "add", newsroom.url(slugs(newsroom)[-1])], cwd=folder, env=env, capture_output=True
    )
    assert (asked.returncode, b"of harbour-courier" in asked.stderr) == (0, True), "the daemon does it"
    first.send_signal(signal.SIGTERM)
    _, said = first.communicate(timeout=HANG)
    assert first.returncode == 0
    assert "tracker stopped" in said
