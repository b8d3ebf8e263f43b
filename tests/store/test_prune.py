"""What is let go of, and what must stay: what another capture stands on, and an alert that may still arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.store.world import HOUR, NOW, follow, page, publish, result, says
from tracker.model import Outcome
from tracker.store import Store
from tracker.store.history import captures
from tracker.store.queue import outbox
from tracker.store.upkeep import prune


def test_a_capture_stays_while_a_younger_one_has_its_bytes(store: Store) -> None:
    article = follow(store)
    body = page(says(headline="Only looked at"))
    old = result(store, article, NOW, Outcome.UNCHANGED, says(), body=body).capture
    assert old is not None
    young = replace(old, fetched_at=NOW + 20 * 24 * HOUR)
    with store.writing():
        for one in (old, young):
            captures.keep(store, article, one, kept=False)
    assert prune.prune(store, NOW + 35 * 24 * HOUR).captures == 0
    assert captures.capture(store, young.sha256, at=young.fetched_at).body == body
    assert prune.prune(store, NOW + 60 * 24 * HOUR).captures == 2


def test_an_alert_is_tried_for_thirty_days_before_it_is_given_up(store: Store) -> None:
    article = follow(store)
    publish(store, article, says(), NOW)
    publish(store, article, says(headline="Pier stays open"), NOW + HOUR)
    store.db.execute(
        "insert into outbox (change_id, sink, key, due_at, next_try_at) "
        "values (1, 'desk', 'k', '2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z')"
    )
    [letter] = outbox.due(store, "desk", NOW + 29 * 24 * HOUR, 9)
    assert prune.prune(store, letter.due_at + timedelta(days=29, hours=23)).alerts.given_up == 0
    assert prune.prune(store, letter.due_at + timedelta(days=30, hours=1)).alerts.given_up == 1
    assert outbox.due(store, "desk", NOW + 40 * 24 * HOUR, 9) == []
