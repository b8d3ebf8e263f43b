"""The state of an article between two checks, as it is written down and read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.world import HOUR, NOW, follow, result
from tracker.model import Outcome, RevisitState, Signal, State, SuspectedState, Suspicion, WaitingText
from tracker.store import Store
from tracker.store.connection import row, run, sure_moment
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


KEPT = RevisitState(shape=1.5, exposure=2.25, changed=NOW, live=0.0, signal=Signal("feed", NOW + HOUR))


@pytest.mark.parametrize("kept", [KEPT, RevisitState(), RevisitState(interval=3.5)])
def test_what_the_policy_remembers_is_read_again_as_it_was_written(store: Store, kept: RevisitState) -> None:
    article = follow(store)
    check = result(store, article, NOW, Outcome.TIMEOUT)
    record.record(store, replace(check, state=replace(check.state, rate=kept)))
    assert queue.state(store, article).rate == kept


def test_a_signal_is_noted_beside_what_the_policy_remembers(store: Store) -> None:
    article = follow(store)
    write(store, article, rate='{"shape":1.5,"exposure":2.25,"hint":{"kind":"page","moment":"2026-11-23T09:00:00Z"}}')
    assert queue.state(store, article).rate.signal == Signal("page", sure_moment("2026-11-23T09:00:00Z")), "as it was"
    queue.bring_forward(store, article, NOW, Signal("feed", NOW))
    assert queue.state(store, article).rate == RevisitState(shape=1.5, exposure=2.25, signal=Signal("feed", NOW))


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("words", '{"shape":"much","exposure":"little"}'),
        ("a moment that is none", '{"shape":1,"exposure":1,"changed":"yesterday"}'),
        ("a moment in no zone", '{"shape":1,"exposure":1,"changed":"2026-11-23T12:00:00"}'),
        ("a number beyond all", f'{{"shape":{"9" * 400},"exposure":1}}'),
        ("true", '{"shape":true,"exposure":1}'),
    ],
)
def test_a_belief_that_cannot_be_read_is_forgotten(store: Store, name: str, rate: str) -> None:
    article = follow(store)
    write(store, article, rate=rate)
    assert queue.state(store, article).rate == RevisitState(), name


@pytest.mark.parametrize("signal", ['"feed"', "7", "{}", '{"kind":"feed"}', '{"kind":"feed","moment":7}', "null"])
def test_a_signal_that_cannot_be_read_is_none(store: Store, signal: str) -> None:
    article = follow(store)
    write(store, article, rate=f'{{"shape":1.5,"exposure":2.25,"signal":{signal}}}')
    assert queue.state(store, article).rate == RevisitState(shape=1.5, exposure=2.25)
