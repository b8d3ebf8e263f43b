"""What a history takes on the disk, what is left there, and how old the newest copy of it is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.store.connection import captures_path, sizes
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
        history_bytes=sum(sizes(database)),
        captures_bytes=sum(sizes(captures_path(database))),
        disk_free_bytes=free,
        newest_backup_at=max((moment for moment in newest if moment), default=None),
    )


def _written_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None
