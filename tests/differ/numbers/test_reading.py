"""Numbers compared by value."""

from __future__ import annotations

import pytest

from tracker.differ.folding import fold
from tracker.differ.numbers import differ, has_number, values
from tracker.differ.numbers.reading import is_number_word, read

SAME = [
    ("1,000", "1.000", "en"),
    ("1 000", "one thousand", "en"),
    ("1 000", "1'000", "de"),
    ("3.5bn", "3,5 Milliarden", ""),
    ("3,5 Mrd.", "3.500.000.000", "de"),
    ("five", "5", "en"),
    ("two hundred and fifty thousand", "250,000", "en"),
    ("twenty-one", "21", "en"),
    ("vingt-deux", "22", "fr"),
    ("treinta y dos", "32", "es"),
    ("fünfundzwanzig", "25", "de"),
    ("zweihundert", "200", "de"),
    ("drieëntwintig", "23", "nl"),
    ("12 тысяч", "12 000", "ru"),
    ("三十五万", "350000", "zh"),
    ("二〇二四", "2024", "ja"),
    ("١٢", "12", "ar"),
    ("$5m", "5 million dollars", "en"),
    ("a hundred", "100", "en"),
    ("one of them", "a man", "en"),
    ("1,200.50", "1.200,5", "de"),
    ("5k", "5,000", "en"),
    ("10:30", "10.30", "en"),
    ("2019-20", "2019–20", "en"),
    ("15 percent", "15%", "en"),
    ("deux pour cent", "2 %", "fr"),
    ("dix-sept", "17", "fr"),
    ("soixante-dix", "70", "fr"),
    ("soixante-dix-sept", "77", "fr"),
    ("Quatre-vingts", "80", "fr"),
    ("quatre-vingt-deux", "82", "fr"),
    ("quatre-vingt-dix-sept mille", "97 000", "fr"),
    ("quatre-vingt-un", "81", "fr"),
    ("ventuno", "21", "it"),
    ("trentotto", "38", "it"),
    ("ventitré", "23", "it"),
    ("centoventi", "120", "it"),
    ("百分之五", "5%", "zh"),
    ("3 ドル", "$3", "ja"),
    ("three-day", "3 days", "en"),
    ("12 years old", "12", "en"),
    ("3 millions d'euros", "€3 millions", "fr"),
    ("1億2000万", "120,000,000", "ja"),
    ("XIX", "19", "ru"),
    ("25 miljoen euro", "25 miljoen", "nl"),
    ("तीन लाख", "300000", "hi"),
]


@pytest.mark.parametrize(("old", "new", "language"), SAME)
def test_one_value_written_in_two_ways_is_no_change(old, new, language):
    assert not differ(old, new, language)
    assert not differ(new, old, language)


OTHER = [
    ("12", "15", "en"),
    ("1.5", "15", "en"),
    ("one", "two", "en"),
    ("twenty", "twenty-one", "en"),
    ("3 million", "3 billion", "en"),
    ("$5", "€5", "en"),
    ("-5", "5", "en"),
    ("3-1", "1-3", "en"),
    ("10²", "102", "en"),
    ("19.04.2026", "20.04.2026", "de"),
    ("v1.9.3", "v1.9.4", "en"),
    ("三十", "五十", "ja"),
    ("12", "twelve hundred", "en"),
    ("first", "second", "en"),
    ("", "40", "en"),
    ("2 percent", "2 percentage points", "en"),
    ("half a percentage point", "half a percent", "en"),
    ("3 days", "3 weeks", "en"),
    ("4/5/1980", "5/4/1980", "en"),
    ("10 km", "10 miles", "en"),
    ("5", "5%", "en"),
    ("3 dollars", "3 euros", "en"),
    ("Charles II", "Charles III", "en"),
    ("1万", "1億", "ja"),
]


@pytest.mark.parametrize(("old", "new", "language"), OTHER)
def test_another_value_is_a_change(old, new, language):
    assert differ(old, new, language)
    assert differ(new, old, language)


def test_each_value_is_counted():
    assert values("12 men, 12 women and 3.5 million others", "en") == {12.0: 2, 3_500_000.0: 1}


@pytest.mark.parametrize(("text", "expected"), [("no figures here", False), ("three of them", True), ("1", True)])
def test_a_text_with_a_number_is_recognised(text, expected):
    assert has_number(text, "en") is expected


def test_a_number_of_absurd_length_has_a_value():
    assert not differ("9" * 400, "9" * 400)
    assert differ("9" * 400, "1" * 400)


