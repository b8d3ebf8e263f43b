"""What holds on every page of the newsroom: three templates, several languages, other furniture with each request."""

from __future__ import annotations

import html as htmllib

import lxml.html
import pytest

from tests.extractor import furniture, newsroom_pages, pages
from tracker.extractor import extract, fold
from tracker.model import Kind

STORIES = list(newsroom_pages.stories())
TEMPLATES = list({served.outlet.id: served for served in reversed(STORIES)}.values())
PLACES = [*furniture.IN_STORY, *furniture.BEFORE_STORY]


def _elements(page: str, served: newsroom_pages.Served):
    """The page's tree, and the elements of the story's running paragraphs; none where line breaks part them."""
    tree = lxml.html.document_fromstring(page)
    wanted = {fold.key(text) for text in served.story.paragraphs}
    return tree, [e for e in tree.iter("p") if fold.key(e.text_content()) in wanted]


def _count(page: str, served: newsroom_pages.Served) -> int:
    count = len(_elements(page, served)[1]) or sum(text in page for text in served.story.paragraphs)
    assert count >= 3, served.url
    return count


def _changed(page: str, served: newsroom_pages.Served, number: int, before: str = "", after: str = "", gone=False):
    """The page with something before or after one of the story's paragraphs, or without it; and its text."""
    tree, found = _elements(page, served)
    if not found:
        text = [text for text in served.story.paragraphs if text in page][number]
        return page.replace(text, before + ("" if gone else text) + (f"<br><br>{after}" if after else ""), 1), text
    at = found[number]
    text = fold.tidy(at.text_content())
    if before:
        at.addprevious(lxml.html.fragment_fromstring(before))
    if after:
        new = lxml.html.fragment_fromstring(after)
        new.tail, at.tail = at.tail, None
        at.addnext(new)
    if gone:
        at.drop_tree()
    return "<!doctype html>" + lxml.html.tostring(tree, encoding="unicode"), text


def test_there_are_three_templates():
    assert len(TEMPLATES) == 3


@pytest.mark.parametrize("served", STORIES, ids=lambda s: s.story.slug)
def test_two_requests_read_the_same(served):
    first = extract(served.page(), served.url)
    assert extract(served.page(), served.url, previous=first).canonical() == first.canonical()


@pytest.mark.parametrize("served", STORIES, ids=lambda s: s.story.slug)
def test_no_furniture_of_the_table_changes_a_newsroom_page(served):
    page = served.page()
    first = extract(page, served.url)
    count = _count(page, served)
    for number, case in enumerate(PLACES):
        if case in furniture.BEFORE_STORY:
            html, _ = _changed(page, served, 0, before=case[2])
        else:
            html, _ = _changed(page, served, number % (count - 1), after=case[2])
        assert extract(html, served.url, previous=first).canonical() == first.canonical(), case


@pytest.mark.parametrize("served", STORIES, ids=lambda s: s.story.slug)
def test_a_paragraph_removed_from_a_newsroom_page_is_always_seen(served):
    page = served.page()
    first = extract(page, served.url)
    for number in range(_count(page, served)):
        html, gone = _changed(page, served, number, gone=True)
        left = [p.text for p in first.paragraphs]
        left.remove(next(text for text in left if fold.key(text) == fold.key(gone)))
        assert [p.text for p in extract(html, served.url, previous=first).paragraphs] == left


@pytest.mark.parametrize("served", STORIES, ids=lambda s: s.story.slug)
def test_reading_the_rendered_reading_of_a_newsroom_page_changes_nothing(served):
    first = extract(served.page(), served.url)
    tags = {Kind.HEADING: "h2", Kind.LIST: "li", Kind.QUOTE: "blockquote"}
    rendered = pages.page(
        "".join(
            f"<{tags.get(p.kind, 'p')}>{htmllib.escape(p.text)}</{tags.get(p.kind, 'p')}>" for p in first.paragraphs
        ),
        headline=first.headline,
    )
    for previous in (None, first):
        again = extract(rendered, pages.URL, previous=previous)
        assert [p.text for p in again.paragraphs] == [p.text for p in first.paragraphs]
        assert again.headline == first.headline
