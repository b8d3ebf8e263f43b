"""An article as a row of its table says it: for every question whose answer is articles."""

from __future__ import annotations

from tracker.model import Article, State, Via
from tracker.store.connection import StoredRow, moment, sure_moment


def article_of(r: StoredRow) -> Article:
    """An article from a row with the columns of `articles`."""
    return Article(
        id=r["id"],
        source_id=r["source_id"],
        url=r["url"],
        state=State(r["state"]),
        headline=r["headline"],
        byline=r["byline"],
        language=r["language"],
        published_at=moment(r["published_at"]),
        first_seen_at=sure_moment(r["first_seen_at"]),
        last_changed_at=moment(r["last_changed_at"]),
        version_count=r["version_count"],
        current_version_id=r["current_version_id"],
        discovered_via=Via(r["discovered_via"]),
        pinned=bool(r["pinned"]),
    )
