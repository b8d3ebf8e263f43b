"""A later notice closes the changes before it, and how late it was is kept beside what is sealed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.store.world import LONG, history, says, told
from tracker.model import ChangeFilter, LaterNotice, Notice, Told
from tracker.store import Store
from tracker.store.history import changes
from tracker.store.history.later_notices import COLUMNS
from tracker.store.proof import integrity
from tracker.store.questions.pages import log

FIRST = says()
WRONG = says(LONG[0], LONG[1].replace("41", "44"), LONG[2])
WORSE = says(LONG[0], LONG[1].replace("41", "47"), LONG[2])
NOTICE = "Correction: an earlier version of this article misstated the number of boats."
CORRECTED = says(LONG[0], LONG[1].replace("41", "47"), LONG[2], NOTICE)
AFTERWARDS = says(LONG[0], LONG[1].replace("41", "52"), LONG[2], NOTICE)


def test_a_correction_closes_the_silent_changes_before_it(store: Store) -> None:
    told(store, [FIRST, WRONG, WORSE, CORRECTED, AFTERWARDS])
    after, correction, second, first = changes.changes(store)
    assert first.later == LaterNotice(correction.id, Notice.CORRECTION, 1.0, 3.0)
    assert second.later == LaterNotice(correction.id, Notice.CORRECTION, 0.0, 2.0)
    assert correction.later is None
    assert after.later is None


def test_what_the_change_was_when_it_came_stays_sealed(store: Store) -> None:
    told(store, [FIRST, WRONG, WORSE, CORRECTED])
    first = list(changes.changes(store))[-1]
    assert (first.notice, first.acknowledged) == (Notice.NONE, False)
    assert integrity.verify(store).finding is None


def test_a_notice_in_one_article_says_nothing_about_another(store: Store) -> None:
    other = told(store, [FIRST, WRONG], path="other")
    told(store, [FIRST, WRONG, CORRECTED])
    [change] = changes.changes(store, ChangeFilter(article_id=other))
    assert change.later is None


def test_a_covered_change_is_no_longer_among_those_without_a_notice(store: Store) -> None:
    told(store, [FIRST, WRONG, WORSE, CORRECTED, AFTERWARDS])
    assert [entry.record.new_version for entry in log(store, ChangeFilter(told=Told.SILENT)).changes] == [5]


def test_a_forged_lag_is_found(store: Store) -> None:
    told(store, [FIRST, WRONG, WORSE, CORRECTED])
    store.db.conn.execute("update changes set lag_hours_least = 0 where id = 1")
    finding = integrity.verify(store).finding
    assert finding is not None
    assert "later notice" in finding.problem


SINCE = ("0005_later_notices", "0008_source_figures", "0012_counted_edits", "0013_figures_of_sources")
EVERY_SUM = "select s.*, a.edits, a.first_edit_after from source_edits s join articles a on a.source_id = s.source_id"
BEFORE = """
drop view source_statistics;
create view source_statistics as select id as source_id from sources;
drop trigger changes_counted;
drop trigger changes_uncounted;
drop trigger changes_recounted;
drop table source_edits;
drop index articles_source_edited;
drop index articles_source_seen;
drop index changes_source_seen;
create index articles_source_seen on articles (source_id, first_seen_at);
create index changes_source_seen on changes (source_id, seen_before);
alter table articles drop column edits;
alter table articles drop column first_edit_after;
"""
"""The schema as it was before `SINCE`."""


def test_a_history_from_before_learns_its_lags_and_its_sums_when_it_is_opened(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [FIRST, WRONG, WORSE, CORRECTED])
        known = list(changes.changes(store))
        counts = store.db.execute(EVERY_SUM).fetchall()
        assert counts
    older = sqlite3.connect(tmp_path / "tracker.db")
    older.executescript(BEFORE)
    for column in COLUMNS:
        older.execute(f"alter table changes drop column {column}")
    older.execute("delete from _sqlite_migrations where name in (?, ?, ?, ?)", SINCE)
    older.commit()
    older.close()
    with history(tmp_path) as store:
        assert list(changes.changes(store)) == known
        assert known[-1].later is not None
        assert store.db.execute(EVERY_SUM).fetchall() == counts
        assert integrity.verify(store).finding is None
