"""`tracker export`: what comes out is read by somebody else's reader, row for row what the history holds."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from pyarrow import parquet
from warcio.archiveiterator import ArchiveIterator

from tests.cli.world import on
from tests.store.world import HOUR, NOW, follow, history, publish, says
from tracker.store import Store
from tracker.store.history import captures, versions

FIRST = "The pier was built in 1932, and 41 boats use it. It closes on Monday."
SECOND = "The pier was built in 1932, and 57 boats use it. It closes on Monday."


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two outlets, three articles: one edited twice and back, one edited once, one never."""
    with history(tmp_path) as store:
        pier = follow(store)
        for n, text in enumerate((FIRST, SECOND, FIRST)):
            publish(store, pier, says(text, headline="=Pier, “old”"), NOW + n * HOUR)
        mole = follow(store, "mole", "example-post")
        publish(store, mole, says("The mole opens.", "Hafen-Straße 3 & co."), NOW + HOUR)
        publish(store, mole, says("The mole opens.", "Hafen-Straße 5 & co."), NOW + 5 * HOUR)
        publish(store, follow(store, "quay"), says("A quay."), NOW)
        return store.path


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def test_csv_has_the_rows_of_the_log_in_its_order_and_answers_to_its_filter(database: Path) -> None:
    for words in ((), ("--all",), ("--source", "example-post"), ("--tag", "number"), ("--since", "2026-11-23T12:00Z")):
        logged = [json.loads(line) for line in done(on(database, "log", "--json", *words)).stdout.splitlines()]
        rows = list(csv.DictReader(io.StringIO(done(on(database, "export", "csv", "-", *words)).stdout)))
        assert [int(r["change"]) for r in rows] == [r["change"] for r in logged]
        assert [json.loads(r["tags"]) for r in rows] == [r["tags"] for r in logged]
        assert [r["acknowledged"] for r in rows] == [json.dumps(r["acknowledged"]) for r in logged]
    assert len(logged) > 1


def test_the_log_as_csv_is_the_same_table_up_to_its_limit(database: Path) -> None:
    for words in (("--all",), ("--source", "example-post")):
        assert on(database, "log", "--csv", *words).stdout == on(database, "export", "csv", "-", *words).stdout
    assert len(on(database, "log", "--csv", "--all", "--limit", "1").stdout.splitlines()) == 2


def test_running_text_stays_out_of_tables_until_it_is_asked_for(database: Path) -> None:
    bare = done(on(database, "export", "jsonl", "-", "--what", "versions")).stdout
    assert "boats" not in bare
    full = [
        json.loads(x) for x in on(database, "export", "jsonl", "-", "--what", "versions", "--text").stdout.splitlines()
    ]
    assert [r["text"] for r in full][:3] == [FIRST, SECOND, FIRST]
    assert full[3]["text"] == "The mole opens.\nHafen-Straße 3 & co."
    assert full[0].keys() - json.loads(bare.splitlines()[0]).keys() == {"text", "standfirst"}


def test_a_spreadsheet_finds_no_formula_in_safe_cells(database: Path, tmp_path: Path) -> None:
    done(on(database, "export", "csv", str(tmp_path / "safe.csv"), "--safe-cells", "--bom", "--all"))
    raw = (tmp_path / "safe.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfchange,")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert {r["headline"] for r in rows if r["source"] == "example-times"} == {"'=Pier, “old”"}
    plain = list(csv.DictReader(io.StringIO(on(database, "export", "csv", "-", "--all").stdout)))
    assert {r["headline"] for r in plain if r["source"] == "example-times"} == {"=Pier, “old”"}


def test_parquet_holds_moments_lists_and_truths_as_such(database: Path, tmp_path: Path) -> None:
    done(on(database, "export", "parquet", str(tmp_path / "c.parquet"), "--all"))
    table = parquet.read_table(tmp_path / "c.parquet")
    assert str(table.schema.field("before").type) == "timestamp[ms, tz=UTC]"
    first = table.to_pylist()[-1]
    assert first["before"] == NOW + HOUR
    assert first["after"] == NOW
    assert isinstance(first["acknowledged"], bool)
    assert "number" in first["tags"]


