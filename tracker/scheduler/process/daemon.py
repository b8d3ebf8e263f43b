"""The daemon: discovers, checks what is due, until it is told to stop.

APScheduler only ticks: its jobs are cancelled when it shuts down and must never hold work. A tick moves names into
queues; the work is done by tasks of our own, which are drained.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.util import undefined

from tracker.config import Config, SourceConfig
from tracker.fetcher import Limits
from tracker.model import Clock, RecordedChange
from tracker.scheduler import log
from tracker.scheduler.clock import WallClock, speed_of
from tracker.scheduler.process import clock_jumps, control, maintenance, metrics, notify, reload, status
from tracker.scheduler.process.archiving import Archiving
from tracker.scheduler.process.chores import Chores
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.scheduler.process.heartbeat import Heartbeat
from tracker.scheduler.process.outgoing import Outgoing
from tracker.scheduler.process.reload import Reloaded
from tracker.scheduler.process.runtime import Runtime, open_runtime, user_agent
from tracker.scheduler.process.status import DaemonStatus
from tracker.scheduler.process.verbs import Verbs
from tracker.scheduler.workers.local import Engine
from tracker.store.queue import clock_set_back

DISPATCH_SECONDS = 1.0
STATISTICS_SECONDS = 60.0
OUTBOX_SECONDS = 2.0
MAINTENANCE_SECONDS = 3600.0
MAINTENANCE_STEPS = 40
DISCOVERY_JITTER = 0.1
LEAST_TICK = 0.2
DISCOVERERS = 8
DRAIN_SECONDS = 25.0
LAST_CHORES_SECONDS = 3.0


class Daemon:
    """Follows the configured sources until `stop()` or a signal; `await run()` gives the exit code.

    `on_change` hears of every recorded change as it is committed. `reload` reads the configuration anew on SIGHUP.
    `discover_every` is the clock's time between two readings of a source's feeds; `limits` how long a site is waited
    for and how much of its answer is taken; `metrics` where figures are served, if anywhere;
    `heartbeat` who hears that it lives.
    """

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock | None = None,
        on_change: Callable[[RecordedChange], None] | None = None,
        reload: Callable[[], Config] | None = None,
        discover_every: timedelta = timedelta(minutes=10),
        workers: int | None = None,
        engine: Engine | None = None,
        limits: Limits | None = None,
        metrics: tuple[str, int] | None = None,
        heartbeat: Heartbeat | None = None,
    ) -> None:
        self._config, self._clock = config, clock or WallClock()
        self._on_change, self._reload = on_change, reload
        self._workers, self._engine, self._limits = workers, engine, limits
        self._discover_every, self._metrics, self._heartbeat = discover_every, metrics, heartbeat
        self._stopped, self._hung_up = asyncio.Event(), asyncio.Event()
        self._discoveries: asyncio.Queue[str | None] = asyncio.Queue()
        self._discovering: set[str] = set()
        self._said: dict[str, tuple[str, ...]] = {}
        self._noted: set[tuple[str, str, str]] = set()
        self._failed_jobs: dict[str, str] = {}
        self._gone: dict[str, str] = {}
        self._reloading = asyncio.Lock()
        self._chores = Chores()

    def stop(self) -> None:
        """Ask the daemon to finish what is in flight and end."""
        self._stopped.set()

    async def run(self, *, limit: float | None = None) -> int:
        """Run until stopped, or for `limit` real seconds. Raises AlreadyRunning, StoreError, ConfigError."""
        with self._signals():
            return await self._run(limit)

    async def _run(self, limit: float | None) -> int:
        async with open_runtime(
            self._config,
            self._clock,
            workers=self._workers,
            engine=self._engine,
            on_change=self._on_change,
            limits=self._limits,
        ) as runtime:
            dispatcher = Dispatcher(runtime)
            outgoing, archiving = Outgoing(runtime, self._chores), Archiving(runtime, self._chores)
            told = partial(self._told, runtime, dispatcher, outgoing, archiving, runtime.clock.now())
            ticks = self._ticks(runtime, dispatcher, outgoing, archiving, told)
            verbs = Verbs(runtime, dispatcher, told, partial(self._reload_now, runtime, ticks), self._line_up)
            async with (
                control.listening(self._config.database, verbs.answer),
                metrics.serving(self._metrics, told),
                self._at_work(runtime, ticks, dispatcher) as checkers,
            ):
                self._follow(runtime, ticks)
                if clock_set_back.ran_ahead(runtime.reader, runtime.clock.now()):
                    self._chores.begin("clock", clock_jumps.mend(runtime))
                notify.send(notify.READY)
                log.info("tracker runs", sources=len(runtime.sources), database=self._config.database)
                well = await self._until_stopped(limit, checkers)
                notify.send(notify.STOPPING)
                log.info("tracker stops", in_flight=dispatcher.in_flight)
                ticks.pause()
                await self._drain(dispatcher, checkers)
                await self._chores.finish(LAST_CHORES_SECONDS)
        log.info("tracker stopped", checks=dispatcher.checked)
        return 0 if well else 1

    @contextlib.asynccontextmanager
    async def _at_work(
        self, runtime: Runtime, ticks: AsyncIOScheduler, dispatcher: Dispatcher
    ) -> AsyncIterator[list[asyncio.Task[None]]]:
        """All tasks that run by themselves, the checkers too. None outlives the runtime, whichever way the end came."""
        ticks.start()
        checkers = [asyncio.create_task(dispatcher.work()) for _ in range(dispatcher.checkers)]
        checkers += [asyncio.create_task(self._discover_always(runtime)) for _ in range(DISCOVERERS)]
        others = [
            asyncio.create_task(self._watch(dispatcher)),
            asyncio.create_task(self._reload_on_request(runtime, ticks)),
            asyncio.create_task(clock_jumps.watch(runtime.clock, partial(self._set_back, runtime, ticks, dispatcher))),
        ]
        try:
            yield checkers
        finally:
            ticks.shutdown(wait=False)
            dispatcher.stop()
            for task in (*checkers, *others):
                task.cancel()
            await asyncio.gather(*checkers, *others, return_exceptions=True)
            await self._chores.finish(0)

    async def _until_stopped(self, limit: float | None, checkers: list[asyncio.Task[None]]) -> bool:
        """Wait for the end: asked for, out of time, or (False) because a task failed, which is a fault of ours."""
        stopped = asyncio.create_task(self._stopped.wait())
        done, _ = await asyncio.wait({stopped, *checkers}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in done - {stopped}:
            log.error("a task of the daemon ended by itself", exception=task.exception())
        return not done - {stopped}

    async def _drain(self, dispatcher: Dispatcher, checkers: list[asyncio.Task[None]]) -> None:
        """Let every task finish the article it checks, for as long as systemd waits; results are committed after."""
        dispatcher.stop()
        while not self._discoveries.empty():
            self._discoveries.get_nowait()
        for _ in range(DISCOVERERS):
            self._discoveries.put_nowait(None)
        _, late = await asyncio.wait(checkers, timeout=DRAIN_SECONDS)
        if late:
            log.warning("not everything ended in time; it stays due", tasks=len(late))
        for task in late:
            task.cancel()
        await asyncio.gather(*checkers, return_exceptions=True)

    def _told(
        self,
        runtime: Runtime,
        dispatcher: Dispatcher,
        outgoing: Outgoing,
        archiving: Archiving,
        started_at: datetime,
    ) -> DaemonStatus:
        """How this daemon is doing."""
        problems = self._failed_jobs | {source: "; ".join(said) for source, said in self._said.items() if said}
        if runtime.offline:
            problems |= {"network": "this machine seems to have none: no host answers"}
        problems |= (
            outgoing.problems()
            | archiving.problems()
            | self._gone
            | ({"history": dispatcher.lost} if dispatcher.lost else {})
        )
        return status.of_daemon(
            runtime,
            dispatcher,
            started_at=started_at,
            problems=problems,
            discovering=len(self._discovering),
            delivered=outgoing.delivered,
            refusals=outgoing.refusals(),
        )

    def _ticks(
        self,
        runtime: Runtime,
        dispatcher: Dispatcher,
        outgoing: Outgoing,
        archiving: Archiving,
        told: Callable[[], DaemonStatus],
    ) -> AsyncIOScheduler:
        """The scheduler with its standing jobs; every source adds its own."""
        ticks = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        ticks.add_listener(
            self._complain, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
        )

        async def dispatch() -> None:
            dispatcher.tick()

        files = maintenance.OpenFiles(runtime.config.database)

        async def statistics() -> None:
            self._say_gone(files.gone())
            notify.status(status.line(told()))
            self._beat(runtime, dispatcher)

        async def deliver() -> None:
            outgoing.tick()
            archiving.tick()

        async def maintain() -> None:
            self._chores.begin("maintenance", maintenance.run(runtime, MAINTENANCE_STEPS))

        for work, name, seconds, first in (
            (dispatch, "dispatch", DISPATCH_SECONDS, _at_once()),
            (deliver, "outbox", OUTBOX_SECONDS, _at_once()),
            (maintain, "maintenance", MAINTENANCE_SECONDS, undefined),
        ):
            pace = max(LEAST_TICK, seconds / speed_of(self._clock))
            ticks.add_job(work, "interval", seconds=pace, id=name, next_run_time=first)
        ticks.add_job(statistics, "interval", seconds=STATISTICS_SECONDS, id="statistics")
        return ticks

    def _beat(self, runtime: Runtime, dispatcher: Dispatcher) -> None:
        """Give a sign of life, when somebody wants one and it is time."""
        now, committed_at, network = runtime.clock.now(), dispatcher.committed_at, runtime.config.network
        if self._heartbeat and committed_at and self._heartbeat.due(committed_at, now):
            sign = self._heartbeat.send(committed_at, now, network, user_agent(runtime.config))
            self._chores.begin("ping", sign)

    def _say_gone(self, gone: dict[str, str]) -> None:
        """A file of the history is not in its place any more, or is again: once each."""
        for name in self._gone.keys() - gone.keys():
            log.info("file is back", file=name)
        for name in gone.keys() - self._gone.keys():
            log.error("a file of the history is gone", file=name, problem=gone[name])
        self._gone = gone

    def _complain(self, event: JobEvent) -> None:
        """APScheduler's errors and misses, in the log: once, and again when they change or come back."""
        error = repr(event.exception) if event.code == EVENT_JOB_ERROR else ""
        if event.code == EVENT_JOB_EXECUTED:
            if self._failed_jobs.pop(event.job_id, None):
                log.info("tick works again", tick=event.job_id)
        elif event.code != EVENT_JOB_ERROR:
            log.warning("a tick came late or was left out", tick=event.job_id)
        elif self._failed_jobs.get(event.job_id) != error:
            self._failed_jobs[event.job_id] = error
            log.error("a tick failed", tick=event.job_id, exception=event.exception)

    def _follow(self, runtime: Runtime, ticks: AsyncIOScheduler) -> None:
        """One discovery job per active source; jobs of sources that are no more are taken out."""
        seconds = max(LEAST_TICK, self._discover_every.total_seconds() / speed_of(self._clock))
        wanted = {f"discover:{source.id}": source for source in runtime.sources.values() if source.active}
        for job in ticks.get_jobs():
            if job.id.startswith("discover:") and job.id not in wanted:
                job.remove()
                self._said.pop(job.id.removeprefix("discover:"), None)
        for name, source in wanted.items():
            if ticks.get_job(name) is None:
                ticks.add_job(
                    self._line_up,
                    "interval",
                    args=[source.id],
                    seconds=seconds,
                    jitter=seconds * DISCOVERY_JITTER,
                    id=name,
                    next_run_time=_at_once(),
                )

    async def _line_up(self, source_id: str) -> None:
        """Queue a source for discovery, unless it is queued already."""
        if source_id not in self._discovering:
            self._discovering.add(source_id)
            self._discoveries.put_nowait(source_id)

    async def _discover_always(self, runtime: Runtime) -> None:
        """Discover from one source after another, until told to stop. No source's error ends it."""
        while (source_id := await self._discoveries.get()) is not None:
            try:
                source = runtime.sources.get(source_id)
                if source is not None and runtime.visits(source):
                    await self._discover(runtime, source)
            except Exception as error:
                log.error("discovery failed by a fault of ours", exception=error, source=source_id)
            finally:
                self._discovering.discard(source_id)

    async def _discover(self, runtime: Runtime, source: SourceConfig) -> None:
        """One discovery. What cannot be reached is said once, and again when it changes."""
        discovery, new = await runtime.discover(source)
        if new:
            log.info("found", source=source.id, articles=len(new))
        said = self._said.get(source.id, ())
        if discovery.problems != said and not discovery.offline:
            for problem in discovery.problems:
                if problem not in said:
                    log.warning("cannot discover", source=source.id, problem=problem)
            if said and not discovery.problems:
                log.info("discovery works again", source=source.id)
            self._said[source.id] = discovery.problems
        for note in discovery.notes:
            if (known := (source.id, note.place, note.reason.words)) not in self._noted:
                self._noted.add(known)
                log.info("left out", source=source.id, note=str(note))

    def _set_back(self, runtime: Runtime, ticks: AsyncIOScheduler, dispatcher: Dispatcher) -> None:
        """The clock was set back: ticks would wait until it has caught up, and so would what was put off."""
        now = datetime.now(UTC)
        for job in ticks.get_jobs():
            is_discovery = job.id.startswith("discover:")
            job.modify(next_run_time=now + (job.trigger.interval * random.random() if is_discovery else timedelta(0)))
        dispatcher.clock_set_back()
        self._chores.begin("clock", clock_jumps.mend(runtime))

    async def _watch(self, dispatcher: Dispatcher) -> None:
        """Tell systemd's watchdog that all is well, but only while the dispatcher ticks."""
        seconds = notify.watchdog_seconds()
        while seconds is not None:
            if time.monotonic() - dispatcher.beat < seconds:
                notify.send(notify.WATCHDOG)
            await asyncio.sleep(seconds / 3)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT stop, SIGHUP reloads; nothing is installed outside the main thread.

        Until all is closed: an impatient second one must not cut short what is being committed.
        """
        loop = asyncio.get_running_loop()
        meanings = {signal.SIGTERM: self.stop, signal.SIGINT: self.stop, signal.SIGHUP: self._hung_up.set}
        installed = []
        with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
            for number, handler in meanings.items():
                loop.add_signal_handler(number, handler)
                installed.append(number)
        try:
            yield
        finally:
            for number in installed:
                loop.remove_signal_handler(number)

    async def _reload_on_request(self, runtime: Runtime, ticks: AsyncIOScheduler) -> None:
        """Reload after each SIGHUP; those that come meanwhile are one."""
        while await self._hung_up.wait():
            self._hung_up.clear()
            try:
                await self._reload_now(runtime, ticks)
            except Exception as error:
                log.error("reloading failed by a fault of ours", exception=error)

    async def _reload_now(self, runtime: Runtime, ticks: AsyncIOScheduler) -> Reloaded:
        """Read the configuration anew and follow what it says; when it is wrong, the old one stays."""
        async with self._reloading:
            notify.reloading()
            try:
                done = await reload.take(runtime, self._reload)
                self._follow(runtime, ticks)
            finally:
                notify.send(notify.READY)
        return done


def _at_once() -> datetime:
    return datetime.now(UTC)
