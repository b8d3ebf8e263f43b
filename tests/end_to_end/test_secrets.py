"""A marked secret in every key that takes one: everything is run, and every byte that comes of it is searched."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import zstandard

from tests.end_to_end.machine import ROOT, end, wait_for
from tests.extractor.pages import PARAGRAPHS
from tests.waiting import HANG, until
from tracker.scheduler.process import control

MARK = "S3cr3tMark"
"""Is in every secret, so that one search finds all."""

KEYS = (
    *("FEED_PATH", "FEED_QUERY", "FEED_HOST", "SITEMAP", "SECTION", "LINKS", "ARTICLE", "NAME", "TAG", "EXCLUDE"),
    *("SELECTOR", "REASON", "PROXY", "HOOK", "SIGN", "MAIL", "GREP", "CONTACT", "IDENTITY", "DROP"),
)
SECRETS = {f"T_{key}": f"{MARK}-{number}-{key.lower().replace('_', '-')}" for number, key in enumerate(KEYS)}
SECRETS["T_SECTION"] = f"{MARK}-\u00f6/+%41~x&y=1"
SECRETS["T_SIGN"] = "whsec_" + "UzNjcjN0TWFya1MzY3IzdE1hcmtTM2NyM3RNYXJr"
MARKS = [MARK, "UzNjcjN0TWFya1Mz"]


class _Site(BaseHTTPRequestHandler):
    """Says back all that it is asked: in its text, its headers, its links and where it leads to."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path == "/robots.txt" or "missing" in self.path:
            return self._answer(404, "no")
        if "moved" in self.path:
            return self._answer(302, "", Location=self.path.replace("moved", "story"))
        if "story" in self.path:
            title = f"The harbour said {self.path}"
            text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
            seen = f"by visitor {len(self.asked)} of {len(self.asked) + 7}"
            page = (
                f'<html><head><title>{title}</title><link rel="canonical" href="{here}{self.path}"></head><body>'
                f"<article><h1>{title}</h1><p>Read at {here}{self.path} {seen}.</p>{text}</article></body></html>"
            )
            return self._answer(200, page, ETag=f'"{self.path}"')
        key = SECRETS["T_FEED_PATH"]
        links = "".join(
            f"<item><title>{kind} {key}</title><link>{here}/{kind}/{key}/1.html?auth={key}</link></item>"
            for kind in ("story", "moved", "missing")
        )
        return self._answer(200, f"<rss><channel><title>{self.path}</title>{links}</channel></rss>", Type="text/xml")

    def _answer(self, status: int, text: str, *, Type: str = "text/html", **headers: str) -> None:  # noqa: N803
        body = text.encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": Type, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, list[str]]]:
    handler = type("Site", (_Site,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler.asked
    server.shutdown()
    server.server_close()


def _settings(folder: Path, site: str) -> dict[str, object]:
    port = int(site.rpartition(":")[2])
    return {
        "contact": "mailto:${T_CONTACT}@operator.example",
        "database": str(folder / "tracker.db"),
        "network": {"allow_private": True, "allow_ports": [port, 80, 443, 9]},
        "alerts": [
            {"to": "http://127.0.0.1:9/${T_HOOK}", "secret": "${T_SIGN}", "when": {"grep": "${T_GREP}"}},
            {"to": "http://127.0.0.1:9/${T_HOOK}/broken", "secret": "${T_SIGN}", "when": {"event": ["broken", "gone"]}},
            {"to": "mailto:desk@operator.example?smtp=127.0.0.1:9&user=u&password=${T_MAIL}"},
        ],
        "sources": [
            {
                "id": "one",
                "name": "Outlet ${T_NAME}",
                "feeds": [f"{site}/feed/${{T_FEED_PATH}}", f"{site}/feed?k=${{T_FEED_QUERY}}&api_key=${{T_FEED_PATH}}"],
                "sections": [{"url": f"{site}/front/${{T_SECTION}}", "links": "/${T_LINKS}/"}],
                "articles": [f"{site}/story/${{T_ARTICLE}}.html", f"{site}/missing/${{T_ARTICLE}}.html"],
                "tags": ["${T_TAG}"],
                "exclude": ["/${T_EXCLUDE}$"],
                "identity": {"id": "(${T_IDENTITY})", "drop": ["${T_DROP}"]},
                "extract": {"remove": [".${T_SELECTOR}"]},
                "robots": {"ignore": "agreed with ${T_REASON}"},
                "delay": "0s",
            },
            {
                "id": "two",
                "name": "Two",
                "feeds": ["http://${T_FEED_HOST}.invalid/rss", f"{site}/missing/${{T_FEED_QUERY}}"],
                "sitemaps": [f"{site}/missing/${{T_SITEMAP}}.xml"],
                "delay": "0s",
            },
        ],
    }


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tracker", "--config", str(folder / "sources.yaml"), *arguments],
        *(),
        capture_output=True,
        env=_environment(),
        timeout=HANG,
        cwd=ROOT,
    )


def _environment() -> dict[str, str]:
    return {**os.environ, **SECRETS, "NO_COLOR": "1", "COLUMNS": "300", "PYTHONUNBUFFERED": "1"}


COMMANDS = (
    *(("check",), ("check", "--force"), ("-vv", "check", "--force"), ("sources",), ("sources", "--json"), ("status",)),
    *(("sources", "test", "one"), ("doctor",), ("log", "--all", "--limit", "0", "--json"), ("articles", "--json")),
    *(
        ("show", "1"),
        ("history", "1", "--json"),
        ("history", "1"),
        ("schedule", "1"),
        ("diff", "1"),
        ("diff", "1", "--json"),
        ("stats",),
        ("stats", "--json"),
    ),
    *(("verify", "--json"), ("verify", "--reread"), ("evidence", "1", "FOLDER/change-1.zip")),
    *(("backup", "FOLDER/copy.db"), ("rebuild",), ("search", "harbour"), ("web", "--public", "--sheet", "FOLDER/w")),
    *(("-vv", "show", "no-such"), ("fit",), ("verify", "--checkpoint", "FOLDER/heads.txt"), ("blame", "1")),
)
PAGES = (
    *("/", "/-/outlets", "/-/outlets/one", "/-/search?q=harbour", "/-/now", "/-/articles/1", "/-/evidence/1"),
    *("/tracker/sources.json", "/tracker/articles.json", "/tracker/sources", "/-/feed.atom", "/-/metadata.json"),
)


def _searched(name: str, data: bytes) -> list[str]:
    return [
        f"{name} holds {mark}: {data[max(0, at - 80) : at + 60]!r}" for mark in MARKS if (at := _at(data, mark)) >= 0
    ]


def _at(data: bytes, mark: str) -> int:
    return max(data.lower().find(mark.lower().encode()), data.find(mark.encode("utf-16-le")))


def _inside(path: Path) -> Iterator[bytes]:
    """What a file holds, and what is packed in it."""
    yield path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    if path.suffix == ".db":
        with contextlib.closing(sqlite3.connect(path)) as db:
            for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
                with contextlib.suppress(sqlite3.Error):
                    for row in db.execute(f'select * from "{table}"'):
                        yield from (_unpacked(value) for value in row if isinstance(value, bytes))


def _unpacked(value: bytes) -> bytes:
    for unpack in (zlib.decompress, zstandard.ZstdDecompressor().decompress):
        with contextlib.suppress(zlib.error, zstandard.ZstdError):
            return unpack(value)
    return value


def test_no_secret_is_written_anywhere(tmp_path: Path, site: tuple[str, list[str]]) -> None:
    address, asked = site
    (tmp_path / "sources.yaml").write_text(json.dumps(_settings(tmp_path, address)))
    found: list[str] = []

    for command in COMMANDS:
        done = _run(tmp_path, *(word.replace("FOLDER", str(tmp_path)) for word in command))
        found += _searched(f"{command} stdout", done.stdout) + _searched(f"{command} stderr", done.stderr)

    program = [sys.executable, "-m", "tracker", "--config", str(tmp_path / "sources.yaml")]
    for style in ("plain", "json"):
        daemon = subprocess.Popen(
            [*program, "-vv", "run", "--log", style, "--metrics", "127.0.0.1:0"],
            *(),
            stderr=(tmp_path / f"{style}.log").open("wb"),
            env=_environment(),
            cwd=ROOT,
        )
        database = tmp_path / "tracker.db"
        asyncio.run(until(control.socket_path(database).exists))
        for verb in ("status", "reload", "nonsense"):
            try:
                told = json.dumps(control.ask(database, verb), default=str)
            except Exception as error:
                told = repr(error)
            found += _searched(f"control {verb}", told.encode())
        assert end(daemon) == 0

    pages = subprocess.Popen(
        [*program, "web", "--port", "0", "--public"], stderr=subprocess.PIPE, text=True, env=_environment(), cwd=ROOT
    )
    try:
        line = wait_for(pages, "running on")[-1]
        base = line.split("running on ")[1].split()[0]
        for page in PAGES:
            try:
                with urlopen(base + page, timeout=HANG) as answer:
                    body = answer.read()
            except HTTPError as error:
                body = error.read()
            found += _searched(f"page {page}", body)
    finally:
        end(pages)
        assert pages.stderr is not None
        pages.stderr.close()

    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "sources.yaml":
            found += [each for data in _inside(path) for each in _searched(str(path.relative_to(tmp_path)), data)]
    assert not found, "\n".join(dict.fromkeys(found))

    assert (tmp_path / "change-1.zip").is_file(), "there was a change to make evidence of"
    secret = SECRETS["T_FEED_PATH"]
    assert f"/feed/{secret}" in asked, "the feed itself is asked for with its secret"
    assert f"/story/{secret}/1.html?auth={secret}" in asked, "so are the articles it names, on the same site"
    assert f"/story/{SECRETS['T_ARTICLE']}.html" in asked
