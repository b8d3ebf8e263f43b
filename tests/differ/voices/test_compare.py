"""What became of the speakers from one version to the next. Every text is our own."""

from __future__ import annotations

import pytest

from tracker.differ import diff
from tracker.model import Content, Paragraph

REST = "The council meets again on Thursday evening in the town hall."


def told(old: list[str], new: list[str], language: str = "en", **fields: float) -> list[tuple[str, str]]:
    """The events from some paragraphs to others, with their speakers."""
    contents = [Content(language=language, paragraphs=tuple(map(Paragraph, side)), **fields) for side in (old, new)]  # type: ignore[arg-type]
    return [(event.event, event.source) for event in diff(*contents).voices]


QUILL = "“We were never asked about any of this,” said Marta Quill, who bakes in Ash."
EVENTS = {
    "cut": ([QUILL, REST], [REST], [("voice-cut", "Marta Quill")]),
    "new": ([REST], [QUILL, REST], [("voice-new", "Marta Quill")]),
    "still named": (
        ["Owen Pratt said the bridge was unsafe.", REST],
        ["Owen Pratt went to the bridge with a friend.", REST],
        [("voice-silenced", "Owen Pratt")],
    ),
    "named before": (
        ["Owen Pratt went to the bridge with a friend.", REST],
        ["Owen Pratt said the bridge was unsafe.", REST],
        [("voice-heard", "Owen Pratt")],
    ),
    "withheld": (
        ["The fire began in the kitchen, Helen Stroud said.", REST],
        ["The fire began in the kitchen, an official said.", REST],
        [("voice-withheld", "Helen Stroud")],
    ),
    "named": (
        ["The fire began in the kitchen, an official said.", REST],
        ["The fire began in the kitchen, Helen Stroud said.", REST],
        [("voice-named", "Helen Stroud")],
    ),
    "stance": (
        ["The bank said it had sold the loans.", REST],
        ["The bank admitted it had sold the loans.", REST],
        [("verb-stance", "The bank")],
    ),
    "attribution cut": (
        ["The tests were skipped for weeks, according to a former inspector.", REST],
        ["The tests were skipped for weeks.", REST],
        [("attribution-cut", "a former inspector")],
    ),
    "attribution added": (
        ["The tests were skipped for weeks.", REST],
        ["The tests were skipped for weeks, the union said.", REST],
        [("attribution-added", "the union")],
    ),
    "no longer word for word": (
        ["“The tests were skipped for weeks,” said Nora Vale.", REST],
        ["Nora Vale said the tests were skipped for weeks.", REST],
        [("speech-indirect", "Nora Vale")],
    ),
    "word for word": (
        ["Nora Vale said the tests were skipped for weeks.", REST],
        ["“The tests were skipped for weeks,” said Nora Vale.", REST],
        [("speech-direct", "Nora Vale")],
    ),
    "promoted": (
        [REST, "The road stays shut.", QUILL],
        [QUILL, REST, "The road stays shut."],
        [("voice-promoted", "Marta Quill")],
    ),
    "demoted": (
        [QUILL, REST, "The road stays shut."],
        [REST, "The road stays shut.", QUILL],
        [("voice-demoted", "Marta Quill")],
    ),
    "a pronoun took the name's place": (
        ["Dora Finch runs the ferry.", "Dora Finch said it was full."],
        ["Dora Finch runs the ferry.", "She said it was full."],
        [],
    ),
    "title and name": (
        ["President Alma Ruhle said she would sign the bill.", "Her party has a majority of four."],
        ["The president said she would sign the bill on Tuesday.", "Her party, led by Ruhle, has a majority of four."],
        [],
    ),
    "initials of a body": (
        ["The Central Grain Board said prices would fall.", REST],
        ["The CGB said prices would fall by autumn.", REST],
        [],
    ),
    "the same verb class": (["He said the road was shut.", REST], ["He added the road was shut.", REST], []),
    "an untouched speaker": ([QUILL, REST], [QUILL, REST.replace("Thursday", "Friday")], []),
}


@pytest.mark.parametrize("name", EVENTS)
def test_what_became_of_a_speaker(name: str) -> None:
    old, new, wanted = EVENTS[name]
    assert told(old, new) == wanted


def test_identical_contents_have_no_event() -> None:
    assert told([QUILL, REST], [QUILL, REST]) == []


def test_nothing_is_told_of_a_page_that_was_read_with_doubt() -> None:
    assert told([QUILL, REST], [REST], confidence=0.4) == []


def test_nothing_is_told_where_a_long_text_lost_most_of_its_words() -> None:
    long = [f"{REST} It has met {n} times since the spring, and nobody counts any more." for n in range(20)]
    assert told([*long, QUILL], long[:3]) == []
    assert told([*long, QUILL], long) == [("voice-cut", "Marta Quill")]


def test_a_cut_speaker_says_how_he_was_heard() -> None:
    old = Content(language="en", paragraphs=(Paragraph(REST), Paragraph(QUILL)))
    change = diff(old, Content(language="en", paragraphs=(Paragraph(REST),)))
    side = change.voices[0].old
    assert side is not None
    assert (side.paragraph, side.verb, side.direct, side.times, side.quoted) == (1, "said", True, 1, 8)
    assert change.voices[0].new is None
    assert [voice.source for voice in change.heard_before] == ["Marta Quill"]
    assert change.heard_after == ()
    assert "voice-cut" in change.tags
    assert change.summary.startswith("no longer quoted: Marta Quill; removed: ")


def test_a_headline_has_speakers_too() -> None:
    old = Content(headline="Mayor says the mill must close", language="en", paragraphs=(Paragraph(REST),))
    new = Content(headline="Mayor admits the mill must close", language="en", paragraphs=(Paragraph(REST),))
    assert [(event.event, event.source) for event in diff(old, new).voices] == [("verb-stance", "Mayor")]
