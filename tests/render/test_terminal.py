from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from tests.render.samples import added, change, edited, everything, hostile, hostile_record, record, sentences
from tracker.model import Content, Kind, Paragraph
from tracker.render import terminal
from tracker.render.palette import DARK, LIGHT
from tracker.render.proof import Layout
from tracker.render.terminal import EditStyle

COLOURED, BRACKETS = EditStyle(), EditStyle(brackets=True)


def draw(part: RenderableType, width: int = 80, *, colour: bool = False) -> str:
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().split("\n"))


def test_a_change_reads_like_a_proof() -> None:
    assert draw(terminal.change(record(everything()), everything(), BRACKETS)) == (
        "example-times · article 7 · version 1 → 2 · change 12\n"
        "Alliance takes over training in Iraq\n"
        "between 10:05 and 10:20 UTC on 23 Nov 2026\n"
        "substantive · score 9 · number · correction notice seen\n"
        "\n"
        "headline  number\n"
        "~ “[-400-]{+500+} trainers” for Iraq\n"
        "\n"
        "notice, added\n"
        "+ {+Correction: an earlier version gave a wrong number of trainers.+}\n"
        "\n"
        "paragraph 1, edited  number\n"
        "~ The alliance takes over. It sends [-400-]{+500+} trainers. They stay a year.\n"
        "\n"
        "paragraph 2, moved from paragraph 5\n"
        "> Moved along.\n"
        "\n"
        "paragraph 3, split into 2 sentences\n"
        "- [-First half and second half.-]\n"
        "+ {+First half. And second half.+}\n"
        "\n"
        "paragraph 4, merged from 2 sentences\n"
        "- [-One. Two.-]\n"
        "+ {+One and two.+}\n"
        "\n"
        "paragraph 5, rewritten\n"
        "- [-An old claim was made here.-]\n"
        "+ {+Something else altogether was written in this place.+}\n"
        "\n"
        "paragraph 2 of the old text, deleted\n"
        "- [-Nobody checked it.-]\n"
        "\n"
        "paragraph 7, 2 sentences added\n"
        "+ {+A new paragraph ends it. It has two sentences.+}\n"
        "\n"
        "1 minor edit not shown (--all)\n"
    )


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("side", [False, True])
def test_no_line_is_wider_than_the_terminal(width: int, side: bool) -> None:
    text = draw(terminal.change(record(everything()), everything(), BRACKETS, side=side), width)
    assert max(map(cell_len, text.split("\n"))) <= width


@pytest.mark.parametrize("width", [30, 60])
def test_wide_characters_wrap_within_the_width_and_none_is_lost(width: int) -> None:
    old = "首相は十二日に記者会見を開き、政府の方針を説明したうえで、野党の批判に答えた。" * 2
    new = old.replace("十二日", "十三日", 1)
    operation = edited((0, 0), old, new, ("二", "三"))
    made = change([operation], old=sentences([old]), new=sentences([new]))
    text = draw(terminal.change(record(made), made, BRACKETS), width)
    assert max(map(cell_len, text.split("\n"))) <= width
    assert old.replace("二", "[-二-]{+三+}", 1) in "".join(line.strip("~ ") for line in text.split("\n"))


def test_lines_after_the_first_stay_clear_of_the_margin() -> None:
    lines = draw(terminal.change(record(everything()), everything(), BRACKETS), 40).split("\n")
    wrapped = lines[lines.index("notice, added") + 1 :][:3]
    assert wrapped[0].startswith("+ {+Correction")
    assert wrapped[1].startswith("  ")


def test_side_by_side_has_the_old_left_and_the_new_right() -> None:
    text = draw(terminal.change(record(everything()), everything(), BRACKETS, side=True))
    line = next(line for line in text.split("\n") if "500" in line)
    left, _, right = line.partition("│")
    assert "[-400-]" in left
    assert "{+500+}" not in left
    assert "{+500+}" in right


