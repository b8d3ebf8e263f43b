"""What is learned about a source, what it may drop, and what it never may."""

import json

import pytest

from tests.extractor import pages
from tests.language.test_notices import NOTICES
from tracker.differ import diff
from tracker.extractor import extract, learn, profile

BODY = pages.paragraphs(pages.PARAGRAPHS)
LINE = "You meet us by the sea, day and night."
HOUSE = f'<div class="house"><p>{LINE}</p></div>'
AMONG = pages.paragraphs(pages.PARAGRAPHS[:3]) + HOUSE + pages.paragraphs(pages.PARAGRAPHS[3:])
FIRST = extract(pages.page(), pages.URL)


def _story(n: int, extra: str = "") -> str:
    texts = [f"Story {'abcdefgh'[n]}: {text}" for text in pages.PARAGRAPHS]
    return pages.page(pages.paragraphs(texts) + extra).replace("ferry-line", f"story-{n}")


def _learned(count: int, extra: str = HOUSE):
    known: dict = {}
    for n in range(count):
        known = learn(known, extract(_story(n, extra), pages.URL, profile=known))
    return known


def _reason(content, text):
    return next(b.reason for b in content.blocks if b.text.startswith(text[:40]))


def _new(piece: str, known, previous=FIRST):
    return extract(pages.page(BODY + piece), pages.URL, previous=previous, profile=known)


@pytest.mark.parametrize("previous", [None, FIRST], ids=["first look", "second look"])
def test_a_box_that_stands_on_several_articles_of_the_source_is_furniture(previous):
    content = _new(HOUSE, _learned(3), previous)
    assert [p.text for p in content.paragraphs] == pages.PARAGRAPHS
    assert LINE in {b.text for b in content.blocks if not b.kept}
    if previous is None:
        assert _reason(content, LINE) == "source: stands on 3 of its articles"


@pytest.mark.parametrize("previous", [None, FIRST], ids=["first look", "second look"])
@pytest.mark.parametrize("piece", [f"<p>{LINE}</p>", f"<p><em>{LINE}</em></p>"], ids=["plain", "in italics"])
def test_a_sentence_among_the_articles_own_is_doubted_and_kept_however_many_articles_carry_it(piece, previous):
    content = _new(piece, _learned(5, piece), previous)
    assert content.paragraphs[-1].text == LINE
    assert _reason(content, LINE).startswith("doubt")


def test_a_change_that_brings_only_doubted_text_is_ranked_as_noise_and_kept():
    change = diff(FIRST, _new(f"<p>{LINE}</p>", _learned(5, f"<p>{LINE}</p>")))
    assert change.noise_rule == "doubtful-block"
    assert [op.new for op in change.operations] == [LINE]


def test_a_doubt_outlasts_a_look_at_which_nothing_changed_so_that_its_going_is_no_news():
    piece = f"<p>{LINE}</p>"
    doubted = _new(piece, _learned(5, piece))
    for page in (BODY + piece, BODY.replace("passengers", "travellers") + piece):
        again = extract(pages.page(page), pages.URL, previous=doubted)
        assert _reason(again, LINE).startswith("doubt: source")
        gone = extract(pages.page(BODY), pages.URL, previous=again)
        assert LINE not in gone.text
    unedited = extract(pages.page(BODY + piece), pages.URL, previous=doubted)
    assert diff(unedited, FIRST).noise_rule == "doubtful-block"


NUMBERED = "The board counted {} passengers on the first day of the new line."


def test_sentences_that_differ_in_a_number_are_two_reports():
    known: dict = {}
    for n in range(6):
        line = f"<p>{NUMBERED.format(100 + n)}</p>"
        known = learn(known, extract(_story(n, line), pages.URL, profile=known))
    content = _new(f"<p>{NUMBERED.format(180)}</p>", known)
    assert content.paragraphs[-1].text == NUMBERED.format(180)
    assert _reason(content, NUMBERED.format(180)) == "article"
    assert diff(FIRST, content).noise_rule is None


def test_numbers_do_not_hide_a_counter():
    known: dict = {}
    for n in range(4):
        known = learn(known, extract(_story(n, f"<p>Seen by {n} gulls</p>"), pages.URL, profile=known))
    assert _new("<p>Seen by 9 gulls</p>", known, None).text == FIRST.text


