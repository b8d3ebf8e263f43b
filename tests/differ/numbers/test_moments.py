"""Hours, dates, decades and shares by value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.differ.numbers import differ, same_moments
from tracker.differ.numbers.moments import canonical

MONTHS = ["January", "February", "March", "April", "May", "June"]
MONTHS += ["July", "August", "September", "October", "November", "December"]


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "at 8am on Sunday", "at 8 a.m. on Sunday"),
        ("en", "begins at 3pm today", "begins at 15:00 today"),
        ("fr", "débute à 20 heures", "débute à 20 h"),
        ("fr", "à 20h30", "à 20 h 30"),
        ("de", "um 15 Uhr", "um 15.00 Uhr"),
        ("es", "a las 15:00", "a las 3 de la tarde"),
        ("ja", "午後3時に", "15時に"),
        ("zh", "下午三点开始", "15:00开始"),
        ("en", "on 4 May 2021", "on 2021-05-04"),
        ("fr", "le 3 mars 2020", "le 03/03/2020"),
        ("en", "since the 1960s", "since the sixties"),
        ("de", "seit den 1960er Jahren", "seit den Sechzigerjahren"),
        ("en", "half of them", "50% of them"),
        ("pl", "dwoje dzieci", "2 dzieci"),
        ("es", "una veintena de", "20 de"),
        ("ja", "十二人が", "12人が"),
    ],
)
def test_one_value_in_two_forms_is_no_other_number(language, old, new):
    assert not differ(old, new, language)
    assert not differ(new, old, language)


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "at 8am", "at 8pm"),
        ("en", "on 4 May 2021", "on 2021-04-05"),
        ("en", "the 1960s", "the 1860s"),
        ("es", "una veintena", "una treintena"),
        ("pl", "dwoje", "troje"),
        ("en", "half", "40%"),
        ("en", "at 3", "at 15:00"),
        ("zh", "三十人", "十三人"),
    ],
)
def test_another_value_is_another_number(language, old, new):
    assert differ(old, new, language)


@pytest.mark.parametrize(
    ("language", "old", "new"), [("zh", "四川省", "云南省"), ("ja", "三浦氏", "原田氏"), ("ja", "十分だ", "充分だ")]
)
def test_figures_in_names_and_words_are_no_numbers(language, old, new):
    assert not differ(old, new, language)


@given(st.integers(1, 28), st.integers(1, 12), st.integers(1600, 2090))
def test_a_date_is_the_same_written_and_in_digits(day, month, year):
    written = canonical(f"on {day} {MONTHS[month - 1]} {year}.", "en")
    assert written == canonical(f"on {year}-{month:02}-{day:02}.", "en")
    assert written == canonical(f"on {MONTHS[month - 1]} {day}, {year}.", "en")


@given(st.integers(0, 23), st.integers(0, 59))
def test_an_hour_is_the_same_in_both_clocks(hour, minute):
    half = "am" if hour < 12 else "pm"
    assert canonical(f"at {hour % 12 or 12}:{minute:02}{half}", "en") == canonical(f"at {hour:02}:{minute:02}", "en")


@given(st.text(max_size=60), st.sampled_from(["en", "de", "fr", "ja", "zh", "ko", ""]))
def test_any_text_says_the_same_as_itself(text, language):
    assert same_moments(text, text, language)
    assert not differ(text, text, language)
