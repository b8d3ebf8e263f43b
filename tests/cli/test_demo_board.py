"""What the demo shows as it happens, on a history that is already there."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import SGR, TERMINAL
from tests.cli.test_hostile import DANGERS
from tracker.cli.commands.demo import Board
from tracker.model import ChangeFilter
from tracker.store import Store
from tracker.store.history import changes


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
