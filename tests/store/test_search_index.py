"""Whether search holds what the paragraphs say: what is missing or altered in it is found, named and can be mended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.world import HOUR, LONG, NOW, follow, history, publish, says, told
from tracker.errors import StoreError
from tracker.store import Store
from tracker.store.proof import integrity
from tracker.store.proof.search_index import verify_search
from tracker.store.search import documents, search
from tracker.store.search.documents import document, remove
from tracker.store.upkeep import forget

JAPANESE = says("東京都は新しい計画を発表した。", headline="東京の計画")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Store]:
    """1 changed, 2 is long, 3 is Japanese and changed, 4 was only found, 5 says nothing that has a word."""
    with history(tmp_path) as store:
        told(store, [says(), says(LONG[0], headline='A "pier" stays open')], "pier")
        told(store, [says(" ".join(f"word{n}" for n in range(950)), "Ｆｕｌｌ ΑΘΗΝΑ ﬁne — 🦊 𞤀𞤣𞤤𞤢𞤥")], "long")
        told(store, [JAPANESE, says("東京都は計画を撤回した。", headline="東京の計画")], "tokyo")
        follow(store, "found-only")
        told(store, [says("—", headline="…")], "wordless")
        yield store


def raw(store: Store, *statements: str) -> None:
    """What somebody does with the file and another program."""
    with closing(sqlite3.connect(store.path)) as db, db:
        for statement in statements:
            db.execute(statement)


def articles(store: Store) -> list[int]:
    return [r[0] for r in store.db.execute("select id from articles order by id")]


def test_search_holds_what_the_paragraphs_say_of_all_and_of_each(shelf: Store) -> None:
    assert verify_search(shelf) is None
    assert [verify_search(shelf, article) for article in articles(shelf)] == [None] * 5


def test_search_holds_after_much_writing_a_forgetting_and_a_rebuild(shelf: Store) -> None:
    for hour in range(2, 40):
        publish(shelf, 1, says(f"Hour {hour} of the pier.", headline=f"Pier {hour % 3}"), NOW + hour * HOUR)
    forget.forget(shelf, 2, "asked", NOW)
    assert verify_search(shelf) is None
    documents.rebuild(shelf)
    assert verify_search(shelf) is None


@pytest.mark.parametrize(
    ("case", "index", "article", "instead", "words", "alone"),
    [
        ("an article is missing", "article_search", 2, None, "lacks", True),
        ("a word is altered", "article_search", 1, lambda d: d.replace("traffic", "trucks"), "'traffic'", True),
        (
            "a removed word is altered",
            "article_search",
            1,
            lambda d: d.replace("1932", "1933"),
            "'1932' in its removed",
            True,
        ),
        ("a word is left out", "article_search", 2, lambda d: d.replace(" word949", ""), "lacks 'word949'", True),
        ("two words are exchanged", "article_search", 1, lambda d: d.replace("old pier", "pier old"), "'old'", True),
        ("Japanese is missing", "article_search_cjk", 3, None, "lacks", True),
        ("a sign is altered", "article_search_cjk", 3, lambda d: d.replace("撤", "徹"), "has", True),
        ("an article that said nothing", "article_search", 4, lambda _: "libel", "has", True),
        ("an article there is none of", "article_search", 77, lambda _: "libel", "has", False),
    ],
)
def test_what_search_lacks_or_has_instead_is_found_named_and_mended(
    shelf: Store, case: str, index: str, article: int, instead, words: str, alone: bool
) -> None:
    from tracker.store.search.documents import put, spaced_document

    def of(plain):  # type: ignore[no-untyped-def]
        return spaced_document(plain) if index.endswith("cjk") else plain

    was = document(shelf.db, article)
    if article < 4:
        put(shelf.db, index, article, of(was), delete=True)
    if instead is not None:
        forged = tuple(map(instead, was[1:]))
        put(shelf.db, index, article, of((was[0], *forged)) or ("", "", "", ""))
    finding = verify_search(shelf)
    assert finding is not None, case
    assert (finding.table, finding.article_id) == (index, article), case
    assert words in finding.problem, case
    assert "tracker rebuild --search" in str(finding)
    assert integrity.verify(shelf).finding is None, "the texts themselves hold"
    if alone:
        assert verify_search(shelf, article) is not None, case
    assert all(verify_search(shelf, other) is None for other in articles(shelf) if other != article), case
    documents.rebuild(shelf)
    assert verify_search(shelf) is None


def test_a_word_that_was_never_said_is_found_where_the_counts_were_made_to_fit(shelf: Store) -> None:
    counts = shelf.db.execute("select sz from article_search_docsize where id = 1").fetchone()[0]
    shelf.db.execute("insert into article_search (rowid, headline) values (1, 'fraudster')")
    shelf.db.execute("update article_search_docsize set sz = ? where id = 1", (counts,))
    finding = verify_search(shelf)
    assert finding is not None
    assert finding.article_id == 1


@pytest.mark.parametrize(
    "damage",
    [
        "update article_search_data set block = zeroblob(length(block)) where id > 100",
        "delete from article_search_data where id > 100",
        "delete from article_search_idx where pgno > 3",
        "update article_search_docsize set sz = x'01010101'",
        "delete from article_search_docsize where id = 2",
        "delete from article_search_cjk_data where id > 100",
    ],
)
def test_a_damaged_index_is_found_and_mended(shelf: Store, damage: str) -> None:
    shelf.close()
    raw(shelf, damage)
    with Store.open(shelf.path, write=True) as again:
        finding = verify_search(again)
        assert finding is not None
        assert "tracker rebuild --search" in finding.problem
        documents.rebuild(again)
        assert verify_search(again) is None
        assert [a.id for a in search.search(again, "removed:1932")] == [1]


def test_the_truth_is_the_paragraphs_and_not_what_a_view_in_the_file_makes_of_them(shelf: Store) -> None:
    remove(shelf.db, 2, document(shelf.db, 2))
    shelf.close()
    raw(
        shelf,
        "drop view article_doc",
        "create view article_doc as select a.id, a.source_id as source, a.headline, '' as text, '' as removed "
        "from articles a where a.id <> 2 and a.current_version_id is not null",
    )
    with Store.open(shelf.path) as reader:
        assert verify_search(reader) is not None
        assert verify_search(reader, 2) is not None


def test_it_only_reads_and_sees_one_moment_beside_a_writer(shelf: Store) -> None:
    before = shelf.path.read_bytes()
    with shelf.reader() as reader:
        assert verify_search(reader) is None
        shelf.db.execute("begin immediate")
        shelf.db.execute("delete from paragraphs where article_id = 1")
        assert verify_search(reader) is None
        assert verify_search(reader, 1) is None
        shelf.db.execute("rollback")
    assert shelf.path.read_bytes() == before


def test_a_file_that_is_no_history_says_so(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        store.db.execute("drop table article_search")
        with pytest.raises(StoreError, match="not a database of tracker"):
            verify_search(store)
