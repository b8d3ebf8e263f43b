"""The log: filters, pages, newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.store.world import HOUR, LONG, NOW, follow, publish, result, says, told
from tracker.errors import NotFound
from tracker.model import ChangeClass, ChangeFilter, Outcome
from tracker.store import Store
from tracker.store.history import changes, record
from tracker.store.proof import integrity
from tracker.store.questions import statistics


@pytest.fixture
def log(store: Store) -> Store:
    """Six changes of two sources, an hour apart, numbered 1 to 6; the last one noise."""
    one, two = follow(store, "one"), follow(store, "two", "example-post")
    for n, article in enumerate((one, two) * 4):
        text = f"A paragraph, for the {n}. time."
        given = result(store, article, NOW + n * HOUR, Outcome.CHANGED, says(text, headline=f"100% sure_{n}"))
        if given.change is not None:
            kind = (ChangeClass.MINOR, ChangeClass.WORDING, ChangeClass.SUBSTANTIVE)[n % 3]
            tags = ("number", "quote") if n == 5 else ("number",)
            noise = "white-space" if n == 7 else None
            given = replace(given, change=replace(given.change, class_=kind, score=n, tags=tags, noise_rule=noise))
        record.record(store, given)
    return store


@pytest.mark.parametrize(
    ("case", "wanted", "ids"),
    [
        ("all but noise, newest first", {}, [5, 4, 3, 2, 1]),
        ("noise too", {"noise": True}, [6, 5, 4, 3, 2, 1]),
        ("one source", {"sources": ("example-times",)}, [5, 3, 1]),
        ("one article", {"article_id": 2}, [4, 2]),
        ("article of another source", {"article_id": 2, "sources": ("example-times",)}, []),
        ("since", {"since": NOW + 5 * HOUR}, [5, 4]),
        ("until leaves its moment out", {"until": NOW + 5 * HOUR}, [3, 2, 1]),
        ("at least wording", {"class_": ChangeClass.WORDING}, [4, 3, 1]),
        ("substantive", {"class_": ChangeClass.SUBSTANTIVE}, [4, 1]),
        ("least score", {"min_score": 5}, [5, 4]),
        ("tag", {"tags": ("quote",)}, [4]),
        ("tag and source", {"tags": ("number",), "sources": ("example-post",)}, [4, 2]),
        ("tag, since, until", {"tags": ("number",), "since": NOW + 3 * HOUR, "until": NOW + 5 * HOUR}, [3, 2]),
        ("words of the headline in any case", {"grep": "SURE_5"}, [4]),
        ("a wildcard is a character", {"grep": "%"}, [5, 4, 3, 2, 1]),
        ("no wildcard", {"grep": "s_re"}, []),
        ("a quote breaks nothing", {"grep": "'; drop table changes --"}, []),
        ("one of two sources", {"sources": ("example-times", "example-post")}, [5, 4, 3, 2, 1]),
        ("both tags", {"tags": ("number", "quote")}, [4]),
        ("a tag that is not there", {"tags": ("number", "headline")}, []),
        ("a pattern", {"grep": "sure_[45]"}, [5, 4, 3]),
        ("what came", {"added": "[ d]*for the 5. time"}, [4]),
        ("what went", {"removed": "for the 4. time"}, [5]),
        ("unknown source", {"sources": ("nobody",)}, []),
    ],
)
def test_a_filter_finds(log: Store, case: str, wanted: dict[str, Any], ids: list[int]) -> None:
    assert [c.id for c in changes.changes(log, ChangeFilter(**wanted))] == ids


@pytest.mark.parametrize("wanted", [{}, {"tags": ("number",)}, {"sources": ("example-times",)}])
def test_pages_join_without_gap_or_repetition(log: Store, wanted: dict[str, Any]) -> None:
    whole = list(changes.changes(log, ChangeFilter(**wanted)))
    assert list(changes.changes(log, ChangeFilter(**wanted), 4)) == whole[:4]
    assert list(changes.changes(log, ChangeFilter(**wanted), 0)) == []
    assert list(changes.changes(log, ChangeFilter(**wanted), page_size=2)) == whole


def test_changes_of_one_moment_are_all_shown(store: Store) -> None:
    for path in "abcde":
        told(store, [says(), says(headline="Pier stays open")], path=path)
    assert [c.id for c in changes.changes(store, page_size=2)] == [5, 4, 3, 2, 1]


def test_no_snapshot_is_held_between_two_changes(store: Store) -> None:
    article = told(store, [says(), says(headline="B"), says(headline="C")])
    with store.reader() as reader:
        walk = changes.changes(reader)
        next(walk)
        publish(store, article, says(headline="D"), NOW + 5 * HOUR)
        busy = store.db.execute("pragma main.wal_checkpoint(truncate)").fetchone()[0]
        assert busy == 0
        walk.close()


def test_a_change_is_found_by_its_id_and_by_the_version_it_brought(log: Store) -> None:
    change = changes.change(log, 3)
    assert changes.change_of(log, change.article_id, change.new_version) == change
    assert (change.old_version, change.new_version) == (2, 3)
    for ask in (
        lambda: changes.change(log, 99),
        lambda: changes.change_of(log, 1, 1),
        lambda: changes.change_of(log, 1, 99),
    ):
        with pytest.raises(NotFound):
            ask()


def test_the_row_says_what_the_differ_said(store: Store) -> None:
    article = told(store, [says()])
    given = result(
        store, article, NOW + HOUR, Outcome.CHANGED, says(LONG[0], LONG[1].replace("41", "44"), headline="Pier closes")
    )
    recorded, change = record.record(store, given), given.change
    assert recorded is not None
    assert change is not None
    assert (recorded.class_, recorded.score, recorded.tags) == (change.class_, change.score, change.tags)
    assert (recorded.summary, recorded.excerpt_old) == (change.summary, change.excerpt_old)
    assert (recorded.words_added, recorded.words_removed) == (change.words_added, change.words_removed)
    assert recorded.sentences_edited + recorded.sentences_deleted == len(change.operations)
    assert changes.change(store, recorded.id) == recorded


def test_a_verdict_stays_beside_its_change(log: Store) -> None:
    changes.review(log, 1, "significant", "called the desk", NOW)
    [(reviewed,)] = log.db.execute("select reviewed from changes where id = 1").fetchall()
    assert reviewed == '{"verdict":"significant","note":"called the desk","at":"2026-11-23T10:00:00Z"}'
    assert integrity.verify(log).finding is None
    with pytest.raises(NotFound):
        changes.review(log, 99, "noise", "", NOW)


def test_until_is_the_first_moment_that_is_left_out(store: Store) -> None:
    told(store, [says(headline=f"Pier {n}") for n in range(4)])  # edits 1, 2 and 3 hours after NOW
    seen = [c.before for c in changes.changes(store, ChangeFilter(until=NOW + 3 * HOUR))]
    assert seen == [NOW + 2 * HOUR, NOW + HOUR]
    just_after = NOW + 3 * HOUR + timedelta(seconds=1)
    assert len(list(changes.changes(store, ChangeFilter(until=just_after)))) == 3
    for until, number in ((NOW + 3 * HOUR, 2), (just_after, 3)):
        assert statistics.statistics(store, "example-times", NOW - HOUR, until).changes == number
