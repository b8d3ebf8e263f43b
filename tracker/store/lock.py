"""One process writes: the lock beside the database that makes it so."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import weakref
from pathlib import Path

from tracker.errors import AlreadyRunning, StoreError

_LONGEST_PID = 20
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

_held: weakref.WeakSet[WriterLock] = weakref.WeakSet()


class WriterLock:
    """An exclusive `flock` on `<database>.lock`, holding the pid of its owner as text for people and messages.

    The operating system lets go of it when the process ends, however it ends; a file left behind means nothing.
    """

    def __init__(self, database: Path) -> None:
        self.path = lock_path(database)
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock at once. Raises AlreadyRunning with the holder's pid, StoreError when no file can be made.

        A link, or a file of somebody else's in its place, is left as it is.
        """
        try:
            descriptor = os.open(
                self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644
            )
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
                raise StoreError(f"{self.path}: is no lock file of ours, and stays as it is. Take it away") from error
            raise StoreError(
                f"{self.path}: cannot make the writer's lock file: {error.strerror}. Is the folder writable?"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise AlreadyRunning(
                f"another tracker process{holder(self.path)} writes {self.path.with_suffix('')}. "
                "Let it do the work, or stop it first; reading commands work meanwhile."
            ) from error
        if not _is_ours(descriptor):
            os.close(descriptor)
            raise StoreError(f"{self.path}: is no lock file of ours, and stays as it is. Take it away")
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        _held.add(self)

    def release(self) -> None:
        """Let go; harmless when not held. The file stays: removing it would let two writers lock two files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _is_ours(descriptor: int) -> bool:
    """Whether an open file can be a lock: a plain one with one name, empty or with a pid in it."""
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink != 1 or about.st_size > _LONGEST_PID:
        return False
    return _is_pid(os.pread(descriptor, _LONGEST_PID, 0).strip())


def _is_pid(held: bytes) -> bool:
    return not held or held.isdigit()


def lock_path(database: Path) -> Path:
    """Where the writer's lock of this database is: `db/tracker.db.lock`."""
    return database.with_name(database.name + ".lock")


def holder(path: Path) -> str:
    """` (pid 1234)` as the holder wrote it, or nothing when it cannot be read."""
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
    return f" (pid {text})" if text.isdigit() else ""


def _let_go_in_child() -> None:
    """A forked worker must not keep the lock alive after its parent was killed: flock belongs to the open file."""
    for lock in list(_held):
        with contextlib.suppress(OSError):
            lock.release()


os.register_at_fork(after_in_child=_let_go_in_child)
