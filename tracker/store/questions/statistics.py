"""Statistics of a source, for a window of time: how much it edits, how soon, and whether it says so.

A source's month is tens of thousands of changes, so none of them is read: their sums stand by the hour in
`source_edits`, and what a page asks of one article stands in its row. Triggers keep both (see `counted`), so that they
stay true through every write, rebuild and forgetting. Only a window that begins or ends within an hour reads that
hour's changes, in an index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Row

from tracker.store.connection import moment, row, rows, stamp, sure_moment
from tracker.store.history.articles import article
from tracker.store.history.sources import source
from tracker.store.schema import edit_counts
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a source did between `since` and `until`. Noise is left out; hours are UTC, 0 to 23.

    `followed_since` is when its first article was seen, or the source named, and not before the window.

    `articles` were first seen in the window, without those that moved into another one, which is followed in their
    place; `edited` of them changed at least once since. `first_edit_seconds` is the median time from first seen to
    first change, at the earliest a change can have happened; None without any. `silent` are substantive changes for
    which no notice was seen, then or later. `by_weekday` has seven rows of 24 hours, Monday's first.
    """

    source_id: str
    since: datetime
    until: datetime
    followed_since: datetime
    articles: int
    edited: int
    changes: int
    headline_changes: int
    substantive: int
    silent: int
    gone: int
    sentences_deleted: int
    first_edit_seconds: float | None
    by_weekday: tuple[tuple[int, ...], ...]
    by_day: tuple[tuple[str, int], ...]

    @property
    def per_day(self) -> float:
        """Edits a day, while it was followed in the window; what was followed for less counts as a day."""
        followed = (self.until - self.followed_since).total_seconds() / 86400
        return self.changes / max(1.0, followed)

    @property
    def by_hour(self) -> tuple[int, ...]:
        """Changes of each hour of the day."""
        return tuple(map(sum, zip(*self.by_weekday, strict=True)))

    @property
    def share_edited(self) -> float:
        """The share of the window's articles that were edited, 0 to 1."""
        return self.edited / self.articles if self.articles else 0.0

    @property
    def share_silent(self) -> float:
        """The share of substantive changes for which no notice was seen, 0 to 1."""
        return self.silent / self.substantive if self.substantive else 0.0


_FOLLOWED = "from articles where source_id = ? and first_seen_at >= ? and first_seen_at < ? and state <> 'moved'"
_WAIT = "cast(strftime('%s', first_edit_after) as integer) - cast(strftime('%s', first_seen_at) as integer)"


@dataclass(frozen=True, slots=True)
class Edited:
    """An article and how often it was edited in a window of time."""

    article_id: int
    headline: str
    language: str
    edits: int
    last_at: datetime


_COUNTED = 200
"""Articles whose edits in a window are counted at most."""


def statistics(store: Store, source_id: str, since: datetime, until: datetime) -> Statistics:
    """One source's statistics. Reads its hours and the index of its articles. Raises NotFound."""
    began = source(store, source_id).added_at
    seen = row(store.db, "select min(first_seen_at) as at from articles where source_id = ?", (source_id,))
    if seen is not None and seen["at"]:
        began = min(began, sure_moment(seen["at"]))
    hours = _hours(store, source_id, since, until)
    window = (source_id, stamp(since), stamp(until))
    articles = row(
        store.db,
        f"select count(*) as followed, count(first_edit_after) as edited, total(state = 'gone') as gone {_FOLLOWED}",
        window,
    )
    assert articles is not None
    by_weekday = [[0] * 24 for _ in range(7)]
    by_day: dict[str, int] = {}
    for r in hours:
        day = r["hour"][:10]
        by_weekday[datetime.fromisoformat(day).weekday()][int(r["hour"][11:13])] += r["edits"]
        by_day[day] = by_day.get(day, 0) + r["edits"]
    return Statistics(
        source_id=source_id,
        since=since,
        until=until,
        followed_since=min(max(since, began), until),
        articles=articles["followed"],
        edited=articles["edited"],
        changes=sum(by_day.values()),
        headline_changes=sum(r["headline_changes"] for r in hours),
        substantive=sum(r["substantive"] for r in hours),
        silent=sum(r["silent"] for r in hours),
        gone=int(articles["gone"]),
        sentences_deleted=sum(r["sentences_deleted"] for r in hours),
        first_edit_seconds=_median_wait(store, window, articles["edited"]),
        by_weekday=tuple(map(tuple, by_weekday)),
        by_day=tuple(by_day.items()),
    )


