"""Killed at any moment, started twice, cut off from the net: what is kept, what is said, what goes on."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.machine import Machine, a_machine, end, wait_for
from tests.scheduler.test_daemon import Watch, watch  # noqa: F401 (a fixture)
from tests.scheduler.world import EIGHT
from tracker.config import load
from tracker.newsroom import Newsroom
from tracker.scheduler.clock import DrivenClock
from tracker.scheduler.process.daemon import Daemon

ROUNDS = 10
THINGS = ["boat", "gull", "rope", "mast", "net", "buoy", "anchor", "lamp", "oar", "keel", "sail"]


def body(number: int) -> list[str]:
    """The text of a story unlike the others: texts that several articles share are taken for furniture."""
    thing = THINGS[number]
    return [f"The {thing} of the {other} was seen at the pier, and the {thing} keeper waved at it." for other in THINGS]


def sound(database: Path) -> None:
    """Both files pass SQLite's own checks, and no version is missing or doubled."""
    for path in (database, database.with_name("captures.db")):
        if not path.exists():
            continue
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert db.execute("pragma foreign_key_check").fetchall() == []
    with closing(sqlite3.connect(database)) as db:
        if not db.execute("select 1 from sqlite_master where name = 'versions'").fetchall():
            return
        numbers = db.execute("select article_id, count(*), max(number) from versions group by article_id").fetchall()
        assert all(count == highest for _, count, highest in numbers)
        doubled = (
            "select a.id from versions a join versions b on b.article_id = a.article_id and b.number = a.number + 1 "
            "where a.content_sha256 = b.content_sha256"
        )
        assert db.execute(doubled).fetchall() == []
        assert db.execute("select count(*) from changes").fetchone()[0] == sum(count - 1 for _, count, _ in numbers)


def committed(database: Path) -> set[tuple[int, int, str]]:
    """Every version that a reader sees now."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            return set(db.execute("select article_id, number, chain_sha256 from versions").fetchall())
    except sqlite3.OperationalError:
        return set()


def test_kill_9_at_any_moment_loses_no_committed_version(tmp_path: Path) -> None:
    dice = random.Random(7)
    with a_machine(tmp_path) as machine:
        slugs = [story.slug for story in machine.newsroom.stories()]
        seen: set[tuple[int, int, str]] = set()
        for number in range(ROUNDS):
            slugs.append(f"story-{number}")
            machine.newsroom.publish(slugs[-1], headline=f"The boats of harbour {number}", body=body(number))
            process = machine.start("-v", *(("run",) if number % 3 == 2 else ("check", "--force")))
            wait_for(process, "checked")
            try:
                process.wait(dice.uniform(0, 0.4))
            except subprocess.TimeoutExpired:
                seen |= committed(machine.database)
                process.kill()
            process.communicate()
            sound(machine.database)
            assert seen <= committed(machine.database), f"round {number} lost a version"
            for slug in dice.sample(slugs, 5):
                machine.newsroom.edit(slug, headline=f"A headline of round {number}")
        machine.tracker("check", "--force")
        sound(machine.database)
        assert seen <= committed(machine.database)
        for slug in slugs:
            story = machine.newsroom.story(slug)
            assert story is not None
            assert machine.versions(slug)[-1]["headline"] == story.headline


def test_a_second_daemon_on_one_database_says_so_and_ends_with_75(tmp_path: Path) -> None:
    with a_machine(tmp_path) as machine:
        first = machine.start("-v", "run")
        wait_for(first, "tracker runs")
        for arguments in (("run",), ("run", "--once")):
            second = machine.tracker(*arguments, exit_code=75)
            assert str(first.pid) in second.stderr
            assert "Traceback" not in second.stderr
        told = json.loads(machine.tracker("status", "--json").stdout)
        assert (told["running"], told["pid"]) == (True, first.pid)
        assert "checked" in machine.tracker("check", "harbour-courier").stderr
        assert end(first) == 0
        assert not machine.folder.joinpath("tracker.sock").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_daemon_ends_well_and_at_once_when_asked(tmp_path: Path, number: int) -> None:
    with a_machine(tmp_path) as machine:
        process = machine.start("-v", "run")
        assert any("put your own contact" in line for line in wait_for(process, "outcome=new"))
        assert end(process, number) == 0
        sound(machine.database)
        assert not machine.database.with_name("tracker.db-wal").exists()


def closed_ports(number: int) -> list[int]:
    """Ports on which nothing listens."""
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def test_without_a_network_the_daemon_says_per_source_what_it_cannot_reach_and_stays(tmp_path: Path) -> None:
    with a_machine(tmp_path) as machine:
        unreachable(machine)
        process = machine.start("run")
        said = ""
        while not all(f"source=paper-{n}" in said for n in range(3)):
            said += "".join(wait_for(process, "cannot discover"))
        assert "127.0.0.1:" in said
        assert "nowhere.invalid" in said
        assert process.poll() is None
        assert end(process) == 0


def unreachable(machine: Machine) -> None:
    """A sources.yaml of three sources of which none can be reached, the last by name."""
    ports = closed_ports(2)
    sources = [
        {"id": f"paper-{n}", "name": f"Paper {n}", "feeds": [f"http://127.0.0.1:{port}/rss.xml"]}
        for n, port in enumerate(ports)
    ]
    sources.append({"id": "paper-2", "name": "Paper 2", "feeds": [f"http://nowhere.invalid:{ports[0]}/rss.xml"]})
    machine.config.write_text(
        json.dumps(
            {
                "database": str(machine.database),
                "contact": "https://operator.example/bot",
                "network": {"allow_private": True, "allow_ports": ports},
                "sources": sources,
            }
        )
    )


async def test_when_the_network_is_back_the_daemon_carries_on(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    clock = DrivenClock(EIGHT, 3600.0)
    newsroom = Newsroom(clock, edits=())
    ports = closed_ports(3)
    async with newsroom.serving(ports=ports):
        path = tmp_path / "sources.yaml"
        path.write_text(json.dumps(newsroom.config(database=tmp_path / "tracker.db")))
    daemon = Daemon(load(path), clock=clock, workers=1)
    task = asyncio.create_task(daemon.run())
    try:
        for source in ("harbour-courier", "talbote", "cronica"):
            await watch.says("cannot discover", f"source={source}")
        async with newsroom.serving(ports=ports):
            for source in ("harbour-courier", "talbote", "cronica"):
                await watch.says("discovery works again", f"source={source}")
            await watch.says("outcome=new", times=len(newsroom.stories()))
            repeated = sum("cannot discover" in line for line in watch.lines)
            assert repeated <= 3 * 6
    finally:
        daemon.stop()
        assert await task == 0
