"""Sudden ends: power cuts and kills of a writer at full speed, as many as asked for.

    python -m benchmarks.store_crash --rounds 200

A power cut is the write-ahead log cut, garbled or zeroed at random, as a disk may leave it; a kill is SIGKILL at a
random moment. After each the history must open, hold to SQLite's checks and to `verify`, and be a whole number of
groups: what was acknowledged to a killed process is all there, and at most the one group more that it was writing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.store_world import SOURCES, START, World, check
from tracker.config import Captures, SourceConfig
from tracker.model import Capture, CheckResult, Outcome
from tracker.store import Store
from tracker.store.history import articles, record, sources
from tracker.store.proof import integrity

GROUP = 7
GROUPS = 60
DAMAGES = ("cut", "garbled", "zeros")
POLICY = Captures(keep="changed")
FRESH = 20
"""Kills of one history before the next begins with a new one, which keeps `verify` short."""


class Broken(Exception):
    """What a history was like after a sudden end, when it was not whole."""


def main() -> int:
    """Run it and print one JSON object; 1 when a history was not whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tracker-crash-") as folder:
        figures = {
            "power cuts": power_cuts(Path(folder) / "cuts", given.rounds, random.Random(given.seed)),
            "kills": kills(Path(folder) / "kills", given.rounds, random.Random(given.seed)),
        }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return int(any(found["broken"] for found in figures.values()))


def groups(store: Store, seed: int) -> Iterator[list[CheckResult]]:
    """Results without end, a group at a time: new articles and their edits, each with its capture."""
    waiting: list[CheckResult] = []
    first = 1 + sources.counts(store).articles
    for found, source, told in World(seed).history(1_000_000, first_article=first):
        [article] = articles.found(store, source, [found], START, due_at=START)
        old = None
        for hour, content in enumerate(told):
            at = START + timedelta(hours=hour)
            body = "".join(f"<p>{p.text}</p>\n" for p in content.paragraphs).encode()
            capture = Capture(found.url, found.url, 200, (("Content-Type", "text/html"),), body, at)
            outcome = Outcome.CHANGED if old else Outcome.NEW
            result = check(article, source, at, outcome, run=hour + 1, new=content, old=old)
            waiting.append(replace(result, capture=capture))
            old = content
            if len(waiting) == GROUP:
                yield waiting
                waiting = []


def opened(path: Path) -> Store:
    """A history for writing, with its sources."""
    store = Store.open(path, write=True, policy=POLICY)
    sources.sync_sources(store, [SourceConfig(id=f"source-{n}", name=f"Source {n}") for n in range(SOURCES)], START)
    return store


def whole(path: Path) -> int:
    """The results in a history after its sudden end. Raises Broken when anything does not hold."""
    with opened(path) as store:
        for question, right in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
            said = store.db.execute(f"pragma {question}").fetchall()
            if said != right:
                raise Broken(f"{question}: {said}")
        store.db.execute("insert into article_search (article_search, rank) values ('integrity-check', 1)")
        report = integrity.verify(store)
        if report.finding is not None or report.captures_missing:
            raise Broken(f"{report.finding}; {report.captures_missing} captures missing")
        [checks] = store.db.execute("select coalesce(sum(checks), 0) from source_hours").fetchone()
        if report.versions != sources.counts(store).versions:
            raise Broken(f"{report.versions} versions, {sources.counts(store).versions} counted")
        return int(checks)


def power_cuts(folder: Path, rounds: int, chance: random.Random) -> dict[str, Any]:
    """Histories whose log a power cut has damaged: how many were whole, how much of the log survived."""
    running = folder / "running" / "tracker.db"
    with opened(running) as store:
        for schema in ("main", "captures"):
            store.db.execute(f"pragma {schema}.wal_autocheckpoint = 0")
        for number, group in enumerate(groups(store, 1)):
            record.commit_group(store, group)
            if number + 1 == GROUPS:
                break
            if number == GROUPS // 10:
                store.db.execute("pragma wal_checkpoint(truncate)").fetchall()
        asleep = folder / "asleep"
        shutil.copytree(running.parent, asleep, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    kept: list[int] = []
    broken: list[str] = []
    for number in range(rounds):
        place = folder / "one"
        shutil.copytree(asleep, place)
        damage = DAMAGES[number % len(DAMAGES)]
        _harm(place / "tracker.db-wal", damage, chance)
        try:
            results = whole(place / "tracker.db")
            if results % GROUP or not GROUP <= results <= GROUP * GROUPS:
                raise Broken(f"{results} results are no whole number of groups")
            kept.append(results)
        except Exception as error:
            broken.append(f"{damage} {number}: {error}")
        shutil.rmtree(place)
    return {
        "rounds": rounds,
        "whole": len(kept),
        "broken": broken,
        "results_written": GROUP * GROUPS,
        "results_kept": [min(kept, default=0), max(kept, default=0)],
    }


def _harm(log: Path, damage: str, chance: random.Random) -> None:
    data = bytearray(log.read_bytes())
    place = chance.randrange(len(data))
    if damage == "cut":
        del data[place:]
    elif damage == "garbled":
        length = min(8192, len(data) - place)
        data[place : place + length] = chance.randbytes(length)
    else:
        data[place:] = bytes(len(data) - place)
    log.write_bytes(data)


def kills(folder: Path, rounds: int, chance: random.Random) -> dict[str, Any]:
    """Writers killed at a random moment: how many histories were whole, how many had lost what was acknowledged."""
    context = multiprocessing.get_context("fork")
    held = 0
    broken: list[str] = []
    for number in range(rounds):
        path = folder / str(number // FRESH) / "tracker.db"
        before = whole(path)
        written = context.Value("q", 0)
        writing = context.Process(target=_write, args=(path, number, written))
        writing.start()
        deadline = time.monotonic() + 60
        while not written.value and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.15))
        writing.kill()
        writing.join()
        try:
            more = whole(path) - before - written.value
            if more not in (0, GROUP):
                raise Broken(f"{written.value} results acknowledged, {more} more found")
            held += 1
        except Exception as error:
            broken.append(f"kill {number}: {error}")
    return {"rounds": rounds, "whole": held, "broken": broken}


def _write(path: Path, seed: int, written: Any) -> None:
    with opened(path) as store:
        for group in groups(store, seed + 1):
            record.commit_group(store, group)
            written.value += len(group)


if __name__ == "__main__":
    sys.exit(main())
