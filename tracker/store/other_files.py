"""SQLite files of other programs: read without trust, and made for others to read. Never the history itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from tracker.errors import StoreError
from tracker.store.connection import Value, explained

_MOST_ROWS_AT_ONCE = 2_000


class OtherFile:
    """A database of another program, opened so that nothing in it can be changed or run."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns; empty when there is no such table."""
        with explained(self.path):
            found = self._connection.execute("select name from pragma_table_info(?)", (table,)).fetchall()
        return tuple(str(name) for (name,) in found)

    def need(self, table: str, *columns: str) -> None:
        """Raises StoreError when the table or one of its columns is not there."""
        there = self.columns(table)
        lacking = [c for c in columns if c not in there]
        if not there or lacking:
            what = f"no column {', '.join(lacking)} in its table {table}" if there else f"no table {table}"
            raise StoreError(f"{self.path}: it has {what}, so it is not a file of the kind that was named")

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Iterator[tuple[Value, ...]]:
        """The rows of a question, one by one. Raises StoreError."""
        with explained(self.path):
            yield from self._connection.execute(sql, values)


@contextmanager
def opened(path: Path) -> Iterator[OtherFile]:
    """Another program's database, for reading as it stands. Raises StoreError."""
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file")
    with (
        explained(path),
        closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)) as connection,
    ):
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma query_only = on")
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("select count(*) from sqlite_master").fetchone()
        yield OtherFile(connection, path)


class NewFile:
    """A database that is being made for others to read."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection

    def add(self, table: str, rows: Iterable[Sequence[Value]]) -> None:
        """Write rows, each with a value for every column of the table."""
        batch: list[Sequence[Value]] = []
        for one in rows:
            batch.append(one)
            if len(batch) == _MOST_ROWS_AT_ONCE:
                self._write(table, batch)
                batch = []
        self._write(table, batch)

    def _write(self, table: str, batch: Sequence[Sequence[Value]]) -> None:
        if batch:
            marks = ", ".join("?" * len(batch[0]))
            with explained(self.path):
                self._connection.executemany(f"insert into {table} values ({marks})", batch)  # noqa: S608 - ours


@contextmanager
def made(path: Path, schema: str) -> Iterator[NewFile]:
    """A new database with these tables, whole on the disk when this ends without an error. Raises StoreError."""
    with explained(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("pragma journal_mode = off; pragma synchronous = off;" + schema)
        connection.execute("begin")
        yield NewFile(connection, path)
        connection.execute("commit")
