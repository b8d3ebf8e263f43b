"""The pages beside the daemon: open as long as it runs, gone when it ends, however it ends."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.end_to_end.machine import a_machine, end, wait_for
from tests.waiting import HANG
from tracker.store import Store


def page(address: str) -> str:
    """The front page, as soon as it answers."""
    patience = time.monotonic() + HANG
    while True:
        try:
            with urllib.request.urlopen(address) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            assert time.monotonic() < patience, "the pages never opened"


def closes(address: str) -> bool:
    """Whether nothing listens there any more, now or soon."""
    port = int(address.rsplit(":")[-1].strip("/"))
    patience = time.monotonic() + HANG
    while time.monotonic() < patience:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return True
    return False


def opened(process: subprocess.Popen[str]) -> str:
    found = re.search(r"address=(http://\S+)", wait_for(process, "the pages are open")[-1])
    assert found
    return found.group(1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_pages_live_and_die_with_the_daemon(tmp_path: Path, number: int) -> None:
    with a_machine(tmp_path) as machine:
        process = machine.start("-v", "run", "--web", "--port", "0")
        address = opened(process)
        assert "<h1" in page(address)
        assert end(process, number) == (0 if number == signal.SIGTERM else -number)
        assert closes(address)


def child(parent: int, *words: str) -> int:
    """The process that a process started with these words."""
    for number in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if set(words) <= set(Path(f"/proc/{number}/cmdline").read_text().split("\0")):
            return int(number)
    raise AssertionError(f"process {parent} has no child {words}")


def test_when_the_pages_end_the_daemon_says_so_and_goes_on(tmp_path: Path) -> None:
    with a_machine(tmp_path) as machine:
        process = machine.start("-v", "run", "--web", "--port", "0")
        page(opened(process))
        os.kill(child(process.pid, "web"), signal.SIGKILL)
        wait_for(process, "the pages ended by themselves")
        machine.tracker("status")
        assert end(process) == 0


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path) -> None:
    with a_machine(tmp_path) as machine, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = machine.tracker("run", "--web", "--port", str(port), exit_code=2).stderr
        assert f"port {port}" in said
        assert "already in use" in said


def test_the_demo_shows_edits_and_pages_and_leaves_a_history(tmp_path: Path) -> None:
    with a_machine(tmp_path) as machine:
        database = tmp_path / "demo.db"
        done = machine.tracker("demo", "--for", "12s", "--speed", "600", "--database", str(database))
        assert re.search(r"The pages are at http://127\.0\.0\.1:\d+/", done.stderr)
        assert re.search(r"\nCaught [1-9]\d* edits?", done.stderr)
        settings = database.with_suffix(".yaml")
        assert f"--config {settings} history" in done.stderr
        with Store.open(database, write=True):
            assert str(os.getpid()) in machine.tracker("demo", "--database", str(database), exit_code=75).stderr
        log = machine.tracker("--config", str(settings), "log").stdout
        assert "harbour-courier" in log
