"""Who is checked when: due articles move from the database into their hosts' queues, and from there to tasks.

A host's queue is served by one task at a time, so a slow host delays only itself. Of those that wait, the one with the
most to gain goes first. An article is in flight from the moment it enters a queue until its result is committed; one
that gains too little for a place in its host's queue is put off until it would deserve one, so that a crowded host
never hides the others' due articles.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.errors import NotFound, TrackerError
from tracker.model import Article, ArticleState, CheckResult
from tracker.scheduler import log
from tracker.scheduler.process.host_queue import HostQueue, Hourly
from tracker.scheduler.process.runtime import Recorded, Runtime, earliest, lane_of
from tracker.scheduler.revisit import policy
from tracker.store.history import articles
from tracker.store.queue import queue

CHECKERS = 32
QUEUE_LENGTH = 50
BATCH = 200
SOURCES_AT_A_TICK, OF_A_SOURCE = 40, 5
"""Of how many sources a tick looks for due articles behind a full batch, and for how many of each."""

HELD_AFTER_A_LOST_COMMIT = timedelta(minutes=5)
LET_GO = timedelta(minutes=1)

Visited = tuple[CheckResult, Recorded]


@dataclass(slots=True, eq=False)
class _PlannedVisit:
    """An article in flight. `result` is set once it is committed or lost; None when the article was not visited.

    `asked` visits are somebody's wish: they are done even when the article's source is paused. Those of a `forgotten`
    article are not.
    """

    article: Article
    state: ArticleState
    host: str
    result: asyncio.Future[Visited | None]
    force: bool = False
    asked: bool = False
    begun: bool = False
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class HostLoad:
    """A host's queue: how many articles wait in it, and how many of them are being checked or committed."""

    host: str
    waiting: int
    under_way: int


