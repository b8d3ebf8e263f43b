"""Results that come twice, late or in another order: none is recorded but the one that follows what is known."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.world import HOUR, NOW, follow, history, page, result, says
from tracker.errors import Outdated
from tracker.model import CheckResult, Outcome
from tracker.store import Store
from tracker.store.history import record, versions
from tracker.store.proof import integrity
from tracker.store.queue import queue

SAID = [says(headline=f"Pier: {number} dead") for number in range(3)]
DAY = [
    (Outcome.NEW, SAID[0]),
    (Outcome.UNCHANGED, None),
    (Outcome.UNCHANGED, None),
    (Outcome.CHANGED, SAID[1]),
    (Outcome.SERVER_ERROR, None),
    (Outcome.CHANGED, SAID[0]),
    (Outcome.CHANGED, SAID[2]),
]

Rows = dict[str, list[str]]


@contextmanager
def a_history() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder, history(Path(folder)) as store:
        yield store


def a_day(store: Store, *, every: timedelta = HOUR) -> list[CheckResult]:
    """The results of a day's checks of a new article, each recorded in its turn."""
    article, results = follow(store), []
    for number, (outcome, content) in enumerate(DAY):
        made = result(store, article, NOW + number * every, outcome, content)
        record.record(store, made)
        results.append(made)
    return results


def everything(store: Store) -> Rows:
    """Every row of every table, in both files."""
    names = store.db.execute(
        "select 'main.' || quote(name) from main.sqlite_schema where type = 'table' union all "
        "select 'captures.' || quote(name) from captures.sqlite_schema where type = 'table'"
    ).fetchall()
    return {name: sorted(map(repr, store.db.execute(f"select * from {name}"))) for (name,) in names}


@dataclass(frozen=True, repr=False)
class Day:
    """A day's results, and every row once they are recorded."""

    results: list[CheckResult]
    rows: Rows


@pytest.fixture(scope="module")
def day() -> Day:
    with a_history() as store:
        return Day(a_day(store), everything(store))


deliveries = st.lists(st.lists(st.integers(0, len(DAY) - 1), min_size=1, max_size=6), max_size=6)


@settings(max_examples=30)
@given(again=deliveries)
def test_what_comes_again_changes_nothing(day: Day, again: list[list[int]]) -> None:
    results, wanted = day.results, day.rows
    with a_history() as store:
        follow(store)
        record.commit_group(store, results)
        for group in again:
            answers = record.commit_group(store, [results[i] for i in group])
            assert all(isinstance(answer, Outdated) for answer in answers)
        assert everything(store) == wanted


@settings(max_examples=30)
@given(before=deliveries)
def test_whatever_came_too_early_or_twice_the_history_is_the_undisturbed_one(day: Day, before: list[list[int]]) -> None:
    results, wanted = day.results, day.rows
    with a_history() as store:
        follow(store)
        for group in before:
            record.commit_group(store, [results[i] for i in group])
        for made in results:
            record.commit_group(store, [made, made])
        assert everything(store) == wanted
        assert integrity.verify(store).finding is None


def test_a_result_that_skips_one_is_refused_and_says_why(store: Store, day: Day) -> None:
    article, results = follow(store), day.results
    record.record(store, results[0])
    with pytest.raises(Outdated, match=f"article {article}: another check of it was recorded"):
        record.record(store, results[3])
    assert [v.number for v in versions.versions(store, article)] == [1]


def test_two_checks_of_one_second_are_two(store: Store) -> None:
    results = a_day(store, every=timedelta(0))
    assert queue.state(store, results[0].article_id).checks == len(DAY)
    with pytest.raises(Outdated):
        record.record(store, results[-1])


def test_a_refused_result_leaves_no_capture(store: Store) -> None:
    made = result(store, follow(store), NOW, Outcome.NEW, SAID[0])
    record.record(store, made)
    assert made.capture is not None
    other = replace(made, capture=replace(made.capture, body=page(SAID[1])))
    before = everything(store)
    assert isinstance(record.commit_group(store, [other])[0], Outdated)
    assert everything(store) == before
