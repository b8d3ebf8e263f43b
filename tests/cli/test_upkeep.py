"""Verify, checkpoints, backup, forget and evidence, on a history made by the real store."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import FIRST, SECOND, Run, attacked
from tests.store.world import HOUR, NOW, follow, history, publish, says, told
from tracker.cli import main
from tracker.cli.commands.evidence import pack
from tracker.cli.commands.upkeep import verified
from tracker.model import Found, Via
from tracker.store import Store, Writer
from tracker.store.history import articles, changes, sources
from tracker.store.proof import chain, evidence
from tracker.store.search import documents


def on(database: Path, *arguments: str, stdin: str | None = None) -> Result:
    """Run a command on a history of one's own."""
    env = {"TRACKER_DATABASE": str(database), "TRACKER_CONFIG": None, "FORCE_COLOR": None, "NO_COLOR": "1"}
    return CliRunner().invoke(main, arguments, env=env, input=stdin)


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history that a test may damage: 1 changed twice, 2 attacks, 3 has one version."""
    monkeypatch.chdir(tmp_path)
    with history(tmp_path) as store:
        told(store, [FIRST, SECOND, FIRST], "mission")
        told(store, [attacked("400"), attacked("500")], "attack", "example-post")
        publish(store, follow(store, "quiet"), says(), NOW)
    return tmp_path / "tracker.db"


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


def test_a_history_that_is_being_written_holds(mine: Path) -> None:
    with Store.open(mine, write=True) as store, Writer(store) as writer, Store.open(mine) as reader:
        article = articles.resolve(store, "https://times.example/quiet")
        works = [(NOW + n * HOUR, says(f"It is hour {n}.", headline=f"Hour {n}")) for n in range(1, 60)]
        done = [writer.submit(lambda s, at=at, said=said: publish(s, article, said, at)) for at, said in works]
        while not all(future.done() for future in done):
            assert verified(reader, article).finding is None
        assert [future.exception() for future in done] == [None] * len(works)
        assert verified(reader).versions == 65


def test_verify_names_the_first_row_that_does_not_hold(mine: Path) -> None:
    with closing(sqlite3.connect(mine)) as db, db:
        db.execute("update paragraphs set text = replace(text, '400', '600') where text like '%400 trainers%'")
    done = on(mine, "verify")
    assert done.exit_code == 1
    assert done.stdout.startswith("DOES NOT HOLD: article 1: versions 1 (number 1): its text is not what was recorded")
    finding = json.loads(on(mine, "verify", "--json").stdout)["findings"][0]
    assert (finding["article"], finding["table"]) == (1, "versions")


def test_search_that_was_altered_is_found_and_made_again(mine: Path, tmp_path: Path) -> None:
    with Store.open(mine, write=True) as store:
        documents.remove(store.db, 1, documents.document(store.db, 1))
    for arguments in (["verify"], ["verify", "1"]):
        done = on(mine, *arguments)
        assert done.exit_code == 1
        assert done.stdout.startswith("DOES NOT HOLD: article 1: article_search 1: ")
        assert "tracker rebuild --search" in done.stdout
    assert "DOES NOT HOLD" in on(mine, "backup", str(tmp_path / "copy.db")).stderr
    assert on(mine, "verify", "2").exit_code == 0
    assert on(mine, "search", "alliance").stdout == ""
    assert on(mine, "rebuild", "--search").stdout == "Search holds 3 articles again.\n"
    assert on(mine, "verify").exit_code == 0
    assert on(mine, "search", "alliance").stdout.startswith("1\t")
    assert json.loads(on(mine, "rebuild", "--search", "--json").stdout) == {"documents": 3}


def test_a_checkpoint_is_written_once_and_compared_with(mine: Path, tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    assert on(mine, "verify", "--checkpoint", str(file)).exit_code == 0
    again = on(mine, "verify", "--checkpoint", str(file))
    assert (again.exit_code, "never overwritten" in again.stderr) == (2, True)
    done = on(mine, "verify", "--against", str(file))
    assert done.exit_code == 0
    assert "is still there" in done.stdout


def test_a_chain_written_anew_is_shown_by_an_earlier_checkpoint(mine: Path, tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    on(mine, "verify", "--checkpoint", str(file))
    for name in ("tracker.db", "captures.db"):
        (tmp_path / name).unlink()
    with history(tmp_path) as store:
        told(store, [FIRST, replace(SECOND, headline="Another truth"), FIRST], "mission")
        told(store, [attacked("400"), attacked("500")], "attack", "example-post")
    assert on(mine, "verify").exit_code == 0
    done = on(mine, "verify", "--against", str(file))
    assert done.exit_code == 1
    assert [line.split(":")[:2] for line in done.stdout.splitlines()[1:]] == [
        ["LOST SINCE THE CHECKPOINT", " article 1"],
        ["LOST SINCE THE CHECKPOINT", " article 3"],
    ]


def test_no_checkpoint_is_made_of_a_history_that_does_not_hold(mine: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(mine)) as db, db:
        db.execute("update versions set headline = 'Another' where id = 1")
    done = on(mine, "verify", "--checkpoint", str(tmp_path / "heads.txt"))
    assert done.exit_code == 1
    assert not (tmp_path / "heads.txt").exists()


def test_a_checkpoint_on_standard_output_is_nothing_but_the_checkpoint(mine: Path, tmp_path: Path) -> None:
    done = on(mine, "verify", "--checkpoint", "-")
    assert done.stdout.startswith("tracker-checkpoint-1 ")
    (tmp_path / "heads.txt").write_text(done.stdout)
    assert on(mine, "verify", "--against", str(tmp_path / "heads.txt")).exit_code == 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("a checkpoint of one article", ["verify", "1", "--checkpoint", "x"]),
        ("an article that is none", ["verify", "99"]),
        ("a backup onto itself", ["backup", "tracker.db"]),
        ("search of one source made again", ["rebuild", "--search", "--source", "example-times"]),
    ],
)
def test_what_cannot_be_done_is_refused(name: str, arguments: list[str], mine: Path) -> None:
    assert on(mine, *arguments).exit_code in (1, 2), name


def test_a_backup_is_whole_and_verified(mine: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    done = on(mine, "backup", str(copy))
    assert done.exit_code == 0
    assert "The copy holds: 3 articles, 6 versions." in done.stderr
    assert (tmp_path / "copy-captures.db").exists()
    assert on(copy, "log", "--json", "--all").stdout == on(mine, "log", "--json", "--all").stdout


def test_a_backup_is_made_while_another_process_writes(mine: Path, tmp_path: Path) -> None:
    with Store.open(mine, write=True) as store:
        publish(store, follow(store, "later"), says("Written while the backup runs."), NOW + HOUR)
        assert on(mine, "backup", str(tmp_path / "copy.db")).exit_code == 0
    with Store.open(tmp_path / "copy.db") as copy:
        assert sources.counts(copy).versions == 7


def test_a_backup_of_a_history_that_does_not_hold_says_so(mine: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(mine)) as db, db:
        db.execute("update changes set score = score + 1 where id = 1")
    done = on(mine, "backup", str(tmp_path / "copy.db"))
    assert done.exit_code == 1
    assert "DOES NOT HOLD" in done.stderr
    assert on(mine, "backup", str(tmp_path / "copy.db"), "--unverified").exit_code == 0


def test_a_backup_without_a_name_is_dated_and_the_oldest_go(mine: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    for day in range(1, 9):
        for name in (f"tracker-2026-01-0{day}.db", f"tracker-2026-01-0{day}-captures.db"):
            (folder / name).touch()
    (folder / "tracker-precious.db").touch()
    assert on(mine, "backup", "--keep", "2").exit_code == 0
    kept = sorted(path.name for path in folder.iterdir())
    assert kept[:2] == ["tracker-2026-01-08-captures.db", "tracker-2026-01-08.db"]
    assert kept[-1] == "tracker-precious.db"
    assert len(kept) == 5


@pytest.mark.parametrize(("name", "answer"), [("no", "n\n"), ("nothing at all", "\n"), ("nobody is there", "")])
def test_forget_asks_first(mine: Path, name: str, answer: str) -> None:
    done = on(mine, "forget", "https://times.example/mission", stdin=answer)
    assert done.exit_code == 1, name
    assert "Forget it for good?" in done.stderr
    assert "Article 1 stays as it is; --yes does not ask." in done.stderr
    assert on(mine, "show", "1").exit_code == 0


def test_what_is_forgotten_is_in_no_file_and_its_checkpoint_stays_true(mine: Path, tmp_path: Path) -> None:
    on(mine, "verify", "--checkpoint", str(tmp_path / "heads.txt"))
    assert on(mine, "forget", "https://times.example/mission", "--yes", "--reason", "court order").exit_code == 0
    assert on(mine, "show", "1").exit_code == 2
    assert on(mine, "search", "alliance").stdout == ""
    done = on(mine, "verify", "--against", str(tmp_path / "heads.txt"))
    assert done.exit_code == 0, done.stdout
    [forgotten, rest] = done.stdout.splitlines()[-2:]
    assert forgotten.startswith("Article 1, which the checkpoint saw, was forgotten at 20")
    assert forgotten.endswith("Z: court order.")
    assert rest.startswith("Everything else that ")
    as_json = json.loads(on(mine, "verify", "--against", str(tmp_path / "heads.txt"), "--json").stdout)
    assert [(f["article"], f["reason"]) for f in as_json["forgotten"]] == [(1, "court order")]
    with Store.open(mine, write=True) as store:
        assert (
            articles.found(store, "example-times", [Found("https://times.example/mission", Via.FEED)], NOW, due_at=NOW)
            == []
        )


def test_upkeep_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    done = on(tmp_path / "none.db", "forget", "1", "--yes")
    assert done.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_forgetting_waits_for_the_writer_that_runs(mine: Path) -> None:
    with Store.open(mine, write=True):
        assert on(mine, "forget", "1", "--yes").exit_code == 75


def unpacked(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_evidence_can_be_checked_with_nothing_but_hashes(mine: Path, tmp_path: Path) -> None:
    file = tmp_path / "evidence.zip"
    done = on(mine, "evidence", "1", str(file))
    assert done.exit_code == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() in done.stderr
    files = unpacked(file)
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    manifest = json.loads(files["manifest.json"])
    for version in manifest["versions"]:
        folder = f"version-{version['version']}"
        assert hashlib.sha256(files[f"{folder}/capture.html"]).hexdigest() == version["capture_sha256"]
        assert hashlib.sha256(files[f"{folder}/content.json"]).hexdigest() == version["content_sha256"]
    before = ""
    for link in map(json.loads, files["chain.jsonl"].decode().splitlines()):
        assert hashlib.sha256(link["sha256_of"].encode()).hexdigest() == link["chain_sha256"]
        assert json.loads(link["sha256_of"])[0] == before
        before = link["chain_sha256"]
    assert set(files) == {"MANIFEST.txt", "manifest.json", "SHA256SUMS"} | {
        line.split("  ")[1] for line in files["SHA256SUMS"].decode().splitlines()
    }


def test_the_manifest_tells_a_person_what_happened_and_how_to_check(mine: Path, tmp_path: Path) -> None:
    on(mine, "evidence", "1", str(tmp_path / "evidence.zip"))
    manifest = unpacked(tmp_path / "evidence.zip")["MANIFEST.txt"].decode()
    for said in (
        "https://times.example/mission",
        "between 10:00 and 11:00 UTC on 23 Nov 2026",
        "sha256sum -c",
        "holds.",
    ):
        assert said in manifest
    assert "Happened" in manifest
    assert "correction notice seen" in manifest


def test_evidence_of_a_hostile_page_is_harmless_where_it_is_read(mine: Path, tmp_path: Path) -> None:
    with Store.open(mine) as store:
        change = changes.change_of(store, 2, 2).id
    done = on(mine, "evidence", str(change), str(tmp_path / "evidence.zip"))
    files = unpacked(tmp_path / "evidence.zip")
    for name in ("MANIFEST.txt", "change.html", "change.txt", "version-1/response.txt"):
        assert not set("\x1b\x9b\u202e") & set(files[name].decode()), name
    assert b"<script" not in files["change.html"]
    assert "\x1b" not in done.stderr


def test_a_page_that_is_no_longer_kept_is_named(mine: Path, tmp_path: Path) -> None:
    with Store.open(mine) as store:
        change = changes.change_of(store, 2, 2).id
    with closing(sqlite3.connect(mine.with_name("captures.db"))) as db, db:
        db.execute("delete from captures where article_id = 2")
    done = on(mine, "evidence", str(change), str(tmp_path / "evidence.zip"))
    assert done.exit_code == 1
    assert "page of version 1 is no longer kept" in done.stderr
    files = unpacked(tmp_path / "evidence.zip")
    assert "version-1/capture.html" not in files
    assert "version-1/text.txt" in files


def test_evidence_of_an_altered_history_says_so_on_its_first_page(mine: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(mine)) as db, db:
        db.execute("update changes set score = score + 1 where id = 1")
    done = on(mine, "evidence", "1", str(tmp_path / "evidence.zip"))
    assert done.exit_code == 1
    assert b"WARNING: the history does not hold" in unpacked(tmp_path / "evidence.zip")["MANIFEST.txt"]


def test_an_older_captures_file_in_place_of_the_newer_one_is_told_of(mine: Path, tmp_path: Path) -> None:
    with Store.open(mine, write=True) as store:
        Path(tmp_path / "older.db").write_bytes((tmp_path / "captures.db").read_bytes())
        publish(store, 1, SECOND, NOW + 5 * HOUR, body=b"<p>Another page, another day.</p>")
    (tmp_path / "older.db").replace(tmp_path / "captures.db")
    done = on(mine, "verify")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1:] == [
        "1 version was read from captures that are no longer kept; their texts hold by the chain.",
        "1 of them is of an article that changed; such captures stay, unless sources.yaml says "
        "`captures: {keep: none}`. Is captures.db an older copy?",
    ]
    assert json.loads(on(mine, "verify", "--json").stdout)["captures_lost"] == 1


def test_the_manifest_says_what_vouches_for_itself_and_what_is_in_no_link(mine: Path, tmp_path: Path) -> None:
    on(mine, "evidence", "1", str(tmp_path / "evidence.zip"))
    files = unpacked(tmp_path / "evidence.zip")
    manifest = " ".join(files["MANIFEST.txt"].decode().split())
    listed = {line.split("  ")[1] for line in files["SHA256SUMS"].decode().splitlines()}
    assert set(files) - listed - {"SHA256SUMS"} == {"MANIFEST.txt", "manifest.json"}
    assert "This page and manifest.json stand in no list. The SHA-256 of the whole ZIP vouches for them" in manifest
    assert "is in no link of the chain" in manifest
    link = json.loads(json.loads(files["chain.jsonl"].decode().splitlines()[-1])["sha256_of"])
    assert "substantive" not in link


def test_evidence_never_replaces_a_file_unasked(mine: Path, tmp_path: Path) -> None:
    file = tmp_path / "evidence.zip"
    file.write_text("precious")
    assert on(mine, "evidence", "1", str(file)).exit_code == 2
    assert file.read_text() == "precious"
    assert on(mine, "evidence", "1", str(file), "--force").exit_code == 0


def test_the_same_evidence_is_the_same_file(mine: Path) -> None:
    with Store.open(mine) as store:
        gathered = evidence.evidence(store, 1)
        links = chain.chain(store, gathered.article.id)
    assert pack(gathered, links, None, NOW) == pack(gathered, links, None, NOW)
    assert zipfile.is_zipfile(io.BytesIO(pack(gathered, links, None, NOW)))


def test_an_unknown_change_is_wrong_use(mine: Path, tmp_path: Path) -> None:
    done = on(mine, "evidence", "99", str(tmp_path / "evidence.zip"))
    assert done.exit_code == 2
    assert not (tmp_path / "evidence.zip").exists()
