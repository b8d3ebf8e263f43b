"""Sentences that moved into the first lines or out of them."""

from __future__ import annotations

from tracker.differ import diff
from tracker.model import Change, Content, Paragraph

TELLING = "Inspectors found 41 cracks in the wall on Monday."
PLAIN = "nobody had expected anything of the kind here."
REST = [f"The {word} was closed for the season and is to open again." for word in ("pier", "mole", "quay", "lock")]


def change(old: list[str], new: list[str]) -> Change:
    """The change from some paragraphs to others."""
    contents = [Content(language="en", paragraphs=tuple(map(Paragraph, side))) for side in (old, new)]
    return diff(*contents)


def test_a_telling_sentence_that_moves_into_the_first_paragraph_is_in_the_lede() -> None:
    found = change([*REST, TELLING], [TELLING, *REST])
    assert "lede-in" in found.tags
    assert "lede-out" not in found.tags


def test_a_telling_sentence_that_moves_away_is_out_of_the_lede() -> None:
    assert "lede-out" in change([TELLING, *REST], [*REST, TELLING]).tags


def test_a_sentence_that_tells_nothing_is_only_moved() -> None:
    found = change([*REST, PLAIN], [PLAIN, *REST])
    assert not {"lede-in", "lede-out"} & set(found.tags)


def test_a_short_article_has_no_first_lines() -> None:
    assert not {"lede-in", "lede-out"} & set(change([REST[0], TELLING], [TELLING, REST[0]]).tags)


def test_a_sentence_that_was_only_added_on_top_moved_nothing() -> None:
    assert not {"lede-in", "lede-out"} & set(
        change([TELLING, *REST], ["It rained all through the night.", TELLING, *REST]).tags
    )


def test_the_first_three_paragraphs_count_in_a_long_article() -> None:
    long = [f"The {n} boats were moored at the old quay all through the long winter." for n in "abcdefgh"]
    assert "lede-out" in change([long[0], TELLING, *long[1:]], [*long, TELLING]).tags
