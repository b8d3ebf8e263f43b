from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from tests.cli.world import on
from tests.store.world import NOW
from tracker.cli.commands.evidence import pack
from tracker.store import Store
from tracker.store.history import changes
from tracker.store.proof import chain, evidence


def unpacked(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_evidence_can_be_checked_with_nothing_but_hashes(spare: Path, tmp_path: Path) -> None:
    file = tmp_path / "evidence.zip"
    done = on(spare, "evidence", "1", str(file))
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


def test_the_manifest_tells_a_person_what_happened_and_how_to_check(spare: Path, tmp_path: Path) -> None:
    on(spare, "evidence", "1", str(tmp_path / "evidence.zip"))
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


def test_evidence_of_a_hostile_page_is_harmless_where_it_is_read(spare: Path, tmp_path: Path) -> None:
    with Store.open(spare) as store:
        change = changes.change_of(store, 2, 2).id
    done = on(spare, "evidence", str(change), str(tmp_path / "evidence.zip"))
    files = unpacked(tmp_path / "evidence.zip")
    for name in ("MANIFEST.txt", "change.html", "change.txt", "version-1/response.txt"):
        assert not set("\x1b\x9b\u202e") & set(files[name].decode()), name
    assert b"<script" not in files["change.html"]
    assert "\x1b" not in done.stderr


def test_a_page_that_is_no_longer_kept_is_named(spare: Path, tmp_path: Path) -> None:
    with Store.open(spare) as store:
        change = changes.change_of(store, 2, 2).id
    with closing(sqlite3.connect(spare.with_name("captures.db"))) as db, db:
        db.execute("delete from captures where article_id = 2")
    done = on(spare, "evidence", str(change), str(tmp_path / "evidence.zip"))
    assert done.exit_code == 1
    assert "page of version 1 is no longer kept" in done.stderr
    files = unpacked(tmp_path / "evidence.zip")
    assert "version-1/capture.html" not in files
    assert "version-1/text.txt" in files


def test_evidence_of_an_altered_history_says_so_on_its_first_page(spare: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(spare)) as db, db:
        db.execute("update changes set score = score + 1 where id = 1")
    done = on(spare, "evidence", "1", str(tmp_path / "evidence.zip"))
    assert done.exit_code == 1
    assert b"WARNING: the history does not hold" in unpacked(tmp_path / "evidence.zip")["MANIFEST.txt"]


def test_the_manifest_says_what_vouches_for_itself_and_what_is_in_no_link(spare: Path, tmp_path: Path) -> None:
    on(spare, "evidence", "1", str(tmp_path / "evidence.zip"))
    files = unpacked(tmp_path / "evidence.zip")
    manifest = " ".join(files["MANIFEST.txt"].decode().split())
    listed = {line.split("  ")[1] for line in files["SHA256SUMS"].decode().splitlines()}
    assert set(files) - listed - {"SHA256SUMS"} == {"MANIFEST.txt", "manifest.json"}
    assert "This page and manifest.json stand in no list. The SHA-256 of the whole ZIP vouches for them" in manifest
    assert "is in no link of the chain" in manifest
    link = json.loads(json.loads(files["chain.jsonl"].decode().splitlines()[-1])["sha256_of"])
    assert "substantive" not in link


def test_evidence_never_replaces_a_file_unasked(spare: Path, tmp_path: Path) -> None:
    file = tmp_path / "evidence.zip"
    file.write_text("precious")
    assert on(spare, "evidence", "1", str(file)).exit_code == 2
    assert file.read_text() == "precious"
    assert on(spare, "evidence", "1", str(file), "--force").exit_code == 0


def test_the_same_evidence_is_the_same_file(spare: Path) -> None:
    with Store.open(spare) as store:
        gathered = evidence.evidence(store, 1)
        links = chain.chain(store, gathered.article.id)
    assert pack(gathered, links, None, NOW) == pack(gathered, links, None, NOW)
    assert zipfile.is_zipfile(io.BytesIO(pack(gathered, links, None, NOW)))


def test_an_unknown_change_is_wrong_use(spare: Path, tmp_path: Path) -> None:
    done = on(spare, "evidence", "99", str(tmp_path / "evidence.zip"))
    assert done.exit_code == 2
    assert not (tmp_path / "evidence.zip").exists()
