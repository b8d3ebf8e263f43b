"""Which words of an edit turn, hedge, date or attribute a statement."""

from __future__ import annotations

from collections import Counter

import pytest

from tracker.differ.words.concepts import phrase_hits, same_day, without_connectives, word_hits


@pytest.mark.parametrize(
    ("name", "lost", "gained", "old", "new", "same"),
    [
        ("shortened", ["january"], ["jan"], "in January", "in Jan.", True),
        ("written out", ["mon"], ["monday"], "on Mon", "on Monday", True),
        ("another month", ["january"], ["july"], "in January", "in July", False),
        ("shortened to what no list knows", ["wednesday"], [], "on Wednesday", "on Wednes", True),
        ("written out from what no list knows", [], ["wednesday"], "on Wednes", "on Wednesday", True),
        ("too short to tell", ["january"], [], "in January", "in Ja", False),
        ("only goes", ["monday"], [], "on Monday", "on time", False),
        ("only comes", [], ["monday"], "on time", "on Monday", False),
        ("two for one", ["mon", "tue"], ["monday"], "Mon Tue", "Monday", False),
        ("one for two", ["monday"], ["mon", "tue"], "Monday", "Mon Tue", False),
        ("no day", [], [], "on time", "in time", False),
        ("the word itself stands there, too", ["monday"], [], "Monday", "Monday", False),
    ],
)
def test_a_day_or_month_that_is_only_written_otherwise(
    name: str, lost: list[str], gained: list[str], old: str, new: str, same: bool
) -> None:
    before, after = ({"date": Counter(words)} if words else {} for words in (lost, gained))
    assert same_day(before, after, old.split(), new.split()) is same, name


@pytest.mark.parametrize(
    ("name", "language", "words", "hits"),
    [
        ("a negation", "en", "did not go", {"negation": {"not": 1}}),
        ("the same in one word", "en", "didn't go", {"negation": {"not": 1}}),
        ("with another apostrophe", "en", "didn’t go", {"negation": {"not": 1}}),
        ("twice", "en", "not now and not then", {"negation": {"not": 2}}),
        ("a hedge", "en", "allegedly went", {"hedge": {"alleged": 1}}),
        ("a day", "en", "on Monday", {"date": {"monday": 1}}),
        ("a day's", "en", "Monday's vote", {"date": {"monday": 1}}),
        ("a month", "en", "in May", {"date": {"may": 1}}),
        ("no month", "en", "the march went on", {}),
        ("no weekday", "en", "the sun shone and the cat sat", {}),
        ("a weekday in capitals", "en", "on SAT", {"date": {"sat": 1}}),
        ("who said it", "en", "she said so", {"attribution": {"said": 1}}),
        ("nothing", "en", "the gulls went", {}),
        ("in German", "de", "er kam nicht", {"negation": {"nicht": 1}}),
    ],
)
def test_what_single_words_do(name: str, language: str, words: str, hits: dict[str, dict[str, int]]) -> None:
    assert word_hits(words.split(), language) == hits, name


def test_what_phrases_do_is_counted() -> None:
    once = phrase_hits("at least ten", "en")
    twice = phrase_hits("At least ten, at-least twelve", "en")
    assert once
    assert {concept: dict(found) for concept, found in twice.items()} == {
        concept: dict.fromkeys(found, 2) for concept, found in once.items()
    }
    assert phrase_hits("the gulls", "en") == {}


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Sin embargo fue", "fue"),
        ("fue sin embargo", "fue"),
        ("sin embargo fue sin embargo", "fue"),
        ("fue sin razón", "fue sin razón"),
        ("sin", "sin"),
        ("", ""),
    ],
)
def test_a_connective_with_a_negation_in_it_negates_nothing(words: str, left: str) -> None:
    assert without_connectives(words.split(), "es") == left.split()
