"""What triggers count of the changes is what a count of the changes gives, whatever is done to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.world import HOUR, NOW, follow, history, publish, says, told
from tracker.model import iso
from tracker.store import Store
from tracker.store.connection import sure_moment
from tracker.store.questions import statistics
from tracker.store.questions.statistics import most_edited
from tracker.store.upkeep import forget

SOURCES = ("example-times", "example-post")
MOMENTS = st.integers(-90, 900).map(lambda minutes: NOW + timedelta(minutes=minutes))
IDS = st.integers(1, 22)
FLAGS = st.integers(0, 1)
DONE = st.one_of(
    st.tuples(st.just("update changes set noise_rule = ? where id = ?"), st.sampled_from([None, "typography"]), IDS),
    st.tuples(st.just("update changes set class = ? where id = ?"), st.sampled_from(["minor", "substantive"]), IDS),
    st.tuples(st.just("update changes set acknowledged = ? where id = ?"), FLAGS, IDS),
    st.tuples(st.just("update changes set acknowledged_by = ? where id = ?"), st.sampled_from([None, 1]), IDS),
    st.tuples(st.just("update changes set sentences_deleted = ? where id = ?"), st.integers(0, 5), IDS),
    st.tuples(st.just("update changes set seen_before = ? where id = ?"), MOMENTS.map(iso), IDS),
    st.tuples(st.just("update changes set seen_after = ? where id = ?"), MOMENTS.map(iso), IDS),
    st.tuples(st.just("update changes set source_id = ? where id = ?"), st.sampled_from(SOURCES), IDS),
    st.tuples(st.just("update changes set reviewed = ? where id = ?"), st.just("{}"), IDS),
    st.tuples(st.just("delete from changes where id = ? or id = ?"), IDS, IDS),
    st.tuples(st.just("delete from versions where article_id = ? and number > ?"), st.integers(1, 6), FLAGS),
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Six articles of two outlets with 22 edits, half an hour apart and more."""
    with history(tmp_path_factory.mktemp("counted")) as store:
        for n, edits in enumerate((5, 4, 1, 0, 7, 5)):
            article = follow(store, f"pier-{n}", SOURCES[n % 2], at=NOW + n * HOUR / 2)
            for number in range(edits + 1):
                content = says(f"The pier has {number} boats. It stands.", headline=f"Pier {number // 3}")
                publish(store, article, content, NOW + (n + number) * HOUR / 2)
        yield store


def hours_by_reading(store: Store) -> list[tuple[object, ...]]:
    """`source_edits` as one statement over all changes would make it."""
    return store.db.execute(
        "select source_id, substr(seen_before, 1, 13) || ':00:00Z' as hour, count(*), sum(headline_changed), "
        "total(class = 'substantive'), total(class = 'substantive' and acknowledged = 0 and acknowledged_by is null), "
        "sum(sentences_deleted) from changes where noise_rule is null group by 1, 2 order by 1, 2"
    ).fetchall()


def articles_by_reading(store: Store) -> list[tuple[object, ...]]:
    return store.db.execute(
        "select a.id, count(c.id), min(c.seen_after) from articles a "
        "left join changes c on c.article_id = a.id and c.noise_rule is null group by a.id order by a.id"
    ).fetchall()


@given(done=st.lists(DONE, max_size=12), since=MOMENTS, until=MOMENTS)
def test_whatever_is_done_to_changes_the_sums_are_theirs(
    full: Store, done: list[tuple[str, object, object]], since: datetime, until: datetime
) -> None:
    connection = full.db.conn
    connection.execute("begin")
    try:
        for sql, *values in done:
            connection.execute(sql, values)
        assert full.db.execute("select * from source_edits order by 1, 2").fetchall() == hours_by_reading(full)
        assert full.db.execute(
            "select id, edits, first_edit_after from articles order by id"
        ).fetchall() == articles_by_reading(full)
        for source in SOURCES:
            statistics_are_those_of_the_rows(full, source, since, until)
    finally:
        connection.execute("rollback")


def statistics_are_those_of_the_rows(store: Store, source: str, since: datetime, until: datetime) -> None:
    """Every figure of a window that begins and ends at any minute, counted again in Python."""
    found = statistics.statistics(store, source, since, until)
    everything = list(store.db.query("select * from changes where noise_rule is null and source_id = ?", (source,)))
    inside = [c for c in everything if iso(since) <= c["seen_before"] < iso(until)]
    substantive = [c for c in inside if c["class"] == "substantive"]
    silent = [c for c in substantive if not c["acknowledged"] and c["acknowledged_by"] is None]
    assert found.changes == len(inside) == sum(n for _, n in found.by_day) == sum(found.by_hour)
    assert found.headline_changes == sum(c["headline_changed"] for c in inside)
    assert found.sentences_deleted == sum(c["sentences_deleted"] for c in inside)
    assert (found.substantive, found.silent) == (len(substantive), len(silent))
    assert [day for day, _ in found.by_day] == sorted({c["seen_before"][:10] for c in inside})
    followed = store.db.query("select * from articles where source_id = ?", (source,))
    followed = [a for a in followed if iso(since) <= a["first_seen_at"] < iso(until)]
    waits = [
        (sure_moment(a["first_edit_after"]) - sure_moment(a["first_seen_at"])).total_seconds()
        for a in followed
        if a["first_edit_after"]
    ]
    assert (found.articles, found.edited) == (len(followed), len(waits))
    assert found.first_edit_seconds == (median(waits) if waits else None)


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
@pytest.mark.parametrize(("since", "until"), [(-1, 99), (0, 2), (1, 3), (2, 2), (50, 60)])
def test_the_most_edited_of_a_window_are_those_a_count_finds(full: Store, since: int, until: int, limit: int) -> None:
    window = (NOW + since * HOUR, NOW + until * HOUR)
    for source in SOURCES:
        counted = full.db.execute(
            "select count(*), max(seen_before), article_id from changes where noise_rule is null and source_id = ? "
            "and seen_before >= ? and seen_before < ? group by article_id order by 1 desc, 2 desc limit ?",
            (source, *map(iso, window), limit),
        ).fetchall()
        found = most_edited(full, source, *window, limit)
        assert [(e.edits, iso(e.last_at), e.article_id) for e in found] == counted


def test_what_is_forgotten_is_counted_no_longer(full: Store) -> None:
    article = told(full, [says(), says(headline="Pier stays open")], "soon-gone")
    before = full.db.execute("select total(edits) from source_edits").fetchone()
    forget.forget(full, article, "asked to", NOW + 9 * HOUR)
    after = full.db.execute("select total(edits) from source_edits").fetchone()
    assert (before[0] - after[0], hours_by_reading(full)) == (
        1,
        full.db.execute("select * from source_edits order by 1, 2").fetchall(),
    )
