"""Notices among the changes of an article: added, worded anew, taken off again."""

from __future__ import annotations

from tracker.differ import diff
from tracker.model import Content, Kind, Notice, Paragraph

STORY = (
    Paragraph("The bridge opened in 1989 after six years of work by two firms."),
    Paragraph("The mayor said that the town would paint it next spring."),
)
CORRECTION = "Correction: an earlier version of this article gave the wrong year for the opening."


def content(*notices: str, confidence: float = 1.0, story: tuple[Paragraph, ...] = STORY) -> Content:
    said = tuple(Paragraph(text, Kind.NOTICE) for text in notices)
    return Content("The bridge", language="en", paragraphs=story, notices=said, confidence=confidence)


def test_a_notice_that_is_taken_off_has_its_own_tag_and_is_said_in_the_summary():
    change = diff(content(CORRECTION), content())
    assert "notice-removed" in change.tags
    assert "notice" not in change.tags
    assert change.notice is Notice.NONE
    assert "notice taken off" in change.summary
    assert change.noise_rule is None


def test_a_notice_that_comes_is_not_called_removed():
    change = diff(content(), content(CORRECTION))
    assert change.notice is Notice.CORRECTION
    assert "notice-removed" not in change.tags


def test_a_notice_in_whose_place_another_comes_is_not_called_removed():
    other = "This story was amended on 4 May to correct the names of both firms, which it had swapped."
    change = diff(content(CORRECTION), content(other))
    assert change.notice is Notice.CORRECTION
    assert "notice-removed" not in change.tags


def test_a_sentence_of_the_story_that_goes_is_no_notice_removed():
    assert "notice-removed" not in diff(content(), content(story=STORY[:1])).tags


def test_a_text_taken_out_by_name_counts_as_a_correction():
    change = diff(content(), content("A photograph has been removed from this article at the family's request."))
    assert change.notice is Notice.CORRECTION
    assert "removal" in change.tags


def test_no_notice_is_said_only_of_a_page_that_was_read_with_confidence():
    shorter = STORY[:1]
    assert "no notice seen" in diff(content(), content(story=shorter)).summary
    assert "no notice seen" not in diff(content(), content(story=shorter, confidence=0.25)).summary
