"""The pages' figures: how long the server takes for each page, on a history of any size, while the daemon writes.

    python -m benchmarks.web --versions 1000000 --folder DIR [--keep] [--rounds 40] [--json FILE]

A history of `--seed-versions` is written as the daemon writes it (see `store_world`), then copied in SQL under new
ids, an hour later each time, until it has as many versions as wanted; a search index is made of all of it. The pages
are then asked for through Datasette's own client, each of another article, change or outlet every time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.store import write
from benchmarks.store_copies import multiply
from benchmarks.store_world import SOURCES
from tracker.config import SourceConfig
from tracker.store import Store
from tracker.store.history import sources
from tracker.store.queue import queue


def main() -> int:
    """Run it and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=20_000)
    parser.add_argument("--seed-versions", type=int, default=2_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", action="store_true", help="leave the database, and use it when it is there")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    path = given.folder / "tracker.db"
    if not path.exists():
        make(path, given.versions, given.seed_versions)
    figures = asyncio.run(measure(path, given.rounds))
    text = json.dumps(figures, indent=2)
    sys.stdout.write(text + "\n")
    if given.json:
        given.json.write_text(text, "utf-8")
    if not given.keep:
        for file in given.folder.glob("tracker.db*"):
            file.unlink()
    return 0


def make(path: Path, versions: int, seed_versions: int) -> None:
    """Write the seed and copy it until there are as many versions as wanted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [f"source-{n}" for n in range(SOURCES)]
    with Store.open(path, write=True) as store:
        sources.sync_sources(store, [SourceConfig(id=n, name=n) for n in names], _now())
        write(store, seed_versions)
    multiply(path, versions)


def _near_now(path: Path) -> None:
    """Let the pages' windows, which end now, hold the whole history: its newest change becomes today's."""
    db = sqlite3.connect(path)
    [newest] = db.execute("select max(seen_before) from changes").fetchone()
    age = (datetime.now(UTC) - datetime.fromisoformat(newest)).days
    if age > 1:
        later = f"+{age} days"
        moments = {"changes": ("seen_after", "seen_before"), "articles": ("first_seen_at", "last_changed_at")}
        for table, columns in moments.items():
            moved = ", ".join(f"{c} = strftime('%Y-%m-%dT%H:%M:%SZ', {c}, :later)" for c in columns)
            db.execute(f"update {table} set {moved}", {"later": later})
        db.commit()
    db.close()


def _now() -> Any:
    from benchmarks.store_world import START

    return START


async def measure(path: Path, rounds: int) -> dict[str, Any]:
    """Milliseconds for each kind of page: the first, the median and the 95th percentile of the rest.

    `cpu` is the work alone, the writer's left out: on a machine that others use, too, it says what time cannot.
    """
    from datasette.app import Datasette

    with Store.open(path, write=True):
        pass  # a kept history may wait for a migration
    _near_now(path)
    datasette = Datasette([str(path)], settings={"suggest_facets": False})
    await datasette.invoke_startup()
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    changes = db.execute("select max(id) from changes").fetchone()[0]
    articles = db.execute("select max(id) from articles").fetchone()[0]
    versions = db.execute("select max(id) from versions").fetchone()[0]
    newest = db.execute("select max(seen_before) from changes").fetchone()[0]
    words = (
        db.execute("select group_concat(text, ' ') from (select text from paragraphs limit 40)").fetchone()[0].split()
    )
    pages_of = db.execute("pragma page_count").fetchone()[0]
    db.close()
    chance = random.Random(7)

    def source() -> str:
        return f"source-{chance.randrange(SOURCES)}"

    pages: dict[str, Any] = {
        "latest": lambda: "/",
        "latest, one outlet": lambda: f"/?outlet={source()}",
        "latest, a tag and a floor": lambda: "/?tag=number&class=substantive",
        "latest, a rare word": lambda: f"/?text=zzq{chance.randrange(10**6)}",
        "latest, far back": lambda: (
            f"/?before={newest[:4]}-01-{chance.randrange(10, 28)}T00:00:00Z,{chance.randrange(changes)}"
        ),
        "change": lambda: f"/-/change/{chance.randrange(1, changes)}",
        "change, side by side": lambda: f"/-/change/{chance.randrange(1, changes)}?view=side",
        "article": lambda: f"/-/article/{chance.randrange(1, articles)}",
        "article, blame": lambda: f"/-/article/{chance.randrange(1, articles)}?view=blame&removed=1",
        "outlets": lambda: "/-/outlets",
        "outlet": lambda: f"/-/outlet/{source()}",
        "outlet, 90 days": lambda: f"/-/outlet/{source()}?days=90",
        "search, one word": lambda: f"/-/search?q={chance.choice(words)}",
        "search, what is gone": lambda: f"/-/search?q={chance.choice(words)}&removed=1",
        "now": lambda: "/-/now",
        "Atom of everything": lambda: "/-/feed.atom",
    }
    gigabytes = round(pages_of * 4096 / 1e9, 2)
    writer = _Beside(path)
    writer.start()
    figures: dict[str, Any] = {}
    for name, address in pages.items():
        spent, worked = [], []
        size = 0
        for _ in range(rounds + 1):
            began, cpu = time.perf_counter(), time.process_time() - writer.worked()
            answer = await datasette.client.get(address())
            spent.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - writer.worked() - cpu) * 1000)
            assert answer.status_code == 200, (name, answer.status_code)
            size = max(size, len(answer.content))
        rest, busy = sorted(spent[1:]), sorted(worked[1:])
        figures[name] = {
            "first": round(spent[0], 1),
            "p50": round(statistics.median(rest), 1),
            "p95": round(rest[int(len(rest) * 0.95) - 1], 1),
            "cpu p50": round(statistics.median(busy), 1),
            "cpu p95": round(busy[int(len(busy) * 0.95) - 1], 1),
            "kilobytes": round(size / 1000),
        }
        sys.stderr.write(f"{name}: {figures[name]}\n")
    writer.stopping.set()
    writer.join()
    return {
        "versions": versions,
        "written beside": writer.written,
        "gigabytes": gigabytes,
        "pages": figures,
    }


class _Beside(threading.Thread):
    """A writer that commits a small piece of work five times a second, as a busy daemon does."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path = path
        self.stopping = threading.Event()
        self.written = 0

    def worked(self) -> float:
        """Seconds of processor time this thread has taken."""
        return time.clock_gettime(time.pthread_getcpuclockid(self.ident)) if self.ident and self.is_alive() else 0.0

    def run(self) -> None:
        with Store.open(self.path, write=True) as store:
            while not self.stopping.wait(0.2):
                for article in range(1, 41):
                    queue.bring_forward(store, article, _now())
                self.written += 1


if __name__ == "__main__":
    sys.exit(main())
