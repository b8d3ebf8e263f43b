"""The control socket: who may ask, what is answered, and what hostile lines do (nothing)."""

import asyncio
import json
import os
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import HANG, until
from tracker.errors import NotFound, TrackerError
from tracker.scheduler.process import control

done: list[dict[str, Any]] = []


async def echo(request: control.Fields) -> dict[str, Any]:
    """An answer that tells what arrived, and remembers it."""
    done.append(dict(request))
    if request["verb"] == "miss":
        raise NotFound("there is no such thing")
    if request["verb"] == "blunder":
        raise ZeroDivisionError("a fault planted by the test")
    if request["verb"] == "wait":
        await asyncio.Event().wait()
    return {"heard": dict(request)}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Path]:
    done.clear()
    async with control.listening(tmp_path / "tracker.db", echo):
        yield tmp_path / "tracker.db"


async def ask(database: Path, verb: str, **arguments: Any) -> Any:
    return await asyncio.to_thread(control.ask, database, verb, **arguments)


async def send(database: Path, line: bytes, *, close: bool = True) -> dict[str, Any]:
    """What is answered to these bytes."""
    reader, writer = await asyncio.open_unix_connection(str(control.socket_path(database)))
    writer.write(line)
    if close:
        writer.write_eof()
    async with asyncio.timeout(HANG):
        told = await reader.read()
    writer.close()
    (answer,) = told.splitlines()
    return dict(json.loads(answer))


async def test_a_request_is_answered_with_one_line(database: Path) -> None:
    told = await ask(database, "status", text="ü\u2028\x1b[2J")
    assert told == {"heard": {"verb": "status", "text": "ü\u2028\x1b[2J"}}


async def test_nobody_but_the_owner_may_ask(database: Path) -> None:
    assert stat.S_IMODE(control.socket_path(database).stat().st_mode) == 0o600


async def test_an_error_arrives_as_the_error_it_was(database: Path) -> None:
    with pytest.raises(NotFound, match="no such thing"):
        await ask(database, "miss")


async def test_a_fault_of_ours_is_answered_and_the_next_request_too(database: Path) -> None:
    with pytest.raises(TrackerError, match="fault in tracker: ZeroDivisionError"):
        await ask(database, "blunder")
    assert (await ask(database, "status"))["heard"] == {"verb": "status"}


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("nothing", b"", "ended before it was whole"),
        ("half a line", b'{"verb": "status"', "ended before it was whole"),
        ("a line that is too long", b'{"verb": "' + b"x" * (3 * control.LONGEST) + b'"}\n', "longer than"),
        ("endless bytes without a line", b"x" * (3 * control.LONGEST), "longer than"),
        ("no JSON", b"GET / HTTP/1.1\r\n\r\n", "no JSON"),
        ("no UTF-8", b"\xff\xfe\x00\n", "no JSON"),
        ("brackets without end", b"[" * 50_000 + b"\n", "no JSON"),
        ("a number without end", b"9" * 20_000 + b"\n", "no JSON"),
        ("a list", b"[]\n", "verb"),
        ("no verb", b'{"what": "status"}\n', "verb"),
        ("a verb that is no text", b'{"verb": {"$ne": 1}}\n', "verb"),
        ("null", b"null\n", "verb"),
    ],
)
async def test_what_is_no_request_is_answered_with_an_error_and_nothing_else(
    name: str, line: bytes, said: str, database: Path
) -> None:
    told = await send(database, line)
    assert (told["ok"], told["kind"]) == (False, "UsageError"), name
    assert said in told["error"]
    assert done == []
    assert await ask(database, "status")


async def test_only_the_first_line_counts(database: Path) -> None:
    assert (await send(database, b'{"verb": "a"}\n{"verb": "b"}\n'))["heard"] == {"verb": "a"}
    assert [request["verb"] for request in done] == ["a"]


