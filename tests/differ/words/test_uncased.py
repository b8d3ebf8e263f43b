"""Names in scripts without capital letters."""

import pytest

from tracker.differ.words.uncased import are_names


@pytest.mark.parametrize(
    ("language", "old", "new", "right"),
    [
        ("ja", ["神", "戸"], ["神", "奈", "川"], "で開かれた"),
        ("zh", ["张", "伟"], ["张", "炜"], "先生出席"),
        ("ko", ["부산에서"], ["대구에서"], ""),
        ("ar", ["حلب"], ["حمص"], ""),
        ("he", ["בחיפה"], ["בעכו"], ""),
        ("hi", ["लखनऊ"], ["कानपुर"], " में"),
        ("fa", ["شیراز"], ["تبریز"], ""),
    ],
)
def test_places_and_titled_people_are_names(language, old, new, right):
    assert are_names(old, new, right, language)


def test_other_words_are_none():
    assert not are_names(["述", "べた"], ["語", "った"], "。", "ja")
    assert not are_names(["Paris"], ["Lyon"], "", "fr")
    assert not are_names([], ["神", "戸"], "", "ja")
