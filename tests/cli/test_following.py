"""The commands that go out, on a newsroom of our own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.cli.conftest import SGR, TERMINAL
from tests.waiting import HANG
from tracker.cli import main, probing
from tracker.cli.desk import Desk
from tracker.discovery.probe import suggest
from tracker.newsroom import Fault, Newsroom, serve_in_thread
from tracker.newsroom.server import Request, Response, Server
from tracker.scheduler.clock import DrivenClock
from tracker.store import Store

pytestmark = pytest.mark.slow

Tracker = Callable[..., "subprocess.CompletedProcess[str]"]
OPML = (
    '<opml version="2.0"><body><outline text="Papers">'
    '<outline title="The Times" xmlUrl="https://times.example/rss.xml"/>'
    '<outline title="The Times: World" xmlUrl="https://times.example/world.xml"/>'
    '<outline text="Post" xmlUrl="https://post.example/feed"/></outline></body></opml>'
)


RSS = b"<rss><channel><item><title>A</title><link>https://times.example/a</link></item></channel></rss>"
MAP = b"<urlset><url><loc>/a</loc></url></urlset>"


def go(*arguments: str, **env: str) -> Result:
    return CliRunner().invoke(main, arguments, env=env, catch_exceptions=False)


@pytest.fixture
def newsroom(folder: Path) -> Iterator[Newsroom]:
    """A served newsroom that edits nothing by itself, and a sources.yaml that follows one of its papers."""
    room = Newsroom(DrivenClock(datetime.now(UTC)), edits=())  # the commands read the wall clock, too
    with serve_in_thread(room):
        settings = room.config(database=folder / "tracker.db")
        settings["sources"] = settings["sources"][:1]
        (folder / "sources.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
        yield room


def named(site: str) -> list[str]:
    """The feeds and sitemaps that a front page names, in its order."""
    html = urlopen(site + "/").read().decode()
    return [url for _, url in suggest(html, site + "/")]


def slugs(room: Newsroom) -> list[str]:
    return [story.slug for story in room.stories("harbour-courier")]


def test_init_writes_a_file_that_loads_and_never_over_one(folder: Path) -> None:
    first = go("init")
    assert (first.exit_code, first.stderr.startswith("Wrote sources.yaml.")) == (0, True)
    written = (folder / "sources.yaml").read_text()
    assert "# What tracker watches." in written
    (folder / "sources.yaml").write_text("mine")
    second = go("init")
    assert second.exit_code == 2
    assert "stays as it is" in second.stderr
    assert (folder / "sources.yaml").read_text() == "mine"


def test_init_takes_the_feeds_of_a_feed_reader(folder: Path) -> None:
    (folder / "feeds.opml").write_text(OPML)
    assert go("--config", "mine/s.yaml", "init", "--from-opml", "feeds.opml").exit_code == 0
    sources = yaml.safe_load((folder / "mine/s.yaml").read_text())["sources"]
    assert [(s["id"], len(s["feeds"])) for s in sources] == [("the-times", 2), ("post", 1)]


def test_init_says_when_an_opml_names_no_feeds(folder: Path) -> None:
    (folder / "feeds.opml").write_text("<opml><body/></opml>")
    result = go("init", "--from-opml", "feeds.opml")
    assert (result.exit_code, "names no feeds" in result.stderr) == (1, True)
    assert not (folder / "sources.yaml").exists()


def test_check_discovers_and_visits_and_reports(newsroom: Newsroom) -> None:
    first = go("check")
    assert "new articles found" in first.stderr
    slug = slugs(newsroom)[0]
    story = newsroom.story(slug)
    assert story is not None
    newsroom.edit(slug, headline="Something else was written above this story")
    again = go("check", newsroom.url(slug))
    assert again.exit_code == 0, again.stderr
    assert "Headline: Something else was written above this story" in again.stdout
    assert "1 checked, 1 change seen" in again.stderr
    assert "`tracker log --patch` shows the edits" in again.stderr


def test_check_on_a_terminal_draws_a_bar_and_the_change(newsroom: Newsroom) -> None:
    go("check")
    slug = slugs(newsroom)[0]
    newsroom.edit(slug, headline="Something else was written above this story")
    result = go("check", newsroom.url(slug), **TERMINAL)
    assert "Checking articles" in SGR.sub("", result.stderr)
    assert "Something else was written above this story" in SGR.sub("", result.stdout)


def test_check_as_json_gives_the_changes(newsroom: Newsroom) -> None:
    go("check")
    slug = slugs(newsroom)[0]
    newsroom.edit(slug, headline="Something else was written above this story")
    rows = [json.loads(line) for line in go("check", "--json", newsroom.url(slug)).stdout.splitlines()]
    assert [row["headline"] for row in rows] == ["Something else was written above this story"]


def test_check_ends_with_1_and_a_line_for_what_could_not_be_read(newsroom: Newsroom) -> None:
    go("check")
    slug = slugs(newsroom)[0]
    newsroom.fail(slug, Fault.STATUS, status=503)
    result = go("check", newsroom.url(slug))
    assert result.exit_code == 1
    assert f"{newsroom.url(slug)}: server error" in result.stderr


def test_check_names_the_source_that_could_not_be_read(newsroom: Newsroom) -> None:
    feed = next(iter(newsroom.outlet("harbour-courier").feeds))
    newsroom.fail(feed, Fault.STATUS, status=404)
    result = go("check", "--discover-only")
    assert result.exit_code == 1
    assert f"  harbour-courier: feed {newsroom.sites['harbour-courier']}{feed}: HTTP 404\n" in result.stderr


def test_check_says_once_that_a_whole_host_could_not_be_read(newsroom: Newsroom) -> None:
    newsroom.fail("harbour-courier", Fault.STATUS, status=500)
    result = go("check", "--discover-only")
    assert result.exit_code == 1
    host = newsroom.sites["harbour-courier"].removeprefix("http://")
    assert result.stderr.splitlines()[2:] == [
        f"  harbour-courier: host {host}: robots.txt cannot be read: HTTP 500",
    ]


def test_check_says_what_is_not_due_and_until_when(newsroom: Newsroom) -> None:
    first = go("check")
    assert "not due" not in first.stderr
    again = go("check")
    assert re.search(r" 0 checked \(\d+ not due, the first until \d\d:\d\d UTC on .+; --force looks", again.stderr)
    assert "not due" not in go("check", "harbour-courier").stderr
    assert "not due" not in go("check", "--force").stderr


def test_check_of_discovery_only_visits_no_article(newsroom: Newsroom, folder: Path) -> None:
    go("check", "--discover-only")
    with Store.open(folder / "tracker.db") as store:
        assert store.counts().articles > 0
        assert store.counts().versions == 0


def test_check_of_something_unknown_tells_of_add(newsroom: Newsroom) -> None:
    result = go("check", "https://nobody.example/1")
    assert (result.exit_code, "`tracker add URL`" in result.stderr) == (2, True)


def test_check_without_sources_says_how_to_get_some(folder: Path) -> None:
    (folder / "sources.yaml").write_text("contact: https://operator.example/bot\nsources: []\n")
    assert "names no sources yet" in go("check").stderr


def test_run_once_is_one_pass(newsroom: Newsroom, folder: Path) -> None:
    assert go("run", "--once").exit_code == 0
    with Store.open(folder / "tracker.db") as store:
        assert store.counts().versions > 0


def test_add_follows_an_article_of_a_source_that_is_there(newsroom: Newsroom, folder: Path) -> None:
    slug = slugs(newsroom)[0]
    first, second = go("add", newsroom.url(slug)), go("add", newsroom.url(slug))
    assert "Article 1 of harbour-courier is followed from now on" in first.stderr
    assert "Article 1 of harbour-courier was followed already." in second.stderr
    assert len(yaml.safe_load((folder / "sources.yaml").read_text())["sources"]) == 1


def test_add_makes_a_source_of_a_feed_and_of_an_article_of_nobody(newsroom: Newsroom, folder: Path) -> None:
    settings = yaml.safe_load((folder / "sources.yaml").read_text())
    (folder / "sources.yaml").write_text(yaml.safe_dump(settings | {"sources": []}))
    feed = newsroom.sites["talbote"] + next(iter(newsroom.outlet("talbote").feeds))
    assert "Added the source" in go("add", feed).stderr
    cronica = newsroom.stories("cronica")[0].slug
    assert "is followed from now on" in go("add", newsroom.url(cronica)).stderr
    sources = yaml.safe_load((folder / "sources.yaml").read_text())["sources"]
    assert sources[0]["feeds"] == [feed]
    assert sources[1]["articles"] == [newsroom.url(cronica)]


def test_add_refuses_a_page_of_a_known_site_that_cannot_be_read(newsroom: Newsroom, folder: Path) -> None:
    slug = slugs(newsroom)[0]
    newsroom.fail(slug, Fault.STATUS, status=404)
    result = go("add", newsroom.url(slug))
    assert (result.exit_code, "--as article|feed|sitemap to add it unseen" in result.stderr) == (1, True)
    assert "HTTP 404" in result.stderr
    assert not (folder / "tracker.db").exists()
    assert "Article 1 of harbour-courier is followed" in go("add", "--as", "article", newsroom.url(slug)).stderr
    assert "was followed already" in go("add", newsroom.url(slug)).stderr, "it is not asked for again"


def test_add_refuses_a_page_of_a_known_site_that_is_no_article(newsroom: Newsroom) -> None:
    slug = slugs(newsroom)[0]
    newsroom.fail(slug, Fault.EMPTY)
    result = go("add", newsroom.url(slug))
    assert (result.exit_code, "is no article: it has only 0 words" in result.stderr) == (1, True)


def test_add_refuses_a_front_page_whose_feeds_are_followed(newsroom: Newsroom, folder: Path) -> None:
    before = (folder / "sources.yaml").read_text()
    result = go("add", newsroom.sites["harbour-courier"] + "/")
    assert result.exit_code == 2
    assert "is followed already" in result.stderr
    assert " under harbour-courier in sources.yaml" in result.stderr
    assert (folder / "sources.yaml").read_text() == before


def test_add_leaves_out_what_is_followed_already(newsroom: Newsroom, folder: Path) -> None:
    settings = yaml.safe_load((folder / "sources.yaml").read_text())
    site = newsroom.sites["harbour-courier"]
    places = [place for kind in ("feeds", "sitemaps") for place in settings["sources"][0].pop(kind, ())]
    kept, *fresh = named(site)
    settings["sources"][0]["feeds"] = [kept]
    assert fresh, places
    (folder / "sources.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    result = go("add", site + "/")
    assert f"{kept} is left out: harbour-courier follows it already." in result.stderr
    added = yaml.safe_load((folder / "sources.yaml").read_text())["sources"][1]
    assert [*added.get("feeds", ()), *added.get("sitemaps", ())] == fresh


def test_add_of_what_cannot_be_reached_says_how_to_add_it_unseen(newsroom: Newsroom, folder: Path) -> None:
    result = go("add", "http://127.0.0.1:9/feed.xml")
    assert (result.exit_code, "--as article|feed|sitemap" in result.stderr) == (1, True)
    assert go("add", "--as", "feed", "https://post.example/rss.xml").exit_code == 0
    assert yaml.safe_load((folder / "sources.yaml").read_text())["sources"][1]["feeds"] == [
        "https://post.example/rss.xml"
    ]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("a source that is not there", ["https://x.example/1", "--source", "nope"], "no source 'nope'"),
        ("no address", ["ftp://x.example/1"], "is no web address"),
    ],
)
def test_add_explains_what_it_cannot_do(name: str, arguments: list[str], said: str, newsroom: Newsroom) -> None:
    result = go("add", *arguments)
    assert result.exit_code == 2, name
    assert said in result.stderr


def test_init_finds_the_feeds_of_a_site(newsroom: Newsroom, folder: Path) -> None:
    (folder / "sources.yaml").rename(folder / "old.yaml")
    result = go("--config", "new.yaml", "init", "--probe", newsroom.sites["talbote"])
    assert result.exit_code == 1, "a private address is refused without a file that allows it"
    assert "refused" in result.stderr


@pytest.mark.parametrize(
    ("name", "paths", "found"),
    [
        ("a feed at a usual place", {"/feed": RSS}, {"feeds": ["/feed"]}),
        ("a sitemap named in robots.txt", {"/robots.txt": b"Sitemap: {}/maps/new.xml", "/maps/new.xml": MAP}, None),
        ("a sitemap at a usual place", {"/sitemap.xml": MAP}, {"sitemaps": ["/sitemap.xml"]}),
    ],
)
async def test_a_probe_tries_the_usual_places(
    name: str,
    paths: dict[str, bytes],
    found: dict[str, list[str]] | None,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probing, "PAUSE", timedelta(0))
    base = ""

    def answer(request: Request) -> Response:
        body = paths.get(request.path, b"<h1>A front page</h1>" if request.path == "/" else b"")
        kind = "text/html" if request.path == "/" else "text/plain"
        return Response(200 if body else 404, body.replace(b"{}", base.encode()), content_type=kind)

    async with Server(answer, lambda: datetime.now(UTC), "127.0.0.1", 0) as server:
        base = f"http://127.0.0.1:{server.port}"
        settings = {"contact": "https://operator.example/bot", "sources": []}
        settings["network"] = {"allow_private": True, "allow_ports": [server.port]}
        (folder / "sources.yaml").write_text(yaml.safe_dump(settings))
        desk = Desk(folder / "sources.yaml", None)
        entry = await asyncio.to_thread(probing.probe, base, desk, [])
    expected = found or {"sitemaps": ["/maps/new.xml"]}
    assert {kind: entry[kind] for kind in expected} == {k: [base + path for path in v] for k, v in expected.items()}, (
        name
    )


def test_extract_shows_blocks_kept_and_dropped_with_reasons(newsroom: Newsroom) -> None:
    url = newsroom.url(slugs(newsroom)[0])
    text = go("extract", url).stdout
    assert f"headline: {newsroom.stories('harbour-courier')[0].headline}" in text
    assert "\n+ [" in text
    assert "\n- [" in text
    shown = SGR.sub("", go("extract", url, **TERMINAL).stdout)
    assert "headline" in shown
    read = json.loads(go("extract", url, "--json").stdout)
    assert {block["kept"] for block in read["blocks"]} == {True, False}
    assert go("extract", url, "--text").stdout.startswith("# ")


def test_extract_reads_files_and_standard_input(folder: Path) -> None:
    page = "<html><body><article><h1>Head</h1>" + "<p>A sentence that is long enough to count as text.</p>" * 9
    (folder / "page.html").write_text(page)
    assert "A sentence that is long enough" in go("extract", "page.html", "--url", "https://x.example/1").stdout
    piped = CliRunner().invoke(main, ["extract", "-", "--body", "article"], input=page.encode())
    assert "A sentence that is long enough" in piped.stdout


@pytest.mark.parametrize(
    ("name", "arguments", "code", "said"),
    [
        ("neither", ["nothing"], 2, "nothing: there is no such file"),
        ("a path", ["../site/nofile.html"], 2, "../site/nofile.html: there is no such file"),
        ("a bare name", ["nofile.html"], 2, "nofile.html: there is no such file"),
        ("a folder", ["."], 2, ". is a folder"),
        ("no CSS", ["page.html", "--body", "[[bad"], 2, "Invalid value for '--body': '[[bad' is not a CSS selector"),
        ("no CSS to remove", ["page.html", "--remove", "p{"], 2, "Invalid value for '--remove'"),
        ("empty input", ["-"], 1, "tracker: standard input: the page is empty"),
        ("an empty file", ["empty.html"], 1, "tracker: empty.html: the page is empty"),
        ("a body that is not there", ["page.html", "--body", "#x"], 0, "--body '#x' matches nothing on this page"),
        ("nothing to remove", ["page.html", "--remove", "#y"], 0, "--remove '#y' matches nothing on this page"),
    ],
)
def test_extract_says_what_is_wrong_with_what_it_was_given(
    name: str, arguments: list[str], code: int, said: str, folder: Path
) -> None:
    page = "<html><body><article><h1>Head</h1>" + "<p>A sentence that is long enough to count as text.</p>" * 9
    (folder / "page.html").write_text(page)
    (folder / "empty.html").write_text(" ")
    result = go("extract", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), (name, result.stderr)
    assert "sources.yaml" not in result.stderr


def test_run_ends_when_asked_and_a_second_one_is_told(newsroom: Newsroom, folder: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
    command = [sys.executable, "-m", "tracker", "run"]
    first = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True)
    assert first.stderr is not None
    for line in first.stderr:
        if "tracker runs" in line:
            break
    second = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=HANG)
    assert second.returncode == 75
    asked = subprocess.run(
        [*command[:-1], "add", newsroom.url(slugs(newsroom)[-1])], cwd=folder, env=env, capture_output=True
    )
    assert (asked.returncode, b"of harbour-courier" in asked.stderr) == (0, True), "the daemon does it"
    first.send_signal(signal.SIGTERM)
    _, said = first.communicate(timeout=HANG)
    assert first.returncode == 0
    assert "tracker stopped" in said
