"""The kind of a changed number."""

import pytest

from tracker.differ.numbers import kind


@pytest.mark.parametrize(
    ("language", "old", "new", "expected"),
    [
        ("en", "At least 10 people were hurt", "12 people were hurt", "refined"),
        ("en", "At least 10 people were hurt", "7 people were hurt", "revised"),
        ("en", "About 200 marched", "214 marched", "refined"),
        ("en", "Up to 40 homes burned", "31 homes burned", "refined"),
        ("en", "37 people died", "More than 30 people died", "blurred"),
        ("en", "8 people were killed", "11 people were killed", "toll-up"),
        ("de", "19 Tote", "6 Tote", "toll-down"),
        ("fr", "Au moins 3 morts", "4 morts", "refined"),
        ("ja", "少なくとも三人", "五人", "refined"),
        ("en", "It cost 40 million", "It cost 55 million", "revised"),
        ("en", "It opened in 1961", "It opened in 1961", None),
        ("en", "3 of 10", "4 of 10", None),
    ],
)
def test_a_changed_number_is_of_a_kind(language, old, new, expected):
    assert kind(old, new, language, new) == expected


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("just as many as at least", "At least 10 people", "10 people", "refined"),
        ("one fewer than at least", "At least 10 people", "9 people", "revised"),
        ("just as many as at most", "Up to 10 people", "10 people", "refined"),
        ("one more than at most", "Up to 10 people", "11 people", "revised"),
        ("as near as about allows", "About 100 people", "115 people", "refined"),
        ("as near as about allows, below", "About 100 people", "85 people", "refined"),
        ("a little further than about", "About 100 people", "116 people", "revised"),
        ("a bound for a number that does not hold", "9 people", "At least 10 people", "revised"),
        ("bounded before and after", "At least 10 people", "At least 12 people", "revised"),
        ("a bound that comes", "10 people", "At least 10 people", "blurred"),
        ("the same number with a bound of another kind", "At least 10 people", "Up to 10 people", "revised"),
        ("the bound nearest to the number counts", "At most, about 100 people", "116 people", "revised"),
        ("no number before", "people", "10 people", None),
        ("no number after", "10 people", "people", None),
        ("two numbers", "3 of 10 people", "4 people", None),
        ("a number without a value", "in 1.2.3", "in 5", None),
        ("words for one aside", "one of 10 people", "one of 12 people", "revised"),
        ("the same number", "10 people", "10 persons", None),
    ],
)
def test_a_bound_is_held_to_what_is_said_exactly(name, old, new, expected):
    assert kind(old, new, "en") == expected, name


@pytest.mark.parametrize(
    ("old", "new", "context", "expected"),
    [
        ("10", "12", "12 people were killed", "toll-up"),
        ("12", "10", "10 people were killed", "toll-down"),
        ("10", "12", "12 people were paid", "revised"),
        ("at least 10", "at least 12", "at least 12 people were killed", "toll-up"),
        ("at least 10", "up to 10", "up to 10 people were killed", "revised"),
    ],
)
def test_a_toll_is_named_by_its_sentence(old, new, context, expected):
    assert kind(old, new, "en", context) == expected
