"""What the policy remembers of an article from check to check, and what it says of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.scheduler.test_revisit import ARTICLE, NOON, SOURCE, checked
from tracker.model import ArticleState, Outcome, RevisitState, State
from tracker.scheduler.revisit import policy
from tracker.scheduler.revisit.policy import next_check


def looked_at(*outcomes: Outcome, minutes: int = 15) -> tuple[ArticleState, datetime]:
    """The state after looks at equal distances, as the policy leaves it, and when the last one was."""
    state, now = ArticleState(7, NOON), NOON
    for outcome in outcomes:
        now += timedelta(minutes=minutes)
        after = checked(outcome, now, state)
        planned = next_check(ARTICLE, SOURCE, state, after, now=now)
        state = replace(after, rate=planned.rate, next_check_at=planned.at)
    return state, now


def test_the_explanation_says_that_an_article_has_just_changed_only_while_it_has() -> None:
    changed, now = looked_at(Outcome.NEW, Outcome.CHANGED)
    assert "it has just changed" in policy.explain(ARTICLE, SOURCE, changed, now)
    quiet, now = looked_at(Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
    assert "it has just changed" not in policy.explain(ARTICLE, SOURCE, quiet, now)


def test_that_an_article_is_a_live_blog_is_remembered_from_check_to_check() -> None:
    state, now = looked_at(Outcome.NEW, *[Outcome.CHANGED] * 20)
    assert (state.rate.live or 0) > 0.5
    assert "and a live blog with" in policy.explain(ARTICLE, SOURCE, state, now)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "in 1 min "), (119, "in 119 min "), (120, "in 2.0 h "), (2879, "in 48.0 h "), (2880, "in 2.0 days ")],
)
def test_a_wait_is_told_in_the_unit_a_reader_counts_in(minutes: int, words: str) -> None:
    state = replace(looked_at(Outcome.NEW)[0], next_check_at=NOON + timedelta(minutes=minutes))
    assert policy.explain(ARTICLE, SOURCE, state, NOON).startswith(words)


def test_what_is_remembered_is_rounded_and_read_as_it_was_meant() -> None:
    state, _ = looked_at(Outcome.NEW, Outcome.CHANGED)
    rate = state.rate
    assert (rate.changed, rate.interval, rate.signal) == (NOON + timedelta(minutes=30), None, None)
    for number, digits in ((rate.shape, 4), (rate.exposure, 4), (rate.live, 4), (rate.live_shape, 3)):
        assert number is not None
        assert number == round(number, digits)
    quiet, _ = looked_at(Outcome.NEW, *[Outcome.UNCHANGED] * 20, minutes=240)
    assert (quiet.rate.live, quiet.rate.live_shape, quiet.rate.live_exposure) == (0.0, None, None)


@pytest.mark.parametrize(
    ("name", "hours", "theta", "gain"),
    [("just seen", 0.0, 0.0, 0.0), ("an hour ago", 1.0, 1.0, 1.90), ("a day ago", 24.0, 1.0, 13.76)],
)
def test_what_a_look_would_bring(name: str, hours: float, theta: float, gain: float) -> None:
    kept = RevisitState(shape=0.6, exposure=0.6, live=0.0)
    state = ArticleState(7, NOON, NOON, NOON + timedelta(hours=1), outcome=Outcome.UNCHANGED, rate=kept)
    now = NOON + timedelta(hours=1 + hours)
    assert policy.gain(ARTICLE, SOURCE, state, now) == pytest.approx(gain, rel=0.02), name
    assert policy.worth(ARTICLE, SOURCE, state, theta or 1e-9, now) >= now


def test_when_a_look_is_worth_it() -> None:
    kept = RevisitState(shape=0.6, exposure=0.6, live=0.0)
    state = ArticleState(7, NOON, NOON, NOON + timedelta(hours=1), outcome=Outcome.UNCHANGED, rate=kept)
    seen = NOON + timedelta(hours=1)
    at = policy.worth(ARTICLE, SOURCE, state, 1.0, seen)
    assert policy.gain(ARTICLE, SOURCE, state, at) == pytest.approx(1.0, abs=0.02)
    assert policy.worth(ARTICLE, SOURCE, state, 2.0, seen) > at
    assert policy.worth(ARTICLE, SOURCE, state, 1.0, seen, told=1.0) == seen + timedelta(minutes=5)
    assert policy.worth(ARTICLE, SOURCE, state, 1.0, at + timedelta(hours=3)) == at + timedelta(hours=3)
    assert policy.worth(ARTICLE, SOURCE, replace(state, last_seen_at=None), 1.0, seen) == seen


@pytest.mark.parametrize(
    ("name", "state", "outcome", "seen"),
    [
        ("gone", State.GONE, Outcome.UNCHANGED, True),
        ("never seen", State.LIVE, Outcome.UNCHANGED, False),
        ("a failure", State.LIVE, Outcome.TIMEOUT, True),
        ("no outcome", State.LIVE, None, True),
    ],
)
def test_what_cannot_be_weighed_is_worth_one_look(name: str, state: State, outcome: Outcome | None, seen: bool) -> None:
    known = ArticleState(7, NOON, NOON, NOON if seen else None, outcome=outcome)
    assert policy.gain(replace(ARTICLE, state=state), SOURCE, known, NOON + timedelta(days=9)) == 1.0, name


@pytest.mark.parametrize(
    ("checks", "budget", "minutes"),
    [(0, 25, 5), (200, 25, 5), (201, 25, 5.05), (400, 25, 20), (16, 1, 20), (16, 0, 20)],
)
def test_who_had_many_times_its_checks_is_slowed_down(checks: int, budget: int, minutes: float) -> None:
    assert policy.least_after(checks, budget) * 60 == pytest.approx(minutes, rel=1e-3)


def test_a_backoff_is_within_a_fifth_of_its_doubled_wait_and_uses_the_whole_of_that() -> None:
    minutes = [policy.backoff(0, n).total_seconds() / 60 for n in range(400)]
    assert 4.0 <= min(minutes) < 4.1
    assert 5.9 < max(minutes) <= 6.0


@pytest.mark.parametrize(
    ("name", "schedule", "words"),
    [
        ("fixed", "fixed", "a look every 13.4 h (schedule: fixed)"),
        (
            "adaptive",
            "adaptive",
            "the interval is 15 min, shorter after a change, longer after none (schedule: adaptive)",
        ),
        ("expected", "expected", "0.2 times as lively as an ordinary article"),
    ],
)
def test_the_explanation_names_the_schedule(name: str, schedule: str, words: str) -> None:
    kept = RevisitState(shape=0.6, exposure=3.0, live=0.0)
    state = ArticleState(7, NOON + timedelta(hours=9), NOON, NOON, checks=3, outcome=Outcome.UNCHANGED, rate=kept)
    assert words in policy.explain(ARTICLE, replace(SOURCE, schedule=schedule), state, NOON), name


def test_the_explanation_tells_of_what_is_announced_from_a_twentieth_on() -> None:
    state, now = looked_at(Outcome.NEW, Outcome.UNCHANGED)
    assert "5% of its source's edits are announced" in policy.explain(ARTICLE, SOURCE, state, now, announced=0.05)
    assert "announced" not in policy.explain(ARTICLE, SOURCE, state, now, announced=0.049)


def test_the_explanation_speaks_of_a_share_only_where_it_was_passed() -> None:
    state, now = looked_at(Outcome.NEW, Outcome.UNCHANGED)
    assert "share" not in policy.explain(ARTICLE, SOURCE, state, now)
    assert "more than its share of 25" in policy.explain(ARTICLE, SOURCE, replace(state, checks=201), now)


@pytest.mark.parametrize(
    ("name", "hours", "words"),
    [
        ("the shortest", 5 / 60, "the interval is 5 min"),
        ("the longest", 168.0, "the interval is 7.0 days"),
        ("too short", 4 / 60, "the interval is 15 min"),
        ("too long", 169.0, "the interval is 15 min"),
        ("none", None, "the interval is 15 min"),
    ],
)
def test_an_interval_that_no_schedule_gives_starts_anew(name: str, hours: float | None, words: str) -> None:
    state = replace(looked_at(Outcome.NEW)[0], rate=RevisitState(interval=hours))
    assert words in policy.explain(ARTICLE, replace(SOURCE, schedule="adaptive"), state, NOON), name


@pytest.mark.parametrize(("live", "sure"), [(0.0, False), (1.0, True), (1.01, False)])
def test_a_live_blog_may_be_sure(live: float, sure: bool) -> None:
    state = replace(looked_at(Outcome.NEW)[0], rate=RevisitState(shape=1, exposure=1, live=live))
    assert ("a live blog with 100% probability" in policy.explain(ARTICLE, SOURCE, state, NOON)) is sure


def test_the_explanation_says_how_many_edits_will_be_unseen_by_then() -> None:
    state, now = looked_at(Outcome.NEW, *[Outcome.UNCHANGED] * 4, minutes=60)
    said = policy.explain(ARTICLE, SOURCE, state, now)
    by_then = float(said.partition("by then ")[2].split(" ")[0])
    assert 0.046 <= by_then <= 0.0495, said
    assert "(look at 0.049)" in said
