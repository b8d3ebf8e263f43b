import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.samples import edits
from tracker.model import ChangeClass, Edit
from tracker.render import clean
from tracker.render.pieces import Mark, Piece, apart, bracketed, head, inline, shorten, tail

WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "東", "الف", "1,000", "\x1b"]), max_size=6).map(" ".join)


def plain(pieces: tuple[Piece, ...] | None) -> str:
    assert pieces is not None
    signs = {Mark.SAME: "{}", Mark.DELETED: "[-{}-]", Mark.INSERTED: "{{+{}+}}"}
    return "".join(signs[p.mark].format(p.text) for p in pieces)


@pytest.mark.parametrize(
    ("name", "old", "new", "pairs", "shown"),
    [
        ("a replaced word", "It sends 400 men.", "It sends 500 men.", [("400", "500")], "It sends [-400-]{+500+} men."),
        ("an insertion at the start", "men", "No men", [("", "No ")], "{+No +}men"),
        ("a deletion at the end", "men only", "men", [(" only", "")], "men[- only-]"),
        ("two edits", "a b c", "x b y", [("a", "x"), ("c", "y")], "[-a-]{+x+} b [-c-]{+y+}"),
        ("a space that became a no-break space", "10 km", "10\xa0km", [(" ", "\xa0")], "10[-␣-]{+⍽+}km"),
        ("an inserted zero-width space", "ab", "a\u200bb", [("", "\u200b")], "a{+⟨U+200B⟩+}b"),
        ("words that differ by what is unseen", "ab c", "a\u200bb c", [("ab", "a\u200bb")], "[-ab-]{+a⟨U+200B⟩b+} c"),
        ("an inserted escape", "a", "a\x1b[2J", [("", "\x1b[2J")], "a{+␛[2J+}"),
        ("no space between characters", "首相は十二日に", "首相は十三日に", [("二", "三")], "首相は十[-二-]{+三+}日に"),
    ],
)
def test_old_and_new_woven_into_one(name: str, old: str, new: str, pairs: list[tuple[str, str]], shown: str) -> None:
    assert plain(inline(old, new, edits(old, new, *pairs))) == shown, name


def edit(deleted: str, inserted: str, old_start: int, new_start: int) -> Edit:
    return Edit(deleted, inserted, old_start, new_start, ChangeClass.WORDING, (), "")


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("offsets beside the edit", "a 1 b", "a 2 b", (edit("1", "2", 3, 3),)),
        ("a tail that differs", "a 1 b", "a 2 c", (edit("1", "2", 2, 2),)),
        ("edits that overlap", "abcd", "xd", (edit("abc", "x", 0, 0), edit("bc", "", 1, 1))),
        ("no edits at all", "", "", ()),
    ],
)
def test_edits_that_do_not_lead_to_the_new_text_are_refused(
    name: str, old: str, new: str, found: tuple[Edit, ...]
) -> None:
    assert inline(old, new, found) is None, name


@given(WORDS, WORDS, WORDS, WORDS)
def test_without_insertions_it_reads_as_the_old_text_and_without_deletions_as_the_new(
    start: str, old: str, new: str, end: str
) -> None:
    before, after = f"{start} |{old}| {end}", f"{start} |{new}| {end}"
    pieces = inline(before, after, (edit(f"|{old}|", f"|{new}|", len(start) + 1, len(start) + 1),))
    assert pieces is not None
    if clean(old) != clean(new):
        assert "".join(p.text for p in pieces if p.mark is not Mark.INSERTED) == clean(before)
        assert "".join(p.text for p in pieces if p.mark is not Mark.DELETED) == clean(after)


def test_long_unchanged_runs_are_cut_around_the_edits() -> None:
    far = "one two three four five six seven eight nine ten"
    old, new = f"{far} 400 {far} 80 {far}", f"{far} 500 {far} 90 {far}"
    pieces = inline(old, new, edits(old, new, ("400", "500"), ("80", "90")))
    assert pieces is not None
    assert plain(shorten(pieces, 2)) == "…nine ten [-400-]{+500+} one two … nine ten [-80-]{+90+} one two…"


def test_a_text_that_is_all_one_piece_is_not_cut() -> None:
    pieces = (Piece(Mark.SAME, "a b c d e"),)
    assert shorten(pieces, 1) == pieces


@pytest.mark.parametrize(
    ("name", "function", "text", "words", "shown"),
    [
        ("the first words", head, "one two three", 2, "one two…"),
        ("the last words", tail, "one two three", 2, "…two three"),
        ("all that there is", head, "one two", 2, "one two"),
        ("none", tail, "one two", 0, ""),
        ("none of the first", head, "one two", 0, ""),
        ("text without spaces", head, "首相は十二日に記者会見を開き、政府の方針を説明した。", 3, "首相は十二日…"),
        (
            "the end of text without spaces",
            tail,
            "首相は十二日に記者会見を開き、政府の方針を説明した。",
            2,
            "…明した。",
        ),
    ],
)
def test_context_is_counted_in_words(name: str, function: object, text: str, words: int, shown: str) -> None:
    assert function(text, words) == shown, name  # type: ignore[operator]


SIGNS = st.text("[-]{+} a", min_size=1, max_size=6)
PIECES = st.lists(st.builds(Piece, st.sampled_from(Mark), SIGNS), max_size=6)


@given(PIECES)
def test_no_text_can_imitate_an_edit(pieces: list[Piece]) -> None:
    shown = "".join(piece.text for piece in bracketed(pieces))
    marks = [piece.mark for piece in pieces]
    assert shown.count("[-") == shown.count("-]") == marks.count(Mark.DELETED)
    assert shown.count("{+") == shown.count("+}") == marks.count(Mark.INSERTED)
    assert shown.replace("\\", "") == "".join(plain((piece,)) for piece in pieces)


@pytest.mark.parametrize(
    ("name", "pieces", "shown"),
    [
        ("in a sentence", [Piece(Mark.SAME, "a {+fake+} [-gone-]")], "a {\\+fake+\\} [\\-gone-\\]"),
        ("across two pieces", [Piece(Mark.SAME, "a ["), Piece(Mark.SAME, "-b")], "a [\\-b"),
        ("next to a mark of ours", [Piece(Mark.INSERTED, "}b")], "{+\\}b+}"),
        ("honest brackets stay", [Piece(Mark.SAME, "[a] - {b} + ")], "[a] - {b} + "),
    ],
)
def test_a_pages_own_brackets_get_a_backslash(name: str, pieces: list[Piece], shown: str) -> None:
    assert "".join(piece.text for piece in bracketed(pieces)) == shown, name


def test_where_colour_parts_them_a_deletion_stands_apart_from_its_replacement() -> None:
    pieces = [Piece(Mark.DELETED, "41"), Piece(Mark.INSERTED, "44"), Piece(Mark.SAME, " boats")]
    assert [p.text for p in apart(pieces)] == ["41", " ", "44", " boats"]
    spaced = [Piece(Mark.DELETED, "a "), Piece(Mark.INSERTED, "b ")]
    assert list(apart(spaced)) == spaced
