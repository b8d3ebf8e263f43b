"""The shipped schedule in numbers: who fits other constants sees here what they change for an article."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.scheduler.revisit import plain
from tracker.scheduler.revisit.rate import Prior, Rate, expected, fresh, learn, need, theta_for, until, wait

NEW = fresh(0.0)


@pytest.mark.parametrize(
    ("hours", "edits"), [(-1, 0), (0, 0), (1, 0.1773), (6, 0.452), (24, 0.68), (72, 0.839), (168, 0.9459)]
)
def test_an_ordinary_article_has_so_many_edits_by_an_age(hours: float, edits: float) -> None:
    assert Prior().edits(hours) == pytest.approx(edits, rel=1e-3)


def test_of_the_articles_edited_in_a_week_most_are_edited_on_the_first_day() -> None:
    day, week = (1 - (1 + Prior().edits(hours) / 0.6) ** -0.6 for hours in (24, 168))
    assert (day, day / week) == pytest.approx((0.365, 0.84), abs=0.005)


@pytest.mark.parametrize(
    ("checks", "theta"),
    [
        (0, 7.411),
        (1, 7.411),
        (3, 1.237),
        (6, 0.4),
        (9, 0.2066),
        (12, 0.1293),
        (25, 0.0492),
        (35, 0.0328),
        (50, 0.0213),
        (100, 0.0087),
        (150, 0.005),
        (200, 0.0034),
        (400, 0.00133),
    ],
)
def test_the_threshold_of_a_budget(checks: float, theta: float) -> None:
    assert theta_for(checks) == pytest.approx(theta, rel=0.02)


@pytest.mark.parametrize(
    ("name", "changed", "minutes"),
    [
        ("quiet", "--------", [11, 15, 20, 28, 41, 62, 99, 165]),
        ("edited twice", "--++----", [11, 15, 20, 5, 5, 5, 5, 5]),
        ("never the same", "++++++++", [11, 5, 5, 5, 5, 5, 5, 5]),
    ],
)
def test_the_first_looks_at_a_new_article(name: str, changed: str, minutes: list[int]) -> None:
    rate, age, found = NEW, 0.0, []
    for sign in changed:
        hours = wait(rate, age, theta_for(25))
        found.append(round(hours * 60))
        rate = learn(rate, age, age + hours, sign == "+")
        age += hours
    assert found == minutes, name


def test_a_quiet_week_leaves_looks_that_are_days_apart() -> None:
    rate = learn(NEW, 0, 168, changed=False)
    assert wait(rate, 168, theta_for(25)) == pytest.approx(97.7, rel=0.01)
    assert wait(rate, 168, theta_for(100)) == pytest.approx(25.6, rel=0.01)
    assert wait(rate, 168, theta_for(6)) == 168


@pytest.mark.parametrize(("age", "live"), [(-1, 0.03), (0, 0.03), (8, 0.011), (24, 0.0015)])
def test_how_likely_a_live_blog_is_by_the_age_at_first_sight(age: float, live: float) -> None:
    assert fresh(age).live == pytest.approx(live, abs=5e-5)


def test_what_edits_teach() -> None:
    quiet = learn(NEW, 0, 1, changed=False)
    assert (quiet.shape, quiet.exposure) == pytest.approx((0.6, 0.6 + Prior().edits(1)))
    assert quiet.live < NEW.live
    assert quiet.live_exposure == pytest.approx(1.6 + 0.94, abs=0.01), "an hour, of which a part may be after its end"
    edited = learn(NEW, 0, 1, changed=True)
    assert (edited.shape, edited.exposure) == pytest.approx((1.319, 0.777), abs=0.002)
    assert (edited.changed_age, edited.live, edited.live_shape) == pytest.approx((1.0, 0.0995, 5.41), abs=0.002)
    again = learn(edited, 1, 1.5, changed=True)
    assert (again.shape, again.live, again.live_shape) == pytest.approx((1.545, 0.313, 8.006), abs=0.002)


def test_after_an_edit_others_follow_for_an_hour_or_two() -> None:
    edited = replace(NEW, changed_age=5.0, live=0.0)
    without = replace(edited, changed_age=None)

    def more(age: float, hours: float) -> float:
        return expected(edited, age, hours) - expected(without, age, hours)

    assert [more(5, hours) for hours in (0, 0.25, 1, 24)] == pytest.approx([0, 0.0425, 0.1105, 0.15], abs=2e-4)
    assert [more(age, 1) for age in (4, 6, 9, 30)] == pytest.approx([0.1105, 0.0291, 0.0005, 0], abs=2e-4)


def test_waiting_itself_weighs_a_little() -> None:
    assert [need(NEW, 1, hours) for hours in (1, 2, 24, 168)] == pytest.approx(
        [0.1213, 0.2118, 0.9802, 3.522], rel=2e-3
    )
    assert need(NEW, 1, 2, told=0.5) == pytest.approx(0.7118, rel=1e-3)
    assert need(NEW, 1, 1000) == pytest.approx(expected(NEW, 1, 1000) * (0.97 + 0.03 * 84), rel=1e-6)


def test_announced_edits_are_not_waited_for_while_feeds_name_the_article() -> None:
    assert [expected(NEW, age, 24, announced=0.8) for age in (0, 30, 40, 48, 60)] == pytest.approx(
        [0.1816, 0.0867, 0.152, 0.2841, 0.2733], abs=2e-4
    )


def test_a_wait_ends_within_a_thousandth_of_where_the_need_reaches_the_threshold() -> None:
    for theta in (0.02, 0.05, 0.2):
        hours = until(NEW, 2.0, theta)
        assert need(NEW, 2.0, hours) >= theta
        assert need(NEW, 2.0, hours * 0.995) < theta
    assert until(NEW, 2.0, 1e-9) == 5 / 60
    assert until(NEW, 2.0, 100.0) == 168
    assert until(NEW, 2.0, 0.05, told=1.0) == 5 / 60
    assert until(Rate(changed_age=2.0), 2.0, 100.0, high=0.25) == 0.25


@pytest.mark.parametrize(
    ("checks", "hours"), [(0, 168), (1, 168), (2, 168), (25, 13.44), (336, 1), (4032, 5 / 60), (9000, 5 / 60)]
)
def test_the_fixed_interval(checks: int, hours: float) -> None:
    assert plain.fixed(checks) == pytest.approx(hours)


@pytest.mark.parametrize(
    ("interval", "checks", "changed", "hours"),
    [
        (1.0, 25, False, 1.3),
        (1.0, 12, False, 1.91),
        (1.0, 200, False, 1.019),
        (1.0, 25, True, (1 + 5 / 60) / 2),
        (5 / 60, 25, True, 5 / 60),
        (160.0, 25, False, 168),
    ],
)
def test_the_adaptive_interval(interval: float, checks: float, changed: bool, hours: float) -> None:
    assert plain.adaptive(interval, checks, changed=changed) == pytest.approx(hours, rel=1e-3)


@pytest.mark.parametrize(
    ("checks", "share"), [(12, 0.91), (25, 0.3), (35, 0.19306), (50, 0.121), (100, 0.048), (200, 0.019), (400, 0.00752)]
)
def test_the_share_by_which_a_quiet_look_lengthens_the_interval(checks: float, share: float) -> None:
    assert plain.increase_for(checks) == pytest.approx(share, rel=1e-3)
