from dataclasses import replace

import pytest

from tests.render.samples import (
    MINOR,
    WORDING,
    added,
    change,
    deleted,
    edited,
    edits,
    everything,
    moved,
    record,
    sentences,
)
from tracker.model import FieldChange, Kind, Op, Operation, Sentence
from tracker.render import plain
from tracker.render.proof import Item, Layout, lay_out

ALL = Layout(everything=True)


def shown(item: Item) -> str:
    return " / ".join(f"{line.marker} {plain.text(line.pieces)}" for line in item.lines)


def test_the_order_is_headline_then_notices_then_sentences_as_they_are_read() -> None:
    titles = [item.title for item in lay_out(everything()).items]
    assert titles == [
        "headline",
        "notice, added",
        "paragraph 1, edited",
        "paragraph 2, moved from paragraph 5",
        "paragraph 3, split into 2 sentences",
        "paragraph 4, merged from 2 sentences",
        "paragraph 5, rewritten",
        "paragraph 2 of the old text, deleted",
        "paragraph 7, 2 sentences added",
    ]


def test_every_kind_of_operation_has_its_sign() -> None:
    signs = {item.title: "".join(line.marker for line in item.lines) for item in lay_out(everything(), ALL).items}
    assert signs["headline"] == "~"
    assert signs["notice, added"] == "+"
    assert signs["paragraph 2 of the old text, deleted"] == "-"
    assert signs["paragraph 2, moved from paragraph 5"] == ">"
    assert signs["paragraph 5, rewritten"] == "-+"
    assert signs["paragraph 6, typography"] == "~"


def test_minor_items_are_folded_behind_a_count_unless_asked_for() -> None:
    folded, full = lay_out(everything()), lay_out(everything(), ALL)
    assert folded.remark == "1 minor edit not shown"
    assert full.remark == ""
    assert len(full.items) == len(folded.items) + 1


def test_a_change_with_nothing_but_minor_edits_is_shown_all_the_same() -> None:
    old, new = sentences(["Teh end."]), sentences(["The end."])
    operation = edited((0, 0), "Teh end.", "The end.", ("Teh", "The"), class_=MINOR)
    proof = lay_out(change([operation], old=old, new=new))
    assert [shown(i) for i in proof.items] == ["~ [-Teh-]{+The+} end."]
    assert proof.folded == 0


def test_an_edited_sentence_comes_with_the_words_beside_it() -> None:
    item = lay_out(everything(), Layout(context=2)).items[2]
    assert (item.before, shown(item), item.after) == (
        "…takes over. ",
        "~ It sends [-400-]{+500+} trainers. ",
        "They stay…",
    )


def test_no_context_reaches_into_another_paragraph_or_a_changed_sentence() -> None:
    old = sentences(["One. ", "Two. "], ["Three."])
    new = sentences(["Uno. ", "Dos. "], ["Three."])
    operations = [edited((0, 0), "One. ", "Uno. ", ("One", "Uno")), edited((1, 1), "Two. ", "Dos. ", ("Two", "Dos"))]
    proof = lay_out(change(operations, old=old, new=new, same=[(2, 2)]))
    assert [(i.before, i.after) for i in proof.items] == [("", ""), ("", "")]


def test_neighbours_added_together_are_one_item_with_a_line_for_each_paragraph() -> None:
    new = sentences(["A. ", "B. "], ["C."], ["D."])
    proof = lay_out(change([added(0, "A. "), added(1, "B. "), added(2, "C.")], new=new, same=[(0, 3)]))
    assert [(i.title, shown(i)) for i in proof.items] == [("paragraphs 1 to 2, added", "+ {+A. B.+} / + {+C.+}")]


def test_a_notice_is_never_mixed_with_the_paragraph_before_it() -> None:
    new = sentences(["A."], notice="Correction: B.")
    proof = lay_out(change([added(0, "A."), added(1, "Correction: B.", "notice")], new=new))
    assert [i.title for i in proof.items] == ["notice, added", "paragraph 1, added"]


def test_places_are_those_of_the_new_text_and_what_is_gone_names_the_old_one() -> None:
    old, new = sentences(["A."], ["B."], ["It was 4."], ["C."]), sentences(["It was 5."], ["D."])
    operations = [
        deleted(0, "A."),
        deleted(1, "B."),
        edited((2, 0), "It was 4.", "It was 5.", ("4", "5")),
        deleted(3, "C."),
        added(1, "D."),
    ]
    assert [i.title for i in lay_out(change(operations, old=old, new=new)).items] == [
        "paragraphs 1 to 2 of the old text, deleted",
        "paragraph 1, edited",
        "paragraph 4 of the old text, deleted",
        "paragraph 2, added",
    ]


def test_a_heading_that_is_gone_has_no_number() -> None:
    old = (Sentence("What happened", 0, Kind.HEADING),)
    assert [i.title for i in lay_out(change([deleted(0, "What happened")], old=old)).items] == ["heading, deleted"]


