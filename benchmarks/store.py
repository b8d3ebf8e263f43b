"""The store's figures: size, writing, reading, readers beside a writer.

    python -m benchmarks.store --versions 100000 --folder DIR [--keep] [--json FILE]

Makes a history of that many versions (see `store_world`), then measures it. Up to --written of them are written as the
daemon writes; a larger history is those copied in SQL under new ids, with a search index made of all of it. One million
versions need 6 GB of disk and about four minutes of processor time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.store_copies import multiply
from benchmarks.store_world import SOURCES, START, World, check
from tracker.config import Captures, SourceConfig
from tracker.model import ChangeFilter, CheckResult, Outcome
from tracker.store import Store, Writer
from tracker.store.history import articles as stored_articles
from tracker.store.history import changes, record, sources
from tracker.store.history import versions as stored_versions
from tracker.store.queue import queue
from tracker.store.search import search

GROUP = 200
PAUSE = 0.005
"""Seconds between two questions of one reader."""


def main() -> int:
    """Run it and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=10_000)
    parser.add_argument("--written", type=int, default=20_000, help="versions that are written, not copied")
    parser.add_argument("--folder", type=Path, default=Path("build/bench/store"))
    parser.add_argument("--keep", action="store_true", help="leave the database for further looks")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = given.folder / "bench.db"
    figures: dict[str, Any] = {}
    with Store.open(path, write=True, policy=Captures(keep="none")) as store:
        sources.sync_sources(store, [SourceConfig(id=f"source-{n}", name=f"Source {n}") for n in range(SOURCES)], START)
        figures["writing"] = write(store, min(given.versions, given.written))
    if given.versions > given.written:
        multiply(path, given.versions)
    figures["size"] = sizes(path)
    with Store.open(path) as reader:
        figures["reading_ms"] = read(reader)
    figures["log_first_line"] = first_line(path)
    with Store.open(path, write=True, policy=Captures(keep="none")) as store:
        figures["checks"] = write_checks(store, 20_000)
        figures["beside_a_writer"] = beside_a_writer(store)
    text = json.dumps(figures, indent=2)
    sys.stdout.write(text + "\n")
    if given.json:
        given.json.write_text(text + "\n")
    if not given.keep:
        shutil.rmtree(given.folder)
    return 0


def write(store: Store, versions: int, *, world: World | None = None) -> dict[str, float]:
    """Write a history in groups as the daemon does; the time to make it is not counted.

    On a machine that others use too, the processor's time says more than the clock's.
    """
    world = world or World(1)
    spent = busy = 0.0
    waiting: list[CheckResult] = []
    written = 0

    def flush() -> None:
        nonlocal spent, busy, written
        began, busy_before = time.perf_counter(), time.thread_time()
        for answer in record.commit_group(store, waiting):
            if isinstance(answer, Exception):
                raise answer
        spent += time.perf_counter() - began
        busy += time.thread_time() - busy_before
        written += len(waiting)
        waiting.clear()

    for n, (found, source, told) in enumerate(world.history(versions)):
        at = START + timedelta(minutes=n)
        began = time.perf_counter()
        [article] = stored_articles.found(store, source, [found], at, due_at=at)
        spent += time.perf_counter() - began
        old = None
        for hour, content in enumerate(told):
            outcome = Outcome.CHANGED if old else Outcome.NEW
            waiting.append(
                check(article, source, at + timedelta(hours=hour), outcome, run=hour + 1, new=content, old=old)
            )
            old = content
        if len(waiting) >= GROUP:
            flush()
        if n % 5000 == 4999:
            sys.stderr.write(f"\r{written} versions, {written / spent:.0f}/s ")
    flush()
    return {
        "versions_per_second": round(written / spent),
        "versions_per_processor_second": round(written / busy),
        "seconds": round(spent, 1),
    }


def write_checks(store: Store, checks: int) -> dict[str, int]:
    """Checks that found nothing new, through the writer's queue."""
    articles = stored_articles.articles(store, limit=checks)
    at = START + timedelta(days=400)
    first = [check(a.id, a.source_id, at, Outcome.UNCHANGED) for a in articles]
    second = [check(a.id, a.source_id, at + timedelta(hours=1), Outcome.UNCHANGED, run=2) for a in articles]
    with Writer(store) as writing:
        for result in first:
            writing.submit(result)
        writing.flush()
        began, busy = time.perf_counter(), time.process_time()
        for result in second:
            writing.submit(result)
        writing.flush()
        took, spent = time.perf_counter() - began, time.process_time() - busy
    return {"per_second": round(len(second) / took), "per_processor_second": round(len(second) / spent)}


def beside_a_writer(store: Store, readers: int = 2) -> dict[str, Any]:
    """A writer at full speed with readers that ask the pages' questions all the while, each a process of its own.

    So it is in life: the pages and the commands never run in the daemon's process.
    """
    context = multiprocessing.get_context("spawn")
    done, answers = context.Event(), context.Queue()
    asking = [context.Process(target=_ask, args=(store.path, n, done, answers)) for n in range(readers)]
    for process in asking:
        process.start()
    for _ in asking:
        answers.get()  # each is warm
    rates = write_more(store, 5000)
    done.set()
    said = [answers.get() for _ in asking]
    for process in asking:
        process.join()
    times = {name: [t for took, _ in said for t in took[name]] for name in said[0][0]}
    everything = [t for took in times.values() for t in took]
    return {
        "versions_per_second": rates,
        "questions": len(everything),
        "p50_ms": _ms(everything, 0.5),
        "p99_ms": _ms(everything, 0.99),
        "p99_ms_of": {name: _ms(took, 0.99) for name, took in times.items()},
        "errors": sum(errors for _, errors in said),
    }


