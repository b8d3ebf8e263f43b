"""The labelled rounds of notices as floors, and texts that could harm."""

from __future__ import annotations

import pytest

from benchmarks.differ_sets import own_notices
from benchmarks.notices import figures
from tracker.language.notices import NoticeKind, is_notice, kind_of, may_be_notice
from tracker.language.roles import table


@pytest.mark.parametrize("number", [1, 2, 3])
def test_labelled_rounds_keep_their_floors(number):
    found = figures([row for row in own_notices() if row["round"] == number])
    assert found["as corrections"] >= 0.88 * found["corrections"]
    assert found["as updates"] == 0
    assert found["false notices"] <= 1


def test_every_language_has_a_label_or_a_grammar():
    assert len(table()) >= 40
    assert all("label_correction" in words for words in table().values())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Updated to add comment from the union.", NoticeKind.UPDATE),
        ("Updated 5 minutes ago", NoticeKind.TIMESTAMP),
        ("Correction. The play opens on 12 May.", NoticeKind.CORRECTION),
        ("[Correction: the vote was on Monday.]", NoticeKind.CORRECTION),
        ("**Korrektur**: Der Verein hat 300 Mitglieder.", NoticeKind.CORRECTION),
        ("ΔΙΟΡΘΩΣΗ: Το ποσό είναι 3 εκατ. ευρώ.", NoticeKind.CORRECTION),
        ("Update: This story has been corrected to give the right year.", NoticeKind.CORRECTION),
        ("Note: bring warm clothes.", None),
        ("Update-Pflicht für Millionen Handys beschlossen", None),
        ("Oprava mostu: řidiči musejí na objížďku", None),
        ("Spotted an error in this article that should be corrected?", None),
    ],
)
def test_what_a_line_does_decides_its_kind(text, kind):
    assert kind_of(text) is kind


def test_half_a_surrogate_pair_is_only_a_letter_that_nobody_knows():
    assert kind_of("This article was corrected \ud800 on Monday.") is NoticeKind.CORRECTION


def test_what_may_be_a_notice_is_wider_than_what_is_one():
    assert may_be_notice("Updated by our newsroom this morning")
    assert not is_notice("Updated by our newsroom this morning")
    assert not may_be_notice("The bridge opened in 1989 after six years of work.")


def test_a_text_made_of_label_words_and_signs_is_read_in_bounded_time():
    assert kind_of("correction (" * 160) in (None, NoticeKind.CORRECTION)
