"""What a history takes on the disk, what is left there, and how old the newest copy of it is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.store.connection import captures_path
from tracker.store.upkeep import copies


@dataclass(frozen=True, slots=True)
class Footprint:
    """Sizes in bytes, write-ahead logs included. `newest_backup_at` is None while the folder `backup` has no copy."""

    history_bytes: int
    captures_bytes: int
    disk_free_bytes: int
    newest_backup_at: datetime | None


def measure(database: Path) -> Footprint:
    """The footprint at this moment; what cannot be read counts nothing."""
    newest = [_written_at(path) for path in copies.dated(database.parent / "backup", database.stem).values()]
    try:
        free = shutil.disk_usage(database.parent).free
    except OSError:
        free = 0
    return Footprint(
        history_bytes=_size(database),
        captures_bytes=_size(captures_path(database)),
        disk_free_bytes=free,
        newest_backup_at=max((moment for moment in newest if moment), default=None),
    )


def _size(path: Path) -> int:
    total = 0
    for file in (path, path.with_name(f"{path.name}-wal")):
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total


def _written_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None
