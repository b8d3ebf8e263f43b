"""Commands that ask a daemon, and the same commands without one."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rich
from click.testing import CliRunner, Result

from tests.cli.conftest import SGR, TERMINAL
from tests.cli.test_following import go, newsroom, slugs  # noqa: F401 (a fixture)
from tests.scheduler.test_fit import a_history
from tests.scheduler.world import Inline
from tests.waiting import HANG
from tracker.cli import control as commands
from tracker.cli import main
from tracker.cli.desk import Desk
from tracker.config import load
from tracker.discovery.signals import PAGE, Hint
from tracker.newsroom import Newsroom
from tracker.scheduler import control, fit
from tracker.scheduler.daemon import Daemon
from tracker.scheduler.rate import Prior
from tracker.store import Store, pauses

pytestmark = [pytest.mark.slow, pytest.mark.clock]

COURIER = "harbour-courier"


@contextmanager
def a_daemon(folder: Path) -> Iterator[None]:
    """A daemon on the folder's sources.yaml, in a thread; whoever asks it finds it ready."""
    ready, loops = threading.Event(), []
    path = folder / "sources.yaml"
    daemon = Daemon(load(path), reload=Desk(path, None).config, engine=Inline())

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        task = asyncio.create_task(daemon.run())
        while not control.socket_path(folder / "tracker.db").exists():
            await asyncio.sleep(0.01)
        ready.set()
        await task

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(HANG)
    try:
        yield
    finally:
        loops[0].call_soon_threadsafe(daemon.stop)
        thread.join(HANG)
        assert not thread.is_alive()


@pytest.fixture
def daemon(newsroom: Newsroom, folder: Path) -> Iterator[Newsroom]:  # noqa: F811
    """A daemon that follows the newsroom's first paper."""
    with a_daemon(folder):
        yield newsroom


def rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_check_and_add_and_forget_ask_the_daemon(daemon: Newsroom, folder: Path) -> None:
    slug = slugs(daemon)[0]
    assert go("check", COURIER).exit_code == 0
    daemon.edit(slug, headline="Something else was written above this story")
    result = go("check", "--json", daemon.url(slug))
    assert [row["headline"] for row in rows(result)] == ["Something else was written above this story"]
    assert "1 checked, 1 change seen" in result.stderr
    assert re.search(r"checked \(\d+ not due, the first until \d\d:\d\d UTC on", go("check").stderr)
    assert "was followed already" in go("add", daemon.url(slug)).stderr
    feed = daemon.sites["talbote"] + next(iter(daemon.outlet("talbote").feeds))
    assert "The daemon that runs follows it from now on." in go("add", feed).stderr
    assert go("forget", "--yes", daemon.url(slug)).exit_code == 0
    refused = go("check", daemon.url(slug))
    assert (refused.exit_code, "`tracker add URL`" in refused.stderr) == (2, True)
    with Store.open(folder / "tracker.db") as store:
        assert {source.id for source in store.sources()} > {COURIER}


def test_status_says_the_same_to_people_and_programs(daemon: Newsroom) -> None:
    go("check", COURIER)
    (told,) = rows(go("status", "--json"))
    assert told["running"] is True
    plain = dict(line.split("\t", 1) for line in go("status").stdout.splitlines())
    assert plain["Daemon"].startswith(f"pid {told['pid']}, version ")
    assert plain["Queue"].startswith("0 due")
    shown = SGR.sub("", go("status", **TERMINAL).stdout)
    assert "Last commit" in shown
    assert "1 followed" in shown


