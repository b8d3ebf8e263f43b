from dataclasses import replace

from tests.render.samples import everything, hostile, hostile_record, record
from tracker.model import Content, Kind, Paragraph
from tracker.render import plain
from tracker.render.proof import Layout


def test_a_change_is_plain_lines_without_wrapping() -> None:
    text = plain.change(record(everything(), summary="headline changed"), everything())
    assert text.startswith(
        "change 12\n"
        "Headline: Alliance takes over training in Iraq\n"
        "Source:   example-times\n"
        "Article:  7 (version 1 to 2)\n"
        "URL:      https://times.example/2026/11/23/iraq\n"
        "Seen:     between 10:05 and 10:20 UTC on 23 Nov 2026\n"
        "Class:    substantive, score 9 (number), correction notice seen\n"
        "Summary:  headline changed\n"
        "\n"
        "headline (number):\n"
        "~ “[-400-]{+500+} trainers” for Iraq\n"
        "\n"
        "notice, added:\n"
        "+ {+Correction: an earlier version gave a wrong number of trainers.+}\n"
        "\n"
        "paragraph 1, edited (number):\n"
        "~ The alliance takes over. It sends [-400-]{+500+} trainers. They stay a year.\n"
    )
    assert text.endswith("\n1 minor edit not shown (--all)\n")


def test_everything_shows_minor_edits_too() -> None:
    text = plain.change(record(everything()), everything(), Layout(everything=True))
    assert "~ A [-'quoted'-]{+‘quoted’+} word.\n" in text
    assert "not shown" not in text


def test_hostile_text_is_harmless() -> None:
    text = plain.change(hostile_record(), hostile(), Layout(everything=True))
    assert not set(text) & set("\x1b\x9b\x07\u202e\u200b\ud800")
    text.encode()


def test_a_document_is_one_paragraph_a_line_with_empty_lines_between() -> None:
    content = Content(
        headline="Headline",
        standfirst="Standfirst",
        byline=("Ada B",),
        paragraphs=(Paragraph("One.\nStill one."), Paragraph("Sub", Kind.HEADING), Paragraph("Said", Kind.QUOTE)),
        captions=(Paragraph("A boat", Kind.CAPTION),),
        notices=(Paragraph("Corrected", Kind.NOTICE),),
    )
    assert plain.document(content) == (
        "# Headline\n\nStandfirst\n\nBy Ada B\n\nOne. Still one.\n\n## Sub\n\n> Said\n\n"
        "Caption: A boat\n\nNotice: Corrected\n"
    )
    assert plain.document(replace(content, headline="")).startswith("#\n\nStandfirst")


def test_noise_is_named_in_the_heading() -> None:
    assert "Noise:    live-counter\n" in plain.heading(record(noise_rule="live-counter"))
