"""The history as tables that leave it: which columns each has, and its rows one by one, for one and the same moment.

A row is a tuple of plain values as they are stored: moments and lists are text (ISO 8601, JSON), truths are 0 and 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.model import ChangeFilter
from tracker.store.connection import Value, row, rows, run, stamp, stream
from tracker.store.history.change_query import Condition, query_of, where
from tracker.store.store import Store


class Holds(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    TRUTH = "truth"
    MOMENT = "moment"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: its name, what it holds, what it means, and whether it is a publisher's running text.

    `optional` is whether a number may be missing.
    """

    name: str
    holds: Holds
    meaning: str
    sql: str = ""
    text: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that leaves the history."""

    name: str
    meaning: str
    columns: tuple[TableColumn, ...]

    def without_text(self) -> Table:
        """The table without publishers' running text."""
        return replace(self, columns=tuple(c for c in self.columns if not c.text))


def _column(
    name: str, holds: Holds, meaning: str, sql: str, *, text: bool = False, optional: bool = False
) -> TableColumn:
    return TableColumn(name, holds, meaning, sql, text, optional)


_T, _I, _R, _B, _M, _L = Holds.TEXT, Holds.INTEGER, Holds.REAL, Holds.TRUTH, Holds.MOMENT, Holds.LIST

CHANGES = Table(
    "changes",
    "one row a change: what happened between two versions of an article",
    (
        _column("change", _I, "its number", "c.id"),
        _column("article", _I, "the article's number", "c.article_id"),
        _column("source", _T, "the source's id", "c.source_id"),
        _column("url", _T, "the article's address", "a.url"),
        _column("headline", _T, "the new version's headline", "n.headline"),
        _column("old_version", _I, "number of the version before, from 1", "o.number"),
        _column("new_version", _I, "number of the version it brought", "n.number"),
        _column("after", _M, "the last moment at which the version before was seen", "c.seen_after"),
        _column("before", _M, "the first moment at which the new version was seen", "c.seen_before"),
        _column("class", _T, "minor, wording or substantive", "c.class"),
        _column("score", _I, "0 to 100", "c.score"),
        _column("tags", _L, "what it touches", "c.tags"),
        _column("notice", _T, "the kind of notice that came with it", "c.notice"),
        _column("acknowledged", _B, "whether the reader was told with it", "c.acknowledged"),
        _column("noise_rule", _T, "the rule that takes it for noise", "c.noise_rule"),
        _column("later_change", _I, "the change that brought a later notice", "c.acknowledged_by", optional=True),
        _column("later_notice", _T, "the kind of that notice", "c.later_notice"),
        _column("hours_least", _R, "hours until that notice, at least", "c.lag_hours_least"),
        _column("hours_most", _R, "hours until that notice, at most", "c.lag_hours_most"),
        _column("headline_changed", _B, "whether the headline changed", "c.headline_changed"),
        _column("words_added", _I, "words that came", "c.words_added"),
        _column("words_removed", _I, "words that went", "c.words_removed"),
        _column("sentences_added", _I, "sentences that came", "c.sentences_added"),
        _column("sentences_deleted", _I, "sentences that went", "c.sentences_deleted"),
        _column("sentences_edited", _I, "sentences that were edited", "c.sentences_edited"),
        _column("sentences_moved", _I, "sentences that moved", "c.sentences_moved"),
        _column("summary", _T, "one line about it", "c.summary"),
        _column("old_observer", _T, "who saw the version before first; empty: we did", "o.observer"),
        _column("new_observer", _T, "who saw the new version first; empty: we did", "n.observer"),
        _column("differ", _T, "the program that judged it", "c.differ"),
        _column("seal_sha256", _T, "over all of it", "c.seal_sha256"),
        _column("excerpt_old", _T, "what stood there", "c.excerpt_old", text=True),
        _column("excerpt_new", _T, "what stands there", "c.excerpt_new", text=True),
    ),
)