def test_captions_added_together_are_captions() -> None:
    new = (Sentence("A boat.", 0, Kind.CAPTION), Sentence("A pier.", 1, Kind.CAPTION))
    proof = lay_out(change([added(0, "A boat."), added(1, "A pier.")], new=new))
    assert [i.title for i in proof.items] == ["captions, added"]


def test_two_versions_that_say_the_same_are_said_to() -> None:
    assert plain.patch(lay_out(change())) == "No difference in what they say.\n"


def test_sentences_that_moved_to_different_places_stay_apart() -> None:
    old, new = sentences(["A. ", "B. ", "C."]), sentences(["C. ", "A. ", "B."])
    together = lay_out(change([moved(0, 1, "A. "), moved(1, 2, "B.")], old=old, new=new))
    apart = lay_out(change([moved(2, 0, "C."), moved(0, 1, "A.")], old=old, new=new))
    assert len(together.items) == 1
    assert len(apart.items) == 2


def test_what_moved_and_was_edited_says_both() -> None:
    old, new = sentences(["A."], ["It was 4."]), sentences(["It was 5."], ["A."])
    operation = replace(edited((1, 0), "It was 4.", "It was 5.", ("4", "5")), moved=True)
    item = lay_out(change([operation], old=old, new=new)).items[0]
    assert item.title == "paragraph 1, moved from paragraph 2 and edited"
    assert item.lines[0].marker == ">"


def test_an_edit_without_word_edits_stands_old_above_new() -> None:
    old, new = sentences(["x" * 9]), sentences(["y" * 9])
    operation = Operation(Op.EDIT, (0,), (0,), "x" * 9, "y" * 9)
    assert shown(lay_out(change([operation], old=old, new=new)).items[0]) == "- [-xxxxxxxxx-] / + {+yyyyyyyyy+}"


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("a new standfirst", "", "It begins.", "+ {+It begins.+}"),
        ("a standfirst taken away", "It begins.", "", "- [-It begins.-]"),
        ("a field without word edits", "A", "B", "- [-A-] / + {+B+}"),
    ],
)
def test_fields_without_one_side_show_the_other(name: str, old: str, new: str, line: str) -> None:
    made = replace(change(), fields={"standfirst": FieldChange(old, new)})
    assert [(i.title, shown(i)) for i in lay_out(made).items] == [("standfirst", line)], name


@pytest.mark.parametrize(
    ("name", "old", "new", "pair", "line"),
    [
        (
            "most of it stays",
            "Fire at the mill",
            "Fire guts the mill",
            ("at", "guts"),
            "~ Fire [-at-]{+guts+} the mill",
        ),
        (
            "little of it stays",
            "Mayor lied",
            "Mayor's figures",
            (" lied", "'s figures"),
            "- [-Mayor lied-] / + {+Mayor's figures+}",
        ),
    ],
)
def test_a_headline_written_anew_stands_old_above_new(
    name: str, old: str, new: str, pair: tuple[str, str], line: str
) -> None:
    made = change(headline=(old, new), headline_edits=edits(old, new, pair))
    assert [shown(i) for i in lay_out(made).items] == [line], name


def test_the_modified_date_is_context_and_folds() -> None:
    dates = FieldChange("2026-11-23T10:05:00Z", "2026-11-23T10:15:00Z")
    made = replace(change([added(0, "A.")], new=sentences(["A."])), fields={"modified_at": dates})
    assert [i.label for i in lay_out(made).items] == ["added"]
    assert [i.label for i in lay_out(made, ALL).items] == ["modified", "added"]


def test_words_cut_sentences_down_to_the_edits() -> None:
    far = "alpha beta gamma delta epsilon zeta eta theta"
    old, new = f"{far} 400 {far}.", f"{far} 500 {far}."
    operations = [edited((0, 0), old, new, ("400", "500")), added(1, f"{far} {far}")]
    made = change(operations, old=sentences([old]), new=sentences([new], [f"{far} {far}"]))
    proof = lay_out(made, Layout(words=True, context=2))
    assert [shown(i) for i in proof.items] == [
        "~ …eta theta [-400-]{+500+} alpha beta…",
        "+ {+alpha beta gamma delta epsilon zeta eta…+}",
    ]


def test_the_class_of_a_run_is_its_highest() -> None:
    new = sentences(["A. ", "B. "])
    proof = lay_out(change([added(0, "A. ", class_=WORDING), added(1, "B. ")], new=new))
    assert proof.items[0].class_.value == "substantive"


def test_a_deleted_sentence_has_its_old_neighbours() -> None:
    old = sentences(["Before it. ", "Gone. ", "After it."])
    proof = lay_out(
        change([deleted(1, "Gone. ")], old=old, new=sentences(["Before it. ", "After it."]), same=[(0, 0), (2, 1)])
    )
    assert (proof.items[0].before, proof.items[0].after) == ("Before it. ", "After it.")


def test_indexes_that_point_nowhere_still_show_the_sentence() -> None:
    proof = lay_out(change([added(5, "Far out.")]))
    assert [(i.title, shown(i)) for i in proof.items] == [("added", "+ {+Far out.+}")]


def test_the_record_of_the_samples_counts_its_operations() -> None:
    assert record(everything()).sentences_added == 3
