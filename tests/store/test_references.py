"""What a person types for ARTICLE leads to the article that is meant, or to a list to choose from."""

from __future__ import annotations

import pytest

from tests.store.world import NOW, says, told
from tracker.errors import Ambiguous, NotFound
from tracker.model import Found, Via
from tracker.store import Store
from tracker.store.history import articles
from tracker.store.questions import references


@pytest.fixture
def shelf(store: Store) -> Store:
    """1: harbour-pier-closes. 2: harbour-pier-opens/ by http and www. 3: an AMP address. 4: a number."""
    pier = "The pier of the harbour was the subject."
    told(store, [says(pier, headline="Pier closes after storm")], path="2026/11/harbour-pier-closes")
    for url, title in (
        ("http://www.times.example/2026/11/harbour-pier-opens/", "Pier opens again"),
        ("https://times.example/2026/11/council-budget/amp", "Budget"),
        ("https://times.example/read?id=12", "Ferry"),
    ):
        articles.found(store, "example-times", [Found(url, Via.FEED, title=title)], NOW, due_at=NOW)
    return store


@pytest.mark.parametrize(
    ("typed", "article"),
    [
        ("1", 1),
        ("https://times.example/2026/11/harbour-pier-closes", 1),
        ("https://times.example/2026/11/harbour-pier-closes/", 1),
        ("http://times.example/2026/11/harbour-pier-closes", 1),
        ("times.example/2026/11/harbour-pier-closes", 1),
        ("//www.times.example/2026/11/harbour-pier-closes", 1),
        ("www.TIMES.example/2026/11/harbour-pier-closes/?utm_source=x&fbclid=1#top", 1),
        ("https://amp.times.example/2026/11/harbour-pier-closes", 1),
        ("https://times.example/amp/2026/11/harbour-pier-closes?amp=1", 1),
        ("times.example/2026/11/harbour-pier-opens", 2),
        ("https://m.times.example/2026/11/harbour-pier-opens", 2),
        ("times.example/2026/11/council-budget", 3),
        ("http://www.times.example/read?id=12", 4),
        ("harbour-pier-closes", 1),
        ("/harbour-pier-opens/", 2),
        ("harbour-pier-op", 2),
        ("pier storm", 1),
        ("Storm", 1),
        ("clos", 1),
        ('"Pier closes, after storm!"', 1),
    ],
)
def test_an_article_is_found_by_what_a_person_types(shelf: Store, typed: str, article: int) -> None:
    assert references.resolve(shelf, typed) == article


@pytest.mark.parametrize(
    "typed",
    [
        *("99", "", "-", "%", "*", '"', "\ud800", "x" * 5000, "https://", "http://[", "a.b@c"),
        "https://times.example/read",  # the query is the article
        "https://times.example/read?id=1",
        "https://other.example/2026/11/harbour-pier-closes",
        "times.example/2026/11/harbour",
        "arbour-pier-closes",
        "pier ferry",
    ],
)
def test_what_is_no_article_is_not_found(shelf: Store, typed: str) -> None:
    with pytest.raises(NotFound):
        references.resolve(shelf, typed)


def test_several_articles_are_listed_to_choose_from(shelf: Store) -> None:
    with pytest.raises(Ambiguous) as error:
        references.resolve(shelf, "harbour-pier")
    lines = str(error.value).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["2", "1"]
    assert "Pier closes after storm" in lines[2]
    assert lines[2].endswith("https://times.example/2026/11/harbour-pier-closes")


def test_a_long_list_to_choose_from_ends_after_ten(store: Store) -> None:
    for number in range(12):
        told(store, [says("A text of some length.", headline="Weather tomorrow")], path=f"w{number}")
    with pytest.raises(Ambiguous) as error:
        references.resolve(store, "weather")
    assert len(str(error.value).splitlines()) == 12
    assert str(error.value).endswith("and more")


def test_the_whole_slug_goes_before_the_beginning_of_another(store: Store) -> None:
    for path in ("storm", "storm-two"):
        told(store, [says("A text of some length.", headline="Weather")], path=path)
    assert references.resolve(store, "storm") == 1


def test_the_same_path_at_another_scheme_is_listed_when_it_is_another_article(store: Store) -> None:
    for url in ("https://times.example/a", "http://www.times.example/a"):
        articles.found(store, "example-times", [Found(url, Via.FEED)], NOW, due_at=NOW)
    assert references.resolve(store, "http://www.times.example/a") == 2
    with pytest.raises(Ambiguous):
        references.resolve(store, "times.example/a")


def test_an_article_is_found_by_a_headline_that_it_had(store: Store) -> None:
    body = "The hull of the ferry was scraped, and nobody was hurt in the fog."
    told(store, [says(body, headline="Ferry rams lighthouse"), says(body, headline="Ferry touches rock")], path="a")
    told(
        store,
        [says(body, headline="Gulls"), says("The lighthouse was rammed by no ferry.", headline="Gulls")],
        path="b",
    )
    assert references.resolve(store, "ferry rams lighthouse") == 1
    assert references.resolve(store, "Ferry touches") == 1
    with pytest.raises(NotFound):
        references.resolve(store, "hull scraped")
