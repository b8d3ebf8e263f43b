"""Truth: every alteration of what is stored is found, and a checkpoint notices a history made anew."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from tests.store.world import HOUR, LONG, NOW, follow, history, publish, says, told
from tracker.errors import NotFound, StoreError
from tracker.model import Content, Paragraph
from tracker.store import Store
from tracker.store.connection import rows
from tracker.store.history import captures, versions
from tracker.store.proof import integrity
from tracker.store.upkeep import forget

STORIES = [
    says(),
    says(LONG[0], LONG[1].replace("41", "44"), LONG[2], byline=("A. Reporter",), section="Coast", published_at=NOW),
    says(*LONG, "Correction: an earlier version gave a wrong number.", modified_at=NOW + HOUR, standfirst="Why."),
    says(),
]

# Everything a person could be wronged by: text, hashes, times, captures, the log.
COLUMNS = {
    "versions": "number first_seen_at last_seen_at previous_seen_at headline standfirst byline section language "
    "published_at modified_at paragraph_ids words content_sha256 chain_sha256 extractor capture_sha256 "
    "same_as headlines captions notices free confidence",
    "paragraphs": "kind text first_version last_version article_id",
    "changes": "seen_after seen_before class score tags words_added words_removed notice acknowledged summary "
    "excerpt_old excerpt_new differ seal_sha256 old_version_id source_id headline_changed "
    "acknowledged_by later_notice lag_hours_least lag_hours_most",
    "articles": "headline byline language last_changed_at version_count current_version_id",
    "captures.captures": "sha256 fetched_at url final_url status headers content_type size body "
    "base_sha256 seal_sha256",
    "readings": "blocks",
}
CASES = [(table, column) for table, columns in COLUMNS.items() for column in columns.split()]


def altered(value: object, chance: random.Random) -> object:
    """The value with one byte changed (a number by one, an absent value made present)."""
    if value is None:
        return 1
    if isinstance(value, int | float):
        return value + 1
    data = bytearray(value.encode() if isinstance(value, str) else bytes(value))  # type: ignore[call-overload]
    if not data:
        return "x"
    place = chance.randrange(len(data))
    if isinstance(value, str):
        data[place] = ord("z") if data[place] != ord("z") else ord("y")
        return data.decode("utf-8", "replace")
    data[place] ^= 1 << chance.randrange(8)
    return bytes(data)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with history(tmp_path_factory.mktemp("truth")) as store:
        told(store, STORIES)
        told(store, STORIES[:2], path="other", source="example-post")
        yield store


def test_an_untouched_history_holds(shelf: Store) -> None:
    report = integrity.verify(shelf)
    assert report.finding is None
    assert (report.articles, report.versions, report.changes) == (2, 6, 4)
    assert (report.captures, report.captures_missing) == (6, 0)


@pytest.mark.parametrize(("table", "column"), CASES)
def test_any_altered_value_is_found(shelf: Store, table: str, column: str) -> None:
    chance = random.Random(f"{table}.{column}")
    db = shelf.db.conn
    db.execute("pragma foreign_keys = off")
    try:
        for rowid, value in db.execute(f"select rowid, {column} from {table}").fetchall():
            db.execute("begin")
            try:
                db.execute("pragma ignore_check_constraints = on")
                db.execute(
                    "update or ignore " + f"{table} set {column} = ? where rowid = ?", (altered(value, chance), rowid)
                )
                if db.execute(f"select {column} from {table} where rowid = ?", (rowid,)).fetchone()[0] != value:
                    assert integrity.verify(shelf).finding is not None, (rowid, value)
            except sqlite3.IntegrityError:
                pass  # the schema itself refuses this alteration
            finally:
                db.execute("rollback")
    finally:
        db.execute("pragma foreign_keys = on")
    assert integrity.verify(shelf).finding is None


@pytest.mark.parametrize(
    "deletion",
    [
        "delete from versions where article_id = 1 and number = 2",
        "delete from versions where article_id = 1 and number = 4",
        "delete from versions where article_id = 1 and number = 1",
        "delete from paragraphs where id = 2",
        "delete from changes where id = 2",
        "delete from change_tags",
        "delete from change_tags where change_id = 3",
        "insert into change_tags select 'forged', seen_before, change_id from change_tags limit 1",
        "insert into change_tags select tag, seen_before || 'x', change_id from change_tags limit 1",
        "insert into change_tags select tag, seen_before, 99 from change_tags limit 1",
    ],
)
def test_any_removed_or_added_row_is_found(shelf: Store, deletion: str) -> None:
    shelf.db.execute("pragma foreign_keys = off")
    shelf.db.conn.execute("begin")
    shelf.db.conn.execute(deletion)
    finding = integrity.verify(shelf).finding
    shelf.db.conn.execute("rollback")
    shelf.db.execute("pragma foreign_keys = on")
    assert finding is not None


def test_the_first_row_that_does_not_hold_is_named(shelf: Store) -> None:
    shelf.db.conn.execute("begin")
    shelf.db.conn.execute("update versions set headline = 'Forged' where article_id = 1 and number in (2, 3)")
    finding = integrity.verify(shelf).finding
    alone = integrity.verify(shelf, 2).finding
    shelf.db.conn.execute("rollback")
    assert finding is not None
    assert (finding.table, finding.article_id) == ("versions", 1)
    assert "number 2" in str(finding)
    assert "content_sha256" in str(finding)
    assert alone is None


def test_an_interval_that_ends_before_it_begins_is_found_though_all_else_agrees_with_it(shelf: Store) -> None:
    """Both ends of the interval are altered alike, as a release that did not bound it would have written them."""
    db = shelf.db.conn
    db.execute("begin")
    later = "2030-01-01T00:00:00Z"
    db.execute("update versions set last_seen_at = ? where article_id = 1 and number = 3", (later,))
    db.execute("update versions set previous_seen_at = ? where article_id = 1 and number = 4", (later,))
    third, fourth = rows(shelf.db, "select * from versions where article_id = 1 and number >= 3 order by number")
    chain = versions.link(third["chain_sha256"], fourth)
    db.execute("update versions set chain_sha256 = ? where id = ?", (chain, fourth["id"]))
    finding = integrity.verify(shelf).finding
    db.execute("rollback")
    assert finding is not None
    assert (finding.table, finding.article_id, finding.problem) == ("versions", 1, "its interval ends before it begins")
    assert "number 4" in finding.row
    assert integrity.verify(shelf).finding is None


def test_a_version_recomputed_to_fit_its_text_breaks_the_chain(shelf: Store) -> None:
    forged = Content(headline="Forged", paragraphs=tuple(map(Paragraph, LONG)), language="en")
    shelf.db.conn.execute("begin")
    shelf.db.conn.execute(
        "update versions set headline = 'Forged', content_sha256 = ? where article_id = 1 and number = 1",
        (forged.sha256,),
    )
    finding = integrity.verify(shelf).finding
    shelf.db.conn.execute("rollback")
    assert finding is not None
    assert "chain" in finding.problem


def test_verifying_what_is_not_there_says_so(shelf: Store) -> None:
    with pytest.raises(NotFound):
        integrity.verify(shelf, 99)


def test_a_reader_can_verify(shelf: Store) -> None:
    with shelf.reader() as reader:
        assert integrity.verify(reader).finding is None


def test_a_checkpoint_holds_while_the_history_only_grows(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = told(store, STORIES[:2])
        text = integrity.write_checkpoint(store, NOW)
        assert text.startswith("tracker-checkpoint-1 2026-11-23T10:00:00Z\n")
        assert integrity.check_checkpoint(store, text) == []
        publish(store, article, STORIES[2], NOW + 9 * HOUR)
        follow(store, "newer")
        assert integrity.check_checkpoint(store, text) == []


def test_a_history_made_anew_does_not_fit_an_old_checkpoint(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, STORIES[:2])
        text = integrity.write_checkpoint(store, NOW)
    with history(tmp_path, name="forged.db") as forged:
        told(forged, [STORIES[0], says(headline="Another story")])
        assert integrity.verify(forged).finding is None
        [finding] = integrity.check_checkpoint(forged, text)
        assert finding.article_id == 1


def test_a_forgotten_article_still_fits_its_checkpoints(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = told(store, STORIES[:2])
        early = integrity.write_checkpoint(store, NOW)
        publish(store, article, STORIES[2], NOW + 9 * HOUR)
        forget.forget(store, article, "court order", NOW)
        assert integrity.check_checkpoint(store, early) == []
        assert integrity.verify(store).finding is None


@pytest.mark.parametrize(
    ("case", "spoil", "message"),
    [
        ("another file", lambda t: "hello\n", "not a checkpoint"),
        ("empty", lambda t: "", "not a checkpoint"),
        ("a changed digit", lambda t: t.replace("\n1 4 ", "\n1 3 ", 1), "altered or cut"),
        ("cut", lambda t: t[: len(t) // 2], "altered or cut"),
    ],
)
def test_a_spoilt_checkpoint_is_refused(shelf: Store, case: str, spoil, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StoreError, match=message):
        integrity.check_checkpoint(shelf, spoil(integrity.write_checkpoint(shelf, NOW)))


def resealed(db: sqlite3.Connection) -> None:
    """Compute the seals of all captures anew, as somebody who knows this program would."""
    db.row_factory = sqlite3.Row
    for r in db.execute("select * from captures.captures").fetchall():
        db.execute("update captures.captures set seal_sha256 = ? where id = ?", (captures.seal(r), r["id"]))
    db.row_factory = None


@pytest.mark.parametrize(
    ("case", "alteration", "said"),
    [
        ("a moment moved", "fetched_at = '2020-01-01T00:00:00Z' where id = 2", "at another moment"),
        (
            "two captures exchanged",
            "fetched_at = iif(id = 1, '2026-11-23T11:00:00Z', '2026-11-23T10:00:00Z') where id in (1, 2)",
            "at another moment",
        ),
        ("the return's capture moved", "fetched_at = '2026-11-23T19:00:00Z' where id = 4", "at another moment"),
    ],
)
def test_a_capture_that_was_sealed_anew_must_still_be_of_its_versions_moment(
    shelf: Store, case: str, alteration: str, said: str
) -> None:
    shelf.db.conn.execute("begin")
    shelf.db.conn.execute(f"update captures.captures set {alteration}")
    resealed(shelf.db.conn)
    finding = integrity.verify(shelf).finding
    shelf.db.conn.execute("rollback")
    assert finding is not None, case
    assert said in finding.problem, case


def test_captures_of_an_article_that_was_deleted_by_hand_are_found(shelf: Store) -> None:
    shelf.db.conn.execute("begin")
    shelf.db.conn.execute("delete from articles where id = 1")
    finding = integrity.verify(shelf).finding
    shelf.db.conn.execute("rollback")
    assert finding is not None
    assert (finding.table, finding.article_id) == ("captures", 1)
    assert "not forgotten" in finding.problem


def test_captures_of_articles_to_come_beside_a_restored_history_are_fine(shelf: Store) -> None:
    shelf.db.conn.execute("begin")
    shelf.db.conn.execute("delete from articles where id = 2")
    report = integrity.verify(shelf)
    shelf.db.conn.execute("rollback")
    assert report.finding is None


def test_captures_that_should_have_stayed_are_counted_apart(shelf: Store) -> None:
    shelf.db.conn.execute("begin")
    shelf.db.conn.execute("delete from captures.captures where article_id = 1 and id > 2")
    report = integrity.verify(shelf)
    shelf.db.conn.execute("rollback")
    assert (report.finding, report.captures_missing, report.captures_lost) == (None, 2, 2)
