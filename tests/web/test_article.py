from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from tests.store.world import NOW, history, says, told
from tests.web.world import serving
from tracker.model import Article, ChangeClass, Event, EventKind, Notice, Outcome, Paragraph, State, Via
from tracker.model.content import Kind
from tracker.store import CheckRun
from tracker.store.questions.pages import Step
from tracker.web.drawing import blame, timeline
from tracker.web.pages.article import HeadlineLine, first_of, folded, headlines, now

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def step(
    number: int,
    minutes: int,
    class_: ChangeClass | None = ChangeClass.SUBSTANTIVE,
    noise: str | None = None,
    headline: str = "Headline",
) -> Step:
    at = START + timedelta(minutes=minutes)
    last = number == 1
    return Step(
        *(number, at, None if last else at - timedelta(minutes=5), None, headline, "", (), 100, None),
        None if last else number,
        *(
            None if last else class_,
            0 if last else 6,
            "" if last else "<b>edited</b>",
            Notice.NONE,
            False,
            None,
            noise,
            1,
            1,
        ),
    )


async def test_the_whole_life_is_on_one_page(site: Any) -> None:
    page = (await site.get("/-/article/1")).text
    for part in ("Headlines", "Versions", "Addresses", "Found in", "a feed", 'class="timeline"'):
        assert part in page
    assert "stood 1 h" in page
    assert page.count('class="number"') == 3
    assert "How it read in version 3" in page


def test_an_article_that_seems_to_be_gone_is_told_as_such_until_that_is_sure() -> None:
    url = "https://times.example/1"
    known = Article(7, "example-times", url, State.LIVE, "Head", "", "en", None, START, None, 2, 2, Via.FEED, False)
    assert (now(known, False), now(known, True)) == ("on the site", "apparently gone")
    assert now(replace(known, state=State.GONE), True) == "gone from the site"
    assert now(replace(known, version_count=0), True) == "not read yet"


async def test_what_happened_besides_edits_is_told(site: Any) -> None:
    page = (await site.get("/-/article/7")).text
    assert "gone from the site" in page
    assert "Gone from the site" in page
    assert "1 check: gone" in page


@pytest.mark.parametrize(
    ("query", "headline", "number"),
    [
        ("version=1", "Old pier to close", 1),
        ("version=2", "Old pier to close at once", 2),
        ("at=2026-11-23T10:30", "Old pier to close", 1),
        ("at=2026-11-23T11:30:00Z", "Old pier to close at once", 2),
        ("at=2026-11-23T13:00%2B02:00", "Old pier to close at once", 2),
        ("", "Old pier to close at once", 3),
    ],
)
async def test_an_article_can_be_read_as_it_was(site: Any, query: str, headline: str, number: int) -> None:
    page = (await site.get(f"/-/article/1?{query}")).text
    assert f'<p class="reading-headline">{headline}</p>' in page
    assert f"How it read in version {number}" in page


async def test_a_moment_before_the_first_reading_is_said_to_be_so(site: Any) -> None:
    assert "It was not seen yet at that moment." in (await site.get("/-/article/1?at=2020-01-01")).text


async def test_a_moment_between_two_checks_is_said_to_be_unsure(site: Any) -> None:
    between = (await site.get("/-/article/1?at=2026-11-23T10:30")).text
    assert "This moment fell between two checks: version 1 was last seen" in between
    assert '<a href="/-/article/1?version=2#text">version 2</a> was first seen' in between
    for sure in ("at=2026-11-23T10:00", "at=2026-11-23T11:00", "version=1", "at=2026-12-24"):
        assert "fell between two checks" not in (await site.get(f"/-/article/1?{sure}")).text, sure


def test_several_in_a_row_that_look_like_noise_are_folded_and_one_is_not() -> None:
    entries = [HeadlineLine(Markup(), NOW, 1, 1, noise) for noise in ("", "a", "b", "a", "", "c", "")]
    assert [(s.fold, len(s.entries)) for s in folded(entries)] == [
        (False, 1),
        (True, 3),
        (False, 1),
        (False, 1),
        (False, 1),
    ]


