"""What the policy remembers of an article from check to check, and what it says of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.scheduler.test_revisit import ARTICLE, NOON, SOURCE, checked
from tracker.model import ArticleState, Outcome
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
