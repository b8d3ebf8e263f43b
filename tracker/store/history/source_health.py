"""What is wrong with a source's feeds, sitemaps and sections, and since when: kept so that it can be told in words.

A problem is named as discovery names it: `feed https://times.example/rss.xml: HTTP 404`. Up to the first ": " it says
where, and what is wrong there may change without its beginning anew. The articles of a source are parts of it, too:
most of them may fail, or no new one come. A source breaks when a part has been wrong for a while and heals when all are
well again; each is said once, as an event.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.errors import NotFound
from tracker.model import SourceEvent, SourceEventKind
from tracker.store.connection import row, rows, run, run_many, stamp, storable, sure_moment
from tracker.store.history import source_condition
from tracker.store.queue import outbox
from tracker.store.store import Store

_LENGTH = 300

CONFIRMED = timedelta(hours=1)
"""How long a part must stay unreadable before its source is called broken: every feed fails now and then."""


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """A part of a source that cannot be read now. `place` is `feed https://…`, `words` what it answers."""

    source_id: str
    place: str
    words: str
    since: datetime
    last_at: datetime

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


@dataclass(frozen=True, slots=True)
class HealthChange:
    """What one discovery changed: what fails now, what works again, and whether the source broke or healed by it."""

    broke: tuple[SourceProblem, ...] = ()
    healed: tuple[SourceProblem, ...] = ()
    event: SourceEvent | None = None


def record_problems(store: Store, source_id: str, unreadable: Sequence[str], now: datetime) -> HealthChange:
    """Record what one discovery could not read (nothing, when all is well), and return what that changed.

    How its articles do is looked up here, and the alerts of an event are queued with it. Runs inside the writer's
    transaction when there is one; needs a writable store.
    """
    said = [*unreadable, *source_condition.problems(source_condition.source(store, source_id, now), now)]
    told = {place: words for place, _, words in (problem.partition(": ") for problem in said)}
    before = {a.place: a for a in problems(store, source_id)}
    broke = tuple(
        SourceProblem(source_id, storable(place), storable(words)[:_LENGTH], now, now)
        for place, words in told.items()
        if place not in before
    )
    healed = tuple(a for place, a in before.items() if place not in told)
    if not told and not before:
        return HealthChange()
    with store.writing():
        run_many(
            store.db,
            "insert into source_problems (source_id, place, words, since, last_at) values (?, ?, ?, ?, ?) "
            "on conflict (source_id, place) do update set words = excluded.words, last_at = excluded.last_at",
            [(source_id, place, words[:_LENGTH], stamp(now), stamp(now)) for place, words in told.items()],
        )
        for one in healed:
            run(store.db, "delete from source_problems where source_id = ? and place = ?", (source_id, one.place))
        lasting = [replace(a, words=storable(told[place])[:_LENGTH]) for place, a in before.items() if place in told]
        event = _told(store, source_id, lasting, now, well=not told)
    return HealthChange(broke, healed, event)


def _told(
    store: Store, source_id: str, lasting: Sequence[SourceProblem], now: datetime, *, well: bool
) -> SourceEvent | None:
    """The event that is due when these problems last, or all is well: written down; None when nothing is to be said."""
    known = row(
        store.db,
        "select kind, since, words from source_events where source_id = ? order by id desc limit 1",
        (source_id,),
    )
    was_broken = known is not None and known["kind"] == SourceEventKind.BROKEN
    confirmed = [a for a in lasting if now - a.since >= CONFIRMED]
    if confirmed and not was_broken:
        event = SourceEvent(source_id, now, SourceEventKind.BROKEN, confirmed[0].since, str(confirmed[0]))
    elif was_broken and known is not None and well:
        event = SourceEvent(source_id, now, SourceEventKind.HEALED, sure_moment(known["since"]), known["words"])
    else:
        return None
    number = run(
        store.db,
        "insert into source_events (source_id, at, kind, since, words) values (?, ?, ?, ?, ?)",
        (event.source_id, stamp(event.at), event.kind.value, stamp(event.since), event.words),
    ).lastrowid
    event = replace(event, id=number or 0)
    if store.announcer is not None:
        outbox.post_source_event(store, event, store.announcer.of_source(event))
    return event


def source_events(store: Store, source_id: str) -> list[SourceEvent]:
    """How often a source broke and healed, oldest first."""
    found = rows(store.db, "select * from source_events where source_id = ? order by id", (source_id,))
    return [_event_of(r) for r in found]


def source_event(store: Store, number: int) -> SourceEvent:
    """One of them. Raises NotFound."""
    found = row(store.db, "select * from source_events where id = ?", (number,))
    if found is None:
        raise NotFound(f"no event {number} of a source")
    return _event_of(found)


def _event_of(r: sqlite3.Row) -> SourceEvent:
    kind, at, since = SourceEventKind(r["kind"]), sure_moment(r["at"]), sure_moment(r["since"])
    return SourceEvent(r["source_id"], at, kind, since, r["words"], r["id"])


def problems(store: Store, source_id: str) -> list[SourceProblem]:
    """What is wrong with a source's parts now, the longest first."""
    found = rows(store.db, "select * from source_problems where source_id = ? order by since, place", (source_id,))
    return [
        SourceProblem(r["source_id"], r["place"], r["words"], sure_moment(r["since"]), sure_moment(r["last_at"]))
        for r in found
    ]
