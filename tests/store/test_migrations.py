"""A history from the time of any migration becomes what one made today is, row for row."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.store.world import HOUR, NOW, follow, history, publish, result, says, told
from tracker.model import Notice, Outcome, Paragraph
from tracker.model.content import Kind
from tracker.store import Store
from tracker.store.connection import open_writer
from tracker.store.history import articles, record, versions
from tracker.store.proof import integrity
from tracker.store.proof.search_index import verify_search
from tracker.store.schema import derived, migrations
from tracker.store.search import search
from tracker.store.upkeep import rebuild
from tracker.store.upkeep.rebuild import Reread

NAMES = [m.name for m in migrations.history._migrations]
SCHEMA = Path(migrations.__file__).parent

# What a migration cannot know of rows from before it: what an alert was known by.
UNKNOWN = {"outbox": {"key", "due_at"}, "changes": {"edit_tags"}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history made today: edits with and without a notice, one read again, one that moved."""
    with history(tmp_path_factory.mktemp("made")) as store:
        edits = [says(f"The pier has {n} boats, and the council closes it in {1923 + n}.") for n in range(5)]
        told(store, edits)
        silent = says("The mole was built in 1932, the council said on Monday.", headline="Mole opens")
        changed = says("The mole was never built, the council said on Monday.", headline="Mole does not open")
        notice = Paragraph("Correction: an earlier version of this article said that the mole was built.", Kind.NOTICE)
        mole = told(store, [silent, changed, replace(changed, notices=(notice,))], "mole", "example-post")
        for change, noise in ((1, "boilerplate"), (2, None)):
            store.db.execute("update changes set class = 'substantive', noise_rule = ? where id = ?", [noise, change])
        _reread(store, 1)
        old = follow(store, "old-address")
        publish(store, old, says("A story that moves to another address."), NOW)
        moved = result(store, old, NOW + HOUR, Outcome.UNCHANGED, None)
        record.record(store, replace(moved, moved_to="https://times.example/new-address"))
        store.db.execute("update sources set active = 0 where id = 'example-post'")
        store.db.execute(
            "insert into outbox (change_id, sink, next_try_at) select max(id), 'desk', '2026-11-23' from changes"
        )
        assert store.db.execute("select count(*) from changes where acknowledged_by is not null").fetchone()[0]
        assert articles.article(store, mole).version_count == 3
        assert integrity.verify(store).finding is None
        return store.path


def _reread(store: Store, article_id: int) -> None:
    """Replace an article's history by one that leaves out a version."""
    run = rebuild.begin(store, source_id=None, code="test", now=NOW)
    told_ = [v for v in versions.versions(store, article_id) if v.number != 3]
    rereads = [Reread(told_[0].content, told_[0].capture_sha256, told_[0].first_seen_at, version_id=told_[0].id)]
    for before, one in pairwise(told_):
        rereads.append(
            Reread(
                one.content,
                one.capture_sha256,
                one.first_seen_at,
                before.last_seen_at or before.first_seen_at,
                _change(before.content, one.content),
                one.id,
            )
        )
    rebuild.put(store, article_id, rereads, run, NOW + timedelta(days=2))
    rebuild.progress(store, run, now=NOW + timedelta(days=2))


def _change(old: object, new: object):  # type: ignore[no-untyped-def]
    from tracker.differ import diff

    change = diff(old, new)  # type: ignore[arg-type]
    assert change.notice is Notice.NONE
    return change


def tables(db: sqlite3.Connection, schema: str = "main") -> dict[str, list[str]]:
    """{table: its columns} of what holds rows, but for the record of the migrations."""
    names = [
        name
        for (name,) in db.execute(f"select name from {schema}.sqlite_master where type = 'table' order by name")
        if name not in ("_sqlite_migrations", "article_search", "article_search_cjk")
    ]
    return {name: [c[1] for c in db.execute(f"pragma {schema}.table_info({name})")] for name in names}


def as_it_was(name: str, made: Path, folder: Path) -> Path:
    """A history that has the migrations up to this one, with the rows of one made today as far as it had places."""
    path = folder / "tracker.db"
    shutil.copy(made.with_name("captures.db"), folder / "captures.db")
    later = NAMES[NAMES.index(name) + 1 :]
    with closing(open_writer(path)) as db:
        migrations.history.apply(db, stop_before=later[:1])
        for (trigger,) in db.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            db.execute(f"drop trigger {trigger}")
        db.execute("pragma foreign_keys = off")
        db.execute("attach ? as made", [str(made)])
        for table, columns in tables(db.conn).items():
            new = tables(db.conn, "made")[table]
            shared = ", ".join(f'"{c}"' for c in columns if c in new)
            db.execute(f"delete from {table}")
            db.execute(f"insert into {table} ({shared}) select {shared} from made.{table}")
    return path


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as db:
        found = {}
        for table, columns in tables(db).items():
            known = ", ".join(f'"{c}"' for c in columns if c not in UNKNOWN.get(table, ()))
            found[table] = sorted(db.execute(f"select {known} from {table}").fetchall(), key=repr)
        return found


def schema_of(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("select type, name, tbl_name, sql from sqlite_master order by type, name").fetchall()


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_history_from_then_becomes_what_one_made_today_is(name: str, made: Path, tmp_path: Path) -> None:
    path = as_it_was(name, made, tmp_path)
    had = set(_tables_of(path))
    with Store.open(path, write=True) as store:
        assert integrity.verify(store).finding is None
        assert verify_search(store) is None
        assert [a.id for a in search.search(store, "mole")] == [2]
    assert schema_of(path) == schema_of(made)
    there, expected = rows_of(path), rows_of(made)
    for table in expected:
        if table in had | {"source_edits"}:
            assert there[table] == expected[table], table


def _tables_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(tables(db))


@pytest.mark.parametrize("name", [NAMES[1], NAMES[8]])
def test_a_column_is_added_by_one_more_file(name: str, made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "schema"
    shutil.copytree(SCHEMA, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "0999_moods.sql").write_text("alter table changes add column mood text;\n")
    path = as_it_was(name, made, tmp_path)
    with closing(open_writer(path)) as db:
        migrations.migrate(db, migrations.read("tracker", folder), path)
        assert db.execute("select count(mood), count(*) > 0 from changes").fetchone() == (0, 1)
        assert not derived.differ(db)


def test_no_migration_speaks_of_the_code_of_today() -> None:
    for file in SCHEMA.glob("frozen_*.py"):
        assert "tracker." not in file.read_text(encoding="utf-8").split('"""', 2)[2], file.name


def test_no_two_migrations_share_a_number_any_more() -> None:
    numbers = [name[:4] for name in NAMES]
    assert {n for n in numbers if numbers.count(n) > 1} == {"0008"}
    assert sorted(NAMES) == NAMES


def test_a_view_that_is_not_todays_is_made_anew_without_a_migration(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        store.db.execute("drop view latest_changes")
        store.db.execute("create view latest_changes as select 1 as id")
        store.db.execute("drop trigger changes_counted")
        store.db.execute("create view my_own as select 7 as lucky")
    with history(tmp_path) as store:
        assert not derived.differ(store.db)
        assert store.db.execute("select lucky from my_own").fetchone() == (7,)
