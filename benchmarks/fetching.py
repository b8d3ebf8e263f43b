"""The fetcher's figures: the whole check path beside bare httpx on the same pages, and the event loop's lag.

    python -m benchmarks.fetching [--pages 160] [--rounds 5] [--json FILE]

A server process on loopback plays eight hosts. Each round reads every page with bare httpx (one client a host, nothing
checked), with `Fetcher.get` (guard, robots.txt, lane, bounded decoding), and with the whole check: fetcher, pipeline,
store, writer. The three take turns within a round, so that whatever else the machine does falls on all alike. Rates are
pages per second of this process's own processor time, which other programs cannot change; wall-clock rates are beside.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import httpx

from tracker.config import Captures, Config, Network, SourceConfig
from tracker.fetcher import Fetcher
from tracker.model import Article, ArticleState, Capture, Outcome, Validators
from tracker.scheduler.clock import WallClock
from tracker.scheduler.process.runtime import Runtime, open_runtime
from tracker.store.history import articles
from tracker.store.queue import queue

HOSTS = [f"127.0.7.{n}" for n in range(1, 9)]
TOGETHER = 16
WORDS = [
    "council",
    "budget",
    "minister",
    "report",
    "police",
    "market",
    "school",
    "river",
    "storm",
    "court",
    "union",
    "harbour",
    "ballot",
    "treaty",
]


def page(number: int, version: int) -> bytes:
    """A page of about 170 kB: an article of 40 paragraphs in the furniture that pages have."""
    dice = random.Random(number)
    sentence = lambda: " ".join(dice.choices(WORDS, k=14)).capitalize() + "."  # noqa: E731
    body = "".join(f"<p>{' '.join(sentence() for _ in range(4))}</p>" for _ in range(40))
    links = "".join(
        f'<li class="teaser-{dice.randrange(10**6)}"><a href="/2026/11/{dice.randrange(10**8)}">{sentence()}</a></li>'
        for _ in range(400)
    )
    script = "".join(f"window.d{i}={dice.random()};" for i in range(3500))
    head = f"<title>Story {number}</title><script>{script}</script>"
    news = " ".join(random.Random(version * 10**6 + number).choices(WORDS, k=20))
    changed = f"<p>{news.capitalize()}.</p>" if version else ""
    return (
        f"<html lang=en><head>{head}</head><body><nav><ul>{links}</ul></nav><article><h1>Story {number} of the day</h1>"
        f"{changed}{body}</article></body></html>"
    ).encode()


def serve(pipe: Connection, pages: int) -> None:
    """The server process: pages in gzip with an ETag; `/version/N` turns all of them to another version."""
    packed: dict[tuple[int, int], bytes] = {}
    version = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal version
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ", 2)[1].decode()
                if path.startswith("/version/"):
                    version = int(path.rpartition("/")[2])
                number = int(path[2:]) if path.startswith("/p") else -1
                tag = f'"{number}-{version}"'
                if number < 0:
                    writer.write(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n")
                elif f"if-none-match: {tag}".encode() in request.lower():
                    writer.write(f"HTTP/1.1 304 X\r\nETag: {tag}\r\n\r\n".encode())
                else:
                    key = (number, version)
                    if key not in packed:
                        packed[key] = gzip.compress(page(number, version), 6, mtime=0)
                    head = f"Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nETag: {tag}\r\n"
                    size = len(packed[key])
                    writer.write(f"HTTP/1.1 200 X\r\n{head}Content-Length: {size}\r\n\r\n".encode() + packed[key])
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        first = await asyncio.start_server(answer, HOSTS[0], 0)
        port = first.sockets[0].getsockname()[1]
        others = [await asyncio.start_server(answer, host, port) for host in HOSTS[1:]]
        pipe.send(port)
        await asyncio.get_running_loop().run_in_executor(None, pipe.poll, None)
        for server in (first, *others):
            server.close()

    asyncio.run(main())
    os._exit(0)


@contextmanager
def site(pages: int) -> Iterator[list[str]]:
    """The server, on a core of its own where there are two, and the addresses of its pages."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, pages), daemon=True)
    server.start()
    port = ours.recv()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(server.pid or 0, cores[:1])
    try:
        yield [f"http://{HOSTS[n % len(HOSTS)]}:{port}/p{n}" for n in range(pages)]
    finally:
        ours.send("end")
        server.join(5)


async def all_of(work: Callable[[int], Awaitable[None]], count: int) -> tuple[float, float]:
    """Do it for every page, some at a time; gives pages per second of processor time and of the wall clock."""
    numbers = iter(range(count))

    async def one() -> None:
        for number in numbers:
            await work(number)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(TOGETHER)))
    return count / (time.process_time() - cpu), count / (time.perf_counter() - wall)


async def measure(urls: list[str], rounds: int, folder: Path) -> dict[str, object]:
    """All figures."""
    port = int(urls[0].split(":")[2].split("/")[0])
    network = Network(allow_private=True, allow_ports=(port,))
    source = SourceConfig(id="bench", name="Bench", articles=tuple(urls), delay=timedelta(0))
    config = Config(folder / "s.yaml", folder / "bench.db", "https://operator.example", (source,), network, Captures())
    async with open_runtime(config, WallClock(), workers=1) as runtime:
        await runtime.discover(source)
        await first_look(runtime)
        pairs = [
            (article, queue.state(runtime.reader, article.id))
            for article in articles.articles(runtime.reader, limit=None)
        ]
        assert all(article.version_count == 1 for article, _ in pairs), "every page must have been read"
        fetcher = Fetcher(network, "tracker/1.0 (+bench)", WallClock())
        clients = {host: httpx.AsyncClient() for host in HOSTS}
        rates = await rival(pairs, runtime, fetcher, clients, rounds)
        rest = spread(await lag_of(asyncio.sleep(5)))
        lag = await lag_while_reading(pairs, runtime, clients[HOSTS[0]], urls[0], rounds)
        for client in clients.values():
            await client.aclose()
        await fetcher.close()
    return {"pages": len(urls), "rounds": rounds, "rates": rates, "lag at rest": rest, "lag": lag}


