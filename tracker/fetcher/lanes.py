"""Manners: how often one host is asked, in what order, and when it is left alone.

A lane belongs to one host. With a delay it serves one request at a time, pauses at least the delay between two of them
and more when the host is slow (the rule of Scrapy's AutoThrottle: only a good answer may make it faster again). After
`Retry-After`, or after several failures in a row, the whole lane rests. What must survive a restart is its `Host`.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, IntEnum

from tracker.model import Clock, Host, Outcome

JITTER = 0.5
"""A pause is lengthened by up to this share, so that requests form no pattern."""

MAX_DELAY = 60.0
"""Longest pause between two requests in seconds, whatever `Crawl-delay` or slowness ask for."""

WIDTH = 2
"""Requests at a time in a lane without delay: the operator's own host."""

FAILURES_ALLOWED = 5
"""Failures in a row before the lane rests."""

FIRST_REST, REST, LONGEST_REST = timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)
"""A failing host rests for the first, then twice as long after each failed probe, up to the second; after `PROBES` the
third. An hour's outage thus hides no more than an hour of edits, and a host that is gone is asked four times a day."""

PROBES = 26
"""Failed probes of a day, after which a host is taken to be gone for longer."""

NO_NETWORK_REST = timedelta(minutes=2)
"""How long a lane rests when the fault is this machine's own network: short, so that it recovers by itself."""

RETRY_AFTER_LEAST, RETRY_AFTER_MOST = timedelta(minutes=1), timedelta(hours=24)
"""What a `Retry-After` is clamped to."""

PATIENCE = timedelta(minutes=1)
"""A rest that ends within this time is waited for; a longer one fails the request at once."""


class Priority(IntEnum):
    """Who goes first in a lane."""

    ROBOTS = 0
    FEED = 1
    NEW = 2
    RECHECK = 3


class RequestVerdict(Enum):
    """What a finished request says about its host."""

    GOOD = "good"  # it answered with what was asked for
    ANSWERED = "answered"  # it answered, if only to say no
    FAILED = "failed"  # time-out, reset, 5xx, 429
    NO_NETWORK = "no network"  # this machine is off line
    CUT_SHORT = "cut short"  # the request was cancelled, or refused before it was made


@dataclass(frozen=True, slots=True)
class RequestReport:
    """How a request went: `seconds` it took, what the host asked for, and what to say when the lane must rest.

    `ours` is True when this machine had no network.
    """

    verdict: RequestVerdict = RequestVerdict.CUT_SHORT
    seconds: float = 0.0
    retry_after: timedelta | None = None
    outcome: Outcome = Outcome.CONNECTION
    reason: str = ""
    ours: bool = False


class Resting(Exception):
    """The lane rests; no request was made."""

    def __init__(self, until: datetime, outcome: Outcome, reason: str, *, ours: bool = False) -> None:
        super().__init__(reason)
        self.until, self.outcome, self.ours = until, outcome, ours


@dataclass(slots=True, order=True)
class _Ticket:
    priority: Priority
    number: int
    turn: asyncio.Future[None] | None = field(default=None, compare=False)


