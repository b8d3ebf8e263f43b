"""Copying a history and its captures as they are at one moment, and making sure that the copy is whole."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import StoreError
from tracker.store.connection import captures_path, explained, open_reader, rows
from tracker.store.store import Store

_MAGIC = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished and verified copy: its files and their size in bytes."""

    files: tuple[Path, ...]
    size: int


def backup(store: Store, target: Path) -> Backup:
    """Copy the history and its captures as they are at this moment, while the daemon writes; verified after.

    Existing databases are replaced, by a finished, verified copy only; nothing else is. Raises StoreError.
    """
    database = store.path
    if target.resolve() == database.resolve():
        raise StoreError(f"{target}: that is the history itself; name another file for the backup")
    if not target.parent.is_dir():
        raise StoreError(f"{target.parent}: there is no such folder for the backup")
    for file in (target, captures_path(target)):
        if file.exists() and not _is_sqlite(file):
            raise StoreError(f"{file}: something that is no backup is there; name another file")
    pairs = [(database, target), (captures_path(database), captures_path(target))]
    done = [_copy(source, goal) for source, goal in pairs if source.exists()]
    return Backup(tuple(done), sum(path.stat().st_size for path in done))


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return file.is_file() and opened.read(len(_MAGIC)) in (_MAGIC, b"")
    except OSError:
        return False


def _copy(source: Path, target: Path) -> Path:
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with closing(open_reader(source)) as db:
            rows(db, "vacuum into ?", (str(part),))
        with explained(target), closing(sqlite3.connect(part)) as copy:
            said = copy.execute("pragma quick_check").fetchall()
        if said != [("ok",)]:
            raise StoreError(f"{target}: the copy is damaged ({said[0][0]}): the disk, or the history, has a fault")
        part.replace(target)
    except OSError as error:
        raise StoreError(f"{target}: cannot write the backup: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return target
