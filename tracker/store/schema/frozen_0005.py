"""The part of 0005_later_notices that is no SQL, as it was released: which notice covered which change, and how late.

Rounding in Python and in SQLite differ in the last digit, and `verify` compares every digit. Never edited, and
imports nothing of ours.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from sqlite_utils import Database

_CHANGES = """
select c.article_id, c.id, c.seen_after, c.seen_before, c.notice,
  c.class = 'substantive' and not c.acknowledged and c.noise_rule is null as open
from changes c join versions n on n.id = c.new_version_id
where c.article_id in (select article_id from changes where notice <> 'none')
order by c.article_id, c.seen_before, n.number
"""

_UPDATE = (
    "update changes set acknowledged_by = ?, later_notice = ?, lag_hours_least = ?, lag_hours_most = ? where id = ?"
)


def fill_later_notices(db: Database) -> None:
    """Give every substantive change that came without a notice the next notice of its article."""
    found: list[tuple[int, str, float, float, int]] = []
    for _, changes in groupby(db.execute(_CHANGES).fetchall(), key=lambda c: c[0]):
        waiting: list[tuple[int, str, str]] = []
        for _, change, after, before, notice, is_open in changes:
            if notice != "none":
                found += [
                    (change, notice, max(0.0, _hours(seen, after)), _hours(since, before), earlier)
                    for earlier, since, seen in waiting
                ]
                waiting = []
            elif is_open:
                waiting.append((change, after, before))
    db.conn.executemany(_UPDATE, found)


def _hours(start: str, end: str) -> float:
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 3600, 2)
