"""Copying the two files of a history under a name of its own, read whole before it takes another's place."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import StoreError
from tracker.store.connection import captures_path, explain, open_reader
from tracker.store.proof import integrity, replaced_histories
from tracker.store.proof.integrity import Report
from tracker.store.proof.search_index import verify_search
from tracker.store.store import Store

_PART = re.compile(r".+\.part-([0-9]+)(?:-captures)?\.db(?:-journal|-wal|-shm)?")
_STEPS = 20_000
"""SQLite's steps between two looks at whether somebody pressed Ctrl-C: some hundredths of a second."""

_OF_THE_SOURCE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading a copy whole has shown. `finding` says what does not hold, empty when all does."""

    report: Report | None
    finding: str


def nothing(words: str) -> None:
    """Tells nobody how far the work is."""


def part_of(target: Path) -> Path:
    """Where a copy is made before it takes the place of `target`; its captures lie beside it."""
    return target.with_name(f"{target.stem}.part-{os.getpid()}.db")


def parts_left(folder: Path) -> list[Path]:
    """What copies that were killed have left in a folder."""
    try:
        found = [(path, match) for path in folder.iterdir() if (match := _PART.fullmatch(path.name))]
    except OSError:
        return []
    return sorted(path for path, match in found if not _alive(int(match[1])))


def sweep_parts(folder: Path) -> None:
    """Remove what copies that were killed have left in a folder."""
    for path in parts_left(folder):
        path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return pid != os.getpid()


@contextmanager
def a_copy(database: Path, target: Path, tell: Callable[[str], None] = nothing) -> Iterator[Path]:
    """A copy of a history and its captures as they are now, flushed to disk; gone after, unless it was moved away.

    Raises StoreError that names the file at fault, KeyboardInterrupt soon after Ctrl-C.
    """
    part = part_of(target)
    try:
        for source, goal in ((database, part), (captures_path(database), captures_path(part))):
            goal.unlink(missing_ok=True)
            tell(f"copying {source.name}")
            _copy(source, goal)
        yield part
    finally:
        for goal in (part, captures_path(part)):
            for path in (goal, *(goal.with_name(goal.name + end) for end in ("-journal", "-wal", "-shm"))):
                path.unlink(missing_ok=True)


def _copy(source: Path, goal: Path) -> None:
    if not source.exists():
        raise StoreError(f"{source}: it is not there: a copy without it would not be whole")
    with closing(open_reader(source)) as db, _interruptible(db.conn):
        try:
            db.conn.execute("vacuum into ?", (str(goal),))
        except sqlite3.Error as error:
            _stop_when_asked(error)
            theirs = getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_SOURCE
            raise explain(source if theirs else goal.parent, error) from error
    try:
        flush(goal)
    except OSError as error:
        raise StoreError(f"{goal}: cannot write the copy: {error.strerror}") from error


def flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checked(copy: Path, *, whole: bool, tell: Callable[[str], None] = nothing) -> Checked:
    """Read a copy: every page of both files, and with `whole` all that `tracker verify` proves."""
    for path in (copy, captures_path(copy)):
        tell(f"reading {path.name}")
        if fault := form_fault(path):
            return Checked(None, fault)
    if not whole:
        return Checked(None, "")
    tell("recomputing the history")
    try:
        with Store.open(copy) as store:
            report = integrity.verify(store)
            finding = report.finding or replaced_histories.verify_former(store) or verify_search(store)
    except StoreError as error:
        return Checked(None, str(error))
    return Checked(report, str(finding) if finding else "")


def form_fault(path: Path) -> str:
    """What SQLite finds wrong with the form of a file, every page of it read; empty when nothing is."""
    try:
        with closing(open_reader(path)) as db, _interruptible(db.conn):
            said = [line for (line,) in db.conn.execute("pragma quick_check(3)")]
    except sqlite3.Error as error:
        _stop_when_asked(error)
        return str(explain(path, error))
    except StoreError as error:
        return str(error)
    return "" if said == ["ok"] else f"{path.name} is damaged: {'; '.join(said)}"


@contextmanager
def _interruptible(connection: sqlite3.Connection) -> Iterator[None]:
    """Let Ctrl-C end a long statement: SQLite asks now and then, and Python takes its signals while it answers."""
    connection.set_progress_handler(lambda: 0, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _stop_when_asked(error: sqlite3.Error) -> None:
    """An interrupt that came while SQLite worked is one of the whole program."""
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
        raise KeyboardInterrupt from None


def move(copy: Path, target: Path) -> list[Path]:
    """Put a copy in the place of `target`: the captures first, so that no history is ever without its own."""
    moved = []
    try:
        for source, goal in ((captures_path(copy), captures_path(target)), (copy, target)):
            source.replace(goal)
            flush(goal.parent)
            moved.append(goal)
    except OSError as error:
        raise StoreError(f"{target}: cannot be put in its place: {error.strerror}") from error
    return moved[::-1]
