"""Which two texts state the same numbers."""

from __future__ import annotations

import pytest

from tracker.differ.numbers import converted, differ, in_order, swapped


@pytest.mark.parametrize(
    ("name", "old", "new", "moments", "same"),
    [
        ("written otherwise", "five of 1,000 boats", "5 of 1000 boats", False, True),
        ("turned round", "5 of 9 boats", "9 of 5 boats", False, False),
        ("one more", "5 boats", "5 boats of 9", False, False),
        ("one less", "5 boats of 9", "5 boats", False, False),
        ("an hour is no plain number", "at 3pm", "at 15:00", False, False),
        ("the same hour", "at 3pm", "at 15:00", True, True),
        ("another hour", "at 3pm", "at 16:00", True, False),
        ("hours turned round", "from 3pm to 5pm", "from 17:00 to 15:00", True, False),
        ("an hour more", "at 3pm", "at 15:00 and 17:00", True, False),
        ("an hour less", "at 3pm and 5pm", "at 15:00", True, False),
        ("a share", "a half of 8 boats", "50 % of 8 boats", True, True),
        ("a share and another number", "a half of 8 boats", "50 % of 9 boats", True, False),
        ("an hour in a text of 300", "at 3pm".ljust(300, "."), "at 15:00".ljust(300, "."), True, True),
        ("an hour in a longer text", "at 3pm".ljust(301, "."), "at 15:00".ljust(300, "."), True, False),
    ],
)
def test_numbers_are_the_same_only_in_the_same_order(name: str, old: str, new: str, moments: bool, same: bool) -> None:
    assert in_order(old, new, "en", moments=moments) is same, name


@pytest.mark.parametrize(
    ("name", "old", "new", "turned"),
    [
        ("a result", "won 3 to 2", "won 2 to 3", True),
        ("the same result", "won 3 to 2", "won 3 to 2", False),
        ("another result", "won 3 to 2", "won 4 to 2", False),
        ("a number alone", "won 3", "won 3", False),
        ("between other words", "won 3 to 2", "lost 2 to 3", False),
    ],
)
def test_numbers_change_places_only_between_the_same_words(name: str, old: str, new: str, turned: bool) -> None:
    assert swapped(old.split(), new.split(), "en") is turned, name


@pytest.mark.parametrize(
    ("name", "old", "new", "same"),
    [
        ("rounded for readers", "5 km", "3 miles", True),
        ("within a twentieth", "100 km", "60 miles", True),
        ("just not within it", "100 km", "58 miles", False),
        ("the same unit", "10 km", "10.1 km", False),
        ("a weight for a distance", "10 km", "10 kg", False),
        ("two quantities", "10 km and 20 km", "6.2 miles", False),
        ("two units", "10 km for 5 dollars", "6.2 miles", False),
        ("a unit that nothing is measured by", "10 boats", "6.2 miles", False),
        ("a number without a value", "1.2.3 km", "6.2 miles", False),
        ("in the larger unit first", "3 miles", "5 km", True),
        ("no unit", "10", "6.2 miles", False),
    ],
)
def test_a_quantity_in_another_unit_is_the_same_within_a_twentieth(name: str, old: str, new: str, same: bool) -> None:
    assert converted(old, new, "en") is same, name


@pytest.mark.parametrize(
    ("name", "old", "new", "other"),
    [
        ("another number", "4 dead", "5 dead", True),
        ("a word for it", "four dead", "4 dead", False),
        ("a number comes", "dead", "4 dead", True),
        ("a number goes", "4 dead", "dead", True),
        ("another unit", "4 km", "4 miles", True),
        ("a sign comes", "4 degrees", "-4 degrees", True),
        ("a share comes", "4", "4 percent", True),
        ("a result turned round", "3-1", "1-3", True),
        ("another hour", "8am", "8pm", True),
        ("the same hour", "8pm", "20:00", False),
        ("an article that goes", "a boat and one more", "a boat and more", False),
        ("an article for a one", "one boat", "1 boat", False),
        ("a figure for a word", "1 boat", "one boat", False),
        ("a two for an article", "one boat", "2 boats", True),
        ("a one comes", "a boat", "1 boat", True),
        ("a one comes beside a word for one", "a boat", "one of 1 boat", True),
        ("a unit is left out", "25 million euros", "25 million", False),
        ("a unit is one of two", "25 km in 2 hours", "25 km in 2", False),
        ("one of two units is another", "25 km in 2 hours", "25 miles in 2 hours", True),
        ("a result with more beside it turned round", "3-1 and 4-2", "1-3 and 2-4", False),
        ("the same result", "3-1", "3–1", False),
        ("half of them", "half of them", "50 % of them", False),
        ("half of them, in another unit", "half of them", "50 km of them", True),
        ("twice as many", "2 of them", "200 % of them", True),
        ("one and all", "1 of them", "100 % of them", True),
        ("all and one", "100 % of them", "1 of them", True),
        ("a one goes", "1 boat", "a boat", True),
        ("a number comes beside the same hour", "at 3pm", "at 15:00, 5 dead", True),
        ("a number goes beside the same hour", "at 3pm, 5 dead", "at 15:00", True),
        ("hours turned round", "8am to 9pm", "9pm to 8am", True),
        ("an hour goes", "8am to 9am", "8am", True),
        ("another day", "on 4 May at 8am", "on 5 May at 8am", True),
        ("a number beside the same hour", "8am, 4 dead", "8:00, 5 dead", True),
        ("an hour in a text of 300", "at 3pm".ljust(300, "."), "at 15:00".ljust(300, "."), False),
        ("an hour in a longer text", "at 3pm".ljust(301, "."), "at 15:00".ljust(300, "."), True),
    ],
)
def test_a_changed_number_is_another_one_and_a_rewritten_one_is_not(name: str, old: str, new: str, other: bool) -> None:
    assert differ(old, new, "en") is other, name


@pytest.mark.parametrize(
    ("name", "old", "new", "other"),
    [
        ("frost comes in the middle of a text", "it was 4 degrees", "it was -4 degrees", True),
        ("with a minus sign", "it was 4 degrees", "it was −4 degrees", True),
        ("the same frost", "it was −4 degrees", "it was -4 degrees", False),
        ("a dash before a number", "so it was – 4 degrees", "so it was - 4 degrees", False),
        ("a range", "from 3 – 5 boats", "from 3-5 boats", False),
    ],
)
def test_a_sign_in_the_middle_of_a_text_makes_another_number(name: str, old: str, new: str, other: bool) -> None:
    assert differ(old, new, "en") is other, name
