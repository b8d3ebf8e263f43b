"""Where pages are read: worker processes that can be killed.

A page can hang or bloat any parser, and a thread cannot be killed. So each task runs in a process with a limit on its
memory, its processor time and its answer; a process that breaks one is killed and replaced, and only its task fails.
`Engine` is the interface; another engine (a cluster's) implements the same one method.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from tracker.errors import WorkerDied

T = TypeVar("T")

TASK_SECONDS = 15.0
START_SECONDS = 60.0
MEMORY = 1 << 30
TASKS = 1000
PRELOAD = ("tracker.pipeline.tasks", "tracker.discovery.feeds")

_CLOSED = "the workers are closed: tracker is stopping"

_BOOT = """
import json, sys
*limits, sys.path[:] = json.loads(sys.argv[1])
from tracker.scheduler.workers.child import main
main(*limits)
"""


class Engine(Protocol):
    """Something that runs a module-level function with picklable arguments somewhere it can do no harm."""

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """The function's value. Raises what it raised, or `WorkerDied` when it was ended by its limits."""
        ...


class Workers:
    """`count` worker processes on this machine, started when first needed.

        async with Workers() as workers:
            content = await workers.run(extract, html, url)

    A task may take `seconds` and `memory` bytes; a process is replaced after `tasks` tasks, so that leaks stay small.
    `preload` names modules that a process imports before its first task.
    """

    def __init__(
        self,
        count: int | None = None,
        *,
        seconds: float = TASK_SECONDS,
        memory: int = MEMORY,
        tasks: int = TASKS,
        preload: Sequence[str] = PRELOAD,
    ) -> None:
        self.count = count or os.cpu_count() or 1
        self.died = 0
        self._seconds, self._memory, self._tasks, self._preload = seconds, memory, tasks, tuple(preload)
        self._lock = threading.Lock()
        self._all: set[_Child] = set()
        self._idle: list[_Child] = []
        self._closed = False
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="tracker-worker")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run `function(*arguments)` in a worker process.

        Raises what the function raised; `WorkerDied` when it took too long, too much memory, or crashed.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if self._closed:
            raise WorkerDied(_CLOSED)
        try:
            value: T = await loop.run_in_executor(self._threads, self._task, function, arguments)
        except asyncio.CancelledError:
            if self._closed and task is not None and not task.cancelling():
                raise WorkerDied(_CLOSED) from None  # it still waited for its turn
            raise
        return value

    def close(self) -> None:
        """Kill every process, whatever it is doing, and wait for them to be gone."""
        with self._lock:
            self._closed = True
            children = list(self._all)
        for child in children:
            child.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for child in children:
            child.pipe.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that live now."""
        with self._lock:
            return tuple(child.process.pid for child in self._all)

    def _task(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        child = self._take()
        try:
            kind, value = child.call(function, arguments, self._seconds)
        except BaseException:
            self._drop(child)
            raise
        if kind == "died":
            self._drop(child)
            raise WorkerDied(f"{_name(function)}: {value}")
        if child.served >= self._tasks:
            self._drop(child, died=False)
        else:
            with self._lock:
                self._idle.append(child)
        if kind == "raised":
            raise value
        done: T = value
        return done

    def _take(self) -> _Child:
        with self._lock:
            if self._closed:
                raise WorkerDied(_CLOSED)
            if self._idle:
                return self._idle.pop()
        child = _Child(self._memory, self._seconds, self._preload)
        with self._lock:
            if not self._closed:
                self._all.add(child)
                return child
        child.kill()
        child.pipe.close()
        raise WorkerDied(_CLOSED)

    def _drop(self, child: _Child, *, died: bool = True) -> None:
        child.kill()
        child.pipe.close()
        with self._lock:
            self._all.discard(child)
            self.died += died


class _Child:
    """One worker process and the parent's end of its pipe."""

    def __init__(self, memory: int, seconds: float, preload: Sequence[str]) -> None:
        self.served = 0
        self.ready = False
        self.pipe, theirs = multiprocessing.Pipe()
        arguments = json.dumps([theirs.fileno(), os.getpid(), memory, seconds, preload, sys.path])
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 (our own interpreter, our own code)
                [sys.executable, "-c", _BOOT, arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> tuple[str, Any]:
        """Send one task and wait for its answer. Raises WorkerDied when none comes in time."""
        try:
            if not self.ready:
                self._receive(START_SECONDS, "starting")
                self.ready = True
            self.pipe.send((function, arguments))
            self.served += 1
            return self._receive(seconds, _name(function))
        except (EOFError, OSError) as error:
            self.kill()
            why = str(error) or f"status {self.process.returncode}"
            raise WorkerDied(f"{_name(function)}: the worker process ended ({why})") from None

    def _receive(self, seconds: float, doing: str) -> tuple[str, Any]:
        if not self.pipe.poll(seconds):
            raise WorkerDied(f"{doing}: no answer within {seconds:g} s; the worker process was killed")
        kind, value = self.pipe.recv()
        return kind, value

    def kill(self) -> None:
        """End the process now and reap it. The pipe closes with it, so a thread that waits for an answer is freed."""
        self.process.kill()
        self.process.wait()


def _name(function: Callable[..., Any]) -> str:
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', function)}"
