"""The second look: anchored on the memory of the first."""

from dataclasses import replace

import pytest

from tests.extractor import pages
from tracker.extractor import extract
from tracker.model import Block, Kind


def _read(texts=None, previous=None, **options):
    body = pages.paragraphs(pages.PARAGRAPHS if texts is None else texts)
    return extract(pages.page(body, **options), pages.URL, previous=previous)


FIRST = _read()


def test_the_same_page_reads_the_same():
    assert _read(previous=FIRST) == FIRST


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a number", lambda t: [*t[:1], t[1].replace("180", "160"), *t[2:]]),
        ("a word", lambda t: [t[0].replace("again", "anew"), *t[1:]]),
        ("the order", lambda t: [t[1], t[0], *t[2:]]),
        ("a sentence at the end", lambda t: [*t[:4], t[4] + " It will report in June."]),
        ("a paragraph gone", lambda t: t[:2] + t[3:]),
        ("the last paragraph gone", lambda t: t[:-1]),
        ("a new paragraph", lambda t: [*t[:2], "Tickets go on sale on Friday at the old customs house.", *t[2:]]),
        (
            "nearly everything",
            lambda t: [t[0], *["Quite another text of a rewritten story stands here now. " * 3 + x for x in "abcd"]],
        ),
    ],
)
def test_an_edit_is_read_exactly(name, change):
    texts = [x.strip() for x in change(pages.PARAGRAPHS)]
    assert [p.text for p in _read(texts, FIRST).paragraphs] == texts


def test_a_correction_at_the_end_is_a_notice():
    texts = [*pages.PARAGRAPHS, "Correction: An earlier version of this article gave the wrong number of cars."]
    added = _read(texts, FIRST).paragraphs[-1]
    assert added.kind is Kind.NOTICE
    assert added.text == texts[-1]


def test_decisions_once_made_are_kept():
    blocks = tuple(
        replace(b, kept=False, reason="reader") if b.text == pages.PARAGRAPHS[2] else b for b in FIRST.blocks
    )
    second = _read(previous=replace(FIRST, blocks=blocks))
    assert [p.text for p in second.paragraphs] == pages.PARAGRAPHS[:2] + pages.PARAGRAPHS[3:]
    assert [b.reason for b in second.blocks if b.text.startswith(pages.PARAGRAPHS[2][:40])] == ["reader"]


def test_without_blocks_the_paragraphs_are_the_memory():
    assert _read(previous=replace(FIRST, blocks=())).text == FIRST.text


def test_another_story_under_the_same_address_is_read_afresh():
    other = [
        f"The council of the town met for the {n} time this year to speak about the school roof and money."
        for n in range(6)
    ]
    assert [p.text for p in _read(other, FIRST).paragraphs] == other


def test_a_new_template_around_the_same_story_changes_nothing():
    html = pages.page().replace('<div class="story">', '<div class="x1"><section class="l-9f"><div class="story">')
    html = html.replace("</article>", "</div></section></article>")
    assert extract(html, pages.URL, previous=FIRST).canonical() == FIRST.canonical()


def test_a_paragraph_that_lives_on_only_in_a_teaser_is_gone():
    texts = pages.PARAGRAPHS[:4]
    teaser = f'<aside class="related"><div><p>{pages.PARAGRAPHS[4]}</p></div></aside>'
    html = pages.page(pages.paragraphs(texts)).replace("</main>", teaser + "</main>")
    assert [p.text for p in extract(html, pages.URL, previous=FIRST).paragraphs] == texts


def test_a_lone_line_unlike_the_articles_own_is_read_and_marked_as_doubtful():
    html = pages.page(pages.paragraphs(pages.PARAGRAPHS) + "<p><em>You meet us by the sea, day and night.</em></p>")
    second = extract(html, pages.URL, previous=FIRST)
    assert second.paragraphs[-1].text == "You meet us by the sea, day and night."
    assert second.blocks[[b.text for b in second.blocks].index(second.paragraphs[-1].text)].reason.startswith("doubt")


def test_a_short_text_in_a_strange_new_box_is_not_the_story():
    box = '<div class="qrst"><p>Come aboard and open all the doors of our house today.</p></div>'
    html = pages.page(pages.paragraphs(pages.PARAGRAPHS[:3]) + box + pages.paragraphs(pages.PARAGRAPHS[3:]))
    second = extract(html, pages.URL, previous=FIRST)
    assert second.text == FIRST.text
    assert "new box" in {b.reason for b in second.blocks}


def test_the_memory_is_compact():
    long = "<footer><p>" + "Terms and conditions of this paper apply to all. " * 200 + "</p></footer>"
    content = extract(pages.page(after="").replace("</body>", long + "</body>"), pages.URL)
    dropped = [b for b in content.blocks if not b.kept]
    assert dropped
    assert max(len(b.text) for b in dropped) <= 120


def test_a_memory_of_another_page_does_not_crash():
    strange = replace(FIRST, blocks=(Block("", "", True, ""), Block("x" * 10_000, "", False, "")))
    assert _read(previous=strange).text == FIRST.text


def _in_parts(first, second):
    """The story in two unnamed parts; the second begins with a heading of its own."""
    return (
        f'<div class="story"><section>{pages.paragraphs(first)}</section>'
        f"<section><h2>What the board says</h2>{pages.paragraphs(second)}</section></div>"
    )


def test_a_part_of_the_story_that_was_rewritten_whole_stays_its_part():
    html = pages.page(_in_parts(pages.PARAGRAPHS[:3], pages.PARAGRAPHS[3:]))
    before = extract(html, pages.URL)
    told = [
        "Fishermen in the outer harbour fear for their berths, which the larger ships will take from early in May on.",
        "Nobody has asked them so far, wrote the guild to the mayor, and asked for a hearing before the season begins.",
    ]
    after = extract(pages.page(_in_parts(pages.PARAGRAPHS[:3], told)), pages.URL, previous=before)
    assert [p.text for p in after.paragraphs] == [*pages.PARAGRAPHS[:3], "What the board says", *told]
