"""The value of one number as it is written."""

from __future__ import annotations

import pytest

from tracker.differ.numbers.values import compound, counts_something, han, literal, mixed, roman


@pytest.mark.parametrize(
    ("text", "value"), [("I", 1), ("IV", 4), ("VI", 6), ("IX", 9), ("XIV", 14), ("XIX", 19), ("XXI", 21), ("VIII", 8)]
)
def test_roman_figures(text: str, value: float) -> None:
    assert roman(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", 1200.0),
        ("1,200", 1200.0),
        ("1.200", 1200.0),
        ("1 200 000", 1_200_000.0),
        ("1'200", 1200.0),
        ("1.5", 1.5),
        ("1,50", 1.5),
        ("12.345,6", 12345.6),
        ("1200.5", 1200.5),
        ("٣٤", 34.0),
        ("٣٫٥", "3٫5"),
        ("21:05", 21.05),
        ("9:59", 9.59),
        ("9:60", "9:60"),
        ("012,345", 12.345),
        ("1.2.3", "1.2.3"),
        ("3-1", "3-1"),
        ("2026-11-23", "2026-11-23"),
    ],
)
def test_digits(text: str, value: float | str) -> None:
    assert literal(text) == value


@pytest.mark.parametrize("text", ["7" * 400, ",".join(["777"] * 150), "7" * 400 + ".5"])
def test_no_number_is_too_long_to_have_a_value(text: str) -> None:
    value = literal(text)
    assert isinstance(value, float)
    assert 7e299 < value < 8e299


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2万", 12_000),
        ("1億2000万", 120_000_000),
        ("3千", 3000),
        ("5百", 500),
        ("2万5千", 25_000),
        ("3兆", 3e12),
        ("4千万", 40_000_000),
        ("1億2000", 100_002_000),
    ],
)
def test_digits_with_magnitudes_in_characters(text: str, value: float) -> None:
    assert mixed(text) == value


@pytest.mark.parametrize(
    ("language", "word", "value"),
    [
        ("de", "fünfundzwanzig", 25),
        ("de", "zweihundert", 200),
        ("de", "hundert", 100),
        ("de", "hundertfünfundzwanzig", 125),
        ("de", "dreitausendvierhundertzwölf", 3412),
        ("de", "zwölftausend", 12_000),
        ("de", "tausend", 1000),
        ("nl", "tweeëntwintig", 22),
        ("nl", "honderdvijftig", 150),
        ("sv", "tjugofem", 25),
        ("it", "ventuno", 21),
        ("it", "ventidue", 22),
        ("it", "ventitré", 23),
        ("it", "novantotto", 98),
        ("it", "duecentotre", 203),
        ("de", "fünfund", None),
        ("de", "undfünf", None),
        ("de", "einsam", None),
        ("de", "hundertjährig", None),
    ],
)
def test_a_number_in_one_word(language: str, word: str, value: float | None) -> None:
    assert compound(word, language) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("三百五", 305),
        ("百二十", 120),
        ("千", 1000),
        ("三千二百", 3200),
        ("一万", 10_000),
        ("万", 10_000),
        ("十二万三千", 123_000),
        ("二億", 200_000_000),
        ("一亿二千万", 120_000_000),
        ("两百", 200),
        ("二〇二六", 2026),
        ("一九九", 199),
        ("零", 0),
    ],
)
def test_chinese_figures(text: str, value: float) -> None:
    assert han(text) == value


def test_no_row_of_chinese_figures_is_too_long_to_have_a_value() -> None:
    assert 7e299 < han("七" * 400) < 8e299


@pytest.mark.parametrize(
    ("name", "before", "figures", "after", "counts"),
    [
        ("at the end of a text", "", "三", "", True),
        ("before no Chinese character", "", "十二", "km", True),
        ("before a full stop", "", "三", "。", True),
        ("people", "", "十二", "人", True),
        ("one person", "", "三", "人", True),
        ("an ordinal", "第", "三", "章", True),
        ("ten minutes", "", "十", "分間", True),
        ("thirty minutes, at the end of a text", "", "三十", "分", True),
        ("a shop", "", "三", "越", False),
        ("two figures in a name", "", "三五", "郎", False),
        ("a word that ends in a figure", "唯", "一", "人", False),
        ("half past three", "", "三", "点半", True),
        ("thoroughly", "", "十", "分", False),
        ("a family", "", "三", "浦", False),
        ("a province", "", "四", "川", False),
        ("a prefecture", "", "三", "重", False),
        ("a province and more", "", "四", "川省", False),
        ("a quarter of a town", "", "六", "本木", False),
        ("two figures before a word", "", "三千", "里", True),
    ],
)
def test_chinese_figures_that_count_and_those_that_are_part_of_a_word(
    name: str, before: str, figures: str, after: str, counts: bool
) -> None:
    assert counts_something(figures, after, before) is counts, name
