"""What is not believed at first sight."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import Content, Paragraph, Suspicion, WaitingText
from tracker.page import belief

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "steps", "confirmed"),
    [
        ("twice", [(0 * HOUR, "a"), (15 * MINUTE, "a")], [False, True]),
        ("too soon, ten times", [(n * MINUTE, "a") for n in range(10)], [False] * 10),
        ("another one each time", [(0 * HOUR, "a"), (HOUR, "b"), (2 * HOUR, "a")], [False, False, False]),
        ("another one twice", [(0 * HOUR, "a"), (HOUR, "b"), (2 * HOUR, "b")], [False, False, True]),
    ],
)
def test_a_new_text_is_confirmed_by_the_same_text_some_time_later(
    name: str, steps: list[tuple[timedelta, str]], confirmed: list[bool]
) -> None:
    suspicion = Suspicion(failures=1)
    said = []
    for after, text in steps:
        weighed = belief.weigh(suspicion, text * 8, NOON + after)
        suspicion = weighed.suspicion
        said.append(weighed.confirmed)
    assert said == confirmed, name
    assert suspicion.failures == 1


def test_the_next_look_comes_when_the_wait_is_over() -> None:
    first = belief.weigh(Suspicion(), "a" * 8, NOON)
    assert first.again == 15 * MINUTE
    assert belief.weigh(first.suspicion, "a" * 8, NOON + 10 * MINUTE).again == 5 * MINUTE


def test_a_memory_from_the_future_does_not_confirm_itself() -> None:
    ahead = Suspicion(text=WaitingText("a" * 8, NOON + DAY))
    assert not belief.weigh(ahead, "a" * 8, NOON).confirmed


def content(*paragraphs: str) -> Content:
    return Content(headline="A headline", paragraphs=tuple(Paragraph(p) for p in paragraphs))


LONG = tuple(f"Paragraph {n} tells of the harbour, item {n * 7} of a list that {n + 3} clerks keep." for n in range(12))
OTHER = tuple(f"Nothing here was written before: {n * 13} geese crossed field {n} at dusk today." for n in range(12))


@pytest.mark.parametrize(
    ("name", "old", "new", "collapsed", "drastic"),
    [
        ("the same", LONG, LONG, False, False),
        ("one paragraph gone", LONG, LONG[1:], False, False),
        ("half of it gone", LONG, LONG[:6], False, False),
        ("two paragraphs left", LONG, LONG[:2], True, True),
        ("nothing left", LONG, (), True, True),
        ("a short text lost its half", ("One two three four five six.",), ("One two three.",), False, False),
        ("another text of the same length", LONG, OTHER, False, True),
        ("all but two replaced", LONG, (*LONG[:2], *OTHER[2:]), False, True),
        ("all but four replaced", LONG, (*LONG[:4], *OTHER[4:]), False, False),
        ("twice as long", LONG, (*LONG, *OTHER), False, False),
        ("turned round", LONG, LONG[::-1], False, False),
        (
            "without spaces, one word",
            ("東京都は四日、新しい計画を発表した。",),
            ("東京都は五日、新しい計画を発表した。",),
            False,
            False,
        ),
        (
            "without spaces, all new",
            ("東京都は四日、新しい計画を発表した。",),
            ("犬が庭で眠っている。雨は止まない。",),
            False,
            True,
        ),
    ],
)
def test_how_much_of_a_text_may_go_at_once(
    name: str, old: tuple[str, ...], new: tuple[str, ...], collapsed: bool, drastic: bool
) -> None:
    assert belief.collapsed(content(*old), content(*new)) is collapsed, name
    assert belief.drastic(content(*old), content(*new)) is drastic, name


@given(st.lists(st.text(min_size=1), max_size=8))
def test_a_text_is_never_doubted_against_itself(paragraphs: list[str]) -> None:
    same = content(*paragraphs)
    assert not belief.collapsed(same, same)
    assert not belief.drastic(same, same)


@pytest.mark.parametrize(
    ("name", "old", "new", "old_free", "new_free", "walled"),
    [
        ("half left without a word", 500, 250, None, None, False),
        ("nearly all lost without a word", 500, 80, None, None, False),
        ("no longer free, half left", 500, 250, True, False, True),
        ("no longer free, all left", 500, 480, True, False, False),
        ("never was free, half left", 500, 250, False, False, False),
        ("never was free, nearly all lost", 500, 80, False, False, True),
        ("a brief that shrinks", 40, 5, True, False, False),
    ],
)
def test_a_page_that_is_not_free_and_lost_its_text_is_behind_a_wall(
    name: str, old: int, new: int, old_free: bool | None, new_free: bool | None, walled: bool
) -> None:
    def words(count: int, free: bool | None) -> Content:
        return Content(paragraphs=(Paragraph("word " * count),), free=free)

    assert belief.walled(words(old, old_free), words(new, new_free)) is walled, name
