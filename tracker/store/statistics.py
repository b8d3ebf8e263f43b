"""Statistics of a source, for a window of time: how much it edits, how soon, and whether it says so.

A source's month is thousands of changes, and a change's row is long. All that is counted here stands in two indexes, so
that the rows themselves are never read; SQLite keeps an index true through every write, rebuild and forgetting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlite_utils import Database

from tracker.store.connection import moment, row, rows, stamp
from tracker.store.sources import source

_INDEXES = """
drop index articles_source_seen;
create index articles_source_seen on articles (source_id, first_seen_at, id, state);
drop index changes_source_seen;
create index changes_source_seen on changes (
  source_id, seen_before, id, article_id, seen_after, class, score, headline_changed, sentences_deleted, noise_rule,
  acknowledged, acknowledged_by
);
"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a source did between `since` and `until`. Noise is left out; hours are UTC, 0 to 23.

    `articles` were first seen in the window, `edited` of them changed at least once since. `first_edit_seconds` is
    the median time from first seen to first change, at the earliest a change can have happened; None without any.
    `silent` are substantive changes for which no notice was seen, then or later. `by_weekday` has seven rows of 24
    hours, Monday's first.
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
    sentences_deleted: int
    first_edit_seconds: float | None
    by_weekday: tuple[tuple[int, ...], ...]
    by_day: tuple[tuple[str, int], ...]

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


def widen_indexes(db: Database) -> None:
    """The migration: the indexes of a source's articles and of its log hold all that is counted of them."""
    db.executescript(_INDEXES)


def statistics(db: Database, source_id: str, since: datetime, until: datetime) -> Statistics:
    """One source's statistics. Reads only the indexes of its articles and changes. Raises NotFound."""
    source(db, source_id)
    window = (source_id, stamp(since), stamp(until))
    hours = rows(
        db,
        "select substr(seen_before, 1, 13) as hour, count(*) as changes, sum(headline_changed) as headlines, "
        "sum(sentences_deleted) as deleted, sum(class = 'substantive') as substantive, "
        "sum(class = 'substantive' and acknowledged = 0 and acknowledged_by is null) as silent from changes "
        "where source_id = ? and seen_before >= ? and seen_before < ? and noise_rule is null "
        "group by hour order by hour",
        window,
    )
    followed = rows(
        db,
        "select id, cast(strftime('%s', first_seen_at) as integer) as first_seen, state = 'gone' as gone from articles "
        "where source_id = ? and first_seen_at >= ? and first_seen_at < ?",
        window,
    )
    # An article changes after it was first seen: whatever came before the window is not about these.
    first_edits = dict(
        map(
            tuple,
            rows(
                db,
                "select article_id, cast(strftime('%s', min(seen_after)) as integer) from changes "
                "where source_id = ? and seen_before >= ? and noise_rule is null group by article_id",
                window[:2],
            ),
        )
    )
    waits = [float(first_edits[r["id"]] - r["first_seen"]) for r in followed if r["id"] in first_edits]
    by_weekday = [[0] * 24 for _ in range(7)]
    by_day: dict[str, int] = {}
    for r in hours:
        day = r["hour"][:10]
        by_weekday[datetime.fromisoformat(day).weekday()][int(r["hour"][11:])] += r["changes"]
        by_day[day] = by_day.get(day, 0) + r["changes"]
    return Statistics(
        source_id=source_id,
        since=since,
        until=until,
        articles=len(followed),
        edited=len(waits),
        changes=sum(by_day.values()),
        headline_changes=sum(r["headlines"] for r in hours),
        substantive=sum(r["substantive"] for r in hours),
        silent=sum(r["silent"] for r in hours),
        gone=sum(r["gone"] for r in followed),
        sentences_deleted=sum(r["deleted"] for r in hours),
        first_edit_seconds=median(waits) if waits else None,
        by_weekday=tuple(map(tuple, by_weekday)),
        by_day=tuple(by_day.items()),
    )


def last_edit(db: Database, source_id: str) -> datetime | None:
    """When the source's latest edit was seen, noise left out; None without any."""
    found = row(
        db,
        "select seen_before as at from changes where source_id = ? and noise_rule is null "
        "order by seen_before desc limit 1",
        (source_id,),
    )
    return moment(found["at"]) if found else None
