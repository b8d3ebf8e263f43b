"""How two words relate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.differ.words.forms import Form, relation, says_how

NEAR = {Form.TYPO, Form.INFLECTION, Form.VERB_FORM}


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "suspended", "suspected"),
        ("en", "accused", "accuser"),
        ("en", "moral", "mortal"),
        ("de", "verletzt", "versetzt"),
        ("es", "autora", "actora"),
        ("fr", "opéré", "espéré"),
    ],
)
def test_two_words_of_the_dictionary_are_never_a_slip(language, old, new):
    assert relation(old, new, language) is Form.ANOTHER
    assert relation(new, old, language) is Form.ANOTHER


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [("en", "recieved", "received"), ("de", "Grundstuk", "Grundstück"), ("ru", "обьявила", "объявила")],
)
def test_what_the_dictionary_lacks_stays_a_slip(language, old, new):
    assert relation(old, new, language) is Form.TYPO


def test_one_word_in_two_spellings_is_one():
    assert relation("colour", "color", "en") is Form.SPELLING
    assert relation("judgement", "judgment", "en") is Form.SPELLING


def test_derived_words_are_neither_a_slip_nor_another_statement():
    assert relation("economic", "economical", "en") not in {*NEAR, Form.ANOTHER}


def test_adverbs_are_known_by_their_ending():
    assert says_how("finalmente", "es")
    assert not says_how("fly", "en")


@given(st.text("abcdeinst", max_size=10), st.text("abcdeinst", max_size=10), st.sampled_from(["en", "ja", ""]))
def test_a_relation_is_mutual(a, b, language):
    assert relation(a, b, language) is relation(b, a, language)
