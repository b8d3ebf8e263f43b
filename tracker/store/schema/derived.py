"""Views and triggers: made from the tables, so they are not migrated but made anew wherever they are not today's."""

from __future__ import annotations

import re

from tracker.store.connection import HistoryDatabase, rows, run
from tracker.store.schema.triggers import TRIGGERS
from tracker.store.schema.views import VIEWS

DEFINITIONS = {("view", name): sql for name, sql in VIEWS.items()} | {
    ("trigger", name): sql for name, sql in TRIGGERS.items()
}
"""{(kind, name): the statement that makes it}. A name that is given up here is dropped by a migration."""

_HEAD = re.compile(r"create\s+(view|trigger)\s+", re.IGNORECASE)


def differ(db: HistoryDatabase) -> bool:
    """Whether a history's views and triggers are others than today's."""
    return _stored(db) != {key: _bare(sql) for key, sql in DEFINITIONS.items()}


def drop(db: HistoryDatabase) -> None:
    """Take out our views and triggers, so that no migration meets one that speaks of what it changes."""
    for kind, name in _stored(db):
        run(db, f'drop {kind} "{name}"')


def make(db: HistoryDatabase) -> None:
    """Make today's views and triggers. Views that a person has added under other names stay."""
    drop(db)
    for sql in DEFINITIONS.values():
        run(db, sql)


def _stored(db: HistoryDatabase) -> dict[tuple[str, str], str]:
    found = rows(db, "select type, name, sql from sqlite_master where type in ('view', 'trigger')")
    return {key: _bare(r["sql"]) for r in found if (key := (r["type"], r["name"])) in DEFINITIONS}


def _bare(sql: str) -> str:
    """A definition without what SQLite writes in its own way: its head, and the end."""
    return _HEAD.sub("", sql.strip(), count=1).rstrip("; \n")