def test_side_by_side_has_a_row_for_each_paragraph_and_no_sign_on_an_empty_side() -> None:
    new = sentences(["A first one."], ["A second one."])
    made = change([added(0, "A first one."), added(1, "A second one.")], new=new)
    lines = draw(terminal.change(record(made), made, BRACKETS, side=True), 60).split("\n")
    rows = [line for line in lines if "│" in line]
    assert [(r.partition("│")[0].strip(), r.partition("│")[2].strip()) for r in rows] == [
        ("", "+ {+A first one.+}"),
        ("", "+ {+A second one.+}"),
    ]


def test_with_colour_insertions_are_underlined_and_deletions_struck_out() -> None:
    text = draw(terminal.change(record(everything()), everything(), COLOURED), colour=True)
    inserted, deleted = text.index("500"), text.index("400")
    assert "\x1b[4;" in text[inserted - 45 : inserted]
    assert "\x1b[9;" in text[deleted - 45 : deleted]
    assert "[-" not in text


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_colours_are_those_of_the_palette(palette: object) -> None:
    text = draw(terminal.change(record(everything()), everything(), EditStyle(palette)), colour=True)  # type: ignore[arg-type]
    red, green, blue = (int(palette.inserted_on[i : i + 2], 16) for i in (1, 3, 5))  # type: ignore[attr-defined]
    assert f"48;2;{red};{green};{blue}" in text


def test_words_and_context_are_passed_on() -> None:
    text = draw(terminal.change(record(everything()), everything(), BRACKETS, Layout(context=0)))
    assert "~ It sends [-400-]{+500+} trainers.\n" in text


@pytest.mark.parametrize("side", [False, True])
@pytest.mark.parametrize("look", [COLOURED, BRACKETS])
def test_hostile_text_is_shown_harmless(side: bool, look: EditStyle) -> None:
    everything_ = Layout(everything=True)
    shown = draw(terminal.change(hostile_record(), hostile(), look, everything_, side=side), 200)
    shown += draw(terminal.log_entry(hostile_record()), 200)
    assert not set(shown) & set("\x1b\x9b\x07\u202e\u200b\ud800")
    assert "[bold]b[/bold]" in shown
    assert "␛[31mred" in shown


def test_noise_is_named_with_its_rule() -> None:
    noise = record(everything(), noise_rule="live-counter")
    assert "taken for noise by the rule live-counter" in draw(terminal.heading(noise))
    assert "taken for noise by the rule live-counter" in draw(terminal.log_entry(noise))


def test_a_log_entry_reads_like_git_log() -> None:
    assert draw(terminal.log_entry(record(everything()))) == (
        "change 12  example-times · article 7 · version 1 → 2\n"
        "between 10:05 and 10:20 UTC on 23 Nov 2026\n"
        "substantive · score 9 · number · correction notice seen\n"
        "    Alliance takes over training in Iraq\n"
        "    1 sentence edited\n"
    )


def test_a_version_reads_as_text() -> None:
    content = Content(
        headline="Head\x1bline",
        standfirst="Stand first.",
        byline=("Ada B", "Cyd E"),
        section="World",
        paragraphs=(
            Paragraph("Body."),
            Paragraph("Sub", Kind.HEADING),
            Paragraph("Said.", Kind.QUOTE),
            Paragraph("Item", Kind.LIST),
        ),
        captions=(Paragraph("A photo", Kind.CAPTION),),
        notices=(Paragraph("Corrected.", Kind.NOTICE),),
    )
    assert draw(terminal.content(content)) == (
        "Head␛line\nStand first.\nAda B, Cyd E · World\n\nBody.\n\nSub\n\n│ Said.\n\n• Item\n\ncaption: A photo\n\n"
        "notice: Corrected.\n"
    )


def test_a_version_without_a_headline_says_so() -> None:
    assert draw(terminal.content(Content())) == "(no headline)\n"
