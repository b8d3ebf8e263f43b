"""Draining the outbox: what is due goes to its sink, what is not taken is tried again, later and later."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from tracker import alerts
from tracker.alerts import Message, NotTaken, Sink
from tracker.config import Alert
from tracker.errors import TrackerError
from tracker.scheduler import log
from tracker.scheduler.process.chores import Chores
from tracker.scheduler.process.runtime import Runtime, user_agent
from tracker.store import Store
from tracker.store.queue import outbox
from tracker.store.queue.outbox import QueuedAlert

MOST_TOGETHER = 100
"""Most alerts in one delivery, so that a digest stays readable and a crash repeats little."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)

LETTER_TRIES = 5
"""So often is a delivery tried that a receiver, though well, does not like. Then it is left until it is forgotten."""


def pause_after(failures: int, dice: random.Random) -> timedelta:
    """How long to rest after so many failures in a row: 30 s, doubled each time up to 6 h, give or take a tenth."""
    pause: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 20))
    return pause * dice.uniform(0.9, 1.1)


def is_resting(until: datetime | None, now: datetime) -> bool:
    """Whether a rest still lasts. One further ahead than any is ever set was set by a clock that was set back since."""
    return until is not None and now < until <= now + 1.1 * LONGEST_PAUSE


@dataclass(slots=True)
class _Receiver:
    """A sink with its place in sources.yaml, and how it is doing."""

    label: str
    sink: Sink
    failures: int = 0
    refusals: int = 0  # since the start
    rests_until: datetime | None = None
    error: str = ""
    taken: tuple[QueuedAlert, ...] = ()  # what it has, though that could not be noted yet


def _labelled(configured: Sequence[Alert]) -> Iterator[tuple[str, Alert]]:
    """Every receiver, and what it is called where its address is not shown."""
    for number, alert in enumerate(configured):
        several = alerts.receivers(alert)
        for place, one in enumerate(several, 1):
            scheme = one.to.partition(":")[0].lower()
            yield f"alerts[{number}] ({scheme}{f' {place} of {len(several)}' if len(several) > 1 else ''})", one


