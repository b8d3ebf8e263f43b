"""The service manager's protocol, spoken to a real socket."""

import os
import socket
from pathlib import Path

import pytest

from tests.waiting import HANG
from tracker.scheduler.process import notify


@pytest.fixture
def manager(tmp_path: Path) -> socket.socket:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(HANG)
        yield channel  # type: ignore[misc]


def test_messages_reach_the_manager_that_listens(manager: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": manager.getsockname()}
    assert notify.send(notify.READY, environ=environ)
    assert notify.status("two\nlines", environ=environ)
    assert notify.reloading(environ=environ)
    assert manager.recv(4096) == b"READY=1"
    assert manager.recv(4096) == b"STATUS=two lines"
    assert manager.recv(4096).startswith(b"RELOADING=1\nMONOTONIC_USEC=")


def test_an_abstract_socket_is_understood() -> None:
    name = f"tracker-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind("\0" + name)
        channel.settimeout(HANG)
        assert notify.send(notify.STOPPING, environ={"NOTIFY_SOCKET": "@" + name})
        assert channel.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize(
    ("name", "environ"),
    [("nobody", {}), ("not a path", {"NOTIFY_SOCKET": "tcp:1"}), ("gone", {"NOTIFY_SOCKET": "/nonexistent/notify"})],
)
def test_without_a_manager_nothing_is_sent(name: str, environ: dict[str, str]) -> None:
    assert notify.send(notify.READY, environ=environ) is False


@pytest.mark.parametrize(
    ("name", "environ", "seconds"),
    [
        ("not watched", {}, None),
        ("watched", {"WATCHDOG_USEC": "30000000"}, 30.0),
        ("watched by its pid", {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "7"}, 1.0),
        ("another process is watched", {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "8"}, None),
        ("nonsense", {"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_how_long_the_manager_waits(name: str, environ: dict[str, str], seconds: float | None) -> None:
    assert notify.watchdog_seconds(environ=environ, pid=7) == seconds
