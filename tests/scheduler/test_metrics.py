"""Figures for Prometheus: what is said, to whom, and in a form that its own rules accept."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.scheduler.test_daemon import Watch, watch  # noqa: F401 (a fixture)
from tests.scheduler.world import EIGHT, Inline
from tests.store.world import TIMES
from tests.waiting import HANG
from tracker.config import Config
from tracker.errors import UsageError
from tracker.scheduler.clock import DrivenClock
from tracker.scheduler.process import metrics
from tracker.scheduler.process.daemon import Daemon
from tracker.scheduler.process.footprint import Footprint
from tracker.scheduler.process.status import AlertsStatus, DaemonStatus, WorkersStatus

TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
TOLD = DaemonStatus(
    database="tracker.db",
    now=TEN,
    paused={"a": TEN - timedelta(hours=1)},
    due=7,
    due_counted_to=10_000,
    lag_seconds=12.5,
    next_check_at=None,
    version='1.0 "x"\n',
    pid=1,
    config="sources.yaml",
    started_at=TEN - timedelta(hours=1),
    sources=3,
    in_flight=2,
    checks=123_456_789,
    outcomes={"unchanged": 5, "changed": 1},
    last_commit_at=TEN - timedelta(seconds=30),
    discovering=1,
    lanes=(),
    lanes_in_all=2,
    workers=WorkersStatus(most=2, alive=2, died=1),
    memory_bytes=1 << 30,
    workers_memory_bytes=5,
    problems={'alerts[0] "(https)"': "HTTP 500"},
    alerts=AlertsStatus(delivered=4, waiting=2, failed={"alerts[0] (https)": 3}),
    changes={"substantive": 2, "noise": 7},
    last_success_at={"times": TEN - timedelta(minutes=5)},
    files=Footprint(4_000, 9_000, 1 << 30, TEN - timedelta(hours=26)),
)

LABEL = r'[a-z_]+="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"tracker_[a-z_]+(?:{{{LABEL}(?:,{LABEL})*}})? -?[0-9.]+(?:e[+-]?[0-9]+)?")


def test_every_line_is_help_type_or_a_sample_in_the_order_the_format_wants() -> None:
    lines = metrics.text(TOLD).splitlines()
    family = ""
    for line in lines:
        if line.startswith("# HELP "):
            family = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line.split()[2:3] == [family]
            assert line.split()[3] in ("gauge", "counter")
            assert (line.split()[3] == "counter") is family.endswith("_total")
        else:
            assert SAMPLE.fullmatch(line), line
            assert re.split("[ {]", line)[0] == family
    assert metrics.text(TOLD).endswith("\n")


def test_the_figures_are_those_of_the_status() -> None:
    said = metrics.text(TOLD)
    for line in (
        "tracker_checks_total 123456789",
        'tracker_outcomes_total{outcome="changed"} 1',
        "tracker_lag_seconds 12.5",
        "tracker_last_commit_age_seconds 30",
        "tracker_sources_paused 1",
        'tracker_memory_bytes{of="daemon"} 1073741824',
        'tracker_changes_total{class="substantive"} 2',
        'tracker_alerts_failed_total{sink="alerts[0] (https)"} 3',
        f'tracker_source_last_success_seconds{{source="times"}} {TEN.timestamp() - 300:.0f}',
        "tracker_disk_free_bytes 1073741824",
        'tracker_database_bytes{file="captures"} 9000',
        "tracker_backup_age_seconds 93600",
        r'tracker_info{version="1.0 \"x\"\n"} 1',
        r'tracker_problem{place="alerts[0] \"(https)\""} 1',
    ):
        assert line in said.splitlines()
    assert "last_commit" not in metrics.text(replace(TOLD, last_commit_at=None))


@pytest.mark.parametrize(
    "text", ["0.0.0.0:9464", "192.0.2.1:1", "9464", "127.0.0.1", "127.0.0.1:http", "::1:99999", ""]
)
def test_what_is_not_on_loopback_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"127\.0\.0\.1:9464"):
        metrics.address(text)


def test_an_address_is_read() -> None:
    assert metrics.address("127.0.0.1:9464") == ("127.0.0.1", 9464)
    assert metrics.address("[::1]:0") == ("::1", 0)


async def ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_running_daemon_answers_and_goes_on_whatever_is_asked(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    config = Config(tmp_path / "s.yaml", tmp_path / "t.db", "https://o.example", (TIMES,))
    daemon = Daemon(config, clock=DrivenClock(EIGHT, 60), engine=Inline(), metrics=("127.0.0.1", 0))
    task = asyncio.create_task(daemon.run())
    await watch.says("metrics are served")
    port = int(re.findall(r"127\.0\.0\.1:(\d+)/metrics", "".join(watch.lines))[0])
    for request, status in (
        (b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"200"),
        (b"GET / HTTP/1.1\r\n\r\n", b"404"),
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"405"),
        (b"\x00\xff\r\n\r\n", b"404"),
    ):
        assert (await ask(port, request)).split()[1] == status
    assert await ask(port, b"x" * 20_000) == b""
    answer = await ask(port, b"GET /metrics?x=1 HTTP/1.1\r\n\r\n")
    assert b"text/plain; version=0.0.4" in answer
    assert b"\ntracker_sources 1\n" in answer
    daemon.stop()
    assert await asyncio.wait_for(task, HANG) == 0
    with pytest.raises(ConnectionRefusedError):
        await ask(port, b"")


async def test_a_port_that_is_taken_is_said_and_nothing_else_suffers(watch: Watch) -> None:  # noqa: F811
    async with metrics.serving(("127.0.0.1", 0), lambda: TOLD) as port:
        assert port is not None
        async with metrics.serving(("127.0.0.1", port), lambda: TOLD) as second:
            assert second is None
    assert any("no metrics" in line for line in watch.lines)


async def test_a_history_that_cannot_be_read_is_no_figure(watch: Watch) -> None:  # noqa: F811
    def broken() -> DaemonStatus:
        raise OSError("the disk is gone")

    async with metrics.serving(("127.0.0.1", 0), broken) as port:
        assert port is not None
        assert (await ask(port, b"GET /metrics HTTP/1.1\r\n\r\n")).split()[1] == b"503"
