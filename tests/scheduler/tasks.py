"""Tasks for worker processes: module-level, so that they can be pickled by name."""

import os
import resource
import time
from typing import Any

from tracker.errors import Unreadable


def double(number: int) -> int:
    return 2 * number


def own_pid() -> int:
    return os.getpid()


def hang() -> None:
    while True:
        time.sleep(0.01)


def burn() -> None:
    while True:
        pass


def bloat() -> int:
    return len(bytearray(1 << 31))


def crash() -> None:
    os._exit(3)


def cannot_read() -> None:
    raise Unreadable("no article on this page")


def blunder() -> float:
    return 1 / 0


def unpicklable() -> Any:
    return lambda: None


def limits() -> dict[str, tuple[int, int]]:
    """What the process that runs this may take."""
    names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE")
    return {name: resource.getrlimit(getattr(resource, name)) for name in names}


def leak(megabytes: int) -> int:
    """Keep that much for good; how much is kept by now, in megabytes."""
    _KEPT.append(bytearray(megabytes << 20))
    return sum(len(each) for each in _KEPT) >> 20


_KEPT: list[bytearray] = []
