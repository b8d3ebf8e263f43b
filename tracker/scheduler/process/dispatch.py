"""Who is checked when: due articles move from the database into their hosts' lines, and from there to the hands.

A host's line is served by one hand at a time, so a slow host delays only itself. Of those that wait, the one with the
most to gain goes first. An article is in flight from the moment it enters a line until its result is committed; one
that gains too little for a place in its host's line is put off until it would deserve one, so that a crowded host
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

HANDS = 32
LINE = 50
BATCH = 200
HELD_AFTER_A_LOST_COMMIT = timedelta(minutes=5)
LET_GO = timedelta(minutes=1)

Visited = tuple[CheckResult, Recorded]


@dataclass(slots=True, eq=False)
class _Errand:
    """An article in flight. `landed` gets its result once that is committed or lost; None when it was not visited.

    `asked` errands are somebody's wish: they are done even when the article's source is paused. Those of a `forgotten`
    article are not.
    """

    article: Article
    state: ArticleState
    host: str
    landed: asyncio.Future[Visited | None]
    force: bool = False
    asked: bool = False
    begun: bool = False
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class HostLoad:
    """A host's line: how many articles wait in it, and how many of it are being checked or committed."""

    host: str
    waiting: int
    under_way: int


class Dispatcher:
    """Moves due articles to `hands` tasks, host by host."""

    def __init__(self, runtime: Runtime, *, hands: int = HANDS, line: int = LINE) -> None:
        self.runtime, self.hands, self._length = runtime, hands, line
        self.beat = time.monotonic()
        self.checked = 0
        self.outcomes: Counter[str] = Counter()
        self.committed_at: datetime | None = None
        self.lost = ""  # why the latest result could not be committed; empty when it was
        self._lines: dict[str, HostQueue[_Errand]] = {}
        self._hourly: dict[str, Hourly] = {}
        self._ready: asyncio.Queue[str | None] = asyncio.Queue()
        self._in_flight: dict[int, _Errand] = {}
        self._held: dict[int, datetime] = {}
        self._weighed: set[str] = set()
        self._stopped = False

    @property
    def in_flight(self) -> int:
        """How many articles stand in a line, are being checked, or wait for their commit."""
        return len(self._in_flight)

    def lanes(self) -> list[HostLoad]:
        """The hosts that have articles in flight, the longest line first."""
        begun: dict[str, int] = {}
        for errand in self._in_flight.values():
            begun[errand.host] = begun.get(errand.host, 0) + errand.begun
        lanes = [HostLoad(host, len(self._lines.get(host, ())), number) for host, number in begun.items()]
        return sorted(lanes, key=lambda lane: (-lane.waiting, -lane.under_way, lane.host))

    def tick(self) -> None:
        """Move what is due into the lines. Quick: never waits for the net."""
        now = self.runtime.clock.now()
        self._held = {article: until for article, until in self._held.items() if until > now}
        room = self.hands * self._length - len(self._in_flight)
        if room > 0 and not self._stopped:
            self._weighed.clear()
            taken = self._in_flight.keys() | self._held.keys()  # still due in the database
            for due in queue.due(self.runtime.reader, now, limit=min(BATCH, room), but=taken):
                self._line_up(due.article, due.state, now)
        self.beat = time.monotonic()

    def clock_set_back(self) -> None:
        """Forget until when articles are held: those moments are of another time."""
        self._held.clear()

    async def visit(self, article: Article, state: ArticleState, *, force: bool = False) -> Visited:
        """Check one article before all others of its host, due or not; done when the result is committed.

        A check of it that has begun already is waited for, not taken for this one. Raises NotFound when the article is
        forgotten meanwhile, TrackerError when the daemon stops before it could look.
        """
        while (errand := self._in_flight.get(article.id)) is not None and errand.begun:
            await asyncio.shield(errand.landed)
            article, state = (
                articles.article(self.runtime.reader, article.id),
                queue.state(self.runtime.reader, article.id),
            )
        if self._stopped:
            raise TrackerError("tracker is stopping: ask again when it runs")
        if errand is None:
            errand = self._errand(article, state)
            self._enter(errand)
        else:
            self._lines[errand.host].ask(errand)
        errand.asked, errand.force = True, errand.force or force
        visited = await asyncio.shield(errand.landed)
        if visited is None and errand.forgotten:
            raise NotFound(f"article {article.id} was forgotten before it could be looked at")
        if visited is None:
            raise TrackerError("tracker is stopping: it did not look any more")
        return visited

    async def let_go(self, article_id: int) -> None:
        """Make sure that nothing of this article is in flight: it leaves its line, or its check is waited for.

        It may still be due: no tick takes it again before whoever asked has done what it is let go for.
        """
        self._held[article_id] = self.runtime.clock.now() + LET_GO
        errand = self._in_flight.get(article_id)
        if errand is not None and errand.begun:
            await asyncio.shield(errand.landed)
        elif errand is not None:
            self._lines[errand.host].remove(errand)
            errand.forgotten = True
            self._drop(errand)

    async def landed(self) -> None:
        """Wait until nothing is in flight: everything taken is committed, lost or dropped."""
        while self._in_flight:
            await asyncio.wait([errand.landed for errand in self._in_flight.values()])

    async def work(self) -> None:
        """One hand: serve one article of one host after another, until told to stop."""
        while (host := await self._ready.get()) is not None:
            if self._lines[host]:
                self._weigh(self._lines[host])
                errand = self._lines[host].pop()
                try:
                    await self._serve(errand)
                except BaseException:
                    self._drop(errand)
                    raise
            if self._lines[host]:
                self._ready.put_nowait(host)
            else:
                del self._lines[host]

    def stop(self) -> None:
        """Take nothing more from the lines: every hand ends after the article it holds. What waits stays due."""
        self._stopped = True
        while not self._ready.empty():
            self._ready.get_nowait()
        for line in self._lines.values():
            for errand in line:
                self._drop(errand)
            line.clear()
        for _ in range(self.hands):
            self._ready.put_nowait(None)

    def _errand(self, article: Article, state: ArticleState) -> _Errand:
        return _Errand(article, state, lane_of(article), asyncio.get_running_loop().create_future())

    def _line_up(self, article: Article, state: ArticleState, now: datetime) -> None:
        if not self.runtime.follows(article):
            return  # it stays due: the moment its source is followed again, it is looked at
        errand, source = self._errand(article, state), self.runtime.source_of(article)
        gain = policy.gain(article, source, state, now, self.runtime.prior)
        hourly = self._hourly.get(errand.host)
        allowed = hourly.room(source.hourly, now) if hourly else source.hourly
        line = self._lines.get(errand.host, HostQueue[_Errand]())
        room = min(self._length, allowed)
        if room == 0 and hourly and not line:
            self._put_off(article, hourly.opens(source.hourly, now))
            return
        if len(line) >= room and errand.host not in self._weighed:
            self._weighed.add(errand.host)
            self._weigh(line)
        lost = line.offer(errand, gain, room)
        if lost is None or lost[0] is not errand:
            self._begin(errand, line)
        if lost is not None:
            left, level = lost
            if left is not errand:
                self._drop(left)
            self._put_off(left.article, self._deserved(left, level, len(line), now))

    def _weigh(self, line: HostQueue[_Errand]) -> None:
        """Let those in line gain by their waiting."""
        now, prior = self.runtime.clock.now(), self.runtime.prior
        line.weigh(
            lambda errand: policy.gain(errand.article, self.runtime.source_of(errand.article), errand.state, now, prior)
        )

    def _deserved(self, errand: _Errand, level: float, waiting: int, now: datetime) -> datetime:
        """When an article that lost its place to others would win one, but not before those in line are served."""
        article, state = errand.article, errand.state
        first = now + earliest(self.runtime, article, waiting)
        if not 0 < level < math.inf:
            return first
        source = self.runtime.source_of(article)
        return max(first, policy.worth(article, source, state, level, now, prior=self.runtime.prior))

    def _enter(self, errand: _Errand) -> None:
        """Put an article that somebody asked for before all others of its host."""
        line = self._lines.get(errand.host, HostQueue[_Errand]())
        line.ask(errand)
        self._begin(errand, line)

    def _begin(self, errand: _Errand, line: HostQueue[_Errand]) -> None:
        self._in_flight[errand.article.id] = errand
        if errand.host not in self._lines:
            self._lines[errand.host] = line
            self._ready.put_nowait(errand.host)

    async def _serve(self, errand: _Errand) -> None:
        if not errand.asked and not self.runtime.follows(errand.article):
            self._drop(errand)  # paused, or taken out of the configuration, while it waited
            return
        errand.begun = True
        self._hourly.setdefault(errand.host, Hourly()).count(self.runtime.clock.now())
        result, recorded = await self.runtime.check(errand.article, errand.state, force=errand.force)
        self.checked += 1
        self.outcomes[result.outcome.value] += 1
        loop = asyncio.get_running_loop()

        def committed(future: Recorded) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._landed, errand, result, future)

        recorded.add_done_callback(committed)

    def _landed(self, errand: _Errand, result: CheckResult, recorded: Recorded) -> None:
        """A result reached the database, or did not: then the article rests, lest its site pays for our disk."""
        article, now = errand.article, self.runtime.clock.now()
        error = None if recorded.cancelled() else recorded.exception()
        if error is not None:
            self._held[article.id] = now + HELD_AFTER_A_LOST_COMMIT
            self.lost = "" if isinstance(error, NotFound) else str(error)  # it was forgotten: no problem of the history
            log.failure("could not commit a check", error, source=article.source_id, article=article.id)
        else:
            self.committed_at, self.lost = now, ""
        self._drop(errand, (result, recorded))

    def _drop(self, errand: _Errand, visited: Visited | None = None) -> None:
        """The article is no longer in flight; whoever waits for it is told."""
        self._in_flight.pop(errand.article.id, None)
        if not errand.landed.done():
            errand.landed.set_result(visited)

    def _put_off(self, article: Article, at: datetime) -> None:
        """Write down that an article comes later. It is held until that is done: a signal may bring it forward."""
        self._held[article.id] = at
        loop = asyncio.get_running_loop()

        def written(future: Future[None]) -> None:
            if not loop.is_closed() and not future.cancelled() and future.exception() is None:
                loop.call_soon_threadsafe(self._held.pop, article.id, None)

        self.runtime.writer.submit(lambda store: queue.reschedule(store, article.id, at)).add_done_callback(written)
