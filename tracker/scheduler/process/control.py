"""The control socket: how a command asks the daemon that holds the database. One JSON line each way.

    {"verb": "pause", "source": "example-times"}
    {"ok": true, …}    or    {"ok": false, "error": "what is wrong", "kind": "NotFound"}

It lies beside the database (`db/tracker.sock`) and only its owner may use it (mode 0600). Whatever else is sent to it,
it answers with an error and does nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tracker import errors
from tracker.errors import TrackerError, UsageError
from tracker.scheduler import log

LONGEST = 1 << 16
PATIENCE = 5.0
ANSWER_SECONDS = 30.0
AT_ONCE = 32
_PATH_BYTES = 107  # what sun_path holds (man 7 unix)
_KEPT_OPEN = 1 << 24

Fields = Mapping[str, object]
"""What is sent: the keys and values of a JSON object. `messages` says which there are."""


def socket_path(database: Path) -> Path:
    """Where the daemon of this database listens: `db/tracker.db` is asked at `db/tracker.sock`."""
    path = database.absolute()
    return path.with_name((path.name if path.suffix == ".sock" else path.stem) + ".sock")


def ask(database: Path, verb: str, *, patience: float | None = ANSWER_SECONDS, **arguments: object) -> Fields | None:
    """Ask the daemon of this database to do something; the fields of its answer, None when no daemon listens.

    `patience` is in seconds, None waits as long as the daemon lives. Raises what the daemon says is wrong, as the error
    it was there; TrackerError when it does not answer.
    """
    path = socket_path(database)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(patience)
        try:
            with _reachable(path) as address:
                channel.connect(address)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            return None
        except OSError as error:
            raise TrackerError(f"{path}: the daemon cannot be asked: {error.strerror or error}") from error
        try:
            with contextlib.suppress(BrokenPipeError):  # sent away unheard: the answer says why
                channel.sendall(json.dumps({"verb": verb, **arguments}).encode() + b"\n")
            with channel.makefile("rb") as file:
                line = file.readline()
        except TimeoutError:
            raise TrackerError(f"{path}: the daemon has not answered for {patience:g} s") from None
        except OSError as error:
            raise TrackerError(f"{path}: the daemon broke off: {error.strerror or error}") from error
    try:
        told: dict[str, object] = json.loads(line)
    except ValueError:
        raise TrackerError(f"{path}: the daemon ended before it answered; its log says why") from None
    if not told.pop("ok", False):
        raise _error(str(told.get("kind")), str(told.get("error")))
    return told


def _error(kind: str, words: str) -> TrackerError:
    """The error that was raised in the daemon, by the name of its class."""
    found = getattr(errors, kind, None)
    known = isinstance(found, type) and issubclass(found, TrackerError)
    return found(words) if known and found else TrackerError(words)


@asynccontextmanager
async def listening(
    database: Path,
    answer: Callable[[Fields], Awaitable[Fields]],
    *,
    patience: float = PATIENCE,
    at_once: int = AT_ONCE,
) -> AsyncIterator[None]:
    """Answer whoever asks, as long as the context lasts. The caller holds the writer's lock, so an old socket is stale.

    `answer` gives the fields of a good answer, or raises TrackerError. A socket that cannot be made is said in the log;
    the daemon works without.
    """
    path, asked = socket_path(database), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        asked.add(task)
        try:
            if len(asked) > at_once:
                _tell(writer, TrackerError(f"{at_once} others are being answered: try again"))
            else:
                await _converse(reader, writer, answer, patience)
        except ConnectionError:
            pass  # who asked has gone
        except asyncio.CancelledError:
            _tell(writer, TrackerError("tracker is stopping: ask again when it runs"))
        finally:
            asked.discard(task)
            writer.close()

    try:
        channel = _bind(path)
    except (OSError, TrackerError) as error:
        log.warning("no control socket: commands cannot ask this daemon", path=path, problem=error)
        yield
        return
    server = await asyncio.start_unix_server(serve, sock=channel, limit=LONGEST)
    try:
        yield
    finally:
        server.close()
        for task in list(asked):
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        with contextlib.suppress(OSError):
            path.unlink()


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer: Callable[[Fields], Awaitable[Fields]],
    patience: float,
) -> None:
    """Read one request and answer it."""
    try:
        told = {"ok": True, **await answer(await _request(reader, patience))}
    except TrackerError as error:
        _tell(writer, error)
    except Exception as error:
        log.error("a request failed by a fault of ours", exception=error)
        _tell(writer, TrackerError(f"a fault in tracker: {type(error).__name__}: {error}; the daemon's log has more"))
    else:
        writer.write(json.dumps(told, ensure_ascii=True, default=str).encode() + b"\n")
    await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
    # What was sent beyond its line is taken and thrown away: closing on it would take our answer with it.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience):
            for _ in range(_KEPT_OPEN // LONGEST):
                if not await reader.read(LONGEST):
                    break


async def _request(reader: asyncio.StreamReader, patience: float) -> Fields:
    """The one line that was sent. Raises UsageError for anything that is no request."""
    try:
        async with asyncio.timeout(patience):
            line = await reader.readuntil(b"\n")
    except TimeoutError:
        raise UsageError(f"no whole line came within {patience:g} s") from None
    except asyncio.IncompleteReadError:
        raise UsageError("the line ended before it was whole") from None
    except asyncio.LimitOverrunError:
        raise UsageError(f"the line is longer than {LONGEST:,} bytes") from None
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError("that is no JSON") from None
    if not isinstance(request, dict) or not isinstance(request.get("verb"), str):
        raise UsageError('a request is an object with a "verb"')
    return request


def _tell(writer: asyncio.StreamWriter, error: TrackerError) -> None:
    told = {"ok": False, "error": str(error), "kind": type(error).__name__}
    with contextlib.suppress(OSError, RuntimeError):
        writer.write(json.dumps(told).encode() + b"\n")


def _bind(path: Path) -> socket.socket:
    """A socket there that its owner alone may use. Raises OSError, UsageError when something else is in its place."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise UsageError(f"{path} is there already and no socket; it stays as it is")
        path.unlink()
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _reachable(path) as address:
            channel.bind(address)
        path.chmod(0o600)  # nobody can connect before listen(), so there is no moment in between
        channel.setblocking(False)
    except BaseException:
        channel.close()
        raise
    return channel


@contextmanager
def _reachable(path: Path) -> Iterator[str]:
    """An address for the socket at a path; where the path is too long for one, it is reached through its folder."""
    if len(os.fsencode(path)) <= _PATH_BYTES:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
