"""States are believed after agreeing observations at growing distances."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetcher.world import START
from tracker.model import Outcome, State, Suspicion, WaitingText
from tracker.pipeline.lifecycle import WAITS, weigh

Observation = tuple[float, Outcome]


def history(
    observations: Sequence[Observation], *, state: State = State.LIVE, status: int = 0
) -> tuple[State, list[tuple[float, State]]]:
    """Let observations (hours after the start, outcome) pass; gives the final state and each change with its hour."""
    suspicion = Suspicion()
    changes: list[tuple[float, State]] = []
    for hours, outcome in observations:
        weighed = weigh(suspicion, outcome, START + timedelta(hours=hours), state=state, status=status)
        suspicion = weighed.suspicion
        if weighed.confirmed:
            state = weighed.confirmed
            changes.append((hours, state))
            assert weighed.detail
    return state, changes


GONE, OK, SLOW = Outcome.GONE, Outcome.UNCHANGED, Outcome.TIMEOUT


@pytest.mark.parametrize(
    ("name", "observations", "changes"),
    [
        ("one 404", [(0, GONE)], []),
        ("two 404s", [(0, GONE), (1, GONE)], []),
        ("three 404s at their distances", [(0, GONE), (0.25, GONE), (2.25, GONE)], [(2.25, State.GONE)]),
        ("hammering proves nothing", [(i / 60, GONE) for i in range(14)], []),
        ("too close together", [(0, GONE), (0.25, GONE), (1, GONE)], []),
        ("said once", [(0, GONE), (1, GONE), (4, GONE), (30, GONE), (60, GONE)], [(4, State.GONE)]),
        ("seen in between", [(0, GONE), (1, GONE), (2, OK), (4, GONE), (5, GONE)], []),
        (
            "time-outs neither confirm nor refute",
            [(0, GONE), (1, SLOW), (2, GONE), (3, SLOW), (5, GONE)],
            [(5, State.GONE)],
        ),
        ("another suspicion starts anew", [(0, GONE), (1, Outcome.BLOCKED), (4, GONE), (5, GONE)], []),
        ("gone and back", [(0, GONE), (1, GONE), (4, GONE), (9, OK), (10, OK)], [(4, State.GONE), (9, State.LIVE)]),
        ("an emptied page takes a day", [(0, Outcome.COLLAPSED), (1, Outcome.COLLAPSED), (4, Outcome.COLLAPSED)], []),
        (
            "an emptied page after a day",
            [(h, Outcome.COLLAPSED) for h in (0, 1, 4, 29)],
            [(29, State.GONE)],
        ),
        ("the front page for some hours", [(h, Outcome.HOMEPAGE) for h in (0, 1, 4)], []),
        ("the front page for a day", [(h, Outcome.HOMEPAGE) for h in (0, 1, 4, 29)], [(29, State.GONE)]),
        ("another page for two days", [(h, Outcome.OTHER_PAGE) for h in (0, 1, 4, 29, 54)], []),
        ("a bot wall", [(h, Outcome.BLOCKED) for h in (0, 1, 4)], [(4, State.BLOCKED)]),
        ("a consent page", [(h, Outcome.CONSENT) for h in (0, 1, 4)], [(4, State.BLOCKED)]),
        ("a paywall", [(h, Outcome.PAYWALLED) for h in (0, 1, 4)], [(4, State.PAYWALLED)]),
        ("a server down for a week", [(h, Outcome.SERVER_ERROR) for h in range(168)], []),
    ],
)
def test_histories(name: str, observations: list[Observation], changes: list[tuple[float, State]]) -> None:
    assert history(observations)[1] == changes, name


def test_410_is_meant() -> None:
    assert history([(0, GONE), (0.25, GONE)], status=410)[1] == [(0.25, State.GONE)]
    assert history([(0, GONE), (0.1, GONE)], status=410)[1] == []


def test_a_page_that_says_itself_that_it_was_not_found_is_looked_at_once_more_than_a_404() -> None:
    hours = (0, 0.25, 2.25, 26.25)
    assert history([(h, GONE) for h in hours[:3]], status=200)[1] == []
    assert history([(h, GONE) for h in hours], status=200)[1] == [(26.25, State.GONE)]


def test_from_wall_to_gone_is_a_change_of_its_own() -> None:
    changes = history([(h, Outcome.PAYWALLED) for h in (0, 1, 4)] + [(h, GONE) for h in (10, 11, 14)])[1]
    assert changes == [(4, State.PAYWALLED), (14, State.GONE)]


def test_a_move_is_believed_when_seen_twice() -> None:
    new = "https://paper.test/new"
    first = weigh(Suspicion(), Outcome.UNCHANGED, START, moved_to=new)
    assert (first.confirmed, first.again) == (None, WAITS[0])
    elsewhere = weigh(first.suspicion, Outcome.UNCHANGED, START + WAITS[0], moved_to="https://paper.test/other")
    assert elsewhere.confirmed is None
    second = weigh(first.suspicion, Outcome.UNCHANGED, START + WAITS[0], moved_to=new)
    assert second.confirmed is State.MOVED
    assert new in second.detail


def test_what_else_is_suspected_is_kept() -> None:
    waiting = Suspicion(text=WaitingText("abc", START), failures=2)
    weighed = weigh(waiting, GONE, START)
    assert weighed.suspicion.text == waiting.text
    assert weigh(weighed.suspicion, OK, START).suspicion == waiting


def test_a_suspicion_remembers_since_when_it_is_held() -> None:
    first = weigh(Suspicion(), GONE, START)
    second = weigh(first.suspicion, GONE, START + WAITS[0])
    assert second.suspicion.lifecycle is not None
    assert (second.suspicion.lifecycle.since, second.suspicion.lifecycle.seen) == (START, 2)
    other = weigh(second.suspicion, Outcome.BLOCKED, START + WAITS[1])
    assert other.suspicion.lifecycle is not None
    assert (other.suspicion.lifecycle.since, other.suspicion.lifecycle.seen) == (START + WAITS[1], 1)


def test_the_next_look_comes_when_it_counts() -> None:
    first = weigh(Suspicion(), GONE, START)
    assert first.again == WAITS[0]
    early = weigh(first.suspicion, GONE, START + timedelta(minutes=5))
    assert early.again == timedelta(minutes=10)
    assert early.suspicion == first.suspicion
    assert weigh(first.suspicion, GONE, START + WAITS[0]).again == WAITS[1]


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from(Outcome)), max_size=40), st.sampled_from(State))
def test_no_state_is_entered_twice_in_a_row_nor_on_one_observation(
    steps: list[tuple[float, Outcome]], state: State
) -> None:
    hours, observations = 0.0, []
    for pause, outcome in steps:
        hours += pause
        observations.append((hours, outcome))
    _, changes = history(observations, state=state)
    states = [state, *(s for _, s in changes)]
    assert all(a is not b for a, b in itertools.pairwise(states))
    assert all(new is State.LIVE or at >= WAITS[0] / timedelta(hours=1) for at, new in changes)


def test_a_suspicion_of_a_clock_that_ran_ahead_does_not_put_off_the_next_look() -> None:
    ahead = weigh(Suspicion(), GONE, START + timedelta(days=400))
    weighed = weigh(ahead.suspicion, GONE, START)
    assert weighed.again is not None
    assert weighed.again <= WAITS[-1]
    assert weighed.confirmed is None


def test_another_text_proves_little_when_an_answer_says_more() -> None:
    """A rewritten story waits to be believed; a front page for an hour then must not be its end."""
    waiting = [(hours, Outcome.OTHER_PAGE) for hours in (0, 1, 4, 30)]
    assert history([*waiting, (40, Outcome.HOMEPAGE), (41, Outcome.HOMEPAGE)]) == (State.LIVE, [])
    away = [(hours, Outcome.HOMEPAGE) for hours in (40, 41, 44, 70)]
    assert history([*waiting, *away]) == (State.GONE, [(70, State.GONE)])
