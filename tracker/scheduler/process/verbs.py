"""What can be asked of a running daemon, by verb: status, check, add, forget, separate, reload, pause, resume."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tracker.errors import NotFound
from tracker.model import Found, Via
from tracker.model.plain import to_plain
from tracker.scheduler import log
from tracker.scheduler.process import messages
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.scheduler.process.once import Pass, Summary
from tracker.scheduler.process.reload import Reloaded
from tracker.scheduler.process.runtime import Runtime
from tracker.scheduler.process.status import DaemonStatus
from tracker.store import Store
from tracker.store.history import articles, changes, joins
from tracker.store.queue import pauses
from tracker.store.upkeep import forget

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Verbs:
    """Does what is asked with a daemon's runtime and dispatcher.

    `status` gives the daemon's state, `reload` takes the configuration anew, `discover` lines a source up.
    """

    runtime: Runtime
    dispatcher: Dispatcher
    status: Callable[[], DaemonStatus]
    reload: Callable[[], Awaitable[Reloaded]]
    discover: Callable[[str], Awaitable[None]]

    async def answer(self, told: Mapping[str, object]) -> Mapping[str, object]:
        """The answer to a request, both as they are sent. Raises TrackerError; UsageError for what is no request."""
        answer: dict[str, object] = to_plain(await self.do(messages.read(told)))
        return answer

    async def do(self, request: messages.DaemonRequest[A]) -> A:
        """Do what is asked, and say what came of it. Raises TrackerError."""
        work: Callable[[Verbs, messages.DaemonRequest[A]], Awaitable[A]] = _VERBS[type(request)]
        return await work(self, request)

    async def _status(self, _: messages.StatusRequest) -> DaemonStatus:
        return self.status()

    async def _check(self, asked: messages.CheckRequest) -> messages.PassReport:
        log.info("asked to check", what=" ".join(asked.references) or "what is due")
        one = Pass(self.runtime, self.dispatcher.visit)
        return report(await one.run(asked.references, force=asked.force, discover=asked.discover, check=asked.check))

    async def _add(self, asked: messages.AddRequest) -> messages.Followed:
        self._known(asked.source)
        now = self.runtime.clock.now()

        def follow(store: Store) -> messages.Followed:
            new = articles.found(store, asked.source, [Found(asked.url, Via.URL)], now, due_at=now)
            return messages.Followed(articles.resolve(store, asked.url, asked.source), bool(new))

        log.info("asked to follow", source=asked.source, url=asked.url)
        return await asyncio.wrap_future(self.runtime.writer.submit(follow))

    async def _forget(self, asked: messages.ForgetRequest) -> messages.Forgotten:
        await self.dispatcher.release(asked.article)
        now, store = self.runtime.clock.now(), self.runtime.reader
        await asyncio.wrap_future(
            self.runtime.writer.submit(lambda store: forget.forget(store, asked.article, asked.reason, now))
        )
        await asyncio.to_thread(forget.scrub_log_beside, store)
        log.info("asked to forget", article=asked.article)
        return messages.Forgotten(asked.article)

    async def _separate(self, asked: messages.SeparateRequest) -> messages.Separated:
        now = self.runtime.clock.now()
        other = await asyncio.wrap_future(
            self.runtime.writer.submit(lambda store: joins.separate(store, asked.article, now))
        )
        log.info("asked to separate", article=asked.article, other=other)
        return messages.Separated(asked.article, other)

    async def _reload(self, _: messages.ReloadRequest) -> Reloaded:
        return await self.reload()

    async def _pause(self, asked: messages.PauseRequest) -> messages.Rested:
        return await self._rest(asked.source, rests=True)

    async def _resume(self, asked: messages.ResumeRequest) -> messages.Rested:
        rested = await self._rest(asked.source, rests=False)
        await self.discover(asked.source)
        return rested

    async def _rest(self, source_id: str, *, rests: bool) -> messages.Rested:
        self._known(source_id)
        at = self.runtime.clock.now() if rests else None
        new = await asyncio.wrap_future(self.runtime.writer.submit(lambda store: pauses.pause(store, source_id, at)))
        (self.runtime.paused.add if rests else self.runtime.paused.discard)(source_id)
        log.info("source paused" if rests else "source resumed", source=source_id)
        return messages.Rested(source_id, new)

    def _known(self, source_id: str) -> None:
        if source_id not in self.runtime.sources:
            known = ", ".join(sorted(self.runtime.sources)) or "none"
            raise NotFound(f"the daemon follows no source {source_id[:60]!r}; it follows {known}")


_VERBS: dict[type, Callable[..., Awaitable[Any]]] = {
    messages.StatusRequest: Verbs._status,
    messages.CheckRequest: Verbs._check,
    messages.AddRequest: Verbs._add,
    messages.ForgetRequest: Verbs._forget,
    messages.SeparateRequest: Verbs._separate,
    messages.ReloadRequest: Verbs._reload,
    messages.PauseRequest: Verbs._pause,
    messages.ResumeRequest: Verbs._resume,
}


def report(summary: Summary) -> messages.PassReport:
    """What a pass did, as it is told to the command that asked for it."""
    return messages.PassReport(
        found=summary.found,
        checked=summary.checked,
        outcomes=dict(summary.outcomes),
        changes=tuple(change.id for change in summary.changes),
        problems=tuple(summary.problems),
        notes=tuple(summary.notes),
        barren=tuple(summary.barren),
        failures=tuple(summary.failures),
        not_due=summary.not_due,
        next_due_at=summary.next_due_at,
    )


def summary_of(told: messages.PassReport, store: Store) -> Summary:
    """The summary that was reported, its changes read from the history."""
    return Summary(
        found=told.found,
        checked=told.checked,
        outcomes=Counter(dict(told.outcomes)),
        changes=[changes.change(store, number) for number in told.changes],
        problems=list(told.problems),
        notes=list(told.notes),
        barren=list(told.barren),
        failures=list(told.failures),
        not_due=told.not_due,
        next_due_at=told.next_due_at,
    )
