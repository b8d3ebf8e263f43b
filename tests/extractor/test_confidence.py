"""How sure a reading is that it took the story."""

from tests.extractor import pages
from tracker.extractor import confidence, extract


def test_a_long_body_under_a_headline_is_sure():
    assert extract(pages.page(), pages.URL).confidence == 1.0


def test_a_brief_is_read_although_it_is_short():
    brief = extract(
        pages.page(pages.paragraphs(["The bridge is closed until Monday, the town hall said on Sunday."])), pages.URL
    )
    assert brief.text == "The bridge is closed until Monday, the town hall said on Sunday."
    assert brief.confidence <= confidence.UNSURE


def test_a_body_that_the_page_itself_does_not_know_is_unsure():
    other = "Nothing of what is said here stands in the text of the page at all. " * 5
    html = pages.page().replace('"isAccessibleForFree"', f'"articleBody": "{other}", "isAccessibleForFree"')
    assert extract(html, pages.URL).confidence <= confidence.UNSURE


def test_a_text_that_says_nothing_of_the_headline_is_unsure():
    other = [f"Nothing that was said at table number {n} had to do with boats, islands or money." for n in range(8)]
    assert extract(pages.page(pages.paragraphs(other)), pages.URL).confidence <= confidence.UNSURE


def test_a_second_look_is_as_sure_as_the_first_was():
    html = pages.page(pages.paragraphs(["The bridge is closed until Monday, the town hall said on Sunday."]))
    first = extract(html, pages.URL)
    assert extract(html, pages.URL, previous=first).confidence == first.confidence < 1
