from __future__ import annotations

from pathlib import Path

import yaml

from tests.cli.world import go
from tracker.newsroom import Newsroom

OPML = (
    '<opml version="2.0"><body><outline text="Papers">'
    '<outline title="The Times" xmlUrl="https://times.example/rss.xml"/>'
    '<outline title="The Times: World" xmlUrl="https://times.example/world.xml"/>'
    '<outline text="Post" xmlUrl="https://post.example/feed"/></outline></body></opml>'
)


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


def test_init_finds_the_feeds_of_a_site(newsroom: Newsroom, folder: Path) -> None:
    (folder / "sources.yaml").rename(folder / "old.yaml")
    result = go("--config", "new.yaml", "init", "--probe", newsroom.sites["talbote"])
    assert result.exit_code == 1, "a private address is refused without a file that allows it"
    assert "refused" in result.stderr