def _hours(store: Store, source_id: str, since: datetime, until: datetime) -> list[Row]:
    """The sums of each hour in which the source edited, in order: whole hours, and the part of one at either end."""
    first, last = _hour(since + timedelta(hours=1) - timedelta(seconds=1)), _hour(until)
    before = _part(store, source_id, since, min(first, until))
    whole = rows(
        store.db,
        f"select hour, {', '.join(edit_counts.SUMS)} from source_edits where source_id = ? and hour >= ? and hour < ? "  # noqa: S608
        "order by hour",
        (source_id, stamp(first), stamp(last)),
    )
    return [*before, *whole, *_part(store, source_id, max(first, last), until)]


def _part(store: Store, source_id: str, since: datetime, until: datetime) -> list[Row]:
    """The sums of less than an hour."""
    if since >= until:
        return []
    sums = ", ".join(f"sum({value}) as {name}" for name, value in edit_counts.SUMS.items()).replace("row.", "")
    return rows(
        store.db,
        f"select {edit_counts.HOUR.replace('row.', '')} as hour, {sums} from changes "  # noqa: S608 - names are ours
        "where source_id = ? and seen_before >= ? and seen_before < ? and noise_rule is null group by 1",
        (source_id, stamp(since), stamp(until)),
    )


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _median_wait(store: Store, window: tuple[str, str, str], edited: int) -> float | None:
    """Seconds from first seen to the first edit: the middle one of the edited articles, or halfway of two."""
    middle = rows(
        store.db,
        f"select {_WAIT} as seconds {_FOLLOWED} and first_edit_after is not null order by 1 limit ? offset ?",
        (*window, 2 - edited % 2, max(0, edited - 1) // 2),
    )
    return sum(float(r["seconds"]) for r in middle) / len(middle) if middle else None


def most_edited(store: Store, source_id: str, since: datetime, until: datetime, limit: int) -> list[Edited]:
    """The articles of a source with the most edits in a window of time, noise left out.

    Those with the most edits ever are counted first, until none that follows can have more; at most `_COUNTED`, so that
    a source whose stories all run for longer than the window costs a bounded time.
    """
    followed = rows(
        store.db,
        "select id, edits from articles where source_id = ? and last_changed_at >= ? and edits > 0 "
        "order by edits desc, last_changed_at desc limit ?",
        (source_id, stamp(since), _COUNTED),
    )
    found: list[tuple[int, str, int]] = []
    for r in followed:
        if len(found) == limit and r["edits"] <= found[-1][0]:
            break
        there = row(
            store.db,
            "select count(*) as edits, max(seen_before) as last_at from changes "
            "where article_id = ? and seen_before >= ? and seen_before < ? and noise_rule is null",
            (r["id"], stamp(since), stamp(until)),
        )
        if there is not None and there["edits"]:
            found = sorted([*found, (there["edits"], there["last_at"], r["id"])], reverse=True)[:limit]
    named = [(article(store, article_id), edits, last_at) for edits, last_at, article_id in found]
    return [Edited(a.id, a.headline, a.language, edits, sure_moment(last_at)) for a, edits, last_at in named]


def last_edit(store: Store, source_id: str) -> datetime | None:
    """When the source's latest edit was seen, noise left out; None without any."""
    found = row(
        store.db,
        "select seen_before as at from changes where source_id = ? and noise_rule is null "
        "order by seen_before desc limit 1",
        (source_id,),
    )
    return moment(found["at"]) if found else None
