"""What stands around and inside a story and is not the story."""

import pytest

from tests.extractor import furniture, pages
from tracker.extractor import extract


def _with(piece: str, where: int) -> str:
    story = [pages.paragraphs([text]) for text in pages.PARAGRAPHS]
    return pages.page("\n".join([*story[:where], piece, *story[where:]]))


@pytest.mark.parametrize(("name", "language", "piece"), furniture.IN_STORY)
@pytest.mark.parametrize("where", [2, 5], ids=["inside", "after"])
def test_furniture_in_the_story_is_not_read_as_the_story(name, language, piece, where):
    assert [p.text for p in extract(_with(piece, where), pages.URL).paragraphs] == pages.PARAGRAPHS


@pytest.mark.parametrize(("name", "language", "piece"), furniture.IN_STORY + furniture.BEFORE_STORY)
def test_furniture_that_comes_later_changes_nothing(name, language, piece):
    before = extract(pages.page(), pages.URL)
    where = 0 if (name, language, piece) in furniture.BEFORE_STORY else 3
    after = extract(_with(piece, where), pages.URL, previous=before)
    assert after.canonical() == before.canonical()


@pytest.mark.parametrize(("name", "language", "piece"), furniture.BEFORE_STORY)
def test_clocks_and_counters_above_the_story_are_not_read(name, language, piece):
    assert [p.text for p in extract(_with(piece, 0), pages.URL).paragraphs] == pages.PARAGRAPHS


def test_rotated_teasers_around_the_story_change_nothing():
    before = extract(pages.page(related=1), pages.URL)
    assert extract(pages.page(related=2), pages.URL, previous=before).canonical() == before.canonical()


@pytest.mark.parametrize(
    ("name", "html"),
    [
        (
            "a section",
            "<h2>What comes next</h2><p>The first sailing is at six in the morning on Monday from the old quay.</p>",
        ),
        ("a list", "<ul><li>The first ship is called Terna.</li><li>The second ship is called Alka.</li></ul>"),
        ("a quotation", "<blockquote><p>“I shall be on the first boat,” said the postman.</p></blockquote>"),
        ("a short paragraph", "<p>She did not say when.</p>"),
        (
            "a sentence that says updated",
            "<p>The board has updated its forecast twice since the autumn meeting, it said.</p>",
        ),
        (
            "a sentence that says share",
            "<p>Shares of the shipping line rose by a tenth after the announcement on Sunday.</p>",
        ),
    ],
)
def test_what_the_newsroom_adds_is_read(name, html):
    before = extract(pages.page(), pages.URL)
    after = extract(_with(html, 3), pages.URL, previous=before)
    added = [p.text for p in after.paragraphs if p not in before.paragraphs]
    assert added
    assert all(text in html for text in added)
    assert len(after.paragraphs) == len(before.paragraphs) + html.count("<p>") + html.count("<li>") + html.count("<h2>")


def test_a_table_is_read_row_by_row():
    table = (
        "<table><tr><th>Year</th><th>Passengers</th></tr><tr><td>2021</td><td>61,000</td></tr>"
        "<tr><td>2026</td><td>90,000 expected</td></tr></table>"
    )
    texts = [p.text for p in extract(_with(table, 3), pages.URL).paragraphs]
    assert texts[3:6] == ["Year Passengers", "2021 61,000", "2026 90,000 expected"]


def test_readers_comments_are_not_the_article_even_when_they_are_longer():
    comments = "".join(
        f'<div class="comment"><span>reader{n}</span><p>{text} I have said so for years and nobody listened.</p></div>'
        for n, text in enumerate(pages.PARAGRAPHS * 2)
    )
    html = pages.page().replace(
        "</article>", f'</article><section class="comments"><h2>Comments</h2>{comments}</section>'
    )
    assert [p.text for p in extract(html, pages.URL).paragraphs] == pages.PARAGRAPHS


def test_a_body_split_by_advertisements_is_read_whole():
    halves = "".join(
        f'<div class="story-part">{pages.paragraphs(part)}</div><div class="ad-slot">Advertisement</div>'
        for part in (pages.PARAGRAPHS[:3], pages.PARAGRAPHS[3:])
    )
    assert [p.text for p in extract(pages.page(halves), pages.URL).paragraphs] == pages.PARAGRAPHS


_UNDER = '<div class="{}"><p>{}</p></div>'


def test_a_short_text_in_a_box_of_another_kind_under_the_story_is_not_the_story():
    html = pages.page(after=_UNDER.format("qqx", "3 more on the house until the first. Come aboard and open the rest."))
    content = extract(html, pages.URL)
    assert [p.text for p in content.paragraphs] == pages.PARAGRAPHS
    assert {b.reason for b in content.blocks if b.text.startswith("3 more")} == {"box after the end"}


@pytest.mark.parametrize(
    ("name", "under"),
    [
        ("of the same kind", "<p>The next ship sails on Tuesday.</p>"),
        ("of some length", _UNDER.format("qqx", " ".join(["The first ship sails at nine from the eastern quay."] * 4))),
        ("a notice", _UNDER.format("qqx", "Correction: the ferry sails on Monday, not on Sunday.")),
        ("a word about the story in no known phrase", _UNDER.format("qqx", "We regret the error in the ship's price.")),
    ],
)
def test_what_closes_the_story_is_read(name, under):
    assert len(extract(pages.page(after=under), pages.URL).paragraphs) == len(pages.PARAGRAPHS) + 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('Worth an hour: <a href="/a">Help, the gulls are coming!</a>', False),
        ('The board <a href="/a">promised a ferry to all of the islands!</a>', True),
    ],
)
def test_a_colon_before_a_link_makes_a_label_of_what_stands_there(text, kept):
    assert len(extract(_with(f"<p>{text}</p>", 2), pages.URL).paragraphs) == len(pages.PARAGRAPHS) + kept


def test_a_counter_before_the_first_paragraph_is_none_of_the_story_wherever_the_standfirst_stands():
    lead = (
        '<div class="opening"><p>Two ships, bought second-hand, will sail between Nordhavn and the islands.</p></div>'
    )
    many = "".join(
        f'<div class="zq"><p>Ida Holm counted the krone again, for day {n} of it.</p></div>' for n in range(8)
    )
    html = pages.page(
        f"{lead}{many}<div class='s'><p>Freshened 12 min back</p>{pages.paragraphs(pages.PARAGRAPHS)}</div>"
    )
    content = extract(html, pages.URL)
    assert "Freshened" not in content.text
    assert content.text.endswith("\n".join(pages.PARAGRAPHS))


def test_emphasised_words_under_a_story_that_ends_plainly_are_doubted_whatever_stands_above():
    story = f"<p><em>From our man on the quay, who is never late.</em></p>{pages.paragraphs(pages.PARAGRAPHS)}"
    first = extract(pages.page(story), pages.URL)
    line = "The pocket edition rings when it matters."
    content = extract(pages.page(f"{story}<p><em>{line}</em></p>"), pages.URL, previous=first)
    assert content.paragraphs[-1].text == line
    assert next(b.reason for b in content.blocks if b.text == line).startswith("doubt")
