"""What a tracker must never get wrong, each held to it by the real program on a real newsroom.

One history is made in three passes; every promise is then a question to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.end_to_end.machine import Machine, a_machine
from tracker.model import ArticleState, EventKind, Outcome
from tracker.newsroom.faults import Fault
from tracker.store import Store
from tracker.store.history import articles as stored_articles
from tracker.store.history import checks
from tracker.store.history import versions as stored_versions
from tracker.store.queue import queue

TROUBLES = {
    "ferry-fog-timetable": (Fault.STATUS, 404, Outcome.GONE),
    "harbour-wall-cost": (Fault.STATUS, 500, Outcome.SERVER_ERROR),
    "mill-fire": (Fault.EMPTY, 0, Outcome.EMPTY),
    "lighthouse-sale": (Fault.CONSENT, 0, Outcome.CONSENT),
    "night-train-returns": (Fault.COLLAPSED, 0, Outcome.COLLAPSED),
    "dredging-contract": (Fault.BOT_WALL, 0, Outcome.BLOCKED),
    "rope-museum-theft": (Fault.RESET, 0, Outcome.CONNECTION),
}
LONG = [f"Paragraph {n} of the register names boat {n}, built in {1800 + n}, and its owner." for n in range(400)]
REGISTER = [
    "The list was last updated on Monday by the harbour office.",
    "It is published once a week, and nobody has asked for more.",
    *[f"Volume {n} lies under the cushion of the clerk, where it is warm." for n in range(8)],
]


@dataclass
class History:
    """The machine after its three passes, with what was seen on the way."""

    machine: Machine
    first_urls: dict[str, str]
    in_trouble: dict[str, ArticleState]
    changes: list[dict[str, Any]]
    stories: list[str]

    def of(self, slug: str) -> list[dict[str, Any]]:
        """The changes of one story, oldest first."""
        article = self.machine.article(slug)
        return [change for change in self.changes if change["article"] == article]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    with a_machine(tmp_path_factory.mktemp("promises")) as machine:
        room = machine.newsroom
        room.publish("boat-register", headline="The boat register", body=LONG)
        room.publish("office-list", headline="The office and its list", body=REGISTER)
        stories = [story.slug for story in room.stories()]
        first_urls = {slug: room.url(slug) for slug in stories}
        machine.tracker("check")
        room.edit("mayor-gulls", headline="Mayor's gull figures questioned")
        room.edit("school-bell-four-day", headline="Four days of school, says the council")
        room.edit("boat-register", replace={"old": "built in 2137", "new": "built in 2173"})
        room.edit("office-list", replace={"old": "updated on Monday", "new": "updated on Friday"})
        room.edit("hospital-letter", move="the-letter-from-the-hospital")
        for slug, (fault, status, _) in TROUBLES.items():
            room.fail(slug, fault, status=status)
        machine.tracker("check", "--force", exit_code=None)
        with Store.open(machine.database) as store:
            in_trouble = {
                slug: queue.state(store, stored_articles.resolve(store, first_urls[slug])) for slug in TROUBLES
            }
        room.heal()
        room.edit("school-bell-four-day", headline=_headline(machine, "school-bell-four-day"))
        room.edit("hospital-letter", headline="A letter from the hospital, and an answer")
        machine.configure(feeds=[], sitemaps=[], articles=[first_urls["hospital-letter"]])
        machine.tracker("check", "--force", exit_code=None)
        yield History(machine, first_urls, in_trouble, machine.changes(), stories)


def _headline(machine: Machine, slug: str) -> str:
    return str(machine.versions(slug)[0]["headline"])


def test_a_headline_alone_makes_a_version(history: History) -> None:
    (change,) = history.of("mayor-gulls")
    assert change["fields"]["headline"]["new"] == "Mayor's gull figures questioned"
    assert change["noise_rule"] is None
    assert change["operations"] == []


def test_there_and_back_again_is_three_versions_the_third_marked_as_a_return(history: History) -> None:
    versions = history.machine.versions("school-bell-four-day")
    assert [v["number"] for v in versions] == [1, 2, 3]
    assert [v["same_as"] for v in versions] == [None, None, 1]


def test_a_changed_number_is_reported_however_long_the_text(history: History) -> None:
    (change,) = history.of("boat-register")
    assert "number" in change["tags"]
    assert change["noise_rule"] is None
    (operation,) = change["operations"]
    assert [(e["deleted"], e["inserted"]) for e in operation["edits"]] == [("2137", "2173")]


def test_an_edit_in_a_sentence_with_updated_is_seen(history: History) -> None:
    (change,) = history.of("office-list")
    (operation,) = change["operations"]
    assert [(e["deleted"], e["inserted"]) for e in operation["edits"]] == [("Monday", "Friday")]
    assert change["noise_rule"] is None


def test_rotating_furniture_makes_no_version(history: History) -> None:
    edited = {"mayor-gulls", "school-bell-four-day", "boat-register", "office-list", "hospital-letter"}
    for slug in history.stories:
        if slug not in edited:
            assert len(history.machine.versions(slug)) == 1, slug


def test_the_same_article_in_two_feeds_is_one_article(history: History) -> None:
    listed = history.machine.lines("articles", "--limit", "0")
    articles = [article for article in listed if article["state"] != "moved"]
    assert len(articles) == len(history.stories)
    assert len({article["url"] for article in articles}) == len(articles)


def test_an_article_is_checked_after_it_left_every_feed(history: History) -> None:
    with Store.open(history.machine.database) as store:
        for slug in history.stories:
            assert queue.state(store, stored_articles.resolve(store, history.first_urls[slug])).checks == 3, slug


def test_a_new_slug_keeps_the_article_its_history_and_its_old_address(history: History) -> None:
    old, new = history.first_urls["hospital-letter"], history.machine.newsroom.url("hospital-letter")
    assert old != new
    (change,) = history.of("hospital-letter")
    assert change["fields"]["headline"]["new"] == "A letter from the hospital, and an answer"
    with Store.open(history.machine.database) as store:
        article = stored_articles.resolve(store, old)
        assert stored_articles.resolve(store, new) == article
        assert len(stored_versions.versions(store, article)) == 2
        roles = {address.url: address.role for address in stored_articles.addresses(store, article)}
        assert (roles[old], roles[new]) == ("canonical", "alias"), "believed when seen again a quarter of an hour later"
        assert [event.kind for event in checks.events(store, article)] == [EventKind.JOINED]


@pytest.mark.parametrize("slug", TROUBLES)
def test_trouble_is_an_outcome_of_a_check_and_never_a_version(history: History, slug: str) -> None:
    assert history.in_trouble[slug].outcome is TROUBLES[slug][2]
    assert len(history.machine.versions(slug)) == 1
    with Store.open(history.machine.database) as store:
        runs = checks.check_runs(store, stored_articles.resolve(store, history.first_urls[slug]))
    assert [run.outcome for run in runs] == [Outcome.NEW, TROUBLES[slug][2], Outcome.UNCHANGED]


@pytest.mark.parametrize("slug", TROUBLES)
def test_a_failed_check_moves_the_next_check_back(history: History, slug: str) -> None:
    state = history.in_trouble[slug]
    assert state.next_check_at is not None
    assert state.last_check_at is not None
    assert state.next_check_at - state.last_check_at >= timedelta(minutes=4)


def test_every_change_carries_the_interval_it_was_seen_in(history: History) -> None:
    for change in history.changes:
        assert change["after"] <= change["before"]


def test_an_article_in_trouble_says_so_in_its_history(history: History) -> None:
    told = history.machine.lines("history", history.first_urls["lighthouse-sale"])
    assert any("consent" in str(entry) for entry in told)
