"""The real thing: the command line in processes of its own, a newsroom on loopback, a database file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.waiting import HANG
from tracker.newsroom import Newsroom, serve_in_thread
from tracker.scheduler.clock import WallClock
from tracker.store import Store
from tracker.store.history import articles, versions


@dataclass
class Machine:
    """A folder with a sources.yaml and a database, and the commands that work on them."""

    folder: Path
    newsroom: Newsroom
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "sources.yaml"

    @property
    def database(self) -> Path:
        return self.folder / "tracker.db"

    def configure(self, **changes: Any) -> None:
        """Write a sources.yaml that follows the newsroom; `changes` replace keys of every source."""
        mapping = self.newsroom.config(database=self.database)
        for source in mapping["sources"]:
            source.update(changes)
        self.config.write_text(json.dumps(mapping))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tracker", "--config", str(self.config), *arguments]

    def tracker(self, *arguments: str, exit_code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; it must end with that exit code (None: any)."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, env=ENVIRONMENT, timeout=HANG, cwd=ROOT
        )
        assert exit_code is None or done.returncode == exit_code, (arguments, done.stdout, done.stderr)
        return done

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """The JSON lines of a command."""
        return [json.loads(line) for line in self.tracker(*arguments, "--json").stdout.splitlines()]

    def changes(self) -> list[dict[str, Any]]:
        """Every change the command line knows, oldest first."""
        return self.lines("log", "--all", "--limit", "0")[::-1]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command that goes on; it is ended with the machine if it has not ended before."""
        process = subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
            cwd=ROOT,
        )
        self.started.append(process)
        return process

    def article(self, slug: str) -> int:
        with Store.open(self.database) as store:
            return articles.resolve(store, self.newsroom.url(slug))

    def versions(self, slug: str) -> list[dict[str, Any]]:
        """Number, headline and return of every version of a story."""
        with Store.open(self.database) as store:
            found = versions.versions(store, articles.resolve(store, self.newsroom.url(slug)))
        return [{"number": v.number, "headline": v.content.headline, "same_as": v.same_as} for v in found]


ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONUNBUFFERED": "1"}


def wait_for(process: subprocess.Popen[str], *words: str) -> list[str]:
    """Read a process's log until a line has all these words; what was read."""
    assert process.stderr is not None
    read = []
    patience = threading.Timer(HANG, process.kill)
    patience.start()
    try:
        for line in process.stderr:
            read.append(line)
            if all(word in line for word in words):
                return read
    finally:
        patience.cancel()
    raise AssertionError(f"it ended without saying {words}: {''.join(read)}")


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> int:
    """Send a signal and wait for the end; the exit code."""
    process.send_signal(number)
    process.communicate(timeout=HANG)
    return process.returncode


@contextmanager
def a_machine(folder: Path) -> Iterator[Machine]:
    """A machine whose newsroom is open; whatever it started is ended."""
    newsroom = Newsroom(WallClock(), edits=())
    with serve_in_thread(newsroom):
        machine = Machine(folder, newsroom)
        machine.configure()
        try:
            yield machine
        finally:
            for process in machine.started:
                if process.poll() is None:
                    process.kill()
                    process.wait()
                if process.stderr is not None:
                    process.stderr.close()