async def test_who_says_nothing_is_told_so_after_a_while(tmp_path: Path) -> None:
    async with control.listening(tmp_path / "tracker.db", echo, patience=0.05):
        assert "no whole line" in (await send(tmp_path / "tracker.db", b'{"verb"', close=False))["error"]


async def test_too_many_at_once_are_sent_away(tmp_path: Path) -> None:
    async with control.listening(tmp_path / "tracker.db", echo, at_once=0):
        with pytest.raises(TrackerError, match="try again"):
            await ask(tmp_path / "tracker.db", "status")


async def test_who_is_being_answered_when_the_daemon_stops_is_told(tmp_path: Path) -> None:
    async with asyncio.TaskGroup() as group, control.listening(tmp_path / "tracker.db", echo):
        done.clear()
        asked = group.create_task(answer_or_error(tmp_path / "tracker.db"))
        await until(lambda: done)
    assert "tracker is stopping" in asked.result()
    assert not control.socket_path(tmp_path / "tracker.db").exists()


async def answer_or_error(database: Path) -> str:
    try:
        return str(await ask(database, "wait", patience=None))
    except TrackerError as error:
        return str(error)


async def test_a_daemon_that_does_not_answer_is_not_waited_for_for_ever(database: Path) -> None:
    with pytest.raises(TrackerError, match=r"not answered for 0\.1 s"):
        await ask(database, "wait", patience=0.1)


async def test_nobody_listens_where_no_daemon_is(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    assert await ask(database, "status") is None
    assert await ask(tmp_path / "no" / "folder" / "tracker.db", "status") is None
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(control.socket_path(database)))
    assert await ask(database, "status") is None, "a socket that a killed daemon left behind"
    async with control.listening(database, echo):
        assert await ask(database, "status"), "it gives way to the next one's"


async def test_what_lies_in_its_place_is_never_removed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = control.socket_path(tmp_path / "tracker.db")
    path.write_text("mine")
    async with control.listening(tmp_path / "tracker.db", echo):
        assert "no control socket" in caplog.text
    assert path.read_text() == "mine"


async def test_a_path_longer_than_a_socket_address_works(tmp_path: Path) -> None:
    folder = tmp_path / ("f" * 100) / ("g" * 100)
    folder.mkdir(parents=True)
    assert len(os.fsencode(control.socket_path(folder / "tracker.db"))) > 200
    async with control.listening(folder / "tracker.db", echo):
        assert await ask(folder / "tracker.db", "status")
    assert await ask(folder / "tracker.db", "status") is None
    assert list(folder.iterdir()) == []


@asynccontextmanager
async def a_stranger(path: Path, answer: bytes) -> AsyncIterator[None]:
    """Something else that listens there and answers with these bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        writer.close()

    server = await asyncio.start_unix_server(serve, path=str(path))
    yield
    server.close()


@pytest.mark.parametrize(("name", "answer"), [("nothing", b""), ("half a line", b'{"ok"'), ("no JSON", b"hello\n")])
async def test_an_answer_that_is_none_is_an_error(name: str, answer: bytes, tmp_path: Path) -> None:
    async with a_stranger(control.socket_path(tmp_path / "tracker.db"), answer):
        with pytest.raises(TrackerError, match="ended before it answered"):
            await ask(tmp_path / "tracker.db", "status")


async def test_an_error_of_no_known_kind_is_still_an_error(tmp_path: Path) -> None:
    told = b'{"ok": false, "error": "odd", "kind": "annotations"}\n'
    async with a_stranger(control.socket_path(tmp_path / "tracker.db"), told):
        with pytest.raises(TrackerError, match="odd"):
            await ask(tmp_path / "tracker.db", "status")


def test_each_database_of_a_folder_has_its_own_socket() -> None:
    paths = [control.socket_path(Path("db") / name).name for name in ("tracker.db", "demo.db", "odd.sock")]
    assert paths == ["tracker.sock", "demo.sock", "odd.sock.sock"]