def test_status_on_watch_asks_again_and_ends_with_a_key(daemon: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(commands.time, "sleep", wait)
    rich.get_console()  # as others made it before: not for a terminal
    result = CliRunner().invoke(main, ["status", "--watch"], env=TERMINAL)
    assert (result.exit_code, len(waits)) == (0, 3)
    assert "1 followed" in SGR.sub("", result.stdout)
    assert go("status", "--watch").exit_code == 2


def test_pause_and_resume_ask_the_daemon(daemon: Newsroom) -> None:
    assert "is paused" in go("pause", COURIER).stderr
    assert "paused already" in go("pause", COURIER).stderr
    assert f"Paused\t{COURIER} since " in go("status").stdout
    assert "visited again" in go("resume", COURIER).stderr
    assert "was not paused" in go("resume", COURIER).stderr
    assert go("pause", "nope").exit_code == 2


def test_reload_says_what_became_of_the_file(daemon: Newsroom, folder: Path) -> None:
    path = folder / "sources.yaml"
    good = path.read_text()
    assert "follows 1 source now" in go("reload").stderr
    path.write_text(good.replace("sources:", "sauces:"))
    wrong = go("--database", str(folder / "tracker.db"), "reload")
    assert wrong.exit_code == 78
    assert "goes on with what it had" in wrong.stderr
    assert "sauces" in wrong.stderr
    path.write_text(good.replace("contact: ", "contact: https://other.example/ # "))
    assert "Not changed before the daemon is started anew: contact." in go("reload").stderr


def test_without_a_daemon_the_commands_do_it_themselves(newsroom: Newsroom, folder: Path) -> None:  # noqa: F811
    early = go("pause", COURIER)
    assert (early.exit_code, "no history yet" in early.stderr) == (1, True)
    go("check", "--discover-only")
    status = go("status")
    assert status.exit_code == 1
    assert "none runs" in status.stdout
    assert f"{len(slugs(newsroom))} due" in status.stdout
    assert "No daemon runs on" in go("reload").stderr
    assert go("pause", COURIER).exit_code == 0
    with Store.open(folder / "tracker.db") as store:
        assert list(pauses.paused(store)) == [COURIER]
    (told,) = rows(go("status", "--json"))
    assert (told["running"], told["due"]) == (False, 0)
    assert ", 0 checked" in go("check").stderr, "what is paused is left alone"
    assert f"{len(slugs(newsroom))} checked" in go("check", COURIER).stderr, "but not when it is named"
    assert go("resume", COURIER).exit_code == 0
    unknown = go("pause", "nope")
    assert (unknown.exit_code, f"there are {COURIER}" in unknown.stderr) == (2, True)


def test_a_damaged_file_is_a_mistake_for_reload_without_a_daemon_too(folder: Path) -> None:
    (folder / "sources.yaml").write_text("sauces: []\n")
    assert go("--database", "x.db", "reload").exit_code == 78


def test_schedule_explains_when_and_why(newsroom: Newsroom, folder: Path) -> None:  # noqa: F811
    go("check", "--discover-only")
    url = newsroom.url(slugs(newsroom)[0])
    assert "never checked" in go("schedule", url).stdout
    go("check", url)
    plain = go("schedule", url).stdout
    assert "Next look in " in plain
    assert "unseen edits are expected" in plain
    (row,) = rows(go("schedule", "--json", url))
    assert (row["checks"], row["outcome"], row["url"]) == (1, "new", url)
    assert str(row["next_check_at"]) in str(row["why"])
    go("pause", COURIER)
    (row,) = rows(go("schedule", "--json", url))
    assert (row["next_check_at"], f"tracker resume {COURIER}" in str(row["why"])) == (None, True)
    path = folder / "sources.yaml"
    go("resume", COURIER)
    text = path.read_text()
    for schedule, said in (("fixed", "(schedule: fixed)"), ("adaptive", "(schedule: adaptive)")):
        path.write_text(text.replace(f"id: {COURIER}", f"id: {COURIER}\n  schedule: {schedule}"))
        assert said in go("schedule", url).stdout
    path.write_text(text.replace(f"id: {COURIER}", f"id: {COURIER}\n  active: false"))
    assert "switched off" in go("schedule", url).stdout
    path.write_text("contact: https://operator.example/bot\nsources: []\ndatabase: tracker.db\n")
    assert "no longer in the sources file" in go("schedule", url).stdout


def test_schedule_says_which_hint_waits_for_a_look_and_what_such_hints_are_worth(
    newsroom: Newsroom,  # noqa: F811
    folder: Path,
) -> None:
    go("check", "--discover-only")
    url = newsroom.url(slugs(newsroom)[0])
    go("check", url)
    with Store.open(folder / "tracker.db", write=True) as store:
        article, now = store.resolve(url), datetime(2026, 11, 24, 12, 3, tzinfo=UTC)
        store.bring_forward(article, now, Hint(PAGE, now).row())
    said = "; its page says that it was modified at 2026-11-24T12:03:00Z, yet its text was still the same"
    assert f"{said} (the first such hint).\n" in go("schedule", url).stdout
    with Store.open(folder / "tracker.db", write=True) as store:
        for right in (True, False, True):
            store.count_signal(COURIER, PAGE, right=right)
    (row,) = rows(go("schedule", "--json", url))
    assert str(row["why"]).endswith(f"{said} (2 of 3 such hints were right)")


def test_fit_needs_a_history_before_it_keeps_anything(newsroom: Newsroom, folder: Path) -> None:  # noqa: F811
    go("check")
    said = go("fit").stdout
    assert "100 changes are needed" in said
    assert not (folder / "tracker.fit.json").exists()


def test_fit_says_what_it_found_and_keeps_it_where_the_daemon_reads_it(
    newsroom: Newsroom,  # noqa: F811
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go("check")
    monkeypatch.setattr(Store, "lives", lambda self, limit: a_history(Prior(1.6, 0.5, 0.4), 300, 5))
    assert "only a look" in go("fit", "--dry-run").stdout
    (row,) = rows(go("fit", "--json"))
    assert row["enough"]
    assert Path(str(row["path"])).name == "tracker.fit.json"
    assert "`tracker reload` makes a running daemon use it" in go("fit").stdout
    assert fit.read(folder / "tracker.db").mean == pytest.approx(row["mean"])
