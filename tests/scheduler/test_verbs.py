"""A running daemon that is asked: what it does, what it says, and that nothing of it is lost or done twice."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.scheduler.test_daemon import GULLS, Watch, running, watch  # noqa: F401 (a fixture)
from tests.waiting import HANG
from tracker.config import Config
from tracker.errors import NotFound, TrackerError, UsageError
from tracker.newsroom import Newsroom
from tracker.scheduler.process import control, messages, verbs
from tracker.scheduler.process.reload import Reloaded
from tracker.store import Store
from tracker.store.history import articles
from tracker.store.history import sources as stored_sources
from tracker.store.history import versions as stored_versions
from tracker.store.queue import pauses

A = TypeVar("A")

pytestmark = [pytest.mark.slow, pytest.mark.clock]

COURIER = "harbour-courier"


class Steered:
    """A running daemon and the way to ask it."""

    def __init__(self, newsroom: Newsroom, config: Config) -> None:
        self.newsroom, self.config = newsroom, config

    async def ask(self, request: messages.DaemonRequest[A]) -> A:
        told = await asyncio.to_thread(messages.ask, self.config.database, request)
        assert told is not None
        return told

    @property
    def followed(self) -> int:
        """How many articles the daemon knows; the newsroom goes on publishing meanwhile."""
        with Store.open(self.config.database) as store:
            return stored_sources.health(store, COURIER).articles

    @property
    def visits(self) -> int:
        return len(self.newsroom.requests)


@asynccontextmanager
async def steered(folder: Path, watch: Watch, **named: Any) -> AsyncIterator[Steered]:  # noqa: F811
    async with running(folder, **named) as (newsroom, _, config, _):
        await watch.says("outcome=new", times=len(newsroom.stories(COURIER)))
        yield Steered(newsroom, config)


async def test_it_tells_how_it_is_doing(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    async with steered(tmp_path, watch) as daemon:
        told = await daemon.ask(messages.StatusRequest())
        assert told.sources == 1
        assert told.checks >= 1
        assert told.last_commit_at is not None
        assert told.last_commit_at <= told.now
        assert told.memory_bytes > 10_000_000
        assert (told.paused, told.problems) == ({}, {})
        assert told.due_counted_to == pauses.MOST
        assert told.next_check_at is None or told.next_check_at > told.started_at
        assert all(lane.host.startswith("127.0.0.1:") for lane in told.lanes)


async def test_what_is_named_is_looked_at_now_and_the_edit_is_committed(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    async with steered(tmp_path, watch) as daemon:
        daemon.newsroom.edit(GULLS, headline="Mayor's gull figures questioned")
        url = daemon.newsroom.url(GULLS)
        told = await daemon.ask(messages.CheckRequest(references=(url,)))
        with Store.open(daemon.config.database) as store:
            summary = verbs.summary_of(told, store)
            versions = [v.content.headline for v in stored_versions.versions(store, articles.resolve(store, url))]
        assert summary.checked == 1
        assert versions[1:] == ["Mayor's gull figures questioned"], "seen once, whoever looked first"
        assert (await daemon.ask(messages.CheckRequest(references=(url,)))).changes == ()


async def test_a_source_is_discovered_and_looked_at_whole(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    async with steered(tmp_path, watch) as daemon:
        daemon.newsroom.publish("late-news", headline="Late news", body=[f"Line {n} of late news." for n in range(9)])
        before = daemon.followed
        told = await daemon.ask(messages.CheckRequest(references=(COURIER,)))
        assert before < told.checked <= daemon.followed
        assert told.problems == ()
        with Store.open(daemon.config.database) as store:
            assert stored_versions.versions(store, articles.resolve(store, daemon.newsroom.url("late-news")))


async def test_without_a_name_everything_that_is_due_is_looked_at(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    async with steered(tmp_path, watch) as daemon:
        told = await daemon.ask(messages.CheckRequest(references=(), check=False))
        assert (told.checked, told.problems) == (0, ())
        before = daemon.followed
        forced = await daemon.ask(messages.CheckRequest(references=(), force=True, discover=False))
        assert before <= forced.checked <= daemon.followed


async def test_an_address_is_followed_and_visited(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    async with steered(tmp_path, watch) as daemon:
        url = daemon.newsroom.url(daemon.newsroom.stories("talbote")[0].slug)
        told = await daemon.ask(messages.AddRequest(source=COURIER, url=url))
        assert told.new
        assert await daemon.ask(messages.AddRequest(source=COURIER, url=url)) == messages.Followed(
            told.article, new=False
        )
        await watch.says("outcome=new", f"article={told.article} ")


async def test_what_is_forgotten_is_gone_also_while_it_is_in_flight(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    async with steered(tmp_path, watch) as daemon:
        with Store.open(daemon.config.database) as store:
            article = articles.resolve(store, daemon.newsroom.url(GULLS))
        check = asyncio.create_task(daemon.ask(messages.CheckRequest(references=(str(article),))))
        assert await daemon.ask(
            messages.ForgetRequest(article=article, reason="asked by a lawyer")
        ) == messages.Forgotten(article)
        await asyncio.gather(check, return_exceptions=True)
        with Store.open(daemon.config.database) as store, pytest.raises(NotFound):
            articles.article(store, article)
        with pytest.raises(NotFound):
            await daemon.ask(messages.ForgetRequest(article=article, reason="again"))
        assert not daemon.config.database.with_name("tracker.db-wal").read_bytes().count(b"gull figures")


async def test_a_paused_source_is_not_visited_until_it_is_resumed(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    async with steered(tmp_path, watch) as daemon:
        assert await daemon.ask(messages.PauseRequest(source=COURIER)) == messages.Rested(COURIER, changed=True)
        assert await daemon.ask(messages.PauseRequest(source=COURIER)) == messages.Rested(COURIER, changed=False)
        await in_flight_ends(daemon)
        before, checks = daemon.visits, (await daemon.ask(messages.StatusRequest())).checks
        for _ in range(20):
            told = await daemon.ask(messages.StatusRequest())
            await asyncio.sleep(0.05)  # an hour of the daemon's clock is a second
        assert (daemon.visits, told.checks, told.due) == (before, checks, 0)
        assert list(told.paused) == [COURIER]
        assert await daemon.ask(messages.ResumeRequest(source=COURIER)) == messages.Rested(COURIER, changed=True)
        await watch.says("checked", times=sum("checked" in line for line in watch.lines) + 1)
    with Store.open(daemon.config.database) as store:
        assert pauses.paused(store) == {}


async def in_flight_ends(daemon: Steered) -> None:
    """Wait until nothing is under way any more."""
    async with asyncio.timeout(HANG):
        while (told := await daemon.ask(messages.StatusRequest())).in_flight or told.discovering:
            await asyncio.sleep(0.02)


async def test_a_pause_outlives_the_daemon(tmp_path: Path, watch: Watch) -> None:  # noqa: F811
    async with steered(tmp_path, watch) as daemon:
        await daemon.ask(messages.PauseRequest(source=COURIER))
    async with running(tmp_path) as (newsroom, _, config, _):
        await watch.says("tracker runs", times=2)
        told = await Steered(newsroom, config).ask(messages.StatusRequest())
        assert list(told.paused) == [COURIER]
        assert newsroom.requests == []


async def test_a_reload_is_taken_whole_or_not_at_all_and_says_what_a_restart_is_needed_for(
    tmp_path: Path,
    watch: Watch,  # noqa: F811
) -> None:
    contact = "https://operator.example/bot"

    def change(config: Config) -> Config:
        return replace(config, contact=contact)

    async with steered(tmp_path, watch, change=change) as daemon:
        path = tmp_path / "sources.yaml"
        good = json.loads(path.read_text())
        path.write_text(json.dumps(good | {"sauces": []}))
        told = await daemon.ask(messages.ReloadRequest())
        assert (told.applied, told.sources) == (False, 1)
        assert "sauces" in told.reason
        contact = "https://somebody.example/else"
        path.write_text(json.dumps(good | {"sources": daemon.newsroom.config(database=path)["sources"]}))
        for _ in range(2):  # what awaits a restart is said again until it has come
            told = await daemon.ask(messages.ReloadRequest())
            assert told == Reloaded(applied=True, sources=3, restart=("contact",))
        await watch.says("found", "source=talbote")
        assert "settings=contact" in "".join(watch.lines)


async def test_a_configuration_that_the_database_does_not_take_changes_nothing(
    tmp_path: Path,
    watch: Watch,  # noqa: F811
) -> None:
    async with steered(tmp_path, watch) as daemon:
        with closing(sqlite3.connect(daemon.config.database)) as db:
            refused = "select raise(abort, 'database or disk is full')"
            db.execute(f"create trigger refused before update on sources begin {refused}; end")
        good = json.loads((tmp_path / "sources.yaml").read_text())
        (tmp_path / "sources.yaml").write_text(json.dumps(good | {"sources": []}))
        told = await daemon.ask(messages.ReloadRequest())
        assert (told.applied, told.sources) == (False, 1)
        assert "disk is full" in told.reason
        assert (await daemon.ask(messages.StatusRequest())).sources == 1


@pytest.mark.parametrize(
    ("name", "verb", "arguments", "kind", "said"),
    [
        ("an unknown verb", "stop", {}, UsageError, "no verb 'stop'"),
        ("no text", "pause", {}, UsageError, "pause needs source"),
        ("a number for a text", "add", {"source": 7}, UsageError, "add needs source"),
        ("a text for a list", "check", {"references": "all"}, UsageError, "a list of texts"),
        ("a list of numbers", "check", {"references": [1]}, UsageError, "a list of texts"),
        ("a text for a flag", "check", {"force": "yes"}, UsageError, "true or false"),
        ("a flag for a number", "forget", {"article": True, "reason": "x"}, UsageError, "a number"),
        ("an unknown source", "pause", {"source": "nope"}, NotFound, f"it follows {COURIER}"),
        ("an unknown article", "check", {"references": ["999"]}, NotFound, "no article and no source"),
        ("an address that is none", "add", {"source": COURIER, "url": "ftp://x"}, NotFound, "no article is known"),
    ],
)
async def test_what_cannot_be_done_is_explained(
    name: str,
    verb: str,
    arguments: dict[str, Any],
    kind: type[TrackerError],
    said: str,
    tmp_path: Path,
    watch: Watch,  # noqa: F811
) -> None:
    async with running(tmp_path) as (_, _, config, _):
        await watch.says("tracker runs")
        with pytest.raises(kind, match=said):
            await asyncio.to_thread(control.ask, config.database, verb, **arguments)
