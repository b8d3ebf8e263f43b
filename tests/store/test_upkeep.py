"""Upkeep: backups that are whole, forgetting that is complete, runs that do not pile up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.world import HOUR, NOW, follow, history, publish, result, says, told
from tracker.errors import NotFound, StoreError
from tracker.model import Found, Outcome, Via
from tracker.store import Store
from tracker.store.history import articles, captures, checks, record, sources, versions
from tracker.store.proof import integrity
from tracker.store.search import search
from tracker.store.upkeep import backup, forget, prune

SECRET = "Zanzibar Quillfeather"


def test_a_backup_of_a_history_in_use_is_a_whole_history(store: Store, tmp_path: Path) -> None:
    article = told(store, [says(), says(headline="Pier stays open")])
    store.db.conn.execute("begin immediate")
    store.db.conn.execute("update articles set headline = 'half-written'")
    (tmp_path / "copy").mkdir()
    with store.reader() as reader:
        made = backup.backup(reader, tmp_path / "copy" / "tracker.db")
    store.db.conn.execute("rollback")
    assert [p.name for p in made.files] == ["tracker.db", "captures.db"]
    assert made.size == sum(p.stat().st_size for p in made.files) > 0
    with Store.open(made.files[0]) as copy:
        assert versions.versions(copy, article) == versions.versions(store, article)
        assert integrity.verify(copy).finding is None
        assert articles.article(copy, article).headline == "Pier stays open"


def test_a_backup_replaces_an_older_one_and_leaves_no_parts(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    backup.backup(store, target)
    told(store, [says()])
    backup.backup(store, target)
    with Store.open(target) as copy:
        assert sources.counts(copy).versions == 1
    assert [p.name for p in tmp_path.glob("*.part*")] == []


@pytest.mark.parametrize("name", ["notes.txt", "notes-captures.db"])
def test_a_backup_never_replaces_what_is_no_database(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("The minutes of the council.")
    with pytest.raises(StoreError, match="something that is no backup is there"):
        backup.backup(store, tmp_path / ("notes.txt" if name.endswith("txt") else "notes.db"))
    assert (tmp_path / name).read_text() == "The minutes of the council."


@pytest.mark.parametrize(
    ("target", "message"), [("tracker.db", "the history itself"), ("no/such/folder/x.db", "no such folder")]
)
def test_a_backup_that_cannot_be_made_says_why(store: Store, tmp_path: Path, target: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        backup.backup(store, tmp_path / target)


def test_forgetting_leaves_not_a_byte_of_the_text(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        url = "https://times.example/quillfeather"
        article = told(
            store,
            [says(f"{SECRET} was there.", headline=SECRET), says(f"{SECRET} 東京 was not.", headline=SECRET)],
            path="quillfeather",
        )
        for n in range(12):  # its words come to lie in several segments of the index, old ones marked as deleted
            other = told(store, [says(), says(headline="Pier stays open")], path=f"other-{n}")
            publish(store, article, says(f"{SECRET} was {n}.", "東京", headline=f"{SECRET} {n}"), NOW + (n + 2) * HOUR)
        record.record(store, result(store, article, NOW + 19 * HOUR, Outcome.GONE, error=SECRET))
        forget.forget(store, article, "court order 7", NOW)
        forget.scrub_log(store)
        with pytest.raises(NotFound):
            articles.resolve(store, url)
        assert search.search(store, "Quillfeather") == []
        assert sources.counts(store).articles == 12
        assert (sources.counts(store).versions, sources.counts(store).changes) == (24, 12)
        assert integrity.verify(store).finding is None
        assert len(captures.captures_of(store, other)) == 2
        assert articles.found(store, "example-times", [Found(url, Via.FEED)], NOW, due_at=NOW) == []
        assert store.db.execute("select reason from tombstones").fetchall() == [("court order 7",)]
    for file in tmp_path.iterdir():
        data = file.read_bytes().lower()
        assert b"quillfeather" not in data, file.name


def test_what_is_deleted_is_overwritten_in_both_files(store: Store) -> None:
    modes = [store.db.execute(f"pragma {file}.secure_delete").fetchone()[0] for file in ("main", "captures")]
    assert modes == [1, 1]


def test_forgetting_what_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(NotFound):
        forget.forget(store, 5, "", NOW)


def test_an_article_that_was_only_found_can_be_forgotten(store: Store) -> None:
    forget.forget(store, follow(store), "asked", NOW)
    assert sources.counts(store).articles == 0
    assert integrity.verify(store).finding is None


def test_old_runs_are_let_go_in_small_steps(store: Store) -> None:
    article = told(store, [says()])
    for n in range(1, 8):
        outcome = Outcome.GONE if n % 2 else Outcome.UNCHANGED
        record.record(store, result(store, article, NOW + n * HOUR, outcome))
    year_later = NOW + timedelta(days=365) + 4 * HOUR
    assert prune.prune(store, year_later, chunks=0).check_runs == 0
    assert prune.prune(store, year_later, chunks=1).check_runs == 4
    assert checks.check_runs(store, article)[0].started_at == NOW + 4 * HOUR


def test_the_log_is_folded_in_when_the_writer_closes(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says()])
    for name in ("tracker.db-wal", "captures.db-wal"):
        assert not (tmp_path / name).exists() or (tmp_path / name).stat().st_size == 0


def test_a_reader_may_not_write(store: Store) -> None:
    article = told(store, [says()])
    with store.reader() as reader:
        assert not reader.writable
        for act in (
            lambda: record.retire(reader, article),
            lambda: publish(reader, article, says(headline="x"), NOW),
            lambda: prune.prune(reader, NOW),
            lambda: forget.scrub_log(reader),
            lambda: forget.forget(reader, article, "", NOW),
        ):
            with pytest.raises(StoreError, match="reading only"):
                act()
