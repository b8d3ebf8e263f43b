"""Recording checks: versions, changes, runs, sums, addresses."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

import pytest

from tests.store.world import HOUR, LONG, NOW, follow, publish, result, says, told
from tracker.alerts import AlertRules
from tracker.config import Alert
from tracker.errors import NotFound, StoreError
from tracker.model import ChangeFilter, Event, EventKind, Outcome, State
from tracker.store import Store
from tracker.store.history import articles, changes, checks, record, sources, versions
from tracker.store.queue import outbox, queue


def joined(store: Store, article: int) -> list[tuple[datetime, object, object]]:
    """When an article became part of another one, under which address, and of which."""
    told = [e for e in checks.events(store, article) if e.kind is EventKind.MOVED]
    return [(e.at, e.detail["from"], e.detail["article"]) for e in told]


def test_a_first_version_brings_no_change(store: Store) -> None:
    article = follow(store)
    assert publish(store, article, says(), NOW) is None
    first = versions.version(store, article, 1)
    assert (first.previous_seen_at, first.last_seen_at, first.same_as) == (None, None, None)
    assert articles.article(store, article).version_count == 1


def test_a_change_lies_between_the_last_sight_of_the_old_text_and_the_first_of_the_new(store: Store) -> None:
    article = follow(store)
    publish(store, article, says(), NOW)
    record.record(store, result(store, article, NOW + HOUR, Outcome.NOT_MODIFIED))
    record.record(store, result(store, article, NOW + 2 * HOUR, Outcome.TIMEOUT))
    change = publish(store, article, says(headline="Pier stays open"), NOW + 3 * HOUR)
    assert change is not None
    assert (change.after, change.before) == (NOW + HOUR, NOW + 3 * HOUR)
    old, new = versions.versions(store, article)
    assert old.last_seen_at == new.previous_seen_at == NOW + HOUR
    assert new.first_seen_at == NOW + 3 * HOUR


def test_a_headline_edit_alone_makes_a_version(store: Store) -> None:
    article = told(store, [says(), says(headline="Old pier to shut")])
    [change] = changes.changes(store)
    assert change.headline_changed
    assert change.headline == "Old pier to shut"
    assert articles.article(store, article).headline == "Old pier to shut"


def test_a_return_to_an_earlier_text_is_a_version_that_names_it(store: Store) -> None:
    a, b = says(), says(headline="Old pier to shut")
    article = told(store, [a, b, a, b])
    assert [v.same_as for v in versions.versions(store, article)] == [None, None, 1, 2]


def test_content_equal_to_the_current_version_makes_none(store: Store) -> None:
    article = told(store, [says()])
    again = result(store, article, NOW + HOUR, Outcome.CHANGED, says(modified_at=NOW + HOUR))
    assert record.record(store, again) is None
    assert articles.article(store, article).version_count == 1
    assert queue.state(store, article).last_seen_at == NOW + HOUR


def test_a_change_that_came_without_its_difference_is_compared_by_the_store(store: Store) -> None:
    article = told(store, [says()])
    late = result(store, article, NOW + HOUR, Outcome.CHANGED, says(headline="Pier stays open"))
    change = record.record(store, replace(late, change=None))
    assert change is not None
    assert change.headline_changed


def test_a_failed_check_is_never_a_version(store: Store) -> None:
    article = told(store, [says()])
    for n, outcome in enumerate((Outcome.GONE, Outcome.SERVER_ERROR, Outcome.TIMEOUT, Outcome.EMPTY, Outcome.CONSENT)):
        record.record(store, result(store, article, NOW + (n + 1) * HOUR, outcome, status=0, error="no"))
    assert articles.article(store, article).version_count == 1
    assert queue.state(store, article).last_seen_at == NOW


def test_equal_outcomes_in_a_row_are_one_run(store: Store) -> None:
    article = told(store, [says()])
    for n in range(1, 4):
        record.record(store, result(store, article, NOW + n * HOUR, Outcome.UNCHANGED))
    for n in range(4, 6):
        record.record(store, result(store, article, NOW + n * HOUR, Outcome.GONE, status=404, error="not found"))
    record.record(store, result(store, article, NOW + 6 * HOUR, Outcome.UNCHANGED))
    runs = checks.check_runs(store, article)
    assert [(r.outcome.value, r.checks, r.open) for r in runs] == [
        ("new", 1, False),
        ("unchanged", 3, False),
        ("gone", 2, False),
        ("unchanged", 1, True),
    ]
    gone = runs[2]
    assert (gone.started_at, gone.ended_at, gone.status) == (NOW + 4 * HOUR, NOW + 5 * HOUR, 404)
    assert gone.error == "not found"


def test_checks_are_summed_per_source_and_hour(store: Store) -> None:
    article = told(store, [says()])
    for minutes, outcome in ((70, Outcome.NOT_MODIFIED), (80, Outcome.TIMEOUT), (130, Outcome.UNCHANGED)):
        at = NOW + HOUR * minutes / 60
        record.record(store, result(store, article, at, outcome, wire_bytes=100, milliseconds=7))
    found = store.db.query("select hour, checks, not_modified, failed, bytes from source_hours order by hour")
    assert [tuple(r.values()) for r in found] == [
        ("2026-11-23T10:00:00Z", 1, 0, 0, 0),
        ("2026-11-23T11:00:00Z", 2, 1, 1, 200),
        ("2026-11-23T12:00:00Z", 1, 0, 0, 100),
    ]
    health = sources.health(store, "example-times")
    assert (health.checks, health.failed, health.versions, health.milliseconds) == (4, 1, 1, 21)


def test_a_moved_article_keeps_its_history_and_is_found_under_both_addresses(store: Store) -> None:
    article = told(store, [says()])
    moved = Event(article, NOW + HOUR, EventKind.MOVED, {"to": "https://times.example/harbour-2"})
    record.record(
        store,
        result(
            store,
            article,
            NOW + HOUR,
            aliases=("https://times.example/amp/harbour", "https://times.example/h?id=7"),
            moved_to="https://times.example/harbour-2",
            events=(moved,),
        ),
    )
    assert articles.article(store, article).url == "https://times.example/harbour-2"
    roles = {a.url: a.role for a in articles.addresses(store, article)}
    assert roles == {
        "https://times.example/harbour": "former",
        "https://times.example/harbour-2": "canonical",
        "https://times.example/amp/harbour": "amp",
        "https://times.example/h?id=7": "alias",
    }
    assert {articles.resolve(store, url) for url in roles} == {article}
    assert [e.kind for e in checks.events(store, article)] == [EventKind.MOVED]


def test_an_article_that_moved_back_has_one_canonical_address(store: Store) -> None:
    article = told(store, [says()])
    for n, path in enumerate(("b", "harbour")):
        record.record(store, result(store, article, NOW + (n + 1) * HOUR, moved_to=f"https://times.example/{path}"))
    assert {a.url: a.role for a in articles.addresses(store, article)} == {
        "https://times.example/harbour": "canonical",
        "https://times.example/b": "former",
    }


def test_an_article_that_moved_onto_one_with_a_history_rests_and_names_it(store: Store) -> None:
    article = told(store, [says()])
    other = told(store, [says(), says(headline="Pier stays open")], path="other")
    moved = Event(article, NOW + HOUR, EventKind.MOVED)
    record.record(store, result(store, article, NOW + HOUR, moved_to="https://times.example/other", events=(moved,)))
    assert articles.article(store, article).state is State.MOVED
    assert queue.state(store, article).next_check_at is None
    assert articles.resolve(store, "https://times.example/other") == other
    assert checks.events(store, article)[0].detail == {"article": other}


def test_what_was_found_at_the_new_address_gives_way_to_the_article_that_moved_there(store: Store) -> None:
    article = told(store, [says(), says(headline="Pier stays open")])
    other = told(store, [says()], path="other")
    record.record(store, result(store, article, NOW + 9 * HOUR, moved_to="https://times.example/other"))
    assert articles.resolve(store, "https://times.example/other") == article
    assert articles.article(store, article).url == "https://times.example/other"
    assert articles.article(store, other).state is State.MOVED
    assert joined(store, other) == [(NOW + 9 * HOUR, "https://times.example/other", article)]
    assert joined(store, article) == []
    assert queue.state(store, other).next_check_at is None
    assert queue.state(store, article).next_check_at is not None


def test_an_address_that_an_article_leads_to_opens_no_second_history(store: Store) -> None:
    article = told(store, [says(), says(headline="Pier stays open")])
    other, own = told(store, [says()], path="other"), told(store, [says(), says(headline="Another story")], path="own")
    for path, at in (("other", NOW + 9 * HOUR), ("own", NOW + 10 * HOUR), ("new", NOW + 11 * HOUR)):
        record.record(store, result(store, article, at, leads_to=f"https://times.example/{path}"))
    assert [articles.resolve(store, f"https://times.example/{path}") for path in ("other", "own", "new")] == [
        article,
        own,
        article,
    ]
    assert joined(store, other) == [(NOW + 9 * HOUR, "https://times.example/other", article)]
    assert joined(store, own) == [], "it stays its own"
    assert queue.state(store, other).next_check_at is None
    assert (articles.article(store, article).url, articles.article(store, article).state) == (
        "https://times.example/harbour",
        State.LIVE,
    )
    assert articles.article(store, own).state is State.LIVE


def test_a_second_address_of_a_story_whose_page_names_the_first_opens_no_second_history(store: Store) -> None:
    own = "https://times.example/harbour"
    article = told(store, [says()])
    again, another = follow(store, "harbour?from=feed"), follow(store, "sports")
    for copy, content in ((again, says()), (another, says(headline="Another story"))):
        publish(store, copy, content, NOW + HOUR, aliases=(own,))
    assert articles.resolve(store, "https://times.example/harbour?from=feed") == articles.resolve(store, own) == article
    assert (articles.article(store, again).state, queue.state(store, again).next_check_at) == (State.MOVED, None)
    assert joined(store, again) == [(NOW + HOUR, "https://times.example/harbour?from=feed", article)]
    assert joined(store, another) == []
    assert articles.article(store, again).version_count == 0
    assert articles.article(store, another).version_count == 1, "a template's mistake: its text is another"
    assert articles.resolve(store, "https://times.example/sports") == another


def test_lifecycle_and_events_are_kept_with_the_check(store: Store) -> None:
    article = told(store, [says()])
    gone = Event(article, NOW + HOUR, EventKind.GONE, {"status": 410})
    record.record(store, result(store, article, NOW + HOUR, Outcome.GONE, lifecycle=State.GONE, events=(gone,)))
    assert articles.article(store, article).state is State.GONE
    assert [a.id for a in articles.articles(store, state=State.GONE)] == [article]
    assert checks.recent_events(store, 5)[0].detail == {"status": 410}
    assert checks.recent_events(store, 5, before=NOW + HOUR) == []
    record.record(store, result(store, article, NOW + 2 * HOUR, Outcome.GONE, lifecycle=State.RETIRED))
    assert queue.state(store, article).next_check_at is None


def test_an_event_of_a_check_is_an_alert_of_the_same_transaction(store: Store) -> None:
    store.announcer = AlertRules([Alert("file:///alerts.jsonl", events=(EventKind.GONE,))])
    article = told(store, [says()])
    gone = Event(article, NOW + HOUR, EventKind.GONE, {"status": 410})
    record.record(store, result(store, article, NOW + HOUR, Outcome.GONE, events=(gone,)))
    assert [waiting.queued for waiting in outbox.waiting(store)] == [1]


def test_another_name_that_a_check_without_news_saw_is_kept(store: Store) -> None:
    article = told(store, [says()])
    name = "https://times.example/harbour?print"
    for hours in (1, 2):
        record.record(store, result(store, article, NOW + hours * HOUR, Outcome.UNCHANGED))
    record.record(store, result(store, article, NOW + 3 * HOUR, Outcome.UNCHANGED, aliases=(name,)))
    assert articles.resolve(store, name) == article


def test_work_that_the_database_refuses_is_answered_with_why_and_the_rest_is_done(store: Store) -> None:
    article = follow(store)

    def refused(_: Store) -> None:
        raise sqlite3.OperationalError("database disk image is malformed")

    answers = record.commit_group(store, [refused, result(store, article, NOW, Outcome.NEW, says())])
    assert isinstance(answers[0], StoreError)
    assert answers[1] is None
    assert articles.article(store, article).version_count == 1


def test_a_result_for_an_article_that_is_not_there_says_so(store: Store) -> None:
    article = told(store, [says()])
    stray = replace(result(store, article, NOW + HOUR), article_id=999)
    with pytest.raises(NotFound, match="999"):
        record.record(store, stray)


def test_what_cannot_be_stored_is_refused_whole(store: Store) -> None:
    article = told(store, [says()])
    good = result(store, article, NOW + HOUR, Outcome.CHANGED, says(headline="Pier stays open"))
    bad = replace(good, change=replace(good.change, score="high")) if good.change else good
    with pytest.raises(StoreError, match="could not be stored"):
        record.record(store, bad)
    assert articles.article(store, article).version_count == 1
    assert queue.state(store, article).last_check_at == NOW
    assert sources.health(store, "example-times").checks == 1


def test_the_counts_follow_what_is_recorded(store: Store) -> None:
    told(store, [says(), says(headline="Pier stays open")])
    told(store, [says(*LONG[:2])], path="post", source="example-post")
    counts = sources.counts(store)
    assert (counts.sources, counts.articles, counts.versions, counts.changes) == (2, 2, 3, 1)


def test_noise_is_kept_and_can_be_shown(store: Store) -> None:
    article = told(store, [says()])
    edited = result(store, article, NOW + HOUR, Outcome.CHANGED, says(LONG[0] + " ", *LONG[1:]))
    assert edited.change is not None
    record.record(store, replace(edited, change=replace(edited.change, noise_rule="white-space")))
    assert list(changes.changes(store)) == []
    assert [c.noise_rule for c in changes.changes(store, ChangeFilter(noise=True))] == ["white-space"]
    assert sources.counts(store).noise == 1
