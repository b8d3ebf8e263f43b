import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.samples import HOSTILE
from tracker.render import clean, clean_lines
from tracker.render.safety import is_unseen, visible

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
TRICKS = st.text(
    st.sampled_from("ab ش中👩\u0301\u200b\u200c\u200d\u202e\u2066\x1b\x9b\x00\n\r\u2028\ud800\ufe0f🏴\U000e0067")
)


@pytest.mark.parametrize(
    ("name", "raw", "shown"),
    [
        ("plain text stays", "Nato: “500” – née 東京", "Nato: “500” – née 東京"),
        ("a terminal escape shows its first byte", "\x1b[31mred", "␛[31mred"),
        ("a one-byte escape of C1", "\x9b31mred", "\ufffd31mred"),
        ("bell and delete", "\x07\x7f", "␇␡"),
        ("nul", "a\x00b", "a␀b"),
        ("a bidi override", "user\u202etxt.exe", "user\ufffdtxt.exe"),
        ("bidi isolates", "\u2066a\u2069", "\ufffda\ufffd"),
        ("direction marks of honest text stay", "شركة\u200f!", "شركة\u200f!"),
        ("a lone surrogate", "a\ud800b", "a\ufffdb"),
        ("a noncharacter", "a\ufffeb", "a\ufffdb"),
        ("a zero-width space hides nothing any more", "pay\u200bment", "payment"),
        ("a joiner between Latin letters goes", "pay\u200cment", "payment"),
        ("a joiner that shapes Persian stays", "می\u200cخواهم", "می\u200cخواهم"),
        ("a joined emoji stays", "👩\u200d💻", "👩\u200d💻"),
        ("joiners in a row are cut to one", "👩\u200d\u200d💻", "👩\u200d💻"),
        ("a heart with its selector stays", "❤\ufe0f", "❤\ufe0f"),
        ("a selector on nothing goes", "\ufe0fa", "a"),
        ("the flag of Scotland stays", "🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("tags that spell a hidden text go", "a\U000e0068\U000e0069", "a"),
        ("a soft hyphen goes", "Minis\xadter", "Minister"),
        ("a Hangul filler is shown", "\u3164", "\ufffd"),
        ("line breaks of every kind become spaces", "a\nb\r\nc\u2028d\x85e", "a b c d e"),
        ("a tab becomes a space", "a\tb", "a b"),
        ("accents stay", "e\u0301 ñ Việt", "e\u0301 ñ Việt"),
    ],
)
def test_what_is_shown(name: str, raw: str, shown: str) -> None:
    assert clean(raw) == shown, name


def test_a_tower_of_marks_is_cut_down() -> None:
    assert clean("Z" + "\u0335" * 500 + "algo") == "Z" + "\u0335" * 8 + "algo"


def test_lines_stay_lines() -> None:
    assert clean_lines("a\r\nb\rc\u2029d\x1b") == "a\nb\nc\nd␛"
    assert clean_lines("plain") == "plain"


@given(st.one_of(ANY, TRICKS))
def test_nothing_dangerous_ever_comes_through(text: str) -> None:
    shown = clean(text)
    for char in shown:
        code = ord(char)
        assert code >= 0x20
        assert not 0x7F <= code <= 0x9F
        assert not 0xD800 <= code <= 0xDFFF
        assert not 0x202A <= code <= 0x202E
        assert not 0x2066 <= code <= 0x2069
        assert char not in "\u200b\u2028\u2029\u2060\ufeff"
    shown.encode("utf-8")


@given(st.one_of(ANY, TRICKS))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)


@given(st.text(st.characters(categories=("L", "N", "P", "Sm", "Sc")), max_size=40))
def test_letters_digits_and_punctuation_are_never_lost(text: str) -> None:
    blank = "\u115f\u1160\u3164\uffa0"
    assert [c for c in clean(text) if c != "\ufffd"] == [c for c in text if c not in blank]


@given(st.one_of(ANY, TRICKS))
def test_lines_are_the_clean_text_with_its_breaks(text: str) -> None:
    assert "\r" not in clean_lines(text)
    assert all(unicodedata.category(c) != "Cc" or c == "\n" for c in clean_lines(text))


def test_the_hostile_sample_is_harmless() -> None:
    shown = clean(HOSTILE)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\x9b" not in shown
    assert "[bold]b[/bold]" in shown


@pytest.mark.parametrize(
    ("name", "text", "unseen"),
    [
        ("a space", " ", True),
        ("a no-break space", "\xa0", True),
        ("a zero-width space", "\u200b", True),
        ("an escape", "\x1b", True),
        ("a word", "a ", False),
        ("nothing", "", False),
        ("a direction mark", "\u200f", True),
    ],
)
def test_what_leaves_no_mark(name: str, text: str, unseen: bool) -> None:
    assert is_unseen(text) is unseen, name


def test_what_cannot_be_seen_is_spelled_out() -> None:
    assert visible(" \n\t\xa0\u200b\u202e\u2003x") == "␣⏎⇥⍽⟨U+200B⟩⟨U+202E⟩⟨U+2003⟩x"
