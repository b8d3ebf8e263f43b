"""The daemon, in this process, on a driven clock: it finds, checks, survives, reloads and ends."""

import asyncio
import json
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fresh import fresh
from tests.scheduler.world import EIGHT, Inline
from tests.waiting import HANG, until
from tracker.config import Config, load
from tracker.errors import AlreadyRunning, StoreError
from tracker.model import Capture, RecordedChange
from tracker.newsroom import Newsroom
from tracker.newsroom.faults import Fault
from tracker.scheduler.clock import DrivenClock
from tracker.scheduler.process.daemon import Daemon
from tracker.scheduler.process.dispatch import Dispatcher
from tracker.store import Store, Writer
from tracker.store.history import articles, sources
from tracker.store.proof import integrity
from tracker.store.queue import queue

pytestmark = [pytest.mark.slow, pytest.mark.clock]

GULLS = "mayor-gulls"
SPEED = 3600.0


class Watch(logging.Handler):
    """Hears the daemon's log and knows when a line has been said."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.news = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.news.set()

    async def until(self, what: Callable[[list[str]], bool]) -> None:
        """Wait for the log to say it."""
        async with asyncio.timeout(HANG):
            while not what(self.lines):
                self.news.clear()
                await self.news.wait()

    async def says(self, *words: str, times: int = 1) -> None:
        """Wait for lines with all these words."""
        await self.until(lambda lines: sum(all(w in line for w in words) for line in lines) >= times)


@pytest.fixture
def watch() -> AsyncIterator[Watch]:
    logger, handler = logging.getLogger("tracker"), Watch()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler  # type: ignore[misc]
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


@asynccontextmanager
async def running(
    folder: Path,
    *,
    only: str = "harbour-courier",
    change: Callable[[Config], Config] = lambda c: c,
    engine: Inline | None = None,
) -> AsyncIterator[tuple[Newsroom, Daemon, Config, list[RecordedChange]]]:
    """A daemon at work on one outlet of the newsroom; it is stopped, and must end well, when the test ends."""
    clock = DrivenClock(EIGHT, SPEED)
    newsroom = Newsroom(clock, edits=())
    async with newsroom.serving():
        path = folder / "sources.yaml"
        mapping = newsroom.config(database=fresh(folder / "tracker.db"))
        mapping["sources"] = [source for source in mapping["sources"] if source["id"] == only]
        path.write_text(json.dumps(mapping))
        heard: list[RecordedChange] = []
        daemon = Daemon(
            change(load(path)),
            clock=clock,
            on_change=heard.append,
            reload=lambda: change(load(path)),
            engine=engine or Inline(),
        )
        task = asyncio.create_task(daemon.run())
        yield newsroom, daemon, load(path), heard
        daemon.stop()
        assert await asyncio.wait_for(task, HANG) == 0


async def test_it_finds_what_is_published_and_hears_of_edits(tmp_path: Path, watch: Watch) -> None:
    async with running(tmp_path) as (newsroom, _, config, heard):
        await watch.says("checked", "outcome=new", times=len(newsroom.stories("harbour-courier")))
        newsroom.edit(GULLS, headline="Mayor's gull figures questioned")
        await watch.says("outcome=changed", "source=harbour-courier")
        newsroom.publish("late-news", headline="Late news", body=[f"Line {n} of the late news." for n in range(9)])
        await watch.says("outcome=new", times=len(newsroom.stories("harbour-courier")))
    assert [change.headline for change in heard] == ["Mayor's gull figures questioned"]
    assert watch.lines[-1].startswith("tracker stopped")
    with Store.open(config.database) as store:
        assert articles.resolve(store, newsroom_url(store, "late-news"))


async def test_a_second_signal_does_not_cut_the_closing_short(
    tmp_path: Path,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    close, sent = Writer.close, []

    def impatient(writer: Writer) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(os.getpid(), number)
            sent.append(number)
        close(writer)

    monkeypatch.setattr(Writer, "close", impatient)
    async with running(tmp_path):
        await watch.says("outcome=new")
        os.kill(os.getpid(), signal.SIGTERM)
        await watch.says("tracker stopped")
    assert len(sent) == 3


async def test_nothing_of_a_daemon_that_is_cancelled_goes_on(tmp_path: Path, watch: Watch) -> None:
    clock, made = DrivenClock(EIGHT, SPEED), []
    newsroom = Newsroom(clock, edits=())
    async with newsroom.serving():
        path = tmp_path / "sources.yaml"
        path.write_text(json.dumps(newsroom.config(database=tmp_path / "tracker.db")))
        daemon = Daemon(load(path), clock=clock, engine=Inline())
        ticks = daemon._ticks
        daemon._ticks = lambda *runtime: made.append(ticks(*runtime)) or made[-1]  # type: ignore[method-assign]
        task = asyncio.create_task(daemon.run())
        await watch.says("outcome=new")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, HANG)
        assert [each.running for each in made] == [False]
        ours = [each for each in asyncio.all_tasks() if "tracker/scheduler" in each.get_coro().cr_code.co_filename]  # type: ignore[union-attr]
        assert ours == []
        # The history is closed and whole: another may take it at once.
        with Store.open(tmp_path / "tracker.db", write=True) as store:
            assert integrity.verify(store).finding is None
            assert sources.counts(store).versions > 0
    assert not [line for line in watch.lines if "fault" in line or "failed" in line]


def newsroom_url(store: Store, slug: str) -> str:
    return next(article.url for article in articles.articles(store) if slug in article.url)


async def test_why_robots_txt_is_not_obeyed_is_said_at_the_start(tmp_path: Path, watch: Watch) -> None:
    def unbound(config: Config) -> Config:
        return replace(config, sources=(replace(config.sources[0], robots_ignored="agreed in writing"),))

    async with running(tmp_path, change=unbound):
        await watch.says("robots.txt is not obeyed", "source=harbour-courier", "agreed in writing")
    (obeying := tmp_path / "obeying").mkdir()
    async with running(obeying):
        await watch.says("outcome=new")
    assert sum("robots.txt is not obeyed" in line for line in watch.lines) == 1


async def test_what_cannot_be_reached_is_said_once_and_so_is_its_recovery(tmp_path: Path, watch: Watch) -> None:
    async with running(tmp_path) as (newsroom, _, _, _):
        newsroom.fail("/feeds/all.rss", Fault.EMPTY)
        for feed in newsroom.outlet("harbour-courier").feeds:
            newsroom.fail(feed, Fault.STATUS, status=404)
        await watch.says("cannot discover", "source=harbour-courier", "404")
        asked = len(newsroom.requests)
        await until(lambda: sum(v.status == 404 for v in newsroom.requests[asked:]) >= 3)
        assert sum("cannot discover" in line for line in watch.lines) == len(newsroom.outlet("harbour-courier").feeds)
        newsroom.heal()
        await watch.says("discovery works again", "source=harbour-courier")


class FailsOnGulls(Inline):
    """An engine with a fault that one article's page brings out."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if isinstance(arguments[0], Capture) and "gulls" in arguments[0].url:
            raise RuntimeError("a fault planted by the test")
        return await super().run(function, *arguments)


