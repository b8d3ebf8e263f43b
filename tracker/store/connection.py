"""Connections and transactions, and statements with their values made storable and their errors explained."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from sqlite_utils import Database, Migrations

from tracker.errors import StoreError
from tracker.model import iso
from tracker.model import storable as storable
from tracker.model.filters import finder

Value = str | int | float | bytes | None

StoredRow: TypeAlias = sqlite3.Row | Mapping[str, Any]
"""A row by its columns' names: as SQLite gives it, or as a mapping where it is read more than once."""

PATIENCE_MS = 30_000
"""How long a statement waits for somebody else's lock."""

NO_HISTORY = "there is no history yet. Make one with: tracker check (or: tracker run)"
NOT_OURS = "it is not a database of tracker: name another file with --database"

CAPTURES = "captures"
"""The schema name under which the captures are attached."""

_SUFFIXES = ("", ".db", ".sqlite", ".sqlite3")
"""How the name of a database usually ends."""

_CANNOT_OPEN = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)

_SAVEPOINT = "tracker_step"


class HistoryDatabase(Database):
    """A database file of ours that is open. What SQLite says of a statement names this file."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, execute_plugins=False, recursive_triggers=False)
        self.path = path


def captures_path(database: Path) -> Path:
    """Where the captures of a history are: `captures.db` beside `tracker.db`, `X-captures.db` beside `X.db`.

    Of a name that ends otherwise (`tracker.db.2026-11-23`) all of it counts: two histories never share their captures.
    Files that were named before that was so stay where they are.
    """
    usual = database.with_name("captures.db" if database.stem == "tracker" else f"{database.stem}-captures.db")
    if database.suffix in _SUFFIXES:
        return usual
    mine = database.with_name(f"{database.name}-captures.db")
    anothers = any(database.with_name(database.stem + suffix).exists() for suffix in _SUFFIXES)
    return mine if mine.exists() or anothers or not usual.exists() else usual


def open_writer(path: Path) -> HistoryDatabase:
    """The one writing connection, in WAL mode. Usable from any one thread at a time."""
    with explained(path):
        # Explicit transactions only: the driver's implicit BEGIN is deferred and fails late under contention.
        connection = sqlite3.connect(
            path, timeout=30, isolation_level=None, check_same_thread=False, cached_statements=256, uri=False
        )
        try:
            _leave_others_alone(connection, path)
            # For a new file only. A version is most of a kilobyte: in SQLite's pages of 4 KiB a tenth would stay empty.
            connection.execute("pragma page_size = 8192")
            connection.execute("pragma journal_mode = wal").fetchall()
            connection.execute("pragma synchronous = normal")
            connection.execute("pragma foreign_keys = on")
            # Debian's SQLite overwrites what is deleted, others must be told: what is forgotten stays in no free page.
            connection.execute("pragma secure_delete = on").fetchall()
            connection.execute("pragma journal_size_limit = 67108864")
            _tune(connection)
            return HistoryDatabase(connection, path)
        except BaseException:
            connection.close()
            raise


def _leave_others_alone(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse another program's database before anything in it is touched. Raises StoreError."""
    tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    if tables and Migrations.migrations_table not in tables:
        raise StoreError(f"{path}: {NOT_OURS}")


def open_reader(path: Path) -> HistoryDatabase:
    """A connection that cannot write or checkpoint (`mode=ro`), so that the writer stays the only one that does."""
    with explained(path):
        return _read_only(path, "mode=ro&immutable=1" if stands_still(path) else "mode=ro")


def stands_still(path: Path) -> bool:
    """Whether a file can be read only as it stands: it lies where we may not write, and no process writes it.

    SQLite cannot make the shared memory of its log there. With an empty log the main file is the whole truth.
    """
    log = path.with_name(path.name + "-wal")
    try:
        if log.exists() and log.stat().st_size:
            return False
        with closing(sqlite3.connect(f"{_uri(path)}?mode=ro", uri=True, timeout=0)) as db:
            db.execute("select count(*) from sqlite_master").fetchall()
    except sqlite3.OperationalError as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _CANNOT_OPEN
    except (OSError, sqlite3.Error):
        return False
    return False


