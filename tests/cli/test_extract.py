from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.conftest import SGR, TERMINAL
from tests.cli.world import go, slugs
from tracker.cli import main
from tracker.newsroom import Newsroom


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
