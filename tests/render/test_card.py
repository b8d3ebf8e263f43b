import re
import sys

import pytest
from lxml import etree

from tests.render.samples import added, change, deleted, edited, everything, hostile, hostile_record, record, sentences
from tracker.errors import UsageError
from tracker.model import Change
from tracker.render import card, fonts

SVG = "{http://www.w3.org/2000/svg}"


def lines(made: Change, **named: object) -> list[etree._Element]:
    root = etree.fromstring(card.svg(record(made, **named), made).encode())
    assert (root.get("width"), root.get("height")) == ("1200", "630")
    return list(root.iter(f"{SVG}text"))


def text(element: etree._Element) -> str:
    return "".join(element.itertext())


def test_it_shows_source_interval_notice_and_the_headlines_edit() -> None:
    shown = [text(line) for line in lines(everything())]
    assert [*shown[:2], " ".join(shown[2:-1]), shown[-1]] == [
        "example-times",
        "headline · number",
        "“400\u2009500 trainers” for Iraq",
        "between 10:05 and 10:20 UTC on 23 Nov 2026 · correction notice seen",
    ]


def test_marks_do_not_rely_on_colour() -> None:
    spans = [span for line in lines(everything()) for span in line.iter(f"{SVG}tspan")]
    assert [(text(s), s.get("text-decoration")) for s in spans] == [("400", "line-through"), ("500", "underline")]


def test_without_a_headline_edit_the_headline_stands_above_the_sentence() -> None:
    old, new = sentences(["It sends 400."]), sentences(["It sends 500."])
    made = change([edited((0, 0), "It sends 400.", "It sends 500.", ("400", "500"))], old=old, new=new)
    shown = [text(line) for line in lines(made)]
    assert shown[1:4] == [
        "paragraph 1, edited · number",
        "Alliance takes over training in Iraq",
        "It sends 400\u2009500.",
    ]


def test_a_short_edit_is_written_larger_than_a_long_one() -> None:
    long = "a headline that goes on and on " * 3
    short = change([], headline=("Old", "New"), headline_edits=edited((0, 0), "Old", "New", ("Old", "New")).edits)
    lengthy = change([], headline=("Old", long), headline_edits=edited((0, 0), "Old", long, ("Old", long)).edits)
    sizes = [int(lines(made)[2].get("font-size", "")) for made in (short, lengthy)]
    assert sizes[0] > sizes[1]


@pytest.mark.parametrize(
    ("script", "word", "first"),
    [
        ("Latin", "Brücke", "'Noto Sans'"),
        ("Japanese", "首相は十二日に", "'Noto Sans CJK JP'"),
        ("Chinese", "死亡人数", "'Noto Sans CJK SC'"),
        ("Korean", "총리", "'Noto Sans CJK KR'"),
        ("Arabic", "مدرب", "'Noto Sans Arabic'"),
    ],
)
def test_each_script_asks_for_its_own_font_first(script: str, word: str, first: str) -> None:
    assert fonts.families(word).startswith(first + ","), script


def test_letters_that_no_font_has_are_named_instead_of_drawn_as_boxes() -> None:
    rare = next((c for c in map(chr, (0x1BC00, 0x10600, 0x14400, 0x16A40, 0x10FB0)) if fonts.missing(c)), "")
    if not rare:
        pytest.skip("this machine has fonts for everything")
    with pytest.raises(UsageError, match=fonts.missing(rare)[0]):
        card.png(record(headline=rare), change())


def test_a_long_text_is_shortened_around_the_edit() -> None:
    far = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu " * 20
    old, new = f"{far}400 {far}", f"{far}500 {far}"
    made = change([edited((0, 0), old, new, ("400", "500"))], old=sentences([old]), new=sentences([new]))
    shown = " ".join(text(line) for line in lines(made))
    assert "400" in shown
    assert "500" in shown
    assert len(shown) < 400


@pytest.mark.parametrize(
    ("name", "long"),
    [
        ("words", "word " * 999),
        ("one endless word", "x" * 100_000),
        ("no spaces", "東京都知事" * 500),
        ("marks", "e\u0301" * 900),
    ],
)
def test_no_line_leaves_the_card(name: str, long: str) -> None:
    made = change([added(0, long), deleted(0, long)], old=sentences([long]), new=sentences([long]))
    for line in lines(made, headline=long):
        assert int(line.get("y", "")) < card.HEIGHT
        size = int(line.get("font-size", ""))
        wide = sum(c > "\u2e80" for c in text(line))
        assert 72 + size * (wide + 0.5 * (len(re.sub("\u0301", "", text(line))) - wide)) <= card.WIDTH, name


def test_right_to_left_text_starts_at_the_right() -> None:
    old, new = "أعلن الحلف إرسال 400 مدرب.", "أعلن الحلف إرسال 500 مدرب."
    made = change([], headline=(old, new), headline_edits=edited((0, 0), old, new, ("400", "500")).edits)
    headline = lines(made)[2]
    assert (headline.get("text-anchor"), headline.get("x")) == ("end", "1128")
    assert lines(everything())[2].get("text-anchor") is None


def test_edits_in_right_to_left_text_stand_in_their_order() -> None:
    old, new = "أعلن الحلف إرسال 400 مدرب.", "أعلن الحلف إرسال 500 مدرب."
    made = change([], headline=(old, new), headline_edits=edited((0, 0), old, new, ("400", "500")).edits)
    headline = lines(made)[2:-1]
    spans = [text(span) for line in headline for span in line.iter(f"{SVG}tspan")]
    assert spans == ["\u2068400\u2069", "\u2068500\u2069"]
    assert all((text(line)[0], text(line)[-1]) == ("\u2067", "\u2069") for line in headline)


def test_the_picture_has_the_size_of_the_card() -> None:
    drawn = card.png(record(everything()), everything())
    assert drawn.startswith(b"\x89PNG")
    assert (int.from_bytes(drawn[16:20]), int.from_bytes(drawn[20:24])) == (1200, 630)


def test_without_resvg_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(UsageError, match=r"article-tracker\[png\]"):
        card.png(record(), everything())


def test_hostile_text_makes_no_elements() -> None:
    drawn = card.svg(hostile_record(), hostile())
    root = etree.fromstring(drawn.encode())
    assert {etree.QName(e).localname for e in root.iter()} == {"svg", "title", "rect", "text", "tspan"}
    assert not set(drawn) & set("\x1b\x9b\x07\u202e\u200b\ud800")


def test_a_change_without_anything_to_show_is_still_a_card() -> None:
    assert [text(line) for line in lines(change(), headline="")][1] == "(no headline)"


def test_a_script_with_a_font_of_its_own_has_it_named_for_its_words_only() -> None:
    assert [(family.split(",")[0], run) for family, run in fonts.runs("a ไฟไหม้ 3 คน")] == [
        ("", "a "),
        ("'Noto Sans Thai'", "ไฟไหม้ "),
        ("", "3 "),
        ("'Noto Sans Thai'", "คน"),
    ]


def test_the_title_of_the_picture_is_plain_text() -> None:
    root = etree.fromstring(card.svg(record(everything(), headline="שריפה <b>"), everything()).encode())
    title = root.find(f"{SVG}title")
    assert title is not None
    assert (len(title), title.text) == (0, "example-times: שריפה <b>")
