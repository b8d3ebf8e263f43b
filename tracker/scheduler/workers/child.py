"""What a worker process does: take a task, do it within its limits, answer, until the parent hangs up."""

from __future__ import annotations

import ctypes
import importlib
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from tracker.errors import TrackerError

PR_SET_PDEATHSIG = 1
CPU_SLACK = 2

Answer = tuple[str, Any]


def main(descriptor: int, parent: int, memory: int, seconds: float, preload: Sequence[str]) -> None:
    """Limit this process, import what its tasks need, then serve tasks from the pipe `descriptor`.

    `memory` is the address space in bytes, `seconds` the processor time of one task.
    """
    die_with(parent)
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_memory(memory)
    for module in preload:
        importlib.import_module(module)
    with Connection(descriptor) as pipe:
        pipe.send(("ready", None))
        serve(pipe, before_task=lambda: limit_processor(seconds))


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends, and end at once if it already has.

    Only Linux can be asked; elsewhere the end of the pipe from the parent ends a worker between two tasks.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def limit_memory(most: int) -> None:
    """Let this process have so much address space; less where the machine's own limit is lower."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (least, least))


def limit_processor(seconds: float) -> None:
    """Give the next task that much processor time; the kernel ends the process when it is used up."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + CPU_SLACK, hard))


def serve(pipe: Connection, *, before_task: Callable[[], None] = lambda: None) -> None:
    """Answer every `(function, arguments)` with `("done", value)`, `("raised", exception)` or `("died", why)`.

    Returns when the other end hangs up, or after running out of memory: what is left of the heap is not to be trusted.
    """
    while True:
        try:
            function, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        before_task()
        answer = attempt(function, arguments)
        try:
            pipe.send_bytes(pickled(answer))
        except OSError:
            return
        if answer[0] == "died":
            return


def attempt(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Answer:
    """Call the function and say how it ended. An unexpected exception carries its traceback as a note."""
    try:
        return "done", function(*arguments)
    except MemoryError:
        return "died", "it needed too much memory"
    except TrackerError as error:
        return "raised", error
    except Exception as error:
        error.add_note("in a worker process:\n" + traceback.format_exc())
        return "raised", error


def pickled(answer: Answer) -> bytes:
    """The answer as bytes; what cannot be pickled is described in words."""
    try:
        return pickle.dumps(answer)
    except Exception as error:
        return pickle.dumps(("died", f"its answer cannot be sent back: {error!r} ({answer[1]!r:.200})"))