async def test_an_article_that_was_not_read_yet_says_what_comes(site: Any) -> None:
    page = (await site.get("/-/article/6")).text
    assert "Not read yet." in page
    assert "tracker check 6" in page
    assert "on the site" not in page


async def test_blame_shades_by_age_and_puts_what_is_gone_in_its_place(site: Any) -> None:
    page = (await site.get("/-/article/1?view=blame")).text
    assert "1932" not in page.split('class="reading"')[1].split("</section>")[0]
    whole = (await site.get("/-/article/1?view=blame&removed=1")).text.split('class="reading"')[1]
    assert '<del title="since version 1' in whole
    assert whole.index("harbour master") < whole.index("1932") < whole.index("1923") or whole.index(
        "1923"
    ) < whole.index("1932")
    assert "A second inspection" in whole


def test_a_gone_sentence_follows_the_one_it_followed(tmp_path: Any) -> None:
    first = says("The pier closes. Nobody was told. The mayor is away.", "Trains run.", "A last word.")
    second = says("The pier closes. The mayor is away.", "A last word.")
    with history(tmp_path) as store:
        article_id = told(store, [first, second])
        shown, gone = blame.paragraphs(store, article_id, None, removed=True)
    assert gone == 2
    texts = [[s.text for s in p.sentences] for p in shown]
    assert texts == [["The pier closes.", "Nobody was told.", "The mayor is away."], ["Trains run."], ["A last word."]]
    assert [s.stands for s in shown[0].sentences] == [True, False, True]


def test_what_came_late_is_younger_than_what_was_there_first(tmp_path: Any) -> None:
    contents = [
        says("The pier closes."),
        says("The pier closes.", "Boats move."),
        says("The pier closes.", "Boats move.", "Gulls stay."),
    ]
    with history(tmp_path) as store:
        article_id = told(store, contents)
        shown, _ = blame.paragraphs(store, article_id, START + timedelta(hours=2, minutes=6), removed=False)
    ages = {s.text: s.age for p in shown for s in p.sentences}
    assert ages == {"The pier closes.": 3, "Boats move.": 2, "Gulls stay.": 0}


@pytest.mark.parametrize(("number", "language", "direction"), [(4, "ar", "rtl"), (5, "ja", "auto")])
async def test_a_text_is_set_in_its_language_and_direction(
    site: Any, number: int, language: str, direction: str
) -> None:
    page = (await site.get(f"/-/article/{number}")).text
    assert f'<div class="reading" lang="{language}" dir="{direction}">' in page
    assert '<html lang="en">' in page


async def test_a_language_that_is_none_sets_no_attribute(site: Any) -> None:
    assert '<div class="reading" dir="auto">' in (await site.get("/-/article/3")).text


def test_the_timeline_draws_every_edit_as_a_link_and_events_by_shape() -> None:
    steps = [step(1, 0), step(2, 30), step(3, 60, ChangeClass.MINOR), step(4, 90, ChangeClass.WORDING, "boilerplate")]
    runs = [
        CheckRun(1, START, START + timedelta(minutes=60), 5, Outcome.UNCHANGED, 200, "", False),
        CheckRun(
            1, START + timedelta(minutes=61), START + timedelta(minutes=80), 2, Outcome.SERVER_ERROR, 503, "", True
        ),
    ]
    events = [Event(1, START + timedelta(minutes=95), EventKind.GONE)]
    drawn = str(timeline.draw(steps, runs, events, lambda n: f"/-/change/{n}"))
    assert re.findall(r'href="([^"]+)"', drawn) == ["/-/change/2", "/-/change/3", "/-/change/4"]
    assert drawn.count('class="stem"') == 1
    assert drawn.count('class="within"') == 3
    assert 'class="flag"' not in drawn
    assert 'class="edit noise"' in drawn
    assert 'class="run failed"' in drawn
    assert "2 checks: server error" in drawn
    assert 'class="event gone"' in drawn
    assert "<b>" not in drawn
    assert 'aria-label="Timeline: 3 edits and 1 event in 1 h 35 min"' in drawn


