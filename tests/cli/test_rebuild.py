from __future__ import annotations

from pathlib import Path

from tests.cli.world import Mine, falsely_read, objects
from tests.store.world import NOW, follow, history, publish, says
from tracker.store import Store
from tracker.store.history import sources


def test_rebuild_says_what_it_would_change_and_then_changes_it(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path)
    dry = mine("rebuild", "--dry-run", "--workers", "1")
    assert dry.exit_code == 0
    assert dry.stdout.splitlines() == [
        f"article {n}: would have 2 versions for 3: 2 read differently, 1 merged" for n in (1, 2)
    ]
    assert "6 versions became 4" in dry.stderr
    with Store.open(tmp_path / "tracker.db") as store:
        assert sources.counts(store).versions == 6
    [first, _] = objects(mine("rebuild", "--json", "--workers", "1").stdout)
    assert (first["article"], first["before"], first["after"], first["replaced"]) == (1, 3, 2, True)
    assert mine("verify").exit_code == 0
    assert mine("rebuild").stdout == ""


def test_rebuild_of_a_page_that_cannot_be_read_is_a_finding(tmp_path: Path, mine: Mine) -> None:
    with history(tmp_path) as store:
        publish(store, follow(store), says(), NOW, body=b"<html><body></body></html>")
    done = mine("rebuild")
    assert done.exit_code == 1
    assert done.stdout.startswith("article 1: left as it is: a capture cannot be read any more")


def test_rebuild_waits_for_the_writer_that_runs(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    with Store.open(tmp_path / "tracker.db", write=True):
        assert mine("rebuild").exit_code == 75
        assert mine("rebuild", "--dry-run").exit_code == 0


def test_rebuild_needs_the_rules_of_the_sources(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    assert mine("--config", "none.yaml", "rebuild").exit_code == 78
    assert mine("rebuild", "--source", "nobody").exit_code == 2
