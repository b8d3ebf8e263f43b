"""Figures for Prometheus: the daemon's status as text, served on loopback to whoever asks for /metrics.

The format is the text exposition format 0.0.4, which is small enough to write here; a client library would bring its
own registry and threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from tracker.errors import UsageError
from tracker.model.secret_values import redacted
from tracker.scheduler import log
from tracker.scheduler.process.status import DaemonStatus

_PATIENCE = 5.0
_LONGEST = 8192
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


def address(text: str) -> tuple[str, int]:
    """`127.0.0.1:9464` as host and port. Raises UsageError for what is not on loopback: there is no log-in here."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    try:
        number = int(port)
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise UsageError(f"{text}: not an address and a port; write it like 127.0.0.1:9464") from None
    if not local or not 0 <= number <= 65_535:
        raise UsageError(f"{text}: metrics are for this machine alone; write it like 127.0.0.1:9464")
    return host, number


def text(told: DaemonStatus) -> str:
    """The exposition of a status snapshot: every figure with its help and type, ending with a line feed."""
    lines = []
    for name, kind, words, samples in _families(told):
        lines += [f"# HELP tracker_{name} {words}", f"# TYPE tracker_{name} {kind}"]
        lines += [f"tracker_{name}{labels} {value:.15g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _families(told: DaemonStatus) -> Iterator[tuple[str, str, str, list[tuple[str, float]]]]:
    """Name, type, help and samples of each figure."""

    def gauge(name: str, words: str, value: float) -> tuple[str, str, str, list[tuple[str, float]]]:
        return name, "gauge", words, [("", value)]

    yield "info", "gauge", "The version that runs.", [(_labels(version=told.version), 1)]
    yield gauge("start_time_seconds", "When the daemon started, since 1970.", told.started_at.timestamp())
    yield gauge("sources", "Sources that are followed.", told.sources)
    yield gauge("sources_paused", "Sources that a person has paused.", len(told.paused))
    yield gauge("sources_discovering", "Sources whose feeds are being read.", told.discovering)
    yield gauge("due", f"Checks that are due, counted up to {told.due_counted_to}.", told.due)
    yield gauge("lag_seconds", "How long the check that has waited longest has been due.", told.lag_seconds)
    yield gauge("in_flight", "Articles in a line, being checked, or awaiting their commit.", told.in_flight)
    yield gauge("lanes", "Hosts that have articles in flight.", told.lanes_in_all)
    yield "checks_total", "counter", "Checks since the start.", [("", told.checks)]
    outcomes = [(_labels(outcome=name), float(number)) for name, number in sorted(told.outcomes.items())]
    yield "outcomes_total", "counter", "Checks since the start by how they ended.", outcomes
    yield "alerts_total", "counter", "Alerts delivered since the start.", [("", told.alerts.delivered)]
    yield gauge("alerts_waiting", "Alerts that have not arrived yet.", told.alerts.waiting)
    if told.last_commit_at:
        age = (told.now - told.last_commit_at).total_seconds()
        yield gauge("last_commit_age_seconds", "How long ago a check was last committed.", age)
    changes = [(_labels(**{"class": name}), float(number)) for name, number in sorted(told.changes.items())]
    yield "changes_total", "counter", "Changes recorded since the start by class, noise apart.", changes
    failed = [(_labels(sink=name), float(number)) for name, number in sorted(told.alerts.failed.items())]
    yield "alerts_failed_total", "counter", "Deliveries that a receiver did not take since the start.", failed
    successes = [(_labels(source=name), at.timestamp()) for name, at in sorted(told.last_success_at.items())]
    words = "When an article of the source was last seen, since 1970; a source appears with its first after the start."
    yield "source_last_success_seconds", "gauge", words, successes
    yield gauge("disk_free_bytes", "Room on the disk of the history.", told.files.disk_free_bytes)
    sizes = {"history": told.files.history_bytes, "captures": told.files.captures_bytes}
    files = [(_labels(file=name), float(size)) for name, size in sizes.items()]
    yield "database_bytes", "gauge", "Size of the history's files, write-ahead logs included.", files
    if told.files.newest_backup_at:
        age = (told.now - told.files.newest_backup_at).total_seconds()
        yield gauge("backup_age_seconds", "How old the newest dated copy beside the history is.", age)
    yield gauge("workers", "Worker processes that live.", told.workers.alive)
    yield "workers_died_total", "counter", "Workers ended by their limits.", [("", told.workers.died)]
    memory = {"daemon": told.memory_bytes, "workers": told.workers_memory_bytes}
    yield "memory_bytes", "gauge", "Resident memory.", [(_labels(of=who), float(size)) for who, size in memory.items()]
    problems = [(_labels(place=place), 1.0) for place in sorted(told.problems)]
    yield "problem", "gauge", "1 for every source, tick or receiver of alerts that has a problem.", problems


def _labels(**names: object) -> str:
    return "{" + ",".join(f'{name}="{str(value).translate(_ESCAPES)}"' for name, value in names.items()) + "}"


@asynccontextmanager
async def serving(place: tuple[str, int] | None, told: Callable[[], DaemonStatus]) -> AsyncIterator[int | None]:
    """Answer whoever asks there as long as the context lasts; the port. Nothing is opened for None.

    A port that is taken is said in the log; the daemon works without.
    """
    if place is None:
        yield None
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(_PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                status, body = _answer(head, told)
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        writer.close()

    try:
        server = await asyncio.start_server(answer, *place, limit=_LONGEST)
    except OSError as error:
        log.warning("no metrics: the address cannot be used", address=":".join(map(str, place)), problem=error)
        yield None
        return
    async with server:
        port = int(server.sockets[0].getsockname()[1])
        log.info("metrics are served", address=f"http://{place[0]}:{port}/metrics")
        yield port


def _answer(head: bytes, told: Callable[[], DaemonStatus]) -> tuple[str, bytes]:
    method, _, rest = head.partition(b" ")
    path = rest.partition(b" ")[0].partition(b"?")[0]
    if path != b"/metrics":
        return "404 Not Found", b"ask for /metrics\n"
    if method != b"GET":
        return "405 Method Not Allowed", b"only GET is answered\n"
    try:
        return "200 OK", redacted(text(told())).encode()
    except Exception as error:
        log.error("metrics could not be told", exception=error)
        return "503 Service Unavailable", b"the history cannot be read now\n"
