"""After the machine's clock ran ahead and was set back: finding what was planned by it, and planning that anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from sqlite3 import Row

from tracker.store.connection import row, rows, run_many, stamp, sure_moment
from tracker.store.store import Store

UNSURE = timedelta(hours=1)
"""Checks are counted by the hour, so less than this cannot be told from an hour that has just begun."""


def ran_ahead(store: Store, now: datetime) -> bool:
    """Whether checks or discoveries are on record that were made after `now`."""
    for r in rows(store.db, "select id from sources"):
        for newest in (
            row(store.db, "select max(hour) as at from source_hours where source_id = ?", (r["id"],)),
            row(store.db, "select max(first_seen_at) as at from articles where source_id = ?", (r["id"],)),
        ):
            if newest and newest["at"] and sure_moment(newest["at"]) > now + UNSURE:
                return True
    return False


def bring_back(store: Store, now: datetime) -> int:
    """Let what was planned after `now` wait no longer than it would have then; how many articles were moved.

    Every article that was checked, or found and not yet checked, keeps its own interval, counted from `now`, so that
    nothing becomes due in one heap; so does every alert. What was written down keeps its moment. Needs a writable
    store; may be called again.
    """
    with store.writing():
        checks = rows(
            store.db,
            "select s.article_id as id, coalesce(s.last_check_at, a.first_seen_at) as noted_at, "
            "s.next_check_at as planned_for, s.next_check_at as at "
            "from article_state s join articles a on a.id = s.article_id "
            "where s.next_check_at > ? and noted_at > ? and s.next_check_at >= noted_at",
            (stamp(now), stamp(now)),
        )
        sooner = _sooner(now, checks)
        run_many(store.db, "update article_state set next_check_at = ? where article_id = ?", sooner)
        alerts = rows(
            store.db,
            "select o.id, coalesce(c.seen_before, e.at, s.at) as noted_at, "
            "o.due_at as planned_for, o.next_try_at as at from outbox o "
            "left join changes c on c.id = o.change_id left join events e on e.id = o.event_id "
            "left join source_events s on s.id = o.source_event_id "
            "where o.delivered_at is null and o.next_try_at > ?",
            (stamp(now),),
        )
        run_many(store.db, "update outbox set next_try_at = ? where id = ?", _sooner(now, alerts))
    return len(sooner)


def _sooner(now: datetime, waiting: Sequence[Row]) -> list[tuple[str, int]]:
    """When what was noted at one moment and planned for another comes, where the present is `now`; of what is put off
    further than that.
    """
    moved = []
    for r in waiting:
        noted, planned = sure_moment(r["noted_at"]), sure_moment(r["planned_for"])
        at = max(now, planned - max(noted - now, timedelta(0)))
        if at < sure_moment(r["at"]):
            moved.append((stamp(at), r["id"]))
    return moved
