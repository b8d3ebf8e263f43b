"""The façade: one object that the rooms above talk to. Every method is one sentence; the work is in the modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tracker.config import Captures, SourceConfig
from tracker.errors import StoreError
from tracker.model import (
    CheckResult,
    Found,
    Host,
    RecordedChange,
)
from tracker.store.connection import NO_HISTORY, attach, explained, open_reader, open_writer, transaction
from tracker.store.history import articles, captures, changes, record, sources
from tracker.store.lock import WriterLock
from tracker.store.queue import queue
from tracker.store.queue.outbox import Announcer
from tracker.store.reading import Reading
from tracker.store.schema import migrations
from tracker.store.search import documents
from tracker.store.upkeep import upkeep
from tracker.store.upkeep.upkeep import Pruned


class Store(Reading):
    """A history, open for reading or for writing. Use as a context manager; `open` explains the two ways.

    A store may be used by one thread at a time. Reading methods return whole answers (or pages), so a reader never
    holds a snapshot open. Errors of SQLite arrive as StoreError. `announcer` says who is told of what is recorded.
    """

    def __init__(self, path: Path, db: Database, *, lock: WriterLock | None, policy: Captures) -> None:
        self.path = path
        self.db = db
        self._lock = lock
        self.announcer: Announcer | None = None
        self._policy = policy
        self._captures_attached = False

    @classmethod
    def open(cls, path: Path, *, write: bool = False, policy: Captures = Captures()) -> Store:  # noqa: B008
        """Open a history. `write=True` takes the writer's lock, makes or migrates the database and attaches captures.

        Raises AlreadyRunning (another writer), StoreError (missing, unreadable), NewerDatabase. `policy` says which
        captures are kept.
        """
        path = Path(path)
        return cls._open_for_writing(path, policy) if write else cls._open_for_reading(path, policy)

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
    def _open_for_writing(cls, path: Path, policy: Captures) -> Store:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path.parent}: cannot make this folder: {error.strerror}") from error
        lock = WriterLock(path)
        lock.acquire()
        try:
            captures_path = captures.path_for(path)
            with explained(captures_path), open_writer(captures_path) as captures_db:
                migrations.migrate(captures_db, migrations.captures, captures_path)
            db = open_writer(path)
            try:
                migrations.migrate(db, migrations.history, path)
                attach(db, captures_path, captures.SCHEMA, write=True)
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
        return Store.open(self.path, policy=self._policy)

    def close(self) -> None:
        """Close the connection and let go of the lock."""
        if self._lock is not None:
            # The last writer folds the log back into the file, so that a copy of the file is the whole history.
            with explained(self.path):
                self.db.execute("pragma wal_checkpoint(truncate)").fetchall()
        self.db.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sync_sources(self, configs: Sequence[SourceConfig], now: datetime) -> None:
        """Make the sources say what the configuration says."""
        with self._write():
            sources.sync_sources(self.db, configs, now)

    def found(self, source_id: str, founds: Sequence[Found], now: datetime, *, due_at: datetime) -> list[int]:
        """Take in what a source names; the ids of the articles that are new."""
        with self._write():
            return articles.found(self.db, source_id, founds, now, due_at=due_at)

    def record(self, result: CheckResult) -> RecordedChange | None:
        """Record everything one check learned, or nothing; the change it brought, if any."""
        answer = self.commit_group([result])[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, RecordedChange) else None

    def commit_group(self, works: Sequence[CheckResult | Callable[[Store], Any]]) -> list[Any]:
        """Do several works in one transaction; the answer of each, or the exception that kept it out."""
        self._need_writable()
        bound = [w if isinstance(w, CheckResult) else lambda w=w: w(self) for w in works]
        with explained(self.path):
            return record.commit(self.db, bound, self._policy, self.announcer)

    def reschedule(self, article_id: int, at: datetime | None) -> None:
        """Set an article's next check; None ends its checks. Raises NotFound."""
        with self._write():
            queue.reschedule(self.db, article_id, at)

    def bring_forward(self, article_id: int, at: datetime, hint: Mapping[str, str] | None = None) -> bool:
        """Make an article's next check no later than this; False when nothing had to move.

        The hint that brought it is noted in `ArticleState.rate` until a check has seen the article.
        """
        with self._write():
            return queue.bring_forward(self.db, article_id, at, hint)

    def retire(self, article_id: int) -> None:
        """Stop following an article; its history stays. Raises NotFound."""
        with self._write():
            record.retire(self.db, article_id)

    def save_host(self, host: Host) -> None:
        """Keep what must survive a restart about a host."""
        with self._write():
            sources.save_host(self.db, host)

    def save_profile(self, source_id: str, learned: Mapping[str, Any]) -> None:
        """Keep what has been learned about a source's pages."""
        with self._write():
            sources.save_profile(self.db, source_id, learned)

    def count_signal(self, source_id: str, kind: str, *, right: bool) -> None:
        """Count one hint that was, or was not, followed by a change."""
        with self._write():
            sources.count_signal(self.db, source_id, kind, right=right)

    def review(self, change_id: int, verdict: str, note: str, now: datetime) -> None:
        """Keep a person's verdict on a change. Raises NotFound."""
        with self._write():
            changes.review(self.db, change_id, verdict, note, now)

    def prune(self, now: datetime, *, chunks: int | None = None) -> Pruned:
        """Let go of captures that show no change, old check runs and old alerts, `chunks` small steps at most."""
        self._need_writable()
        with explained(self.path):
            return upkeep.prune(self.db, now, self._policy, chunks=chunks)

    def optimize(self) -> None:
        """Keep the planner's statistics young; quick enough for every hour."""
        with self._write():
            upkeep.optimize(self.db)

    def forget(self, article_id: int, reason: str, now: datetime) -> None:
        """Take an article and all it said out for good; a tombstone stays. Raises NotFound."""
        with self._write():
            upkeep.forget(self.db, article_id, reason, now)

    def scrub_log(self) -> None:
        """Empty the write-ahead logs, so that forgotten text is in neither. Not inside a group of the writer."""
        self._need_writable()
        with explained(self.path):
            upkeep.scrub_log(self.db)

    def rebuild_search(self) -> int:
        """Make the search indexes again from the articles; how many documents they hold."""
        with self._write():
            return documents.rebuild(self.db)

    @contextmanager
    def _write(self) -> Iterator[None]:
        self._need_writable()
        with explained(self.path), transaction(self.db):
            yield

    def _need_writable(self) -> None:
        if self._lock is None:
            raise StoreError(f"{self.path}: opened for reading only; open it with write=True to change it")
