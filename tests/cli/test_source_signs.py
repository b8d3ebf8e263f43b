from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.test_doctor import NOON
from tests.store.world import HOUR, NOW, TIMES, follow, history, publish, result, says
from tracker.cli.source_signs import Level, source_signs
from tracker.model import Outcome
from tracker.store.history import record, source_condition
from tracker.store.history.source_condition import FailingChecks, SourceCondition

WELL = SourceCondition("times", 20, NOW, timedelta(hours=3), NOW, None, 20, ())


@pytest.mark.parametrize(
    ("name", "seen", "words"),
    [
        ("all is well", WELL, ""),
        ("nothing came", replace(WELL, articles=0, newest_at=None), "has brought no article yet"),
        (
            "silence that is unusual",
            replace(WELL, newest_at=NOW - timedelta(days=4)),
            "no new article since Thursday; one every 3 hours is usual",
        ),
        ("silence that is usual", replace(WELL, newest_at=NOW - timedelta(days=4), rhythm=timedelta(days=2)), ""),
        ("nobody checks", replace(WELL, overdue_since=NOW - timedelta(days=1)), "late since Sunday"),
        (
            "most fail",
            replace(WELL, well=2, failures=(FailingChecks(Outcome.BLOCKED, 18, NOW - timedelta(days=2), "HTTP 403"),)),
            "18 of its newest articles are blocked to us, since Saturday (HTTP 403)",
        ),
        (
            "another failure",
            replace(WELL, well=2, failures=(FailingChecks(Outcome.TRUNCATED, 18, NOW - timedelta(hours=2), ""),)),
            "end with “truncated”, since 08:00 UTC today",
        ),
    ],
)
def test_a_source_is_told_in_words_and_since_when(name: str, seen: SourceCondition, words: str) -> None:
    wrong = [s.words for s in source_signs(seen, NOON) if s.level is Level.WRONG]
    assert (wrong != []) == bool(words), name
    assert words in "".join(wrong)


def test_a_few_failures_are_only_noted() -> None:
    seen = replace(WELL, failures=(FailingChecks(Outcome.PAYWALLED, 3, NOW - timedelta(days=30), ""),))
    [fine, note] = source_signs(seen, NOON)
    assert fine.level is Level.FINE
    assert (note.level, note.words.startswith("3 of its newest articles are behind a paywall")) == (Level.NOTE, True)


def test_the_condition_of_a_source_is_read_from_its_checks(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        for n in range(5):
            article = follow(store, f"story-{n}", at=NOW + n * HOUR)
            publish(store, article, says(headline=f"Story {n}"), NOW + n * HOUR)
        record.record(store, result(store, 1, NOW + 5 * HOUR, Outcome.BLOCKED, status=403, error="HTTP 403"))
        record.record(store, result(store, 1, NOW + 6 * HOUR, Outcome.BLOCKED, status=403, error="HTTP 403"))
        seen = source_condition.source(store, TIMES.id, NOW + 48 * HOUR)
    assert (seen.articles, seen.rhythm, seen.well) == (5, HOUR, 4)
    assert seen.newest_at == NOW + 4 * HOUR
    assert seen.failures == (FailingChecks(Outcome.BLOCKED, 1, NOW + 5 * HOUR, "HTTP 403"),)
    assert seen.overdue_since == NOW + 2 * HOUR
