"""What the pages ask: complete, in order, bounded, and never by reading a table that grows to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.world import HOUR, NOW, history, says, told
from tracker.model import ChangeClass, ChangeFilter, Told
from tracker.store import Store
from tracker.store.questions import pages
from tracker.store.questions.statistics import most_edited
from tracker.store.search import search

GROWING = (
    "articles|article_urls|article_state|versions|paragraphs|changes|change_tags|events|check_runs|"
    "source_hours|source_edits"
)
WINDOW = (NOW - HOUR, NOW + 100 * HOUR)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two outlets, 40 edits."""
    with history(tmp_path_factory.mktemp("pages")) as store:
        told(store, [says(f"The pier has {n} boats, the council said.", headline=f"Pier {n // 5}") for n in range(21)])
        told(store, [says(f"The mole has {n} gulls.") for n in range(21)], "mole", "example-post")
        yield store


class Watched:
    """A database whose every statement is explained before it runs."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.plans: list[str] = []

    def __enter__(self) -> Watched:
        self.statements: list[str] = []
        self.store.db.conn.set_trace_callback(self.statements.append)
        return self

    def __exit__(self, *_: object) -> None:
        self.store.db.conn.set_trace_callback(None)
        for statement in self.statements:
            if not statement.startswith("explain") and "select" in statement:
                rows = self.store.db.conn.execute(f"explain query plan {statement}").fetchall()
                self.plans += [f"{r[3]} <- {statement}" for r in rows]

    @property
    def scans(self) -> list[str]:
        return [p for p in self.plans if re.match(rf"SCAN ({GROWING}|[a-ln-z])\b(?! VIRTUAL| USING)", p)]

    @property
    def sorts(self) -> list[str]:
        return [p for p in self.plans if p.startswith("USE TEMP B-TREE FOR ORDER BY")]


@pytest.mark.parametrize(
    "wanted",
    [
        ChangeFilter(),
        ChangeFilter(noise=True),
        ChangeFilter(sources=("example-times",)),
        ChangeFilter(article_id=1),
        ChangeFilter(tags=("number",)),
        ChangeFilter(tags=("number",), sources=("example-post",), article_id=2),
        ChangeFilter(class_=ChangeClass.SUBSTANTIVE, min_score=5, told=Told.SILENT, grep="pier"),
        ChangeFilter(since=NOW, until=NOW + 5 * HOUR, sources=("example-times",)),
    ],
    ids=str,
)
def test_a_page_of_the_log_is_read_by_an_index_and_never_sorted(full: Store, wanted: ChangeFilter) -> None:
    with Watched(full) as watched:
        first = pages.log(full, wanted, size=5)
        pages.log(full, wanted, size=5, after=first.after)
    assert watched.plans
    assert not watched.scans
    assert not watched.sorts


@pytest.mark.parametrize(
    ("case", "question"),
    [
        ("one change", lambda s: pages.logged(s, 1)),
        ("its neighbours", lambda s: pages.neighbours(s, next(iter(pages.log(s, ChangeFilter()).changes)).record)),
        ("the steps of an article", lambda s: pages.steps(s, 1, 10)),
        ("the version at a moment", lambda s: pages.number_at(s, 1, NOW)),
        ("its most edited", lambda s: most_edited(s, "example-times", *WINDOW, 5)),
        ("the queue", lambda s: pages.queue(s, NOW, NOW + 24 * HOUR)),
        ("a search", lambda s: pages.hits(s, "pier source:example-times", before_id=99)),
    ],
)
def test_no_question_scans_a_table_that_grows(full: Store, case: str, question: Any) -> None:
    with Watched(full) as watched:
        question(full)
    assert watched.plans
    assert not watched.scans, case


@pytest.mark.parametrize("size", [1, 3, 7, 40, 100])
@pytest.mark.parametrize(
    "wanted",
    [
        ChangeFilter(),
        ChangeFilter(sources=("example-post",)),
        ChangeFilter(tags=("number",)),
        ChangeFilter(grep="gulls"),
    ],
)
def test_pages_put_together_are_the_whole_log(full: Store, size: int, wanted: ChangeFilter) -> None:
    whole = [c.record.id for c in pages.log(full, wanted, size=1000).changes]
    seen: list[int] = []
    after = None
    while True:
        page = pages.log(full, wanted, size=size, after=after)
        seen += [c.record.id for c in page.changes]
        after = page.after
        if after is None:
            break
    assert seen == whole
    moments = [(c.record.before, c.record.id) for c in pages.log(full, wanted, size=1000).changes]
    assert moments == sorted(moments, reverse=True)


def test_a_rare_word_costs_a_bounded_look_and_can_be_sought_further(full: Store) -> None:
    looks = 0
    after = None
    found: list[int] = []
    while True:
        page = pages.log(full, ChangeFilter(grep="has 1 "), after=after, window=10)
        looks += 1
        found += [c.record.id for c in page.changes]
        assert page.ended_early is (page.after is not None)
        after = page.after
        if after is None:
            break
    assert len(found) == 4
    assert looks == 5


def test_noise_is_counted_for_the_stretch_that_is_shown(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says(f"The pier has {n} boats.") for n in range(10)])
        store.db.execute("update changes set noise_rule = 'test' where id % 3 = 0")
        page = pages.log(store, ChangeFilter(), size=4)
        assert [c.record.id for c in page.changes] == [8, 7, 5, 4]
        assert page.noise == 2
        assert pages.log(store, ChangeFilter(noise=True), size=4).noise == 0
        assert pages.log(store, ChangeFilter(), size=100).noise == 3


def test_a_change_knows_the_headline_before_it_and_its_neighbours(full: Store) -> None:
    logged = pages.logged(full, 5)
    assert logged is not None
    assert (logged.old_headline, logged.record.headline, logged.language) == ("Pier 0", "Pier 1", "en")
    assert pages.neighbours(full, logged.record) == (4, 6)
    assert pages.logged(full, 999) is None


def test_the_version_at_a_moment_is_the_newest_seen_then(full: Store) -> None:
    assert pages.number_at(full, 1, NOW - HOUR) is None
    assert pages.number_at(full, 1, NOW) == 1
    assert pages.number_at(full, 1, NOW + 2 * HOUR + timedelta(minutes=59)) == 3


def test_the_most_edited_come_first(full: Store) -> None:
    assert [(e.article_id, e.edits) for e in most_edited(full, "example-times", *WINDOW, 5)] == [(1, 20)]


def test_the_queue_counts_what_is_due_and_what_comes(full: Store) -> None:
    queue = pages.queue(full, NOW + 20 * HOUR, NOW + 30 * HOUR)
    assert queue.due == 0
    assert queue.hours == (("2026-11-24T07:00:00Z", 2),)
    assert pages.queue(full, NOW + 40 * HOUR, NOW + 50 * HOUR).due == 2


def test_an_articles_steps_end_with_the_newest(full: Store) -> None:
    steps = pages.steps(full, 1, 3)
    assert [s.number for s in steps] == [19, 20, 21]
    assert steps[-1].change_id is not None
    assert pages.steps(full, 1, 100)[0].change_id is None


def test_a_page_of_hits_has_the_order_of_the_search(full: Store) -> None:
    found = [article.id for article in search.search(full, "has")]
    assert len(found) > 1
    assert found == sorted(found, reverse=True)
    assert [hit.article.id for hit in pages.hits(full, "has")] == found
