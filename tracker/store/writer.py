"""The writer: one thread that owns the writing connection; work goes in through a queue, futures come out.

What has gathered while the last group was committed is the next group, so a quiet daemon commits each result at once
and a busy one by the hundred.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, TypeVar, overload

from tracker.errors import StoreError
from tracker.model import CheckResult, RecordedChange
from tracker.store.history import record
from tracker.store.store import Store

T = TypeVar("T")

GROUP_SIZE = 200
GROUP_SECONDS = 2.0


class Writer:
    """Owns a writing store from the first `submit` to `close`; nothing else may write through that store meanwhile.

    A future is resolved only when its work is committed. A callable gets the store; what it writes is committed with
    its group, or not at all when it raises.
    """

    def __init__(self, store: Store, *, group_size: int = GROUP_SIZE) -> None:
        self._store, self._group_size = store, group_size
        self._queue: SimpleQueue[tuple[Callable[[Store], Any] | CheckResult, Future[Any]] | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="tracker-writer", daemon=True)
        self._thread.start()

    @overload
    def submit(self, work: CheckResult) -> Future[RecordedChange | None]: ...

    @overload
    def submit(self, work: Callable[[Store], T]) -> Future[T]: ...

    def submit(self, work: Any) -> Future[Any]:
        """Queue a result or a callable. Raises StoreError after `close`."""
        future: Future[Any] = Future()
        with self._gate:
            if self._closed:
                raise StoreError("the writer is closed: nothing more can be stored in this run")
            self._queue.put((work, future))
        return future

    def flush(self) -> None:
        """Wait until everything submitted so far is committed."""
        self.submit(lambda store: None).result()

    def close(self) -> None:
        """Commit what is queued and end the thread. The store stays open: it belongs to whoever opened it."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        while True:
            group, last = self._gather()
            group = [(work, future) for work, future in group if future.set_running_or_notify_cancel()]
            if group:
                self._commit(group)
            if last:
                return

    def _gather(self) -> tuple[list[tuple[Any, Future[Any]]], bool]:
        """The next group: waits for its first member, then takes what is there already."""
        group: list[tuple[Any, Future[Any]]] = []
        item = self._queue.get()
        deadline = monotonic() + GROUP_SECONDS
        while item is not None:
            group.append(item)
            if len(group) >= self._group_size or monotonic() > deadline:
                return group, False
            try:
                item = self._queue.get_nowait()
            except Empty:
                return group, False
        return group, True

    def _commit(self, group: list[tuple[Any, Future[Any]]]) -> None:
        try:
            answers = record.commit_group(self._store, [work for work, _ in group])
        except BaseException as error:
            answers = [error] * len(group)
        for (_, future), answer in zip(group, answers, strict=True):
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)
