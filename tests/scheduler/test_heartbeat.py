"""The dead man's switch: it hears from us while checks are committed, and from nothing else."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tracker.config import Network
from tracker.scheduler.process.heartbeat import AGAIN, EVERY, Heartbeat

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Switch(HTTPServer):
    """Answers every sign with `status`, and keeps what it was sent."""

    status = 200

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Switch

    def do_POST(self) -> None:
        self.server.heard.append((self.path, self.headers["User-Agent"]))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def switch() -> Iterator[Switch]:
    with Switch() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def network(switch: Switch) -> Network:
    return Network(allow_private=True, allow_ports=(switch.server_port,))


def test_nothing_is_due_before_the_first_commit() -> None:
    assert not Heartbeat("https://switch.example/").due(None, NOON)
    assert Heartbeat("https://switch.example/").due(NOON, NOON)


async def test_it_is_sent_hourly_and_only_when_something_was_committed_since(switch: Switch) -> None:
    heartbeat = Heartbeat(f"http://127.0.0.1:{switch.server_port}/token")
    await heartbeat.send(NOON, NOON, network(switch), "tracker/x")
    assert switch.heard == [("/token", "tracker/x")]
    later = NOON + EVERY + SECOND
    assert not heartbeat.due(NOON, later), "nothing new was committed: the switch is to notice"
    assert not heartbeat.due(NOON + SECOND, NOON + EVERY - SECOND)
    assert heartbeat.due(NOON + SECOND, later)
    assert heartbeat.due(NOON + SECOND, NOON - timedelta(days=1)), "a clock set back does not silence it"


async def test_what_is_not_taken_is_said_once_without_the_address_and_tried_again(
    switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    switch.status = 500
    heartbeat = Heartbeat(f"http://127.0.0.1:{switch.server_port}/s3cret")
    with caplog.at_level(logging.INFO, "tracker"):
        for number in range(2):
            await heartbeat.send(NOON, NOON + number * AGAIN, network(switch), "tracker/x")
        assert len(caplog.records) == 1
        assert "s3cret" not in caplog.text
        assert heartbeat.due(NOON, NOON + 2 * AGAIN)
        switch.status = 200
        await heartbeat.send(NOON, NOON + 2 * AGAIN, network(switch), "tracker/x")
        assert "taken again" in caplog.text
    assert not heartbeat.due(NOON, NOON + timedelta(days=1))


async def test_a_private_address_is_refused_like_a_page_of_one(switch: Switch) -> None:
    heartbeat = Heartbeat(f"http://127.0.0.1:{switch.server_port}/")
    await asyncio.wait_for(heartbeat.send(NOON, NOON, Network(), "tracker/x"), 5)
    assert switch.heard == []
