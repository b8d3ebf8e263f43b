"""Opening a history: who may write, what is refused, what a message says."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.store.world import HOUR, NOW, follow, history, publish, says, told
from tests.waiting import HANG
from tracker.errors import AlreadyRunning, NewerDatabase, StoreError
from tracker.store import Store
from tracker.store.connection import explained, open_writer
from tracker.store.history import articles, sources, versions
from tracker.store.lock import WriterLock, lock_path
from tracker.store.proof import integrity
from tracker.store.queue import queue
from tracker.store.schema import derived, migrations
from tracker.store.search import search


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    with history(tmp_path):
        with pytest.raises(AlreadyRunning, match=rf"\(pid {os.getpid()}\).*tracker\.db") as refused:
            Store.open(tmp_path / "tracker.db", write=True)
        assert refused.value.exit_code == 75
    with history(tmp_path) as store:
        assert store.writable


def test_readers_need_no_lock(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = told(store, [says()])
        with Store.open(tmp_path / "tracker.db") as one, store.reader() as two:
            assert (
                versions.version(one, article, 1)
                == versions.version(two, article, 1)
                == versions.version(store, article, 1)
            )


def test_a_lock_file_left_behind_means_nothing(tmp_path: Path) -> None:
    lock_path(tmp_path / "tracker.db").write_text("4242\n")
    with history(tmp_path):
        assert lock_path(tmp_path / "tracker.db").read_text() == f"{os.getpid()}\n"


def test_a_worker_that_outlives_its_parent_does_not_keep_the_lock(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "x.db")
    lock.acquire()
    reading, writing = os.pipe()
    alive, started = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.write(started, b"!")
        os.read(reading, 1)  # lives until the parent lets it go
        os._exit(0)
    os.close(reading)
    os.read(alive, 1)
    try:
        lock.release()  # what the end of the parent does
        other = WriterLock(tmp_path / "x.db")
        other.acquire()
        other.release()
    finally:
        for descriptor in (writing, alive, started):
            os.close(descriptor)
        os.waitpid(child, 0)


def test_a_missing_history_says_how_to_begin_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="tracker check"):
        Store.open(tmp_path / "tracker.db")
    assert list(tmp_path.iterdir()) == []


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    with history(tmp_path / "a" / "b") as store:
        assert store.path.exists()


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(StoreError, match="cannot make this folder"):
        Store.open(tmp_path / "a" / "tracker.db", write=True)


@pytest.mark.parametrize("write", [True, False])
def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "tracker.db"
    path.write_bytes(b"The minutes of the council. " * 100)
    with pytest.raises(StoreError, match="not an SQLite database"):
        Store.open(path, write=write)
    assert path.read_bytes() == b"The minutes of the council. " * 100


@pytest.mark.parametrize("write", [True, False])
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "tracker.db"
    with sqlite3.connect(path) as other:
        other.execute("create table recipes (name text)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a database of tracker: name another"):
        Store.open(path, write=write)
    assert path.read_bytes() == before


def test_an_empty_file_is_no_history_yet_and_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    path.touch()
    with pytest.raises(StoreError, match="there is no history yet"):
        Store.open(path)
    with Store.open(path, write=True) as store:
        assert sources.sources(store) == []


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize(("file", "known_as"), [("tracker.db", "tracker"), ("captures.db", "tracker_captures")])
def test_a_database_of_a_later_version_is_refused(tmp_path: Path, write: bool, file: str, known_as: str) -> None:
    with history(tmp_path) as store:
        told(store, [says()])
    later = sqlite3.connect(tmp_path / file)
    later.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, '0999_future', '')", (known_as,)
    )
    later.commit()
    later.close()
    if file == "captures.db" and not write:
        return  # a reader that needs no captures has nothing to fear from them
    with pytest.raises(NewerDatabase, match=r"0999_future.*Update tracker"):
        Store.open(tmp_path / "tracker.db", write=write)
    with pytest.raises(NewerDatabase):  # and the lock was let go
        Store.open(tmp_path / "tracker.db", write=write)


def test_an_earlier_schema_is_completed_by_the_writer_and_refused_by_readers(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    with open_writer(path) as db:
        migrations.history.apply(db, stop_before="0002_search")
    with pytest.raises(StoreError, match="earlier version"):
        Store.open(path)
    with history(tmp_path) as store:
        assert search.search(store, "anything") == []


def test_a_migration_that_fails_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(derived.DEFINITIONS, ("view", "broken"), "create view broken as select from nowhere")
    with pytest.raises(StoreError):
        Store.open(tmp_path / "tracker.db", write=True)
    monkeypatch.undo()
    with sqlite3.connect(tmp_path / "tracker.db") as db:
        assert db.execute("select count(*) from sqlite_master").fetchone() == (0,)
    db.close()
    with history(tmp_path) as store:
        assert sources.counts(store).sources == 2


def _start(path: str, ready, answers) -> None:  # type: ignore[no-untyped-def]
    ready.wait()
    try:
        with Store.open(Path(path), write=True):
            answers.put("wrote")
    except AlreadyRunning:
        answers.put("refused")
    except BaseException as error:
        answers.put(repr(error))


def test_several_writers_starting_together_on_nothing_never_break_it(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, answers = context.Event(), context.Queue()
    starters = [context.Process(target=_start, args=(str(tmp_path / "tracker.db"), ready, answers)) for _ in range(4)]
    for starter in starters:
        starter.start()
    ready.set()
    said = {answers.get(timeout=HANG) for _ in starters}
    for starter in starters:
        starter.join(60)
    assert "wrote" in said
    assert said <= {"wrote", "refused"}
    with history(tmp_path) as store:
        assert store.db.execute("pragma integrity_check").fetchall() == [("ok",)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_can_be_read_and_says_why_it_cannot_be_written(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = told(store, [says()])
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with Store.open(tmp_path / "tracker.db") as reader:
            assert articles.article(reader, article).version_count == 1
        with pytest.raises(StoreError, match="writable"):
            Store.open(tmp_path / "tracker.db", write=True)
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def test_a_full_disk_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = told(store, [says()])
        store.db.execute("pragma max_page_count = 1")
        with pytest.raises(StoreError, match="disk is full"):
            publish(store, article, says("x" * 500_000), NOW + HOUR)
        assert (articles.article(store, article).version_count, queue.state(store, article).last_check_at) == (1, NOW)
        store.db.execute("pragma max_page_count = 1073741823")
        publish(store, article, says("x" * 500_000), NOW + HOUR)
        assert integrity.verify(store).finding is None


def test_the_settings_that_keep_the_history_safe_are_on(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        for pragma, value in (
            ("main.journal_mode", "wal"),
            ("captures.journal_mode", "wal"),
            ("main.synchronous", 1),
            ("captures.synchronous", 2),
            ("foreign_keys", 1),
            ("application_id", 0x74726B72),
        ):
            assert store.db.execute(f"pragma {pragma}").fetchone() == (value,)
        follow(store)
        plain = store.db.execute(
            "select name from sqlite_master where sql like 'create table%' and name not like "
            "'article_search%' and sql not like '%strict%'"
        ).fetchall()
        assert plain == [("_sqlite_migrations",)]


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("database disk image is malformed", "restore the last backup"),
        ("database is locked", "close it"),
        ("attempt to write a readonly database", "rights"),
        ("disk I/O error", "dmesg"),
        ("no such column: x", "SQLite says: no such column: x"),
    ],
)
def test_what_sqlite_says_comes_with_advice(said: str, advice: str) -> None:
    with pytest.raises(StoreError, match=advice), explained(Path("db/tracker.db")):
        raise sqlite3.OperationalError(said)


@pytest.mark.parametrize("content", ["The minutes of the council.", "1" * 40, "42\nmore"])
@pytest.mark.parametrize("how", ["symlink", "link", "in its place"])
def test_a_lock_never_empties_a_file_of_somebody_else(tmp_path: Path, how: str, content: str) -> None:
    precious, lock = tmp_path / "minutes.txt", lock_path(tmp_path / "tracker.db")
    precious.write_text(content)
    if how == "symlink":
        lock.symlink_to(precious)
    elif how == "link":
        os.link(precious, lock)
    else:
        lock.write_text(content)
    with pytest.raises(StoreError, match="no lock file of ours"):
        Store.open(tmp_path / "tracker.db", write=True)
    assert precious.read_text() == lock.read_text() == content


def test_a_lock_that_is_a_pipe_or_a_folder_is_said_at_once(tmp_path: Path) -> None:
    for make in (os.mkfifo, os.mkdir):
        lock = lock_path(tmp_path / f"{make.__name__}.db")
        make(lock)
        with pytest.raises(StoreError, match=lock.name):
            Store.open(tmp_path / f"{make.__name__}.db", write=True)
