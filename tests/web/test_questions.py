"""The questions of `db/datasette.yaml` against a history whose true answers were written by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.world import HOUR, LONG, NOW, follow, history, publish, result, says
from tests.web.world import serving
from tracker.model import Outcome, Paragraph
from tracker.model.content import Kind
from tracker.store.history import record, source_health
from tracker.web import metadata

MINUTE = timedelta(minutes=1)
CORRECTION = Paragraph("Correction: an earlier version of this article gave a wrong number of boats.", Kind.NOTICE)


@pytest.fixture
async def ask(tmp_path: Path) -> Any:
    """Asks a question of the history; its rows without what only shows."""
    with history(tmp_path) as store:
        numbers(store)
        error(store)
        told_a_day_later(store)
        passing(store)
        headlines(store)
        failing(store)
    path = tmp_path / "tracker.db"

    async with serving(path, sheet=metadata.load(path)) as datasette:

        async def answered(name: str) -> list[dict[str, Any]]:
            answer = await datasette.client.get(f"/tracker/{name}.json?_shape=objects&outlet=&since=2026-01-01")
            assert answer.status_code == 200, answer.text[:300]
            rows: list[dict[str, Any]] = answer.json()["rows"]
            return rows

        yield answered


def numbers(store: Any) -> None:
    """On a page that names days and sums before it, 285 became 225, and in a headline 4.2 million became 6.8."""
    article = follow(store, "crowd")
    lead = "On 23 November 2026, at 9 pm, police counted {} people in the square of 1,200 flats."
    publish(store, article, says(lead.format(285), LONG[0], headline="Crowd in the square"), NOW)
    publish(store, article, says(lead.format(225), LONG[0], headline="Crowd in the square"), NOW + HOUR)
    article = follow(store, "cost")
    told = "The new hall costs {} euros, the council said, and was planned in 2019."
    publish(store, article, says(told.format("4.2 million"), headline="Hall costs 4.2 million"), NOW)
    publish(store, article, says(told.format("6.8 million"), headline="Hall costs 6.8 million"), NOW + HOUR)


def error(store: Any) -> None:
    """A story of three hours; 14 boats came in with its second version and were put right five minutes later."""
    article = follow(store, "boats")
    wrong = LONG[1].replace("41", "14")
    publish(store, article, says(*LONG, headline="Boats at the pier"), NOW)
    publish(store, article, says(LONG[0], wrong, LONG[2], headline="Boats at the pier"), NOW + 3 * HOUR)
    record.record(store, result(store, article, NOW + 3 * HOUR + 4 * MINUTE))
    right = says(LONG[0], LONG[1].replace("41", "40"), LONG[2], headline="Boats at the pier", notices=(CORRECTION,))
    publish(store, article, right, NOW + 3 * HOUR + 5 * MINUTE)


def told_a_day_later(store: Any) -> None:
    """A headline that was wrong for six hours and changed in silence; the correction came a day later."""
    article = follow(store, "jury")
    publish(store, article, says(*LONG, headline="Jury finds driver guilty"), NOW)
    record.record(store, result(store, article, NOW + 6 * HOUR))
    publish(store, article, says(*LONG, headline="Jury finds driver not guilty"), NOW + 7 * HOUR)
    told = Paragraph("Correction: an earlier version of the headline gave a wrong verdict.", Kind.NOTICE)
    right = says(*LONG, headline="Jury finds driver not guilty", notices=(told,))
    publish(store, article, right, NOW + 31 * HOUR)


def passing(store: Any) -> None:
    """One paragraph of the first version went within the hour; one came later and lived 20 minutes."""
    article = follow(store, "passing")
    came = "The mayor, who owns two of the boats, did not answer questions."
    publish(
        store, article, says(*LONG, "Nobody was hurt, the fire brigade said on Monday.", headline="Pier burns"), NOW
    )
    publish(store, article, says(*LONG, headline="Pier burns"), NOW + 10 * MINUTE)
    publish(store, article, says(*LONG, came, headline="Pier burns"), NOW + 5 * HOUR)
    publish(store, article, says(*LONG, headline="Pier burns"), NOW + 5 * HOUR + 20 * MINUTE)


def headlines(store: Any) -> None:
    """One story went to another headline and back; another wore three."""
    for name, worn in (
        ("back", ("Vote tonight", "Council votes", "Vote tonight")),
        ("trial", ("Ask A", "Ask B", "Ask C")),
    ):
        article = follow(store, name, "example-post")
        for n, headline in enumerate(worn):
            publish(store, article, says(*LONG, headline=headline), NOW + n * HOUR)


def failing(store: Any) -> None:
    """A feed of the Post is dead; a page of the Times fails now."""
    source_health.record_problems(store, "example-post", ["https://post.example/rss.xml: HTTP 410"], NOW)
    article = follow(store, "fails")
    record.record(store, result(store, article, NOW, Outcome.SERVER_ERROR, status=503))


async def test_numbers_are_told_apart_by_value_wherever_they_stand(ask: Any) -> None:
    down = [(row["was"], row["is"]) for row in await ask("numbers_that_went_down")]
    assert down.count((285, 225)) == 1
    up = [(row["was"], row["is"]) for row in await ask("numbers_that_went_up")]
    assert up.count((4.2e6, 6.8e6)) == 2  # in the headline and in the text
    assert all(was > now for was, now in down)
    assert all(was < now for was, now in up)


async def test_an_error_lives_from_the_version_that_brought_it(ask: Any) -> None:
    late, soon = await ask("longest_lived_errors")
    assert (late["hours"], late["wrong"]) == (6, "Jury finds driver guilty")
    assert (soon["hours"], soon["headline"]) == (pytest.approx(4 / 60, abs=0.01), "Boats at the pier")
    assert "14 boats" in soon["wrong"]


async def test_a_paragraph_of_the_first_version_did_not_come_and_go(ask: Any) -> None:
    (row,) = await ask("paragraphs_under_an_hour")
    assert (row["minutes"], row["text"][:9]) == (20, "The mayor")


async def test_two_headlines_are_no_trial(ask: Any) -> None:
    (row,) = await ask("headlines_on_trial")
    assert (row["changes"], row["headlines"]) == (2, 3)


async def test_a_dead_feed_is_a_failing_outlet(ask: Any) -> None:
    rows = {row["source_id"]: row for row in await ask("failing_outlets")}
    assert rows["example-post"]["words"] == "HTTP 410"
