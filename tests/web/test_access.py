"""Who may see what: permissions on every route, the public sheet, and a Datasette that has nothing to do with us."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.web.world import FEEDS, PAGES, build, serving
from tracker.web import metadata

_MORE = ("/-/change/1.json", "/-/change/1/card.svg", "/-/change/1/card.png", f"/-/capture/{'0' * 64}")
_INNER = (
    *(
        "article_state",
        "check_runs",
        "source_hours",
        "hosts",
        "outbox",
        "readings",
        "reading_bases",
        "profiles",
        "signals",
    ),
    *("tombstones", "former_chains", "former_histories", "rebuilds", "_sqlite_migrations", "article_search_data"),
)


@pytest.fixture
async def public(history_path: Path) -> Any:
    path = history_path
    async with serving(path, sheet=metadata.load(path, public=True), allow_download=False) as datasette:
        yield datasette.client


@pytest.mark.parametrize("closed", [{"allow": False}, {"databases": {"tracker": {"allow": {"id": "root"}}}}])
async def test_who_may_not_see_the_database_sees_no_page_of_ours(history_path: Path, closed: dict[str, Any]) -> None:
    async with serving(history_path, sheet=closed) as datasette:
        for path in (*PAGES, *FEEDS, *_MORE):
            assert (await datasette.client.get(path)).status_code == 403, path


async def test_who_may_see_it_sees_it_behind_a_login(history_path: Path) -> None:
    closed = {"databases": {"tracker": {"allow": {"id": "root"}}}}
    async with serving(history_path, sheet=closed) as datasette:
        cookies = (
            {"ds_actor": datasette.client.actor_cookie({"id": "root"})}
            if hasattr(datasette.client, "actor_cookie")
            else {"ds_actor": datasette.sign({"a": {"id": "root"}}, "actor")}
        )
        assert (await datasette.client.get("/", cookies=cookies)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/tracker?sql=select+1", "/tracker/-/query?sql=select+1", "/tracker.json?sql=select+1", "/tracker.db"),
        *("/tracker/articles?_where=1", "/tracker/articles.json?_where=1=1"),
        *(f"/tracker/{table}" for table in _INNER),
        *(f"/tracker/{table}.json" for table in _INNER),
    ],
)
async def test_a_stranger_gets_no_sql_no_file_and_no_inner_table(public: Any, path: str) -> None:
    answer = await public.get(path)
    if answer.status_code == 302:
        answer = await public.get(answer.headers["location"])
    # 0.65 has no /-/query and takes it for a table.
    assert answer.status_code in ((403, 404, 400) if "/-/" in path else (403,)), answer.text[:200]


async def test_a_stranger_cannot_write_a_review(public: Any) -> None:
    assert (await public.post("/-/change/1", data={"verdict": "story"})).status_code == 403


@pytest.mark.parametrize(
    "path", ["/tracker/-/create", "/tracker/articles/-/insert", "/tracker/articles/-/drop", "/tracker", "/tracker/x"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_stranger_writes_nothing(public: Any, method: str, path: str) -> None:
    answer = await public.request(method, path, json={"row": {"id": 1}, "table": "x"})
    assert answer.status_code == 403


_WORKINGS = ("plugins", "settings", "databases", "versions", "metadata", "config", "threads", "allow-debug", "patterns")


@pytest.mark.parametrize("name", _WORKINGS)
async def test_a_stranger_is_not_told_how_the_server_is_made(public: Any, name: str) -> None:
    for path in (f"/-/{name}", f"/-/{name}.json", f"/-/{name}/"):
        answer = await public.get(path)
        assert answer.status_code == 403
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_operator_at_home_is_told_how_the_server_is_made(site: Any) -> None:
    assert (await site.get("/-/versions.json")).status_code == 200


async def test_the_workings_are_closed_under_a_base_address_too(history_path: Path) -> None:
    settings = {"plugins": {"tracker": {"workings": False}}}
    async with serving(history_path, sheet=settings, base_url="/news/") as datasette:
        assert (await datasette.client.get("/-/plugins")).status_code == 403
        assert (await datasette.client.get("/-/now")).status_code == 200


async def test_a_stranger_reads_the_pages_the_tables_and_the_queries(public: Any) -> None:
    for path in (
        *PAGES,
        *FEEDS,
        "/tracker/latest_changes",
        "/tracker/articles",
        "/tracker/headline_changes?since=2026-01-01&outlet=",
    ):
        assert (await public.get(path)).status_code == 200, path


async def test_every_table_that_is_not_for_readers_is_closed(tmp_path: Path) -> None:
    path = build(tmp_path)
    public_sheet = metadata.load(path, public=True)
    closed = {n for n, t in public_sheet["databases"]["tracker"]["tables"].items() if t.get("allow") is False}
    tables = {
        r[0] for r in sqlite3.connect(path).execute("select name from sqlite_master where type in ('table', 'view')")
    }
    for_readers = {
        *("sources", "articles", "article_urls", "versions", "paragraphs", "changes", "change_tags", "events"),
        *("source_totals", "source_events", "latest_changes", "article_history", "version_text", "headline_history"),
        *("source_edits", "source_statistics", "article_doc"),
    }
    assert tables - {t for t in tables if t.startswith("sqlite_")} == closed | for_readers


async def test_a_datasette_without_our_database_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("create table dogs (id integer primary key, class text, tags text, article_id integer)")
    connection.execute("insert into dogs values (1, 'substantive', '[\"good\"]', 7)")
    connection.commit()
    connection.close()
    async with serving(other) as datasette:
        front = await datasette.client.get("/")
        assert front.status_code == 200
        assert "other" in front.text
        assert "Latest edits" not in front.text
        table = (await datasette.client.get("/other/dogs")).text
        assert "tracker-chip" not in table
        assert "/-/article/7" not in table
        assert "Latest edits" not in table
        assert (await datasette.client.get("/-/now")).status_code == 404


async def test_datasettes_own_front_page_stays_at_hand(site: Any) -> None:
    answer = await site.get("/-/")
    assert answer.status_code == 200
    assert "tracker" in answer.text
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


async def test_the_menu_of_datasette_leads_to_our_pages(site: Any) -> None:
    page = (await site.get("/tracker/articles")).text
    for path in ("/-/outlets", "/-/search", "/-/now"):
        assert f'href="{path}"' in page


async def test_the_pages_work_under_a_base_address(history_path: Path) -> None:
    async with serving(history_path, base_url="/news/") as datasette:
        page = (await datasette.client.get("/")).text
        assert 'href="/news/-/feed.atom"' in page
        assert 'href="/-/' not in page
        feed = (await datasette.client.get("/-/feed.json")).json()
        assert feed["feed_url"] == "http://localhost/news/-/feed.json"
        assert feed["items"][0]["url"].startswith("http://localhost/news/-/change/")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("//-/outlets", 200),
        ("/-//search?q=a//b", 200),
        ("//evil.example/x", 404),
        ("/evil.example/x", 404),
        ("///", 200),
    ],
)
async def test_a_slash_too_many_is_overlooked(site: Any, asked: str, status: int) -> None:
    answer = await site.get(asked)
    assert answer.status_code == status
    assert "location" not in answer.headers


async def test_what_is_not_found_leaves_no_traceback_behind(site: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert (await site.get("/nothing/here")).status_code == 404
    assert capfd.readouterr() == ("", "")
