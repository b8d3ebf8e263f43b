"""Doctor: what is wrong is found, named and dated; what is well is left in peace."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import SGR
from tests.cli.world import Mine, objects
from tests.store.world import HOUR, NOW, TIMES, follow, history, result, says, told
from tracker.extractor.content import EXTRACTOR
from tracker.model import Outcome
from tracker.render.words import moment_words
from tracker.store import Store
from tracker.store.history import record, source_health
from tracker.store.questions import condition

NOON = NOW.replace(hour=12)


@pytest.mark.parametrize(
    ("name", "version", "faulty"),
    [
        ("before WAL", (3, 6, 23), False),
        ("Debian 12", (3, 40, 1), True),
        ("before the correction", (3, 44, 5), True),
        ("corrected on its branch", (3, 44, 6), False),
        ("between the branches", (3, 46, 1), True),
        ("before the other correction", (3, 50, 6), True),
        ("corrected there too", (3, 50, 7), False),
        ("the last that is faulty", (3, 51, 2), True),
        ("corrected for good", (3, 51, 3), False),
        ("later", (3, 52, 0), False),
    ],
)
def test_the_fault_of_sqlite_is_known_by_its_versions(name: str, version: tuple[int, int, int], faulty: bool) -> None:
    assert condition.has_wal_reset_bug(version) is faulty, name


def said(done: Result, area: str) -> list[tuple[object, object]]:
    return [(o["level"], o["words"]) for o in objects(done.stdout) if o["area"] == area]


def lived(folder: Path, date: str = "", extractor: str = EXTRACTOR) -> None:
    """A history of today that is well, its pages served with this Date."""
    now = datetime.now(UTC)
    with history(folder) as store:
        article = follow(store, at=now)
        one = result(store, article, now, Outcome.NEW, says(extractor=extractor))
        assert one.capture is not None
        headers = (("Date", date or f"{now:%a, %d %b %Y %H:%M:%S} GMT"),)
        record.record(store, replace(one, capture=replace(one.capture, headers=headers)))
        store.db.execute("update sources set active = id = 'example-times'")


def test_a_doctor_finds_nothing_wrong_where_nothing_is(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    done = mine("doctor", "--json")
    assert [o for o in objects(done.stdout) if o["level"] == "wrong"] == []
    assert done.exit_code == 0
    assert ("fine", "agrees with the web servers'") in said(done, "clock")
    assert ("fine", "its form is whole (quick_check)") in said(done, "database")
    assert ("fine", "no process writes it") in said(done, "database")


def test_a_doctor_says_that_nobody_can_be_reached_at_an_example(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    assert "no publisher can reach you at https://operator.example/bot" in mine("doctor").stdout


def test_a_doctor_says_who_writes(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    with Store.open(tmp_path / "tracker.db", write=True):
        assert ("fine", f"a process writes it now (pid {os.getpid()})") in said(mine("doctor", "--json"), "database")


def test_a_doctor_reads_on_where_the_settings_are_wrong(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    done = mine("--database", "tracker.db", "doctor", "--json", rules="{bodi: x}")
    assert done.exit_code == 1
    assert said(done, "config")[0][0] == "wrong"
    assert said(done, "database")


def test_a_doctor_says_when_there_is_no_history(tmp_path: Path, mine: Mine) -> None:
    done = mine("doctor")
    assert done.exit_code == 1
    assert "there is no history yet" in done.stdout


def test_a_clock_that_runs_ahead_of_the_servers_is_wrong(tmp_path: Path, mine: Mine) -> None:
    date = datetime.now(UTC) - timedelta(hours=5)
    lived(tmp_path, f"{date:%a, %d %b %Y %H:%M:%S} GMT")
    [(level, words)] = said(mine("doctor", "--json"), "clock")
    assert level == "wrong"
    assert "it was 5 hours ahead of the web servers'" in str(words)


def test_a_clock_before_the_history_s_own_time_is_wrong(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        article = follow(store, "tomorrow")
        record.record(store, result(store, article, datetime.now(UTC) + 30 * HOUR, Outcome.NEW, says()))
    [(level, words)] = said(mine("doctor", "--json"), "clock")
    assert level == "wrong"
    assert "set the clock" in str(words)


def test_what_everybody_may_write_is_wrong(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    (tmp_path / "tracker.db").chmod(0o666)
    done = mine("doctor", "--json")
    assert done.exit_code == 1
    assert any("chmod o-w" in str(words) for _, words in said(done, "database"))


def test_a_damaged_file_is_found(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    path = tmp_path / "captures.db"
    body = bytearray(path.read_bytes())
    body[4096 * 2 : 4096 * 2 + 512] = bytes(512)
    path.write_bytes(body)
    done = mine("doctor", "--thorough")
    assert done.exit_code == 1
    assert "restore the last backup" in done.stdout


def test_missing_captures_are_wrong(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    (tmp_path / "captures.db").unlink()
    done = mine("doctor", terminal=True)
    assert done.exit_code == 1
    assert "captures' file is missing" in " ".join(SGR.sub("", done.stdout).split())


def test_pages_without_a_date_say_nothing_about_the_clock(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says()])
        assert condition.clock_skew(store) is None


def test_a_feed_that_fails_is_told_and_since_when(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        source_health.record_problems(
            store, TIMES.id, ["feed https://times.example/rss.xml: HTTP 404"], NOW - timedelta(days=400)
        )
    done = mine("doctor", "--json")
    assert done.exit_code == 1
    words = f"feed https://times.example/rss.xml: HTTP 404, since {moment_words(NOW - timedelta(days=400))}"
    assert ("wrong", words) in said(done, TIMES.id)


def test_a_source_that_cannot_be_reached_is_not_told_to_be_empty_as_well(tmp_path: Path, mine: Mine) -> None:
    with history(tmp_path) as store:
        source_health.record_problems(store, TIMES.id, ["feed https://times.example/rss.xml: HTTP 404"], NOW)
    [(level, words)] = said(mine("doctor", "--json"), TIMES.id)
    assert (level, "HTTP 404" in str(words)) == ("wrong", True)


def test_readings_of_an_older_extractor_call_for_a_rebuild(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path, extractor="older@0")
    done = mine("doctor", "--json")
    assert done.exit_code == 1
    assert any("tracker rebuild" in str(words) for level, words in said(done, "database") if level == "wrong")


def test_what_a_demo_leaves_is_no_fault_of_the_clock(tmp_path: Path, mine: Mine) -> None:
    lived(tmp_path)
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        store.db.execute("update sources set home_url = 'http://127.0.0.1:8080/' where active = 1")
        article = follow(store, "tomorrow")
        record.record(store, result(store, article, datetime.now(UTC) + 30 * HOUR, Outcome.NEW, says()))
    [(level, words)] = said(mine("doctor", "--json"), "clock")
    assert level == "note"
    assert "the demo's clock ran ahead" in str(words)