@pytest.mark.parametrize(
    ("language", "text", "order", "units", "signs", "shares"),
    [
        ("en", "twenty-one", [21], "", "", []),
        ("en", "twenty and one", [21], "", "", []),
        ("en", "two hundred and fifty thousand", [250_000], "", "", []),
        ("en", "one million two hundred thousand and six", [1_200_006], "", "", []),
        ("en", "twenty one hundred", [2100], "", "", []),
        ("en", "a hundred", [100], "", "", []),
        ("it", "il vent", [], "", "", []),
        ("en", "thousands", [1000], "", "", []),
        ("en", "twenty twenty-one", [20, 21], "", "", []),
        ("en", "four and five", [4, 5], "", "", []),
        ("en", "ten five", [10, 5], "", "", []),
        ("en", "twenty five", [25], "", "", []),
        ("en", "nineteen six", [19, 6], "", "", []),
        ("en", "fifty and sixty", [50, 60], "", "", []),
        ("en", "twenty and and one", [20, 1], "", "", []),
        ("en", "twenty. One", [20, 1], "", "", []),
        ("en", "20 five", [20, 5], "", "", []),
        ("en", "20-five", [20, 5], "", "", []),
        ("en", "5 and 6", [5, 6], "", "", []),
        ("en", "XIX and XX", [19, 20], "", "", []),
        ("en", "5 percent", [5], "percent", "", [5]),
        ("en", "five per cent", [5], "percent", "percent", [5]),
        ("en", "5% of 8", [5, 8], "percent", "percent", [5]),
        ("en", "2 and 5% of 8", [2, 5, 8], "percent", "percent", [5]),
        ("en", "percent of them", [], "", "", []),
        ("en", "percent of 5", [5], "", "", []),
        ("en", "-4 degrees", [-4], "", "", []),
        ("en", "x-4", [4], "", "", []),
        ("en", "it was -4 degrees", [-4], "", "", []),
        ("en", "from (-4) to -5", [-4, -5], "", "", []),
        ("en", "$5", [5], "dollar", "dollar", []),
        ("en", "€5 and £6", [5, 6], "euro pound", "euro pound", []),
        ("en", "5bn dollars", [5e9], "dollar", "", []),
        ("en", "5km", [5], "kilometre", "", []),
        ("en", "5. km", [5], "kilometre", "", []),
        ("en", "17-year-old", [17], "year", "", []),
        ("en", "10 a year", [10], "year", "", []),
        ("en", "10 in a year", [10], "", "", []),
        ("en", "dollars, 5", [5], "", "", []),
        ("en", "5 boats, miles away", [5], "", "", []),
        ("en", "5 km and six miles", [5, 6], "kilometre mile", "", []),
        ("fr", "3 millions d'euros", [3e6], "euro", "", []),
        ("de", "fünfundzwanzig Euro", [25], "euro", "", []),
        ("en", "fünfundzwanzig euro", [], "", "", []),
        ("ja", "一人と十二人", [1, 12], "", "", []),
        ("ja", "百分之五", [5], "percent", "percent", []),
        ("ja", "1億2000万円", [120_000_000], "yen", "", []),
        ("en", "9:60 and 3-1", ["9:60", 3, 1], "", "", []),
    ],
)
def test_what_a_text_counts_and_in_what(language, text, order, units, signs, shares):
    found = read(fold(text), language)
    assert (found.order, found.units, found.signs) == (order, set(units.split()), set(signs.split()))
    assert found.shares == set(shares)


@pytest.mark.parametrize(
    ("language", "text", "ones", "others"),
    [
        ("en", "one of them", 1, {}),
        ("en", "one hundred", 0, {100: 1}),
        ("en", "twenty-one", 0, {21: 1}),
        ("en", "one and one of 1", 2, {1: 1}),
        ("en", "five of five", 0, {5: 2}),
        ("ja", "一人と十二人", 1, {12: 1}),
        ("ja", "三人", 0, {3: 1}),
    ],
)
def test_a_lone_word_for_one_may_be_an_article(language, text, ones, others):
    found = read(fold(text), language)
    assert (found.ones, found.values) == (ones, others)


@pytest.mark.parametrize(
    ("language", "word", "number"),
    [
        ("en", "12", True),
        ("en", "XIV", True),
        ("en", "1.2万", True),
        ("ja", "十二", True),
        ("ja", "十二人", False),
        ("en", "Five", True),
        ("en", "million", True),
        ("en", "one", True),
        ("en", "boat", False),
        ("de", "fünfundzwanzig", True),
        ("en", "fünfundzwanzig", False),
        ("de", "Wanderung", False),
        ("de", "elfzig", False),
    ],
)
def test_which_words_are_numbers(language, word, number):
    assert is_number_word(word, language) is number
