"""What `diff` says about two readings of an article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracker.differ import apply, diff
from tracker.model import ChangeClass, Content, Kind, Notice, Op, Paragraph

FIRE = "Twelve people died in the mill fire on Monday. "
CAUSE = "The cause of the blaze is still unknown. "
OWNER = "The owner of the mill has left the country."
MAYOR = "The mayor promised a full inquiry into the safety of the old buildings."
BUS = "Buses will not run through the centre of the town until the end of the week."


def content(*paragraphs: str | Paragraph, headline: str = "Fire at mill", language: str = "en", **fields) -> Content:
    made = tuple(p if isinstance(p, Paragraph) else Paragraph(p) for p in paragraphs)
    return Content(headline=headline, language=language, paragraphs=made, **fields)


def kinds(old: Content, new: Content) -> list[Op]:
    return [op.op for op in diff(old, new).operations]


OPERATIONS = [
    (
        "a word edit",
        [FIRE + CAUSE + OWNER, MAYOR],
        [FIRE.replace("mill", "old mill") + CAUSE + OWNER, MAYOR],
        [Op.EDIT],
    ),
    ("a sentence added inside", [FIRE + OWNER, MAYOR], [FIRE + CAUSE + OWNER, MAYOR], [Op.ADD]),
    ("a sentence appended", [FIRE + CAUSE.strip(), MAYOR], [FIRE + CAUSE + OWNER, MAYOR], [Op.ADD]),
    ("a paragraph removed", [FIRE + CAUSE, MAYOR, BUS], [FIRE + CAUSE, BUS], [Op.DELETE]),
    ("paragraphs swapped", [FIRE + CAUSE, MAYOR, BUS], [FIRE + CAUSE, BUS, MAYOR], [Op.MOVE]),
    (
        "a sentence split",
        ["The mayor promised a full inquiry into the safety of old buildings and the bus drivers went on strike."],
        ["The mayor promised a full inquiry into the safety of old buildings. The bus drivers went on strike."],
        [Op.SPLIT],
    ),
    (
        "two sentences merged",
        ["The mayor promised a full inquiry into the safety of old buildings. The bus drivers went on strike."],
        ["The mayor promised a full inquiry into the safety of old buildings and the bus drivers went on strike."],
        [Op.MERGE],
    ),
    ("curly quotes", ['He said "no" to us.', MAYOR], ["He said “no” to us.", MAYOR], [Op.FORMAT]),
    ("nothing but a paragraph break", [FIRE + CAUSE + OWNER], [FIRE.strip(), CAUSE + OWNER], []),
    ("a short text replaced", ["Rain."], ["Sunshine everywhere."], [Op.DELETE, Op.ADD]),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), OPERATIONS, ids=[case[0] for case in OPERATIONS])
def test_operations(name, old, new, expected):
    change = diff(content(*old), content(*new))
    assert sorted(op.op for op in change.operations) == sorted(expected)
    assert apply([s.text for s in change.old], change) == [s.text.strip() for s in change.new]


def test_a_swap_has_no_word_edits():
    change = diff(content(FIRE, MAYOR, BUS), content(FIRE, BUS, MAYOR))
    (move,) = change.operations
    assert (move.op, move.moved, move.edits, move.old) == (Op.MOVE, True, (), move.new)
    assert (change.words_added, change.words_removed) == (0, 0)
    assert change.noise_rule is None


def test_a_moved_and_edited_sentence_says_both():
    edited = MAYOR.replace("full", "public")
    change = diff(content(FIRE, MAYOR, BUS, CAUSE + OWNER), content(FIRE, BUS, CAUSE + OWNER, edited))
    (op,) = change.operations
    assert (op.op, op.moved) == (Op.EDIT, True)
    assert "moved" in op.tags


def test_operations_stand_in_reading_order():
    old = content(FIRE, CAUSE, MAYOR, BUS)
    new = content(FIRE.replace("Twelve", "Fifteen"), MAYOR, "A crowd gathered outside the gates.", BUS)
    assert kinds(old, new) == [Op.EDIT, Op.DELETE, Op.ADD]


def test_repeated_cells_of_a_table_are_not_moves():
    rows = ["yes", "no", "12", "no", "yes", "n/a"]
    change = diff(content(*rows, MAYOR, *rows), content(*reversed(rows), MAYOR, *rows))
    assert not any(op.op is Op.MOVE and len(op.old.split()) > 1 for op in change.operations)


FIELDS = [
    ("headline", {"headline": "Fire at old mill"}, None),
    ("standfirst", {"standfirst": "What we know so far."}, None),
    ("byline", {"byline": ("Ann Lee", "Bo Roe")}, None),
    ("section", {"section": "World"}, "section-only"),
    ("published_at", {"published_at": datetime(2026, 5, 3, tzinfo=UTC)}, "dates-only"),
    ("modified_at", {"modified_at": datetime(2026, 5, 3, tzinfo=UTC)}, "dates-only"),
]


@pytest.mark.parametrize(("name", "fields", "noise"), FIELDS, ids=[case[0] for case in FIELDS])
def test_fields_are_compared_whole(name, fields, noise):
    change = diff(content(FIRE), content(FIRE, **fields))
    assert list(change.fields) == [name]
    assert change.operations == ()
    assert change.noise_rule == noise
    assert change.headline_changed is (name == "headline")


NOISE = [
    ("typography", ['He said "no".'], ["He said “no”."], "typography-only"),
    ("white space", ["He said no."], ["He said\u00a0 no."], "whitespace-only"),
    ("relative time", ["Updated 5 minutes ago", FIRE], ["Updated 7 minutes ago", FIRE], "timestamp-line"),
    ("timestamp that came", [FIRE], ["Aktualisiert am 3. Mai 2026, 10:05 Uhr", FIRE], "timestamp-line"),
    ("block kind", [Paragraph("In short"), FIRE], [Paragraph("In short", Kind.HEADING), FIRE], "markup-only"),
    ("paragraph break", [FIRE + CAUSE], [FIRE.strip(), CAUSE.strip()], "layout-only"),
    ("several", ['He said "no".', "5 minutes ago"], ["He said “no”.", "6 minutes ago"], "several-trifles"),
    ("a row of signs", [FIRE], [FIRE, "* * *"], "signs-only"),
]


@pytest.mark.parametrize(("name", "old", "new", "rule"), NOISE, ids=[case[0] for case in NOISE])
def test_noise_carries_the_name_of_its_rule(name, old, new, rule):
    change = diff(content(*old), content(*new))
    assert change.noise_rule == rule
    assert change.class_ is ChangeClass.MINOR


NEVER_NOISE = [
    ("a number in a sentence", [FIRE], [FIRE.replace("Twelve", "Fifteen")]),
    ("a number beside a timestamp", ["5 minutes ago", FIRE], ["6 minutes ago", FIRE.replace("Twelve", "13")]),
    (
        "a sentence with updated",
        ["The ministry updated its figures on Monday."],
        ["The ministry updated its rules on Monday."],
    ),
    ("a published figure", ["Data published on 3 May show 12 cases."], ["Data published on 4 May show 12 cases."]),
    ("a minute in a story", ["The bus left 5 minutes ago, she said."], ["The bus left 9 minutes ago, she said."]),
    ("a date heading", ["12 May"], ["13 May"]),
    ("a name", ["Ms Catherine Doyle spoke."], ["Ms Katherine Doyle spoke."]),
    ("a typing error", ["They recieved it."], ["They received it."]),
    ("a move", [FIRE, MAYOR, BUS], [MAYOR, BUS, FIRE]),
]


@pytest.mark.parametrize(("name", "old", "new"), NEVER_NOISE, ids=[case[0] for case in NEVER_NOISE])
def test_what_a_reader_could_care_about_is_never_noise(name, old, new):
    assert diff(content(*old), content(*new)).noise_rule is None


def test_a_changed_headline_is_never_noise():
    change = diff(content("5 minutes ago", FIRE), content("6 minutes ago", FIRE, headline="Fire at the mill"))
    assert change.noise_rule is None


CORRECTION = "Correction: an earlier version of this article misstated the number of dead."


def test_a_correction_that_came_with_the_change_acknowledges_it():
    change = diff(content(FIRE), content(FIRE.replace("Twelve", "Fifteen"), CORRECTION))
    assert (change.notice, change.acknowledged) == (Notice.CORRECTION, True)
    assert {"notice", "correction"} <= set(change.tags)
    assert change.operations[-1].rule == "correction-notice"


def test_a_correction_outside_the_body_counts_too():
    new = content(FIRE, notices=(Paragraph("The figure of dead was wrong in our first report.", Kind.NOTICE),))
    assert diff(content(FIRE), new).notice is Notice.UPDATE
    ld = content(FIRE, notices=(Paragraph(CORRECTION, Kind.NOTICE),))
    assert diff(content(FIRE), ld).notice is Notice.CORRECTION


def test_a_notice_that_stood_there_before_acknowledges_nothing():
    change = diff(content(FIRE, CORRECTION), content(FIRE.replace("Twelve", "Fifteen"), CORRECTION))
    assert (change.notice, change.acknowledged) == (Notice.NONE, False)
    assert change.summary.endswith("no notice seen")


def test_a_notice_that_changed_is_seen():
    change = diff(content(FIRE, CORRECTION), content(FIRE, CORRECTION.replace("number", "names")))
    assert change.notice is Notice.CORRECTION


def test_a_later_modified_date_acknowledges_and_an_earlier_one_does_not():
    early, late = datetime(2026, 5, 3, 9, tzinfo=UTC), datetime(2026, 5, 3, 10, tzinfo=UTC)
    edited = FIRE.replace("Twelve", "Fifteen")
    forth = diff(content(FIRE, modified_at=early), content(edited, modified_at=late))
    back = diff(content(FIRE, modified_at=late), content(edited, modified_at=early))
    assert (forth.acknowledged, back.acknowledged) == (True, False)
    assert forth.summary.endswith("modified date moved")


def test_a_line_that_ages_by_itself_acknowledges_nothing():
    edited = FIRE.replace("Twelve", "Fifteen")
    assert not diff(content("Updated 5 minutes ago", FIRE), content("Updated 6 minutes ago", edited)).acknowledged
    assert diff(content("Updated 10:05", FIRE), content("Updated 11:20", edited)).acknowledged


def test_the_summary_is_one_line():
    old = content(FIRE + CAUSE, MAYOR, headline="12 dead")
    new = content(FIRE + CAUSE + OWNER, MAYOR, BUS, headline="15 dead")
    assert diff(old, new).summary == 'headline: "12 dead" -> "15 dead"; 2 sentences added; no notice seen'
    assert diff(old, old).summary == "nothing changed"


def test_the_summary_names_the_edit_when_no_field_changed():
    change = diff(content(FIRE), content(FIRE.replace("Twelve", "Fifteen")))
    assert change.summary == '"Twelve" -> "Fifteen"; 1 sentence edited; no notice seen'
    assert (change.excerpt_old, change.excerpt_new) == (FIRE.strip(), FIRE.strip().replace("Twelve", "Fifteen"))


def test_long_excerpts_are_cut_around_the_edit():
    long = "word " * 200
    change = diff(content(long + "twelve " + long + "."), content(long + "fifteen " + long + "."))
    assert len(change.excerpt_new) < 200
    assert "fifteen" in change.excerpt_new
    assert change.excerpt_new.startswith("…")
    assert change.excerpt_new.endswith("…")


@pytest.mark.parametrize("shift", range(12))
def test_excerpts_and_summaries_are_never_cut_inside_a_word(shift: int):
    words = "x" * shift + " January to March brought e\u0301te\u0301s 1,200.50 crowns to naïveté" * 5
    old, new = f"{words} twelve {words}.", f"{words} fifteen {words}."
    change = diff(content(old), content(new))
    for excerpt, text in ((change.excerpt_old, old), (change.excerpt_new, new)):
        assert excerpt.startswith("…")
        assert excerpt.endswith("…")
        assert set(excerpt.strip("…").split()) <= set(text.split())
        assert 80 < len(excerpt) < 140
    headline = diff(content(FIRE, headline=old), content(FIRE, headline=new)).summary.split('"')[1]
    assert headline.endswith("…")
    assert old.strip().startswith(headline[:-1])
    assert set(headline.strip("…").split()) <= set(old.split())


def test_an_excerpt_of_a_word_without_an_end_keeps_its_letters_whole():
    old = "e\u0301" * 400
    change = diff(content(f"{old} twelve {old}"), content(f"{old} fifteen {old}"))
    core = change.excerpt_new.strip("…")
    assert core.startswith("e\u0301")
    assert core.endswith("e\u0301")
    assert " fifteen " in core
    assert len(core) < 200


def test_applying_to_another_text_is_refused():
    change = diff(content(FIRE), content(FIRE.replace("Twelve", "Fifteen")))
    with pytest.raises(ValueError, match="not the one"):
        apply(["Something else entirely happened here."], change)


def test_typography_that_moves_a_sentence_end_is_typography():
    line = "Vie des entreprises, Bourse… Toutes les infos de ce jeudi sont à suivre ici."
    old, new = (content(text, MAYOR, language="fr") for text in (line, line.replace("…", "...")))
    for change in (diff(old, new), diff(new, old)):
        assert len(change.old) != len(change.new), "the splitter sees no end of a sentence any more: find another pair"
        assert (change.class_, change.noise_rule) == (ChangeClass.MINOR, "typography-only")


def test_a_true_split_is_no_typography():
    old = content("The mill burned down on Monday night, and the owner has left the country.", MAYOR)
    new = content("The mill burned down on Monday night. The owner has left the country.", MAYOR)
    change = diff(old, new)
    assert [op.op for op in change.operations] == [Op.SPLIT]
    assert (change.class_, change.noise_rule) != (ChangeClass.MINOR, "typography-only")
    assert change.noise_rule is None


def test_the_summary_quotes_what_came_went_or_was_told_anew():
    added = diff(content(FIRE), content(FIRE, "Nobody has been charged so far, the prosecutor said."))
    assert added.summary.startswith('added: "Nobody has been charged so far, the prosecutor said."; 1 sentence added')
    removed = diff(content(FIRE, "Nobody has been charged so far."), content(FIRE))
    assert removed.summary.startswith('removed: "Nobody has been charged so far."')
    told = content(FIRE, "Correction: an earlier version of this article gave a wrong age for the driver.")
    assert diff(content(FIRE), told).summary.startswith('correction added: "Correction: an earlier version')


def test_sentences_hardly_alike_are_shown_as_one_gone_and_one_come():
    old = content(FIRE, "The council will vote on the plan for a new bridge on Monday evening.", MAYOR)
    new = content(FIRE, "On Monday the bakery will open a shop for bread and cakes.", MAYOR)
    assert kinds(old, new) == [Op.DELETE, Op.ADD]


STORM = (
    "Harbour keepers said yesterday that every boat along northern pier must leave before winter storms reach town "
    "because old stone walls cannot hold any longer and repairs will take until late spring when new money arrives"
)
FIELD = (
    "Garden teachers wrote today where some house inside southern field could stay after summer rains touch village "
    "unless young wooden fences might carry much weight so paintings should need beyond early autumn while fresh bread"
)


def test_a_sentence_that_keeps_less_than_three_fifths_is_rewritten() -> None:
    found: dict[Op, float] = {}
    said, other = STORM.split(), FIELD.split()
    for kept in range(18, 34):
        retold = " ".join(said[:kept] + other[kept : len(said)]) + "."
        (only,) = diff(content(STORM + "."), content(retold)).operations
        assert only.op is (Op.EDIT if only.similarity >= 0.6 else Op.REWRITE), (kept, only.similarity)
        found[only.op] = only.similarity if only.op is Op.REWRITE else found.get(Op.EDIT, only.similarity)
    assert found[Op.EDIT] - found[Op.REWRITE] < 0.05, "both sides of the border were seen"


def test_fields_that_changed_are_tags_but_for_the_date_of_the_change() -> None:
    old = content(FIRE, modified_at=datetime(2026, 11, 23, 9, tzinfo=UTC))
    new = content(FIRE, headline="Fire at old mill", modified_at=datetime(2026, 11, 23, 10, tzinfo=UTC))
    change = diff(old, new)
    assert "headline" in change.tags
    assert "modified_at" not in change.tags


def test_a_line_that_only_tells_the_time_is_worth_nothing() -> None:
    old, new = (content(FIRE, f"Updated on 23 November 2026 at {hour}.") for hour in ("9:05", "10:40"))
    [line] = diff(old, new).operations
    assert (line.score, line.class_, line.tags) == (0, ChangeClass.MINOR, ("timestamp",))
    assert {(edit.score, edit.class_) for edit in line.edits} <= {(0, ChangeClass.MINOR)}
