"""`tracker demo`: it shows what it catches, ends when asked, and replaces nothing but an earlier demo."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import SGR, TERMINAL
from tests.cli.test_hostile import DANGERS
from tests.cli.world import go
from tests.waiting import HANG
from tracker.cli.commands.demo import Board
from tracker.model import ChangeFilter
from tracker.store import Store
from tracker.store.history import changes

pytestmark = pytest.mark.slow


def test_demo_shows_edits_with_their_interval_and_leaves_the_database(folder: Path) -> None:
    command = [sys.executable, "-m", "tracker", "demo", "--speed", "900"]
    demo = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    seen = next(line for line in demo.stdout if line.startswith("Seen:"))
    assert seen.startswith("Seen:     between ")
    demo.send_signal(signal.SIGINT)
    _, said = demo.communicate(timeout=HANG)
    assert demo.returncode == 0
    assert "tracker --config db/demo.yaml log" in said
    left = go("--config", "db/demo.yaml", "log", "--json", "--limit", "1")
    assert json.loads(left.stdout)["change"]


def test_demo_ends_by_itself_and_never_over_a_database_of_another(folder: Path) -> None:
    assert "Caught " in go("demo", "--for", "1s", "--database", "x/demo.db").stderr
    assert go("demo", "--for", "1", "--database", "x/demo.db").exit_code == 0
    (folder / "mine.db").write_bytes(b"")
    (folder / "x/demo-interviews.db").write_bytes(b"mine, too")
    assert go("demo", "--for", "1", "--database", "x/demo.db").exit_code == 0
    assert (folder / "x/demo-interviews.db").read_bytes() == b"mine, too"
    ours = (folder / "x/demo.yaml").read_text("utf-8").replace("harbour-courier", "ours")
    for own in ("news.yaml", "sources.yaml"):
        (folder / own).write_text(ours, "utf-8")
    (folder / "news.db").write_bytes(b"")
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    for own in ("mine.db", "news.db", "sources.db"):
        refused = go("demo", "--for", "1s", "--database", own)
        assert (refused.exit_code, "not the database of an earlier demo" in refused.stderr) == (2, True), own
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before
    assert go("demo", "--for", "soon").exit_code == 2


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TERMINAL.items():
        monkeypatch.setenv(name, value)


def test_an_event_is_told_once(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    board = Board(database)
    board.events()
    board.events()
    said = capsys.readouterr().out
    assert said.count("gone from the site, seen at 13:00 UTC on 23 Nov 2026") == 1
    assert said.startswith("Article:  2\nHeadline: ")
    assert not set(said) & set(DANGERS)


def test_on_a_terminal_events_and_edits_are_drawn(
    database: Path, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    board = Board(database)
    with Store.open(database) as store:
        for change in changes.changes(store, ChangeFilter(noise=True)):
            board.show(change)
    said = SGR.sub("", capsys.readouterr().out)
    assert "gone from the site" in said
    assert "paragraph 1, edited" in said
    assert "[-400-]" not in said
    assert not set(said) & set(DANGERS)
    assert (board.edits, board.noise) == (3, 0)


def test_noise_is_counted_not_shown(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    board = Board(database)
    with Store.open(database) as store:
        noise = replace(next(changes.changes(store)), noise_rule="live-counter")
    board.events()
    capsys.readouterr()
    board.show(noise)
    assert (board.edits, board.noise, capsys.readouterr().out) == (0, 1, "")
