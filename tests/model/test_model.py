"""What the words of the trade promise: times, outcomes, captures, contents and changes."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import model
from tracker.model import (
    Block,
    Capture,
    Change,
    ChangeClass,
    Content,
    FieldChange,
    Kind,
    Notice,
    Op,
    Operation,
    Outcome,
    Paragraph,
    count_words,
    iso,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

CONTENT = Content(
    headline="Harbour to close for 12 days",
    standfirst="The port says the dredger is late.",
    byline=("Ada Quill",),
    section="Local",
    published_at=NOON,
    paragraphs=(Paragraph("The harbour closes on Monday."), Paragraph("Why", Kind.HEADING)),
    captions=(Paragraph("The dredger", Kind.CAPTION),),
    notices=(Paragraph("Correction: it is 12 days.", Kind.NOTICE),),
)


def change(**fields: object) -> Change:
    """A change that says nothing, but for these fields."""
    nothing: dict[str, object] = {"fields": {}, "operations": (), "old": (), "new": (), "same": ()}
    nothing |= {"class_": ChangeClass.MINOR, "score": 0, "tags": (), "notice": Notice.NONE, "acknowledged": False}
    nothing |= {"noise_rule": None, "words_added": 0, "words_removed": 0, "summary": "", "excerpt_old": ""}
    nothing |= {"excerpt_new": "", "differ": "t@1"}
    return Change(**(nothing | fields))  # type: ignore[arg-type]


def test_times_are_written_in_utc_with_a_z_and_without_fractions() -> None:
    assert iso(NOON.replace(microsecond=999_999)) == "2026-11-23T12:00:00Z"
    assert iso(None) is None


def test_only_four_outcomes_saw_the_article() -> None:
    seen = {outcome for outcome in Outcome if outcome.saw_the_article}
    assert seen == {Outcome.NEW, Outcome.UNCHANGED, Outcome.CHANGED, Outcome.NOT_MODIFIED}


def test_a_capture_is_named_by_its_body_alone() -> None:
    capture = Capture("https://a.example/1", "https://a.example/1", 200, (("Content-Type", "text/html"),), b"x", NOON)
    assert capture.sha256 == hashlib.sha256(b"x").hexdigest()
    assert replace(capture, url="https://a.example/2", headers=()).sha256 == capture.sha256
    assert replace(capture, body=b"y").sha256 != capture.sha256


def test_headers_are_found_whatever_their_case_and_the_first_one_counts() -> None:
    headers = (("ETag", "one"), ("etag", "two"))
    capture = Capture("https://a.example/", "https://a.example/", 200, headers, b"", NOON)
    assert capture.header("ETAG") == "one"
    assert capture.header("Last-Modified") == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headline", "Harbour to close for 15 days"),
        ("standfirst", ""),
        ("byline", ("Ada Quill", "Bo Nib")),
        ("section", "National"),
        ("published_at", NOON.replace(hour=13)),
        ("paragraphs", (Paragraph("Why", Kind.HEADING), Paragraph("The harbour closes on Monday."))),
        ("paragraphs", (Paragraph("The harbour closes on Monday."), Paragraph("Why", Kind.TEXT))),
        ("captions", ()),
        ("notices", ()),
    ],
)
def test_a_reader_would_call_it_another_version(field: str, value: object) -> None:
    assert replace(CONTENT, **{field: value}).sha256 != CONTENT.sha256  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("modified_at", NOON),
        ("language", "en"),
        ("links", ("https://a.example/",)),
        ("headlines", {"og": "Port shuts"}),
        ("free", False),
        ("confidence", 0.5),
        ("extractor", "t@2"),
        ("canonical_url", "https://a.example/1"),
        ("blocks", (Block("ad", "div.ad", False, "ad"),)),
    ],
)
def test_context_makes_no_version(field: str, value: object) -> None:
    assert replace(CONTENT, **{field: value}).sha256 == CONTENT.sha256  # type: ignore[arg-type]


def test_the_canonical_form_is_json_that_keeps_every_script() -> None:
    canonical = replace(CONTENT, headline="港を閉鎖").canonical()
    assert json.loads(canonical)["paragraphs"][-1] == ["notice", "Correction: it is 12 days."]
    assert "港を閉鎖" in canonical


@given(st.text(st.characters(), max_size=30))
def test_any_text_has_a_hash(text: str) -> None:
    assert len(replace(CONTENT, headline=text).sha256) == 64


def test_a_lone_surrogate_has_a_hash_too() -> None:
    assert replace(CONTENT, headline="\ud800").sha256 != replace(CONTENT, headline="\ud801").sha256


def test_the_body_is_what_a_reader_reads_and_everything_is_what_a_version_keeps() -> None:
    assert CONTENT.text == "The harbour closes on Monday.\nWhy"
    assert [p.kind for p in CONTENT.everything] == [Kind.TEXT, Kind.HEADING, Kind.CAPTION, Kind.NOTICE]
    assert CONTENT.words == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("  ", 0), ("one two\nthree", 3), ("don't stop", 2), ("港を閉鎖します。", 4), ("NATO は拡大する", 4)],
)
def test_words_are_counted_as_an_editor_counts_them(text: str, words: int) -> None:
    assert count_words(text) == words


def test_a_change_knows_its_headline_and_counts_its_operations() -> None:
    operations = (
        Operation(Op.EDIT, (0,), (0,), "a", "b"),
        Operation(Op.SPLIT, (3,), (4, 5), "a", "b"),
        Operation(Op.ADD, (), (7,), None, "c"),
    )
    seen = change(fields={"headline": FieldChange("a", "b")}, operations=operations)
    assert seen.headline_changed
    assert (seen.count(Op.EDIT), seen.count(Op.ADD, Op.DELETE), seen.count()) == (1, 1, 0)
    assert (operations[1].old_index, operations[1].new_index) == (3, 4)
    assert (operations[2].old_index, operations[2].new_index) == (None, 7)
    assert not change(fields={"byline": FieldChange("a", "b")}).headline_changed


def test_the_words_are_frozen_and_travel_between_processes() -> None:
    with pytest.raises(FrozenInstanceError):
        CONTENT.headline = "x"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(CONTENT)) == CONTENT
    assert pickle.loads(pickle.dumps(change())) == change()


def test_every_exported_word_exists_and_has_a_meaning() -> None:
    for name in model.__all__:
        assert getattr(model, name).__doc__, name
