from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import SGR, TERMINAL
from tests.cli.world import COURIER, go, rows, slugs
from tracker.newsroom import Fault, Newsroom
from tracker.store import Store
from tracker.store.history import sources

pytestmark = pytest.mark.slow


def test_check_and_add_and_forget_ask_the_daemon(daemon: Newsroom, folder: Path) -> None:
    slug = slugs(daemon)[0]
    assert go("check", COURIER).exit_code == 0
    daemon.edit(slug, headline="Something else was written above this story")
    result = go("check", "--json", daemon.url(slug))
    assert [row["headline"] for row in rows(result)] == ["Something else was written above this story"]
    assert "1 checked, 1 change seen" in result.stderr
    assert re.search(r"checked \(\d+ not due, the first until \d\d:\d\d UTC on", go("check").stderr)
    assert "was followed already" in go("add", daemon.url(slug)).stderr
    feed = daemon.sites["talbote"] + next(iter(daemon.outlet("talbote").feeds))
    assert "The daemon that runs follows it from now on." in go("add", feed).stderr
    assert go("forget", "--yes", daemon.url(slug)).exit_code == 0
    refused = go("check", daemon.url(slug))
    assert (refused.exit_code, "`tracker add URL`" in refused.stderr) == (2, True)
    with Store.open(folder / "tracker.db") as store:
        assert {source.id for source in sources.sources(store)} > {COURIER}


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
        assert sources.counts(store).articles > 0
        assert sources.counts(store).versions == 0


def test_check_of_something_unknown_tells_of_add(newsroom: Newsroom) -> None:
    result = go("check", "https://nobody.example/1")
    assert (result.exit_code, "`tracker add URL`" in result.stderr) == (2, True)


def test_check_without_sources_says_how_to_get_some(folder: Path) -> None:
    (folder / "sources.yaml").write_text("contact: https://operator.example/bot\nsources: []\n")
    assert "names no sources yet" in go("check").stderr
