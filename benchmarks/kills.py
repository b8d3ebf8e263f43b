"""kill -9 at random moments of a busy run, again and again: is anything lost, doubled, or left unsound?

    python -m benchmarks.kills [--rounds N] [--seed N]

One newsroom on loopback whose stories are edited all the time; `tracker run` on one database, started anew
each round and killed at a random moment while it discovers, checks, commits and delivers. Two receivers of alerts: a
file, and a web hook that keeps what it gets. After each kill: SQLite's integrity_check and foreign_key_check on both
files; every version that a reader had seen before the kill is still there, bit for bit; version numbers have no gap, no
two neighbours say the same; the file holds no alert twice. A last run delivers the rest: every change has its
line in the file exactly once and was posted to the hook at least once. Prints one JSON object; ends with 1 when one of
these does not hold.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tracker.newsroom import Newsroom, serve_in_thread
from tracker.scheduler.clock import WallClock
from tracker.store import Store
from tracker.store.queue import outbox

THINGS = ["boat", "gull", "rope", "mast", "net", "buoy", "anchor", "lamp", "oar", "keel", "sail", "pier", "crane"]
STORIES = 40
EDITED = 12
PATIENCE = 90.0
LAST = 240.0
Versions = set[tuple[int, int, str]]


@dataclass
class Hook:
    """A web hook that counts the alerts it takes, and now and then takes one without saying so."""

    dice: random.Random | None
    got: Counter[str] = field(default_factory=Counter)
    port: int = 0

    def serve(self) -> ThreadingHTTPServer:
        """Listen on loopback in a thread; the server is to be shut down."""
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                sent = self.rfile.read(length)
                if len(sent) < length:
                    return  # the sender was killed in mid-sentence
                body = json.loads(sent)
                hook.got[body["data"]["alert"]] += 1
                self.send_response(500 if hook.dice and hook.dice.random() < 0.05 else 204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def body(number: int, edition: int) -> list[str]:
    """A story unlike the others: texts that several articles share are taken for furniture."""
    thing = THINGS[number % len(THINGS)]
    lines = [f"The {thing} number {number} of the {other} was seen at the pier at dawn." for other in THINGS]
    return [f"{edition + 1:,} people watched the {thing} number {number} that day, the harbour office said.", *lines]


def versions(database: Path) -> Versions:
    """Every version that a reader sees now."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            return set(db.execute("select article_id, number, chain_sha256 from versions").fetchall())
    except sqlite3.OperationalError:
        return set()


def unsound(database: Path) -> list[str]:
    """What is wrong with the two files, in words; nothing when all is well."""
    found = []
    for path in (database, database.with_name("captures.db")):
        if path.exists():
            with closing(sqlite3.connect(path)) as db:
                if (said := db.execute("pragma integrity_check").fetchall()) != [("ok",)]:
                    found.append(f"{path.name}: integrity_check {said[:2]}")
                if said := db.execute("pragma foreign_key_check").fetchall():
                    found.append(f"{path.name}: foreign_key_check {said[:2]}")
    with closing(sqlite3.connect(database)) as db:
        if not db.execute("select 1 from sqlite_master where name = 'outbox'").fetchall():
            return found
        gaps = "select article_id from versions group by article_id having count(*) <> max(number)"
        twins = (
            "select a.id from versions a join versions b on b.article_id = a.article_id and b.number = a.number + 1 "
            "where a.content_sha256 = b.content_sha256"
        )
        lost = "select v.id from versions v where v.number > 1 and v.id not in (select new_version_id from changes)"
        untold = (
            "select c.id from changes c where c.noise_rule is null and "
            "2 <> (select count(*) from outbox o where o.change_id = c.id)"
        )
        for name, sql in (("gap", gaps), ("doubled", twins), ("no change", lost), ("no alert", untold)):
            if rows := db.execute(sql).fetchall():
                found.append(f"{name}: {rows[:3]}")
    return found


def told(path: Path) -> list[str]:
    """The keys of the whole lines of the alerts' file."""
    if not path.exists():
        return []
    whole = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(line)["alert"] for line in whole]


def start(folder: Path) -> subprocess.Popen[bytes]:
    """The daemon, its log in a file."""
    command = [sys.executable, "-m", "tracker", "--config", str(folder / "sources.yaml"), "-v", "run"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=os.environ | {"NO_COLOR": "1"})


def configure(newsroom: Newsroom, folder: Path, hook: Hook) -> None:
    """A sources.yaml that follows the newsroom as fast as it can, and tells both receivers of every change."""
    mapping = newsroom.config(database=folder / "tracker.db")
    for source in mapping["sources"]:
        source["delay"] = "0s"
    mapping["network"]["allow_ports"].append(hook.port)
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    mapping["alerts"] = [
        {"to": f"file://{folder}/alerts.jsonl"},
        {"to": f"http://127.0.0.1:{hook.port}/", "secret": secret},
    ]
    (folder / "sources.yaml").write_text(json.dumps(mapping))


