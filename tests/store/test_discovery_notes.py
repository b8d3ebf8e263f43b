"""What discoveries left out is kept for a day after it was last seen, each reason of each place once."""

from __future__ import annotations

from datetime import timedelta

from tests.store.world import HOUR, NOW
from tracker.store import Store
from tracker.store.history import discovery_notes

FEED, MAP = "feed https://times.example/rss.xml", "sitemap https://times.example/map.xml"


def test_a_reason_is_kept_once_with_its_latest_count(store: Store) -> None:
    discovery_notes.noted(store, "example-times", [(MAP, "older than 3 days", 7, "https://times.example/a")], NOW)
    later = [(MAP, "older than 3 days", 9, "https://times.example/b"), (FEED, "by `exclude`", 1, "")]
    discovery_notes.noted(store, "example-times", later, NOW + HOUR)
    feed, sitemap = discovery_notes.discovery_notes(store, "example-times")
    assert str(feed) == f"{FEED}: left out 1 by `exclude`"
    assert str(sitemap) == f"{MAP}: left out 9 older than 3 days, such as https://times.example/b"
    assert (sitemap.since, sitemap.last_at) == (NOW, NOW + HOUR)
    assert discovery_notes.discovery_notes(store, "example-post") == []


def test_an_unchanged_list_says_nothing_and_its_notes_stay_for_a_day(store: Store) -> None:
    discovery_notes.noted(store, "example-times", [(MAP, "older than 3 days", 7, "")], NOW)
    discovery_notes.noted(store, "example-times", [], NOW + timedelta(hours=25))
    assert len(discovery_notes.discovery_notes(store, "example-times")) == 1
    discovery_notes.noted(store, "example-times", [], NOW + timedelta(hours=27))
    assert discovery_notes.discovery_notes(store, "example-times") == []
