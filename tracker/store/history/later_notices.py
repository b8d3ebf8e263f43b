"""Changes that a later notice covered: which notice, and how long the reader waited.

What a change was when it came is sealed and stays. That a notice followed is kept beside it, in columns of their own,
and can be computed again from the sealed ones, which is how `verify` holds it to the truth.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.model import LaterNotice, Notice, RecordedChange
from tracker.store.connection import rows, run_many
from tracker.store.history import changes
from tracker.store.store import Store

COLUMNS = ("acknowledged_by", "later_notice", "lag_hours_least", "lag_hours_most")


def settle(store: Store, article_id: int) -> None:
    """Note on an article's changes the later notices that cover them. Runs inside the caller's transaction."""
    told = _later_notices(changes.of_article(store, article_id))
    places = ", ".join(f"{name} = ?" for name in COLUMNS)
    values = [(*_values(later), change) for change, later in told.items()]
    run_many(store.db, f"update changes set {places} where id = ?", values)  # noqa: S608 - names are ours


def wrong(store: Store, article_id: int) -> int | None:
    """The id of the first change of an article whose columns say something else than follows from the sealed ones."""
    told = _later_notices(changes.of_article(store, article_id))
    sql = f"select id, {', '.join(COLUMNS)} from changes where article_id = ? order by id"  # noqa: S608 - names are ours
    stored = rows(store.db, sql, (article_id,))
    return next((r["id"] for r in stored if tuple(r)[1:] != _values(told.get(r["id"]))), None)


def _values(later: LaterNotice | None) -> tuple[int | str | float | None, ...]:
    if later is None:
        return (None,) * len(COLUMNS)
    return (later.change, later.notice.value, later.hours_least, later.hours_most)


def _later_notices(known: Iterable[RecordedChange]) -> dict[int, LaterNotice]:
    """The later notice of each change of one article that has one, by the change's id."""
    known = list(known)
    if all(change.notice is Notice.NONE for change in known):
        return {}
    from tracker.differ import lag  # slow to import, and rarely needed here

    return {
        closure.change: LaterNotice(closure.closed_by, closure.notice, closure.hours_least, closure.hours_most)
        for closure in lag.closures(known)
    }
