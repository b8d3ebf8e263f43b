"""A history that is open: its two files, who writes it, and what is kept of it. The modules beside do the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tracker.config import Captures
from tracker.errors import StoreError
from tracker.store.announcer import Announcer
from tracker.store.connection import (
    CAPTURES,
    NO_HISTORY,
    HistoryDatabase,
    attach,
    captures_path,
    open_reader,
    open_writer,
    rows,
    transaction,
)
from tracker.store.lock import WriterLock
from tracker.store.schema import migrations


class Store:
    """A history, open for reading or for writing: what every function of this room takes first. A context manager.

    A store may be used by one thread at a time. Functions that read return whole answers (or pages), so a reader never
    holds a snapshot open. Errors of SQLite arrive as StoreError. `policy` says which captures are kept, `announcer` who
    is told of what is recorded, `archiving` which web archives are asked to capture it, by source. `db` is for this
    room and its tests.
    """

    def __init__(self, path: Path, db: HistoryDatabase, *, lock: WriterLock | None, policy: Captures) -> None:
        self.path = path
        self.db = db
        self.policy = policy
        self.announcer: Announcer | None = None
        self.archiving: Mapping[str, tuple[str, ...]] = {}
        self._lock = lock
        self._captures_attached = False

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        write: bool = False,
        policy: Captures = Captures(),  # noqa: B008
        copy: bool = True,
    ) -> Store:
        """Open a history. `write=True` takes the writer's lock, makes or migrates the database and attaches captures.

        Raises AlreadyRunning (another writer), StoreError (missing, unreadable), NewerDatabase. `policy` says which
        captures are kept; without `copy` an older database is brought up to date without being copied first.
        """
        path = Path(path)
        return cls._open_for_writing(path, policy, copy) if write else cls._open_for_reading(path, policy)

    @classmethod
    def _open_for_reading(cls, path: Path, policy: Captures) -> Store:
        if not path.exists():
            raise StoreError(f"{path}: {NO_HISTORY}")
        db = open_reader(path)
        try:
            migrations.check_ready(db, path)
        except BaseException:
            db.close()
            raise
        return cls(path, db, lock=None, policy=policy)

    @classmethod
    def _open_for_writing(cls, path: Path, policy: Captures, copy: bool) -> Store:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path.parent}: cannot make this folder: {error.strerror}") from error
        lock = WriterLock(path)
        lock.acquire()
        try:
            other = captures_path(path)
            with open_writer(other) as captures_db:
                migrations.migrate(captures_db, migrations.captures, other, copy=False)
            db = open_writer(path)
            try:
                migrations.migrate(db, migrations.history, path, copy=copy)
                attach(db, other, CAPTURES, write=True)
            except BaseException:
                db.close()
                raise
        except BaseException:
            lock.release()
            raise
        store = cls(path, db, lock=lock, policy=policy)
        store._captures_attached = True
        return store

    @property
    def writable(self) -> bool:
        """True when this store holds the writer's lock."""
        return self._lock is not None

    def reader(self) -> Store:
        """A second, read-only store on the same history, for another thread than the writer's."""
        return Store.open(self.path, policy=self.policy)

    def close(self) -> None:
        """Close the connection and let go of the lock."""
        if self._lock is not None:
            # The last writer folds the log back into the file, so that a copy of the file is the whole history.
            rows(self.db, "pragma wal_checkpoint(truncate)")
        self.db.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction for what changes the history: all of it or nothing; part of one that is open already.

        Raises StoreError when the history was opened for reading only.
        """
        self.need_writable()
        with transaction(self.db):
            yield

    def need_writable(self) -> None:
        """Raises StoreError when the history was opened for reading only."""
        if self._lock is None:
            raise StoreError(f"{self.path}: opened for reading only; open it with write=True to change it")

    def need_captures(self) -> None:
        """Attach the file of the captures if it is not yet; not possible inside a transaction. Raises StoreError."""
        if not self._captures_attached:
            path = captures_path(self.path)
            if not path.exists():
                raise StoreError(f"{path}: the captures are not here; they are kept in a file of their own")
            attach(self.db, path, CAPTURES, write=False)
            self._captures_attached = True
