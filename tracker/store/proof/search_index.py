"""Whether search holds what the paragraphs say: no text missing from it, none altered in it, none too many.

FTS5 checks an index, in itself and against its content, but only where it may write. So the whole is checked in a copy
of the index among SQLite's temporary files, and the history is only read. Of one article, the index and a true one of
this article alone are asked the same: every hundred words that it says or ever said.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import zip_longest

from tracker.errors import StoreError
from tracker.store.connection import HistoryDatabase, open_reader, row, rows, run, stream
from tracker.store.proof.integrity import Finding
from tracker.store.schema.views import TOKENIZER, VIEWS
from tracker.store.search.documents import COLUMNS, INDEXES, UNSPACED, Document, document, put, spaced, spaced_document
from tracker.store.store import Store

_PIECE = 100
_PARTS = ("data", "idx", "docsize", "config")
_REMEDY = "make the search index again with: tracker rebuild --search"

# In our own words, since those in the file can be altered, too: a temporary view stands before one of the same name.
_TRUTH = VIEWS["article_doc"].replace("create view", "create temp view", 1)
_TRUTH_UNSPACED = (
    "create temp view article_doc_cjk as select id, source, spaced(headline) as headline, spaced(text) as text, "
    "spaced(removed) as removed from article_doc where unspaced(headline) or unspaced(text) or unspaced(removed)"
)


def verify_search(store: Store, article_id: int | None = None) -> Finding | None:
    """Hold search against the paragraphs, of one article or of all; None when they agree.

    Of one article everything that it ever said is looked for, by its words and their number. That nothing else is
    found either shows in the check of all, which sees one moment, and needs room for a copy of the index in SQLite's
    temporary files. Raises StoreError.
    """
    with _moment(store) as db:
        if article_id is not None:
            return _of_one(db, article_id)
        return _of_all(db, INDEXES[0], "article_doc") or _of_all(db, INDEXES[1], "article_doc_cjk")


@contextmanager
def _moment(store: Store) -> Iterator[HistoryDatabase]:
    """A reader that sees one moment, and in it as `article_doc` what the paragraphs say."""
    with closing(open_reader(store.path)) as db:
        run(db, "pragma temp_store = file")
        db.conn.create_function("spaced", 1, lambda text: spaced(text or ""), deterministic=True)
        db.conn.create_function("unspaced", 1, lambda text: bool(UNSPACED.search(text or "")), deterministic=True)
        run(db, _TRUTH)
        run(db, _TRUTH_UNSPACED)
        run(db, "begin")
        yield db


def _make(db: HistoryDatabase, name: str, content: str) -> None:
    columns = f"{', '.join(COLUMNS)}, {content}, tokenize = '{TOKENIZER}'"
    run(db, f"create virtual table temp.{name} using fts5 ({columns})")


def _of_all(db: HistoryDatabase, index: str, truth: str) -> Finding | None:
    copy, content = f"{index}_copy", f"content = '{truth}', content_rowid = 'id'"
    _make(db, copy, content)
    for part in _PARTS:
        run(db, f"delete from temp.{copy}_{part}")  # noqa: S608 - names are ours, here and below
        run(db, f"insert into temp.{copy}_{part} select * from main.{index}_{part}")  # noqa: S608
    if not _holds(db, copy, 0) or not _finds_its_words(db, copy):
        return Finding(index, "-", 0, f"is damaged; {_REMEDY}")
    return None if _holds(db, copy, 1) else _difference(db, index, copy, content)


def _holds(db: HistoryDatabase, copy: str, against_content: int) -> bool:
    try:
        run(db, f"insert into {copy} ({copy}, rank) values ('integrity-check', ?)", (against_content,))  # noqa: S608
    except StoreError as error:
        said = error.__cause__
        if not isinstance(said, sqlite3.DatabaseError) or said.sqlite_errorcode != sqlite3.SQLITE_CORRUPT_VTAB:
            raise
        return False
    return True


def _finds_its_words(db: HistoryDatabase, copy: str) -> bool:
    """Whether every word that stands in an index is found there, too, which FTS5's own check does not ask."""
    for kind in ("row", "instance"):
        run(db, f"create virtual table temp.{copy}_{kind} using fts5vocab (temp, {copy}, {kind})")
    lost = (
        f"select 1 from {copy}_row r where not exists (select 1 from {copy}_instance i where i.term = r.term) limit 1"  # noqa: S608
    )
    return row(db, lost) is None


def _difference(db: HistoryDatabase, index: str, copy: str, content: str) -> Finding:
    """The first word that an index lacks, or has too many, beside a true one made for that."""
    own = f"{index}_own"
    _make(db, own, content)
    run(db, f"insert into {own} ({own}) values ('rebuild')")  # noqa: S608
    run(db, f"create virtual table temp.{own}_instance using fts5vocab (temp, {own}, instance)")
    has, says = _places(db, copy), _places(db, own)
    for one, other in zip_longest(has, says):
        if one != other:
            lacks = one is None or (other is not None and other < one)
            term, article_id, column, _ = other if lacks else one
            what = "lacks" if lacks else "has, in another place than it says it or without its ever saying it,"
            return Finding(index, str(article_id), article_id, f"{what} {term!r} in its {COLUMNS[column]}; {_REMEDY}")
    return Finding(index, "-", 0, f"counts other words than the paragraphs have; {_REMEDY}")


def _places(db: HistoryDatabase, name: str) -> Iterator[tuple[str, int, int, int]]:
    """Every word of an index as (word, article, column, place), in that order."""
    for term, doc, column, offset in stream(db, f"select term, doc, col, offset from {name}_instance"):  # noqa: S608
        yield term, doc, COLUMNS.index(column), offset


def _of_one(db: HistoryDatabase, article_id: int) -> Finding | None:
    said = row(db, "select 1 from article_doc where id = ?", (article_id,)) is not None
    plain = document(db, article_id)
    for index, told in zip(INDEXES, (plain, spaced_document(plain)), strict=True):
        own = f"{index}_own"
        _make(db, own, "content = ''")
        if said and told is not None:
            put(db, own, article_id, told)
        for sql, values in _questions(told or ("", "", "", "")):
            one, other = (list(map(tuple, rows(db, sql.format(t), (*values, article_id)))) for t in (index, own))
            if one != other:
                return Finding(index, str(article_id), article_id, f"does not hold what it says; {_REMEDY}")
    return None


def _questions(told: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What to ask of an index, about an article, in SQL with the index's name left open: how many words, and each."""
    yield "select sz from {}_docsize where id = ?", ()
    for column, text in zip(COLUMNS, told, strict=True):
        words = text.replace('"', " ").split()
        for start in range(0, len(words), _PIECE):
            yield (
                "select 1 from {0} where {0} match ? and rowid = ?",
                (f'{column} : "{" ".join(words[start : start + _PIECE])}"',),
            )