_PARAGRAPHS = (
    "(select group_concat(x.text, char(10)) from (select p.text from json_each(v.paragraph_ids) j "
    "cross join paragraphs p on p.id = j.value order by j.key) x)"
)

VERSIONS = Table(
    "versions",
    "one row a version: a text that differs from the one before it",
    (
        _column("version_id", _I, "its id", "v.id"),
        _column("article", _I, "the article's number", "v.article_id"),
        _column("source", _T, "the source's id", "a.source_id"),
        _column("url", _T, "the article's address", "a.url"),
        _column("version", _I, "its number, from 1", "v.number"),
        _column("after", _M, "the last moment at which the version before was seen", "v.previous_seen_at"),
        _column("before", _M, "the first moment at which it was seen", "v.first_seen_at"),
        _column("last_seen_at", _M, "the last moment at which it was seen, when it is over", "v.last_seen_at"),
        _column("headline", _T, "its headline", "v.headline"),
        _column("byline", _L, "who wrote it", "v.byline"),
        _column("section", _T, "its section", "v.section"),
        _column("language", _T, "its language", "v.language"),
        _column("published_at", _T, "when it says it was published, as it says it", "v.published_at"),
        _column("modified_at", _T, "when it says it was modified, as it says it", "v.modified_at"),
        _column("words", _I, "words of its text", "v.words"),
        _column("same_as", _I, "number of the earliest version that said the same", "v.same_as", optional=True),
        _column("observer", _T, "who saw it first; empty: we did", "v.observer"),
        _column("extractor", _T, "the program that read it", "v.extractor"),
        _column("confidence", _R, "how sure it was, 0 to 1", "v.confidence"),
        _column("content_sha256", _T, "of its text", "v.content_sha256"),
        _column("capture_sha256", _T, "of the page it was read from", "v.capture_sha256"),
        _column("chain_sha256", _T, "its link in the article's chain", "v.chain_sha256"),
        _column("standfirst", _T, "its standfirst", "v.standfirst", text=True),
        _column("text", _T, "its paragraphs, one a line, captions and notices last", _PARAGRAPHS, text=True),
    ),
)

ARTICLES = Table(
    "articles",
    "one row an article",
    (
        _column("article", _I, "its number", "a.id"),
        _column("source", _T, "the source's id", "a.source_id"),
        _column("url", _T, "its address", "a.url"),
        _column("state", _T, "live, gone, moved, blocked, paywalled or retired", "a.state"),
        _column("headline", _T, "its headline now", "a.headline"),
        _column("language", _T, "its language", "a.language"),
        _column("published_at", _T, "when it says it was published", "a.published_at"),
        _column("first_seen_at", _M, "when it was found", "a.first_seen_at"),
        _column("last_changed_at", _M, "when its newest version was first seen", "a.last_changed_at"),
        _column("versions", _I, "how many versions it has", "a.version_count"),
        _column("via", _T, "where it was found", "a.discovered_via"),
    ),
)

TABLES = {table.name: table for table in (CHANGES, VERSIONS, ARTICLES)}


@contextmanager
def one_moment(store: Store) -> Iterator[None]:
    """Everything asked for meanwhile is of one and the same moment, whatever a daemon writes.

    It keeps SQLite's log from shrinking for as long as it lasts, and no writer from writing.
    """
    store.need_captures()  # a file cannot be attached inside a transaction
    run(store.db, "begin")
    try:
        yield
    finally:
        run(store.db, "rollback")


def count(store: Store, table: Table, wanted: ChangeFilter) -> int:
    """How many rows a table has."""
    question = _question(table, wanted, "count(*) as n", ordered=False)
    found = row(store.db, question.sql, question.values)
    return int(found["n"]) if found else 0


def rows_of(store: Store, table: Table, wanted: ChangeFilter) -> Iterator[tuple[Value, ...]]:
    """The rows of a table, one by one: changes newest first as in the log, the others by article and version."""
    columns = ", ".join(column.sql for column in table.columns)
    question = _question(table, wanted, columns)
    return map(tuple, stream(store.db, question.sql, question.values))


