"""The pages beside a daemon: `tracker web` in a process of its own, which ends with this one, even by kill -9."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from importlib.util import find_spec
from pathlib import Path

from tracker.errors import UsageError
from tracker.store import Store

PORT = 8001
_PATIENCE = 5.0
_PROGRAM = """
import sys
from tracker.scheduler.workers.child import die_with
die_with(int(sys.argv.pop(1)))
from tracker.cli import main
main(prog_name="tracker")
"""


def available() -> bool:
    """Whether Datasette is installed."""
    return find_spec("datasette") is not None


def require() -> None:
    """Raises UsageError when Datasette is not installed."""
    if not available():
        raise UsageError("the pages need Datasette, which is not installed: pip install 'article-tracker[web]'")


@contextlib.asynccontextmanager
async def serving(database: Path, port: int, on_end: Callable[[str], None]) -> AsyncIterator[str]:
    """The pages of a database on this machine, as long as the block lasts; gives their address.

    They answer a few seconds later. `port` 0 takes a free one. `on_end` is told why when they end by themselves.
    The database is made when it is not there. Raises UsageError without Datasette or when the
    port is taken, AlreadyRunning, StoreError.
    """
    require()
    _make(database)
    port = free(port)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PROGRAM, str(os.getpid()), "--database", str(database), "web", "--port", str(port)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the daemon, which ends the pages when it is done
    )
    watch = asyncio.create_task(_watch(process, on_end))
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        watch.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _watch(process: asyncio.subprocess.Process, on_end: Callable[[str], None]) -> None:
    """Read what the pages write to stderr, so that the pipe is never full; print the last line at the end."""
    assert process.stderr is not None
    last = b""
    while line := await process.stderr.readline():
        last = line.strip() or last
    on_end(f"exit code {await process.wait()}: {last.decode('utf-8', 'replace')}")


def _make(database: Path) -> None:
    if not database.exists():
        with Store.open(database, write=True):
            pass


def free(port: int, host: str = "127.0.0.1") -> int:
    """That port, or any for 0. Raises UsageError when another program has it, or the address is not this machine's."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        where = f"port {port}" if host == "127.0.0.1" else f"port {port} of {host}"
        other = "another: --port 0" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "another --host"
        raise UsageError(f"the pages cannot have {where}: {error.strerror}. Name {other}") from error
