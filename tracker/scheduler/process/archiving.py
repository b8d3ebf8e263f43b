"""Asking web archives to capture what was just recorded, a few pages at a time, and keeping where the mementos are.

Requests are written with their version and wait in the history. Nothing waits for an archive: no check, no alert.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tracker.exchange.save_page_now import ArchiveBusy, SavePageNow, Saving
from tracker.scheduler import log
from tracker.scheduler.process.chores import Chores
from tracker.scheduler.process.outgoing import LONGEST_PAUSE, is_resting, pause_after
from tracker.scheduler.process.runtime import Runtime, user_agent
from tracker.store import Store
from tracker.store.queue import mementos
from tracker.store.queue.mementos import Memento, MementoRequest

WAYBACK = "wayback"

AT_ONCE = 3
"""Captures that the archive is asked for at a time; an account may have twelve under way."""

BETWEEN_TWO = timedelta(seconds=5)
LOOK_AFTER = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)
"""A capture of a page as it is a day later says little of the version."""


class Archiving:
    """Drains a runtime's requests for mementos. At most one pass is under way."""

    def __init__(self, runtime: Runtime, chores: Chores, *, dice: random.Random | None = None) -> None:
        self.runtime, self._chores, self._dice = runtime, chores, dice or random.Random()
        self.made = 0
        self._failures, self._error = 0, ""
        self._rests_until: datetime | None = None
        self._asked_at: datetime | None = None

    def tick(self) -> None:
        """Begin a pass when something is due. Quick: never waits for the archive."""
        now = self.runtime.clock.now()
        if is_resting(self._rests_until, now) or not self.runtime.config.wayback.key:
            return
        if mementos.under_way(self.runtime.reader, WAYBACK, now, 1) or mementos.due(
            self.runtime.reader, WAYBACK, now, 1
        ):
            self._chores.begin("archive", self.serve())

    def problems(self) -> dict[str, str]:
        """What the archive says when it takes no request."""
        return {"archive (wayback)": self._error} if self._error else {}

    async def serve(self) -> None:
        """One pass: look how the jobs stand, then ask for what is due, as far as the archive's limits allow."""
        config = self.runtime.config
        service = SavePageNow(config.wayback, config.network, user_agent(config))
        try:
            await self._look(service)
            await self._ask(service)
        except ArchiveBusy as busy:
            self._rest(busy)
        else:
            self._failures, self._rests_until, self._error = 0, None, ""

    async def _look(self, service: SavePageNow) -> None:
        now = self.runtime.clock.now()
        waiting = mementos.under_way(self.runtime.reader, WAYBACK, now, 2 * AT_ONCE)
        if not waiting:
            return
        standing = await service.standing([one.job for one in waiting])
        await self._note(partial(self._settle, waiting=waiting, standing=standing, now=self.runtime.clock.now()))

    def _settle(
        self, store: Store, waiting: Sequence[MementoRequest], standing: Mapping[str, Saving], now: datetime
    ) -> None:
        """Note what became of jobs; one that is under way, or unknown for less than an hour, is looked at again."""
        for one in waiting:
            found = standing.get(one.job)
            if found is not None and found.memento and found.at is not None:
                mementos.made(store, one, Memento(WAYBACK, found.memento, found.at), now)
                self.made += 1
            elif found is not None and found.error:
                self._failed(store, one, found, now)
            elif found is None and now - one.first_seen_at > FORGOTTEN_AFTER:
                self._failed(store, one, Saving(error="the archive knows nothing of this job"), now)
            else:
                mementos.look_again(store, [one], now + LOOK_AFTER)

    async def _ask(self, service: SavePageNow) -> None:
        free = AT_ONCE - mementos.busy_with(self.runtime.reader, WAYBACK)
        for one in mementos.due(self.runtime.reader, WAYBACK, self.runtime.clock.now(), max(free, 0)):
            if self._asked_at is not None:
                pause = self._asked_at + BETWEEN_TWO - self.runtime.clock.now()
                await self.runtime.clock.sleep(min(max(pause, timedelta(0)), BETWEEN_TWO).total_seconds())
            self._asked_at = self.runtime.clock.now()
            found, now = await service.save(one.url), self.runtime.clock.now()
            if found.job:
                await self._note(partial(mementos.begun, one=one, job=found.job, look=now + LOOK_AFTER))
            else:
                await self._note(partial(self._failed, one=one, found=found, now=now))

    def _failed(self, store: Store, one: MementoRequest, found: Saving, now: datetime) -> None:
        again = now + pause_after(1 + one.attempts, self._dice)
        late = again - one.first_seen_at > GIVEN_UP_AFTER
        mementos.failed(store, one, found.error, None if found.final or late else again, now)

    def _rest(self, busy: ArchiveBusy) -> None:
        self._failures += 1
        pause = max(pause_after(self._failures, self._dice), min(busy.rest or timedelta(0), LONGEST_PAUSE))
        self._rests_until = self.runtime.clock.now() + pause
        if self._error != str(busy):
            self._error = str(busy)
            log.warning("the archive takes no request", error=busy, again=self._rests_until)

    async def _note(self, work: Callable[[Store], Any]) -> None:
        await asyncio.wrap_future(self.runtime.writer.submit(work))