def all_due(folder: Path) -> None:
    """Between two runs: everything is due again, and what the hook refused may be tried at once."""
    with closing(sqlite3.connect(folder / "tracker.db")) as db, db:
        if db.execute("select 1 from sqlite_master where name = 'outbox'").fetchall():
            db.execute(
                "update article_state set next_check_at = '2000-01-01T00:00:00Z' where next_check_at is not null"
            )
            db.execute("update outbox set next_try_at = due_at where delivered_at is null")


def waiting(folder: Path) -> int:
    """How many alerts have not arrived."""
    with Store.open(folder / "tracker.db") as store:
        return sum(each.letters for each in outbox.waiting(store))


def run(rounds: int, seed: int, folder: Path) -> dict[str, Any]:
    """All of it; what was found."""
    dice = random.Random(seed)
    hook, newsroom = Hook(random.Random(seed + 1)), Newsroom(WallClock(), edits=())
    server = hook.serve()
    seen: Versions = set()
    wrong: list[str] = []
    edition, doing = 0, Counter[str]()
    with serve_in_thread(newsroom):
        slugs = [f"story-{n}" for n in range(STORIES)]
        for n, slug in enumerate(slugs):
            newsroom.publish(slug, headline=f"The news of the {THINGS[n % 13]} number {n}", body=body(n, 0))
        configure(newsroom, folder, hook)
        for number in range(rounds):
            if (folder / "tracker.db").exists():
                all_due(folder)
            process = start(folder)
            began, log = time.monotonic(), folder / "log"
            size, busy = log.stat().st_size if log.exists() else 0, dice.uniform(0.0, 1.6)
            if number % 10:  # one round in ten is killed at any moment of its start
                while b"checked" not in log.read_bytes()[size:] and time.monotonic() - began < PATIENCE:
                    time.sleep(0.02)
            until = time.monotonic() + busy
            while time.monotonic() < until:
                edition += 1
                for n in dice.sample(range(STORIES), EDITED // 4):
                    newsroom.edit(slugs[n], headline=f"Edition {edition} of the {THINGS[n % 13]} number {n}")
                seen |= versions(folder / "tracker.db")
                time.sleep(0.05)
            seen |= versions(folder / "tracker.db")
            process.send_signal(signal.SIGKILL)
            process.wait()
            doing[last_word(log)] += 1
            wrong += [f"round {number}: {each}" for each in unsound(folder / "tracker.db")]
            if lost := seen - versions(folder / "tracker.db"):
                wrong.append(f"round {number}: {len(lost)} acknowledged versions are missing")
            if doubled := [key for key, times in Counter(told(folder / "alerts.jsonl")).items() if times > 1]:
                wrong.append(f"round {number}: {len(doubled)} alerts are twice in the file")
        all_due(folder)
        hook.dice = None
        process = start(folder)
        deadline = time.monotonic() + LAST
        while time.monotonic() < deadline and (waiting(folder) or time.monotonic() < deadline - LAST + 20):
            time.sleep(1.0)
        process.send_signal(signal.SIGTERM)
        ended = process.wait(60)
    server.shutdown()
    wrong += unsound(folder / "tracker.db")
    with closing(sqlite3.connect(folder / "tracker.db")) as db:
        keys = dict(db.execute("select key, sink from outbox").fetchall())
        counted = db.execute("select (select count(*) from versions), (select count(*) from changes)").fetchone()
    in_file = Counter(told(folder / "alerts.jsonl"))
    for_file = {key for key, sink in keys.items() if sink.startswith("file:")}
    for_hook = set(keys) - for_file
    if set(in_file) != for_file or max(in_file.values(), default=0) > 1:
        wrong.append(f"the file: {len(for_file - set(in_file))} missing, {sum(in_file.values()) - len(in_file)} twice")
    if missing := for_hook - set(hook.got):
        wrong.append(f"the hook: {len(missing)} missing")
    return {
        "kills": rounds,
        "versions": counted[0],
        "changes": counted[1],
        "versions_seen_before_a_kill": len(seen),
        "alerts_in_file": len(in_file),
        "alerts_at_hook": len(for_hook & set(hook.got)),
        "posts_repeated": sum(hook.got.values()) - len(hook.got),
        "last_run_ended_with": ended,
        "killed_after": dict(doing.most_common(8)),
        "wrong": wrong,
    }


def last_word(log: Path) -> str:
    """What the daemon had last said before it was killed."""
    lines = log.read_bytes().decode("utf-8", "replace").splitlines()
    words = lines[-1].split(" ", 2)[-1] if lines else "nothing"
    return " ".join(words.split()[:2]) if "=" not in words.split()[0] else words[:20]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        found = run(asked.rounds, asked.seed, Path(folder))
    print(json.dumps(found | {"seconds": round(time.monotonic() - began)}, indent=1))
    return 1 if found["wrong"] or found["last_run_ended_with"] else 0


if __name__ == "__main__":
    sys.exit(main())
