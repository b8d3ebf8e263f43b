"""Lets Python sleep under libfaketime, which refuses what `time.sleep` calls when only the wall clock is faked.

Python 3.11 and later sleep by `clock_nanosleep` until an absolute moment of the counter.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep
