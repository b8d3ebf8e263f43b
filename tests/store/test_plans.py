"""No reading query scans a table that grows: SQLite's own plans are held to it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable

import pytest

from tests.store.world import HOUR, NOW, result, says, told
from tracker.model import ChangeClass, ChangeFilter, Event, EventKind, Outcome, State
from tracker.store import Store
from tracker.store.history import articles as stored_articles
from tracker.store.history import captures, changes, checks, record, sources, versions
from tracker.store.proof import evidence, integrity
from tracker.store.questions import blame, edit_spans, references, statistics
from tracker.store.questions.failures import failures
from tracker.store.questions.statistics import last_edit, most_edited
from tracker.store.queue import pauses, queue
from tracker.store.search import search

GROWING = {
    "articles",
    "article_urls",
    "article_state",
    "versions",
    "paragraphs",
    "changes",
    "change_tags",
    "check_runs",
    "source_hours",
    "source_edits",
    "events",
    "captures",
    "readings",
    "former_chains",
    "tombstones",
}

READ: dict[str, Callable[[Store], object]] = {
    "sources": lambda s: sources.sources(s),
    "a source": lambda s: sources.source(s, "example-times"),
    "health": lambda s: sources.health(s, "example-times"),
    "profile": lambda s: sources.profile(s, "example-times"),
    "signals": lambda s: sources.signals(s, "example-times"),
    "hosts": lambda s: sources.hosts(s),
    "a host": lambda s: sources.host(s, "times.example"),
    "counts": lambda s: sources.counts(s),
    "articles of a source": lambda s: stored_articles.articles(s, "example-times", limit=5),
    "articles of a source but those that moved": lambda s: stored_articles.articles(
        s, "example-times", limit=5, moved=False
    ),
    "not due yet": lambda s: pauses.later(s, NOW),
    "articles in a state": lambda s: stored_articles.articles(s, state=State.LIVE, limit=5),
    "articles of a source in a state": lambda s: stored_articles.articles(
        s, "example-times", State.LIVE, 5, before_id=9
    ),
    "article": lambda s: stored_articles.article(s, 1),
    "resolve": lambda s: stored_articles.resolve(s, "https://times.example/harbour"),
    "resolve an address loosely typed": lambda s: references.resolve(s, "www.times.example/harbour/?utm_source=x"),
    "resolve a slug": lambda s: references.resolve(s, "harbo"),
    "addresses": lambda s: stored_articles.addresses(s, 1),
    "state": lambda s: queue.state(s, 1),
    "apparently gone": lambda s: queue.apparently_gone(s, [1, 2]),
    "due": lambda s: queue.due(s, NOW + 99 * HOUR, 10),
    "next due": lambda s: queue.next_due_at(s),
    "current": lambda s: versions.current(s, 1),
    "version": lambda s: versions.version(s, 1, 1),
    "versions": lambda s: versions.versions(s, 1),
    "log of a source": lambda s: list(changes.changes(s, ChangeFilter(sources=("example-times",)), 9)),
    "log of an article": lambda s: list(changes.changes(s, ChangeFilter(article_id=1, noise=True))),
    "log of a time": lambda s: list(changes.changes(s, ChangeFilter(since=NOW, until=NOW + 99 * HOUR))),
    "log of a tag": lambda s: list(changes.changes(s, ChangeFilter(tags=("number",), sources=("example-times",)), 9)),
    "change": lambda s: changes.change(s, 1),
    "change of a version": lambda s: changes.change_of(s, 1, 2),
    "events": lambda s: checks.events(s, 1),
    "event": lambda s: checks.event(s, 1),
    "recent events": lambda s: checks.recent_events(s, 9, NOW),
    "check runs": lambda s: checks.check_runs(s, 1),
    "search": lambda s: search.search(s, "pier source:example-times", limit=9),
    "hits": lambda s: search.hits(s, "pier", limit=9),
    "blame": lambda s: blame.blame(s, 1),
    "statistics": lambda s: statistics.statistics(s, "example-times", NOW - HOUR, NOW + 99 * HOUR),
    "evidence": lambda s: evidence.evidence(s, 1),
    "captures": lambda s: captures.captures_of(s, 1),
    "capture": lambda s: captures.capture(s, versions.version(s, 1, 1).capture_sha256),
    "verify one": lambda s: integrity.verify(s, 1),
}

# Their order is an index; they read as many rows as are wanted.
ORDERED: dict[str, Callable[[Store], object]] = {
    "articles": lambda s: stored_articles.articles(s, limit=5),
    "articles but those that moved": lambda s: stored_articles.articles(s, limit=5, moved=False),
    "lives": lambda s: edit_spans.edit_spans(s, 5),
    "log": lambda s: list(changes.changes(s, ChangeFilter(), 9)),
    "log of a class": lambda s: list(changes.changes(s, ChangeFilter(class_=ChangeClass.WORDING, min_score=2), 9)),
}


def plans(store: Store, question: Callable[[Store], object]) -> list[tuple[str, str]]:
    """(statement, plan line) of everything that asking makes SQLite do."""
    asked: list[str] = []
    with store.reader() as reader:
        reader.need_captures()
        reader.db.conn.set_trace_callback(asked.append)
        question(reader)
        reader.db.conn.set_trace_callback(None)
        statements = [sql for sql in dict.fromkeys(asked) if re.match(r"\s*select", sql, re.IGNORECASE)]
        assert statements
        return [(sql, r[3]) for sql in statements for r in reader.db.conn.execute("explain query plan " + sql)]


@pytest.fixture
def shelf(store: Store) -> Store:
    article = told(store, [says(), says(headline="Pier stays open"), says("99 boats.")])
    gone = Event(article, NOW + 5 * HOUR, EventKind.GONE)
    record.record(store, result(store, article, NOW + 5 * HOUR, Outcome.GONE, events=(gone,)))
    return store


def scans(sql: str, plan: Iterable[str]) -> list[str]:
    """The lines of a statement's plan that go through a growing table from end to end."""
    found = []
    for line in plan:
        scanned = re.match(r"SCAN (\w+)", line)
        if scanned and "VIRTUAL TABLE" not in line:
            table = scanned[1]
            alias = re.search(rf"(\w+)(?: as)? {table}\b", sql)
            if {table, alias[1] if alias else table} & GROWING:
                found.append(line)
    return found


@pytest.mark.parametrize("name", READ)
def test_no_growing_table_is_scanned_or_sorted(shelf: Store, name: str) -> None:
    assert [(sql, line) for sql, line in plans(shelf, READ[name]) if scans(sql, [line])] == []


# These read the whole on purpose: to prove it.
WHOLE = {"write_checkpoint", "check_checkpoint", "forgotten_since"}

# These are asked while a check is recorded or an answer put together, and held to their plans below or with that.
PARTS = {
    *("add_aliases", "take_in", "find", "forgotten", "same_story", "prior_state", "of_article", "version_by_id"),
    *("body_of", "cited", "last_edit", "most_edited"),
}

ASKED = (
    sources,
    stored_articles,
    queue,
    versions,
    changes,
    checks,
    captures,
    search,
    blame,
    edit_spans,
    statistics,
    evidence,
)


def is_a_question(function: object) -> bool:
    """Whether it reads the store, and nothing but reads, for a room above."""
    if not inspect.isfunction(function) or next(iter(inspect.signature(function).parameters), "") != "store":
        return False
    return not re.search(r"writing\(|\b(run|run_many|insert)\(|caller's transaction", inspect.getsource(function))


def test_every_question_that_can_be_asked_is_held_to_its_plan() -> None:
    asked = {name for question in (READ | ORDERED).values() for name in question.__code__.co_names}
    questions = {
        name
        for module in ASKED
        for name, function in vars(module).items()
        if not name.startswith("_") and is_a_question(function) and function.__module__ == module.__name__
    }
    assert len(questions) > 30
    assert sorted(questions - WHOLE - PARTS - asked) == []


@pytest.mark.parametrize("name", ORDERED)
def test_the_newest_are_read_by_an_index_that_has_them_in_order(shelf: Store, name: str) -> None:
    lines = [line for _, line in plans(shelf, ORDERED[name])]
    assert not any("TEMP B-TREE" in line for line in lines), lines
    assert all("USING" in line or line in ("SCAN articles", "SCAN a") for line in lines if line.startswith("SCAN")), (
        lines
    )


@pytest.mark.parametrize("name", ["log of a source", "log of a tag", "log of an article", "due", "next due"])
def test_a_page_needs_no_sorting(shelf: Store, name: str) -> None:
    assert not any("TEMP B-TREE" in line for _, line in plans(shelf, READ[name]))


def test_a_source_is_counted_without_reading_a_row(shelf: Store) -> None:
    since, until = NOW - HOUR, NOW + 99 * HOUR
    asked = [
        *plans(shelf, READ["statistics"]),
        *plans(shelf, lambda s: most_edited(s, "example-times", since, until, 9)),
    ]
    asked += plans(shelf, lambda s: last_edit(s, "example-times"))
    articles = [line for _, line in asked if re.search(r"articles_source_(?:seen|edited)\b", line)]
    assert len(articles) == 4
    assert all("COVERING INDEX" in line for line in articles), articles
    assert not [line for sql, line in asked if "group by" in sql and "changes" in line]


def test_what_failed_is_found_without_reading_everything(shelf: Store) -> None:
    asked = plans(shelf, lambda s: failures(s, "example-times", NOW - HOUR, 9))
    assert [line for sql, line in asked if scans(sql, [line])] == []


@pytest.mark.parametrize(
    ("view", "where"),
    [
        ("latest_changes", "order by seen_before desc limit 9"),
        ("article_history", "where article_id = 1"),
        ("version_text", "where version_id = 1"),
        ("headline_history", "where article_id = 1"),
        ("article_doc", "where id = 1"),
    ],
)
def test_the_views_are_answered_by_indexes(shelf: Store, view: str, where: str) -> None:
    plan = [r[3] for r in shelf.db.execute(f"explain query plan select * from {view} {where}").fetchall()]
    growing = [line for line in plan if re.match(r"SCAN (c|a|n|o|v|t|changes|articles|versions|paragraphs)\b", line)]
    assert [line for line in growing if "USING INDEX" not in line] == []
    assert shelf.db.execute(f"select count(*) from (select * from {view} {where})").fetchone()[0] > 0


def test_a_foreign_key_always_has_an_index_to_delete_by(shelf: Store) -> None:
    missing = []
    for (table,) in shelf.db.execute("select name from sqlite_master where type = 'table'").fetchall():
        indexes = [
            [c[2] for c in shelf.db.execute(f"pragma index_info({i[1]})").fetchall()]
            for i in shelf.db.execute(f"pragma index_list({table})").fetchall()
        ]
        columns = shelf.db.execute(f"pragma table_info({table})").fetchall()
        indexes.append([c[1] for c in columns if c[5]])
        for key in shelf.db.execute(f"pragma foreign_key_list({table})").fetchall():
            if key[2] != "sources" and not any(i and i[0] == key[3] for i in indexes):
                missing.append((table, key[3]))
    assert [m for m in missing if m[1] != "rebuild_id"] == []
