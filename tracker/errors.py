"""Every error that tracker raises on purpose.

    TrackerError
    ├── ConfigError        sources.yaml cannot be used            exit 78
    ├── UsageError         a command was asked for the impossible  exit 2
    │   ├── NotFound       no such article, source, version or change
    │   └── Ambiguous      more than one article may be meant
    ├── AlreadyRunning     another process writes this database    exit 75
    ├── StoreError         the database cannot be read or written
    │   ├── NewerDatabase  made by a later version of tracker
    │   ├── OlderDatabase  made by an earlier one, and not yet brought up to date
    │   └── Outdated       a result that began from a state its article is no longer in
    ├── FetchError         a request that must not or could not be made
    │   └── AddressRefused the guard refused the address
    ├── Unreadable         a document from outside could not be read (page, feed, sitemap)
    └── WorkerDied         an extraction took too long, too much memory, or crashed

Each message says what happened, where, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class TrackerError(Exception):
    """Something tracker can explain. `exit_code` is what the command line ends with."""

    exit_code = 1


class ConfigError(TrackerError):
    """sources.yaml cannot be used; the message names file, line and key."""

    exit_code = 78


class UsageError(TrackerError):
    """A command was asked for something that cannot be done."""

    exit_code = 2


class NotFound(UsageError):
    """No article, source, version or change of that name."""


class Ambiguous(UsageError):
    """More than one article may be meant; the message lists them to choose from."""


class AlreadyRunning(TrackerError):
    """Another process holds the writer's lock of this database (BSD EX_TEMPFAIL)."""

    exit_code = 75


class StoreError(TrackerError):
    """The database cannot be opened, read or written."""


class NewerDatabase(StoreError):
    """The database was made by a later version of tracker; this one would damage it."""


class OlderDatabase(StoreError):
    """The database was made by an earlier version of tracker; the next command that writes brings it up to date."""


class Outdated(StoreError):
    """A check's result began from a state that its article is no longer in; nothing of it was recorded."""


class FetchError(TrackerError):
    """A request that must not or could not be made."""


class AddressRefused(FetchError):
    """The guard refused to connect: private address, odd port, other scheme."""


class Unreadable(TrackerError):
    """A document from outside could not be read; nothing was learned from it."""


class WorkerDied(TrackerError):
    """A worker process was ended: too slow, too much memory, or it crashed."""


@contextmanager
def first_of_group() -> Iterator[None]:
    """Let the first error of tasks that ran side by side come out by itself, not in their group."""
    try:
        yield
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