def test_a_flag_stands_where_the_headline_changed_unless_it_looks_like_noise() -> None:
    steps = [
        step(1, 0),
        step(2, 30, ChangeClass.WORDING, headline="Another"),
        step(3, 60, headline="Headline", noise="tested-headline"),
        step(4, 90, headline="Headline"),
    ]
    drawn = str(timeline.draw(steps, [], [], str))
    [flag] = re.findall(r'class="flag" d="M([\d.]+) ', drawn)
    assert drawn.count('class="stem"') == 2
    assert f'cx="{flag}"' in drawn.split('class="edit wording"')[1][:30]


def test_the_time_within_which_it_happened_ends_at_the_edit() -> None:
    drawn = str(timeline.draw([step(1, 0), step(2, 30)], [], [], str))
    x, width = map(float, re.findall(r'class="within" x="([\d.]+)" y="\d+" width="([\d.]+)"', drawn)[0])
    assert x + width == pytest.approx(timeline.WIDTH - 12)
    assert width == pytest.approx((timeline.WIDTH - 24) / 6, abs=0.2)


def test_the_timeline_keeps_the_order_of_time() -> None:
    drawn = str(timeline.draw([step(1, 0), step(2, 10), step(3, 600)], [], [], str))
    places = [float(x) for x in re.findall(r'class="edit substantive" cx="([\d.]+)"', drawn)]
    assert places == sorted(places)
    assert places[-1] == timeline.WIDTH - 12


def test_a_life_of_years_has_few_ticks() -> None:
    drawn = str(timeline.draw([step(1, 0), step(2, 60 * 24 * 700)], [], [], str))
    assert 2 <= drawn.count('class="tick"') <= 13


def test_nothing_is_drawn_for_an_article_without_a_life() -> None:
    assert timeline.draw([], [], [], str) == ""


def test_an_article_that_was_joined_before_it_had_a_version_has_a_timeline_all_the_same() -> None:
    moved = Event(1, START, EventKind.MOVED, {"article": 2})
    assert "1 event" in timeline.draw([], [], [moved], str)


async def test_a_headline_above_forty_versions_keeps_its_true_time_and_no_edit_vanishes(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says(f"The pier has {n} boats.", headline="Old pier to close") for n in range(45)])
    async with serving(tmp_path / "tracker.db") as datasette:
        page = (await datasette.client.get("/-/article/1")).text
    heads = page.partition('id="headlines"')[2].partition("</section>")[0]
    assert NOW.strftime("%Y-%m-%dT%H:%M") in heads
    assert page.count('<a href="/-/change/') >= 44
    assert "5 earlier ones are in" in page


async def test_an_edit_that_was_corrected_later_is_not_said_to_be_untold(tmp_path: Path) -> None:
    notice = Paragraph("Correction: an earlier version of this article gave a wrong number of boats.", Kind.NOTICE)
    mended = says("The pier has 14 boats, and will close.")
    with history(tmp_path) as store:
        told(store, [says("The pier has 41 boats, and will close."), mended, replace(mended, notices=(notice,))])
    async with serving(tmp_path / "tracker.db") as datasette:
        versions = (await datasette.client.get("/-/article/1")).text.partition('id="versions"')[2]
    assert "correction seen" in versions
    assert "no notice seen" not in versions


def test_trials_of_headlines_are_folded_before_the_list_is_cut() -> None:
    trial = [step(n, 10 * n, noise="headline on trial", headline=("A", "B")[n % 2]) for n in range(2, 40)]
    lines = headlines([step(1, 0, headline="First"), *trial, step(40, 400, headline="Last")])
    shown = first_of(folded(lines), 3)
    assert [(s.fold, len(s.entries), s.count) for s in shown] == [(False, 1, 1), (True, 3, 38), (False, 1, 1)]
    assert shown[-1].entries[0].at == START


def test_the_first_headline_of_a_story_that_is_not_read_whole_is_left_out() -> None:
    steps = [step(900, 0, headline="Since when"), step(901, 10, headline="Since then")]
    assert [line.number for line in headlines(steps, whole=False)] == [901]
