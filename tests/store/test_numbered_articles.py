"""What a source says of its addresses decides which of them are one article."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.world import NOW, POST, TIMES
from tracker.config import UrlIdentity
from tracker.model import Found, Via
from tracker.store import Store
from tracker.store.history import articles, sources
from tracker.store.upkeep import forget

BASE = "https://times.example"


@pytest.fixture
def numbered(store: Store) -> Store:
    """The Times counts its stories, keeps `ocid` and drops `sid`; the Post says nothing."""
    identity = UrlIdentity(r"story-(\d+)", keep=("ocid",), drop=("sid",))
    sources.sync_sources(store, [replace(TIMES, identity=identity), POST], NOW)
    return store


def found(store: Store, *paths: str, source: str = "example-times") -> list[int]:
    return articles.found(store, source, [Found(BASE + path, Via.FEED) for path in paths], NOW, due_at=NOW)


def test_addresses_with_one_number_are_one_article(numbered: Store) -> None:
    [first] = found(numbered, "/pier-closes-story-12", "/pier-opens-story-12?page=2")
    [second] = found(numbered, "/pier-opens-story-13")
    assert found(numbered, "/third-slug-story-12") == []
    assert articles.find(numbered, f"{BASE}/third-slug-story-12") == first
    assert articles.find(numbered, f"{BASE}/pier-opens-story-13") == second


def test_kept_parameters_tell_articles_apart_and_dropped_ones_do_not(numbered: Store) -> None:
    one, other, third = found(numbered, "/read?ocid=1&utm_source=a", "/read?ocid=2", "/x?sid=1", "/x?sid=2")
    assert articles.find(numbered, f"{BASE}/read?ocid=1") == one
    assert articles.find(numbered, f"{BASE}/read?ocid=2") == other
    assert articles.find(numbered, f"{BASE}/x") == third
    assert articles.resolve(numbered, f"{BASE}/x?sid=9", "example-times") == third


def test_an_article_from_before_the_identity_takes_part_once_it_is_named_again(store: Store) -> None:
    [first] = found(store, "/a-story-12")
    sources.sync_sources(store, [replace(TIMES, identity=UrlIdentity(r"story-(\d+)"))], NOW)
    assert found(store, "/a-story-12") == []
    assert found(store, "/b-story-12") == []
    assert articles.find(store, f"{BASE}/b-story-12") == first


def test_a_number_says_nothing_of_another_source(numbered: Store) -> None:
    found(numbered, "/a-story-12")
    assert len(found(numbered, "/b-story-12", source="example-post")) == 1


def test_a_forgotten_number_stays_forgotten(numbered: Store) -> None:
    [first] = found(numbered, "/a-story-12")
    forget.forget(numbered, first, "asked", NOW)
    assert found(numbered, "/b-story-12") == []