def _ask(path: Path, seed: int, done: Any, answers: Any) -> None:
    """One reader: (seconds of every question by name, errors) once the writer is done."""
    times: dict[str, list[float]] = {}
    errors = 0
    with Store.open(path) as reader:
        asking = questions(reader, random.Random(seed))
        for question in asking.values():
            question()
        answers.put("ready")
        while not done.is_set():
            for name, question in asking.items():
                began = time.perf_counter()
                try:
                    question()
                except Exception:
                    errors += 1
                times.setdefault(name, []).append(time.perf_counter() - began)
                time.sleep(PAUSE)
    answers.put((times, errors))


def write_more(store: Store, versions: int) -> int:
    """Versions per second of a second history, its articles found anew."""
    world = World(2)
    results: list[CheckResult] = []
    for n, (found, source, told) in enumerate(world.history(versions, first_article=10_000_000)):
        at = START + timedelta(days=500, minutes=n)
        [article] = stored_articles.found(store, source, [found], at, due_at=at)
        old = None
        for hour, content in enumerate(told):
            results.append(check(article, source, at + timedelta(hours=hour), Outcome.CHANGED, new=content, old=old))
            old = content
    began = time.perf_counter()
    with Writer(store) as writing:
        for result in results:
            writing.submit(result)
        writing.flush()
    return round(len(results) / (time.perf_counter() - began))


def questions(store: Store, chance: random.Random) -> dict[str, Callable[[], object]]:
    """What the pages and commands ask."""
    newest = stored_articles.articles(store, limit=1)[0].id
    world = World(1)

    def article() -> int:
        return chance.randrange(1, newest)

    return {
        "front page": lambda: list(changes.changes(store, ChangeFilter(), 50)),
        "one source's log": lambda: list(changes.changes(store, ChangeFilter(sources=("source-7",)), 50)),
        "a tag's log": lambda: list(changes.changes(store, ChangeFilter(tags=("number",)), 50)),
        "timeline": lambda: list(changes.changes(store, ChangeFilter(article_id=article(), noise=True))),
        "one version's text": lambda: stored_versions.current(store, article()),
        "removed paragraphs": lambda: store.db.conn.execute(
            "select text from paragraphs where article_id = ? and last_version is not null", (article(),)
        ).fetchall(),
        "search, common word": lambda: search.search(store, world.words[40], limit=50),
        "search, two words": lambda: search.search(store, f"{world.words[300]} {world.words[900]}", limit=50),
        "search, phrase": lambda: search.search(store, f'"{world.words[1]} {world.words[2]}"', limit=50),
        "search, removed": lambda: search.search(store, world.words[2500], removed=True, limit=50),
        "what is due, 50": lambda: queue.due(store, START + timedelta(days=600), 50),
        "health": lambda: sources.health(store, "source-7"),
        "counts": lambda: sources.counts(store),
    }


def read(store: Store, rounds: int = 200) -> dict[str, dict[str, float]]:
    """p50 and p95 in milliseconds of every question, on a warm cache."""
    measured: dict[str, dict[str, float]] = {}
    for name, question in questions(store, random.Random(1)).items():
        took: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            question()
            took.append(time.perf_counter() - began)
        measured[name] = {"p50": _ms(took, 0.5), "p95": _ms(took, 0.95)}
    return measured


def _ms(seconds: Iterable[float], share: float) -> float:
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2)


def sizes(path: Path) -> dict[str, Any]:
    """Bytes of the file and, in MB, of its largest parts."""
    with Store.open(path) as store:
        counts = sources.counts(store)
        parts = store.db.conn.execute(
            "select name, sum(pgsize) from dbstat where aggregate = true group by name order by 2 desc limit 14"
        ).fetchall()
    size = path.stat().st_size
    return {
        "versions": counts.versions,
        "articles": counts.articles,
        "bytes": size,
        "bytes_per_version": round(size / counts.versions),
        "megabytes": {name: round(part / 1e6, 1) for name, part in parts},
    }


def first_line(path: Path) -> dict[str, float]:
    """From the start of `tracker log` to its first line; medians of nine starts, and the processor's of a run.

    On a machine that others use too, the processor's time says more than the clock's.
    """
    program = "from tracker.cli import main; main()"
    command = [sys.executable, "-c", program, "--database", str(path), "log", "--limit", "20"]
    took, busy = [], []
    for _ in range(9):
        began, before = time.perf_counter(), os.times()
        running = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert running.stdout is not None
        if not running.stdout.readline():
            raise AssertionError("tracker log said nothing")
        took.append(time.perf_counter() - began)
        running.communicate()
        after = os.times()
        busy.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return {"seconds": round(statistics.median(took), 2), "processor_seconds": round(statistics.median(busy), 2)}


if __name__ == "__main__":
    sys.exit(main())
