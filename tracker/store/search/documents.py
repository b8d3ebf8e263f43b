"""The search index: one document per article, kept in the same transaction as what it says."""

from __future__ import annotations

import re

from tracker.store.connection import HistoryDatabase, row, rows, run
from tracker.store.store import Store

Document = tuple[str, str, str, str]

COLUMNS = ("source", "headline", "text", "removed")

INDEXES = ("article_search", "article_search_cjk")
"""The index of all documents, and that of those in unspaced scripts."""

# Scripts that put no space between words: Han, kana, Thai, Lao, Khmer, Myanmar. (Unicode blocks.)
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

_DOC = f"select {', '.join(COLUMNS)} from article_doc where id = ?"  # noqa: S608 - names are ours


def document(db: HistoryDatabase, article_id: int) -> Document:
    """What the index holds of an article: source, headline, text, removed."""
    found = row(db, _DOC, (article_id,))
    if found is None:
        return ("", "", "", "")
    return (found["source"], found["headline"], found["text"] or "", found["removed"] or "")


def reindex(db: HistoryDatabase, article_id: int, before: Document | None, after: Document) -> None:
    """Replace an article's document. `before` must be exactly what was indexed, None when nothing was."""
    if before == after:
        return
    if before is not None:
        _write(db, article_id, before, delete=True)
    _write(db, article_id, after)


def remove(db: HistoryDatabase, article_id: int, before: Document) -> None:
    """Take an article's document out of the index."""
    _write(db, article_id, before, delete=True)


def _write(db: HistoryDatabase, article_id: int, document: Document, *, delete: bool = False) -> None:
    for index, text in zip(INDEXES, (document, spaced_document(document)), strict=True):
        if text is not None:
            put(db, index, article_id, text, delete=delete)


def put(db: HistoryDatabase, index: str, article_id: int, text: Document, *, delete: bool = False) -> None:
    """Write a document into one index, or take it out."""
    command = f"{index}, " if delete else ""
    value = "'delete', " if delete else ""
    columns = f"{command}rowid, {', '.join(COLUMNS)}"
    sql = f"insert into {index} ({columns}) values ({value}?, ?, ?, ?, ?)"  # noqa: S608 - names are ours
    run(db, sql, (article_id, *text))


def spaced_document(document: Document) -> Document | None:
    """The document for the index of unspaced scripts; None when it has none of them."""
    if not any(map(UNSPACED.search, document[1:])):
        return None
    source, headline, text, removed = document
    return (source, spaced(headline), spaced(text), spaced(removed))


def spaced(text: str) -> str:
    """The text with every character of an unspaced script standing alone, so that any run of them can be found."""
    return UNSPACED.sub(r" \g<0> ", text)


def rebuild(store: Store) -> int:
    """Make both indexes again from the articles; how many documents there are."""
    with store.writing():
        return _rebuild(store.db)


def _rebuild(db: HistoryDatabase) -> int:
    for index in INDEXES:
        run(db, f"insert into {index} ({index}) values ('delete-all')")  # noqa: S608 - names are ours
    done = last = 0
    while page := rows(
        db, "select id from articles where id > ? and current_version_id is not null order by id limit 500", (last,)
    ):
        for r in page:
            reindex(db, r["id"], None, document(db, r["id"]))
        done, last = done + len(page), page[-1]["id"]
    return done
