from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.newsroom.conftest import HandClock
from tracker.newsroom import Newsroom, PlannedEdit, Planted, Story
from tracker.newsroom import script as scripts
from tracker.newsroom import story as stories

OPENED = datetime(2026, 11, 23, 8, tzinfo=UTC)
FRONT = {"outlet": "harbour-courier", "section": "local", "language": "en", "published": -5, "headline": "Old"}


def story() -> Story:
    return stories.make("s", {**FRONT, "standfirst": "Stands first."}, "One two.\n\nThree four.\n\nFive six.")


def edited(**steps: Any) -> Story:
    return PlannedEdit(timedelta(minutes=15), "s", Planted.UPDATE, steps=tuple(steps.items())).apply(story(), OPENED)


def texts(after: Story) -> list[str]:
    return [b.text for b in after.body]


OPERATIONS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("replace", {"old": "two", "new": "2"}, ["One 2.", "Three four.", "Five six."]),
    ("remove", "Three", ["One two.", "Five six."]),
    ("insert", {"after": "One", "text": "New."}, ["One two.", "New.", "Three four.", "Five six."]),
    ("insert", {"text": "Top."}, ["Top.", "One two.", "Three four.", "Five six."]),
    ("swap", {"one": "One", "other": "Five"}, ["Five six.", "Three four.", "One two."]),
    ("rewrite", {"start": "Three", "text": "Other."}, ["One two.", "Other.", "Five six."]),
]


@pytest.mark.parametrize(("name", "value", "after"), OPERATIONS)
def test_an_operation_on_the_body_does_what_it_says(name: str, value: Any, after: list[str]) -> None:
    assert texts(edited(**{name: value})) == after


def test_an_operation_on_a_field_does_what_it_says() -> None:
    assert edited(headline="New").headline == "New"
    assert edited(replace={"old": "Stands", "new": "Sits"}).standfirst == "Sits first."
    assert edited(byline="A. Turner").byline == ("A. Turner",)
    assert edited(byline=["A", "B"]).byline == ("A", "B")
    assert edited(notice="Correction.").notices == ("Correction.",)
    assert edited(label="UPDATE {clock}").label == "UPDATE 08:15"
    assert edited(insert={"text": "## {clock} News"}).body[0].text == "08:15 News"
    assert edited(unpublish=410).gone == 410
    assert edited(unpublish=404, restore=True).gone == 0
    assert edited(paywall=1).paragraphs == ("One two.",)
    assert edited(paywall=1).shown == edited().shown[:1]
    assert edited(paywall=None).teaser is None


def test_a_moved_story_remembers_where_it_was() -> None:
    after = edited(move="t")
    assert (after.slug, after.place, after.former) == ("s", "t", ("s",))


REFUSED: list[tuple[str, Any, str]] = [
    ("replace", {"old": "seven", "new": "7"}, "0 times"),
    ("replace", {"old": ".", "new": "!"}, "4 times"),
    ("remove", "Nine", "0 blocks"),
    ("insert", {"after": "Nine", "text": "x"}, "0 blocks"),
    ("explode", 1, "no operation"),
]


@pytest.mark.parametrize(("name", "value", "words"), REFUSED)
def test_an_operation_that_does_not_fit_its_text_is_refused(name: str, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        edited(**{name: value})


def test_an_edit_moves_the_modified_date_unless_it_is_silent() -> None:
    loud = PlannedEdit(timedelta(minutes=15), "s", Planted.HEADLINE, steps=(("headline", "New"),))
    quiet = PlannedEdit(timedelta(minutes=15), "s", Planted.HEADLINE, steps=(("headline", "New"),), silent=True)
    assert loud.apply(story(), OPENED).modified == timedelta(minutes=15)
    assert quiet.apply(story(), OPENED).modified is None


def test_the_script_holds_every_kind_of_thing_a_newsroom_does(room: Newsroom) -> None:
    assert {edit.kind for edit in room.script} == set(Planted)


def test_the_whole_script_plays_from_first_to_last_edit(room: Newsroom, clock: HandClock) -> None:
    clock.minute(24 * 60)
    assert room.happened == room.script
    assert len(room.stories()) >= 30


def test_something_happens_every_few_minutes_and_all_within_three_hours(room: Newsroom) -> None:
    minutes = [edit.at / timedelta(minutes=1) for edit in room.script]
    assert minutes[0] == 10
    assert minutes[-1] <= 180
    assert max(b - a for a, b in pairwise(minutes)) <= 6


def test_every_planned_edit_happens_exactly_at_its_time_and_not_before(room: Newsroom, clock: HandClock) -> None:
    for edit in room.script:
        minute = edit.at / timedelta(minutes=1)
        clock.minute(minute - 0.001)
        before = room.story(edit.article)
        clock.minute(minute)
        after = room.story(edit.article)
        assert before != after, edit
        if edit.kind is not Planted.PUBLISHED and not edit.silent:
            assert after is not None
            assert after.modified == edit.at


def test_a_reverted_story_reads_as_it_did_at_first(room: Newsroom, clock: HandClock) -> None:
    reverted = next(e for e in room.script if e.kind is Planted.REVERTED)
    first = room.story(reverted.article)
    clock.moment += reverted.at - timedelta(minutes=1)
    between = room.story(reverted.article)
    clock.moment += timedelta(minutes=1)
    last = room.story(reverted.article)
    assert first is not None
    assert between is not None
    assert last is not None
    assert (last.headline, last.body) == (first.headline, first.body)
    assert between.headline != first.headline


def test_the_nato_story_is_mended_and_one_number_changes_on_the_way(room: Newsroom, clock: HandClock) -> None:
    clock.minute(26)
    story = room.story("nato-training-mission-iraq")
    assert story is not None
    numbers = next(b.text for b in story.body if "2,500" in b.text)
    assert numbers.count("(") == numbers.count(")")
    assert "225" in numbers
    assert "285" not in numbers
    assert not story.notices


def test_a_script_of_a_caller_takes_the_place_of_our_own(clock: HandClock) -> None:
    edits = scripts.read(
        "[{at: 2, article: mayor-gulls, kind: headline, note: n, do: [{headline: B}]},"
        " {at: 1, article: mayor-gulls, kind: headline, note: n, do: [{headline: A}]}]"
    )
    room = Newsroom(clock, edits=edits)
    clock.minute(1)
    assert room.story("mayor-gulls").headline == "A"  # type: ignore[union-attr]
    clock.minute(2)
    assert room.story("mayor-gulls").headline == "B"  # type: ignore[union-attr]


def test_an_edit_by_hand_takes_its_place_among_the_planned_ones(room: Newsroom, clock: HandClock) -> None:
    def headline() -> str:
        story = room.story("nebelhorn-gemeinderat")
        assert story is not None
        return story.headline

    first = headline()
    clock.minute(58)
    planned = headline()
    clock.minute(30)
    room.edit("nebelhorn-gemeinderat", headline="Von Hand", notice="Von Hand")
    assert headline() == "Von Hand"
    clock.minute(58)
    assert headline() == planned
    assert room.story("nebelhorn-gemeinderat").notices == ("Von Hand",)  # type: ignore[union-attr]
    clock.minute(29)
    assert headline() == first
