"""Captures: evidence that stays small, comes back byte for byte, and says when it cannot."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard

from tests.store.world import HOUR, NOW, follow, history, publish, result, says, told
from tracker.errors import NotFound, StoreError
from tracker.model import Outcome
from tracker.store import Store
from tracker.store.connection import captures_path
from tracker.store.history import articles, record, versions
from tracker.store.history import captures as stored_captures
from tracker.store.history.captures import KEYFRAME_EVERY, compress, decompress
from tracker.store.proof import integrity
from tracker.store.upkeep import forget, prune


def random_page(seed: int, size: int = 60_000) -> bytes:
    """A page no compressor can do much with by itself."""
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize(
    ("database", "captures"),
    [("tracker.db", "captures.db"), ("demo.db", "demo-captures.db"), ("x", "x-captures.db")],
)
def test_captures_stand_beside_their_history(database: str, captures: str) -> None:
    assert captures_path(Path("db") / database) == Path("db") / captures


@pytest.mark.parametrize("size", [0, 1, 7, 8, 1000, 3_000_000])
def test_a_frame_gives_back_its_body_with_and_without_a_base(size: int) -> None:
    body = random_page(1, size)
    for base in (None, b"", b"short", random_page(2, 5000), body):
        assert decompress(compress(body, base), base, size) == body


def test_a_following_capture_takes_a_small_part_of_the_first(store: Store) -> None:
    article = follow(store)
    body = random_page(3)
    for n in range(4):
        publish(store, article, says(f"Text {n}."), NOW + n * HOUR, body=body + b"<i>%d</i>" % n)
    sizes = [c.stored for c in stored_captures.captures_of(store, article)]
    assert sizes[0] > 50_000
    assert max(sizes[1:]) < 1000


def test_a_far_repetition_in_a_large_page_is_still_found() -> None:
    body = random_page(4, 4_000_000)
    assert len(compress(b"new head" + body, body)) < 5000


def test_chains_are_bounded_and_every_capture_comes_back(store: Store) -> None:
    article = follow(store)
    bodies = [random_page(n, 3000) for n in range(KEYFRAME_EVERY * 2 + 3)]
    for n, body in enumerate(bodies):
        publish(store, article, says(f"Text {n}."), NOW + n * HOUR, body=body)
    rows = store.db.execute("select depth, base_sha256 is null from captures.captures order by id").fetchall()
    assert [depth for depth, _ in rows] == [n % KEYFRAME_EVERY for n in range(len(bodies))]
    assert [n for n, (_, alone) in enumerate(rows) if alone] == [0, KEYFRAME_EVERY, 2 * KEYFRAME_EVERY]
    for version, body in zip(versions.versions(store, article), bodies, strict=True):
        assert stored_captures.capture(store, version.capture_sha256).body == body


def test_a_capture_comes_back_with_everything_that_came_with_it(store: Store) -> None:
    article = follow(store)
    given = result(store, article, NOW, Outcome.NEW, says())
    record.record(store, given)
    assert given.capture is not None
    assert stored_captures.capture(store, given.capture.sha256) == given.capture
    with store.reader() as reader:
        assert stored_captures.capture(reader, given.capture.sha256) == given.capture


def test_the_same_bytes_again_keep_their_own_time_and_headers_but_no_second_body(store: Store) -> None:
    article = told(store, [says(), says(headline="Pier stays open"), says()])
    first, _, third = versions.versions(store, article)
    assert first.capture_sha256 == third.capture_sha256
    assert [c.stored > 0 for c in stored_captures.captures_of(store, article)] == [True, True, False]
    again = stored_captures.capture(store, third.capture_sha256, article_id=article, at=third.first_seen_at)
    assert again.header("etag") == '"1200"'
    assert stored_captures.capture(store, first.capture_sha256, at=first.first_seen_at).header("etag") == '"1000"'


def test_a_page_served_for_two_articles_is_kept_for_each(store: Store) -> None:
    one, two = follow(store, "one"), follow(store, "two")
    for article in (one, two):
        publish(store, article, says(), NOW, body=b"same page for both")
    assert [len(stored_captures.captures_of(store, a)) for a in (one, two)] == [1, 1]
    forget.forget(store, one, "asked to", NOW)
    assert stored_captures.capture(store, versions.version(store, two, 1).capture_sha256).body == b"same page for both"


@pytest.mark.parametrize(
    ("keep", "days", "stored"), [("none", 0, 0), ("none", 7, 3), ("changed", 0, 3), ("changed", 30, 3), ("all", 30, 5)]
)
def test_the_policy_says_what_is_stored(tmp_path: Path, keep: str, days: int, stored: int) -> None:
    with history(tmp_path, keep=keep, others=timedelta(days=days)) as store:
        article = told(store, [says(), says(headline="Pier stays open")])
        for n, outcome in enumerate((Outcome.CONSENT, Outcome.CONSENT, Outcome.UNCHANGED)):
            given = result(store, article, NOW + (n + 2) * HOUR, outcome, says(f"{n}"))
            publish_like = given.__class__(
                **{f: getattr(given, f) for f in given.__dataclass_fields__} | {"content": None, "change": None}
            )
            record.record(store, publish_like)
        assert len(stored_captures.captures_of(store, article)) == stored
        assert articles.article(store, article).version_count == 2


def test_a_policy_of_none_keeps_everything_for_its_time_and_nothing_longer(tmp_path: Path) -> None:
    with history(tmp_path, keep="none", others=timedelta(days=7)) as store:
        article = told(store, [says(), says(headline="Pier stays open")])
        assert prune.prune(store, NOW + timedelta(days=6)).captures == 0
        for version in versions.versions(store, article):
            assert stored_captures.capture(store, version.capture_sha256).sha256 == version.capture_sha256
        assert prune.prune(store, NOW + timedelta(days=8)).captures == 2
        assert integrity.verify(store).finding is None


def test_the_page_behind_todays_text_stays_for_the_change_to_come(store: Store) -> None:
    article = told(store, [says()])
    assert prune.prune(store, NOW + timedelta(days=400)).captures == 0
    publish(store, article, says(headline="Edited after a year"), NOW + timedelta(days=401))
    assert prune.prune(store, NOW + timedelta(days=900)).captures == 0
    report = integrity.verify(store)
    assert (report.finding, report.captures_missing, report.captures_lost) == (None, 0, 0)
    for version in versions.versions(store, article):
        assert stored_captures.capture(store, version.capture_sha256).sha256 == version.capture_sha256


def test_pruning_lets_go_of_what_shows_no_change_and_keeps_the_rest_whole(store: Store) -> None:
    changed = told(store, [says(), says(headline="Pier stays open")])
    quiet = told(store, [says("Never edited.")], path="quiet")
    store.db.execute("update article_state set next_check_at = null where article_id = ?", (quiet,))  # nobody looks
    later = NOW + timedelta(days=31)
    assert prune.prune(store, NOW + timedelta(days=29)).captures == 0
    assert prune.prune(store, later).captures == 1
    assert [len(stored_captures.captures_of(store, a)) for a in (changed, quiet)] == [2, 0]
    with pytest.raises(NotFound, match="never kept, or its time"):
        stored_captures.capture(store, versions.version(store, quiet, 1).capture_sha256)
    for version in versions.versions(store, changed):
        assert stored_captures.capture(store, version.capture_sha256).sha256 == version.capture_sha256
    report = integrity.verify(store)
    assert (report.finding, report.captures_missing) == (None, 1)


def test_a_story_that_changes_after_its_first_capture_went_still_records(store: Store) -> None:
    article = told(store, [says()])
    store.db.execute("update article_state set next_check_at = null where article_id = ?", (article,))
    later = NOW + timedelta(days=40)
    prune.prune(store, later)
    publish(store, article, says(headline="Pier stays open"), later)
    assert [c.base_sha256 for c in stored_captures.captures_of(store, article)] == [""]


@pytest.mark.parametrize(
    ("case", "damage", "message"),
    [
        ("a flipped bit", "update captures.captures set body = zeroblob(length(body)) where id = 2", "damaged"),
        ("a wrong size", "update captures.captures set size = size + 1 where id = 2", "damaged"),
        ("another body", "update captures.captures set body = :other where id = 2", "damaged"),
        ("a lost base", "delete from captures.captures where id = 1", "base"),
        (
            "bases in a circle",
            "update captures.captures set base_sha256 = (select sha256 from captures.captures where id = 2)",
            "does not end",
        ),
    ],
)
def test_damage_is_named(store: Store, case: str, damage: str, message: str) -> None:
    article = told(store, [says(), says(headline="Pier stays open")])
    other = zstandard.ZstdCompressor().compress(b"x" * stored_captures.captures_of(store, article)[1].size)
    store.db.conn.execute(damage, {"other": other} if ":other" in damage else {})
    with pytest.raises(StoreError, match=message):
        stored_captures.capture(store, versions.version(store, article, 2).capture_sha256)
    assert integrity.verify(store).finding is not None


def test_a_history_without_its_captures_says_where_they_should_be(store: Store, tmp_path: Path) -> None:
    article = told(store, [says()])
    version = versions.version(store, article, 1)
    store.close()
    (tmp_path / "captures.db").rename(tmp_path / "elsewhere.db")
    with Store.open(tmp_path / "tracker.db") as reader:
        with pytest.raises(StoreError, match=r"captures\.db"):
            stored_captures.capture(reader, version.capture_sha256)
        assert versions.version(reader, article, 1) == version
