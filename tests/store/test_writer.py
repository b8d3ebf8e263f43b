"""The writer: order, groups, futures that tell the truth."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.world import HOUR, NOW, follow, history, result, says, told
from tracker.errors import NotFound, StoreError
from tracker.model import CheckResult, Found, Outcome, Via
from tracker.store import Store, Writer
from tracker.store.history import articles as stored_articles
from tracker.store.history import record, sources
from tracker.store.proof import integrity


def first(store: Store, article: int) -> CheckResult:
    return result(store, article, NOW, Outcome.NEW, says(headline=f"Story {article}"))


def test_results_are_committed_when_their_futures_are_done(store: Store) -> None:
    articles = [follow(store, f"a{n}") for n in range(5)]
    results = [first(store, a) for a in articles]
    with Writer(store) as writing, store.reader() as reader:
        futures = [writing.submit(r) for r in results]
        assert futures[-1].result(30) is None
        assert sources.counts(reader).versions == 5


def test_work_of_all_kinds_is_done_in_the_order_it_came(store: Store) -> None:
    article = follow(store)
    given = first(store, article)
    with Writer(store) as writing:
        counts = [writing.submit(lambda s: sources.counts(s).versions)]
        writing.submit(given)
        writing.submit(
            lambda s: stored_articles.found(
                s, "example-times", [Found("https://times.example/b", Via.FEED)], NOW, due_at=NOW
            )
        )
        counts.append(writing.submit(lambda s: stored_articles.articles(s)[0].version_count))
        assert [f.result(30) for f in counts] == [0, 0]
    assert sources.counts(store).articles == 2
    assert stored_articles.article(store, article).version_count == 1


def test_an_error_in_one_result_loses_no_other(store: Store) -> None:
    articles = [follow(store, f"a{n}") for n in range(4)]
    results = [first(store, a) for a in articles]
    results[1] = replace(results[1], article_id=999)
    results[2] = replace(results[2], state=replace(results[2].state, checks="many"))  # type: ignore[arg-type]

    def half(s: Store) -> None:
        sources.save_profile(s, "example-times", {"half": True})
        raise KeyError("half done")

    with Writer(store) as writing:
        blocker = threading.Event()
        gate = writing.submit(lambda s: blocker.wait(30))
        futures = [*map(writing.submit, results), writing.submit(half)]
        blocker.set()
        assert gate.result(30)
        errors = [f.exception(30) for f in futures]
    assert [type(e) for e in errors] == [type(None), NotFound, StoreError, type(None), StoreError]
    assert [stored_articles.article(store, a).version_count for a in articles] == [1, 0, 0, 1]
    assert sources.profile(store, "example-times") == {}
    assert sources.counts(store).versions == 2
    assert integrity.verify(store).finding is None


def test_what_gathers_while_one_group_is_written_is_the_next(store: Store) -> None:
    blocker, running = threading.Event(), threading.Event()
    said: list[str] = []
    store.db.conn.set_trace_callback(said.append)

    def hold(s: Store) -> None:
        running.set()
        blocker.wait(30)
        said.append("work")

    with Writer(store, group_size=10) as writing:
        writing.submit(hold)
        assert running.wait(30)
        for _ in range(25):
            writing.submit(lambda s: said.append("work"))
        blocker.set()
        writing.flush()
    groups = "".join({"work": "w", "commit": " "}.get(one, "") for one in said).split()
    assert [len(group) for group in groups] == [1, 10, 10, 5]


def test_a_group_that_cannot_be_committed_fails_as_a_whole(store: Store) -> None:
    article = follow(store)
    given = result(store, article, NOW, Outcome.NEW, says("x" * 500_000))
    store.db.execute("pragma max_page_count = 1")
    with Writer(store) as writing:
        error = writing.submit(replace(given, capture=None)).exception(30)
    assert isinstance(error, StoreError)
    assert "disk is full" in str(error)
    assert stored_articles.article(store, article).version_count == 0


def test_close_commits_what_is_queued_and_refuses_more(store: Store) -> None:
    articles = [follow(store, f"a{n}") for n in range(30)]
    results = [first(store, a) for a in articles]
    writing = Writer(store)
    futures = [writing.submit(r) for r in results]
    writing.close()
    writing.close()
    assert all(f.done() for f in futures)
    assert sources.counts(store).versions == 30
    with pytest.raises(StoreError, match="closed"):
        writing.submit(lambda s: None)


def test_work_that_was_cancelled_in_time_is_not_done(store: Store) -> None:
    article = follow(store)
    given = first(store, article)
    blocker = threading.Event()
    with Writer(store) as writing:
        writing.submit(lambda s: blocker.wait(30))
        follower = writing.submit(given)
        cancelled = follower.cancel()
        blocker.set()
        writing.flush()
        if cancelled:
            with pytest.raises(CancelledError):
                follower.result(30)
    assert stored_articles.article(store, article).version_count == (0 if cancelled else 1)


def test_a_reader_sees_no_half_group(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = told(store, [says()])
        second = result(store, article, NOW + HOUR, Outcome.CHANGED, says(headline="Pier stays open"))
        seen: list[int] = []

        def look(s: Store) -> None:
            with s.reader() as reader:
                seen.append(stored_articles.article(reader, article).version_count)

        assert record.commit_group(store, [second, look])[1] is None
        look(store)
        assert seen == [1, 2]
