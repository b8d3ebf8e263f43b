"""When to look again: the policy, held to what it promises."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.config import SourceConfig
from tracker.model import Article, ArticleState, Outcome, RevisitState, State, Suspicion, Via
from tracker.scheduler.revisit import policy
from tracker.scheduler.revisit import rate as rates_
from tracker.scheduler.revisit.policy import next_check
from tracker.scheduler.revisit.rate import Rate, expected, fresh, learn, theta_for, wait

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SOURCE = SourceConfig(id="times", name="The Times")
ARTICLE = Article(
    id=7,
    source_id="times",
    url="https://times.example/story",
    state=State.LIVE,
    headline="A story",
    byline="",
    language="en",
    published_at=None,
    first_seen_at=NOON,
    last_changed_at=None,
    version_count=1,
    current_version_id=1,
    discovered_via=Via.FEED,
    pinned=False,
)

ages = st.floats(0, 24 * 400)
rates = st.builds(
    Rate,
    shape=st.floats(0.1, 200),
    exposure=st.floats(0.1, 200),
    changed_age=st.none() | st.floats(0, 1000),
    live=st.floats(0, 1),
    live_shape=st.floats(0.1, 50),
    live_exposure=st.floats(0.1, 50),
)


def checked(outcome: Outcome, now: datetime, before: ArticleState, *, failures: int = 0) -> ArticleState:
    """The state after a check, as the pipeline leaves it."""
    return replace(
        before,
        last_check_at=now,
        checks=before.checks + 1,
        outcome=outcome,
        outcome_run=before.outcome_run + 1 if before.outcome is outcome else 1,
        last_seen_at=now if outcome.saw_the_article else before.last_seen_at,
        suspicion=Suspicion(failures=failures),
    )


def follow(outcomes: list[Outcome], *, every: timedelta = timedelta(hours=1)) -> tuple[ArticleState, datetime]:
    """Check at a fixed pace and let the policy learn; the last state and moment."""
    state, now = ArticleState(7, NOON), NOON
    for outcome in outcomes:
        after = checked(outcome, now, state)
        look = next_check(ARTICLE, SOURCE, state, after, now=now)
        state = replace(after, next_check_at=look.at, rate=look.rate)
        now += every
    return state, now - every


@given(rates, ages, st.floats(0.001, 2))
def test_a_wait_is_never_shorter_than_five_minutes_nor_longer_than_a_week(rate: Rate, age: float, theta: float) -> None:
    assert 5 / 60 <= wait(rate, age, theta) <= 7 * 24


@given(rates, ages, st.floats(0.005, 1))
def test_a_larger_budget_never_means_a_longer_wait(rate: Rate, age: float, theta: float) -> None:
    assert wait(rate, age, theta) <= wait(rate, age, theta * 1.5) + 1 / 60


@given(st.floats(0.1, 50), ages, st.floats(0.1, 48))
def test_a_change_never_makes_an_article_look_quieter_and_quiet_never_livelier(
    shape: float, age: float, hours: float
) -> None:
    rate = Rate(shape, 1.0)
    quiet = learn(rate, age, age + hours, changed=False)
    changed = learn(rate, age, age + hours, changed=True)
    assert quiet.liveliness <= rate.liveliness
    assert changed.liveliness > quiet.liveliness


@given(rates, ages, st.floats(0, 100), st.floats(0, 100))
def test_expected_edits_add_up_over_time(rate: Rate, age: float, first: float, second: float) -> None:
    if rate.changed_age is not None and rate.changed_age > age:
        rate = replace(rate, changed_age=age)
    later = replace(rate, live=rate.live * math.exp(-first / rates_.LIVE_HOURS))
    whole = expected(rate, age, first + second)
    assert whole == pytest.approx(expected(rate, age, first) + expected(later, age + first, second), abs=1e-9)


def test_articles_are_looked_at_less_often_as_they_age() -> None:
    waits = [wait(fresh(age), age, theta_for(25)) for age in (0, 1, 6, 24, 24 * 7)]
    assert waits == sorted(waits)
    assert waits[0] < 0.5
    assert waits[-1] > 12


def test_an_article_that_keeps_changing_is_looked_at_sooner_than_one_that_never_does() -> None:
    lively, now = follow([Outcome.NEW, *[Outcome.CHANGED, Outcome.UNCHANGED] * 4])
    quiet, _ = follow([Outcome.NEW, *[Outcome.UNCHANGED] * 8])
    assert lively.next_check_at is not None
    assert quiet.next_check_at is not None
    assert (lively.next_check_at - now) * 3 < quiet.next_check_at - now


def test_a_change_is_followed_by_one_confirming_look_soon() -> None:
    state, now = follow([Outcome.NEW, Outcome.UNCHANGED, Outcome.CHANGED], every=timedelta(hours=40))
    assert state.next_check_at is not None
    assert state.next_check_at - now <= timedelta(minutes=15)
    after = checked(Outcome.UNCHANGED, state.next_check_at, state)
    look = next_check(ARTICLE, SOURCE, state, after, now=state.next_check_at)
    assert look.at is not None
    assert look.at - state.next_check_at > timedelta(minutes=15)


def test_not_modified_counts_as_a_quiet_look() -> None:
    same, _ = follow([Outcome.NEW, Outcome.NOT_MODIFIED])
    unchanged, _ = follow([Outcome.NEW, Outcome.UNCHANGED])
    assert same.rate == unchanged.rate


def test_a_failed_check_teaches_nothing_about_the_article() -> None:
    state, now = follow([Outcome.NEW, Outcome.UNCHANGED])
    after = checked(Outcome.TIMEOUT, now + timedelta(hours=1), state, failures=1)
    look = next_check(ARTICLE, SOURCE, state, after, now=now + timedelta(hours=1))
    assert look.rate == state.rate


@pytest.mark.parametrize(
    ("name", "failures", "least", "most"),
    [
        ("the first", 0, 4, 6),
        ("the second", 1, 8, 12),
        ("the fifth", 4, 64, 96),
        ("the tenth", 9, 0.8 * 1440, 1.2 * 1440),
        ("the thousandth", 1000, 0.8 * 1440, 1.2 * 1440),
    ],
)
def test_failures_move_the_next_check_back_further_and_further(
    name: str, failures: int, least: float, most: float
) -> None:
    for article_id in range(20):
        assert least <= policy.backoff(failures, article_id).total_seconds() / 60 <= most, name


def test_the_backoff_of_a_hosts_articles_is_spread_and_the_same_every_time() -> None:
    waits = [policy.backoff(3, n) for n in range(50)]
    assert len(set(waits)) == 50
    assert waits == [policy.backoff(3, n) for n in range(50)]


def test_failures_of_different_kinds_in_a_row_add_up() -> None:
    before = ArticleState(7, NOON, outcome=Outcome.TIMEOUT, outcome_run=1, suspicion=Suspicion(failures=4))
    after = checked(Outcome.SERVER_ERROR, NOON, before, failures=5)
    look = next_check(ARTICLE, SOURCE, before, after, now=NOON)
    assert look.at is not None
    assert look.at - NOON > timedelta(hours=1)
    assert "5 checks failed" in look.reason


@pytest.mark.parametrize(
    ("name", "days", "pinned", "least", "most"),
    [
        ("followed closely within the month", 29.0, False, 0.0, 7.0),
        ("monthly after it", 40.0, False, 30.0, 30.1),
        ("monthly until the year is over", 364.0, False, 30.0, 30.1),
        ("never after a year", 366.0, False, None, None),
        ("for ever when pinned", 1000.0, True, 0.0, 7.1),
    ],
)
def test_the_stop_rule(name: str, days: float, pinned: bool, least: float | None, most: float) -> None:
    now = NOON + timedelta(days=days)
    before = ArticleState(7, now, last_seen_at=now - timedelta(days=5), outcome=Outcome.UNCHANGED)
    after = checked(Outcome.UNCHANGED, now, before)
    look = next_check(replace(ARTICLE, pinned=pinned), SOURCE, before, after, now=now)
    if least is None:
        assert look.at is None
    else:
        assert look.at is not None
        assert timedelta(days=least) <= look.at - now <= timedelta(days=most), name


def test_a_gone_article_is_looked_for_once_a_day() -> None:
    before = ArticleState(7, NOON, suspicion=Suspicion(failures=2))
    after = checked(Outcome.GONE, NOON, before, failures=3)
    look = next_check(replace(ARTICLE, state=State.GONE), SOURCE, before, after, now=NOON)
    assert look.at is not None
    assert look.at - NOON >= timedelta(hours=24)


@pytest.mark.parametrize(
    ("name", "published", "born"),
    [
        ("unknown", None, NOON),
        ("in the future", NOON + timedelta(days=1), NOON),
        ("an hour ago", NOON - timedelta(hours=1), NOON - timedelta(hours=1)),
        ("an old text that is news again", NOON - timedelta(days=900), NOON - timedelta(days=7)),
    ],
)
def test_an_articles_age_starts_at_a_credible_moment(name: str, published: datetime | None, born: datetime) -> None:
    assert policy.born(replace(ARTICLE, published_at=published)) == born, name


@pytest.mark.parametrize("checks", [1, 6, 12, 20, 25, 60, 100, 200, 500])
def test_more_checks_mean_a_lower_threshold(checks: int) -> None:
    assert theta_for(checks) > theta_for(checks * 1.2) > 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("empty", RevisitState()),
        ("half", RevisitState(shape=1)),
        ("the other half", RevisitState(exposure=1)),
        ("zero", RevisitState(shape=0, exposure=0)),
        ("no number", RevisitState(shape=float("nan"), exposure=1)),
        ("without end", RevisitState(shape=1, exposure=math.inf)),
        ("more than sure to be live", RevisitState(shape=1, exposure=1, live=1.5)),
        ("a pace of nothing", RevisitState(shape=1, exposure=1, live_exposure=0)),
        ("livelier than anything", RevisitState(shape=1, exposure=1e-310)),
        ("faster than anything", RevisitState(shape=1, exposure=1, live_shape=1e300, live_exposure=1e-5)),
    ],
)
def test_a_damaged_belief_starts_anew(name: str, kept: RevisitState) -> None:
    before = ArticleState(7, NOON, last_seen_at=NOON, rate=kept)
    now = NOON + timedelta(hours=1)
    look = next_check(ARTICLE, SOURCE, before, checked(Outcome.UNCHANGED, now, before), now=now)
    assert look.at is not None
    assert look.rate.shape == rates_.SHAPE, name


def test_the_explanation_says_when_and_why() -> None:
    state, now = follow([Outcome.NEW, Outcome.UNCHANGED, Outcome.UNCHANGED])
    said = policy.explain(ARTICLE, SOURCE, state, now)
    assert "3 checks so far" in said
    assert "unseen edits" in said
    failed = replace(state, outcome=Outcome.TIMEOUT, outcome_run=2)
    assert "timeout, 2 in a row" in policy.explain(ARTICLE, SOURCE, failed, now)
    assert policy.explain(ARTICLE, SOURCE, replace(state, next_check_at=None), now).startswith("not again")
    assert policy.explain(ARTICLE, SOURCE, replace(state, next_check_at=now), now).startswith("now")
    assert "never checked" in policy.explain(ARTICLE, SOURCE, ArticleState(7, NOON + timedelta(days=3)), NOON)
    gone = replace(ARTICLE, state=State.GONE)
    assert "a daily look for its return" in policy.explain(gone, SOURCE, state, now)
    ended = replace(state, next_check_at=None)
    for over, said in ((State.MOVED, "leads to another article"), (State.RETIRED, "retired")):
        assert said in policy.explain(replace(ARTICLE, state=over), SOURCE, ended, now)
    old = replace(state, last_check_at=now + timedelta(days=40), next_check_at=now + timedelta(days=70))
    assert "older than 30 days: a monthly look" in policy.explain(ARTICLE, SOURCE, old, now + timedelta(days=40))
    assert "unseen edits" in policy.explain(replace(ARTICLE, pinned=True), SOURCE, old, now + timedelta(days=40))


# --- properties of the policy as a whole

looks = st.lists(st.tuples(st.floats(0.01, 100), st.booleans()), min_size=1, max_size=25)
junk = st.none() | st.floats() | st.sampled_from([0.0, -1.0, 1e300, 5e-324])


@given(looks, st.floats(0.001, 1), st.floats(1, 5))
def test_a_quiet_look_never_shortens_the_wait(history: list[tuple[float, bool]], theta: float, hours: float) -> None:
    belief, age = fresh(0.0), 0.0
    for step, changed in history:
        belief, age = learn(belief, age, age + step, changed), age + step
    before = wait(replace(belief, changed_age=None), age, theta)
    quiet = learn(replace(belief, changed_age=None), age, age + hours, changed=False)
    assert wait(quiet, age + hours, theta) >= before * (1 - 1e-9)


@given(looks)
def test_what_is_believed_stays_a_belief(history: list[tuple[float, bool]]) -> None:
    belief, age = fresh(0.0), 0.0
    for step, changed in history:
        belief, age = learn(belief, age, age + step, changed), age + step
        assert 0 <= belief.live <= 1
        assert 0 < belief.liveliness < math.inf
        assert 0 < belief.pace < math.inf


@given(rates, ages, st.floats(0.001, 2), st.floats(0, 1), st.floats(0, 1))
def test_a_signal_brings_a_look_forward_the_better_its_record(
    rate: Rate, age: float, theta: float, one: float, other: float
) -> None:
    poor, good = sorted((one, other))
    planned = rates_.until(rate, age, theta)
    assert rates_.until(rate, age, theta, told=good) <= rates_.until(rate, age, theta, told=poor) <= planned


@given(rates, ages, st.floats(0.001, 2), st.floats(0, 0.9))
def test_edits_that_are_announced_are_not_waited_for(rate: Rate, age: float, theta: float, announced: float) -> None:
    assert wait(rate, age, theta, announced=announced) >= wait(rate, age, theta)


def test_a_live_blog_is_recognised_and_forgotten_when_it_ends() -> None:
    belief, age = fresh(0.0), 0.0
    for _ in range(8):
        belief, age = learn(belief, age, age + 0.4, changed=True), age + 0.4
    assert belief.live > 0.5
    assert wait(belief, age + 0.01, theta_for(25)) < 0.25
    for _ in range(12):
        belief, age = learn(belief, age, age + 1, changed=False), age + 1
    assert belief.live < 0.05


def test_a_page_that_is_never_the_same_is_bounded() -> None:
    state, now, looks = ArticleState(7, NOON), NOON, 0
    while now < NOON + timedelta(days=30):
        outcome = Outcome.CHANGED if looks else Outcome.NEW
        after = checked(outcome, now, state)
        look = next_check(ARTICLE, SOURCE, state, after, now=now)
        assert look.at is not None
        state, now, looks = replace(after, next_check_at=look.at, rate=look.rate), look.at, looks + 1
    assert 200 < looks < 1200
    assert "far more than its share of 25" in policy.explain(ARTICLE, SOURCE, state, state.last_check_at or NOON)


@given(
    st.builds(
        RevisitState,
        shape=junk,
        exposure=junk,
        changed=st.none() | st.datetimes(timezones=st.just(UTC)),
        live=junk,
        live_shape=junk,
        live_exposure=junk,
        interval=junk,
    ),
    st.sampled_from(["expected", "adaptive", "fixed"]),
    st.floats(-10_000, 10_000),
    st.sampled_from([Outcome.UNCHANGED, Outcome.CHANGED, Outcome.TIMEOUT]),
)
def test_no_row_no_clock_and_no_schedule_makes_it_burst(
    kept: RevisitState, schedule: str, hours: float, outcome: Outcome
) -> None:
    """The clock may be set back to before the last look, and the row may hold anything."""
    source = replace(SOURCE, schedule=schedule)
    now = NOON + timedelta(hours=hours)
    before = ArticleState(
        7, NOON, last_check_at=NOON, last_seen_at=NOON, outcome=Outcome.UNCHANGED, checks=3, rate=kept
    )
    look = next_check(ARTICLE, source, before, checked(outcome, now, before, failures=1), now=now)
    if look.at is not None:
        assert timedelta(minutes=4) <= look.at - now <= timedelta(days=31)
    later = replace(before, next_check_at=NOON, rate=kept)
    assert policy.gain(ARTICLE, source, later, now) >= 0
    assert policy.worth(ARTICLE, source, later, 1.0, now) >= now
    assert policy.explain(ARTICLE, source, later, now)


@pytest.mark.parametrize("checks", [6, 25, 100])
def test_the_fixed_schedule_spends_its_checks_in_a_fortnight(checks: int) -> None:
    source = replace(SOURCE, schedule="fixed", checks=checks)
    state, now = ArticleState(7, NOON), NOON
    for number in range(checks):
        after = checked(Outcome.CHANGED if number % 3 else Outcome.UNCHANGED, now, state)
        look = next_check(ARTICLE, source, state, after, now=now)
        assert look.at is not None
        state, now = replace(after, next_check_at=look.at, rate=look.rate), look.at
    assert now - NOON == pytest.approx(timedelta(days=14), abs=timedelta(minutes=1))


def test_the_adaptive_schedule_is_stormcrawlers_rule() -> None:
    source = replace(SOURCE, schedule="adaptive", checks=25)
    state, now, spans = ArticleState(7, NOON), NOON, []
    for outcome in (Outcome.NEW, Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.CHANGED):
        after = checked(outcome, now, state)
        look = next_check(ARTICLE, source, state, after, now=now)
        assert look.at is not None
        spans.append((look.at - now) / timedelta(minutes=1))
        state, now = replace(after, next_check_at=look.at, rate=look.rate), look.at
    assert spans == pytest.approx([15, 15 * 1.3, 15 * 1.3**2, (15 * 1.3**2 + 5) / 2], rel=0.01)


def test_who_is_overdue_gains_more_and_a_first_look_gains_most() -> None:
    state, now = follow([Outcome.NEW, Outcome.UNCHANGED, Outcome.UNCHANGED])
    assert state.next_check_at is not None
    due = policy.gain(ARTICLE, SOURCE, state, state.next_check_at)
    assert due == pytest.approx(1.0, rel=0.05), "it is due when its gain is one"
    assert policy.gain(ARTICLE, SOURCE, state, state.next_check_at + timedelta(hours=9)) > due
    assert policy.gain(ARTICLE, SOURCE, ArticleState(7, NOON), NOON) == math.inf
    failed = replace(state, outcome=Outcome.TIMEOUT)
    assert policy.gain(ARTICLE, SOURCE, failed, now + timedelta(days=9)) == 1.0
    assert policy.worth(ARTICLE, SOURCE, state, 1.0, now) == pytest.approx(
        state.next_check_at, abs=timedelta(minutes=1)
    )
    assert policy.worth(ARTICLE, SOURCE, state, 3.0, now) > state.next_check_at