def test_a_data_set_says_what_it_is_and_its_sums_hold(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    done(on(database, "export", "dataset", str(out), "--all"))
    for line in (out / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    package = json.loads((out / "datapackage.json").read_text())
    for resource in package["resources"]:
        names = [f["name"] for f in resource["schema"]["fields"]]
        assert parquet.read_schema(out / resource["path"]).names == names
    assert {r["name"] for r in package["resources"]} == {"changes", "versions", "articles"}
    card = (out / "README.md").read_text()
    assert card.startswith("---\n")
    assert "data_files: data/changes.parquet" in card
    assert json.loads((out / "methods.json").read_text())["extractors"] == ["test@1"]
    assert json.loads((out / "croissant.json").read_text())["recordSet"][0]["field"][0]["name"] == "change"


def test_newsedits_queries_find_matched_added_and_deleted_sentences(database: Path, tmp_path: Path) -> None:
    done(on(database, "export", "newsedits", str(tmp_path / "ne")))
    assert {p.name for p in (tmp_path / "ne").iterdir()} == {
        "example-times-matched-sentences.db",
        "example-post-matched-sentences.db",
    }
    with closing(sqlite3.connect(tmp_path / "ne" / "example-times-matched-sentences.db")) as db:
        first = db.execute(
            "select sent_idx, sentence from split_sentences where entry_id = 1 and version = 0"
        ).fetchall()
        assert first == [(0, "<p>The pier was built in 1932, and 41 boats use it."), (1, "It closes on Monday.</p>")]
        pairs = db.execute(
            "select s.sentence, t.sentence, m.avg_sentence_distance_x from matched_sentences m "
            "join split_sentences s on (s.entry_id, s.version, s.sent_idx) = (m.entry_id, m.version_x, m.sent_idx_x) "
            "join split_sentences t on (t.entry_id, t.version, t.sent_idx) = (m.entry_id, m.version_y, m.sent_idx_y) "
            "where m.version_x = 0 order by m.sent_idx_x"
        ).fetchall()
        assert "41 boats" in pairs[0][0]
        assert "57 boats" in pairs[0][1]
        assert 0 < pairs[0][2] < 0.44
        assert pairs[1][2] == 0
        assert db.execute("select distinct version_y - version_x from matched_sentences").fetchall() == [(1,)]
        assert db.execute("select created from entryversion where id = 1").fetchone() == ("2026-11-23 10:00:00",)


def test_git_has_a_commit_a_version_by_the_outlet_at_its_moment(database: Path, tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    done(on(database, "export", "git", str(repo)))

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(repo), *words], capture_output=True, text=True, check=True).stdout

    git("fsck", "--strict")
    told = git("log", "--reverse", "--format=%an|%aI|%s").splitlines()
    assert len(told) == 6
    assert told[0] == "The Example Times|2026-11-23T10:00:00+00:00|First seen: =Pier, “old”"
    assert told[-1].startswith("The Example Post|2026-11-23T15:00:00+00:00|")
    assert git("status", "--porcelain") == ""
    blamed = git("blame", "--porcelain", "example-post/2-old-pier-to-close.md")
    assert "Hafen-Straße 5 & co." in blamed
    assert "-The pier was built in 1932, and 41" in git("log", "-p", "--", "example-times")


def test_a_warc_holds_every_capture_once_and_the_same_bytes_again_as_a_revisit(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "h.warc.gz"
    done(on(database, "export", "warc", str(out)))
    with Store.open(database) as store:
        kept = [
            captures.capture(store, r.sha256, article_id=n, at=r.fetched_at)
            for n in (1, 2, 3)
            for r in captures.captures_of(store, n)
        ]
        chains = {v.chain_sha256 for n in (1, 2, 3) for v in versions.versions(store, n)}
    found = []
    with out.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            if record.rec_type in ("response", "revisit"):
                found.append(
                    (record.rec_type, record.rec_headers.get_header("WARC-Date"), record.content_stream().read())
                )
    assert len(found) == len(kept) == 6
    assert [kind for kind, _, _ in found].count("revisit") == 1
    assert sorted(body for kind, _, body in found if kind == "response") == sorted({c.body for c in kept})
    lines = (tmp_path / "h.cdxj").read_text().splitlines()
    assert lines == sorted(lines)
    for line in lines:
        told = json.loads(line.split(" ", 2)[2])
        with out.open("rb") as file:
            file.seek(int(told["offset"]))
            record = next(iter(ArchiveIterator(file)))
            assert record.rec_headers.get_header("WARC-Target-URI") == told["url"]
            assert record.rec_headers.get_header("WARC-Payload-Digest") == told["digest"]
    with (tmp_path / "h.derived.warc.gz").open("rb") as file:
        told = [json.loads(r.content_stream().read()) for r in ArchiveIterator(file) if r.rec_type == "metadata"]
    assert {t["chain_sha256"] for t in told} == chains


def test_the_same_export_twice_is_the_same_file(database: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        done(on(database, "export", "warc", str(tmp_path / name / "h.warc.gz")))
    assert (tmp_path / "a" / "h.warc.gz").read_bytes() == (tmp_path / "b" / "h.warc.gz").read_bytes()


def test_a_wacz_holds_what_its_package_says(database: Path, tmp_path: Path) -> None:
    done(on(database, "export", "wacz", str(tmp_path / "h.wacz"), "--source", "example-times"))
    with zipfile.ZipFile(tmp_path / "h.wacz") as archive:
        package = json.loads(archive.read("datapackage.json"))
        digest = json.loads(archive.read("datapackage-digest.json"))["hash"]
        assert digest == f"sha256:{hashlib.sha256(archive.read('datapackage.json')).hexdigest()}"
        for resource in package["resources"]:
            body = archive.read(resource["path"])
            assert (len(body), f"sha256:{hashlib.sha256(body).hexdigest()}") == (resource["bytes"], resource["hash"])
        assert archive.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        pages = [json.loads(line) for line in archive.read("pages/pages.jsonl").splitlines()[1:]]
    assert {p["url"] for p in pages} == {"https://times.example/harbour", "https://times.example/quay"}
    assert package["mainPageUrl"] == "https://times.example/harbour"


def test_what_is_there_is_not_replaced_unless_that_is_asked_for(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.csv"
    out.write_text("mine")
    refused = on(database, "export", "csv", str(out))
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert out.read_text() == "mine"
    assert done(on(database, "export", "csv", str(out), "--dry-run")).stdout.startswith("changes: ")
    assert out.read_text() == "mine"
    done(on(database, "export", "csv", str(out), "--force"))
    assert out.read_text().startswith("change,")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".export")] == []


def test_captures_that_are_gone_are_counted_and_the_command_ends_with_one(database: Path, tmp_path: Path) -> None:
    with Store.open(database, write=True) as store:
        store.db.execute("delete from captures.captures where article_id = 3")
    result = on(database, "export", "warc", str(tmp_path / "h.warc.gz"))
    assert result.exit_code == 1
    assert "1 version went out without the page" in result.output
