"""Whether two checkouts answer alike: every command's output, every page's HTML and the schema, on one history.

    python -m benchmarks.same_answers OLD NEW HISTORY.db [--at '2026-11-29 12:00:00'] [--pages 400] [--show]

OLD and NEW are `tracker` programs, HISTORY.db a history that OLD wrote (`tracker demo` leaves one); its captures lie
beside it, and its sources file too where there is one. Each program gets a copy of its own and a stopped clock
(libfaketime). Pages are found by following links from `/`. A change that leaves behaviour as it is shows no difference.
"""

from __future__ import annotations

import argparse
import difflib
import glob
import html
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

COMMANDS = """
log|log --json|log --all --limit 0 --json|log --patch --limit 30|log --oneline|log --class substantive --csv
log --grep NATO --patch|log --since yesterday --until tomorrow
articles|articles --json --limit 0|sources|sources --json|show {article}|show {article} 1|show 999999
diff {article}|diff {article} --format side|diff {article} --format json|diff {article} --format html
diff {article} --format unified|diff {article} --format plain|diff {article} --format svg
history {article}|history {article} --json|blame {article}|blame {article} --removed --json
search harbour|search --removed the|search NATO --json|stats|stats --json|schedule {article}
verify|verify --json|doctor|doctor --json|rebuild --dry-run|status|status --json
""".replace("\n", "|")

UNSTABLE = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"[?&]?[0-9a-f]{8,12}(?=\")"), "STAMP"),
    (re.compile(r"(?:\d+\.\d+|\d+) ?(?:ms|s|seconds)\b"), "TIME"),
    (re.compile(r"/[\w./-]*/(?:old|new)/"), "FOLDER/"),
    (re.compile(r"[\d.]+ GB free"), "FREE"),
    (re.compile(r"<p>(?:Many|\d+) rows?</p>|\"count\": (?:\d+|null)"), "ROWS"),
    (re.compile(r"tracker/[\w.+-]+|(?:extractor|differ)@[\w.]+"), "VERSION"),
)
"""What may differ between two runs of one program, and what stands for it here."""


def settled(text: str) -> str:
    """The text without ports, timings, folders and versions."""
    for pattern, word in UNSTABLE:
        text = pattern.sub(word, text)
    return text


def clock(at: str) -> dict[str, str]:
    """The environment of a program whose clock is stopped at that moment."""
    library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), "")
    if not library:
        raise SystemExit("libfaketime is missing: apt install libfaketime")
    faked = {"LD_PRELOAD": library, "FAKETIME": at, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}
    return {**os.environ, **faked, "NO_COLOR": "1", "COLUMNS": "100"}


def schema(path: Path) -> str:
    """The schema as SQLite keeps it, in order of names."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("select type, name, sql from sqlite_master where name not like '_sqlite%' order by 1, 2")
        return "\n".join(" ".join(str(cell) for cell in row) for row in rows)


def commands(program: Path, folder: Path, environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every command with what it prints and how it ends."""
    with closing(sqlite3.connect(folder / "demo.db")) as db:
        article = db.execute("select id from articles order by version_count desc, id limit 1").fetchone()[0]
    names = re.findall(r"^  ([a-z-]+) {2,}", said([str(program), "--help"], folder, environment), re.MULTILINE)
    for line in [f"{name} --help" for name in names] + [c for c in COMMANDS.format(article=article).split("|") if c]:
        config = ["--config", "demo.yaml"] if (folder / "demo.yaml").exists() else []
        yield line, said([str(program), *config, "--database", "demo.db", *line.split()], folder, environment)


def said(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """What a command prints, and its exit code."""
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False, errors="replace"
    )
    return settled(f"{done.stdout}\n-- {done.returncode}\n{done.stderr}")


@contextmanager
def served(program: Path, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of the program's pages, while they are served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(program), "--database", "demo.db", "web", "--port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with closing(socket.socket()) as line:
                if not line.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def pages(base: str, most: int) -> dict[str, str]:
    """Every page that links lead to from the front page, at most so many, by address."""
    found: dict[str, str] = {}
    waiting = deque(["/", "/-/outlets", "/-/now", "/-/search?q=the", "/-/feed.atom", "/-/feed.json", "/nowhere"])
    while waiting and len(found) < most:
        path = waiting.popleft()
        if path in found:
            continue
        try:
            with urllib.request.urlopen(base + path, timeout=60) as answer:
                status, kind, body = answer.status, answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            status, kind, body = error.code, "error", b""
        text = body.decode("utf-8", "replace")
        found[path] = settled(f"{status} {kind}\n{text}")
        if kind == "text/html":
            for link in re.findall(r'href="([^"#]+)', text):
                there = urlsplit(urljoin(base + path, html.unescape(link)))
                if there.netloc == urlsplit(base).netloc:
                    waiting.append(there.path + (f"?{there.query}" if there.query else ""))
    return found


def answers(program: Path, history: Path, folder: Path, at: str, most: int) -> dict[str, str]:
    """All that a program answers about a copy of the history, by what was asked."""
    folder.mkdir()
    for name, copy in ((history.name, "demo.db"), (f"{history.stem}-captures.db", "demo-captures.db")):
        shutil.copy(history.with_name(name), folder / copy)
    if (settings := history.with_suffix(".yaml")).exists():
        shutil.copy(settings, folder / "demo.yaml")
    environment = clock(at)
    found = {f"tracker {line}": text for line, text in commands(program, folder, environment)}
    with served(program, folder, environment) as base:
        found |= {f"page {path}": text for path, text in pages(base, most).items()}
    said([str(program), "--database", "demo.db", "verify"], folder, environment)
    found["schema"] = schema(folder / "demo.db")
    return found


def main() -> int:
    """Ask both, and print what differs; 1 when anything does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("history", type=Path)
    parser.add_argument("--at", default="2026-11-29 12:00:00")
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--show", action="store_true", help="print the first lines that differ of each")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        old = answers(given.old.absolute(), given.history, Path(scratch, "old"), given.at, given.pages)
        new = answers(given.new.absolute(), given.history, Path(scratch, "new"), given.at, given.pages)
    differ = [asked for asked in sorted({*old, *new}) if old.get(asked) != new.get(asked)]
    for asked in differ:
        sys.stdout.write(f"differs: {asked}\n")
        if given.show:
            lines = difflib.unified_diff(
                old.get(asked, "").splitlines(), new.get(asked, "").splitlines(), lineterm="", n=0
            )
            sys.stdout.writelines(f"    {line[:300]}\n" for line in list(lines)[2:12])
    sys.stdout.write(f"{len(old)} answers of the old program, {len(new)} of the new; {len(differ)} differ\n")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
