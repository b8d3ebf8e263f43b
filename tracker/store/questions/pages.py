"""What the pages ask of the history, a bounded piece at a time: no question here reads a table that grows to its end.

The log is read by its time index. A filter that no index serves looks through at most `WINDOW` changes and says where
it stopped, so that a rare word costs a bounded time and the reader can go on from there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.model import Article, ChangeClass, ChangeFilter, LaterNotice, Notice, RecordedChange
from tracker.store.article_row import article_of
from tracker.store.connection import moment, row, rows, stamp, sure_moment
from tracker.store.history.change_query import TABLES, ChangeQuery, Condition, Cursor, query_of, where
from tracker.store.history.changes import Review, later_of, recorded, review_of
from tracker.store.search import search
from tracker.store.search.search import Hit
from tracker.store.store import Store

WINDOW = 10_000
"""Changes that one page looks through at most."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A change as the log shows it, with the headline before it, the language, and a person's review, if any."""

    record: RecordedChange
    old_headline: str
    language: str
    same_as: int | None = None
    reviewed: Review | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log. `noise` counts what was folded away among `looked_at`; `after` begins the next page."""

    changes: tuple[Logged, ...]
    noise: int
    after: Cursor | None
    ended_early: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A version in an article's life, with the change that brought it (None for the first). No text is read."""

    number: int
    first_seen_at: datetime
    previous_seen_at: datetime | None
    last_seen_at: datetime | None
    headline: str
    standfirst: str
    byline: tuple[str, ...]
    words: int
    same_as: int | None
    change_id: int | None
    class_: ChangeClass | None
    score: int
    summary: str
    notice: Notice | None
    acknowledged: bool
    later: LaterNotice | None
    noise_rule: str | None
    words_added: int
    words_removed: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What is due now (counted up to `counted_to`), and the checks due in each of the coming hours."""

    due: int
    hours: tuple[tuple[str, int], ...]
    next_at: datetime | None
    counted_to: int


_SELECT = (
    "select c.*, a.url, n.headline, n.number as new_number, o.number as old_number, o.headline as old_headline, "
    "n.language as text_language, n.same_as"
)


def log(
    store: Store, wanted: ChangeFilter, *, after: Cursor | None = None, size: int = 30, window: int = WINDOW
) -> LogPage:
    """One page of the log, newest first; it looks through `window` changes at most."""
    query = query_of(wanted, after)
    floor = _floor(store, query, window)
    bounded = (Condition(f"({query.at}, {query.id}) >= (?, ?)", floor),) if floor is not None else ()
    clause = where(*query.place, *query.rest, *bounded)
    order = f"order by {query.at} desc, {query.id} desc limit ?"
    found = rows(store.db, f"{_SELECT}{query.tables}{clause.sql} {order}", [*clause.values, size + 1])
    shown = tuple(_logged(r) for r in found[:size])
    last: Cursor | None = None
    if len(found) > size:
        last = (found[size - 1]["seen_before"], found[size - 1]["id"])
    end = last or floor
    noise = 0 if wanted.noise or wanted.tags else _noise(store, query, end, window)
    return LogPage(shown, noise, end, ended_early=last is None and floor is not None)


def standing_out(store: Store, since: datetime, limit: int) -> list[Logged]:
    """The substantive changes since a moment that matter most, one of an article, noise left out.

    Silence raises a change, a notice does not: first headlines that changed without a word, then the rest of what was
    not told, then deletions that were, then what was told; in each the highest scores, and of equal ones the latest.
    Counted in the index of the sources' logs alone, so a busy day costs milliseconds.
    """
    found = rows(
        store.db,
        "select id, max(printf('%d %08d %s %015d', case when acknowledged = 0 and acknowledged_by is null "
        "then 2 + headline_changed else sentences_deleted > 0 end, score, seen_before, id)) as place from changes "
        "where source_id in (select id from sources) and seen_before >= ? "
        "and noise_rule is null and class = 'substantive' group by article_id order by place desc limit ?",
        (stamp(since), limit),
    )
    return [change for change in (logged(store, r["id"]) for r in found) if change is not None]


def logged(store: Store, change_id: int) -> Logged | None:
    """One change as the log shows it; None when there is none."""
    found = row(store.db, f"{_SELECT}{TABLES} where c.id = ?", (change_id,))
    return _logged(found) if found else None


def neighbours(store: Store, record: RecordedChange) -> tuple[int | None, int | None]:
    """The article's change before this one, and the one after it, by their ids."""
    place = (record.article_id, stamp(record.before), record.id)
    before = row(
        store.db,
        "select id from changes where article_id = ? and (seen_before, id) < (?, ?) "
        "order by seen_before desc, id desc limit 1",
        place,
    )
    later = row(
        store.db,
        "select id from changes where article_id = ? and (seen_before, id) > (?, ?) order by seen_before, id limit 1",
        place,
    )
    return (before["id"] if before else None, later["id"] if later else None)


def steps(store: Store, article_id: int, limit: int) -> list[Step]:
    """The newest versions of an article, oldest first, without their text."""
    found = rows(
        store.db,
        "select v.number, v.first_seen_at, v.previous_seen_at, v.last_seen_at, v.headline, v.standfirst, v.byline, "
        "v.words, v.same_as, c.id as change_id, c.class, c.score, c.summary, c.notice, c.acknowledged, c.noise_rule, "
        "c.words_added, c.words_removed, c.acknowledged_by, c.later_notice, c.lag_hours_least, c.lag_hours_most "
        "from versions v left join changes c on c.new_version_id = v.id "
        "where v.article_id = ? order by v.number desc limit ?",
        (article_id, limit),
    )
    return [
        Step(
            number=r["number"],
            first_seen_at=sure_moment(r["first_seen_at"]),
            previous_seen_at=moment(r["previous_seen_at"]),
            last_seen_at=moment(r["last_seen_at"]),
            headline=r["headline"],
            standfirst=r["standfirst"],
            byline=tuple(json.loads(r["byline"])),
            words=r["words"],
            same_as=r["same_as"],
            change_id=r["change_id"],
            class_=ChangeClass(r["class"]) if r["class"] else None,
            score=r["score"] or 0,
            summary=r["summary"] or "",
            notice=Notice(r["notice"]) if r["notice"] else None,
            acknowledged=bool(r["acknowledged"]),
            later=later_of(r),
            noise_rule=r["noise_rule"],
            words_added=r["words_added"] or 0,
            words_removed=r["words_removed"] or 0,
        )
        for r in reversed(found)
    ]


def number_at(store: Store, article_id: int, at: datetime) -> int | None:
    """The version that was the newest seen at a moment; None before the first."""
    found = row(
        store.db,
        "select number from versions where article_id = ? and first_seen_at <= ? order by number desc limit 1",
        (article_id, stamp(at)),
    )
    return found["number"] if found else None


def queue(store: Store, now: datetime, until: datetime) -> Queue:
    """What is due now, and what comes until a moment; looks at no more than `WINDOW` articles for either.

    Of sources that are followed; those that are paused wait for somebody, not for a moment.
    """
    due = row(
        store.db,
        "select count(*) as due from (select 1 from article_state where next_check_at <= ? and rests = 0 limit ?)",
        (stamp(now), WINDOW),
    )
    coming = rows(
        store.db,
        "select substr(at, 1, 13) as hour, count(*) as checks from ("
        "select next_check_at as at from article_state where next_check_at > ? and next_check_at <= ? and rests = 0 "
        "order by next_check_at limit ?) group by hour order by hour",
        (stamp(now), stamp(until), WINDOW),
    )
    first = row(
        store.db,
        "select next_check_at as at from article_state where next_check_at is not null and rests = 0 "
        "order by next_check_at limit 1",
    )
    return Queue(
        due["due"] if due else 0,
        tuple((f"{r['hour']}:00:00Z", r["checks"]) for r in coming),
        moment(first["at"]) if first else None,
        WINDOW,
    )


def hits(store: Store, text: str, *, removed: bool = False, before_id: int | None = None, size: int = 20) -> list[Hit]:
    """A page of what `search.hits` finds, newest article first; `before_id` begins the next page."""
    query = search.parse(text)
    query = search.Query(query.terms, query.sources, query.removed or removed)
    terms = [t for t in query.terms if not t.negated]
    gone = query.removed or any(t.where == "removed" for t in terms)
    return [search._hit(store, article, terms, gone) for article in _found(store, query, before_id, size)]


def _found(store: Store, query: search.Query, before_id: int | None, size: int) -> list[Article]:
    asked = search.expression(query)
    if asked is None:
        return []
    index, match = asked
    conditions = [Condition(f"f.{index} match ?", (match,))]
    if query.sources:
        conditions.append(Condition(f"a.source_id in ({', '.join('?' * len(query.sources))})", tuple(query.sources)))
    if before_id is not None:
        conditions.append(Condition("f.rowid < ?", (before_id,)))
    clause = where(*conditions)
    sql = f"select a.* from {index} f cross join articles a on a.id = f.rowid{clause.sql} "  # noqa: S608
    return [article_of(r) for r in rows(store.db, sql + "order by f.rowid desc limit ?", [*clause.values, size])]


def _floor(store: Store, query: ChangeQuery, window: int) -> Cursor | None:
    """The last change a page may look at: `window` index entries on; None when the log ends before that."""
    place = where(*query.place)
    found = row(
        store.db,
        f"select {query.at} as at, {query.id} as id from {query.log}{place.sql} "  # noqa: S608 - parts are ours
        f"order by {query.at} desc, {query.id} desc limit 1 offset ?",
        [*place.values, window - 1],
    )
    return (found["at"], found["id"]) if found else None


def _noise(store: Store, query: ChangeQuery, end: Cursor | None, window: int) -> int:
    """How many changes of the page's stretch of the log look like noise, whatever else is asked for."""
    stretch = where(*query.place, *((Condition("(c.seen_before, c.id) >= (?, ?)", end),) if end is not None else ()))
    found = row(
        store.db,
        "select count(noise_rule) as noise from (select c.noise_rule from changes c"  # noqa: S608 - parts are ours
        f"{stretch.sql} order by c.seen_before desc, c.id desc limit ?)",
        [*stretch.values, window],
    )
    return found["noise"] if found else 0


def _logged(r: Any) -> Logged:
    return Logged(recorded(r), r["old_headline"], r["text_language"], r["same_as"], review_of(r))
