"""One pass over real sources into a real database, with real worker processes where they matter."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scheduler.world import HandClock, Inline
from tracker import __version__
from tracker.config import Alert, Config, load
from tracker.errors import AlreadyRunning, NotFound, StoreError
from tracker.model import Outcome, RecordedChange, SourceEventKind
from tracker.newsroom import Newsroom
from tracker.newsroom.faults import Fault
from tracker.scheduler.process import once
from tracker.store import Store
from tracker.store.history import sources

pytestmark = pytest.mark.slow

GULLS = "mayor-gulls"


@asynccontextmanager
async def open_newsroom(folder: Path) -> AsyncIterator[tuple[Newsroom, Config, HandClock]]:
    """The newsroom and the configuration that follows it."""
    clock = HandClock()
    newsroom = Newsroom(clock, edits=())
    async with newsroom.serving():
        path = folder / "sources.yaml"
        path.write_text(json.dumps(newsroom.config(database=folder / "tracker.db")))
        yield newsroom, load(path), clock


async def test_a_pass_discovers_everything_checks_it_and_reports_progress(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (newsroom, config, clock):
        seen: list[once.Progress] = []
        summary = await once.run(config, clock=clock, progress=seen.append, workers=1)
        published = len(newsroom.stories())
        assert summary.found == summary.checked == published
        assert summary.outcomes == {Outcome.NEW: published}
        assert summary.problems == []
        assert [p.done for p in seen if p.stage == "discover"] == [0, 1, 2, 3]
        assert [p.done for p in seen if p.stage == "check"] == list(range(published + 1))
        with Store.open(config.database) as store:
            assert sources.counts(store).versions == published
        again = await once.run(config, clock=clock, engine=Inline())
        assert (again.found, again.checked) == (0, 0)


async def test_force_checks_what_is_not_due_and_finds_the_edit(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (newsroom, config, clock):
        await once.run(config, clock=clock, engine=Inline())
        newsroom.edit(GULLS, headline="Mayor's gull figures questioned")
        clock.pass_(seconds=30)
        heard: list[RecordedChange] = []
        summary = await once.run(config, clock=clock, force=True, on_change=heard.append, engine=Inline())
        assert summary.checked == len(newsroom.stories())
        (change,) = summary.changes
        assert change.headline == "Mayor's gull figures questioned"
        assert heard == summary.changes


async def test_what_is_named_is_checked_and_nothing_else(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (newsroom, config, clock):
        await once.run(config, clock=clock, check=False, engine=Inline())
        with Store.open(config.database) as store:
            assert sources.counts(store).versions == 0
        asked = len(newsroom.requests)
        summary = await once.run(config, clock=clock, references=[newsroom.url(GULLS)], engine=Inline())
        assert summary.checked == 1
        assert {visit.path for visit in newsroom.requests[asked:]} <= {"/robots.txt", _path(newsroom.url(GULLS))}
        whole = await once.run(config, clock=clock, references=["talbote"], engine=Inline())
        assert whole.checked == len(newsroom.stories("talbote"))
        with pytest.raises(NotFound, match="talbote"):
            await once.run(config, clock=clock, references=["nowhere"], engine=Inline())


async def test_a_pass_that_only_discovers_tells_of_a_source_that_broke(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (_, config, clock):
        out = tmp_path / "alerts.jsonl"
        [first, *_] = config.sources
        ill = replace(first, feeds=(first.feeds[0] + ".not-there",), sitemaps=(), sections=())
        alert = Alert(f"file://{out}", events=(SourceEventKind.BROKEN,))
        config = replace(config, sources=(ill,), alerts=(alert,))
        for _ in range(3):
            await once.run(config, clock=clock, check=False, engine=Inline())
            clock.pass_(hours=1)
    [line] = out.read_text().splitlines()
    assert (json.loads(line)["event"], json.loads(line)["source"]) == ("broken", first.id)


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


async def test_a_source_that_cannot_be_read_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (newsroom, config, clock):
        newsroom.fail("talbote", Fault.STATUS, status=500)
        summary = await once.run(config, clock=clock, engine=Inline())
        assert {source for source, _ in summary.problems} == {"talbote"}
        assert any("500" in problem for _, problem in summary.problems)
        assert summary.checked == len(newsroom.stories("harbour-courier")) + len(newsroom.stories("cronica"))


async def test_failed_checks_are_listed_with_their_reason(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (newsroom, config, clock):
        newsroom.fail(GULLS, Fault.CONSENT)
        summary = await once.run(config, clock=clock, references=["harbour-courier"], engine=Inline())
        ((url, outcome, error),) = summary.failures
        assert (url, outcome) == (newsroom.url(GULLS), Outcome.CONSENT)
        assert "consent" in error


async def test_an_inactive_source_is_neither_discovered_nor_checked(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (newsroom, config, clock):
        only = [replace(s, active=s.id == "cronica") for s in config.sources]
        summary = await once.run(replace(config, sources=tuple(only)), clock=clock, force=True, engine=Inline())
        assert summary.checked == len(newsroom.stories("cronica"))
        assert {visit.outlet for visit in newsroom.requests} == {"cronica"}


async def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (_, config, clock):
        with Store.open(config.database, write=True), pytest.raises(AlreadyRunning):
            await once.run(config, clock=clock, engine=Inline())


async def test_an_article_keeps_being_checked_after_it_left_the_feed(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as (newsroom, config, clock):
        await once.run(config, clock=clock, engine=Inline())
        bare = [replace(s, feeds=(), sitemaps=()) for s in config.sources]
        newsroom.edit(GULLS, headline="Mayor's gull figures questioned")
        clock.pass_(days=2)
        summary = await once.run(replace(config, sources=tuple(bare)), clock=clock, engine=Inline())
        assert [change.headline for change in summary.changes] == ["Mayor's gull figures questioned"]
        assert summary.changes[0].before - summary.changes[0].after > timedelta(days=1)


async def test_a_full_disk_is_said_as_it_is(tmp_path: Path) -> None:
    """Sources are read side by side, but what stops one of them is said by itself, not as a group's."""
    async with open_newsroom(tmp_path) as (_, config, clock):
        with Store.open(config.database, write=True) as store:
            refused = "select raise(abort, 'database or disk is full')"
            store.db.conn.execute(f"create trigger refused before insert on articles begin {refused}; end")
        with pytest.raises(StoreError, match="disk is full"):
            await once.run(config, clock=clock, engine=Inline())


@pytest.mark.parametrize(
    ("contact", "said"), [("https://operator.example/bot", " (+https://operator.example/bot)"), ("", "")]
)
async def test_every_request_says_who_asks_and_where_to_reach_them(tmp_path: Path, contact: str, said: str) -> None:
    async with open_newsroom(tmp_path) as (newsroom, config, clock):
        await once.run(replace(config, contact=contact), clock=clock, engine=Inline())
        agents = {value for v in newsroom.requests for name, value in v.headers.items() if name.lower() == "user-agent"}
        assert agents == {f"article-tracker/{__version__}{said}"}
