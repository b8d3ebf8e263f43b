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
