"""The traps of sqlite-utils and sqlite3 that the research found, each closed by a test."""

from __future__ import annotations

import ast
import contextlib
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database

import tracker.store
from tests.store.world import NOW, follow, history, says, told
from tracker.errors import StoreError
from tracker.store import Store
from tracker.store.connection import insert, open_writer, rows, run, transaction
from tracker.store.history import articles, changes, sources, versions
from tracker.store.proof import integrity
from tracker.store.queue import queue
from tracker.store.search import search

ROOM = Path(tracker.store.__file__).parent
SOURCES = {path.name: path.read_text() for path in ROOM.glob("*.py")}


def calls(tree: ast.AST) -> set[str]:
    """Names of all methods called in a module."""
    return {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}


@pytest.mark.parametrize(
    ("trap", "method"),
    [
        ("begins deferred and fails at once when it then writes", "atomic"),
        ("writes NULL where a row lacks a key", "upsert_all"),
        ("breaks NOT NULL DEFAULT where a row lacks a key", "insert_all"),
        ("fires its triggers on any update, and wants a table as content", "enable_fts"),
        ("nine statements for one update", "update_row"),
        ("a generator that keeps a snapshot open", "rows_where_lazy"),
    ],
)
def test_the_room_does_not_call(trap: str, method: str) -> None:
    assert [name for name, text in SOURCES.items() if method in calls(ast.parse(text))] == []


def test_scripts_run_only_through_sqlite_utils_which_keeps_the_transaction_open() -> None:
    for name, text in SOURCES.items():
        assert "conn.executescript" not in text, name


def test_a_writing_transaction_waits_for_another_instead_of_failing_late(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with open_writer(path) as one, open_writer(path) as two:
        run(one, "create table t (a integer)")
        entered = threading.Event()

        def slow() -> None:
            with transaction(two):
                entered.set()
                run(two, "insert into t values (1)")

        with transaction(one):
            other = threading.Thread(target=slow)
            other.start()
            assert rows(one, "select count(*) from t")[0][0] == 0
            run(one, "insert into t values (2)")
            assert not entered.is_set()
        other.join(30)
        assert [r[0] for r in rows(one, "select a from t")] == [2, 1]


def test_an_inner_transaction_undoes_only_itself(tmp_path: Path) -> None:
    with open_writer(tmp_path / "x.db") as db:
        run(db, "create table t (a integer)")
        with transaction(db):
            run(db, "insert into t values (1)")
            with contextlib.suppress(ValueError), transaction(db):
                run(db, "insert into t values (2)")
                with transaction(db):
                    run(db, "insert into t values (3)")
                raise ValueError
            with transaction(db):
                run(db, "insert into t values (4)")
        assert [r[0] for r in rows(db, "select a from t")] == [1, 4]
        with contextlib.suppress(ValueError), transaction(db):
            run(db, "delete from t")
            raise ValueError
        assert len(rows(db, "select a from t")) == 2


def test_a_commit_that_fails_is_undone(tmp_path: Path) -> None:
    with open_writer(tmp_path / "x.db") as db:
        db.executescript(
            "create table a (id integer primary key);"
            "create table b (a integer references a (id) deferrable initially deferred)"
        )
        with pytest.raises(StoreError, match="FOREIGN KEY"), transaction(db):
            insert(db, "b", {"a": 7})
        assert not db.conn.in_transaction
        assert rows(db, "select * from b") == []


def test_rows_are_read_whole_so_that_the_log_can_shrink(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says(), says(headline="B")])
        with store.reader() as reader:
            for ask in (
                lambda: articles.articles(reader, limit=1),
                lambda: versions.versions(reader, 1),
                lambda: versions.current(reader, 1),
                lambda: search.search(reader, "pier"),
                lambda: search.hits(reader, "pier"),
                lambda: queue.due(reader, NOW, 1),
                lambda: articles.resolve(reader, "1"),
                lambda: sources.health(reader, "example-times"),
                lambda: sources.counts(reader),
                lambda: integrity.verify(reader),
                lambda: next(changes.changes(reader)),
            ):
                ask()
                sources.save_profile(store, "example-times", {"n": 1})
                assert store.db.execute("pragma main.wal_checkpoint(truncate)").fetchone()[0] == 0, ask


def test_a_reader_cannot_write_or_checkpoint(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says()])
        with store.reader() as reader:
            wal = tmp_path / "tracker.db-wal"
            size = wal.stat().st_size
            for statement in ("delete from versions", "create table x (a)", "pragma wal_checkpoint(truncate)"):
                with pytest.raises(sqlite3.OperationalError):
                    reader.db.conn.execute(statement)
            assert wal.stat().st_size == size > 0


def test_the_writing_connection_may_move_to_the_writers_thread(store: Store) -> None:
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(follow(store)))
    thread.start()
    thread.join(30)
    assert answers == [1]


def test_plugins_of_sqlite_utils_do_not_touch_our_connections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("plugins were loaded")

    monkeypatch.setattr("sqlite_utils.db.ensure_plugins_loaded", refuse)
    with history(tmp_path) as store, store.reader():
        assert isinstance(store.db, Database)
