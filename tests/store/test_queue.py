"""The state of an article between two checks, as it is written down and read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.world import HOUR, NOW, follow, result
from tracker.model import Outcome, State, SuspectedState, Suspicion, WaitingText
from tracker.store import Store
from tracker.store.connection import row, run
from tracker.store.history import record
from tracker.store.queue import queue

HELD = Suspicion(
    lifecycle=SuspectedState(State.MOVED, 1, NOW + HOUR, "https://times.example/new", NOW),
    text=WaitingText("0123", NOW),
    failures=3,
)


def write(store: Store, article: int, **columns: str) -> None:
    for name, value in columns.items():
        run(store.db, f"update article_state set {name} = ? where article_id = ?", (value, article))


@pytest.mark.parametrize("held", [HELD, Suspicion(), Suspicion(failures=1), replace(HELD, text=None)])
def test_what_awaits_confirmation_is_read_again_as_it_was_written(store: Store, held: Suspicion) -> None:
    article = follow(store)
    check = result(store, article, NOW, Outcome.TIMEOUT)
    record.record(store, replace(check, state=replace(check.state, suspicion=held)))
    assert queue.state(store, article).suspicion == held


def test_nothing_suspected_is_written_as_an_empty_object(store: Store) -> None:
    article = follow(store)
    check = result(store, article, NOW, Outcome.TIMEOUT)
    record.record(store, replace(check, state=replace(check.state, suspicion=Suspicion())))
    found = row(store.db, "select suspicion from article_state where article_id = ?", (article,))
    assert found is not None
    assert found["suspicion"] == "{}"


def test_what_earlier_releases_wrote_is_read(store: Store) -> None:
    article = follow(store)
    lifecycle = (
        '{"state":"gone","seen":2,"due":"2026-11-23T12:15:00.123456+00:00","to":"","since":"2026-11-23T12:00:00Z"}'
    )
    text = '{"sketch":"0123","since":"2026-11-23T12:00:00.5+00:00"}'
    write(store, article, suspicion=f'{{"failures":3,"lifecycle":{lifecycle},"text":{text}}}')
    found = queue.state(store, article).suspicion
    assert found.apparently_gone
    assert found.text is not None
    assert found.text.since.isoformat() == "2026-11-23T12:00:00.500000+00:00"


@pytest.mark.parametrize(
    ("name", "lifecycle"),
    [
        ("a number", "3"),
        ("no due date", '{"state":"gone","seen":2}'),
        ("a word for a count", '{"state":"gone","seen":"x","due":"2026-11-23T12:15:00Z"}'),
        ("a state that no release knows", '{"state":"asleep","seen":1,"due":"2026-11-23T12:15:00Z"}'),
        ("a moment in no zone", '{"state":"gone","seen":1,"due":"2026-11-23T12:15:00"}'),
    ],
)
def test_a_part_that_cannot_be_read_is_forgotten_and_the_others_are_kept(
    store: Store, name: str, lifecycle: str
) -> None:
    article = follow(store)
    text = '{"sketch":"0123","since":"2026-11-23T12:00:00Z"}'
    write(store, article, suspicion=f'{{"failures":3,"lifecycle":{lifecycle},"text":{text}}}')
    found = queue.state(store, article).suspicion
    assert (found.lifecycle, found.failures) == (None, 3), name
    assert found.text is not None
    assert found.text.sketch == "0123"
