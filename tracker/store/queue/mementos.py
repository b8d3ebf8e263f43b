"""What web archives are asked to capture: written with a version, asked for and answered on its own time.

A request is of a version, which it knows by its capture and moment: that stays when a history is read again. It ends
with a memento, or with the reason why there is none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tracker.model import iso
from tracker.store.connection import moment, rows, run, run_many, stamp, storable, sure_moment
from tracker.store.store import Store

SUPERSEDED = "a newer version came before the archive could be asked"

_LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class MementoRequest:
    """A capture that an archive is to make of the page of a version first seen at `first_seen_at`.

    `job` is what the archive calls it once it was asked; `attempts` how often that failed.
    """

    id: int
    article_id: int
    url: str
    first_seen_at: datetime
    job: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Memento:
    """The capture of another archive beside a version of ours: its address there and its own moment."""

    archive: str
    url: str
    at: datetime


def request(
    store: Store, article_id: int, url: str, capture_sha256: str, seen_at: datetime, archives: Iterable[str]
) -> None:
    """Queue a capture of a version's page in each archive, inside the caller's transaction.

    What older versions of the article still wait for ends here: the page is another one now.
    """
    at = stamp(seen_at)
    for archive in archives:
        run(
            store.db,
            "update mementos set ended_at = ?, error = ? where article_id = ? and archive = ? and ended_at is null "
            "and job = ''",
            (at, SUPERSEDED, article_id, archive),
        )
        run(
            store.db,
            "insert or ignore into mementos (article_id, capture_sha256, first_seen_at, archive, requested_url, "
            "next_try_at) values (?, ?, ?, ?, ?, ?)",
            (article_id, capture_sha256, at, archive, storable(url), at),
        )


def due(store: Store, archive: str, now: datetime, limit: int) -> list[MementoRequest]:
    """What an archive is to be asked for now, what waits longest first."""
    return _requests(store, archive, now, "job = ''", limit)


def under_way(store: Store, archive: str, now: datetime, limit: int) -> list[MementoRequest]:
    """What an archive was asked for and is to be asked about now."""
    return _requests(store, archive, now, "job <> ''", limit)


def _requests(store: Store, archive: str, now: datetime, which: str, limit: int) -> list[MementoRequest]:
    found = rows(
        store.db,
        "select id, article_id, requested_url, first_seen_at, job, attempts from mementos "  # noqa: S608 - ours
        f"where archive = ? and ended_at is null and next_try_at <= ? and {which} order by next_try_at, id limit ?",
        (archive, stamp(now), limit),
    )
    return [
        MementoRequest(
            r["id"], r["article_id"], r["requested_url"], sure_moment(r["first_seen_at"]), r["job"], r["attempts"]
        )
        for r in found
    ]


def busy_with(store: Store, archive: str) -> int:
    """How many captures an archive was asked for and has not answered yet."""
    sql = "select count(*) as n from mementos where archive = ? and ended_at is null and job <> ''"
    return int(rows(store.db, sql, (archive,))[0]["n"])


def begun(store: Store, one: MementoRequest, job: str, look: datetime) -> None:
    """Note what the archive calls a request, and when it is asked about it. Needs a writable store."""
    run(store.db, "update mementos set job = ?, next_try_at = ? where id = ?", (storable(job), stamp(look), one.id))


def look_again(store: Store, several: Iterable[MementoRequest], at: datetime) -> None:
    """Ask about these again later. Needs a writable store."""
    run_many(store.db, "update mementos set next_try_at = ? where id = ?", [(stamp(at), one.id) for one in several])


def made(store: Store, one: MementoRequest, memento: Memento, now: datetime) -> None:
    """Keep the memento that an archive made. Needs a writable store."""
    run(
        store.db,
        "update mementos set url = ?, at = ?, ended_at = ?, error = '' where id = ?",
        (storable(memento.url), stamp(memento.at), stamp(now), one.id),
    )


def failed(store: Store, one: MementoRequest, error: str, again: datetime | None, now: datetime) -> None:
    """Note why there is no memento, and when it is tried again; None for never. Needs a writable store."""
    run(
        store.db,
        "update mementos set attempts = attempts + 1, job = '', error = ?, next_try_at = coalesce(?, next_try_at), "
        "ended_at = ? where id = ?",
        (storable(error)[:_LONGEST_ERROR], iso(again), None if again else stamp(now), one.id),
    )


def of_article(store: Store, article_id: int) -> dict[tuple[str, datetime], Memento]:
    """The mementos of an article's versions, each by the version's capture and moment.

    One that was made after the next version was seen may show that one, and is left out.
    """
    found = rows(
        store.db,
        "select m.capture_sha256, m.first_seen_at, m.archive, m.url, m.at from mementos m where m.article_id = ? "
        "and m.url <> '' and not exists (select 1 from versions v where v.article_id = m.article_id "
        "and v.first_seen_at > m.first_seen_at and v.first_seen_at <= m.at) order by m.archive desc",
        (article_id,),
    )
    return {(r["capture_sha256"], sure_moment(r["first_seen_at"])): _memento(r) for r in found}


def _memento(r: sqlite3.Row) -> Memento:
    return Memento(r["archive"], r["url"], moment(r["at"]) or sure_moment(r["first_seen_at"]))
