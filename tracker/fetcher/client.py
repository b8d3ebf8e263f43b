"""The fetcher: one address through robots.txt, lane, guard and limits, to a capture or a named failure."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpcore
import httpx

from tracker.config import Network
from tracker.errors import AddressRefused
from tracker.fetcher import robots
from tracker.fetcher.guard import GuardedBackend, Resolve, Resolver, Target, target
from tracker.fetcher.lanes import HostLane, Priority, RequestReport, RequestVerdict, Resting
from tracker.fetcher.outcome import outcome_of
from tracker.fetcher.reading import Answer, Ended, Limits, exchange, report_on, safe_header
from tracker.fetcher.transport import Transport, WireBackend
from tracker.model import Capture, Clock, Failure, Host, Outcome, Validators

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
ACCEPT_FEED = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"
ACCEPT_ENCODING = "gzip, deflate, br"


@dataclass(slots=True)
class _Line:
    """The open connections to one host. `users` counts the requests under way."""

    transport: Transport
    backend: GuardedBackend | None
    users: int = 0

    @property
    def connects(self) -> int:
        return self.backend.connects if self.backend else 0


@dataclass(slots=True)
class _Door:
    """What belongs to one host while requests come to it; its `Host` outlives it."""

    lane: HostLane
    robots: robots.Copy = field(default_factory=robots.Copy)
    robots_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def rules(self) -> int:
        return len(self.lane.host.robots or "")


@dataclass(frozen=True, slots=True)
class _Order:
    """What a request asks for, the same for every hop of its redirects."""

    delay: timedelta
    priority: Priority
    obey: bool
    headers: dict[str, str]


class Fetcher:
    """The one door out. Use as an async context manager; safe for many requests at a time.

    `known` tells what was remembered of a host; `on_host` is called, on the event loop, whenever one should be kept
    anew. `resolve`, `dial` and `context` stand in for the system's name resolution, sockets and TLS settings.
    """

    def __init__(
        self,
        network: Network,
        user_agent: str,
        clock: Clock,
        *,
        known: Callable[[str], Host | None] | None = None,
        on_host: Callable[[Host], None] | None = None,
        limits: Limits | None = None,
        resolve: Resolve | None = None,
        dial: httpcore.AsyncNetworkBackend | None = None,
        context: ssl.SSLContext | None = None,
        dice: random.Random | None = None,
    ) -> None:
        self._network, self._clock, self._limits = network, clock, limits or Limits()
        self._headers = {"user-agent": user_agent, "accept-encoding": ACCEPT_ENCODING}
        self._token = user_agent.partition("/")[0]
        self._known = known or (lambda name: None)
        self._tell = on_host or (lambda host: None)
        self._resolve = resolve or Resolver()
        self._dial = dial or httpcore.AnyIOBackend()
        self._context = context or httpx.create_ssl_context(trust_env=False)
        self._dice = dice or random.Random()
        self._doors: OrderedDict[str, _Door] = OrderedDict()
        self._lines: OrderedDict[str, _Line] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection, and tell the keeper how each lane stands."""
        for name in list(self._doors):
            self._let_go(name)
        lines, self._lines = self._lines, OrderedDict()
        for line in lines.values():
            await line.transport.aclose()
        if isinstance(self._resolve, Resolver):
            self._resolve.close()

    def host(self, name: str) -> Host:
        """What is known of one host (`name` or `name:port`)."""
        door = self._doors.get(name)
        return door.lane.host if door else self._known(name) or Host(name)

    def distrust(self, url: str) -> None:
        """Send no validators to this host again: one stayed the same while the text changed."""
        lane = self._door(target(url, self._network)).lane
        lane.change(replace(lane.host, validators_trusted=False))

    async def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that robots.txt of this address's host names; none when it cannot be read."""
        try:
            return (await self._rules(target(url, self._network), timedelta(0))).sitemaps
        except (AddressRefused, Ended, Resting):
            return []

    async def get(
        self,
        url: str,
        *,
        delay: timedelta = timedelta(0),
        robots_ignored: str = "",
        validators: Validators | None = None,
        priority: Priority = Priority.RECHECK,
        language: str = "",
    ) -> Capture | Failure:
        """Fetch one address, redirects and all.

        `delay` is the least pause between two requests to its host; `robots_ignored` the operator's reason for not
        obeying robots.txt. A 304 gives a capture with an empty body. Never raises for what the net does: anything but
        success is a Failure that names its outcome.
        """
        started = time.monotonic()
        order = _Order(delay, priority, not robots_ignored, _headers(priority, language, validators))
        trail: list[tuple[int, str]] = []
        try:
            place = target(url, self._network)
            if validators and not self._door(place).lane.host.validators_trusted:
                order = replace(order, headers=_unconditional(order.headers))
            answer, place = await self._follow(place, order, trail)
        except AddressRefused as error:
            ended = Ended(Outcome.BAD_REDIRECT if trail else Outcome.REFUSED, str(error))
        except Resting as rest:
            left = rest.until - self._clock.now()
            ended = Ended(
                rest.outcome,
                f"the host is left alone until {rest.until:%H:%M} UTC: {rest}",
                retry_after=left,
                whole_host=True,
            )
        except Ended as error:
            ended = error
            if trail and ended.outcome is Outcome.REFUSED:
                ended.outcome = Outcome.BAD_REDIRECT
        else:
            return Capture(
                url=url,
                final_url=str(place.url),
                status=answer.status,
                headers=answer.headers,
                body=answer.body,
                fetched_at=self._clock.now(),
                redirects=tuple(trail),
                milliseconds=_milliseconds(started),
                wire_bytes=answer.wire,
            )
        return Failure(
            url=url,
            outcome=ended.outcome,
            error=ended.error,
            at=self._clock.now(),
            status=ended.status,
            final_url=ended.at or url,
            retry_after=ended.retry_after,
            milliseconds=_milliseconds(started),
            whole_host=ended.whole_host,
        )

    async def _follow(self, place: Target, order: _Order, trail: list[tuple[int, str]]) -> tuple[Answer, Target]:
        """Go through redirects, each hop with robots.txt, lane and guard of its own. Raises Ended and its kin."""
        jar = httpx.Cookies()  # lives for this chain alone: some sites bounce a visitor once to set one
        headers, left = order.headers, self._limits.deadline
        while True:
            if order.obey and not (await self._rules(place, order.delay)).allows(str(place.url)):
                raise Ended(Outcome.ROBOTS, f"robots.txt of {place.lane} disallows {place.url}", at=str(place.url))
            answer, left = await self._ask(place, order, headers, jar, left)
            if not answer.location:
                break
            trail.append((answer.status, str(place.url)))
            place = self._ahead(place, answer, len(trail), self._limits.redirects)
            headers = _unconditional(headers)
        outcome = outcome_of(answer.status, answer.headers)
        if answer.status == 304 and headers == _unconditional(headers):
            outcome = Outcome.HTTP_ERROR  # not modified since what?
        if outcome is not None:
            raise _refusal(answer, outcome, place)
        return answer, place

    def _ahead(self, place: Target, answer: Answer, hops: int, most: int) -> Target:
        """Where a redirect leads. Raises Ended and AddressRefused."""
        if hops > most:
            raise Ended(Outcome.BAD_REDIRECT, f"more than {most} redirects", answer.status, at=str(place.url))
        ahead = target(answer.location, self._network, base=place)
        if place.secure and not ahead.secure:
            if ahead.url.host == place.url.host and ahead.url.port is None and place.url.port is None:
                # A server behind one that ends TLS for it knows only http. What is asked for stays encrypted.
                return target(str(ahead.url.copy_with(scheme="https")), self._network, base=place)
            raise Ended(Outcome.BAD_REDIRECT, "redirected from https to http", answer.status, at=str(ahead.url))
        return ahead

    async def _ask(
        self, place: Target, order: _Order, headers: dict[str, str], jar: httpx.Cookies, seconds: float
    ) -> tuple[Answer, float]:
        """One request in its lane, and once more when a kept connection turned out to be dead; the seconds left after.

        Only the host's own time counts: waiting in its lane is ours.
        """
        lane = self._door(place).lane
        for last in (False, True):
            await lane.enter(order.priority, order.delay)
            started = time.monotonic()
            report = RequestReport()
            try:
                async with self._line(place.lane) as line:
                    connects = line.connects
                    answer = await exchange(
                        line.transport, place.url, {**self._headers, **headers}, jar, self._limits, seconds
                    )
                report = report_on(answer)
                return answer, seconds - (time.monotonic() - started)
            except Ended as ended:
                report = RequestReport(ended.verdict, outcome=ended.outcome, reason=ended.error)
                ended.at = str(place.url)
                if last or not ended.again or line.connects != connects:
                    raise
            finally:
                lane.leave(order.delay, replace(report, seconds=time.monotonic() - started))
        raise AssertionError("the last attempt returns or raises")

    async def _rules(self, place: Target, delay: timedelta) -> robots.Robots:
        """The host's robots.txt, fetched when it is time. Raises Ended when nothing may be fetched for want of it."""
        door = self._door(place)
        copy = door.robots
        if copy.due(self._clock.now()):
            async with door.robots_lock:
                await self._remember(door)
                if copy.due(self._clock.now()):
                    await self._fetch_rules(place, delay, door)
        rules = copy.usable(self._clock.now())
        if rules is None:
            words = f"robots.txt cannot be read: {copy.reason}"
            raise Ended(copy.outcome, words, at=str(place.url), whole_host=True)
        return rules

    async def _remember(self, door: _Door) -> None:
        """Take the robots.txt that was read before the door was opened."""
        host = door.lane.host
        if door.robots.rules is None and host.robots is not None and host.robots_fetched_at is not None:
            rules = await self._parse(host.robots)
            door.robots.read(rules, host.robots_fetched_at)
            door.lane.crawl_delay = rules.delay

    async def _fetch_rules(self, place: Target, delay: timedelta, door: _Door) -> None:
        """Ask for robots.txt and take the answer, or the failure, into the door's copy."""
        order = _Order(delay, Priority.ROBOTS, False, {"accept": "text/plain,*/*;q=0.5"})
        jar, at, left = httpx.Cookies(), place.at("/robots.txt"), self._limits.deadline
        trail = 0
        try:
            while True:
                answer, left = await self._ask(at, order, order.headers, jar, left)
                if not answer.location:
                    break
                trail += 1
                at = self._ahead(at, answer, trail, robots.MAX_REDIRECTS)
        except (Ended, AddressRefused, Resting) as error:
            if isinstance(error, Ended) and error.outcome in (Outcome.BAD_REDIRECT, Outcome.TOO_LARGE):
                answer = Answer(404, (), b"", 0)  # RFC 9309 section 2.3.1.2: as if there were none
            else:
                outcome = error.outcome if isinstance(error, Ended | Resting) else Outcome.REFUSED
                theirs = isinstance(error, Ended) and error.verdict is not RequestVerdict.NO_NETWORK
                door.robots.missed(self._clock.now(), outcome, str(error), theirs=theirs)
                return
        now = self._clock.now()
        if answer.status == 429 or answer.status >= 500:
            door.robots.missed(now, Outcome.ROBOTS, f"HTTP {answer.status}")
            return
        content = robots.text(answer.body) if 200 <= answer.status <= 299 else ""
        rules = await self._parse(content)
        door.robots.read(rules, now)
        door.lane.slow_down(rules.delay)
        door.lane.change(replace(door.lane.host, robots=content, robots_fetched_at=now))

    async def _parse(self, content: str) -> robots.Robots:
        """Large files in a thread: the largest take a tenth of a second."""
        if len(content) < 20_000:
            return robots.parse(content, self._token)
        return await asyncio.to_thread(robots.parse, content, self._token)

    def _door(self, place: Target) -> _Door:
        """The host's lane and robots.txt; those not used for longest are let go of when there are too many."""
        door = self._doors.get(place.lane)
        if door is None:
            self._make_room()
            host = self._known(place.lane) or Host(place.lane)
            door = self._doors[place.lane] = _Door(HostLane(host, self._clock, self._tell, self._dice))
        self._doors.move_to_end(place.lane)
        return door

    def _make_room(self) -> None:
        """Let go of doors until there are few enough for one more; never of one in use."""
        held = sum(door.rules for door in self._doors.values())
        for name, door in list(self._doors.items()):
            if len(self._doors) < self._limits.hosts and held <= self._limits.rules:
                break
            if door.lane.idle and not door.robots_lock.locked():
                held -= door.rules
                self._let_go(name)

    def _let_go(self, name: str) -> None:
        """Forget a door; its keeper is told how its lane stands."""
        host = self._doors.pop(name).lane.host
        if host != Host(name):
            self._tell(host)

    @asynccontextmanager
    async def _line(self, name: str) -> AsyncIterator[_Line]:
        """The host's connections, opened when needed; those unused for longest are closed when there are too many."""
        line = self._lines.get(name)
        if line is None:
            backend = None if self._network.proxy else GuardedBackend(self._network, self._resolve, self._dial)
            transport = Transport(self._context, backend or WireBackend(httpcore.AnyIOBackend()), self._network.proxy)
            line = self._lines[name] = _Line(transport, backend)
        self._lines.move_to_end(name)
        line.users += 1
        try:
            surplus = len(self._lines) - self._limits.clients
            if surplus > 0:
                # All are taken out before the first is closed: while that waits, others take and close lines as well.
                idle = [n for n, each in self._lines.items() if not each.users][:surplus]
                for old in [self._lines.pop(n) for n in idle]:
                    await old.transport.aclose()
            yield line
        finally:
            line.users -= 1


def _headers(priority: Priority, language: str, validators: Validators | None) -> dict[str, str]:
    """The headers of one request, besides those that every request carries."""
    headers = {"accept": ACCEPT_FEED if priority is Priority.FEED else ACCEPT}
    if language:
        headers["accept-language"] = "en" if language == "en" else f"{language},en;q=0.3"
    if validators and (etag := safe_header(validators.etag)):
        headers["if-none-match"] = etag
    if validators and (modified := safe_header(validators.last_modified)):
        headers["if-modified-since"] = modified
    return headers


def _unconditional(headers: dict[str, str]) -> dict[str, str]:
    """The same headers without validators: those belong to one address of one host."""
    return {name: value for name, value in headers.items() if not name.startswith("if-")}


def _refusal(answer: Answer, outcome: Outcome, place: Target) -> Ended:
    """The end of a request whose final answer was not the page."""
    return Ended(outcome, f"HTTP {answer.status}", answer.status, retry_after=answer.retry_after, at=str(place.url))


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