def _question(table: Table, wanted: ChangeFilter, columns: str, *, ordered: bool = True) -> Condition:
    if table.name == CHANGES.name:
        query = query_of(wanted)
        clause = where(*query.place, *query.rest)
        order = f" order by {query.at} desc, {query.id} desc" if ordered else ""
        return Condition(f"select {columns}{query.tables}{clause.sql}{order}", clause.values)
    versions = table.name == VERSIONS.name
    clause = where(*_bounds(wanted, versions))
    # Led by versions, whose index is in this order: led by articles, SQLite would sort a million rows in memory.
    tables = "from versions v cross join articles a on a.id = v.article_id" if versions else "from articles a"
    order = (" order by v.article_id, v.number" if versions else " order by a.id") if ordered else ""
    return Condition(f"select {columns} {tables}{clause.sql}{order}", clause.values)


def _bounds(wanted: ChangeFilter, versions: bool) -> Iterator[Condition]:
    """Which articles or versions a filter of changes means.

    Those of its sources, article and period; where it asks something of changes, those that such a change touches.
    """
    plain = replace(wanted, sources=(), article_id=None, since=None, until=None, noise=False)
    if plain != ChangeFilter():
        query = query_of(wanted)
        clause = where(*query.place, *query.rest)
        ids = ("n.id", "o.id") if versions else ("a.id",)
        asked = " union ".join(f"select {i}{query.tables}{clause.sql}" for i in ids)
        yield Condition(f"{'v' if versions else 'a'}.id in ({asked})", clause.values * len(ids))
        return
    if wanted.sources:
        yield Condition(f"a.source_id in ({', '.join('?' * len(wanted.sources))})", wanted.sources)
    if wanted.article_id is not None:
        yield Condition("v.article_id = ?" if versions else "a.id = ?", (wanted.article_id,))
    at = "v.first_seen_at" if versions else "a.first_seen_at"
    if wanted.since is not None:
        yield Condition(f"{at} >= ?", (stamp(wanted.since),))
    if wanted.until is not None:
        yield Condition(f"{at} < ?", (stamp(wanted.until),))


def article_ids(store: Store, wanted: ChangeFilter) -> Iterator[int]:
    """The articles that a filter means and that have something to show, by number."""
    conditions = [Condition("a.version_count > 0"), *_bounds(replace(wanted, since=None, until=None), versions=False)]
    clause = where(*conditions)
    sql = f"select a.id as id from articles a{clause.sql} order by a.id"  # noqa: S608 - parts are ours
    for r in stream(store.db, sql, clause.values):
        yield int(r["id"])


@dataclass(frozen=True, slots=True)
class Extent:
    """What a history was made by, and from when to when."""

    extractors: tuple[str, ...]
    differs: tuple[str, ...]
    observers: tuple[str, ...]
    first: str
    last: str


def extent(store: Store) -> Extent:
    """Programs, observers and period of everything that is recorded."""
    found = rows(store.db, "select min(seen_before) as first, max(seen_before) as last from changes")[0]
    return Extent(
        _distinct(store, "extractor", "versions"),
        _distinct(store, "differ", "changes"),
        tuple(name for name in _distinct(store, "observer", "versions") if name),
        found["first"] or "",
        found["last"] or "",
    )


def _distinct(store: Store, column: str, table: str) -> tuple[str, ...]:
    sql = f"select distinct {column} as name from {table} order by 1"  # noqa: S608 - names are ours
    return tuple(r["name"] for r in rows(store.db, sql))


def versions_in_time(store: Store, wanted: ChangeFilter) -> Iterator[tuple[int, int]]:
    """(article, number) of each version that a filter means, in the order in which they were first seen."""
    clause = where(*_bounds(wanted, versions=True))
    sql = (
        "select v.article_id as article, v.number as number from versions v "  # noqa: S608 - parts are ours
        f"cross join articles a on a.id = v.article_id{clause.sql} order by v.first_seen_at, v.id"
    )
    for r in stream(store.db, sql, clause.values):
        yield r["article"], r["number"]
