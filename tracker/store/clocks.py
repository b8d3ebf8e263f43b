"""After the machine's clock ran ahead and was set back: finding what was planned by it, and planning that anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.store.connection import explained, row, rows, run_many, stamp, sure_moment, transaction
from tracker.store.library import Store

UNSURE = timedelta(hours=1)
"""Checks are counted by the hour, so less than this cannot be told from an hour that has just begun."""


def ran_ahead(store: Store, now: datetime) -> bool:
    """Whether checks are on record that were made after `now`."""
    with explained(store.path):
        for r in rows(store.db, "select id from sources"):
            newest = row(store.db, "select max(hour) as hour from source_hours where source_id = ?", (r["id"],))
            if newest and newest["hour"] and sure_moment(newest["hour"]) > now + UNSURE:
                return True
    return False


def bring_back(store: Store, now: datetime) -> int:
    """Let every article that was checked after `now` wait no longer than it would have then; how many were moved.

    Each keeps its own interval, counted from `now`, so that nothing becomes due in one heap. What was written down
    keeps its moment. Needs a writable store; may be called again.
    """
    with explained(store.path), transaction(store.db):
        found = rows(
            store.db,
            "select article_id, last_check_at, next_check_at from article_state "
            "where last_check_at > ? and next_check_at > last_check_at",
            (stamp(now),),
        )
        moved = []
        for r in found:
            last, following = sure_moment(r["last_check_at"]), sure_moment(r["next_check_at"])
            wanted = now + max(following - last, timedelta(0))
            if wanted < following:
                moved.append((stamp(wanted), r["article_id"]))
        run_many(store.db, "update article_state set next_check_at = ? where article_id = ?", moved)
    return len(moved)
