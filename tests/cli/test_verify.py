"""`tracker verify` and its checkpoints, on a history made by the real store."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import FIRST, SECOND, Run, attacked
from tests.cli.world import on
from tests.store.world import HOUR, NOW, history, publish, says, told
from tracker.cli.verification import verified
from tracker.store import Store, Writer
from tracker.store.history import articles
from tracker.store.search import documents


def test_a_history_that_holds_is_said_to_hold(run: Run) -> None:
    done = run("verify")
    assert done.exit_code == 0
    assert done.stdout == "All of it holds: 4 articles, 6 versions, 3 changes, 6 captures.\n"


def test_verify_as_json_is_one_object(run: Run) -> None:
    told_ = json.loads(run("verify", "1", "--json").stdout)
    assert told_ == {
        "holds": True,
        "articles": 1,
        "versions": 3,
        "changes": 2,
        "captures": 3,
        "captures_missing": 0,
        "captures_lost": 0,
        "findings": [],
        "forgotten": [],
    }


def test_a_history_that_is_being_written_holds(spare: Path) -> None:
    with Store.open(spare, write=True) as store, Writer(store) as writer, Store.open(spare) as reader:
        article = articles.resolve(store, "https://times.example/quiet")
        works = [(NOW + n * HOUR, says(f"It is hour {n}.", headline=f"Hour {n}")) for n in range(1, 60)]
        done = [writer.submit(lambda s, at=at, said=said: publish(s, article, said, at)) for at, said in works]
        while not all(future.done() for future in done):
            assert verified(reader, article).finding is None
        assert [future.exception() for future in done] == [None] * len(works)
        assert verified(reader).versions == 65


def test_verify_names_the_first_row_that_does_not_hold(spare: Path) -> None:
    with closing(sqlite3.connect(spare)) as db, db:
        db.execute("update paragraphs set text = replace(text, '400', '600') where text like '%400 trainers%'")
    done = on(spare, "verify")
    assert done.exit_code == 1
    assert done.stdout.startswith("DOES NOT HOLD: article 1: versions 1 (number 1): its text is not what was recorded")
    finding = json.loads(on(spare, "verify", "--json").stdout)["findings"][0]
    assert (finding["article"], finding["table"]) == (1, "versions")


def test_search_that_was_altered_is_found_and_made_again(spare: Path, tmp_path: Path) -> None:
    with Store.open(spare, write=True) as store:
        documents.remove(store.db, 1, documents.document(store.db, 1))
    for arguments in (["verify"], ["verify", "1"]):
        done = on(spare, *arguments)
        assert done.exit_code == 1
        assert done.stdout.startswith("DOES NOT HOLD: article 1: article_search 1: ")
        assert "tracker rebuild --search" in done.stdout
    assert "DOES NOT HOLD" in on(spare, "backup", str(tmp_path / "copy.db")).stderr
    assert on(spare, "verify", "2").exit_code == 0
    assert on(spare, "search", "alliance").stdout == ""
    assert on(spare, "rebuild", "--search").stdout == "Search holds 3 articles again.\n"
    assert on(spare, "verify").exit_code == 0
    assert on(spare, "search", "alliance").stdout.startswith("1\t")
    assert json.loads(on(spare, "rebuild", "--search", "--json").stdout) == {"documents": 3}


def test_a_checkpoint_is_written_once_and_compared_with(spare: Path, tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    assert on(spare, "verify", "--checkpoint", str(file)).exit_code == 0
    again = on(spare, "verify", "--checkpoint", str(file))
    assert (again.exit_code, "never overwritten" in again.stderr) == (2, True)
    done = on(spare, "verify", "--against", str(file))
    assert done.exit_code == 0
    assert "is still there" in done.stdout


def test_a_chain_written_anew_is_shown_by_an_earlier_checkpoint(spare: Path, tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    on(spare, "verify", "--checkpoint", str(file))
    for name in ("tracker.db", "captures.db"):
        (tmp_path / name).unlink()
    with history(tmp_path) as store:
        told(store, [FIRST, replace(SECOND, headline="Another truth"), FIRST], "mission")
        told(store, [attacked("400"), attacked("500")], "attack", "example-post")
    assert on(spare, "verify").exit_code == 0
    done = on(spare, "verify", "--against", str(file))
    assert done.exit_code == 1
    assert [line.split(":")[:2] for line in done.stdout.splitlines()[1:]] == [
        ["LOST SINCE THE CHECKPOINT", " article 1"],
        ["LOST SINCE THE CHECKPOINT", " article 3"],
    ]


def test_no_checkpoint_is_made_of_a_history_that_does_not_hold(spare: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(spare)) as db, db:
        db.execute("update versions set headline = 'Another' where id = 1")
    done = on(spare, "verify", "--checkpoint", str(tmp_path / "heads.txt"))
    assert done.exit_code == 1
    assert not (tmp_path / "heads.txt").exists()


def test_a_checkpoint_on_standard_output_is_nothing_but_the_checkpoint(spare: Path, tmp_path: Path) -> None:
    done = on(spare, "verify", "--checkpoint", "-")
    assert done.stdout.startswith("tracker-checkpoint-1 ")
    (tmp_path / "heads.txt").write_text(done.stdout)
    assert on(spare, "verify", "--against", str(tmp_path / "heads.txt")).exit_code == 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("a checkpoint of one article", ["verify", "1", "--checkpoint", "x"]),
        ("an article that is none", ["verify", "99"]),
        ("a backup onto itself", ["backup", "tracker.db"]),
        ("search of one source made again", ["rebuild", "--search", "--source", "example-times"]),
    ],
)
def test_what_cannot_be_done_is_refused(name: str, arguments: list[str], spare: Path) -> None:
    assert on(spare, *arguments).exit_code in (1, 2), name


def test_an_older_captures_file_in_place_of_the_newer_one_is_told_of(spare: Path, tmp_path: Path) -> None:
    with Store.open(spare, write=True) as store:
        Path(tmp_path / "older.db").write_bytes((tmp_path / "captures.db").read_bytes())
        publish(store, 1, SECOND, NOW + 5 * HOUR, body=b"<p>Another page, another day.</p>")
    (tmp_path / "older.db").replace(tmp_path / "captures.db")
    done = on(spare, "verify")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1:] == [
        "1 version was read from captures that are no longer kept; their texts hold by the chain.",
        "1 of them is of an article that changed; such captures stay, unless sources.yaml says "
        "`captures: {keep: none}`. Is captures.db an older copy?",
    ]
    assert json.loads(on(spare, "verify", "--json").stdout)["captures_lost"] == 1
