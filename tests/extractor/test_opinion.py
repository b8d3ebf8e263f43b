"""How sure a reading is, and what happens when it is not."""

from tests.extractor import pages
from tracker.extractor import extract, opinion
from tracker.extractor.document import Document
from tracker.extractor.evidence import Evidence
from tracker.extractor.first import read
from tracker.extractor.profile import Profile
from tracker.extractor.structured import Structured


def _reading(html: str):
    document = Document(html, pages.URL)
    data = Structured(document.root)
    return read(document, Evidence(data, [pages.HEADLINE]), Profile(None)), data


def test_a_long_body_under_a_headline_is_sure():
    assert extract(pages.page(), pages.URL).confidence == 1.0


def test_a_brief_is_read_although_it_is_short():
    brief = extract(
        pages.page(pages.paragraphs(["The bridge is closed until Monday, the town hall said on Sunday."])), pages.URL
    )
    assert brief.text == "The bridge is closed until Monday, the town hall said on Sunday."
    assert brief.confidence <= opinion.UNSURE


def test_a_body_that_the_page_itself_does_not_know_is_unsure():
    other = "Nothing of what is said here stands in the text of the page at all. " * 5
    html = pages.page().replace('"isAccessibleForFree"', f'"articleBody": "{other}", "isAccessibleForFree"')
    assert extract(html, pages.URL).confidence <= opinion.UNSURE


def test_the_second_opinion_is_taken_where_it_finds_much_more():
    reading, data = _reading(pages.page())
    for i in reading.kept[1:]:
        reading.reasons[i] = "outside"
    again = opinion.ask(pages.page(), reading, data)
    assert [again.document.blocks[i].text for i in again.kept] == pages.PARAGRAPHS


def test_the_second_opinion_is_left_where_it_finds_the_same():
    reading, data = _reading(pages.page())
    assert opinion.ask(pages.page(), reading, data) is reading


def test_a_page_on_which_the_other_reader_finds_nothing_keeps_ours():
    reading, data = _reading(pages.page())
    assert opinion.ask("<html></html>", reading, data) is reading


def test_what_the_page_states_as_its_body_decides_between_two_readings():
    stated = " ".join(pages.PARAGRAPHS)
    html = pages.page().replace('"isAccessibleForFree"', f'"articleBody": "{stated}", "isAccessibleForFree"')
    reading, data = _reading(html)
    kept = reading.kept
    for i in kept:
        reading.reasons[i] = "outside"
    last = len(reading.reasons) - 1
    reading.reasons[last] = ""  # the footer, taken for the story
    again = opinion.ask(html, reading, data)
    assert again.kept == kept
