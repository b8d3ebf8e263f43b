"""`tracker import` and `tracker imports`, from the command line to the history and out again."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import Result

from tests.cli.world import go
from tests.exchange.archive import FakeArchive, serving
from tests.exchange.test_warc_in import record, written
from tests.pipeline.test_merge import EDITIONS, SEEN, html
from tests.waiting import HANG
from tracker.store import Store
from tracker.store.history import articles, captures, changes, versions
from tracker.store.proof import integrity

pytestmark = pytest.mark.slow
URL = "https://times.example/ferry"
Command = Callable[..., Result]

SOURCES = """\
database: tracker.db
contact: https://operator.example/bot
network:
  allow_private: true
  allow_ports: [80, 443, {port}]
sources:
- id: example-times
  name: The Example Times
  feeds: [https://times.example/rss.xml]
"""


def home(folder: Path, port: int = 8000) -> Command:
    """A folder with settings; runs a command there."""
    folder.mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(SOURCES.format(port=port))

    def command(*words: str) -> Result:
        return go("--config", str(folder / "sources.yaml"), *words)

    return command


def crawl(folder: Path) -> Path:
    """A WARC of the story's editions, an hour apart, among pages of others."""
    records = [
        record(html(e), url=URL, WARC_Date=f"{c.fetched_at:%Y-%m-%dT%H:%M:%SZ}")
        for e, c in zip(EDITIONS, SEEN, strict=True)
    ]
    front = record(b"<html><title>News</title><a href=/a>One</a></html>", url="https://times.example/")
    return written(folder / "crawl.warc.gz", *records, record(url="https://other.example/x"), front)


def told(database: Path) -> list[tuple[str, object]]:
    with Store.open(database) as store:
        return [(v.content_sha256, v.first_seen_at) for v in versions.versions(store, 1)]


def test_a_crawl_comes_in_is_listed_and_goes_out_whole(tmp_path: Path) -> None:
    command = home(tmp_path / "a")
    done = command("import", "warc", str(crawl(tmp_path)))
    assert done.exit_code == 0
    assert "article 1: has 6 versions" in done.stdout
    for line in (
        "8 captures\n",
        "1 new articles\n",
        "1 records of other sites\n",
        "1 captures of pages that are no articles\n",
    ):
        assert line in done.stderr
    with Store.open(tmp_path / "a" / "tracker.db") as store:
        assert integrity.verify(store).finding is None
        assert {v.observer for v in versions.versions(store, 1)} == {"warc"}
    for words in (("history", "1"), ("show", "1", "--json")):
        assert "warc" in command(*words).stdout
    assert command("evidence", "1", str(tmp_path / "e.zip")).exit_code == 0
    with zipfile.ZipFile(tmp_path / "e.zip") as packed:
        assert b"seen by  warc; imported, we did not see it" in packed.read("MANIFEST.txt")
        assert b"Received by: warc, not by us" in packed.read("version-1/response.txt")
        manifest = json.loads(packed.read("manifest.json"))
        assert manifest["versions"][0]["origin"]["file"] == "crawl.warc.gz"
    again = command("import", "warc", str(tmp_path / "crawl.warc.gz"))
    assert "nothing to do" in again.stderr
    (listed,) = [json.loads(line) for line in command("imports", "--json").stdout.splitlines()]
    assert (listed["import"], listed["counts"]["captures"]) == (1, 8)
    assert command("import", "--undo", "1").exit_code == 0
    with Store.open(tmp_path / "a" / "tracker.db") as store:
        assert articles.articles(store) == []
    assert "taken out" in command("imports").stdout
    assert command("import", "--undo", "1").exit_code == 2


def test_what_goes_out_as_a_warc_comes_in_as_the_same_versions(tmp_path: Path) -> None:
    first, second = home(tmp_path / "first"), home(tmp_path / "second")
    first("import", "warc", str(crawl(tmp_path)))
    for name in ("out.warc.gz", "out.wacz"):
        assert first("export", name.partition(".")[2].removesuffix(".gz"), str(tmp_path / name), "--all").exit_code == 0
    assert second("import", "warc", str(tmp_path / "out.warc.gz")).exit_code == 0
    assert told(tmp_path / "second" / "tracker.db") == told(tmp_path / "first" / "tracker.db")
    chains = []
    for folder in ("first", "second"):
        with Store.open(tmp_path / folder / "tracker.db") as store:
            chains.append([v.chain_sha256 for v in versions.versions(store, 1)])
    assert chains[0] == chains[1]
    more = second("import", "warc", str(tmp_path / "out.wacz"))
    assert "8 already there" in more.stderr
    rows = list(csv.DictReader(io.StringIO(second("export", "csv", "-", "--all").stdout)))
    assert {r["new_observer"] for r in rows} == {"warc"}


def test_an_address_gets_its_past_from_a_web_archive_and_another_day_only_what_is_new(tmp_path: Path) -> None:
    archive = FakeArchive()
    archive.hold(URL, t20240501100000=html(0), t20240502100000=html(1), t20240503100000=html(1))
    with serving(archive):
        command = home(tmp_path, urlsplit(archive.base).port or 0)
        words = ("import", "wayback", URL, "--archive", archive.base, "--cdx")
        assert command(*words, "--dry-run").exit_code == 1, "there is no history to read yet"
        done = command(*words)
        assert done.exit_code == 0, done.output
        assert "3 captures listed, 3 to ask for" in done.stderr
        with Store.open(tmp_path / "tracker.db") as store:
            first, second = versions.versions(store, 1)
            assert second.first_seen_at == datetime(2024, 5, 2, 10, tzinfo=UTC)
            assert first.observer == archive.base.partition("://")[2]
            assert "memento" in captures.capture(store, first.capture_sha256).origin
            assert [c.before.day for c in changes.of_article(store, 1)] == [2]
        archive.hold(URL, t20240509100000=html(2))
        archive.asked.clear()
        assert "1 to ask for" in command(*words).stderr
        assert sum("id_/" in path for path in archive.asked) == 1
        archive.faults = {"/cdx/": [(429, {"Retry-After": "7200"})]}
        stopped = command("import", "wayback", "1", "--archive", archive.base, "--cdx")
        assert stopped.exit_code == 1
        assert "another day" in stopped.stderr
    with Store.open(tmp_path / "tracker.db") as store:
        assert articles.article(store, 1).version_count == 3
        assert integrity.verify(store).finding is None


def test_a_table_of_texts_becomes_a_history_that_can_be_followed(tmp_path: Path) -> None:
    command = home(tmp_path)
    (tmp_path / "t.csv").write_text(
        "url,fetched_at,title,text\n"
        f"{URL},2024-05-01 10:00,Ferry,The ferry sails on Monday with 180 passengers.\n"
        f"{URL},2024-05-02 10:00,Ferry,The ferry sails on Monday with 240 passengers.\n"
    )
    refused = command("import", "tables", str(tmp_path / "t.csv"))
    assert refused.exit_code == 2
    assert "--zone" in refused.output
    assert command("import", "tables", str(tmp_path / "t.csv"), "--zone", "Europe/Berlin", "--follow").exit_code == 0
    (change,) = [json.loads(line) for line in command("log", "--json").stdout.splitlines()]
    assert (change["before"], change["tags"]) == ("2024-05-02T08:00:00Z", ["number"])
    assert json.loads(command("articles", "--json").stdout)["state"] == "live"


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("no kind", (), "say what is to be imported"),
        ("a kind without files", ("warc",), "say what is to be imported"),
        ("no such source", ("warc", "x.warc", "--source", "nobody"), "no source 'nobody'"),
        ("no such file", ("warc", "x.warc"), "there is no such file"),
        ("any of nobody", ("warc", "x.warc", "--any"), "--source"),
        ("no such zone", ("tables", "x.csv", "--zone", "Mars/Olympus"), "no time zone"),
        ("a git file of nowhere", ("git", ".", "x.html"), "--url"),
        ("half of git", ("git", "."), "takes two"),
        ("terms without declarations", ("ota", "."), "--declarations"),
        ("an import that is none", ("--undo", "7"), "no import 7"),
        ("an address of no source", ("wayback", "https://other.example/x"), "is of no source"),
    ],
)
def test_what_cannot_be_imported_is_said_with_what_to_do(
    name: str, words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    command = home(tmp_path)
    command("import", "tables", str(tmp_path / "none.csv"))  # makes the history
    result = command("import", *words)
    assert result.exit_code == 2, name
    assert said in result.output.replace("\n", " "), name
    assert "Traceback" not in result.output


def test_an_import_that_is_killed_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    several = [
        record(html(e), url=f"{URL}-{n}", WARC_Date=f"{c.fetched_at:%Y-%m-%dT%H:%M:%SZ}")
        for n in range(12)
        for e, c in zip(EDITIONS, SEEN, strict=True)
    ]
    path = written(tmp_path / "big.warc.gz", *several)
    whole, killed = home(tmp_path / "whole"), home(tmp_path / "killed")
    whole("import", "warc", str(path), "--all-pages")
    words = [sys.executable, "-m", "tracker", "--config", str(tmp_path / "killed" / "sources.yaml"), "import", "warc"]
    with subprocess.Popen(
        [*words, str(path), "--all-pages", "--workers", "1"], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        assert process.stdout.readline()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(HANG)
    with Store.open(tmp_path / "killed" / "tracker.db") as store:
        assert integrity.verify(store).finding is None
    assert killed("import", "warc", str(path), "--all-pages").exit_code == 0
    found = []
    for folder in ("whole", "killed"):
        with Store.open(tmp_path / folder / "tracker.db") as store:
            assert integrity.verify(store).finding is None
            found.append([[v.chain_sha256 for v in versions.versions(store, n)] for n in range(1, 13)])
    assert found[0] == found[1]