class Dispatcher:
    """Moves due articles to `checkers` tasks, each of which checks one article at a time, host by host."""

    def __init__(self, runtime: Runtime, *, checkers: int = CHECKERS, length: int = QUEUE_LENGTH) -> None:
        self.runtime, self.checkers, self._length = runtime, checkers, length
        self.beat = time.monotonic()
        self.checked = 0
        self.outcomes: Counter[str] = Counter()
        self.changes: Counter[str] = Counter()
        self.seen_at: dict[str, datetime] = {}
        self.committed_at: datetime | None = None
        self.lost = ""  # why the latest result could not be committed; empty when it was
        self._queues: dict[str, HostQueue[_PlannedVisit]] = {}
        self._hourly: dict[str, Hourly] = {}
        self._ready: asyncio.Queue[str | None] = asyncio.Queue()
        self._in_flight: dict[int, _PlannedVisit] = {}
        self._held: dict[int, datetime] = {}
        self._weighed: set[str] = set()
        self._stopped = False
        self._turn = 0  # which source comes next when not all that is due can be looked at

    @property
    def in_flight(self) -> int:
        """How many articles wait in a queue, are being checked, or wait for their commit."""
        return len(self._in_flight)

    def lanes(self) -> list[HostLoad]:
        """The hosts that have articles in flight, the longest queue first."""
        begun: dict[str, int] = {}
        for planned in self._in_flight.values():
            begun[planned.host] = begun.get(planned.host, 0) + planned.begun
        lanes = [HostLoad(host, len(self._queues.get(host, ())), number) for host, number in begun.items()]
        return sorted(lanes, key=lambda lane: (-lane.waiting, -lane.under_way, lane.host))

    def tick(self) -> None:
        """Move what is due into the queues. Quick: never waits for the net."""
        now = self.runtime.clock.now()
        self._held = {article: until for article, until in self._held.items() if until > now}
        room = self.checkers * self._length - len(self._in_flight)
        if room > 0 and not self._stopped:
            self._weighed.clear()
            taken = self._in_flight.keys() | self._held.keys()  # still due in the database
            oldest = queue.due(self.runtime.reader, now, limit=min(BATCH, room), but=taken)
            for due in oldest:
                self._line_up(due.article, due.state, now)
            if len(oldest) == BATCH:
                self._look_behind(now)
        self.beat = time.monotonic()

    def _look_behind(self, now: datetime) -> None:
        """Line up what is due behind a full batch: a few articles of each source, so many sources at a tick in turn.

        Fifty thousand due articles of one host would hide another's twenty for minutes.
        """
        following = [source.id for source in self.runtime.sources.values() if self.runtime.visits(source)]
        for _ in range(min(SOURCES_AT_A_TICK, len(following))):
            self._turn = (self._turn + 1) % len(following)
            taken = self._in_flight.keys() | self._held.keys()
            for due in queue.due_of(self.runtime.reader, following[self._turn], now, OF_A_SOURCE, but=taken):
                if len(self._in_flight) < self.checkers * self._length:
                    self._line_up(due.article, due.state, now)

    def clock_set_back(self) -> None:
        """Forget until when articles are held: those moments are of another time."""
        self._held.clear()

    async def visit(self, article: Article, *, force: bool = False) -> Visited:
        """Check one article before all others of its host, due or not; done when the result is committed.

        A check of it that has begun already is waited for, not taken for this one. Raises NotFound when the article is
        forgotten meanwhile, TrackerError when the daemon stops before it could look.
        """
        while (planned := self._in_flight.get(article.id)) is not None and planned.begun:
            await asyncio.shield(planned.result)
        if self._stopped:
            raise TrackerError("tracker is stopping: ask again when it runs")
        if planned is None:
            reader = self.runtime.reader
            planned = self._planned(articles.article(reader, article.id), queue.state(reader, article.id))
            self._enter(planned)
        else:
            self._queues[planned.host].ask(planned)
        planned.asked, planned.force = True, planned.force or force
        visited = await asyncio.shield(planned.result)
        if visited is None and planned.forgotten:
            raise NotFound(f"article {article.id} was forgotten before it could be looked at")
        if visited is None:
            raise TrackerError("tracker is stopping: it did not look any more")
        return visited

    async def release(self, article_id: int) -> None:
        """Make sure that this article is not in flight: it leaves its queue, or its check is waited for.

        It may still be due: no tick takes it again before whoever asked has done what it is let go for.
        """
        self._held[article_id] = self.runtime.clock.now() + LET_GO
        planned = self._in_flight.get(article_id)
        if planned is not None and planned.begun:
            await asyncio.shield(planned.result)
        elif planned is not None:
            self._queues[planned.host].remove(planned)
            planned.forgotten = True
            self._drop(planned)

    async def settled(self) -> None:
        """Wait until nothing is in flight: everything taken is committed, lost or dropped."""
        while self._in_flight:
            await asyncio.wait([planned.result for planned in self._in_flight.values()])

    async def work(self) -> None:
        """One task: serve one article of one host after another, until told to stop."""
        while (host := await self._ready.get()) is not None:
            if self._queues[host]:
                self._weigh(self._queues[host])
                planned = self._queues[host].pop()
                try:
                    await self._serve(planned)
                except BaseException:
                    self._drop(planned)
                    raise
            if self._queues[host]:
                self._ready.put_nowait(host)
            else:
                del self._queues[host]

    def stop(self) -> None:
        """Take nothing more from the queues: every task ends after the article it checks. What waits stays due."""
        self._stopped = True
        while not self._ready.empty():
            self._ready.get_nowait()
        for waiting in self._queues.values():
            for planned in waiting:
                self._drop(planned)
            waiting.clear()
        for _ in range(self.checkers):
            self._ready.put_nowait(None)

    def _planned(self, article: Article, state: ArticleState) -> _PlannedVisit:
        return _PlannedVisit(article, state, lane_of(article), asyncio.get_running_loop().create_future())

    def _line_up(self, article: Article, state: ArticleState, now: datetime) -> None:
        if not self.runtime.follows(article):
            return  # it stays due: the moment its source is followed again, it is looked at
        planned, source = self._planned(article, state), self.runtime.source_of(article)
        gain = policy.gain(article, source, state, now, self.runtime.prior)
        hourly = self._hourly.get(planned.host)
        allowed = hourly.room(source.hourly, now) if hourly else source.hourly
        waiting = self._queues.get(planned.host, HostQueue[_PlannedVisit]())
        room = min(self._length, allowed)
        if room == 0 and hourly and not waiting:
            self._put_off(article, hourly.opens(source.hourly, now))
            return
        if len(waiting) >= room and planned.host not in self._weighed:
            self._weighed.add(planned.host)
            self._weigh(waiting)
        lost = waiting.offer(planned, gain, room)
        if lost is None or lost[0] is not planned:
            self._begin(planned, waiting)
        if lost is not None:
            left, level = lost
            if left is not planned:
                self._drop(left)
            self._put_off(left.article, self._deserved(left, level, len(waiting), now))

    def _weigh(self, waiting: HostQueue[_PlannedVisit]) -> None:
        """Weigh the waiting articles anew: what a look at them would bring has grown."""
        now, prior = self.runtime.clock.now(), self.runtime.prior
        waiting.weigh(
            lambda planned: policy.gain(
                planned.article, self.runtime.source_of(planned.article), planned.state, now, prior
            )
        )

    def _deserved(self, planned: _PlannedVisit, level: float, waiting: int, now: datetime) -> datetime:
        """When an article that lost its place to others would win one, but not before those that wait are served."""
        article, state = planned.article, planned.state
        first = now + earliest(self.runtime, article, waiting)
        if not 0 < level < math.inf:
            return first
        source = self.runtime.source_of(article)
        return max(first, policy.worth(article, source, state, level, now, prior=self.runtime.prior))

    def _enter(self, planned: _PlannedVisit) -> None:
        """Put an article that somebody asked for before all others of its host."""
        waiting = self._queues.get(planned.host, HostQueue[_PlannedVisit]())
        waiting.ask(planned)
        self._begin(planned, waiting)

    def _begin(self, planned: _PlannedVisit, waiting: HostQueue[_PlannedVisit]) -> None:
        self._in_flight[planned.article.id] = planned
        if planned.host not in self._queues:
            self._queues[planned.host] = waiting
            self._ready.put_nowait(planned.host)

    async def _serve(self, planned: _PlannedVisit) -> None:
        if not planned.asked and not self.runtime.follows(planned.article):
            self._drop(planned)  # paused, or taken out of the configuration, while it waited
            return
        planned.begun = True
        self._hourly.setdefault(planned.host, Hourly()).count(self.runtime.clock.now())
        result, recorded = await self.runtime.check(planned.article, planned.state, force=planned.force)
        self.checked += 1
        self.outcomes[result.outcome.value] += 1
        loop = asyncio.get_running_loop()

        def committed(future: Recorded) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._committed, planned, result, future)

        recorded.add_done_callback(committed)

    def _committed(self, planned: _PlannedVisit, result: CheckResult, recorded: Recorded) -> None:
        """Take in that a result was committed or lost; after a loss the article is not asked for again at once."""
        article, now = planned.article, self.runtime.clock.now()
        error = None if recorded.cancelled() else recorded.exception()
        if error is not None:
            self._held[article.id] = now + HELD_AFTER_A_LOST_COMMIT
            self.lost = "" if isinstance(error, NotFound) else str(error)  # it was forgotten: no problem of the history
            log.failure("could not commit a check", error, source=article.source_id, article=article.id)
        else:
            self.committed_at, self.lost = now, ""
            if result.outcome.saw_the_article:
                self.seen_at[article.source_id] = now
            if change := recorded.result():
                self.changes["noise" if change.noise_rule else change.class_.value] += 1
        self._drop(planned, (result, recorded))

    def _drop(self, planned: _PlannedVisit, visited: Visited | None = None) -> None:
        """The article is no longer in flight; whoever waits for it is told."""
        self._in_flight.pop(planned.article.id, None)
        if not planned.result.done():
            planned.result.set_result(visited)

    def _put_off(self, article: Article, at: datetime) -> None:
        """Write down that an article comes later. It is held until that is done: a signal may bring it forward."""
        self._held[article.id] = at
        loop = asyncio.get_running_loop()

        def written(future: Future[None]) -> None:
            if not loop.is_closed() and not future.cancelled() and future.exception() is None:
                loop.call_soon_threadsafe(self._held.pop, article.id, None)

        self.runtime.writer.submit(lambda store: queue.reschedule(store, article.id, at)).add_done_callback(written)
