"""The schema, forward only: sqlite-utils migrations, one file each, in the order of their names.

`0001_history.sql` and on are complete in themselves and never edited after a release: what today's code says of a
table or a view has no part in how an old history becomes a new one. What is no SQL is in a module `frozen_…` beside.
The columns are a contract for people who write SQL (db/README.md explains each): add, don't rename. A column is added
by one more file; views and triggers are changed where they are defined (`views`, `triggers`), without a migration.
"""

from __future__ import annotations

import glob
import logging
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from sqlite_utils import Database, Migrations

from tracker.errors import NewerDatabase, OlderDatabase, StoreError
from tracker.store.connection import NO_HISTORY, NOT_OURS, HistoryDatabase, explained, open_reader, sizes, transaction
from tracker.store.schema import derived
from tracker.store.schema.frozen_0005 import fill_later_notices

logger = logging.getLogger("tracker.store")

_FOLDER = resources.files(__package__)

_THEN: Mapping[str, Callable[[Database], None]] = {"0005_later_notices": fill_later_notices}
"""What follows the SQL of a migration."""


def read(name: str, folder: Traversable) -> Migrations:
    """The migrations whose files are in a folder, as a set of this name."""
    found = Migrations(name)
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name):
        migration = file.name.removesuffix(".sql")
        found(name=migration)(_step(file.read_text(encoding="utf-8"), _THEN.get(migration)))
    return found


def _step(script: str, then: Callable[[Database], None] | None) -> Callable[[Database], None]:
    def step(db: Database) -> None:
        db.executescript(script)
        if then is not None:
            then(db)

    return step


history = read("tracker", _FOLDER)
captures = read("tracker_captures", _FOLDER / "captures")


def migrate(db: HistoryDatabase, migrations: Migrations, path: Path, *, copy: bool = True) -> int:
    """Bring a database to the newest schema, all migrations or none; how many were applied.

    A database that is not new is copied first, unless `copy` is False. The caller holds the writer's lock. Raises
    NewerDatabase when a later version of tracker made it, StoreError when it cannot be copied.
    """
    with explained(path):
        check_age(db, migrations, path)
        pending = len(migrations.pending(db))
        if pending and copy and migrations.applied(db):
            _set_aside(db, migrations, path)
        has_views = migrations.name == history.name
        if pending or (has_views and derived.differ(db)):
            # sqlite-utils applies without a lock of its own; its blocks nest in ours as savepoints.
            with transaction(db):
                if has_views:
                    derived.drop(db)
                migrations.apply(db)
                if has_views:
                    derived.make(db)
        return pending


def _set_aside(db: HistoryDatabase, migrations: Migrations, path: Path) -> None:
    """Copy a database beside itself before its schema changes: `tracker.before-0020_name.db`; older ones of these go.

    The copy is read whole (`quick_check`) before anything is changed. Raises StoreError, with nothing changed, when
    there is no room for it, or it cannot be made.
    """
    copy = path.with_name(f"{path.stem}.before-{migrations.pending(db)[0].name}.db")
    part = copy.with_name(f"{copy.stem}.part")
    needed, free = room_for_a_copy(path)
    if free < needed:
        raise StoreError(
            f"{path}: is to be copied before it is brought up to date, which takes {needed / 1e6:,.0f} MB, and "
            f"{free / 1e6:,.0f} MB are free. Make room; or, with a copy of your own: tracker upgrade --no-copy"
        )
    try:
        part.unlink(missing_ok=True)
        db.conn.execute("vacuum into ?", (str(part),))
        with closing(sqlite3.connect(part)) as made:
            said = made.execute("pragma quick_check(1)").fetchone()[0]
        if said != "ok":
            raise sqlite3.DatabaseError(f"the copy does not hold: {said}")
        part.replace(copy)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{path}: cannot be copied before it is brought up to date: {error}. Nothing was changed; "
            "with a copy of your own: tracker upgrade --no-copy"
        ) from error
    for old in path.parent.glob(f"{glob.escape(path.stem)}.before-*"):
        if old != copy:
            with suppress(OSError):
                old.unlink()
    logger.info("%s is as it was before it is brought up to date", copy)


def room_for_a_copy(path: Path) -> tuple[int, int]:
    """The bytes that a copy of a database takes, a fifth more than it has to be on the safe side, and what is free."""
    return sum(sizes(path)) * 6 // 5, shutil.disk_usage(path.parent).free


def waiting(path: Path) -> list[str]:
    """The migrations that a history waits for, by name, oldest first. Raises StoreError, NewerDatabase."""
    if not path.exists():
        raise StoreError(f"{path}: {NO_HISTORY}")
    with closing(open_reader(path)) as db:
        return _waiting(db, path)


def check_age(db: Database, migrations: Migrations, path: Path) -> None:
    """Refuse a database that knows migrations this program does not. Raises NewerDatabase."""
    known = {m.name for m in migrations._migrations}
    later = [m.name for m in migrations.applied(db) if m.name not in known]
    if later:
        raise NewerDatabase(
            f"{path}: made by a later version of tracker (it has {', '.join(later)}). "
            "Update tracker; this version would damage it."
        )


def check_ready(db: Database, path: Path) -> None:
    """For readers, who never migrate. Raises StoreError when the database is not ours or not up to date."""
    if _waiting(db, path):
        raise OlderDatabase(f"{path}: made by an earlier version of tracker. Bring it up to date with: tracker check")


def _waiting(db: Database, path: Path) -> list[str]:
    with explained(path):
        check_age(db, history, path)
        if not history.applied(db):
            raise StoreError(f"{path}: {NOT_OURS if db.table_names() else NO_HISTORY}")
        return [migration.name for migration in history.pending(db)]
