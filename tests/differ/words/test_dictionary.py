"""The language's dictionary: which words exist, and under which entry."""

import pytest

from tracker.differ.words.dictionary import VERSION, has_dictionary, lemma, two_words


@pytest.mark.parametrize(
    ("word", "language", "entry"),
    [("killed", "en", "kill"), ("Häuser", "de", "haus"), ("vinným", "cs", "vinný"), ("виновным", "ru", "виновный")],
)
def test_a_form_is_found_under_its_entry(word, language, entry):
    assert lemma(word, language) == entry


@pytest.mark.parametrize("word", ["", "recieved", "qzx", "\ue000"])
def test_what_is_no_word_has_no_entry(word):
    assert lemma(word, "en") is None


def test_norwegian_is_read_in_its_own_list_whatever_its_code():
    assert lemma("skyldig", "no") == lemma("skyldig", "nb") == "skyldig"


def test_a_language_without_a_list_knows_no_word():
    assert not has_dictionary("ja")
    assert lemma("有罪", "ja") is None
    assert not two_words("有罪", "無罪", "ja")


def test_two_forms_of_one_word_are_not_two_words():
    assert not two_words("kills", "killed", "en")
    assert two_words("moral", "mortal", "en")


def test_the_version_names_the_library():
    assert VERSION.startswith("simplemma1.")
