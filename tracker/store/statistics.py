"""Statistics of a source, for a window of time: how much it edits, how soon, and whether it says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlite_utils import Database

from tracker.store.connection import rows, stamp, sure_moment
from tracker.store.sources import source


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a source did between `since` and `until`. Noise is left out; hours are UTC, 0 to 23.

    `articles` were first seen in the window, `edited` of them changed at least once since. `first_edit_seconds` is
    the median time from first seen to first change, at the earliest a change can have happened; None without any.
    `silent` are substantive changes without a notice seen.
    """

    source_id: str
    since: datetime
    until: datetime
    articles: int
    edited: int
    changes: int
    headline_changes: int
    substantive: int
    silent: int
    gone: int
    first_edit_seconds: float | None
    by_hour: tuple[int, ...]
    by_day: tuple[tuple[str, int], ...]

    @property
    def share_edited(self) -> float:
        """The share of the window's articles that were edited, 0 to 1."""
        return self.edited / self.articles if self.articles else 0.0

    @property
    def share_silent(self) -> float:
        """The share of substantive changes for which no notice was seen, 0 to 1."""
        return self.silent / self.substantive if self.substantive else 0.0


def statistics(db: Database, source_id: str, since: datetime, until: datetime) -> Statistics:
    """One source's statistics. Reads the source's own articles and changes, by index. Raises NotFound."""
    source(db, source_id)
    window = (source_id, stamp(since), stamp(until))
    changed = rows(
        db,
        "select seen_before, class, acknowledged, headline_changed from changes "
        "where source_id = ? and seen_before >= ? and seen_before < ? and noise_rule is null order by seen_before",
        window,
    )
    followed = rows(
        db,
        "select a.first_seen_at, a.state, (select min(c.seen_after) from changes c where c.article_id = a.id "
        "and c.noise_rule is null) as first_edit from articles a "
        "where a.source_id = ? and a.first_seen_at >= ? and a.first_seen_at < ?",
        window,
    )
    waits = [
        (sure_moment(r["first_edit"]) - sure_moment(r["first_seen_at"])).total_seconds()
        for r in followed
        if r["first_edit"]
    ]
    hours = [0] * 24
    days: dict[str, int] = {}
    for r in changed:
        hours[int(r["seen_before"][11:13])] += 1
        days[r["seen_before"][:10]] = days.get(r["seen_before"][:10], 0) + 1
    substantive = [r for r in changed if r["class"] == "substantive"]
    return Statistics(
        source_id=source_id,
        since=since,
        until=until,
        articles=len(followed),
        edited=len(waits),
        changes=len(changed),
        headline_changes=sum(r["headline_changed"] for r in changed),
        substantive=len(substantive),
        silent=sum(not r["acknowledged"] for r in substantive),
        gone=sum(r["state"] == "gone" for r in followed),
        first_edit_seconds=median(waits) if waits else None,
        by_hour=tuple(hours),
        by_day=tuple(sorted(days.items())),
    )
