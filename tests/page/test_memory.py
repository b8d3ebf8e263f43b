"""What is remembered of a source's pages, and what it says of a text that stands at several of its addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.model import PageTraits
from tracker.page import memory

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OURS, THEIRS = "a" * 8, "b" * 8


def traits(sketch: str, marks: str = "", claims: str = "") -> PageTraits:
    return PageTraits("https://times.example/x", "Pier", sketch, marks, claims)


def told(*visits: tuple[str, str, bool]) -> dict[str, Any]:
    """The memory after visits, an hour apart, of an article each: what stood there and whether it was believed."""
    pages: dict[str, Any] = {}
    for number, (article, sketch, believed) in enumerate(visits):
        pages = memory.remember(pages, article, traits(sketch), NOON + number * timedelta(hours=1), believed=believed)
    return {memory.KEY: pages}


def passed(profile: dict[str, Any]) -> bool:
    standing = memory.recall(profile, "1").standing_elsewhere(OURS)
    assert standing is not None
    return standing.passed


def test_a_text_that_stood_here_first_and_left_there_again_has_passed() -> None:
    swapped = [("2", THEIRS, True), ("1", OURS, False), ("2", OURS, False)]
    assert not passed(told(*swapped)), "it is there still"
    assert passed(told(*swapped, ("2", THEIRS, True)))
    assert not passed(told(("2", THEIRS, True), ("2", OURS, False), ("1", OURS, False), ("2", THEIRS, True))), (
        "it was there first"
    )
    assert not passed(told(*swapped, ("3", OURS, False), ("2", THEIRS, True))), "a wall stands everywhere"


def test_an_article_that_shows_the_same_bytes_again_is_back() -> None:
    profile = told(("2", THEIRS, True), ("1", OURS, False), ("2", OURS, False))
    back = memory.returned(profile[memory.KEY], "2")
    assert passed({memory.KEY: back})
    assert memory.returned(back, "2") is back
    assert memory.returned(back, "1") is back, "it was never believed"


def test_how_long_a_text_stands_is_counted_from_its_first_sight() -> None:
    pages = told(("1", OURS, False), ("1", OURS, False))[memory.KEY]
    assert pages["1?"]["since"] == "2026-11-23T12:00:00Z"
    pages = memory.remember(pages, "1", traits(THEIRS), NOON + timedelta(hours=5), believed=False)
    assert pages["1?"]["since"] == "2026-11-23T17:00:00Z"


def test_what_half_of_the_other_pages_carry_is_common() -> None:
    pages: dict[str, Any] = {}
    for article, marks, believed in (("2", "m", False), ("3", "m", True), ("4", "", True)):
        assert not memory.recall({memory.KEY: pages}, "1").common("m")
        pages = memory.remember(pages, article, traits(article * 8, marks), NOON, believed=believed)
    assert memory.recall({memory.KEY: pages}, "1").common("m")
    assert not memory.recall({memory.KEY: pages}, "2").common("m"), "of two pages too little can be told"


def test_the_address_a_page_calls_its_own_is_remembered_of_what_was_believed() -> None:
    there = "https://times.example/other"
    pages = memory.remember({}, "1", traits(OURS, claims=there), NOON, believed=True)
    pages = memory.remember(pages, "1", traits(THEIRS, claims="https://times.example/third"), NOON, believed=False)
    assert memory.recall({memory.KEY: pages}, "1").claims == there
    assert memory.recall({memory.KEY: pages}, "2").claims == ""
