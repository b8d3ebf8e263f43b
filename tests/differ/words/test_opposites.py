"""Words of which only one can be true."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.differ.words.opposites import opposite, opposites_in, turned

PAIRS = tomllib.loads(files("tracker.differ").joinpath("data", "opposites.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "guilty", "innocent"),
        ("sv", "skyldig", "oskyldig"),
        ("da", "gyldigt", "ugyldigt"),
        ("pl", "winny", "niewinny"),
        ("cs", "vinným", "nevinným"),
        ("ru", "законной", "незаконной"),
        ("tr", "geçerli", "geçersiz"),
        ("fi", "laillinen", "laiton"),
        ("el", "ένοχο", "αθώο"),
        ("hi", "वैध", "अवैध"),
        ("he", "אשם", "זכאי"),
        ("ar", "حاضرا", "غائبا"),
        ("it", "condannato", "assolto"),
    ],
)
def test_guilt_legality_and_the_like_are_decided_in_two_ways(language, old, new):
    assert opposite(old, new, language)
    assert opposite(new, old, language)


@pytest.mark.parametrize(("language", "old", "new"), [("ja", "有罪を", "無罪を"), ("zh", "合法的", "非法的")])
def test_scripts_without_spaces_are_looked_through(language, old, new):
    assert opposites_in(old, new, language)
    assert not opposites_in(old, old, language)


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("sv", "lagliga", "olagliga"),
        ("nl", "geldig", "ongeldig"),
        ("en", "known", "unknown"),
        ("pl", "ważna", "nieważna"),
    ],
)
def test_a_negating_prefix_turns_a_word_that_exists(language, old, new):
    assert turned(old, new, language)


@pytest.mark.parametrize(
    ("language", "old", "new"), [("sv", "ren", "oren"), ("fr", "former", "informer"), ("en", "der", "under")]
)
def test_a_prefix_alone_is_no_negation(language, old, new):
    assert not turned(old, new, language)


@pytest.mark.parametrize("concept", PAIRS)
def test_every_concept_is_known_in_every_language_of_the_others(concept):
    assert PAIRS[concept].keys() == PAIRS["guilt"].keys()


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(["en", "sv", "ja", "tr", ""]))
def test_being_opposite_is_mutual_and_never_of_oneself(a, b, language):
    assert opposite(a, b, language) == opposite(b, a, language)
    assert not opposite(a, a, language)
