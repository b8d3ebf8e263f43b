from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects
from tests.store.world import NOW, history
from tracker.model import Found, Via
from tracker.store.history import articles as stored_articles

CONTRACT = [
    "change",
    "article",
    "url",
    "source",
    "headline",
    "old_version",
    "new_version",
    "after",
    "before",
    "class",
    "score",
    "tags",
    "notice",
    "acknowledged",
    "noise_rule",
    "later",
    "fields",
    "operations",
    "words_added",
    "words_removed",
]


def test_log_lists_changes_newest_first(run: Run) -> None:
    lines = run("log").stdout.splitlines()
    assert [line for line in lines if line.startswith("Article:")] == [
        "Article:  1 (version 2 to 3)",
        "Article:  2 (version 1 to 2)",
        "Article:  1 (version 1 to 2)",
    ]
    assert "Seen:     between 10:00 and 11:00 UTC on 23 Nov 2026" in lines


def test_log_as_json_is_the_contract_with_operations(run: Run) -> None:
    changes = objects(run("log", "--all", "--json", "--limit", "0").stdout)
    assert all(list(change) == CONTRACT for change in changes)
    first = next(c for c in changes if c["article"] == 1 and c["new_version"] == 2)
    assert first["fields"]["headline"]["new"] == "Alliance takes over the training of an army"  # type: ignore[index]
    edit = next(o for o in first["operations"] if o["op"] == "edit")  # type: ignore[attr-defined]
    assert [(e["deleted"], e["inserted"]) for e in edit["edits"]] == [("400", "500")]
    assert first["notice"] == "correction"


@pytest.mark.parametrize(
    ("name", "options", "articles"),
    [
        ("a source", ["--source", "example-post"], [2]),
        ("an article by id", ["1"], [1, 1]),
        ("an article by URL", ["https://times.example/mission"], [1, 1]),
        ("since", ["--since", "2026-11-23T11:30"], [1]),
        ("until, with a zone", ["--until", "2026-11-23T12:30+01:00", "--source", "example-times"], [1]),
        ("a floor of class", ["--class", "substantive", "--source", "example-times"], [1, 1]),
        ("a score nothing reaches", ["--min-score", "10000"], []),
        ("a tag", ["--tag", "number", "1"], [1, 1]),
        ("words", ["--grep", "EVIL"], [2]),
        ("a limit", ["--limit", "1"], [1]),
    ],
)
def test_log_is_narrowed_by(name: str, options: list[str], articles: list[int], run: Run) -> None:
    assert [c["article"] for c in objects(run("log", "--json", *options).stdout)] == articles, name


def test_log_with_patch_shows_the_edits(run: Run) -> None:
    assert "It sends [-400-]{+500+} trainers to the country." in run("log", "-p", "1").stdout


def test_log_on_a_terminal_is_wrapped_and_coloured(run: Run) -> None:
    text = run("log", "-p", terminal=True).stdout
    assert "\x1b[" in text
    shown = SGR.sub("", text)
    assert "change 2  example-times · article 1 · version 2 → 3" in shown
    assert "[-400-]" not in shown


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("nothing in the filter", ["--min-score", "9999"], "No change matches; --all also looks among noise."),
        ("nothing at all", ["--min-score", "9999", "--all"], "No change matches."),
    ],
)
def test_an_empty_log_says_so(name: str, options: list[str], said: str, run: Run) -> None:
    result = run("log", *options)
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (0, "", said), name


@pytest.mark.parametrize(
    ("due_at", "said"),
    [
        (NOW.replace(year=2001), "`tracker check` looks for some now"),
        (NOW.replace(year=2999), "nothing is due before 10:00 UTC on 23 Nov 2999, `tracker check --force` looks"),
    ],
)
def test_an_empty_log_says_what_would_bring_a_change(due_at: datetime, said: str, tmp_path: Path, run: Run) -> None:
    with history(tmp_path) as store:
        stored_articles.found(store, "example-times", [Found("https://times.example/1", Via.FEED)], NOW, due_at=due_at)
    assert said in run("log", TRACKER_DATABASE=str(tmp_path / "tracker.db")).stderr
