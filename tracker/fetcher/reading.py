"""One exchange with a host: a request, and its answer read within limits or ended with a named outcome."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from dataclasses import dataclass
from datetime import timedelta

import h2.exceptions
import httpcore
import httpx

from tracker.fetcher.cookies import Jar
from tracker.fetcher.guard import Blocked, NoNetwork, OutOfFiles
from tracker.fetcher.inflate import Body, Damaged, TooLarge
from tracker.fetcher.lanes import RequestReport, RequestVerdict
from tracker.fetcher.outcome import RETRY_AFTER_STATUSES, outcome_of, retry_after
from tracker.model import Outcome

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that send the visitor elsewhere (RFC 9110 section 15.4)."""

DRAIN = 64 * 1024
"""Most bytes read of a body that nobody wants, so that the connection can be kept."""

CRUMBS, CRUMB = 5000, 64
"""A body of more chunks than the first, smaller on average than the second, only burns our time: 20 µs each."""

BREATH = 256
"""So many chunks are read in one go before other work gets its turn."""

NO_FILES = "this machine allows tracker no more open files: raise the limit (ulimit -n, LimitNOFILE=)"

_SAFE_HEADER = re.compile(r"[\x20-\x7e]{1,1024}")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything is enough. Bytes and seconds of real time; `deadline` spans all hops of one request.

    A body that still comes after `grace` seconds comes with at least `rate` bytes a second: one that drips holds a hand
    that others wait for.

    Of the body of an answer that is no success, `refusal` bytes are kept: only who sends something reads why not.

    `clients` hosts at a time keep their connections open. `hosts` at a time keep their lane in memory, and `rules`
    characters of robots.txt in all: read, the most hostile file takes fifty times its length, and redirects may lead to
    as many hosts as their sender likes.
    """

    wire: int = 4 << 20
    decoded: int = 8 << 20
    ratio: int = 100
    deadline: float = 45.0
    connect: float = 10.0
    read: float = 20.0
    redirects: int = 8
    clients: int = 256
    hosts: int = 256
    rules: int = 4 << 20
    grace: float = 8.0
    rate: int = 2048
    refusal: int = 0

    def patience(self, failures: int) -> float:
        """Seconds for a whole request to a host that failed so often in a row: half as long each time, 10 at least."""
        shorter: float = self.deadline * 0.5 ** min(failures, 10)
        return min(self.deadline, max(10.0, shorter))

    @property
    def timeout(self) -> httpx.Timeout:
        """The same for httpx, per operation."""
        return httpx.Timeout(connect=self.connect, read=self.read, write=self.connect, pool=self.deadline)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered. `location` is where a redirect points; its body was not kept."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wire: int
    location: str = ""
    retry_after: timedelta | None = None


@dataclass(slots=True)
class Ended(Exception):
    """A request that brought no answer to use, and what that says about the host.

    `again` is True when it died before the host can have answered, so that a kept connection may be to blame; `at` is
    the address it had come to; `whole_host` is True when every request to the host ends so now; `ours` when this
    machine has no network, so that nobody is to blame.
    """

    outcome: Outcome
    error: str
    status: int = 0
    retry_after: timedelta | None = None
    verdict: RequestVerdict = RequestVerdict.ANSWERED
    again: bool = False
    at: str = ""
    whole_host: bool = False
    ours: bool = False

    def __str__(self) -> str:
        return self.error


def safe_header(value: str) -> str:
    """A header value from outside that may be sent back; empty when it is too long or not printable ASCII."""
    return value if _SAFE_HEADER.fullmatch(value) else ""


async def exchange(
    transport: httpx.AsyncBaseTransport,
    url: httpx.URL,
    headers: dict[str, str],
    jar: Jar,
    limits: Limits,
    seconds: float,
    content: bytes | None = None,
) -> Answer:
    """Ask once and read the answer, at most that many seconds. `jar` takes cookies of redirects. Raises Ended.

    With `content` that is what is sent, as a POST.
    """
    method, timeout = "GET" if content is None else "POST", limits.timeout.as_dict()
    request = httpx.Request(method, url, headers=headers, content=content, extensions={"timeout": timeout})
    if cookies := jar.header(url):
        request.headers["cookie"] = cookies
    answered = False
    started = time.monotonic()
    try:
        async with asyncio.timeout(max(seconds, 0.01)):
            response = await transport.handle_async_request(request)
            response.request = request
            answered = True
            try:
                return await _read(response, jar, limits)
            finally:
                await response.aclose()
    except Ended:
        raise
    except (TimeoutError, httpcore.TimeoutException) as error:
        what = (
            "connect" if isinstance(error, httpcore.ConnectTimeout) else "finish its answer" if answered else "answer"
        )
        waited = time.monotonic() - started
        raise Ended(
            Outcome.TIMEOUT, f"{url.host} did not {what} within {waited:.0f} s", verdict=RequestVerdict.FAILED
        ) from error
    except Blocked as error:
        raise Ended(Outcome.REFUSED, str(error), verdict=RequestVerdict.CUT_SHORT) from error
    except OutOfFiles as error:
        raise Ended(Outcome.CONNECTION, NO_FILES, verdict=RequestVerdict.CUT_SHORT, ours=True) from error
    except NoNetwork as error:
        raise Ended(Outcome.CONNECTION, f"no network? {error}", verdict=RequestVerdict.NO_NETWORK) from error
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
        httpx.HTTPError,
        httpx.StreamError,
        h2.exceptions.H2Error,  # httpcore lets those through that come up while a body is read
        OSError,
        ssl.SSLError,
        ValueError,
    ) as error:
        said = str(error).strip() or type(error).__name__
        if answered:
            raise Ended(Outcome.TRUNCATED, f"the answer broke off: {said}", verdict=RequestVerdict.FAILED) from error
        again = not isinstance(error, httpcore.ConnectError | httpcore.LocalProtocolError)
        raise Ended(Outcome.CONNECTION, f"{url.host}: {said}", verdict=RequestVerdict.FAILED, again=again) from error


def report_on(answer: Answer) -> RequestReport:
    """What an answer says about its host."""
    outcome = outcome_of(answer.status, answer.headers)
    verdict = RequestVerdict.GOOD if outcome is None else RequestVerdict.ANSWERED
    if outcome in (Outcome.SERVER_ERROR, Outcome.RATE_LIMITED, Outcome.TIMEOUT):
        verdict = RequestVerdict.FAILED
    wait = answer.retry_after if answer.status in RETRY_AFTER_STATUSES else None
    return RequestReport(
        verdict, retry_after=wait, outcome=outcome or Outcome.CONNECTION, reason=f"HTTP {answer.status}"
    )


async def _read(response: httpx.Response, jar: Jar, limits: Limits) -> Answer:
    """The answer, its body only when the status is a success."""
    status = response.status_code
    location = _location(response) if status in REDIRECTS else ""
    headers = tuple(response.headers.multi_items())
    if location:
        jar.take(response.request.url, response.headers.get_list("set-cookie"))
        await _drain(response)
        return Answer(status, headers, b"", 0, location=location)
    if (outcome := outcome_of(status, headers)) is not None or status == 304:
        said = await _drain(response, limits.refusal)
        return Answer(status, headers, said, 0, retry_after=retry_after(headers) if outcome else None)
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limits.wire:
        raise Ended(Outcome.TOO_LARGE, f"the body is {int(announced):,} bytes, more than {limits.wire:,}", status)
    try:
        body = Body(
            ", ".join(response.headers.get_list("content-encoding")),
            max_wire=limits.wire,
            max_decoded=limits.decoded,
            max_ratio=limits.ratio,
        )
        chunks, began = 0, time.monotonic()
        async for chunk in response.aiter_raw():
            body.feed(chunk)
            chunks += 1
            if (took := time.monotonic() - began) > limits.grace and body.wire < took * limits.rate:
                raise Ended(
                    Outcome.TIMEOUT,
                    f"the body drips: {body.wire:,} bytes in {took:.0f} s",
                    status,
                    verdict=RequestVerdict.FAILED,
                )
            if chunks % BREATH == 0:
                await asyncio.sleep(0)
            if chunks > CRUMBS and body.wire < chunks * CRUMB:
                raise TooLarge(f"the body comes in crumbs of {body.wire // chunks} bytes")
        return Answer(status, headers, body.finish(), body.wire)
    except TooLarge as error:
        raise Ended(Outcome.TOO_LARGE, str(error), status) from error
    except Damaged as error:
        raise Ended(Outcome.TRUNCATED, str(error), status) from error


def _location(response: httpx.Response) -> str:
    """Where a redirect points, in ASCII: blanks and bytes beyond it are escaped as they came, as browsers do."""
    for name, value in response.headers.raw:
        if name.lower() == b"location":
            return "".join(chr(byte) if 0x21 <= byte <= 0x7E else f"%{byte:02X}" for byte in value.strip())
    return ""


async def _drain(response: httpx.Response, keep: int = 0) -> bytes:
    """Read a little of an unwanted body and give its first bytes; a longer one costs the connection instead."""
    left, chunks, kept = DRAIN, 0, b""
    async for chunk in response.aiter_raw():
        left -= len(chunk)
        chunks += 1
        kept += chunk[: keep - len(kept)]
        if left < 0 or chunks > BREATH:
            break
    return kept
