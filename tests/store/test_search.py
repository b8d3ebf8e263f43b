"""Search: everything an article ever said can be found, and nothing a person types can break it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.world import LONG, follow, says, told
from tracker.store import Store
from tracker.store.search import documents, search
from tracker.store.search.search import MAX_TERMS, Query, Term, parse


@pytest.fixture
def shelf(store: Store) -> Store:
    """1: the minister resigned, then was sacked. 2: budget, of another source. 3: Japanese. 4: accents."""
    told(
        store,
        [
            says("The prime minister resigned on Monday.", "Budget talks go on.", headline="Minister resigns"),
            says("The prime minister was sacked on Monday.", "Budget talks go on.", headline="Minister sacked"),
        ],
        path="a",
    )
    told(store, [says("The budget passed. A minister of prime importance spoke.")], path="b", source="example-post")
    told(
        store,
        [
            says("東京都は新しい計画を発表した。", headline="東京の計画"),
            says("東京都は計画を撤回した。", headline="東京の計画"),
        ],
        path="c",
    )
    told(store, [says("Le Café Müller à Paris, ΑΘΗΝΑ.")], path="d", source="example-post")
    return store


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("minister", [2, 1]),
        ("MINISTER budget", [2, 1]),
        ('"prime minister"', [1]),
        ('"prime minister', [1]),
        ("minist*", [2, 1]),
        ('"prime minis"*', [1]),
        ("minis", []),
        ("resigned", [1]),
        ("resigns", [1]),
        ("budget -minister", []),
        ("budget -resigned", [2]),
        ("-budget", []),
        ("budget source:example-post", [2]),
        ('budget source:"example-times"', [1]),
        ("budget source:example", []),
        ("times", []),
        ("headline:sacked", [1]),
        ("headline:resigns", []),
        ("removed:resigned", [1]),
        ("removed:budget", []),
        ('removed:"minister resigned"', [1]),
        ("removed: resigned", [1]),
        ("removed: minister", []),
        ("東京", [3]),
        ("発表", [3]),
        ("新しい計画", [3]),
        ("京東", []),
        ("removed:発表", [3]),
        ("removed: 東京", []),
        ("cafe muller", [4]),
        ("αθηνα", [4]),
        ("", []),
        ("   ", []),
        ("-", []),
        ("***", []),
        ('""', []),
        ("source:example-post", []),
        ("removed:", []),
        ("U.S.", []),
        ("prime-minister", [1]),
        ("AND OR NOT NEAR(", []),
        ("minister AND budget", []),
        ("removed:removed:x", []),
        ('minister)" OR 1=1 --', []),
        ("a\x00b \ud800", []),
        ("text:minister", []),
    ],
)
def test_search_finds(shelf: Store, text: str, ids: list[int]) -> None:
    assert [a.id for a in search.search(shelf, text)] == ids


def test_the_removed_option_is_the_same_as_the_word(shelf: Store) -> None:
    assert [a.id for a in search.search(shelf, "resigned", removed=True)] == [1]
    assert search.search(shelf, "sacked", removed=True) == []


def test_newest_come_first_and_no_more_than_wanted(shelf: Store) -> None:
    assert [a.id for a in search.search(shelf, "budget", limit=1)] == [2]


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.characters(codec=None), max_size=40)
    | st.text(alphabet="\"*-:() ANDORNTEremovdsuc^{}+'", max_size=40)
)
def test_no_text_breaks_the_search(text: str, any_shelf: Store) -> None:
    assert isinstance(search.search(any_shelf, text), list)
    assert isinstance(search.hits(any_shelf, text, removed=True), list)


@pytest.fixture(scope="module")
def any_shelf(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    from tests.store.world import history

    with history(tmp_path_factory.mktemp("search")) as store:
        told(store, [says("AND OR NOT removed source", "東京"), says("x")])
        yield store


def test_very_many_words_are_still_a_query(shelf: Store) -> None:
    assert len(parse("word " * 5000).terms) == MAX_TERMS
    assert search.search(shelf, "minister " * 5000) != []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ('-"a b" car*', Query((Term("a b", negated=True), Term("car", prefix=True)))),
        ('ca* "to ca"*', Query((Term("ca"), Term("to ca")))),
        ("東*", Query((Term("東", prefix=True),))),
        (
            "one* two* three* four* five*",
            Query((*(Term(w, prefix=True) for w in ("one", "two", "three", "four")), Term("five"))),
        ),
        ('headline:"a b"', Query((Term("a b", where="headline"),))),
        ("REMOVED:x SOURCE:y", Query((Term("x", where="removed"),), ("y",))),
        ("removed:", Query(removed=True)),
        ('"a boat"*', Query((Term("a boat", prefix=True),))),
    ],
)
def test_what_is_typed_is_read_as(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "removed", "passage", "gone", "kind"),
    [
        ("resigned", False, "The prime minister resigned on Monday.", True, "text"),
        ("sacked Monday", False, "The prime minister was sacked on Monday.", False, "text"),
        ("removed:resigns", False, "Minister resigns", True, "headline"),
        ("monday", True, "", False, ""),
        ("発表", True, "東京都は新しい計画を発表した。", True, "text"),
    ],
)
def test_a_hit_shows_the_passage_that_was_asked_for(
    shelf: Store, text: str, removed: bool, passage: str, gone: bool, kind: str
) -> None:
    found = search.hits(shelf, text, removed=removed)
    if not passage:
        assert found == []
        return
    [hit] = found
    assert (hit.text, hit.removed, hit.kind) == (passage, gone, kind)
    assert (hit.first_version, hit.last_version) == ((1, 1) if gone else (2, None))


def test_the_index_agrees_with_the_articles_and_can_be_made_again(shelf: Store) -> None:
    from tests.store.world import NOW, publish

    publish(shelf, 2, says(*LONG), NOW)
    before = [[a.id for a in search.search(shelf, t)] for t in ("minister", "東京", "removed: budget")]
    shelf.db.execute("insert into article_search (article_search, rank) values ('integrity-check', 1)")
    assert documents.rebuild(shelf) == 4
    shelf.db.execute("insert into article_search (article_search, rank) values ('integrity-check', 1)")
    assert [[a.id for a in search.search(shelf, t)] for t in ("minister", "東京", "removed: budget")] == before
    assert before[2] == [2]


def test_the_index_is_that_of_its_view_with_articles_that_have_said_nothing_yet(store: Store) -> None:
    follow(store, "found-only")
    told(store, [says(), says(headline="Pier stays open")])
    documents.rebuild(store)
    store.db.execute("insert into article_search (article_search, rank) values ('integrity-check', 1)")
    assert store.db.execute("select id from article_doc").fetchall() == [(2,)]
