from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.world import on
from tests.store.world import NOW
from tracker.model import Found, Via
from tracker.store import Store
from tracker.store.history import articles


@pytest.mark.parametrize(("name", "answer"), [("no", "n\n"), ("nothing at all", "\n"), ("nobody is there", "")])
def test_forget_asks_first(spare: Path, name: str, answer: str) -> None:
    done = on(spare, "forget", "https://times.example/mission", stdin=answer)
    assert done.exit_code == 1, name
    assert "Forget it for good?" in done.stderr
    assert "Article 1 stays as it is; --yes does not ask." in done.stderr
    assert on(spare, "show", "1").exit_code == 0


@pytest.mark.parametrize("typed", ["mission", "alliance takes over", "http://www.times.example/mission/"])
def test_nothing_is_forgotten_by_what_only_resembles_its_address(spare: Path, typed: str) -> None:
    assert on(spare, "show", typed).exit_code == 0
    assert on(spare, "forget", typed, "--yes").exit_code == 2
    assert on(spare, "show", "1").exit_code == 0


def test_what_is_forgotten_is_in_no_file_and_its_checkpoint_stays_true(spare: Path, tmp_path: Path) -> None:
    on(spare, "verify", "--checkpoint", str(tmp_path / "heads.txt"))
    assert on(spare, "forget", "https://times.example/mission", "--yes", "--reason", "court order").exit_code == 0
    assert on(spare, "show", "1").exit_code == 2
    assert on(spare, "search", "alliance").stdout == ""
    done = on(spare, "verify", "--against", str(tmp_path / "heads.txt"))
    assert done.exit_code == 0, done.stdout
    [forgotten, rest] = done.stdout.splitlines()[-2:]
    assert forgotten.startswith("Article 1, which the checkpoint saw, was forgotten at 20")
    assert forgotten.endswith("Z: court order.")
    assert rest.startswith("Everything else that ")
    as_json = json.loads(on(spare, "verify", "--against", str(tmp_path / "heads.txt"), "--json").stdout)
    assert [(f["article"], f["reason"]) for f in as_json["forgotten"]] == [(1, "court order")]
    with Store.open(spare, write=True) as store:
        assert (
            articles.found(store, "example-times", [Found("https://times.example/mission", Via.FEED)], NOW, due_at=NOW)
            == []
        )


def test_upkeep_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    done = on(tmp_path / "none.db", "forget", "1", "--yes")
    assert done.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_forgetting_waits_for_the_writer_that_runs(spare: Path) -> None:
    with Store.open(spare, write=True):
        assert on(spare, "forget", "1", "--yes").exit_code == 75
