import re
from dataclasses import replace

import pytest
from lxml import html as parser

from tests.render.samples import HOSTILE, everything, hostile, hostile_record, record
from tracker.render import html
from tracker.render.palette import DARK, LIGHT, Palette, contrast
from tracker.render.proof import Layout

ALL = Layout(everything=True)


def tree(text: str) -> parser.HtmlElement:
    return parser.document_fromstring(text)


def test_insertions_and_deletions_are_semantic_and_said_aloud() -> None:
    page = html.fragment(record(everything()), everything())
    assert (
        '<del><span class="hidden">deleted: </span>400<span class="hidden"> end </span></del>'
        '<ins><span class="hidden">inserted: </span>500<span class="hidden"> end </span></ins>'
    ) in page


def test_every_item_is_a_labelled_section_with_links_to_its_neighbours() -> None:
    root = tree(html.fragment(record(everything()), everything()))
    labels = [section.get("aria-label") for section in root.iter("section")]
    assert labels[0] == "Change 1 of 9: headline"
    assert labels[2] == "Change 3 of 9: paragraph 1, edited"
    ids = {section.get("id") for section in root.iter("section")}
    targets = {link.get("href") for nav in root.iter("nav") for link in nav.iter("a")}
    assert targets == {f"#{name}" for name in ids}


def test_the_text_keeps_its_language_and_its_direction() -> None:
    root = tree(html.fragment(record(everything()), everything(), language="ar"))
    assert root.find(".//h1").get("lang") == "ar"
    assert {p.get("dir") for p in root.findall(".//section/p") if p.get("class") != "tags"} == {"auto"}


def test_folded_edits_are_counted_and_all_shows_them() -> None:
    assert "1 minor edit not shown" in html.fragment(record(everything()), everything())
    assert "not shown" not in html.fragment(record(everything()), everything(), ALL)


def test_moves_are_marked_by_more_than_a_colour() -> None:
    assert (
        '<section id="change-12-4" aria-label="Change 4 of 9: paragraph 2, moved from paragraph 5" class="moved">'
        in (html.fragment(record(everything()), everything()))
    )


def test_everything_from_a_page_is_escaped() -> None:
    page = html.page(hostile_record(), hostile(), ALL, language='"><script>')
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not set(page) & set("\x1b\x9b\x07\u202e\u200b\ud800")
    page.encode()


@pytest.mark.parametrize(
    ("name", "url", "linked"),
    [
        ("a web address", "https://times.example/1", True),
        ("a script", "javascript:alert(1)", False),
        ("data", "data:text/html,x", False),
        ("an attribute's end", 'https://x.example/" onclick="x', True),
        ("no address at all", "http://[", False),
    ],
)
def test_only_web_addresses_are_linked(name: str, url: str, linked: bool) -> None:
    root = tree(html.fragment(record(url=url), everything()))
    links = [a for a in root.iter("a") if not a.get("href", "").startswith("#")]
    assert [a.get("href") for a in links] == ([url] if linked else []), name
    assert all(set(a.keys()) == {"href", "rel"} for a in links)


def test_a_page_stands_alone() -> None:
    page = html.page(record(everything()), everything())
    assert page.startswith("<!DOCTYPE html>")
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"(?!#|https://times\.example)", page)
    assert tree(page).findtext(".//title") == "Alliance takes over training in Iraq: version 1 to 2"


def test_noise_and_a_missing_headline_are_said() -> None:
    page = html.page(record(everything(), headline="", noise_rule="live-counter"), everything())
    assert "(no headline)" in page
    assert "Taken for noise by the rule live-counter." in page


def test_context_stands_beside_the_sentence() -> None:
    assert '<span class="context">The alliance takes over. </span>It sends' in html.fragment(
        record(everything()), everything()
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_keeps_a_contrast_of_seven_to_one(palette: Palette) -> None:
    pairs = [
        (palette.inserted, palette.inserted_on),
        (palette.deleted, palette.deleted_on),
        (palette.text, palette.page),
        (palette.quiet, palette.page),
        (palette.inserted, palette.page),
        (palette.deleted, palette.page),
    ]
    assert all(contrast(one, other) >= 7 for one, other in pairs)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_style_sheet_has_the_colours_of_the_palette(palette: Palette) -> None:
    names = ("--ins", "--ins-on", "--del", "--del-on", "--text", "--page", "--quiet")
    colours = (
        palette.inserted,
        palette.inserted_on,
        palette.deleted,
        palette.deleted_on,
        palette.text,
        palette.page,
        palette.quiet,
    )
    for name, colour in zip(names, colours, strict=True):
        assert f"{name}: {colour};" in html.stylesheet()


def test_marks_in_the_style_sheet_never_rely_on_colour() -> None:
    assert re.search(r"ins \{[^}]*text-decoration: underline", html.stylesheet())
    assert re.search(r"del \{[^}]*text-decoration: line-through", html.stylesheet())


def test_a_hostile_language_tag_stays_inside_its_attribute() -> None:
    root = tree(html.fragment(replace(record(), headline=HOSTILE), everything(), language='" onload="x'))
    assert root.find(".//h1").get("onload") is None
