"""Memory of the worker processes over thousands of pages: they recycle, and stay small until they do.

    python -m benchmarks.worker_memory [--pages 5000]

Reads the pages of ../shared/corpus in turn through `tracker.scheduler.workers.local`, every page a first
and a second look, and prints each process's largest resident size (`VmHWM` of /proc, so Linux only).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import time
from pathlib import Path

from benchmarks.extraction_adapters import SHARED  # puts ../shared/bench on the path

assert SHARED.is_dir(), "the shared corpus is not beside this checkout"
import corpus  # noqa: E402

from tracker.errors import TrackerError  # noqa: E402
from tracker.model import Content  # noqa: E402
from tracker.pipeline.tasks import read_page  # noqa: E402
from tracker.scheduler.workers.local import Workers  # noqa: E402


def peak(pid: int) -> float:
    """The largest resident size that a process has had, in MB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


async def measure(count: int) -> None:
    """Read `count` pages and print what the processes took."""
    pages = [(page["html"], page["url"]) for page in (*corpus.news(), *corpus.articles())]
    known: dict[str, Content] = {}
    peaks: dict[int, float] = {}
    failed = 0
    queue = iter(itertools.islice(itertools.cycle(pages), count))
    start = time.monotonic()
    async with Workers(2) as workers:

        async def read() -> None:
            nonlocal failed
            for html, url in queue:
                try:
                    known[url] = await workers.run(read_page, html, url, known.get(url), None, None)
                except TrackerError:
                    failed += 1
                for pid in workers.pids:
                    peaks[pid] = max(peaks.get(pid, 0.0), peak(pid))

        await asyncio.gather(read(), read())
        died = workers.died
    took = time.monotonic() - start
    sizes = ", ".join(f"{size:.0f}" for size in peaks.values())
    print(f"{count} pages in {took:.0f} s by {len(peaks)} processes, {died} died, {failed} pages unreadable")
    print(f"largest resident size of each, MB: {sizes}; the largest of all: {max(peaks.values()):.0f} MB")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5000)
    asyncio.run(measure(parser.parse_args().pages))


if __name__ == "__main__":
    main()