def test_a_line_of_a_list_is_never_dropped_for_its_number():
    known: dict = {}
    rows = "<ul><li>Ships refitted over the winter: {}</li><li>Cars on each of the two ships: 22</li></ul>"
    for n in range(6):
        known = learn(known, extract(_story(n, rows.format(n)), pages.URL, profile=known))
    before = extract(pages.page(BODY + rows.format(2)), pages.URL)
    longer = rows.format(2).replace("</ul>", "<li>Ships refitted over the winter: 9</li></ul>")
    after = extract(pages.page(BODY + longer), pages.URL, previous=before, profile=known)
    assert after.text == before.text + "\nShips refitted over the winter: 9"


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, kind, text in NOTICES if kind != "timestamp"]
)
def test_a_notice_is_never_furniture(language, text):
    piece = f'<div class="note"><p>{text}</p></div>'
    blocks = extract(pages.page(BODY + piece), pages.URL, profile=_learned(5, piece)).blocks
    assert not any(b.reason.startswith(("source", "doubt")) for b in blocks)


@pytest.mark.parametrize("where", ["<p>{}</p>", '<div class="note"><p>{}</p></div>'], ids=["paragraph", "box"])
def test_a_correction_with_another_date_on_every_article_is_read(where):
    notice = where.format("This article was amended on {} March 2026 to correct the price of the ships.")
    known: dict = {}
    for n in range(6):
        known = learn(known, extract(_story(n, notice.format(n + 1)), pages.URL, profile=known))
    content = _new(notice.format(9), known)
    assert "This article was amended on 9 March" in "".join(p.text for p in content.everything)
    assert diff(FIRST, content).noise_rule is None


def test_a_story_that_the_outlet_ran_at_several_addresses_is_read_whole():
    known: dict = {}
    for n in range(5):
        known = learn(known, extract(pages.page(), pages.URL), article=str(n))
    content = extract(pages.page(), pages.URL, profile=known)
    assert content.text == FIRST.text
    assert {b.reason for b in content.blocks if b.kept} == {"doubt: source: stands on 5 of its articles"}


def test_a_text_of_the_article_is_kept_when_the_page_is_read_afresh():
    old = extract(pages.page(AMONG), pages.URL)
    assert LINE in old.text
    stories = [
        f"The council met again and spoke about roof number {n} of the {n}th school of the town." for n in range(9)
    ]
    content = extract(
        pages.page(pages.paragraphs(stories[:4]) + HOUSE + pages.paragraphs(stories[4:])),
        pages.URL,
        previous=old,
        profile=_learned(5),
    )
    assert LINE in content.text


def test_one_other_article_is_not_enough_at_a_first_look():
    assert LINE in extract(pages.page(AMONG), pages.URL, profile=_learned(1)).text


def test_what_is_new_and_stands_in_one_other_article_is_no_news():
    assert LINE not in _new(HOUSE, _learned(1)).text


def test_what_stands_in_another_copy_of_the_article_is_news():
    before = extract(pages.page(BODY), pages.URL)
    line = "The harbour master said on Sunday that the first ship had left the yard at noon."
    copied = learn({}, extract(pages.page(BODY + f"<p>{line}</p>"), pages.URL), article="the copy")
    after = extract(pages.page(BODY + f"<p>{line}</p>"), pages.URL, previous=before, profile=copied)
    assert line in after.text
    assert not diff(before, after).noise_rule


def test_a_text_that_stood_in_the_article_before_is_never_held_against_it():
    before = extract(pages.page(AMONG), pages.URL)
    assert LINE in before.text
    assert extract(pages.page(AMONG), pages.URL, previous=before, profile=_learned(5)).text == before.text


def test_the_same_article_read_again_teaches_nothing_new():
    known: dict = {}
    for _ in range(5):
        known = learn(known, extract(_story(0, HOUSE), pages.URL))
    assert known["furniture"] == {}
    assert known["containers"] == {"div.story": 1}


def test_the_profile_is_small_json_that_explains_itself():
    known = _learned(8)
    assert json.loads(json.dumps(known)) == known
    assert len(json.dumps(known)) < 20_000
    assert {"text": "You meet us by the sea, day and night.", "articles": 8} in known["furniture"].values()


def test_a_profile_of_another_form_is_taken_as_empty():
    for strange in ({}, {"furniture": 3}, {"furniture": {"a": 1}, "containers": {"x": "y"}}, {"seen": []}):
        assert extract(pages.page(), pages.URL, profile=strange).text == "\n".join(pages.PARAGRAPHS)
        assert learn(strange, extract(pages.page(), pages.URL))["furniture"] == {}
    assert profile.Profile(None).container == ""


def test_the_container_that_always_holds_the_text_is_remembered():
    assert profile.Profile(_learned(4)).container == "div.story"