async def first_look(runtime: Runtime) -> None:
    """Read every page once, so that there is a version to compare with."""
    waiting = [
        (article, queue.state(runtime.reader, article.id)) for article in articles.articles(runtime.reader, limit=None)
    ]
    for start in range(0, len(waiting), TOGETHER):
        results = await asyncio.gather(*(runtime.check(*pair) for pair in waiting[start : start + TOGETHER]))
        await asyncio.gather(*(asyncio.wrap_future(recorded) for _, recorded in results))


async def rival(
    pairs: list[tuple[Article, ArticleState]],
    runtime: Runtime,
    fetcher: Fetcher,
    clients: dict[str, httpx.AsyncClient],
    rounds: int,
) -> dict[str, object]:
    """The three side by side, for 304 answers and for equal bytes."""

    def bare(conditional: bool) -> Callable[[int], Awaitable[None]]:
        async def work(number: int) -> None:
            article, state = pairs[number]
            headers = {"if-none-match": state.validators.etag} if conditional else {}
            response = await clients[article.url.split("/")[2].split(":")[0]].get(article.url, headers=headers)
            assert response.status_code == (304 if conditional else 200)
            assert conditional or response.content

        return work

    def fetched(conditional: bool) -> Callable[[int], Awaitable[None]]:
        async def work(number: int) -> None:
            article, state = pairs[number]
            got = await fetcher.get(article.url, validators=state.validators if conditional else None)
            assert isinstance(got, Capture)
            assert got.status == (304 if conditional else 200)

        return work

    def checked(conditional: bool) -> Callable[[int], Awaitable[None]]:
        async def work(number: int) -> None:
            article, state = pairs[number]
            state = state if conditional else replace(state, validators=Validators())
            result, _ = await runtime.check(article, state)
            assert result.outcome is (Outcome.NOT_MODIFIED if conditional else Outcome.UNCHANGED), result

        return work

    figures: dict[str, object] = {}
    for name, conditional in (("304", True), ("equal bytes", False)):
        ways = {"httpx": bare(conditional), "fetcher": fetched(conditional), "check": checked(conditional)}
        runs: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for number in range(rounds + 1):
            for way, work in ways.items():
                rate = await all_of(work, len(pairs))
                if number:  # the first round warms up
                    runs[way].append(rate)
        middle = {
            way: tuple(round(statistics.median(r)) for r in zip(*rates, strict=True)) for way, rates in runs.items()
        }
        shares = {
            way: round(statistics.median(a[0] / b[0] for a, b in zip(runs[way], runs["httpx"], strict=True)), 2)
            for way in ("fetcher", "check")
        }
        figures[name] = {"per cpu second, per second": middle, "share of httpx": shares}
    return figures


async def lag_while_reading(
    pairs: list[tuple[Article, ArticleState]], runtime: Runtime, client: httpx.AsyncClient, url: str, rounds: int
) -> dict[str, object]:
    """How late a 10 ms ticker comes while changed pages are fetched, read in a worker, compared and stored."""
    outcomes: Counter[str] = Counter()
    late: list[Late] = []

    async def work(number: int) -> None:
        article = pairs[number][0]
        result, recorded = await runtime.check(
            articles.article(runtime.reader, article.id), queue.state(runtime.reader, article.id)
        )
        await asyncio.wrap_future(recorded)
        outcomes[result.outcome.value] += 1

    started = time.perf_counter()
    for version in range(7, 7 + rounds):
        await client.get(f"{url.rpartition('/')[0]}/version/{version}")
        late += await lag_of(all_of(work, len(pairs)))
    rate = round(rounds * len(pairs) / (time.perf_counter() - started), 1)
    return {"outcomes": dict(outcomes), "pages per second": rate, **spread(late)}


async def lag_of(work: Coroutine[object, object, object]) -> list[Late]:
    """How late a 10 ms ticker comes while the work is done."""
    late: list[Late] = []
    task = asyncio.create_task(work)
    while not task.done():
        due, waited = time.perf_counter() + 0.01, waited_for_a_core()
        await asyncio.sleep(0.01)
        late.append(Late((time.perf_counter() - due) * 1000, waited_for_a_core() - waited))
    await task
    return late


class Late(NamedTuple):
    """One late tick in milliseconds, and how much of that the loop's thread was ready and had no core."""

    ms: float
    without_core: float


def waited_for_a_core() -> float:
    """Milliseconds for which this thread was ready to run while the kernel ran something else (sched-stats.rst)."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6


def spread(late: list[Late]) -> dict[str, object]:
    """Percentiles in milliseconds: as measured, and without what other programs on the machine cost."""
    at = {"p50": len(late) // 2, "p99": int(len(late) * 0.99), "max": len(late) - 1}
    every, ours = sorted(tick.ms for tick in late), sorted(max(0.0, tick.ms - tick.without_core) for tick in late)
    return {
        "ms": {name: round(every[index], 1) for name, index in at.items()},
        "ms less the wait for a core": {name: round(ours[index], 1) for name, index in at.items()},
    }


def main() -> None:
    """Run it and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=160)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, site(given.pages) as urls:
        figures = asyncio.run(measure(urls, given.rounds, Path(folder)))
    text = json.dumps(figures, indent=1)
    print(text)
    if given.json:
        given.json.write_text(text)


if __name__ == "__main__":
    main()
