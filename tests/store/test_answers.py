"""Blame, statistics and evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.world import HOUR, NOW, follow, publish, result, says, told
from tracker.errors import NotFound
from tracker.model import Outcome, State
from tracker.store import Store
from tracker.store.history import articles, changes, record, sources, versions
from tracker.store.proof import evidence
from tracker.store.questions import blame, statistics
from tracker.store.upkeep import forget


def test_blame_names_the_version_that_brought_each_sentence_and_how_long_it_lived(store: Store) -> None:
    article = told(
        store,
        [
            says("One stays. Two goes.", byline=("A. First",)),
            says("One stays. Three comes.", byline=("B. Second",)),
            says("Two goes. One stays.", byline=("C. Third",)),
        ],
    )
    lines = {o.text: o for o in blame.blame(store, article)}
    assert list(lines) == ["Two goes.", "One stays.", "Three comes."]
    assert [o.stands for o in lines.values()] == [True, True, False]
    [one] = lines["One stays."].spans
    assert (one.first, one.last, one.after, one.before, one.byline) == (1, None, None, NOW, ("A. First",))
    went, back = lines["Two goes."].spans
    assert (went.first, went.last, went.gone_after, went.gone_before) == (1, 1, NOW, NOW + HOUR)
    assert (back.first, back.last, back.after, back.before) == (3, None, NOW + HOUR, NOW + 2 * HOUR)
    [three] = lines["Three comes."].spans
    assert (three.first, three.last, three.byline) == (2, 2, ("B. Second",))


def test_a_sentence_said_twice_is_two(store: Store) -> None:
    article = told(store, [says("No. No."), says("No. Yes.")])
    assert [(o.text, o.stands) for o in blame.blame(store, article)] == [("No.", True), ("Yes.", True), ("No.", False)]


def test_blame_of_what_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(NotFound):
        blame.blame(store, 7)
    assert blame.blame(store, follow(store)) == []


def test_statistics_count_what_happened_in_their_window(store: Store) -> None:
    one = told(store, [says(), says(headline="Pier stays open"), says(headline="Pier closes after all")], path="one")
    told(store, [says()], path="two")
    told(store, [says(), says(headline="Pier stays open")], path="three", source="example-post")
    noise = result(store, one, NOW + 3 * HOUR, Outcome.CHANGED, says(headline="Pier closes, after all"))
    assert noise.change is not None
    record.record(store, replace(noise, change=replace(noise.change, noise_rule="punctuation")))
    record.record(store, result(store, one, NOW + 4 * HOUR, Outcome.GONE, lifecycle=State.GONE))
    found = statistics.statistics(store, "example-times", NOW, NOW + timedelta(days=1))
    assert (found.articles, found.edited, found.changes, found.headline_changes, found.gone) == (2, 1, 2, 2, 1)
    assert (found.share_edited, found.first_edit_seconds) == (0.5, 0.0)
    assert (found.by_hour[11], found.by_hour[12], sum(found.by_hour)) == (1, 1, 2)
    assert found.by_day == (("2026-11-23", 2),)
    assert (found.by_weekday[0][11], found.by_weekday[0][12], sum(map(sum, found.by_weekday))) == (1, 1, 2)
    assert found.substantive == sum(c.class_ == "substantive" for c in changes.changes(store) if c.article_id == one)
    assert found.silent == found.substantive
    assert found.share_silent == (1.0 if found.substantive else 0.0)


def test_statistics_of_a_quiet_time_are_zero(store: Store) -> None:
    told(store, [says(), says(headline="Pier stays open")])
    quiet = statistics.statistics(store, "example-times", NOW + timedelta(days=2), NOW + timedelta(days=3))
    assert (quiet.articles, quiet.changes, quiet.share_edited, quiet.share_silent) == (0, 0, 0.0, 0.0)
    assert quiet.first_edit_seconds is None
    with pytest.raises(NotFound):
        statistics.statistics(store, "nobody", NOW, NOW)


def test_a_change_that_a_later_notice_covers_was_not_silent(store: Store) -> None:
    article = told(store, [says("14 boats use the pier."), says("41 boats use the pier."), says("41 boats use it.")])
    store.db.execute("update changes set class = 'substantive', acknowledged = 0")
    assert statistics.statistics(store, "example-times", NOW, NOW + 9 * HOUR).silent == 2
    store.db.execute("update changes set acknowledged_by = 2 where id = 1")
    assert statistics.statistics(store, "example-times", NOW, NOW + 9 * HOUR).silent == 1
    forget.forget(store, article, "asked to", NOW + 9 * HOUR)
    gone = statistics.statistics(store, "example-times", NOW, NOW + 9 * HOUR)
    assert (gone.changes, gone.articles, gone.sentences_deleted) == (0, 0, 0)


def test_sentences_that_left_are_counted_unless_it_was_noise(store: Store) -> None:
    article = told(store, [says("One stays here. Two goes away. Three goes too."), says("One stays here.")])
    assert statistics.statistics(store, "example-times", NOW, NOW + 9 * HOUR).sentences_deleted == 2
    store.db.execute("update changes set noise_rule = 'boilerplate' where article_id = ?", (article,))
    assert statistics.statistics(store, "example-times", NOW, NOW + 9 * HOUR).sentences_deleted == 0


def test_evidence_holds_both_captures_both_texts_and_the_chain(store: Store) -> None:
    article = told(store, [says(), says(headline="Pier stays open"), says()])
    change = changes.change_of(store, article, 3)
    found = evidence.evidence(store, change.id)
    assert (found.old.number, found.new.number) == (2, 3)
    assert found.old_capture is not None
    assert found.new_capture is not None
    assert found.old_capture.sha256 == found.old.capture_sha256
    assert (found.new_capture.sha256, found.new_capture.fetched_at) == (found.new.capture_sha256, NOW + 2 * HOUR)
    assert [link.chain_sha256 for link in found.chain] == [v.chain_sha256 for v in versions.versions(store, article)]
    assert [a.role for a in found.addresses] == ["canonical"]


def test_evidence_without_captures_is_still_evidence(store: Store) -> None:
    article = follow(store)
    publish(store, article, says(), NOW, capture=None)
    publish(store, article, says(headline="Pier stays open"), NOW + HOUR, capture=None)
    found = evidence.evidence(store, 1)
    assert (found.old_capture, found.new_capture) == (None, None)
    with pytest.raises(NotFound):
        evidence.evidence(store, 99)


def test_an_article_that_moved_into_another_is_counted_nowhere(store: Store) -> None:
    told(store, [says(), says("14 boats use the pier.")], "old")
    told(store, [says(), says("41 boats use the pier.")], "new")
    figures = "select articles, articles_edited from source_statistics where source_id = 'example-times'"
    assert store.db.execute(figures).fetchall() == [(2, 2)]
    record.record(store, result(store, 1, NOW + 5 * HOUR, moved_to="https://times.example/new"))
    assert articles.article(store, 1).state is State.MOVED
    assert store.db.execute(figures).fetchall() == [(1, 1)]
    found = statistics.statistics(store, "example-times", NOW, NOW + 9 * HOUR)
    assert (found.articles, found.edited, found.changes) == (1, 1, 2)
    assert sources.health(store, "example-times").articles == 1


def test_the_view_of_sources_counts_as_the_statistics_do(store: Store) -> None:
    told(store, [says(f"{n} boats use the pier.") for n in range(5)])
    store.db.execute("update changes set class = 'substantive', acknowledged = 0")
    store.db.execute("update changes set noise_rule = 'variant' where id = 1")
    store.db.execute("update changes set acknowledged_by = 4 where id = 2")
    store.db.execute("update changes set acknowledged = 1 where id = 3")
    sql = "select substantive, substantive_unacknowledged from source_statistics where source_id = 'example-times'"
    found = statistics.statistics(store, "example-times", NOW, NOW + 9 * HOUR)
    assert store.db.execute(sql).fetchall() == [(found.substantive, found.silent)] == [(3, 1)]
