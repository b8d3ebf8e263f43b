from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.render.samples import record
from tracker.model import LaterNotice, Notice, Outcome
from tracker.render.words import (
    count,
    interval,
    moment_words,
    named,
    notice_words,
    outcome_words,
    short_moment,
    told_words,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "after", "before", "said"),
    [
        ("one day", "2026-11-23T10:05", "2026-11-23T10:20", "between 10:05 and 10:20 UTC on 23 Nov 2026"),
        (
            "over midnight",
            "2026-11-22T23:50",
            "2026-11-23T00:05",
            "between 23:50 on 22 Nov and 00:05 UTC on 23 Nov 2026",
        ),
        (
            "over the year's end",
            "2026-12-31T23:50",
            "2027-01-01T00:05",
            "between 23:50 on 31 Dec 2026 and 00:05 UTC on 1 Jan 2027",
        ),
        (
            "within a minute",
            "2026-11-23T10:05:10",
            "2026-11-23T10:05:40",
            "between 10:05:10 and 10:05:40 UTC on 23 Nov 2026",
        ),
    ],
)
def test_a_change_happened_between_two_checks(name: str, after: str, before: str, said: str) -> None:
    assert interval(at(after), at(before)) == said, name


def test_times_are_utc_whatever_the_zone_they_came_in() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert moment_words(datetime(2026, 11, 23, 8, 5, tzinfo=tokyo)) == "23:05 UTC on 22 Nov 2026"
    assert short_moment(datetime(2026, 11, 23, 8, 5, tzinfo=tokyo)) == "2026-11-22 23:05"


@pytest.mark.parametrize(
    ("notice", "acknowledged", "said"),
    [
        (Notice.NONE, False, "no notice seen"),
        (Notice.NONE, True, "modified date moved"),
        (Notice.UPDATE, True, "update notice seen"),
        (Notice.CORRECTION, True, "correction notice seen"),
    ],
)
def test_a_missing_notice_is_a_finding_not_a_charge(notice: Notice, acknowledged: bool, said: str) -> None:
    assert notice_words(notice, acknowledged) == said


@pytest.mark.parametrize(
    ("name", "least", "most", "said"),
    [
        ("checks close together", 2.98, 3.02, "correction seen 3 h later"),
        ("checks far apart", 2.0, 5.0, "correction seen 2 to 5 h later"),
        ("perhaps at once", 0.0, 4.0, "correction seen up to 4 h later"),
        ("within the hour", 0.25, 0.6, "correction seen 15 to 36 min later"),
        ("days", 70.0, 98.0, "correction seen 3 to 4 days later"),
    ],
)
def test_a_later_notice_is_told_with_its_lag(name: str, least: float, most: float, said: str) -> None:
    late = record(later=LaterNotice(13, Notice.CORRECTION, least, most))
    assert told_words(late) == said, name


def test_without_a_later_notice_only_the_own_one_is_told() -> None:
    assert told_words(record(notice=Notice.NONE, acknowledged=False)) == "no notice seen"


def test_counts_agree_with_their_nouns() -> None:
    assert [count(1, "edit"), count(0, "edit"), count(1200, "word"), count(2, "story", "stories")] == [
        "1 edit",
        "0 edits",
        "1,200 words",
        "2 stories",
    ]


def test_two_versions_set_side_by_side_are_no_recorded_change() -> None:
    assert [named(record(id=12)), named(record(id=0))] == ["change 12", "versions 1 to 2"]


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_told_in_words_for_people(outcome: Outcome) -> None:
    assert "_" not in outcome_words(outcome)
    assert outcome_words(Outcome.CONNECTION) == "no connection"
    assert outcome_words(Outcome.SERVER_ERROR) == "server error"
