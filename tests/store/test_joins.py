"""Two articles that prove to be one story are joined, whatever the order, and can be taken apart for good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.world import HOUR, NOW, TIMES, follow, publish, result, says
from tracker.config import UrlIdentity
from tracker.errors import NotFound, UsageError
from tracker.model import EventKind, Found, Outcome, State, Via
from tracker.store import Store
from tracker.store.history import articles, checks, joins, record, sources, versions
from tracker.store.queue import queue


@pytest.fixture
def two(store: Store) -> tuple[int, int]:
    """Two articles with a history each."""
    pair = follow(store, "pier"), follow(store, "region/pier")
    for article in pair:
        publish(store, article, says(), NOW)
        publish(store, article, says(headline=f"Pier to close {article}"), NOW + HOUR)
    return pair


@pytest.mark.parametrize("how", ["joins", "takes_in"])
def test_a_later_visit_joins_two_articles_and_keeps_both_histories(
    store: Store, two: tuple[int, int], how: str
) -> None:
    kept, gone = two
    visited = gone if how == "joins" else kept
    found = replace(result(store, visited, NOW + 2 * HOUR), **{how: kept if how == "joins" else gone})
    record.record(store, found)
    assert [articles.article(store, a).state for a in two] == [State.LIVE, State.MOVED]
    assert [len(versions.versions(store, a)) for a in two] == [2, 2]
    assert articles.resolve(store, "https://times.example/region/pier") == kept
    assert queue.state(store, gone).next_check_at is None
    told = {a: [(e.kind, e.detail["article"]) for e in checks.events(store, a)] for a in two}
    assert told == {kept: [(EventKind.JOINED, gone)], gone: [(EventKind.MOVED, kept)]}


def test_what_was_taken_apart_has_its_addresses_back_and_is_not_joined_again(
    store: Store, two: tuple[int, int]
) -> None:
    kept, gone = two
    articles.add_aliases(store, gone, ["https://times.example/print/pier"], NOW)
    assert joins.join(store, gone, kept, NOW + 2 * HOUR)
    assert joins.separate(store, gone, NOW + 3 * HOUR) == kept
    assert articles.article(store, gone).state is State.LIVE
    for path in ("region/pier", "print/pier"):
        assert articles.resolve(store, f"https://times.example/{path}") == gone
    assert articles.resolve(store, "https://times.example/pier") == kept
    roles = {a.url: a.role for a in articles.addresses(store, gone)}
    assert roles["https://times.example/region/pier"] == "canonical"
    assert queue.state(store, gone).next_check_at == NOW + 3 * HOUR
    record.record(store, replace(result(store, gone, NOW + 4 * HOUR), joins=kept))
    record.record(store, replace(result(store, kept, NOW + 4 * HOUR), takes_in=gone))
    assert [articles.article(store, a).state for a in two] == [State.LIVE, State.LIVE]


def test_only_what_was_joined_can_be_taken_apart(store: Store, two: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="not joined"):
        joins.separate(store, two[0], NOW)
    with pytest.raises(NotFound):
        joins.separate(store, 99, NOW)
    articles.set_state(store, two[1], State.MOVED)  # by the publisher, not by us
    with pytest.raises(UsageError, match="not joined"):
        joins.separate(store, two[1], NOW)


def test_articles_of_two_sources_and_such_as_are_not_there_are_not_joined(store: Store) -> None:
    ours, theirs = follow(store, "pier"), follow(store, "pier", "example-post")
    assert not joins.join(store, theirs, ours, NOW)
    assert not joins.join(store, ours, ours, NOW)
    assert not joins.join(store, ours, 99, NOW)
    publish(store, ours, says(), NOW)
    record.record(store, replace(result(store, ours, NOW + HOUR), takes_in=99))
    assert queue.state(store, ours).outcome is Outcome.UNCHANGED


def test_articles_from_before_a_source_said_what_identifies_are_joined_when_they_are_named_again(store: Store) -> None:
    addresses = [f"https://times.example/{slug}-story-12" for slug in ("a", "b")]
    founds = [Found(url, Via.FEED) for url in addresses]
    first, second = articles.found(store, "example-times", founds, NOW, due_at=NOW)
    sources.sync_sources(store, [replace(TIMES, identity=UrlIdentity(r"story-(\d+)"))], NOW)
    assert articles.found(store, "example-times", founds, NOW + HOUR, due_at=NOW) == []
    assert articles.article(store, second).state is State.MOVED
    assert {articles.resolve(store, url) for url in addresses} == {first}
    third = Found("https://times.example/c-story-12", Via.FEED)
    assert articles.found(store, "example-times", [third], NOW + HOUR, due_at=NOW) == []
    assert articles.resolve(store, third.url) == first


def test_an_article_is_known_by_its_address_from_before_a_parameter_was_dropped(store: Store) -> None:
    url = "https://times.example/read?story=7&sid=abc"
    [article] = articles.found(store, "example-times", [Found(url, Via.FEED)], NOW, due_at=NOW)
    sources.sync_sources(store, [replace(TIMES, identity=UrlIdentity("", drop=("sid",)))], NOW)
    assert articles.found(store, "example-times", [Found(url, Via.FEED)], NOW + HOUR, due_at=NOW) == []
    other = Found(url.replace("abc", "xyz"), Via.FEED)
    assert articles.found(store, "example-times", [other], NOW + HOUR, due_at=NOW) == []
    assert articles.resolve(store, other.url, "example-times") == article