async def test_one_article_that_fails_does_not_stop_the_others(tmp_path: Path, watch: Watch) -> None:
    async with running(tmp_path, engine=FailsOnGulls()) as (newsroom, _, config, _):
        await watch.says("outcome=new", times=len(newsroom.stories("harbour-courier")) - 1)
        await watch.says("fault of ours")
    with Store.open(config.database) as store:
        state = queue.state(store, articles.resolve(store, newsroom_url(store, "gulls")))
    assert state.outcome is not None
    assert state.outcome.value == "worker"
    assert state.next_check_at is not None
    assert state.last_check_at is not None
    assert state.next_check_at - state.last_check_at >= timedelta(minutes=4)


async def test_a_database_that_fails_is_said_once_and_worked_through(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, broken = Dispatcher.tick, 5

    def locked(dispatcher: Dispatcher) -> None:
        nonlocal broken
        broken -= 1
        if broken >= 0:
            raise StoreError("the database is locked by a stranger")
        real(dispatcher)

    monkeypatch.setattr(Dispatcher, "tick", locked)
    async with running(tmp_path):
        await watch.says("tick works again", "dispatch")
        await watch.says("outcome=new")
    assert sum("a tick failed" in line for line in watch.lines) == 1


async def test_sighup_takes_new_sources_and_keeps_the_old_when_the_file_is_wrong(tmp_path: Path, watch: Watch) -> None:
    async with running(tmp_path) as (newsroom, _, _, _):
        await watch.says("tracker runs")
        path = tmp_path / "sources.yaml"
        good = path.read_text()
        path.write_text(good.replace('"sources"', '"sauces"'))
        os.kill(os.getpid(), signal.SIGHUP)
        await watch.says("new configuration was not taken", "sauces")
        path.write_text(json.dumps(newsroom.config(database=tmp_path / "tracker.db")))
        os.kill(os.getpid(), signal.SIGHUP)
        await watch.says("configuration reloaded", "sources=3")
        await watch.says("found", "source=talbote")
        path.write_text(good)
        os.kill(os.getpid(), signal.SIGHUP)
        await watch.says("configuration reloaded", "sources=1")


async def test_sigterm_ends_it(tmp_path: Path, watch: Watch) -> None:
    async with running(tmp_path):
        await watch.says("tracker runs")
        os.kill(os.getpid(), signal.SIGTERM)
        await watch.says("tracker stopped")


async def test_the_service_manager_is_told(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "300000")
        loop = asyncio.get_running_loop()
        async with running(tmp_path), asyncio.timeout(HANG):
            said = [await loop.sock_recv(manager, 4096) for _ in range(4)]
        assert b"READY=1" in said
        assert b"WATCHDOG=1" in said
        rest = []
        while not rest or rest[-1] != b"STOPPING=1":
            rest.append(manager.recv(4096))


async def test_the_watchdog_goes_hungry_when_the_dispatcher_does_not_tick(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(_: Dispatcher) -> None:
        raise StoreError("nothing can be read")

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "600000")
        loop = asyncio.get_running_loop()
        async with running(tmp_path):
            async with asyncio.timeout(HANG):
                while await loop.sock_recv(manager, 4096) != b"WATCHDOG=1":
                    pass
            monkeypatch.setattr(Dispatcher, "tick", stuck)
            async with asyncio.timeout(HANG):
                silent = False
                while not silent:  # fed until the last good tick is 0.6 s old, then never again
                    try:
                        await asyncio.wait_for(loop.sock_recv(manager, 4096), 1.0)
                    except TimeoutError:
                        silent = True
            await watch.says("a tick failed", "dispatch")


async def test_a_reload_is_told_to_the_service_manager(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        async with running(tmp_path):
            await watch.says("tracker runs")
            os.kill(os.getpid(), signal.SIGHUP)
            await watch.says("configuration reloaded")
        said = []
        while not said or said[-1] != b"STOPPING=1":
            said.append(manager.recv(4096))
    told = [message.partition(b"\n")[0] for message in said if not message.startswith(b"STATUS")]
    assert told == [b"READY=1", b"RELOADING=1", b"READY=1", b"STOPPING=1"]


async def test_a_second_daemon_is_refused(tmp_path: Path, watch: Watch) -> None:
    async with running(tmp_path) as (_, _, config, _):
        await watch.says("tracker runs")
        with pytest.raises(AlreadyRunning):
            await Daemon(config, workers=1).run()


async def test_it_ends_by_itself_after_its_time(tmp_path: Path, watch: Watch) -> None:
    async with running(tmp_path) as (_, daemon, config, _):
        await watch.says("tracker runs")
        daemon.stop()
        await watch.says("tracker stopped")
        assert await Daemon(replace(config, sources=()), workers=1).run(limit=0.05) == 0


async def test_without_a_way_to_reload_it_says_so(tmp_path: Path, watch: Watch) -> None:
    async with running(tmp_path) as (_, daemon, _, _):
        await watch.says("tracker runs")
        daemon._reload = None
        os.kill(os.getpid(), signal.SIGHUP)
        await watch.says("nobody said from where")


async def test_it_ends_with_a_failure_when_one_of_its_tasks_fails(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd starts again only what ended with a failure."""

    async def broken(self: Dispatcher, errand: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Dispatcher, "_serve", broken)
    newsroom = Newsroom(DrivenClock(EIGHT, SPEED), edits=())
    async with newsroom.serving():
        path = tmp_path / "sources.yaml"
        path.write_text(json.dumps(newsroom.config(database=tmp_path / "tracker.db")))
        assert await Daemon(load(path), clock=newsroom.clock, engine=Inline()).run(limit=HANG) == 1
    await watch.says("a task of the daemon ended by itself")
