"""What is wrong with a source is kept from its first discovery to the one that works again."""

from __future__ import annotations

import pytest

from tests.store.world import HOUR, NOW, TIMES, follow, publish, result, says
from tracker.errors import NotFound
from tracker.model import Outcome
from tracker.store import Store
from tracker.store.history import record, source_health

FEED = "feed https://times.example/rss.xml"


def test_a_problem_lasts_from_its_first_discovery_to_its_last(store: Store) -> None:
    first = source_health.record_problems(store, TIMES.id, [f"{FEED}: HTTP 404"], NOW)
    assert [str(a) for a in first.broke] == [f"{FEED}: HTTP 404"]
    assert source_health.record_problems(store, TIMES.id, [f"{FEED}: HTTP 500"], NOW + HOUR).broke == ()
    [now] = source_health.problems(store, TIMES.id)
    assert (now.words, now.since, now.last_at) == ("HTTP 500", NOW, NOW + HOUR)
    last = source_health.record_problems(store, TIMES.id, [], NOW + 2 * HOUR)
    assert [a.place for a in last.healed] == [FEED]
    assert source_health.problems(store, TIMES.id) == []


def test_each_part_breaks_and_heals_by_itself(store: Store) -> None:
    other = "sitemap https://times.example/map.xml: timed out"
    source_health.record_problems(store, TIMES.id, [f"{FEED}: HTTP 404", other], NOW)
    turn = source_health.record_problems(store, TIMES.id, [other], NOW + HOUR)
    assert ([a.place for a in turn.healed], turn.broke) == ([FEED], ())
    assert [str(a) for a in source_health.problems(store, TIMES.id)] == [other]


def test_a_source_breaks_once_and_heals_once_however_its_parts_fail_meanwhile(store: Store) -> None:
    other = "sitemap https://times.example/map.xml: timed out"
    discoveries = [[f"{FEED}: HTTP 404"], [f"{FEED}: HTTP 500"], [f"{FEED}: HTTP 404", other], [other], [], []]
    turns = [source_health.record_problems(store, TIMES.id, said, NOW + n * HOUR) for n, said in enumerate(discoveries)]
    assert [t.event.kind if t.event else "" for t in turns] == ["", "broken", "", "", "healed", ""]
    broken, healed = source_health.source_events(store, TIMES.id)
    assert source_health.source_event(store, healed.id) == healed
    assert (broken.at, broken.since, broken.words) == (NOW + HOUR, NOW, f"{FEED}: HTTP 500")
    assert (healed.at, healed.since, healed.kind) == (NOW + 4 * HOUR, NOW, "healed")


def test_an_event_that_there_is_not_is_said_to_be_none(store: Store) -> None:
    with pytest.raises(NotFound, match="no event 7 of a source"):
        source_health.source_event(store, 7)


def test_a_feed_that_fails_now_and_then_never_breaks_its_source(store: Store) -> None:
    for n in range(12):
        source_health.record_problems(store, TIMES.id, [f"{FEED}: HTTP 503"] if n % 2 else [], NOW + n * HOUR)
    assert source_health.source_events(store, TIMES.id) == []


def test_a_source_whose_articles_fail_is_broken_though_its_feed_is_read(store: Store) -> None:
    articles = [follow(store, f"story-{n}", at=NOW) for n in range(4)]
    for article in articles:
        publish(store, article, says(), NOW)
    assert source_health.record_problems(store, TIMES.id, [], NOW) == source_health.HealthChange()
    for article in articles[:3]:
        record.record(store, result(store, article, NOW + HOUR, Outcome.BLOCKED, status=403, error="HTTP 403"))
    first = source_health.record_problems(store, TIMES.id, [], NOW + HOUR)
    assert ([str(a) for a in first.broke], first.event) == (["articles: 3 of the newest end with blocked"], None)
    second = source_health.record_problems(store, TIMES.id, [], NOW + 2 * HOUR)
    assert (second.event.kind if second.event else "") == "broken"
    for article in articles[:3]:
        record.record(store, result(store, article, NOW + 3 * HOUR))
    last = source_health.record_problems(store, TIMES.id, [], NOW + 3 * HOUR)
    assert (last.event.kind if last.event else "", last.event and last.event.since) == ("healed", NOW + HOUR)


def test_a_source_that_brings_nothing_new_is_broken_when_that_is_unusual(store: Store) -> None:
    for n in range(5):
        follow(store, f"story-{n}", at=NOW + n * HOUR)
    assert source_health.record_problems(store, TIMES.id, [], NOW + 48 * HOUR).broke == ()
    [silence] = source_health.record_problems(store, TIMES.id, [], NOW + 56 * HOUR).broke
    assert str(silence).startswith("new articles: none since 2026-")
    assert source_health.record_problems(store, TIMES.id, [], NOW + 57 * HOUR).event is not None
    follow(store, "news", at=NOW + 58 * HOUR)
    healed = source_health.record_problems(store, TIMES.id, [], NOW + 58 * HOUR).event
    assert healed is not None
    assert healed.kind == "healed"


def test_a_source_that_is_well_writes_nothing(store: Store) -> None:
    before = store.db.conn.total_changes
    assert source_health.record_problems(store, TIMES.id, [], NOW) == source_health.HealthChange()
    assert store.db.conn.total_changes == before


def test_words_that_cannot_be_stored_are_made_storable(store: Store) -> None:
    source_health.record_problems(store, TIMES.id, [f"{FEED}: bad \ud800\x00 answer " + "x" * 999], NOW)
    [one] = source_health.problems(store, TIMES.id)
    assert one.words.startswith("bad \ufffd\ufffd answer")
    assert len(one.words) == 300
