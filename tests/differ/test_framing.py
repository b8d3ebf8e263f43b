"""What an edit does to who acts, who is blamed and what people are called. Every text is our own."""

from __future__ import annotations

import pytest

from tracker.differ import diff
from tracker.model import Change, ChangeClass, Content, Op, Paragraph


def change(old: str, new: str, language: str = "en", field: str = "") -> Change:
    """The change from one sentence to another, in the body or as a headline."""
    if field:
        return diff(Content(headline=old, language=language), Content(headline=new, language=language))
    contents = [Content(language=language, paragraphs=(Paragraph(text),)) for text in (old, new)]
    return diff(*contents)


FRAMED = {
    "agent dropped": ("en", "Guards beat two inmates there.", "Two inmates died there.", "agency", "agent-dropped"),
    "agent named": (
        *("en", "A teenager was shot at the march.", "A teenager was shot by police at the march."),
        *("agency", "agent-named"),
    ),
    "German passive": (
        *("de", "Drei Männer wurden von Soldaten getötet.", "Drei Männer wurden getötet."),
        *("agency", "agent-dropped"),
    ),
    "French elision": (
        *("fr", "L'armée a tué deux pêcheurs hier.", "Deux pêcheurs ont été tués hier."),
        *("agency", "agent-dropped"),
    ),
    "softened": (
        *("en", "The clerk stole money from the club.", "The clerk is accused of stealing money from the club."),
        *("accusation", "softened"),
    ),
    "hardened": (
        *("en", "The clerk allegedly stole money from the club.", "The clerk stole money from the club."),
        *("accusation", "hardened"),
    ),
    "a court's word": (
        *("en", "The clerk allegedly stole money.", "The clerk was convicted of having stolen money."),
        *("verdict", ""),
    ),
    "label": ("en", "The rebels took the town.", "The terrorists took the town.", "label", "rebels>terrorists"),
    "former office": (
        *("en", "The mayor opened the bridge.", "The former mayor opened the bridge."),
        *("office", "former"),
    ),
    "ex-": ("es", "El ministro abrió el puente.", "El exministro abrió el puente.", "office", "former"),
    "cause": (
        *("en", "The dam broke after weeks of rain.", "The dam broke because of weeks of rain."),
        *("cause", "added"),
    ),
    "stance": ("en", "The bank said it sold.", "The bank conceded it sold.", "verb-stance", "neutral>concede"),
}


@pytest.mark.parametrize("name", FRAMED)
def test_a_framing_has_its_direction_and_its_words(name: str) -> None:
    language, old, new, tag, value = FRAMED[name]
    found = change(old, new, language)
    [framing] = [f for operation in found.operations for f in operation.framing]
    assert (framing.tag, framing.value) == (tag, value)
    assert framing.old or framing.new
    for text, evidence in ((old, framing.old), (new, framing.new)):
        assert evidence is None or text[evidence.start : evidence.end] == evidence.text
    assert tag in found.tags


QUIET = {
    "a synonym": ("The protest filled the square.", "The demonstration filled the square."),
    "the same deed in the passive": ("Police shot a man there.", "A man was shot there by police."),
    "a noun that looks like a deed": ("The shot went wide of the post.", "The effort went wide of the post."),
    "a fire": ("A fire broke out in the kitchen.", "A blaze broke out in the kitchen."),
    "due to begin": ("The strike is due to start on Monday.", "The strike is planned to start on Monday."),
    "a clause more": ("The dam broke in May.", "The dam broke in May because nobody had looked after it."),
    "unrelated": ("Guards beat two inmates in the yard.", "The choir sang and nobody died."),
    "somebody's words": (
        "“The rebels will never take this town,” he said.",
        "“The terrorists will never take this town,” he said.",
    ),
}


@pytest.mark.parametrize("name", QUIET)
def test_nothing_is_said_without_a_word_that_shows_it(name: str) -> None:
    found = change(*QUIET[name])
    assert [f for operation in found.operations for f in operation.framing] == []


def test_a_label_makes_an_edit_substantive_and_names_both_words() -> None:
    [operation] = change("The government shut the border.", "The regime shut the border.").operations
    assert operation.op is Op.EDIT
    assert operation.class_ is ChangeClass.SUBSTANTIVE
    [edit] = operation.edits
    assert (edit.deleted, edit.inserted) == ("government", "regime")
    assert "label" in edit.tags


def test_a_headline_is_framed_too() -> None:
    found = change("Police kill two fishermen", "Two fishermen die", field="headline")
    assert "agency" in found.tags
    assert found.class_ is ChangeClass.SUBSTANTIVE


def test_the_summary_says_what_both_sentences_show() -> None:
    found = change("Guards beat two inmates there.", "Two inmates died there.")
    assert found.summary.startswith('no longer says who: "Guards beat two inmates there." -> "Two inmates died there."')
