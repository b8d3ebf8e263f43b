"""The way from a request to the history: which database is ours, who may read it, and who reads it.

Everything that takes time (SQL, comparing versions, marking text) runs in a few threads, each with a read-only `Store`
of its own; the event loop only waits and fills templates.
"""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from datasette import Forbidden, NotFound

from tracker.errors import StoreError, TrackerError
from tracker.store import Store
from tracker.store.connection import explained

T = TypeVar("T")

_TABLES = frozenset({"articles", "versions", "paragraphs", "changes", "article_state", "source_totals"})
_READERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="tracker-page")
_OPEN = threading.local()
_OURS: set[int] = set()


PATIENCE = 4.0
"""Seconds that one question of a visitor may take. The slowest page of a million versions takes a tenth."""

_STEPS = 10_000
"""SQLite's steps between two looks at whether it still should go on: about a millisecond."""


class TooMuch(TrackerError):
    """A question would take longer than a visitor may take, or nobody waits for its answer."""


class NoHistory(NotFound):  # type: ignore[misc]  # Datasette has no types
    """No database of tracker is attached to this Datasette."""


@dataclass(frozen=True, slots=True)
class History:
    """A database of tracker that a person may read. `name` is how Datasette calls it."""

    name: str
    path: Path

    async def read(self, question: Callable[..., T], *arguments: Any) -> T:
        """The answer to a question that takes a store and these arguments, worked out in a thread.

        Raises TooMuch when that takes too long. Who is cancelled, because the visitor has gone, frees the thread.
        """
        loop, left = asyncio.get_running_loop(), threading.Event()
        try:
            return await loop.run_in_executor(_READERS, partial(self._ask, left, question, *arguments))
        except asyncio.CancelledError:
            left.set()
            raise

    def _ask(self, left: threading.Event, question: Callable[..., T], *arguments: Any) -> T:
        if left.is_set():
            raise TooMuch("nobody waits for this any more")
        store = _store(self.path)
        until = time.monotonic() + PATIENCE

        def over() -> bool:
            return left.is_set() or time.monotonic() > until

        store.db.conn.set_progress_handler(over, _STEPS)
        try:
            return question(store, *arguments)
        except StoreError as error:
            if over():
                raise TooMuch("This asks for more than can be found in time: use fewer or longer words") from error
            raise
        finally:
            store.db.conn.set_progress_handler(None, 0)


async def history(datasette: Any, actor: Any) -> History:
    """The history that is attached, when the actor may see it. Raises NoHistory, Forbidden."""
    name = await find(datasette)
    if not name:
        raise NoHistory("No database of tracker is attached. Start with: tracker web, or datasette db/tracker.db")
    await _require(datasette, actor, name)
    return History(name, Path(datasette.get_database(name).path))


async def find(datasette: Any) -> str:
    """The name of the first attached database of tracker, or an empty string.

    The plugin is loaded by every Datasette of its environment, so most that it sees is not ours.
    """
    asked = settings(datasette).get("database")
    for name, database in datasette.databases.items():
        if name.startswith("_") or not database.path or (asked and name != asked):
            continue
        with explained(database.path):
            tables = set(await database.table_names())
        if tables >= _TABLES:
            return str(name)
    return ""


async def is_ours(datasette: Any) -> bool:
    """Whether a Datasette shows a history; one that has shown one goes on being ours."""
    if id(datasette) in _OURS:
        return True
    try:
        found = bool(await find(datasette))
    except StoreError:
        found = True  # it is damaged, and says so on every page
    if found:
        _OURS.add(id(datasette))
        weakref.finalize(datasette, _OURS.discard, id(datasette))
    return found


def settings(datasette: Any) -> dict[str, object]:
    """What the operator set under `plugins: tracker:`."""
    return dict(datasette.plugin_config("tracker") or {})


async def _require(datasette: Any, actor: Any, name: str) -> None:
    """Raise Forbidden unless the actor may see the instance and the database. 0.65 and 1.0 ask in their own ways."""
    if hasattr(datasette, "ensure_permissions"):
        await datasette.ensure_permissions(actor, [("view-database", name), "view-instance"])
        return
    from datasette.resources import DatabaseResource

    resource = DatabaseResource(name)
    if not await datasette.allowed(action="view-database", resource=resource, actor=actor):
        raise Forbidden("view-database")


def _store(path: Path) -> Store:
    """This thread's store of that file; opened anew when the file was replaced by another one."""
    about = path.stat()
    identity = (str(path), about.st_dev, about.st_ino)
    known: dict[tuple[str, int, int], Store] = _OPEN.__dict__.setdefault("stores", {})
    store = known.get(identity)
    if store is None:
        for old in list(known.values()):
            old.close()
        known.clear()
        store = known[identity] = Store.open(path)
    return store
