"""Conditional requests: when to ask without conditions, and when a validator has lied."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fetcher.world import START
from tracker.fetcher import conditional
from tracker.model import ArticleState, Capture, Validators

KNOWN = Validators('"v1"', "Mon, 23 Nov 2026 09:00:00 GMT")


def state(checks: int, ago: timedelta = timedelta(hours=1), validators: Validators = KNOWN) -> ArticleState:
    return ArticleState(7, None, last_check_at=START - ago, checks=checks, validators=validators)


def test_every_sixth_check_asks_for_the_whole_page() -> None:
    asked = [conditional.to_send(state(checks), START) for checks in range(12)]
    assert [checks for checks, sent in enumerate(asked) if sent is None] == [5, 11]
    assert asked[0] == KNOWN


def test_the_first_check_of_a_day_asks_for_the_whole_page() -> None:
    assert conditional.to_send(state(1, timedelta(hours=9)), START) == KNOWN
    assert conditional.to_send(state(1, timedelta(hours=11)), START) is None


def test_nothing_known_means_nothing_sent() -> None:
    assert conditional.to_send(state(1, validators=Validators()), START) is None
    assert conditional.to_send(ArticleState(7, None, validators=KNOWN), START) is None


def capture(*headers: tuple[str, str], status: int = 200, redirected: bool = False) -> Capture:
    trail = ((301, "https://paper.test/a"),) if redirected else ()
    return Capture("https://paper.test/a", "https://paper.test/a", status, headers, b"x", START, trail)


def test_validators_of_a_redirected_answer_belong_to_another_address() -> None:
    etag = ("ETag", '"v2"')
    assert conditional.of(capture(etag)) == Validators('"v2"', "")
    assert conditional.of(capture(etag, redirected=True)) == Validators()


@pytest.mark.parametrize("hostile", ['"\x1b[31m"', '"é"', '"' + "x" * 5000 + '"'])
def test_hostile_validators_are_not_kept(hostile: str) -> None:
    assert conditional.of(capture(("ETag", hostile))) == Validators()


SAME_TAG, NEW_TAG = ("ETag", '"v1"'), ("ETag", '"v2"')
SAME_DATE, NEW_DATE = ("Last-Modified", KNOWN.last_modified), ("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT")


@pytest.mark.parametrize(
    ("name", "known", "headers", "changed", "lied"),
    [
        ("same tag, other text", KNOWN, [SAME_TAG, NEW_DATE], True, True),
        ("same tag, same text", KNOWN, [SAME_TAG], False, False),
        ("new tag, other text", KNOWN, [NEW_TAG, SAME_DATE], True, False),
        ("tag gone, other text", KNOWN, [SAME_DATE], True, False),
        ("same date alone, other text", Validators("", KNOWN.last_modified), [SAME_DATE], True, True),
        ("new date alone, other text", Validators("", KNOWN.last_modified), [NEW_DATE], True, False),
        ("nothing known", Validators(), [], True, False),
    ],
)
def test_lies(name: str, known: Validators, headers: list[tuple[str, str]], changed: bool, lied: bool) -> None:
    assert conditional.lied(known, capture(*headers), changed=changed) is lied, name


def test_a_304_cannot_be_caught_lying() -> None:
    assert not conditional.lied(KNOWN, capture(SAME_TAG, status=304), changed=True)
