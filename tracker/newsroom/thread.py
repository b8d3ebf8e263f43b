"""A newsroom in a thread of its own, for callers that have no event loop to spare: subprocess tests, plain scripts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue

from tracker.newsroom.newsroom import Newsroom


@contextmanager
def serve_in_thread(
    newsroom: Newsroom, host: str = "127.0.0.1", ports: Sequence[int] = (0, 0, 0)
) -> Iterator[dict[str, str]]:
    """Serves the newsroom from a thread until the context ends. Yields outlet id -> base address.

    `edit`, `publish`, `fail` and `heal` may be called from the outside meanwhile. Raises what kept it from opening.
    """
    opened: SimpleQueue[dict[str, str] | BaseException] = SimpleQueue()
    ending = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        try:
            async with newsroom.serving(host, ports) as sites:
                opened.put(sites)
                await ending.wait()
        except Exception as error:  # whatever it was, the caller waits for it
            opened.put(error)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="newsroom", daemon=True)
    thread.start()
    try:
        first = opened.get()
        if isinstance(first, BaseException):
            raise first
        yield first
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join()
        loop.close()
