"""Tokens and sentences."""

from __future__ import annotations

import pytest

from tracker.differ import sentences as module
from tracker.differ.sentences import sentences, split
from tracker.differ.tokens import LONGEST, tokenise
from tracker.model import Kind, Paragraph

TOKENS = [
    ("contraction", "don’t go", ["don’t", " ", "go"]),
    ("grouped number", "1,200.5 km", ["1,200.5", " ", "km"]),
    ("clock", "at 10:30.", ["at", " ", "10:30", "."]),
    ("Chinese", "他说好", ["他", "说", "好"]),
    ("Chinese number", "百八十六人", ["百八十六", "人"]),
    ("one numeral is a character", "第三次", ["第", "三", "次"]),
    ("digits with a Chinese magnitude", "1億2000万円", ["1億2000万", "円"]),
    ("Thai vowel stays with its consonant", "กำ", ["กำ"]),
    ("emoji family", "a 👩‍👩‍👧!", ["a", " ", "👩‍👩‍👧", "!"]),
    ("combining accent", "re\u0301sume", ["re\u0301sume"]),
    ("accent on a space", "a \u0308b", ["a", " \u0308", "b"]),
]


@pytest.mark.parametrize(("name", "text", "expected"), TOKENS, ids=[case[0] for case in TOKENS])
def test_tokens(name, text, expected):
    assert tokenise(text) == expected


def test_an_endless_word_is_cut_into_tokens():
    tokens = tokenise("x" * 1000)
    assert max(map(len, tokens)) == LONGEST
    assert "".join(tokens) == "x" * 1000


SPLITS = [
    ("titles", "en", ["Mr. Smith met Dr. J. R. Miller. ", "They spoke."]),
    ("military title", "en", ["The order came from Gen. Adams on Monday. ", "Nobody obeyed."]),
    ("afternoon", "en", ["It begins at 5 p.m. Friday in the hall. ", "Entry is free."]),
    ("number sign", "en", ["He lives at No. 10 now. ", "She does not."]),
    ("a real no", "en", ["He said no. ", "Then he left."]),
    ("quotation goes on", "en", ["“Is it over?” he asked. ", "“Yes.”"]),
    ("opening quotation mark stays with its sentence", "de", ["Es war klar. ", "“You could say so,” he said."]),
    ("a sentence in brackets", "en", ["(He was late.) ", "She left."]),
    ("brackets inside a sentence", "en", ["The senator (R-S.C.) agreed at once. ", "Others did not."]),
    ("guillemets", "fr", ["Il part. ", "« Oui », dit-elle."]),
    ("German ordinal", "de", ["Am 3. Mai war es so weit. ", "Alle kamen."]),
    ("German abbreviation", "de", ["Der Umsatz stieg auf 3 Mrd. Euro. ", "Das freut die Firma."]),
    ("German number after a sentence", "de", ["Er tut, was er kann. ", "12.000 Setzlinge kommen im Mai."]),
    ("German number after an abbreviation", "de", ["Das kostet inkl. 19 Prozent Steuer. ", "Alle zahlen."]),
    ("French abbreviation", "fr", ["M. Durand est venu. ", "Il est reparti."]),
    ("Japanese", "ja", ["彼は「終わった。」と言った。", "雨が降った。"]),
    ("Chinese", "zh", ["他来了。", "她走了！"]),
    ("Russian", "ru", ["Он живёт на ул. Мира. ", "Она нет."]),
]


@pytest.mark.parametrize(("name", "language", "expected"), SPLITS, ids=[case[0] for case in SPLITS])
def test_sentences_are_split_as_an_editor_would(name, language, expected):
    assert split("".join(expected), language) == expected


@pytest.mark.parametrize(("name", "language", "expected"), SPLITS, ids=[case[0] for case in SPLITS])
def test_the_fallback_without_the_splitter_is_lossless(name, language, expected, monkeypatch):
    module._split.cache_clear()
    monkeypatch.setattr(module, "_CUTS", module._plain_cuts)
    pieces = split("".join(expected), language)
    assert "".join(pieces) == "".join(expected)
    module._split.cache_clear()
    assert len(pieces) > 1


def test_sentences_know_their_paragraph_and_kind():
    found = sentences([Paragraph("One. Two.", Kind.QUOTE), Paragraph(""), Paragraph("Three.")], "en")
    assert [(s.text, s.paragraph, s.kind) for s in found] == [
        ("One. ", 0, Kind.QUOTE),
        ("Two.", 0, Kind.QUOTE),
        ("Three.", 2, Kind.TEXT),
    ]


def test_a_lone_surrogate_does_not_stop_the_splitter():
    assert "".join(split("A \ud800 b. C d.", "en")) == "A \ud800 b. C d."


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u3000"])
def test_an_odd_space_after_a_letter_ends_nothing_but_the_sentence(space):
    text = f"Written by J{space}. Kim left."
    assert "".join(split(text, "en")) == text


class PanicException(BaseException):
    """Named as the one that native libraries raise: no `Exception`."""


def test_a_native_panic_is_known_from_a_wish_to_stop():
    assert module._is_panic(PanicException())
    assert module._is_panic(ValueError())
    assert not module._is_panic(KeyboardInterrupt())
