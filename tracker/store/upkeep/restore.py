"""Restoring: a backup that holds becomes the history; what was there before is set aside, never written over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.errors import StoreError
from tracker.store.connection import captures_path
from tracker.store.lock import WriterLock
from tracker.store.proof.integrity import Report
from tracker.store.upkeep import copying
from tracker.store.upkeep.copying import nothing


@dataclass(frozen=True, slots=True)
class Restored:
    """A history that was put back: its files, what reading it has shown, and where what was there before is now."""

    files: tuple[Path, ...]
    report: Report | None
    aside: tuple[Path, ...]


def restore(
    source: Path,
    database: Path,
    *,
    replace: bool = False,
    now: datetime | None = None,
    tell: Callable[[str], None] = nothing,
) -> Restored:
    """Make a backup the history at `database`, after its copy there was read whole and holds.

    A history that is there already is an error unless `replace` is said, and is then kept under another name. Raises
    StoreError, AlreadyRunning while a daemon writes; whatever is raised, what was there is as it was.
    """
    if not source.exists():
        raise StoreError(f"{source}: there is no such backup")
    if source.resolve() == database.resolve():
        raise StoreError(f"{source}: that is the history itself; name a backup of it")
    there = [path for path in _files(database) if path.exists()]
    if there and not replace:
        raise StoreError(f"{there[0]}: a history is there already; --replace puts it aside and the backup in its place")
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = WriterLock(database)
    lock.acquire()
    try:
        copying.sweep_parts(database.parent)
        with copying.a_copy(source, database, tell) as copy:
            seen = copying.checked(copy, whole=True, tell=tell)
            if seen.finding:
                raise StoreError(f"{source}: this backup does not hold: {seen.finding}. Nothing was changed")
            aside = _set_aside(database, now or datetime.now(UTC))
            files = copying.move(copy, database)
    finally:
        lock.release()
    return Restored(tuple(files), seen.report, aside)


def _files(database: Path) -> list[Path]:
    """All the files that a history may have, those of SQLite beside it included."""
    both = (database, captures_path(database))
    return [path.with_name(path.name + end) for path in both for end in ("", "-wal", "-shm")]


def _set_aside(database: Path, now: datetime) -> tuple[Path, ...]:
    """Give the history that is there another name, its log with it, so that it can still be opened."""
    other = database.with_name(f"{database.stem}.replaced-{now:%Y%m%dT%H%M%SZ}.db")
    pairs = [pair for pair in zip(_files(database), _files(other), strict=True) if pair[0].exists()]
    if taken := [goal for _, goal in pairs if goal.exists()]:
        raise StoreError(f"{taken[0]}: is there already; try again in a second")
    try:
        for path, goal in pairs:
            path.replace(goal)
        copying.flush(database.parent)
    except OSError as error:
        raise StoreError(f"{database}: cannot be set aside: {error.strerror}") from error
    return tuple(goal for _, goal in pairs)