class HostLane:
    """The queue in front of one host. `enter` waits for a slot, `leave` says how the request went."""

    def __init__(self, host: Host, clock: Clock, tell: Callable[[Host], None], dice: random.Random) -> None:
        self.host = host
        self.crawl_delay = 0.0
        self._clock, self._tell, self._dice = clock, tell, dice
        self._queue: list[_Ticket] = []
        self._numbers = itertools.count()
        self._active = 0
        self._told = host
        self._why, self._ours = Outcome.CONNECTION, False
        self._reason = "the host failed again and again"

    async def enter(self, priority: Priority, delay: timedelta) -> None:
        """Wait for a slot. Raises Resting when the lane rests for longer than `PATIENCE`."""
        ticket = _Ticket(priority, next(self._numbers))
        heapq.heappush(self._queue, ticket)
        try:
            while (wait := self._wait(ticket, delay)) != 0:
                if wait is None:
                    ticket.turn = asyncio.get_running_loop().create_future()
                    await ticket.turn
                else:
                    await self._clock.sleep(wait)  # someone more urgent may come meanwhile, so look again
            self._active += 1
        finally:
            self._queue.remove(ticket)
            heapq.heapify(self._queue)
            self._next()

    def _wait(self, ticket: _Ticket, delay: timedelta) -> float | None:
        """Seconds until this ticket's slot, 0 for now, None while others come first. Raises Resting."""
        now = self._clock.now()
        self._mend(now, delay)
        resting = self.host.paused_until
        if resting is not None and resting > now + PATIENCE:
            raise Resting(resting, self._why, self._reason, ours=self._ours)
        probing = self.host.failures >= FAILURES_ALLOWED
        width = 1 if delay or self.crawl_delay or probing else WIDTH
        if self._queue[0] is not ticket or self._active >= width:
            return None
        free = max(filter(None, (resting, self.host.next_slot_at)), default=now)
        return max(0.0, (free - now).total_seconds())

    def _mend(self, now: datetime, delay: timedelta) -> None:
        """Forget a slot or a rest further ahead than any is ever set: the clock was set back meanwhile."""
        pause = max(delay.total_seconds(), self.crawl_delay, min(self.host.delay_ms / 1000, MAX_DELAY)) * (1 + JITTER)
        slot, rest = self.host.next_slot_at, self.host.paused_until
        if slot is not None and slot > now + timedelta(seconds=pause):
            self.host = replace(self.host, next_slot_at=now + timedelta(seconds=pause))
        if rest is not None and rest > now + RETRY_AFTER_MOST:
            self.host = replace(self.host, paused_until=None)

    def _next(self) -> None:
        """Let the first in the queue look whether it is its turn."""
        if self._queue and (turn := self._queue[0].turn) is not None and not turn.done():
            turn.set_result(None)

    def leave(self, delay: timedelta, report: RequestReport) -> None:
        """Give the slot back, and say how the request went.

        A rest or a slot that is still to come was set by the answer to another request, while this one was under way:
        it may become later, but not earlier.
        """
        self._active -= 1
        now = self._clock.now()
        host, verdict = self.host, report.verdict
        resting, slot = (
            moment if moment and moment > now else None for moment in (host.paused_until, host.next_slot_at)
        )
        rest: timedelta | None = None
        if verdict in (RequestVerdict.GOOD, RequestVerdict.ANSWERED) and not resting:
            host = replace(host, failures=0)
        elif verdict is RequestVerdict.FAILED:
            host = replace(host, failures=host.failures + 1)
            rest = rest_after(host.failures)
        elif verdict is RequestVerdict.NO_NETWORK:
            rest = NO_NETWORK_REST
        if report.retry_after is not None:
            rest = min(max(report.retry_after, RETRY_AFTER_LEAST), RETRY_AFTER_MOST)
        if rest is not None and (resting is None or now + rest > resting):
            resting = now + rest
            self._why, self._reason = report.outcome, report.reason
            self._ours = verdict is RequestVerdict.NO_NETWORK and report.ours
        throttle = throttled(host.delay_ms / 1000, report.seconds, verdict) if delay else 0.0
        pause = max(delay.total_seconds(), min(max(self.crawl_delay, throttle), MAX_DELAY))
        pause *= 1 + self._dice.uniform(0, JITTER)
        if pause:
            slot = max(slot or now, now + timedelta(seconds=pause))
        self.change(replace(host, delay_ms=round(throttle * 1000), next_slot_at=slot, paused_until=resting))
        self._next()

    def slow_down(self, crawl_delay: float) -> None:
        """Keep this `Crawl-delay` (seconds) from now on, the request that brought it included."""
        self.crawl_delay = crawl_delay
        if crawl_delay:
            slot = self._clock.now() + timedelta(seconds=crawl_delay)
            self.host = replace(self.host, next_slot_at=max(slot, self.host.next_slot_at or slot))

    def change(self, host: Host) -> None:
        """Take a new state of the host, and tell the keeper when it is worth remembering."""
        self.host = host
        if worth_telling(self._told, host, self._clock.now()):
            self._told = host
            self._tell(host)

    @property
    def idle(self) -> bool:
        """True when nobody is being served or waits, and the next may come at once."""
        slot = self.host.next_slot_at
        return not self._active and not self._queue and (slot is None or slot <= self._clock.now())


def rest_after(failures: int) -> timedelta | None:
    """How long a host rests after that many failures in a row; None when it need not yet."""
    if failures < FAILURES_ALLOWED:
        return None
    probes = failures - FAILURES_ALLOWED
    return LONGEST_REST if probes >= PROBES else min(FIRST_REST * (1 << probes), REST)


def throttled(before: float, seconds: float, verdict: RequestVerdict) -> float:
    """The next pause in seconds after an answer that took `seconds`: half-way there; only a good answer lowers it."""
    if verdict is RequestVerdict.CUT_SHORT:
        return before
    halfway = min((before + seconds) / 2, MAX_DELAY)
    return halfway if verdict is RequestVerdict.GOOD else max(before, halfway)


def worth_telling(told: Host, host: Host, now: datetime) -> bool:
    """Whether a host's new state should be kept now: not for a slot or a delay that a restart outlasts anyway."""
    same = replace(host, next_slot_at=told.next_slot_at, delay_ms=told.delay_ms) == told
    waits = host.next_slot_at is not None and host.next_slot_at > now + timedelta(seconds=5)
    return not same or (waits and host.next_slot_at != told.next_slot_at) or abs(host.delay_ms - told.delay_ms) > 2000
