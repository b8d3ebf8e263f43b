"""Hostile visitors: names led here, addresses that are none, questions without end, hang-ups; and what it costs us."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.store.world import history, says, told
from tests.waiting import HANG, until
from tests.web.world import build, serving
from tracker.store.connection import rows
from tracker.web import access, delivery, metadata, visitors

ENDLESS_SQL = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"


@pytest.mark.parametrize(
    ("host", "names", "fine"),
    [
        *[("localhost:8001", (), True), ("127.0.0.1:8001", (), True), ("[::1]:8001", (), True)],
        *[("10.0.0.7", (), True), ("news.localhost", (), True), ("News.Example", ("news.example",), True)],
        *[("news.example.", ("news.example",), True), ("evil.example", (), False), ("", (), False), ("[", (), False)],
        *[("evil.example", ("news.example",), False), ("localhost.evil.example", (), False)],
        *[("127.0.0.1.evil.example", (), False), ("x@localhost@evil.example", (), False)],
    ],
)
def test_a_server_answers_to_its_own_names(host: str, names: tuple[str, ...], fine: bool) -> None:
    assert visitors.answers_to(host, names) is fine


async def test_a_name_that_was_led_here_reads_nothing(history_path: Path) -> None:
    sheet = {"plugins": {"tracker": {"hosts": ["news.example"]}}}
    async with serving(history_path, sheet=sheet) as datasette:
        for host, status in (("evil.example", 403), ("news.example", 200), ("127.0.0.1:8001", 200)):
            for path in ("/", "/tracker/articles.json", "/-/feed.atom"):
                assert (await datasette.client.get(path, headers={"host": host})).status_code == status, (host, path)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *[
            ("/x", 404),
            ("//x", 404),
            ("//evil.example", 404),
            ("/./x", 404),
            ("/-/.json", 404),
            ("/-/change/99999", 404),
        ],
        *[("/tracker/nope", 404), ("/tracker/articles/99999", 404), ("/tracker/articles?_facet=nope", 400)],
        *[("/tracker/articles?_sort=nope", 400), ("/tracker/articles.json?_sort=nope", 400), ("/nope.json", 404)],
        *[("/tracker?sql=drop+table+articles", 400), ("/tracker/articles?_size=x", 400), ("/wp-login.php", 404)],
    ],
)
async def test_an_address_that_is_none_costs_one_small_page(
    site: Any, path: str, status: int, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    answer = await site.get(path)
    if path != "/-/change/99999":
        assert len(answer.text) < 60_000 if "?" in path else len(answer.text) < 1000
    assert answer.status_code == status
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


async def test_our_own_mistake_is_told_in_the_log_and_not_to_the_visitor(
    site: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("the inner parts")

    monkeypatch.setattr("tracker.web.pages.now._read", broken)
    answer = await site.get("/-/now")
    assert answer.status_code == 500
    assert "the inner parts" not in answer.text
    assert "the inner parts" in caplog.text


async def test_row_pages_count_nothing_that_is_closed(tmp_path: Path) -> None:
    path = build(tmp_path)
    async with serving(path, sheet=metadata.load(path, public=True), allow_download=False) as datasette:
        for address in ("/tracker/articles/1", "/tracker/articles/1.json?_extras=foreign_key_tables"):
            page = (await datasette.client.get(address)).text
            assert "versions" in page
            for closed in ("article_state", "check_runs", "readings", "outbox", "source_problems"):
                assert closed not in page, (address, closed)


@pytest.mark.parametrize(
    "path",
    [
        *("/-/actor", "/-/actor.json", "/-/permissions", "/-/jump", "/-/tables", "/-/logout/x", "/-/debug", "/_memory"),
        *("/_internal", "/tracker/article_state/1", "/tracker/hosts/1.json", "/tracker/outbox.csv", "/captures"),
        *("/-/create-token", "/-/auth-token", "/-/check", "/-/rules", "/-/query", "/robots.txt/x"),
    ],
)
async def test_what_is_not_named_for_strangers_is_closed(tmp_path: Path, path: str) -> None:
    file = build(tmp_path)
    async with serving(file, sheet=metadata.load(file, public=True), allow_download=False) as datasette:
        assert (await datasette.client.get(path)).status_code == 403


async def test_a_question_without_end_is_ended(history_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "PATIENCE", 0.05)
    known = access.History("tracker", history_path)
    with pytest.raises(access.TooMuch):
        await known.read(lambda store: rows(store.db, ENDLESS_SQL))
    assert await known.read(lambda store: rows(store.db, "select 1 as one")[0]["one"]) == 1


async def test_a_page_that_takes_too_long_says_so(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "PATIENCE", 0.05)
    monkeypatch.setattr("tracker.web.pages.now._read", lambda store, *_: rows(store.db, ENDLESS_SQL))
    answer = await site.get("/-/now")
    assert answer.status_code == 503
    assert "takes too long" in answer.text


async def test_who_hangs_up_frees_the_reader(history_path: Path) -> None:
    known = access.History("tracker", history_path)
    began, ended = threading.Event(), threading.Event()

    def endless(store: Any) -> None:
        began.set()
        try:
            rows(store.db, ENDLESS_SQL)
        finally:
            ended.set()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await known.read(endless)

    hung_up = asyncio.Event()

    async def receive() -> Any:
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        raise AssertionError("nobody is there")

    request = asyncio.create_task(delivery.while_there(app, {"method": "GET"}, receive, send))
    await until(began.is_set)
    hung_up.set()
    async with asyncio.timeout(HANG):
        await request
    await until(ended.is_set)


@pytest.mark.parametrize(
    "q", ["a* b* c* d* e* " * 8, "pie* har* boa* mas* sai* " * 8, '"a b c"* ' * 40, "removed:" + "p* " * 40]
)
async def test_a_search_asks_for_few_beginnings_of_words(tmp_path: Path, q: str) -> None:
    """SQLite's steps are counted, not seconds: twenty beginnings cost 14 s of a history of 200,000 versions."""
    with history(tmp_path) as store:
        for n in range(40):
            told(store, [says(f"{chr(97 + n % 26)}{chr(97 + n // 26)}word{n} pier{n} harbour{n} boat{n}")], f"s-{n}")
    steps = 0

    def counted() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection = sqlite3.connect(tmp_path / "tracker.db")
    connection.set_progress_handler(counted, 100)
    from tracker.store.search.search import expression, parse

    asked = expression(parse(q))
    if asked is not None:
        connection.execute(f"select rowid from {asked[0]} where {asked[0]} match ? limit 21", (asked[1],)).fetchall()
        assert asked[1].count("*") <= 8, "each wanted beginning at most twice: in the text, and among what is gone"
    connection.close()
    assert steps < 100


async def test_pages_travel_packed_and_feeds_only_when_they_are_new(site: Any) -> None:
    plain = await site.get("/", headers={"accept-encoding": "identity"})
    packed = await site.get("/", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.text.count("<article") == plain.text.count("<article")
    feed = await site.get("/-/feed.atom")
    again = await site.get("/-/feed.atom", headers={"if-none-match": feed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    style = next(part.split('"')[0] for part in plain.text.split('href="') if "tracker.css" in part)
    assert "immutable" in (await site.get(style)).headers["cache-control"]
