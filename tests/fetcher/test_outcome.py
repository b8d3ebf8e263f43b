"""What the status of an answer means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tracker.fetcher.outcome import outcome_of, retry_after
from tracker.model import Outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (203, None),
        (304, None),
        (206, Outcome.TRUNCATED),
        (300, Outcome.BAD_REDIRECT),
        (302, Outcome.BAD_REDIRECT),
        (400, Outcome.HTTP_ERROR),
        (401, Outcome.PAYWALLED),
        (402, Outcome.PAYWALLED),
        (403, Outcome.BLOCKED),
        (404, Outcome.GONE),
        (408, Outcome.TIMEOUT),
        (410, Outcome.GONE),
        (418, Outcome.HTTP_ERROR),
        (429, Outcome.RATE_LIMITED),
        (451, Outcome.BLOCKED),
        (500, Outcome.SERVER_ERROR),
        (503, Outcome.SERVER_ERROR),
        (525, Outcome.SERVER_ERROR),
        (600, Outcome.HTTP_ERROR),
        (999, Outcome.HTTP_ERROR),
    ],
)
def test_statuses(status: int, outcome: Outcome | None) -> None:
    assert outcome_of(status) is outcome


def test_a_challenge_is_a_block_whatever_its_status() -> None:
    headers = [("CF-Mitigated", "challenge")]
    assert {outcome_of(status, headers) for status in (200, 403, 503)} == {Outcome.BLOCKED}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        ({"Retry-After": " 30 "}, timedelta(seconds=30)),
        ({"Retry-After": "9" * 400}, timedelta(seconds=10**9)),
        (
            {"Retry-After": "Mon, 23 Nov 2026 10:01:00 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"},
            timedelta(minutes=1),
        ),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"}, timedelta(0)),
        ({"Retry-After": "Mon, 23 Nov 2026 10:01:00 GMT"}, None),
        ({"Retry-After": "٣٠"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": ""}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], wait: timedelta | None) -> None:
    assert retry_after(tuple(headers.items())) == wait
