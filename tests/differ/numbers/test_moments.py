"""Hours, dates, decades and shares by value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.differ.numbers import differ, same_moments
from tracker.differ.numbers.moments import beside_moments, canonical, hours, is_same

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


A, S, T = "\ue000d-05-04\ue001", "\ue000s1960\ue001", "\ue000t21:00\ue001"


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("a date and itself", A, A, True),
        ("two dates", A, "\ue000d-05-05\ue001", False),
        ("a date with a year and without", A, "\ue000d2021-05-04\ue001", False),
        ("a decade with its century and without", S, "\ue000s60\ue001", True),
        ("another decade", S, "\ue000s70\ue001", False),
        ("a decade of another century", S, "\ue000s1860\ue001", False),
        ("a date and a decade that end alike", "\ue000d-05-60\ue001", "\ue000s60\ue001", False),
        ("two hours that end alike", "\ue000t9:00\ue001", "\ue000t09:00\ue001", False),
        ("a full hour and its number", T, 21.0, True),
        ("a full hour and its figures", "\ue000t21:30\ue001", 21.3, True),
        ("a half hour is not its full one", "\ue000t21:30\ue001", 21.0, False),
        ("an hour and another number", T, 20.0, False),
        ("a date and a number", A, 5.04, False),
        ("two numbers", 5.0, 6.0, False),
        ("a text that is no mark", "9:60", 9.6, False),
    ],
)
def test_what_stands_for_one_moment(name: str, one: object, other: object, same: bool) -> None:
    assert is_same(one, other) is same, name
    assert is_same(other, one) is same, name


@pytest.mark.parametrize(
    ("language", "text", "mark"),
    [
        ("de", "4.5.2021", "d2021-05-04"),
        ("fr", "04/05/2021", "d2021-05-04"),
        ("en", "13/5/2021", "d2021-05-13"),
        ("en", "5/13/2021", "d2021-05-13"),
        ("en", "5/5/2021", "d2021-05-05"),
        ("en", "12/12/2021", "d2021-12-12"),
        ("en", "4/5/2021", None),
        ("en", "4.5.2021", "d2021-05-04"),
        ("de", "4.13.2021", None),
        ("en", "13.12.2021", "d2021-12-13"),
        ("en", "13/14/2021", None),
        ("en", "4 May", "d-05-04"),
        ("en", "4 may", None),
        ("en", "4 MAY", "d-05-04"),
        ("en", "May 4th, 2021", "d2021-05-04"),
        ("ja", "2021年5月4日", "d2021-05-04"),
        ("ja", "5月4日", "d-05-04"),
        ("en", "12am", "t00:00"),
        ("en", "12pm", "t12:00"),
        ("en", "1 p.m.", "t13:00"),
        ("en", "13pm", "t13:00"),
        ("en", "14am", "t14:00"),
        ("ja", "三五時十分", None),
        ("ru", "полтора дня", None),
        ("ru", "три дня", None),
        ("uk", "4 дня", None),
        ("ru", "в 3 часа дня", "t15:00"),
        ("ru", "в два часа ночи", "t02:00"),
        ("ru", "пять часов вечера", "t17:00"),
        ("ru", "в 8 утра", "t08:00"),
        ("uk", "о 3 годині дня", None),
        ("uk", "3 години дня", "t15:00"),
        ("en", "24:00", "t24:00"),
        ("de", "15 Uhr", None),
        ("de", "15.30 Uhr", "t15:30"),
        ("ja", "三時半", "t03:30"),
        ("ja", "十二時五分", "t12:05"),
        ("ja", "二十三時十五分", "t23:15"),
        ("ja", "三時間", None),
        ("ja", "二十五時", None),
        ("ja", "23時60分", "t23:00"),
        ("ja", "23時59分", "t23:59"),
        ("ja", "午後3時", "t15:00"),
        ("ja", "午前0時", "t00:00"),
        ("en", "the 1960s", "s1960"),
        ("en", "the sixties", "s60"),
        ("fr", "les années 60", "s60"),
        ("en", "1961s", None),
    ],
)
def test_the_mark_of_a_moment(language: str, text: str, mark: str | None) -> None:
    marked = canonical(text, language)
    assert ("\ue000" in marked) is (mark is not None), marked
    assert mark is None or f"\ue000{mark}\ue001" in marked, marked


def test_what_is_no_moment_is_left_beside_the_marks() -> None:
    assert beside_moments("at 3pm on Sunday", "en").split() == ["at", "on", "Sunday"]
    assert hours("at 3pm on 4 May, at 17:00", "en") == ["\ue000t15:00\ue001", "\ue000t17:00\ue001"]
