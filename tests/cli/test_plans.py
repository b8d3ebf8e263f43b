"""No command that reads the history scans a table that grows: what it asks is held to SQLite's own plan."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.store.test_plans import scans
from tracker.store import connection

COMMANDS = [
    "log",
    "log --source example-times --since 30d --limit 5",
    "log --tag number --all --json",
    "log --class substantive --min-score 3 --grep boats",
    "log --patch",
    "diff 1",
    "show 1",
    "history 1",
    "blame 1 --removed",
    "search trainers",
    "search --removed --json -- source:example-times train* -lorry",
    "articles --limit 5",
    "articles --source example-times --state live --json",
    "sources",
    "stats",
    "schedule 1",
    "status",
    "verify 1",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_reads_by_an_index(run: Run, database: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    tune = connection._tune

    def watched(opened: sqlite3.Connection) -> None:
        tune(opened)
        opened.set_trace_callback(asked.append)

    monkeypatch.setattr(connection, "_tune", watched)
    said = run(*command.split())
    monkeypatch.undo()
    assert said.exit_code in (0, 1), said.output
    # What is asked of a temporary index of one article (`verify`) is not asked of the history.
    asked = [sql for sql in asked if "_own" not in sql]
    statements = [sql for sql in dict.fromkeys(asked) if re.match(r"\s*(select|with)\b", sql, re.IGNORECASE)]
    assert statements or command == "status"
    with sqlite3.connect(database) as db:
        db.execute("attach ? as captures", (str(database.with_name("captures.db")),))
        found = {sql: scans(sql, [r[3] for r in db.execute("explain query plan " + sql)]) for sql in statements}
    db.close()
    # In the order of its own key a table is read no further than the limit.
    bounded = re.compile(r"order by (\w\.)?id desc limit \d+$")
    assert {sql: lines for sql, lines in found.items() if lines and not bounded.search(sql)} == {}
