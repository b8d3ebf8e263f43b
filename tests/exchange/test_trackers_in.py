"""Other trackers, folders, tables and repositories in: what they kept becomes captures at its moment."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
import struct
import subprocess
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import brotli
import pytest

from tracker.errors import StoreError, UsageError
from tracker.exchange import git_in, msgpack, pages_in, tables_in, trackers_in
from tracker.exchange.brought import LARGEST, Brought, NoCapture
from tracker.exchange.git_out import environment
from tracker.model import Capture
from tracker.page import text_capture

URL = "https://times.example/pier"


def split(found: Iterable[Brought]) -> tuple[list[Capture], Counter[str]]:
    refused: Counter[str] = Counter()
    captures = []
    for one in found:
        if isinstance(one, NoCapture):
            refused[one.reason] += 1
        else:
            captures.append(one)
    return captures, refused


def said(capture: Capture) -> tuple[str, list[str]]:
    content = text_capture.read(capture)
    return content.headline, [p.text for p in content.paragraphs]


def database(path: Path, schema: str, **tables: list[tuple[Any, ...]]) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(schema)
        for table, rows in tables.items():
            for row in rows:
                db.execute(f"insert into {table} values ({','.join('?' * len(row))})", row)
        db.commit()
    return path


ENTRIES = (
    "create table entryversion (id integer, title text, url text, summary text, created text, archive_url text, "
    "entry_id integer)"
)


def test_diffengine_gives_title_and_paragraphs_at_their_utc_moment(tmp_path: Path) -> None:
    path = database(
        tmp_path / "d.db",
        ENTRIES,
        entryversion=[
            (
                2,
                "Pier opens",
                URL,
                "<div><p>It <b>opens</b>.</p><ul><li>On Monday</li></ul></div>",
                "2020-01-02 08:00:00.123",
                "",
                1,
            ),
            (1, "Pier closes", URL, "<p>It closes.</p>\n<p>For good &amp; all.</p>", "2020-01-01 08:00:00", "", 1),
            (3, "Nothing", URL, "", "2020-01-03 08:00:00", "", 1),
            (4, "Never", URL, "<p>x</p>", "soon", "", 1),
        ],
    )
    captures, refused = split(trackers_in.entry_versions(path, "diffengine"))
    assert [said(c) for c in captures] == [
        ("Pier closes", ["It closes.", "For good & all."]),
        ("Pier opens", ["It opens.", "On Monday"]),
    ]
    assert captures[0].fetched_at == datetime(2020, 1, 1, 8, tzinfo=UTC)
    assert refused == {"no text": 1, "no moment": 1}


def test_a_file_of_another_kind_is_named_as_such(tmp_path: Path) -> None:
    path = database(tmp_path / "d.db", "create table other (id)")
    with pytest.raises(StoreError, match="no table entryversion"):
        list(trackers_in.entry_versions(path, "diffengine"))
    (tmp_path / "junk.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError):
        list(trackers_in.entry_versions(tmp_path / "junk.db", "diffengine"))


@pytest.mark.parametrize("older", [True, False])
def test_changedetection_gives_texts_and_the_pages_it_kept(older: bool, tmp_path: Path) -> None:
    watch = tmp_path / "data" / "0b1c"
    watch.mkdir(parents=True)
    if older:
        (tmp_path / "data" / "url-watches.json").write_text(json.dumps({"watching": {"0b1c": {"url": URL}}}))
    else:
        (watch / "watch.json").write_text(json.dumps({"url": URL}))
    (watch / "a.txt").write_text("It closes.\n\nFor good.")
    (watch / "b.txt.br").write_bytes(brotli.compress(b"It opens."))
    (watch / "1577952000.html.br").write_bytes(brotli.compress(b"<p>It opens.</p>"))
    (tmp_path / "secret.txt").write_text("secret")
    (watch / "history.txt").write_text(
        "1577865600,a.txt\n1577865700,/elsewhere/datastore/0b1c/b.txt.br\n1577952000,b.txt.br\n"
        "1577952001,../../secret.txt\nnever,a.txt\n"
    )
    captures, refused = split(trackers_in.changedetection(tmp_path / "data", "cdio"))
    assert [said(c)[1] for c in captures[:2]] == [["It closes.", "For good."], ["It opens."]]
    assert (captures[2].body, captures[2].header("content-type")) == (b"<p>It opens.</p>", "text/html; charset=utf-8")
    assert refused == {"files that are not there or cannot be read": 1, "no moment": 1}


def test_urlwatch_and_webchanges_name_an_address_by_its_hash(tmp_path: Path) -> None:
    guid = hashlib.sha1(URL.encode()).hexdigest()
    (tmp_path / "urls.yaml").write_text(f"name: Pier\nurl: {URL}\n---\nurl: https://other.example/\n")
    watch = database(
        tmp_path / "cache.db",
        "create table CacheEntry (guid text, timestamp integer, data text, tries integer, etag text)",
        CacheEntry=[
            (guid, 1577865600, "It closes.", 0, ""),
            (guid, 1577865700, "It closes.", 2, ""),
            ("ff", 1, "x", 0, ""),
        ],
    )
    captures, refused = split(trackers_in.urlwatch(watch, "urlwatch", tmp_path / "urls.yaml"))
    assert [(c.url, said(c)[1]) for c in captures] == [(URL, ["It closes."])]
    assert sum(refused.values()) == 2
    packed = b"\x85\xa1d\xaaIt closes.\xa1t\x00\xa1e\xa0\xa1m\xaatext/plain\xa3err\xc0"
    changes = database(
        tmp_path / "snapshots.db",
        "create table webchanges (uuid text, timestamp real, msgpack_data blob)",
        webchanges=[(guid, 1577865600.5, packed), (guid, 1577865700.5, b"\xc1\xc1")],
    )
    captures, refused = split(trackers_in.webchanges(changes, "webchanges", tmp_path / "urls.yaml"))
    assert [said(c)[1] for c in captures] == [["It closes."]]
    assert refused == {"rows that cannot be read": 1}
    with pytest.raises(UsageError, match="--urls"):
        list(trackers_in.urlwatch(watch, "urlwatch", None))


@pytest.mark.parametrize(
    ("name", "packed", "value"),
    [
        ("numbers", b"\x95\x07\xff\xcd\x01\x00\xd0\x80\xcb" + struct.pack(">d", 1.5), [7, -1, 256, -128, 1.5]),
        ("texts and bytes", b"\x93\xa1a\xd9\x02bc\xc4\x01\xff", ["a", "bc", b"\xff"]),
        ("maps", b"\x81\xa1k\x92\xc2\xc3", {"k": [False, True]}),
        ("cut off", b"\xa5ab", None),
        ("deeper than anything", b"\x91" * 100, None),
        ("more than there is", b"\xdd\xff\xff\xff\xff", None),
        ("nothing", b"", None),
    ],
)
def test_msgpack_is_read_and_never_trusted(name: str, packed: bytes, value: object) -> None:
    assert msgpack.read(packed) == value, name


def test_saved_pages_tell_where_and_when_they_are_from(tmp_path: Path) -> None:
    (tmp_path / "single.html").write_text(
        "<!DOCTYPE html><html><!--\n Page saved with SingleFile \n url: https://times.example/single?a=b \n"
        " saved date: Wed Jan 01 2020 09:00:00 GMT+0100 (Central European Standard Time)\n--><p>One</p></html>"
    )
    (tmp_path / "mail.mhtml").write_bytes(
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://times.example/mail\r\n"
        b"Date: Wed, 1 Jan 2020 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<p>Caf=C3=A9</p>\r\n--b--\r\n"
    )
    (tmp_path / "pier-20200101-0900.html").write_text(f'<link href="{URL}" rel="canonical"><p>Three</p>')
    (tmp_path / "listed.html").write_text("<p>Four</p>")
    (tmp_path / "index.csv").write_text(
        "file,url,fetched_at\nlisted.html,https://times.example/listed,2020-01-01T08:00:00Z\n"
    )
    (tmp_path / "archived.html").write_text(
        "<!-- BEGIN WAYBACK TOOLBAR INSERT --><a href='https://web.archive.org/web/2020/x'>"
    )
    (tmp_path / "nowhere-20200101-0900.html").write_text("<p>Five</p>")
    captures, refused = split(pages_in.read(tmp_path, "me", r"name:(\d{8}-\d{4})", ZoneInfo("Europe/Berlin")))
    assert {c.url: c.fetched_at for c in captures} == dict.fromkeys(
        ("https://times.example/single?a=b", "https://times.example/mail", URL, "https://times.example/listed"),
        datetime(2020, 1, 1, 8, tzinfo=UTC),
    )
    (mail,) = (c for c in captures if c.url.endswith("mail"))
    assert mail.body.decode().strip() == "<p>Café</p>"
    assert sum(refused.values()) == 2
    with pytest.raises(UsageError, match="--zone"):
        list(pages_in.read(tmp_path, "me", r"name:(\d{8}-\d{4})", None))


@pytest.mark.parametrize("pattern", ["mtime", "name:", "name:(", "name:(a)(b)"])
def test_a_pattern_for_dates_is_checked(pattern: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--date-from"):
        list(pages_in.read(tmp_path, "me", pattern, None))


def test_tables_go_by_the_names_that_others_give_their_columns(tmp_path: Path) -> None:
    with (tmp_path / "newsdiff.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["url", "title", "byline", "content_text", "created_at"])
        writer.writerow([URL, "Pier", "Ida Holm", "It closes.\nFor good.", "2020-01-01 09:00:00+01"])
        writer.writerow([URL, "Pier", "", "", "2020-01-01 09:00:00+01"])
        writer.writerow(["ftp://x", "Pier", "", "x", "2020-01-01 09:00:00+01"])
    captures, refused = split(tables_in.read(tmp_path / "newsdiff.csv", "nd", None))
    assert [(c.fetched_at, said(c)) for c in captures] == [
        (datetime(2020, 1, 1, 8, tzinfo=UTC), ("Pier", ["It closes.", "For good."]))
    ]
    assert refused == {"no text": 1, "no web address": 1}
    lines = [
        {
            "url": URL,
            "fetched_at": 1577865600,
            "headline": "Pier",
            "paragraphs": [{"kind": "heading", "text": "Now"}, "It closes."],
        },
        {"url": URL, "fetched_at": 1577865600, "html": "<p>It closes.</p>"},
    ]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines) + "[broken\n[1]\n")
    captures, refused = split(tables_in.read(tmp_path / "t.jsonl", "t", None))
    assert said(captures[0]) == ("Pier", ["Now", "It closes."])
    assert captures[1].body == b"<p>It closes.</p>"
    assert refused == {"rows that cannot be read": 2}
    good = json.dumps(lines[1])
    (tmp_path / "long.jsonl").write_text(good + "\n" + json.dumps({"x": "y" * (LARGEST + 9)}) + "\n" + good)
    captures, refused = split(tables_in.read(tmp_path / "long.jsonl", "t", None))
    assert (len(captures), refused) == (2, {"rows that cannot be read": 1})
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="needs the columns url"):
        list(tables_in.read(tmp_path / "other.csv", "t", None))


def repository(folder: Path, *states: tuple[str, str, dict[str, str | None]]) -> Path:
    """A repository with a commit for each (committer date, message, files); None takes a file out."""
    folder.mkdir()

    def git(*words: str, **env: str) -> None:
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env=environment() | env)

    git("init", "--quiet")
    for date, message, files in states:
        for name, body in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if body is None:
                path.unlink()
            else:
                path.write_text(body)
        git("add", "-A")
        who = {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@x",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@x",
        }
        git("commit", "-qm", message, GIT_COMMITTER_DATE=date, GIT_AUTHOR_DATE="2001-01-01T00:00:00Z", **who)
    return folder


def test_every_commit_of_a_file_is_a_capture_at_its_committers_moment_across_renames(tmp_path: Path) -> None:
    (tmp_path / "hook-ran").unlink(missing_ok=True)
    long = "".join(f"<p>Sentence {n} stands.</p>\n" for n in range(30))
    repo = repository(
        tmp_path / "repo",
        ("2020-01-01T08:00:00Z", "one", {"old name.html": long}),
        ("2020-01-02T08:00:00Z", "two", {"old name.html": None, "new.html": long + "<p>More.</p>"}),
        ("2020-01-03T08:00:00Z", "other", {"other.txt": "x"}),
        ("2020-01-04T08:00:00Z", "three", {"new.html": long + "<p>Most.</p>"}),
    )
    captures, refused = split(git_in.history(repo, "new.html", URL, "scraper"))
    assert [c.fetched_at.day for c in captures] == [1, 2, 4]
    assert captures[2].body.decode() == long + "<p>Most.</p>"
    assert {c.url for c in captures} == {URL}
    assert not refused
    with pytest.raises(UsageError, match="no commit"):
        list(git_in.history(repo, "nothing.html", URL, "scraper"))


def test_open_terms_archive_gives_its_snapshots_at_the_declared_addresses(tmp_path: Path) -> None:
    repo = repository(
        tmp_path / "snapshots",
        (
            "2020-01-01T08:00:00Z",
            "First record of X Terms",
            {"X/Terms.html": "<p>1</p>", "X/Terms #two.html": "<p>2</p>", "X/A.pdf": "%PDF"},
        ),
        ("2020-01-02T08:00:00Z", "Record new changes", {"X/Terms.html": "<p>3</p>", "Y/Unknown.html": "<p>4</p>"}),
    )
    (tmp_path / "declarations").mkdir()
    (tmp_path / "declarations" / "X.json").write_text(json.dumps({"name": "X", "terms": {"Terms": {"fetch": URL}}}))
    captures, refused = split(git_in.open_terms(repo, tmp_path / "declarations", "ota"))
    assert sorted((c.fetched_at.day, c.body) for c in captures) == [
        (1, b"<p>1</p>"),
        (1, b"<p>2</p>"),
        (2, b"<p>3</p>"),
    ]
    assert refused == {"snapshots that are no page": 1, "no web address": 1}


def test_newsdiffs_needs_its_zone_and_finds_texts_by_their_commit(tmp_path: Path) -> None:
    repo = repository(
        tmp_path / "articles",
        ("2020-01-01T08:00:00Z", "one", {"times.example/pier": "Pier closes\nIt closes.\n"}),
    )
    commit = subprocess.run(
        ["git", "-C", str(repo), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    path = database(
        tmp_path / "nd.db",
        "create table Articles (id integer, url text, git_dir text);"
        "create table version (id integer, article_id integer, v text, title text, byline text, date text, boring int)",
        Articles=[(1, "http://times.example/pier", "articles/")],
        version=[
            (1, 1, commit, "Pier closes", "By Ida", "2020-01-01 03:00:00", 0),
            (2, 1, "0" * 40, "x", "", "2020-01-02 03:00:00", 0),
        ],
    )
    captures, refused = split(git_in.newsdiffs(path, tmp_path, "newsdiffs", ZoneInfo("America/New_York")))
    assert [(c.fetched_at, said(c)) for c in captures] == [
        (datetime(2020, 1, 1, 8, tzinfo=UTC), ("Pier closes", ["It closes."]))
    ]
    assert refused == {"texts that are not in the repository": 1}
    with pytest.raises(UsageError, match="--zone"):
        list(git_in.newsdiffs(path, tmp_path, "newsdiffs", None))
