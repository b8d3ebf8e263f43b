"""Articles' lives as the revisit policy sees them: since when each was watched, and between which looks it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.store.connection import moment, rows, sure_moment
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class EditHistory:
    """One article: `watched_from` is its first version, `watched_to` the last look that saw it.

    Each change happened between two looks, noise included, since the policy sees it as well.
    """

    published_at: datetime | None
    first_seen_at: datetime
    watched_from: datetime
    watched_to: datetime
    changes: tuple[tuple[datetime, datetime], ...]


def edit_spans(store: Store, limit: int) -> list[EditHistory]:
    """The newest articles that were read at least twice, newest first."""
    found = rows(
        store.db,
        "select a.id, a.published_at, a.first_seen_at, v.first_seen_at as watched_from, s.last_seen_at "
        "from articles a cross join article_state s on s.article_id = a.id "
        "cross join versions v on v.article_id = a.id and v.number = 1 "
        "where s.last_seen_at > v.first_seen_at order by a.id desc limit ?",
        (limit,),
    )
    oldest = min((r["id"] for r in found), default=0)
    changed: dict[int, list[tuple[datetime, datetime]]] = {}
    for r in rows(store.db, "select article_id, seen_after, seen_before from changes where article_id >= ?", (oldest,)):
        span = sure_moment(r["seen_after"]), sure_moment(r["seen_before"])
        changed.setdefault(r["article_id"], []).append(span)
    return [
        EditHistory(
            moment(r["published_at"]),
            sure_moment(r["first_seen_at"]),
            sure_moment(r["watched_from"]),
            sure_moment(r["last_seen_at"]),
            tuple(sorted(changed.get(r["id"], ()))),
        )
        for r in found
    ]
