"""`tracker status`: asking a daemon, and doing without one."""

from __future__ import annotations

from pathlib import Path

import pytest
import rich
from click.testing import CliRunner

from tests.cli.conftest import SGR, TERMINAL
from tests.cli.world import COURIER, go, rows, slugs
from tracker.cli import main
from tracker.cli.commands import status as commands
from tracker.newsroom import Newsroom
from tracker.store import Store
from tracker.store.queue import pauses

pytestmark = [pytest.mark.slow, pytest.mark.clock]


def test_status_says_the_same_to_people_and_programs(daemon: Newsroom) -> None:
    go("check", COURIER)
    (told,) = rows(go("status", "--json"))
    assert told["running"] is True
    plain = dict(line.split("\t", 1) for line in go("status").stdout.splitlines())
    assert plain["Daemon"].startswith(f"pid {told['pid']}, version ")
    assert plain["Queue"].startswith("0 due")
    shown = SGR.sub("", go("status", **TERMINAL).stdout)
    assert "Last commit" in shown
    assert "1 followed" in shown


def test_status_on_watch_asks_again_and_ends_with_a_key(daemon: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(commands.time, "sleep", wait)
    rich.get_console()  # as others made it before: not for a terminal
    result = CliRunner().invoke(main, ["status", "--watch"], env=TERMINAL)
    assert (result.exit_code, len(waits)) == (0, 3)
    assert "1 followed" in SGR.sub("", result.stdout)
    assert go("status", "--watch").exit_code == 2


def test_without_a_daemon_the_commands_do_it_themselves(newsroom: Newsroom, folder: Path) -> None:
    early = go("pause", COURIER)
    assert (early.exit_code, "no history yet" in early.stderr) == (1, True)
    go("check", "--discover-only")
    status = go("status")
    assert status.exit_code == 1
    assert "none runs" in status.stdout
    assert f"{len(slugs(newsroom))} due" in status.stdout
    assert "No daemon runs on" in go("reload").stderr
    assert go("pause", COURIER).exit_code == 0
    with Store.open(folder / "tracker.db") as store:
        assert list(pauses.paused(store)) == [COURIER]
    (told,) = rows(go("status", "--json"))
    assert (told["running"], told["due"]) == (False, 0)
    assert ", 0 checked" in go("check").stderr, "what is paused is left alone"
    assert f"{len(slugs(newsroom))} checked" in go("check", COURIER).stderr, "but not when it is named"
    assert go("resume", COURIER).exit_code == 0
    unknown = go("pause", "nope")
    assert (unknown.exit_code, f"there are {COURIER}" in unknown.stderr) == (2, True)