class Outgoing:
    """Delivers a runtime's outbox. Every sink is served by one chore at a time, so a slow one delays only itself.

    A delivery is noted after the sink has taken it: an alert arrives at least once, and a sink that knows the keys of
    what it has (the file) takes it only once.
    """

    def __init__(self, runtime: Runtime, chores: Chores, *, dice: random.Random | None = None) -> None:
        self.runtime, self._chores, self._dice = runtime, chores, dice or random.Random()
        self.delivered = 0
        self._alerts: tuple[Alert, ...] = ()
        self._receivers: dict[str, _Receiver] = {}

    def tick(self) -> None:
        """Begin a delivery to every sink for which something is due. Quick: never waits for a sink."""
        now = self.runtime.clock.now()
        for name, receiver in self._current().items():
            if not is_resting(receiver.rests_until, now) and outbox.due(self.runtime.reader, name, now, 1):
                self._chores.begin(f"alerts {name}", self._serve(name, receiver))

    async def drain(self) -> None:
        """Deliver what is due now, each sink until it refuses. For a pass without a daemon."""
        async with asyncio.TaskGroup() as group:
            for name, receiver in self._current().items():
                group.create_task(self._serve(name, receiver))

    def problems(self) -> dict[str, str]:
        """The sinks that do not take their alerts now, and what they say."""
        return {r.label: r.error for r in self._receivers.values() if r.error}

    def refusals(self) -> dict[str, int]:
        """How many deliveries each sink did not take since the start."""
        return {r.label: r.refusals for r in self._receivers.values()}

    def _current(self) -> dict[str, _Receiver]:
        """The receivers of the configuration in force; one that stays keeps its memory."""
        config = self.runtime.config
        if config.alerts != self._alerts:
            agent, before = user_agent(config), self._receivers
            self._receivers = {}
            for label, alert in _labelled(config.alerts):
                name = alerts.sink_name(alert)
                if name in self._receivers:  # several rules tell it; it takes a digest if one of them gathers one
                    if alert.digest is None or self._receivers[name].sink.together:
                        continue
                    del self._receivers[name]
                if (former := alerts.former_sink_name(alert)) != name:
                    self.runtime.writer.submit(partial(outbox.renamed, former=former, name=name))
                sink = alerts.sink_of(alert, config.network, agent, config.contact)  # anew: its secret may be another
                known = before.get(name) or _Receiver(label, sink)
                if known.sink != sink:  # the operator has mended something: it need not rest for what was before
                    known.rests_until = None
                known.label, known.sink = label, sink
                self._receivers[name] = known
            self._alerts = config.alerts
        return self._receivers

    async def _serve(self, name: str, receiver: _Receiver) -> None:
        """Deliver one delivery after the other until nothing is due, or the sink does not take one."""
        queued: list[QueuedAlert] = []
        try:
            await self._note_taken(receiver)
            while due := self._next(name, receiver):
                queued, messages = await self._composed(receiver, due)
                if messages and not await self._taken(receiver, queued, messages):
                    queued = []
                    continue
                receiver.taken = tuple(queued)
                self.delivered += len(messages)
                await self._note_taken(receiver)
                queued = []
        except TrackerError as error:
            await self._rest(receiver, queued, error)
        except Exception as error:
            log.error("a delivery failed by a fault of ours", sink=receiver.label, exception=error)
            await self._rest(receiver, queued, TrackerError(f"a fault in tracker: {type(error).__name__}: {error}"))

    async def _taken(self, receiver: _Receiver, queued: Sequence[QueuedAlert], messages: Sequence[Message]) -> bool:
        """Whether the sink took them; one that it dislikes waits by itself. Raises NotTaken, StoreError."""
        try:
            await receiver.sink.deliver(messages, self.runtime.clock.now())
        except NotTaken as error:
            if not error.letter_alone:
                raise
            receiver.refusals += 1
            tries = 1 + max(each.attempts for each in queued)
            pause = pause_after(tries, self._dice) if tries < LETTER_TRIES else outbox.KEPT
            again = self.runtime.clock.now() + pause
            log.warning("a delivery is not taken", sink=receiver.label, error=error, again=again)
            await self._note(partial(outbox.failed, queued=queued, error=str(error), again=again))
            return False
        return True

    async def _composed(
        self, receiver: _Receiver, due: Sequence[QueuedAlert]
    ) -> tuple[list[QueuedAlert], list[Message]]:
        """The alerts that can be put into words, and what they say: nothing for what was taken out of the history.

        One that cannot waits by itself, lest it keep the others of its delivery back. Raises StoreError.
        """
        queued, messages = [], []
        for each in due:
            try:
                message = await alerts.compose(self.runtime.reader, each, self.runtime.workers.run)
            except Exception as error:
                log.failure("an alert cannot be put into words", error, sink=receiver.label, alert=each.key)
                again = self.runtime.clock.now() + pause_after(1 + each.attempts, self._dice)
                await self._note(partial(outbox.failed, queued=[each], error=str(error), again=again))
            else:
                queued.append(each)
                messages += [message] if message else []
        return queued, messages

    def _next(self, name: str, receiver: _Receiver) -> list[QueuedAlert]:
        """The next delivery: one alert, or those of one digest; a file takes all that is due at once."""
        due = outbox.due(
            self.runtime.reader, name, self.runtime.clock.now(), MOST_TOGETHER if receiver.sink.together else 1
        )
        if isinstance(receiver.sink, alerts.FileSink):
            return due
        return [each for each in due if each.due_at == due[0].due_at]

    async def _note_taken(self, receiver: _Receiver) -> None:
        """Note what a sink has taken. Raises StoreError; it is not sent again for that, as long as we live."""
        if receiver.taken:
            await self._note(partial(outbox.delivered, queued=receiver.taken, now=self.runtime.clock.now()))
            if receiver.failures:
                log.info("alerts go out again", sink=receiver.label)
            receiver.taken, receiver.failures, receiver.rests_until, receiver.error = (), 0, None, ""

    async def _rest(self, receiver: _Receiver, queued: Sequence[QueuedAlert], error: TrackerError) -> None:
        """Leave a sink alone for a while, and what it did not take for as long as its own tries ask for."""
        receiver.failures += 1
        receiver.refusals += 1
        pause = pause_after(receiver.failures, self._dice)
        if isinstance(error, NotTaken) and error.rest is not None:
            pause = max(pause, min(error.rest, LONGEST_PAUSE))
        receiver.rests_until = self.runtime.clock.now() + pause
        if receiver.error != str(error):
            receiver.error = str(error)
            log.warning("alerts are not taken", sink=receiver.label, error=error, again=receiver.rests_until)
        if not queued or receiver.taken:
            return
        mine = max(pause, pause_after(1 + max(each.attempts for each in queued), self._dice))
        try:
            again = self.runtime.clock.now() + mine
            await self._note(partial(outbox.failed, queued=queued, error=str(error), again=again))
        except TrackerError as unnoted:
            log.warning("a failed alert could not be noted; it is tried again", sink=receiver.label, error=unnoted)

    async def _note(self, work: Callable[[Store], None]) -> None:
        await asyncio.wrap_future(self.runtime.writer.submit(work))
