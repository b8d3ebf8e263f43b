"""Who is checked when: lines, checkers, and what happens when the database or a host cannot keep up."""

import asyncio
import json
import sqlite3
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.scheduler.world import a_crew, work_off, work_some
from tests.waiting import HANG, until
from tracker import extractor
from tracker.config import SourceConfig
from tracker.errors import StoreError, TrackerError
from tracker.model import Article, Found, Outcome, RevisitState, Via
from tracker.model.plain import to_plain
from tracker.scheduler.process.dispatch import OF_A_SOURCE, QUEUE_LENGTH, Dispatcher
from tracker.scheduler.process.once import Pass
from tracker.scheduler.process.runtime import Runtime
from tracker.store import Store
from tracker.store.history import articles as stored_articles
from tracker.store.history import sources, versions
from tracker.store.queue import pauses, queue
from tracker.store.upkeep import forget as store_forget


async def test_what_is_due_is_checked_once_and_then_no_longer_due(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime, checkers=3)
        await work_off(dispatcher)
        assert dispatcher.checked == len(world.newsroom.stories("harbour-courier"))
        assert queue.due(runtime.reader, world.clock.now(), 100) == []


async def test_a_tick_while_articles_are_in_flight_takes_none_of_them_again(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime, checkers=1)
        for _ in range(5):
            dispatcher.tick()
        assert dispatcher.in_flight == len(world.newsroom.stories("harbour-courier"))
        await work_off(dispatcher)
        assert dispatcher.checked == len(world.newsroom.stories("harbour-courier"))


