from __future__ import annotations

import pytest

from tests.cli.world import COURIER, go
from tracker.newsroom import Newsroom

pytestmark = [pytest.mark.slow, pytest.mark.clock]


def test_pause_and_resume_ask_the_daemon(daemon: Newsroom) -> None:
    assert "is paused" in go("pause", COURIER).stderr
    assert "paused already" in go("pause", COURIER).stderr
    assert f"Paused\t{COURIER} since " in go("status").stdout
    assert "visited again" in go("resume", COURIER).stderr
    assert "was not paused" in go("resume", COURIER).stderr
    assert go("pause", "nope").exit_code == 2
