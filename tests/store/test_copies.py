"""Which dated copies stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.store.upkeep.copies import Plan, kept, read_plan

TODAY = date(2026, 11, 23)
DAILY = [TODAY - timedelta(days=n) for n in range(800)]


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("7", Plan(7)),
        ("7d,4w,12m", Plan(1, 7, 4, 12)),
        ("12m, 3", Plan(3, 0, 0, 12)),
    ],
)
def test_a_plan_is_read(text: str, plan: Plan) -> None:
    assert read_plan(text) == plan


@pytest.mark.parametrize("text", ["", "0", "7y", "7d,7d", "-1", "d", "7d;4w"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="7d,4w,12m"):
        read_plan(text)


def test_days_weeks_and_months_have_one_copy_each() -> None:
    stay = sorted(kept(DAILY, read_plan("7d,4w,12m")), reverse=True)
    assert stay[:7] == DAILY[:7]
    assert date(2026, 11, 15) in stay, "the Sunday of a week that had ended"
    assert date(2025, 12, 31) in stay
    assert date(2025, 11, 30) not in stay
    assert len(stay) == 7 + 3 + 10, "the newest week and month are those of the newest copy"


def test_the_newest_copies_stay_however_old_they_are() -> None:
    old = [date(2020, 1, 1), date(2020, 2, 1), date(2021, 1, 1)]
    assert kept(old, read_plan("2")) == set(old[1:])
    assert kept(old, read_plan("7d")) == set(old), "seven days that have a copy, not seven days ago"