async def test_a_host_is_never_served_by_two_hands(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (_, runtime):
        served = busiest = 0
        check = runtime.check

        async def counted(*arguments: Any, **named: Any) -> Any:
            nonlocal served, busiest
            served += 1
            busiest = max(busiest, served)
            try:
                return await check(*arguments, **named)
            finally:
                served -= 1

        runtime.check = counted  # type: ignore[method-assign]
        await work_off(Dispatcher(runtime, checkers=4))
        assert busiest == 1


async def test_what_does_not_fit_into_a_hosts_line_is_put_off_not_lost(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        published = len(world.newsroom.stories("harbour-courier"))
        dispatcher = Dispatcher(runtime, checkers=4, length=4)
        await work_off(dispatcher)
        assert dispatcher.checked == 4
        await asyncio.to_thread(runtime.writer.flush)
        assert queue.due(runtime.reader, world.clock.now(), 100) == []
        world.clock.pass_(minutes=1)
        assert len(queue.due(runtime.reader, world.clock.now(), 100)) == published - 4


async def test_a_crowded_host_serves_those_first_of_whom_most_is_expected(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await work_off(Dispatcher(runtime))
        await asyncio.to_thread(runtime.writer.flush)
        world.clock.pass_(hours=5)
        articles = stored_articles.articles(runtime.reader, "harbour-courier")
        lively = {articles[1].id, articles[4].id}
        for article in articles:
            state = queue.state(runtime.reader, article.id)
            busy = replace(state.rate, shape=9.0 if article.id in lively else 0.6)
            runtime.writer.submit(partial(set_rate, article_id=article.id, rate=busy))
        await asyncio.to_thread(runtime.writer.flush)
        served: list[int] = []
        check = runtime.check

        async def noted(article: Article, *arguments: Any, **named: Any) -> Any:
            served.append(article.id)
            return await check(article, *arguments, **named)

        runtime.check = noted  # type: ignore[method-assign]
        await work_off(Dispatcher(runtime, checkers=8, length=2))
        assert set(served) == lively
        await asyncio.to_thread(runtime.writer.flush)
        put_off = [
            queue.state(runtime.reader, article.id).next_check_at for article in articles if article.id not in lively
        ]
        assert all(at is not None and at > world.clock.now() for at in put_off)


def set_rate(store: Store, article_id: int, rate: RevisitState) -> None:
    """Let an article be due, with that belief."""
    store.db.execute(
        "update article_state set rate = ?, next_check_at = '2026-11-23T08:30:00Z' where article_id = ?",
        (json.dumps(to_plain(rate, brief=True)), article_id),
    )


async def test_a_host_is_visited_no_more_often_in_an_hour_than_its_source_allows(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        published = len(world.newsroom.stories("harbour-courier"))
        config = replace(runtime.config, sources=tuple(replace(source, hourly=3) for source in runtime.config.sources))
        await asyncio.wrap_future(runtime.use(config))
        dispatcher = Dispatcher(runtime, checkers=1)
        started, checked = world.clock.now(), []
        for _ in range(published // 3 + 2):
            await work_some(dispatcher)
            checked.append(dispatcher.checked)
            world.clock.moment = started + timedelta(hours=len(checked), minutes=len(checked))
        assert checked[:3] == [3, 6, 9]
        assert checked[-1] >= published


async def test_a_source_taken_out_is_neither_checked_nor_put_off_and_is_due_at_once_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        articles = stored_articles.articles(runtime.reader, "harbour-courier")
        planned = [queue.state(runtime.reader, article.id).next_check_at for article in articles]
        asked = len(world.newsroom.requests)
        for others in (
            tuple(replace(source, active=False) for source in world.config.sources),
            tuple(source for source in world.config.sources if source.id != "harbour-courier"),
        ):
            await asyncio.wrap_future(runtime.use(replace(world.config, sources=others)))
            dispatcher = Dispatcher(runtime)
            for _ in range(3):
                dispatcher.tick()
                world.clock.pass_(hours=30)
            assert dispatcher.in_flight == 0
        await asyncio.to_thread(runtime.writer.flush)
        assert len(world.newsroom.requests) == asked
        assert [queue.state(runtime.reader, article.id).next_check_at for article in articles] == planned
        await asyncio.wrap_future(runtime.use(world.config))
        await work_off(dispatcher)
        assert dispatcher.checked == len(articles)


async def test_a_source_left_while_its_articles_wait_in_line_is_not_visited_any_more(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        asked = len(world.newsroom.requests)
        dispatcher = Dispatcher(runtime)
        dispatcher.tick()
        assert dispatcher.in_flight > 0
        runtime.paused.add("harbour-courier")
        await work_off(dispatcher)
        assert (dispatcher.checked, len(world.newsroom.requests)) == (0, asked)
        assert queue.due(runtime.reader, world.clock.now(), 100), "it stays due"


async def test_a_crowd_of_a_source_that_rests_hides_nobody(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        await world.discover("talbote")
        await asyncio.wrap_future(
            runtime.writer.submit(lambda store: pauses.pause(store, "harbour-courier", world.clock.now()))
        )
        due = queue.due(runtime.reader, world.clock.now(), limit=3)
        assert {each.article.source_id for each in due} == {"talbote"}
        assert pauses.backlog(runtime.reader, world.clock.now()).due == len(world.newsroom.stories("talbote"))


async def visited(dispatcher: Dispatcher, *wishes: Coroutine[Any, Any, Any]) -> list[Any]:
    """What the wishes bring while checkers work."""
    tasks = [asyncio.create_task(wish) for wish in wishes]
    checkers = [asyncio.create_task(dispatcher.work()) for _ in range(dispatcher.checkers)]
    async with asyncio.timeout(HANG):
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    dispatcher.stop()
    await asyncio.gather(*checkers)
    return answers


async def test_a_wish_comes_before_what_waits_and_is_done_when_it_is_committed(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime, checkers=1)
        dispatcher.tick()
        last = queue.due(runtime.reader, world.clock.now(), 100)[-1]
        seen = len(world.newsroom.requests)
        ((result, recorded),) = await visited(dispatcher, dispatcher.visit(last.article))
        assert recorded.done()
        assert result.outcome is Outcome.NEW
        assert versions.current(runtime.reader, last.article.id) is not None
        pages = [visit.path for visit in world.newsroom.requests[seen:] if visit.path != "/robots.txt"]
        assert last.article.url.endswith(pages[0])


async def test_a_wish_during_a_check_of_the_same_article_looks_again_after_it(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime)
        due = queue.due(runtime.reader, world.clock.now(), 1)[0]
        wishes = [dispatcher.visit(due.article) for _ in range(2)]
        (first, _), (second, _) = await visited(dispatcher, wishes[0], delayed(begun(runtime), wishes[1]))
        assert (first.outcome, second.outcome) == (Outcome.NEW, Outcome.UNCHANGED)
        assert sources.counts(runtime.reader).versions == 1


async def delayed(checking: asyncio.Event, wish: Coroutine[Any, Any, Any]) -> Any:
    """A wish that comes when the article is being checked."""
    await checking.wait()
    return await wish


def begun(runtime: Runtime) -> asyncio.Event:
    """Set as soon as the runtime checks an article."""
    check, event = runtime.check, asyncio.Event()

    async def told(*arguments: Any, **named: Any) -> Any:
        event.set()
        return await check(*arguments, **named)

    runtime.check = told  # type: ignore[method-assign]
    return event


async def test_a_wish_visits_a_source_that_rests(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        runtime.paused.add("harbour-courier")
        dispatcher = Dispatcher(runtime)
        due = queue.due(runtime.reader, world.clock.now(), 1)[0]
        ((result, _),) = await visited(dispatcher, dispatcher.visit(due.article))
        assert result.outcome is Outcome.NEW


async def test_a_wish_that_comes_too_late_is_refused_and_one_that_waits_is_told(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime)
        due = queue.due(runtime.reader, world.clock.now(), 1)[0]
        waits = asyncio.create_task(dispatcher.visit(due.article))
        await asyncio.sleep(0)
        dispatcher.stop()
        for wish in (waits, dispatcher.visit(due.article)):
            with pytest.raises(TrackerError, match="tracker is stopping"):
                await wish


async def test_an_article_that_is_let_go_is_in_flight_no_more(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime)
        due = queue.due(runtime.reader, world.clock.now(), 100)
        dispatcher.tick()
        await dispatcher.release(due[0].article.id)
        dispatcher.tick()
        assert dispatcher.in_flight == len(due) - 1, "it is still due, but not taken again before it is forgotten"
        assert [(lane.waiting, lane.under_way) for lane in dispatcher.lanes()] == [(len(due) - 1, 0)]
        checking = begun(runtime)
        checkers = [asyncio.create_task(dispatcher.work()) for _ in range(2)]
        async with asyncio.timeout(HANG):
            await checking.wait()
            await dispatcher.release(due[1].article.id)
        assert versions.current(runtime.reader, due[1].article.id) is not None, "a check that has begun is waited for"
        dispatcher.stop()
        await asyncio.gather(*checkers[:2])


async def test_whoever_waits_for_an_article_hears_that_it_was_forgotten_and_the_others_are_checked(
    tmp_path: Path,
) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime)
        followed = stored_articles.articles(runtime.reader, "harbour-courier", limit=None)
        asked = asyncio.create_task(Pass(runtime, dispatcher.visit).run(["harbour-courier"], discover=False))
        await until(lambda: dispatcher.in_flight)
        first = min(article.id for article in followed)  # a host's articles are visited one after the other
        await dispatcher.release(first)
        forget = runtime.writer.submit(lambda store: store_forget.forget(store, first, "asked", world.clock.now()))
        await asyncio.wrap_future(forget)
        last = max(article.id for article in followed)  # and one whose turn has not come
        forget = runtime.writer.submit(lambda store: store_forget.forget(store, last, "asked", world.clock.now()))
        await asyncio.wrap_future(forget)
        checkers = [asyncio.create_task(dispatcher.work()) for _ in range(2)]
        async with asyncio.timeout(HANG):
            summary = await asked
        dispatcher.stop()
        await asyncio.gather(*checkers)
        (_, one), (_, other) = summary.problems
        assert one == f"article {first} was forgotten before it could be looked at"
        assert f"no article {last}" in other
        assert sources.counts(runtime.reader).versions == len(followed) - 2


async def test_a_lost_commit_does_not_make_the_site_pay(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        submit = runtime.writer.submit
        full = True

        def full_disk(work: Any) -> Future[Any]:
            if not full:
                return submit(work)
            future: Future[Any] = Future()
            future.set_exception(StoreError("the disk is full"))
            return future

        runtime.writer.submit = full_disk  # type: ignore[method-assign, assignment]
        dispatcher = Dispatcher(runtime)
        await work_off(dispatcher)
        asked = len(world.newsroom.requests)
        assert "the disk is full" in caplog.text
        for _ in range(10):
            dispatcher.tick()
        assert dispatcher.in_flight == 0
        assert len(world.newsroom.requests) == asked
        full = False
        world.clock.pass_(minutes=6)
        again = Dispatcher(runtime)
        await work_off(again)
        assert again.checked == len(world.newsroom.stories("harbour-courier"))
        assert sources.counts(runtime.reader).versions == again.checked


async def test_why_results_are_lost_is_known_until_one_is_committed_again(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        submit, dispatcher = runtime.writer.submit, Dispatcher(runtime)
        due = queue.due(runtime.reader, world.clock.now(), 1)[0]
        checkers, heard = [asyncio.create_task(dispatcher.work()) for _ in range(2)], []

        def full_disk(work: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(StoreError("the disk is full"))
            return future

        async with asyncio.timeout(HANG):
            for each in submit, full_disk, submit:
                runtime.writer.submit = each  # type: ignore[method-assign, assignment]
                await dispatcher.visit(due.article)
                heard.append(dispatcher.lost)
        dispatcher.stop()
        await asyncio.gather(*checkers)
        assert heard == ["", "the disk is full", ""]


async def test_the_beat_moves_only_with_a_tick_that_succeeded(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (_, runtime):
        dispatcher = Dispatcher(runtime)
        before = dispatcher.beat
        dispatcher.tick()
        moved = dispatcher.beat
        assert moved > before

        runtime.reader.db.conn.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        with pytest.raises(StoreError):
            dispatcher.tick()
        assert dispatcher.beat == moved


async def test_a_page_that_teaches_nothing_is_still_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(extractor, "learn", broken)
    async with a_crew(tmp_path) as (world, runtime):
        dispatcher = Dispatcher(runtime, checkers=1)
        await work_off(dispatcher)
        await asyncio.to_thread(runtime.writer.flush)
        assert dispatcher.outcomes == {"new": len(world.newsroom.stories("harbour-courier"))}
        assert all(
            article.version_count == 1 for article in stored_articles.articles(runtime.reader, "harbour-courier")
        )


async def test_a_crowd_at_one_host_hides_nobody_else(tmp_path: Path) -> None:
    async with a_crew(tmp_path) as (world, runtime):
        now, mine = world.clock.now(), stored_articles.articles(runtime.reader, "harbour-courier")
        crowd = SourceConfig(id="crowd", name="Crowd", feeds=("https://crowd.example/rss",))
        world.config = replace(world.config, sources=(*world.config.sources, crowd))
        await asyncio.wrap_future(runtime.use(world.config))

        def crowded(store: Store) -> None:
            founds = [Found(f"https://crowd.example/{n}", Via.FEED) for n in range(2000)]
            stored_articles.found(store, "crowd", founds, now, due_at=now - timedelta(hours=9))

        await asyncio.wrap_future(runtime.writer.submit(crowded))
        dispatcher = Dispatcher(runtime)
        dispatcher.tick()
        lanes = {lane.host: lane.waiting for lane in dispatcher.lanes()}
        assert lanes["crowd.example"] == QUEUE_LENGTH
        assert sum(waiting for host, waiting in lanes.items() if host != "crowd.example") == min(OF_A_SOURCE, len(mine))
        dispatcher.stop()
