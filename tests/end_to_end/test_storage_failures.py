"""Full disk, locked database, files taken away, no right to write: said, survived, and gone on from."""

from __future__ import annotations

import asyncio
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.test_install_service import INSIDE_ENVIRONMENT, sandboxed
from tests.end_to_end.machine import ROOT, a_machine, end, wait_for
from tests.end_to_end.test_survival import sound
from tests.scheduler.test_daemon import Watch, running, watch  # noqa: F401 (a fixture)
from tests.waiting import HANG
from tracker.scheduler.process import daemon as rooms
from tracker.store import Store, connection
from tracker.store.history import sources

GULLS = "mayor-gulls"


def test_a_disk_that_fills_is_said_costs_nothing_that_was_kept_and_is_used_again_when_it_has_room(
    tmp_path: Path,
) -> None:
    """No file of the running daemon may grow beyond what it has: the kernel refuses the write, as on a full disk."""
    with a_machine(tmp_path) as machine:
        process = machine.start("-v", "run")
        wait_for(process, "outcome=new")
        size = max(path.stat().st_size for path in tmp_path.glob("*.db*"))
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (min(size, 16_384), hard))
        machine.newsroom.publish("full", headline="The disk is full", body=[f"Line {n} of the disk." for n in range(9)])
        asked = subprocess.Popen(
            machine.command("check", "harbour-courier"), stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        said = wait_for(process, "SQLite")
        assert "disk" in said[-1]
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        asked.communicate(timeout=HANG)
        assert process.poll() is None
        machine.newsroom.edit(GULLS, headline="There is room again")
        machine.tracker("check", machine.newsroom.url(GULLS), exit_code=None)
        assert machine.versions(GULLS)[-1]["headline"] == "There is room again"
        assert end(process) == 0
        sound(machine.database)


async def test_a_database_that_a_stranger_holds_locked_is_said_and_waited_for(
    tmp_path: Path,
    watch: Watch,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "PATIENCE_MS", 50)
    async with running(tmp_path) as (newsroom, _, config, heard):
        await watch.says("outcome=new", times=len(newsroom.stories("harbour-courier")))
        with closing(sqlite3.connect(config.database, isolation_level=None)) as stranger:
            stranger.execute("begin immediate")
            newsroom.edit(GULLS, headline="Said while it was locked")
            await watch.says("could not commit a check", "another program holds it locked")
            stranger.execute("rollback")
        async with asyncio.timeout(HANG):
            while not heard:
                await asyncio.sleep(0.01)
    assert [change.headline for change in heard] == ["Said while it was locked"]
    sound(config.database)


async def test_a_file_that_is_taken_away_in_use_is_said_once_and_so_is_its_return(
    tmp_path: Path,
    watch: Watch,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rooms, "STATISTICS_SECONDS", 0.05)
    async with running(tmp_path) as (newsroom, _, config, _):
        await watch.says("outcome=new", times=len(newsroom.stories("harbour-courier")))
        captures, aside = config.database.with_name("captures.db"), tmp_path / "aside.db"
        captures.rename(aside)
        await watch.says("a file of the history is gone", "captures.db", "put it back")
        aside.rename(captures)
        await watch.says("file is back", "captures.db")
    assert sum("a file of the history is gone" in line for line in watch.lines) == 1


def test_captures_that_are_missing_at_the_start_are_named_and_everything_else_goes_on(tmp_path: Path) -> None:
    with a_machine(tmp_path) as machine:
        machine.tracker("check", "harbour-courier", exit_code=None)
        for path in tmp_path.glob("captures.db*"):
            path.unlink()
        machine.newsroom.edit(GULLS, headline="Edited without the old captures")
        machine.tracker("check", machine.newsroom.url(GULLS), exit_code=None)
        assert machine.versions(GULLS)[-1]["headline"] == "Edited without the old captures"
        verified = machine.tracker("verify", exit_code=None)
        assert "capture" in verified.stdout + verified.stderr
        sound(machine.database)


def test_where_it_may_not_write_the_daemon_says_so_and_ends(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-Urm", "true"], check=False).returncode:
        return  # a machine that lets nobody make namespaces
    with a_machine(tmp_path) as machine:
        with Store.open(machine.database, write=True):
            pass
        other = tmp_path / "other"
        other.mkdir()
        tracker = [sys.executable, "-m", "tracker", "--config", str(machine.config)]
        done = subprocess.run(
            sandboxed(other, *tracker, "run", net=True),
            capture_output=True,
            text=True,
            timeout=HANG,
            env=INSIDE_ENVIRONMENT,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert "tracker.db" in done.stderr
        assert "Traceback" not in done.stderr
        with Store.open(machine.database) as store:
            assert sources.counts(store).versions == 0