def sizes(path: Path) -> tuple[int, int]:
    """The bytes of a database's file and of its write-ahead log; what is not there, or cannot be read, has none."""
    return _size(path), _size(path.with_name(path.name + "-wal"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _read_only(path: Path, options: str) -> HistoryDatabase:
    connection = sqlite3.connect(
        f"{_uri(path)}?{options}",
        uri=True,
        timeout=30,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        _tune(connection)
        connection.execute("select count(*) from sqlite_master").fetchall()
        return HistoryDatabase(connection, path)
    except BaseException:
        connection.close()
        raise


def _uri(path: Path) -> str:
    return "file:" + quote(str(path.absolute()))


def _tune(connection: sqlite3.Connection) -> None:
    connection.create_function("regexp", 2, _regexp, deterministic=True)
    connection.execute(f"pragma busy_timeout = {PATIENCE_MS}").fetchall()
    connection.execute("pragma cache_size = -65536")
    connection.execute("pragma temp_store = memory")


def _regexp(pattern: str, text: str | None) -> bool:
    """SQL's `text regexp pattern`, which SQLite knows only the syntax of."""
    return text is not None and finder(pattern)(text)


def attach(db: HistoryDatabase, path: Path, name: str, *, write: bool) -> None:
    """Attach a second database file under a schema name."""
    with explained(path):
        if write:
            db.conn.execute(f"attach ? as {name}", (str(path),))
            # Captures are flushed before the versions that cite them are committed.
            db.conn.execute(f"pragma {name}.synchronous = full")
            db.conn.execute(f"pragma {name}.journal_size_limit = 67108864")
            db.conn.execute(f"pragma {name}.secure_delete = on").fetchall()
        else:
            still = "&immutable=1" if stands_still(path) else ""
            db.conn.execute(f"attach ? as {name}", (f"{_uri(path)}?mode=ro{still}",))


@contextmanager
def transaction(db: HistoryDatabase) -> Iterator[None]:
    """All or nothing: BEGIN IMMEDIATE, or a savepoint when one is already open.

    IMMEDIATE, because a deferred transaction that reads first fails at once, whatever the time-out, when it then
    wants to write (sqlite-utils' own `atomic()` begins deferred).
    """
    connection = db.conn
    with explained(db.path):
        yield from _nested(connection)


def _nested(connection: sqlite3.Connection) -> Iterator[None]:
    if connection.in_transaction:
        connection.execute(f"savepoint {_SAVEPOINT}")
        done = f"release {_SAVEPOINT}"
        undo = [f"rollback to {_SAVEPOINT}", done]
    else:
        connection.execute("begin immediate")
        done = "commit"
        undo = ["rollback"]
    try:
        yield
        connection.execute(done)
    except BaseException:
        # A full disk rolls everything back by itself; undoing twice would hide the reason.
        for statement in undo if connection.in_transaction else ():
            connection.execute(statement)
        raise


_DAMAGED = "it is damaged: keep a copy, then restore the last backup (tracker backup makes them)"

_ADVICE: Sequence[tuple[str, str]] = (
    ("database or disk is full", "the disk is full: free some space; nothing was half-written"),
    ("readonly", "it cannot be written: check the rights of the file and of its folder"),
    ("read-only", "it cannot be written: check the rights of the file and of its folder"),
    ("unable to open", "it cannot be opened: check that the folder exists and may be read and written by this user"),
    ("not a database", "it is not an SQLite database: name another file with --database"),
    ("malformed", _DAMAGED),
    ("disk i/o error", "the disk reported an error: check it (dmesg), then run tracker doctor"),
    ("locked", "another program holds it locked: close it, or try again"),
    ("no such table", NOT_OURS),
)


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn what SQLite says into a StoreError that says which file, and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(path, error) from error


def explain(path: Path | str, error: sqlite3.Error) -> StoreError:
    """An error of SQLite as one of ours."""
    said = str(error)
    # Of a damaged file that is attached SQLite says only that it cannot be opened, but the code says why.
    damaged = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT
    advice = _DAMAGED if damaged else next((advice for sign, advice in _ADVICE if sign in said.lower()), "")
    return StoreError(f"{path}: {advice} (SQLite: {said})" if advice else f"{path}: SQLite says: {said}")


def rows(db: HistoryDatabase, sql: str, parameters: Sequence[Value] = ()) -> list[sqlite3.Row]:
    """Every row at once, by name: a half-read cursor would hold a snapshot open and keep the log from shrinking."""
    cursor = db.conn.cursor()
    cursor.row_factory = sqlite3.Row
    try:
        return cursor.execute(sql, _stored(parameters)).fetchall()
    except sqlite3.Error as error:
        raise explain(_read_by(db, sql, error), error) from error


def stream(db: HistoryDatabase, sql: str, parameters: Sequence[Value] = ()) -> Iterator[sqlite3.Row]:
    """The rows one by one, for answers that are too long to hold; a snapshot stays open until the last was read."""
    cursor = db.conn.cursor()
    cursor.row_factory = sqlite3.Row
    try:
        yield from cursor.execute(sql, _stored(parameters))
    except sqlite3.Error as error:
        raise explain(_read_by(db, sql, error), error) from error


def row(db: HistoryDatabase, sql: str, parameters: Sequence[Value] = ()) -> sqlite3.Row | None:
    """The first row, or None."""
    found = rows(db, sql, parameters)
    return found[0] if found else None


def run(db: HistoryDatabase, sql: str, parameters: Sequence[Value] = ()) -> sqlite3.Cursor:
    """One writing statement, its text made storable."""
    try:
        return db.conn.execute(sql, _stored(parameters))
    except sqlite3.Error as error:
        raise explain(_read_by(db, sql, error), error) from error


def insert(db: HistoryDatabase, table: str, values: Mapping[str, Value]) -> int:
    """Insert one row given as column -> value; its rowid."""
    marks = ", ".join("?" * len(values))
    sql = f"insert into {table} ({', '.join(values)}) values ({marks})"  # noqa: S608 - names are ours
    return run(db, sql, tuple(values.values())).lastrowid or 0


def run_many(db: HistoryDatabase, sql: str, parameters: Iterable[Sequence[Value]]) -> None:
    """One writing statement for many rows (`executemany`: the fast path of the research)."""
    with explained(db.path):
        db.conn.executemany(sql, (_stored(p) for p in parameters))


def _read_by(db: HistoryDatabase, sql: str, error: sqlite3.Error) -> Path:
    """Which file SQLite was reading: what is wrong with the attached captures is not said of the history.

    SQLite reads an attached file's schema with whatever statement comes first.
    """
    captures = captures_path(db.path)
    if f"{CAPTURES}." in sql:
        return captures
    if not _is_damage(error):
        return db.path
    attached = any(name == CAPTURES for _, name, _ in db.conn.execute("pragma database_list"))
    return captures if attached and not _has_a_schema(captures) else db.path


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _has_a_schema(path: Path) -> bool:
    """Whether the first pages of a file can be read as those of a database."""
    try:
        with closing(sqlite3.connect(f"{_uri(path)}?mode=ro", uri=True)) as db:
            db.execute("select * from sqlite_master").fetchall()
    except sqlite3.Error:
        return False
    return True


def _stored(parameters: Sequence[Value]) -> list[Value]:
    return [storable(p) if isinstance(p, str) else p for p in parameters]


def dump(value: Any) -> str:
    """Compact JSON as the database keeps it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def stamp(moment: datetime) -> str:
    """A moment as the database writes it."""
    text = iso(moment)
    if text is None:  # pragma: no cover - iso of a moment is never None
        raise StoreError("a moment is missing where the database needs one")
    return text


def moment(text: str | None) -> datetime | None:
    """A moment as the database wrote it."""
    return datetime.fromisoformat(text) if text else None


def sure_moment(text: str) -> datetime:
    """A moment from a column that is never null."""
    return datetime.fromisoformat(text)
