"""What is due of a source that is paused or no longer configured stays due, and costs a search for work nothing."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.store.world import HOUR, NOW, POST, TIMES, follow
from tracker.model import Found, Via
from tracker.store import Store
from tracker.store.history import articles
from tracker.store.history import sources as stored_sources
from tracker.store.questions import pages
from tracker.store.queue import pauses, queue

RELEASED = Path(__file__).parent / "released" / "0.1.0"
LATER = NOW + HOUR


def due(store: Store) -> list[int]:
    found = [one.article.id for one in queue.due(store, LATER, 99)]
    assert pauses.backlog(store, LATER).due == pages.queue(store, LATER, LATER).due == len(found)
    assert (queue.next_due_at(store) is not None) == bool(found)
    return found


def test_a_source_that_is_paused_is_out_of_the_way_until_it_is_resumed(store: Store) -> None:
    mine = follow(store, "pier")
    assert due(store) == [mine]
    pauses.pause(store, TIMES.id, NOW)
    assert due(store) == []
    assert queue.state(store, mine).next_check_at == NOW, "nothing is put off"
    new = follow(store, "quay")
    assert due(store) == []
    [other] = articles.found(store, POST.id, [Found("https://post.example/a", Via.FEED)], NOW, due_at=NOW)
    assert due(store) == [other]
    pauses.pause(store, TIMES.id, None)
    assert due(store) == [mine, new, other]


def test_a_source_that_is_not_configured_or_not_active_is_out_of_the_way_too(store: Store) -> None:
    mine = follow(store, "pier")
    for sources, wanted in (
        ([POST], []),
        ([TIMES, POST], [mine]),
        ([replace(TIMES, active=False), POST], []),
        ([TIMES], [mine]),
    ):
        stored_sources.sync_sources(store, sources, NOW)
        assert due(store) == wanted
    pauses.pause(store, TIMES.id, NOW)
    stored_sources.sync_sources(store, [POST], NOW)
    pauses.pause(store, TIMES.id, None)
    assert due(store) == [], "resumed, but still not configured"
    stored_sources.sync_sources(store, [TIMES, POST], NOW)
    assert due(store) == [mine]


def steps(store: Store) -> int:
    """How much SQLite does to find what is due, in steps of its virtual machine (by the ten)."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    store.db.conn.set_progress_handler(tick, 10)
    queue.due(store, LATER, 5)
    store.db.conn.set_progress_handler(None, 10)
    return count


def test_a_search_for_what_is_due_does_not_walk_past_what_rests(store: Store) -> None:
    [other] = articles.found(store, POST.id, [Found("https://post.example/a", Via.FEED)], NOW, due_at=NOW)
    alone = steps(store)
    founds = [Found(f"https://times.example/{n}", Via.FEED) for n in range(500)]
    articles.found(store, TIMES.id, founds, NOW - HOUR, due_at=NOW - HOUR)
    pauses.pause(store, TIMES.id, NOW)
    assert due(store) == [other]
    assert steps(store) <= alone + 2


def test_a_history_of_an_earlier_version_is_marked_when_it_is_brought_up_to_date(tmp_path: Path) -> None:
    for file in RELEASED.glob("*.gz"):
        (tmp_path / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
    path = tmp_path / "tracker.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("update sources set active = 0 where id = (select source_id from articles where id = 1)")
        db.execute("update article_state set next_check_at = '2026-01-01T00:00:00Z'")
        expected = db.execute(
            "select a.id from articles a join sources o on o.id = a.source_id where o.active = 1 order by a.id"
        ).fetchall()
        db.commit()
    with Store.open(path, write=True) as store:
        found = sorted(one.article.id for one in queue.due(store, NOW + timedelta(days=1), 99))
        assert found == [r[0] for r in expected]
        assert 1 not in found
