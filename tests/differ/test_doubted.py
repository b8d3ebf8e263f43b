"""Text that the reading itself doubts: stored, ranked as noise, and only when it is all that came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.differ import diff
from tracker.model import Block, Content, Kind, Paragraph

FIRE = "Twelve people died in the mill fire on Monday."
MAYOR = "The mayor promised a full inquiry into the safety of the old buildings."
BUS = "Buses will not run through the centre of the town until the end of the week."
LINE = "You meet us by the sea, day and night."
OTHER = "One letter a week with all that the sea brings."


def content(*texts: str, doubt: tuple[str, ...] = (), headline: str = "Fire at mill", **fields: object) -> Content:
    blocks = tuple(
        Block(t, "div.story>p", True, "doubt: alone and unlike the article's own" if t in doubt else "article")
        for t in texts
    )
    return Content(headline=headline, language="en", paragraphs=tuple(map(Paragraph, texts)), blocks=blocks, **fields)


def carried(*texts: str, elsewhere: tuple[str, ...], **fields: object) -> Content:
    """A content whose texts stand on the source's other articles where `elsewhere` says so."""
    why = "doubt: source: stands on 3 of its articles"
    blocks = tuple(Block(t, "div.story>p", True, why if t in elsewhere else "article") for t in texts)
    return replace(content(*texts), blocks=blocks, **fields)


OLD = content(FIRE, MAYOR)


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("one doubted block", content(FIRE, MAYOR, LINE, doubt=(LINE,))),
        ("two doubted blocks", content(FIRE, LINE, MAYOR, OTHER, doubt=(LINE, OTHER))),
        ("a doubted block and another section", content(FIRE, MAYOR, LINE, doubt=(LINE,), section="Town")),
        ("a doubted block and other quotes", content(FIRE, MAYOR.replace("old", "“old”"), LINE, doubt=(LINE,))),
    ],
)
def test_what_is_only_doubted_is_stored_as_noise(name, new):
    old = content(FIRE, MAYOR.replace("old", '"old"')) if "quotes" in name else OLD
    change = diff(old, new)
    assert change.noise_rule == "doubtful-block"
    assert LINE in {op.new for op in change.operations}


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("the same block without doubt", content(FIRE, MAYOR, LINE)),
        ("a new headline", content(FIRE, MAYOR, LINE, doubt=(LINE,), headline="Twelve dead in fire at mill")),
        ("a changed number", content(FIRE.replace("Twelve", "Thirteen"), MAYOR, LINE, doubt=(LINE,))),
        ("a paragraph gone", content(FIRE, LINE, doubt=(LINE,))),
        ("other text added", content(FIRE, MAYOR, BUS, LINE, doubt=(LINE,))),
        ("a sentence added to a paragraph", content(f"{FIRE} {BUS}", MAYOR, LINE, doubt=(LINE,))),
        ("another byline", content(FIRE, MAYOR, LINE, doubt=(LINE,), byline=("Ida Holm",))),
        (
            "a notice that was doubted",
            content(FIRE, MAYOR, n := "Correction: the fire was on Sunday.", doubt=(n,)),
        ),
    ],
)
def test_doubt_never_hides_anything_else(name, new):
    assert diff(OLD, new).noise_rule is None


def test_a_doubted_text_that_stood_there_before_is_no_news_and_its_going_is():
    doubted = content(FIRE, MAYOR, LINE, doubt=(LINE,))
    assert diff(doubted, OLD).noise_rule is None
    assert diff(content(LINE, FIRE, MAYOR), doubted).noise_rule is None


def test_a_text_that_stands_elsewhere_without_doubt_is_not_doubted():
    new = content(FIRE, MAYOR, LINE, doubt=(LINE,))
    twice = Content(
        headline=new.headline,
        language="en",
        paragraphs=(*new.paragraphs, Paragraph(LINE)),
        blocks=(*new.blocks, Block(LINE, "", True, "article")),
    )
    assert diff(OLD, twice).noise_rule is None


def test_a_notice_by_its_kind_is_not_doubted():
    text = "What stood here about the fire was wrong."
    new = content(FIRE, MAYOR, text, doubt=(text,))
    marked = Content(
        headline=new.headline,
        language="en",
        paragraphs=(*new.paragraphs[:-1], Paragraph(text, Kind.NOTICE)),
        blocks=new.blocks,
    )
    assert diff(OLD, marked).noise_rule is None


def test_what_other_articles_carry_is_no_news_when_it_goes_or_rotates():
    with_line = carried(FIRE, MAYOR, LINE, elsewhere=(LINE,))
    assert diff(with_line, content(FIRE, MAYOR)).noise_rule == "doubtful-block"
    assert diff(with_line, carried(FIRE, MAYOR, OTHER, elsewhere=(OTHER,))).noise_rule == "doubtful-block"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("text that was doubted for its look alone", content(FIRE, MAYOR, LINE, doubt=(LINE,)), OLD),
        ("a story the outlet ran twice", carried(FIRE, MAYOR, elsewhere=(FIRE, MAYOR)), content(FIRE)),
        ("another paragraph too", carried(FIRE, MAYOR, LINE, elsewhere=(LINE,)), content(FIRE)),
        (
            "another number too",
            carried(FIRE, MAYOR, LINE, elsewhere=(LINE,)),
            content(FIRE.replace("Twelve", "Thirteen"), MAYOR),
        ),
    ],
)
def test_what_goes_is_news_when_it_is_more_than_the_line_that_others_carry(name, old, new):
    assert diff(old, new).noise_rule is None
