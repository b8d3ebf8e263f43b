"""A history to read, filled through the real store and differ, and a way to run commands on it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.cli.world import Mine, a_daemon
from tests.store.world import HOUR, NOW, follow, history, publish, result, says, told
from tests.waiting import HANG
from tracker.cli import main
from tracker.model import Content, Event, EventKind, Kind, Outcome, Paragraph
from tracker.newsroom import Newsroom, serve_in_thread
from tracker.scheduler.clock import DrivenClock
from tracker.store.history import record

Run = Callable[..., Result]

ATTACK = "\x1b[2J\x1b]0;owned\x07 \u202eevil\u202c <script>alert(1)</script> [bold]b[/bold] \x9b2K pay\u200bment"
"""What a page may try. The store keeps all of it."""

SGR = re.compile(r"\x1b\[[0-9;]*m")
TERMINAL = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "80", "NO_COLOR": ""}
"""The environment that makes standard output look like a terminal."""

FIRST = says(
    "The alliance takes over the training mission. It sends 400 trainers to the country.",
    "The mission lasts a year, a spokeswoman said on Monday.",
    headline="Alliance takes over training mission",
    byline=("Ada Bell",),
    standfirst="A decision after long talks.",
)
SECOND = says(
    "The alliance takes over the training mission. It sends 500 trainers to the country.",
    "The mission lasts a year, a spokeswoman said on Monday.",
    "The parliament was not asked, and its president complained about that in a letter.",
    headline="Alliance takes over the training of an army",
    byline=("Ada Bell",),
    standfirst="A decision after long talks.",
    notices=(Paragraph("Correction: an earlier version misstated the number of trainers.", Kind.NOTICE),),
)


def attacked(text: str) -> Content:
    """A content in which every string is an attack."""
    return says(
        f"{ATTACK} {text} and some more words so that it is a sentence.",
        f"{ATTACK} stays.",
        headline=f"{ATTACK} {text}",
        byline=(ATTACK,),
        standfirst=ATTACK,
        section=ATTACK,
    )


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles: 1 changed and was reverted, 2 attacks and went, 3 has one version, 4 was never visited."""
    folder = tmp_path_factory.mktemp("history")
    with history(folder) as store:
        told(store, [FIRST, SECOND, FIRST], "mission")
        second = told(store, [attacked("400"), attacked("500")], "attack", "example-post")
        gone = Event(second, NOW + 3 * HOUR, EventKind.GONE, {"status": 410, "said": ATTACK})
        failed = result(store, second, NOW + 3 * HOUR, Outcome.GONE, status=410, error=ATTACK, events=(gone,))
        record.record(store, replace(failed, state=replace(failed.state, next_check_at=None)))
        publish(store, follow(store, "quiet"), says(), NOW)
        follow(store, "waiting")
    return folder / "tracker.db"


@pytest.fixture
def run(database: Path) -> Run:
    """Runs a command on that history; `terminal=True` as if for a person's eyes."""

    def runs(*arguments: str, terminal: bool = False, **env: str) -> Result:
        clean = {"FORCE_COLOR": None, "NO_COLOR": None, "TRACKER_CONFIG": None, "TRACKER_DATABASE": str(database)}
        return CliRunner().invoke(main, arguments, env=clean | (TERMINAL if terminal else {}) | env)

    return runs


@pytest.fixture
def tracker(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the program as a process in an empty folder."""

    def runs(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_") and k != "FORCE_COLOR"}
        command = [sys.executable, "-m", "tracker", *arguments]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=HANG,
            **options,  # type: ignore[call-overload]
        )

    return runs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, without settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("TRACKER_CONFIG", "TRACKER_DATABASE", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def daemon(newsroom: Newsroom, folder: Path) -> Iterator[Newsroom]:
    """A daemon that follows the newsroom's first paper."""
    with a_daemon(folder):
        yield newsroom


@pytest.fixture
def newsroom(folder: Path) -> Iterator[Newsroom]:
    """A served newsroom that edits nothing by itself, and a sources.yaml that follows one of its papers."""
    room = Newsroom(DrivenClock(datetime.now(UTC)), edits=())  # the commands read the wall clock, too
    with serve_in_thread(room):
        settings = room.config(database=folder / "tracker.db")
        settings["sources"] = settings["sources"][:1]
        (folder / "sources.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
        yield room


@pytest.fixture
def spare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history that a test may damage: 1 changed twice, 2 attacks, 3 has one version."""
    monkeypatch.chdir(tmp_path)
    with history(tmp_path) as store:
        told(store, [FIRST, SECOND, FIRST], "mission")
        told(store, [attacked("400"), attacked("500")], "attack", "example-post")
        publish(store, follow(store, "quiet"), says(), NOW)
    return tmp_path / "tracker.db"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mine:
    """Runs commands in a folder with a sources file; `mine.rules` of the file may be given."""
    monkeypatch.chdir(tmp_path)
    for name in ("TRACKER_CONFIG", "TRACKER_DATABASE", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def runs(*arguments: str, rules: str = "", terminal: bool = False) -> Result:
        extract = f"\n    extract: {rules}" if rules else ""
        (tmp_path / "sources.yaml").write_text(
            "database: tracker.db\ncontact: https://operator.example/bot\nsources:\n"
            f"  - id: example-times\n    name: The Example Times\n    feeds: [https://times.example/rss.xml]{extract}\n"
        )
        return CliRunner().invoke(main, arguments, env=TERMINAL if terminal else {})

    return runs
