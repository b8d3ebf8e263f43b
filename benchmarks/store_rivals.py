"""Bytes per version, side by side: our store, full text rows, one file per version, a git repository.

    python -m benchmarks.store_rivals --versions 10000 --folder DIR

All keep the same history of real paragraphs (`store_corpus`; of generated ones, `store_world`, with --generated).

"same facts, full text rows" is our own database with each version's text whole in its row and every version indexed, as
diffengine would keep what we keep (the log of changes, what checks saw, the chain). The bare rows are what diffengine
keeps, texts and nothing else; "what bare rows hold" is the part of ours that holds the same. One file per version is
what simple archivers keep, in blocks of the file system; git, packed by `git gc`, what NewsDiffs keeps, without search.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.store import write
from benchmarks.store_corpus import CorpusWorld
from benchmarks.store_world import SOURCES, START, World
from tracker.config import Captures, SourceConfig
from tracker.model import Content
from tracker.store import Store
from tracker.store.history import sources


def main() -> int:
    """Run it and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=Path("build/bench/store-rivals"))
    parser.add_argument("--generated", action="store_true", help="generated paragraphs, where the corpus is missing")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)

    def world() -> World:
        return World(1) if given.generated else CorpusWorld(1)

    stories = [[_text(c) for c in told] for _, _, told in world().history(given.versions)]
    plain = sum(len(text.encode()) for told in stories for text in told)
    found: dict[str, float] = {"plain text": round(plain / given.versions)}
    ways: dict[str, Callable[[Path, list[list[str]], int], int]] = {
        "tracker": lambda folder, _, versions: _ours(folder, world(), versions),
        "tracker, what bare rows hold": _alone,
        "same facts, full text rows": _same_facts,
        "bare full text rows, indexed": _rows,
        "bare full text rows, no search": _bare_rows,
        "one file per version": _files,
        "git, after gc, no search": _git,
    }
    for name, way in ways.items():
        found[name] = round(way(given.folder, stories, given.versions) / given.versions)
    found["share of the same facts"] = round(found["tracker"] / found["same facts, full text rows"], 3)
    found["share of bare rows"] = round(
        found["tracker, what bare rows hold"] / found["bare full text rows, indexed"], 3
    )
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    shutil.rmtree(given.folder)
    return 0


def _text(content: Content) -> str:
    return "\n".join((content.headline, content.standfirst, content.text))


def _ours(folder: Path, world: World, versions: int) -> int:
    path = folder / "ours.db"
    with Store.open(path, write=True, policy=Captures(keep="none")) as store:
        sources.sync_sources(store, [SourceConfig(id=f"source-{n}", name=f"Source {n}") for n in range(SOURCES)], START)
        write(store, versions, world=world)
    return path.stat().st_size


def _alone(folder: Path, stories: list[list[str]], versions: int) -> int:
    """The bytes of our texts, addresses, moments and search, without the log, the checks and the memories."""
    db = sqlite3.connect(folder / "ours.db")
    [taken] = db.execute(
        """
        select sum(d.pgsize) from dbstat d left join sqlite_master m on m.name = d.name
        where d.aggregate = true and (m.tbl_name in ('versions', 'paragraphs', 'articles')
          or m.tbl_name like 'article_search%')
        """
    ).fetchone()
    db.close()
    return int(taken)


def _same_facts(folder: Path, stories: list[list[str]], versions: int) -> int:
    """Our own database, made by `_ours`, with its texts kept the other way."""
    path = folder / "facts.db"
    shutil.copy(folder / "ours.db", path)
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(
        """
        pragma foreign_keys = off;
        create table texts (version_id integer primary key, text text not null) strict;
        insert into texts select version_id, whole from (select version_id,
          headline || char(10) || standfirst || char(10) || coalesce(text, '') || coalesce(captions_notices, '')
          as whole from version_text);
        drop table article_search;
        drop table article_search_cjk;
        drop view article_doc;
        drop view version_text;
        drop table paragraphs;
        update versions set paragraph_ids = '';
        create virtual table search using fts5 (
          text, content = 'texts', content_rowid = 'version_id', tokenize = 'unicode61 remove_diacritics 2'
        );
        insert into search (search) values ('rebuild');
        vacuum;
        """
    )
    assert db.execute("select count(*) from texts").fetchone() == (versions,)
    db.close()
    return path.stat().st_size


def _rows(folder: Path, stories: list[list[str]], versions: int, *, search: bool = True) -> int:
    path = folder / f"rows-{search}.db"
    db = sqlite3.connect(path)
    db.execute("create table version (id integer primary key, entry integer, url text, created text, text text)")
    db.execute("create index by_entry on version (entry)")
    for entry, told in enumerate(stories):
        rows = [(entry, f"https://source.example/2026/{entry}/a-story", "2026-01-01T00:00:00Z", text) for text in told]
        db.executemany("insert into version (entry, url, created, text) values (?, ?, ?, ?)", rows)
    if search:
        db.execute("create virtual table search using fts5 (text, content = 'version', content_rowid = 'id')")
        db.execute("insert into search (search) values ('rebuild')")
    db.commit()
    db.close()
    return path.stat().st_size


def _bare_rows(folder: Path, stories: list[list[str]], versions: int) -> int:
    return _rows(folder, stories, versions, search=False)


def _files(folder: Path, stories: list[list[str]], versions: int) -> int:
    root = folder / "files"
    taken = 0
    for entry, told in enumerate(stories):
        place = root / str(entry)
        place.mkdir(parents=True)
        for number, text in enumerate(told):
            file = place / f"{number}.txt"
            file.write_text(text)
            taken += file.stat().st_blocks * 512
    return taken


def _git(folder: Path, stories: list[list[str]], versions: int) -> int:
    """One file an article, one commit a version, fed to `git fast-import` in the order the versions appear."""
    root = folder / "git"
    subprocess.run(["git", "init", "-q", "--bare", str(root)], check=True)
    feed = subprocess.Popen(["git", "-C", str(root), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert feed.stdin is not None
    for number in range(max(map(len, stories))):
        for entry, told in enumerate(stories):
            if number < len(told):
                data = told[number].encode()
                head = f"commit refs/heads/main\ncommitter t <t@t.example> {1767225600 + number} +0000\ndata 1\nv\n"
                feed.stdin.write(head.encode())
                feed.stdin.write(f"M 100644 inline {entry % 100}/{entry}\ndata {len(data)}\n".encode() + data + b"\n")
    feed.stdin.close()
    feed.wait()
    subprocess.run(["git", "-C", str(root), "gc", "-q", "--prune=now"], check=True)
    return sum(f.stat().st_size for f in root.rglob("*") if f.is_file())


if __name__ == "__main__":
    sys.exit(main())
