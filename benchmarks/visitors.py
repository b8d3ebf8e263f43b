"""Hostile visitors beside one reader: does the reader notice?

    python -m benchmarks.visitors --versions 200000 --folder DIR [--keep] [--seconds 60] [--clients 8]

The pages are served by `tracker web --public` in a process of its own, on a history made as `benchmarks.web` makes it.
One reader walks through the pages, first alone, then beside so many clients that send a hostile mix: addresses that are
none, searches for many beginnings of words, facets, feeds, huge parameters, and requests that are hung up on. Prints
the reader's times, what the others were answered, and the server's memory, as one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx

from benchmarks.web import make

READ = ("/", "/-/outlets", "/-/now", "/-/article/7", "/-/change/5", "/-/search?q=harbour", "/-/feed.atom")
HOSTILE = (
    *(
        "/wp-login.php",
        "//elsewhere.example/",
        "/./x",
        "/-/.json",
        "/.env",
        "/tracker/nope",
        "/tracker/articles/99999999",
    ),
    *("/-/search?q=" + "+".join(f"{chr(97 + n)}*" for n in range(20)), "/-/search?q=" + "+".join(["har*"] * 40)),
    *("/-/search?q=removed:+con*+pre*+the*+and*", "/?text=" + "a" * 60_000, "/-/search.json?q=con*+per*+int*+tra*"),
    *("/tracker/paragraphs?_facet=text&_facet=article_id", "/tracker/changes.json?_facet=summary&_size=1000"),
    *(
        "/tracker/paragraphs.json?text__contains=zzzz",
        "/?grep=(a*)*b&noise=1",
        "/-/article/1/feed.json",
        "/?noise=1&text=e",
    ),
)


def main() -> int:
    """Run it and print one JSON object; ends with 1 when an answer was a 500."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=20_000)
    parser.add_argument("--seed-versions", type=int, default=2_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--keep", action="store_true", help="leave the database, and use it when it is there")
    given = parser.parse_args()
    path = given.folder / "tracker.db"
    if not path.exists():
        make(path, given.versions, given.seed_versions)
    words = [sys.executable, "-m", "tracker", "--database", str(path), "web", "--public", "--port", "0"]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        figures, failed = asyncio.run(measure(_address(server), server.pid, given.clients, given.seconds))
    finally:
        server.terminate()
        server.communicate()
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    if not given.keep:
        for file in given.folder.glob("*.db*"):
            file.unlink()
    return 1 if failed else 0


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stderr is not None
    for line in server.stderr:
        if found := re.search(r"running on (http://\S+)", line):
            return found[1]
    raise RuntimeError("the pages ended before they stood")


async def measure(base: str, pid: int, clients: int, seconds: float) -> tuple[dict[str, object], int]:
    """The reader's times alone and in company, what the others were answered, and the server's memory."""
    drain = asyncio.Event()
    alone = await _reader(base, seconds / 4)
    before = _memory(pid)
    answers: Counter[str] = Counter()
    others = [asyncio.create_task(_hostile(base, number, answers, drain)) for number in range(clients)]
    beside = await _reader(base, seconds)
    drain.set()
    await asyncio.gather(*others)
    figures = {
        "alone": _times(alone),
        "beside": _times(beside),
        "times_as_long": round(_p95(beside) / _p95(alone), 1),
        "answers": dict(answers),
        "memory_mb": [round(before / 1e6), round(_memory(pid) / 1e6)],
    }
    return figures, answers["500"]


async def _reader(base: str, seconds: float) -> list[float]:
    took: list[float] = []
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for page in READ:
                began = time.monotonic()
                await client.get(page)
                took.append(time.monotonic() - began)
                await asyncio.sleep(0.05)
    return took


async def _hostile(base: str, number: int, answers: Counter[str], drain: asyncio.Event) -> None:
    dice = random.Random(number)
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        while not drain.is_set():
            try:
                patience = 0.05 if dice.random() < 0.2 else 60
                answers[str((await client.get(dice.choice(HOSTILE), timeout=patience)).status_code)] += 1
            except httpx.TimeoutException:
                answers["hung up"] += 1
            except httpx.HTTPError as error:
                answers[type(error).__name__] += 1


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def _times(took: list[float]) -> dict[str, float]:
    milliseconds = {"median": statistics.median(took), "p95": _p95(took), "longest": max(took)}
    return {name: round(1000 * value, 1) for name, value in milliseconds.items()} | {"pages": len(took)}


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    sys.exit(main())
