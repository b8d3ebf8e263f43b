from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import FIRST, SECOND, SGR, Run
from tests.cli.world import objects
from tests.store.world import HOUR, NOW, history, result, told
from tracker.model import Outcome, State, SuspectedState, Suspicion
from tracker.store.history import record, sources


def test_articles_are_listed_newest_first(run: Run) -> None:
    assert [a["article"] for a in objects(run("articles", "--json").stdout)] == [4, 3, 2, 1]
    assert [a["article"] for a in objects(run("articles", "--json", "--source", "example-post").stdout)] == [2]
    lines = [line.split("\t") for line in run("articles", "--limit", "0").stdout.splitlines()]
    assert lines[3] == [
        "1",
        "example-times",
        "live",
        "3",
        "Alliance takes over training mission",
        "https://times.example/mission",
    ]


def test_articles_on_a_narrow_terminal_drop_columns_not_words(run: Run) -> None:
    wide = SGR.sub("", run("articles", terminal=True).stdout)
    narrow = SGR.sub("", run("articles", terminal=True, COLUMNS="40").stdout)
    assert "versions" in wide
    assert "versions" not in narrow
    assert max(map(len, narrow.splitlines())) <= 40
    assert "Alliance" in narrow


def test_a_state_that_no_article_is_in_says_so(run: Run) -> None:
    result = run("articles", "--state", "paywalled")
    assert (result.stdout, result.stderr.strip()) == ("", "No article matches.")


def test_an_article_that_was_never_read_is_not_called_live(run: Run) -> None:
    states = {line.split("\t")[0]: line.split("\t")[2] for line in run("articles").stdout.splitlines()}
    assert states == {"4": "not read yet", "3": "live", "2": "live", "1": "live"}
    found = {a["article"]: (a["state"], a["read"]) for a in objects(run("articles", "--json").stdout)}
    assert found == {4: ("live", False), 3: ("live", True), 2: ("live", True), 1: ("live", True)}


def test_an_article_that_seems_to_be_gone_is_told_as_such_while_its_state_stays(tmp_path: Path, run: Run) -> None:
    with history(tmp_path) as store:
        told(store, [FIRST])
        told(store, [SECOND], "other")
        gone = result(store, 1, NOW + HOUR, Outcome.GONE, status=404)
        suspicion = Suspicion(lifecycle=SuspectedState(State.GONE, 2, NOW + HOUR), failures=3)
        record.record(store, replace(gone, state=replace(gone.state, suspicion=suspicion)))
    env = {"TRACKER_DATABASE": str(tmp_path / "tracker.db")}
    told_of = {line.split("\t")[0]: line.split("\t")[2] for line in run("articles", **env).stdout.splitlines()}
    assert told_of == {"2": "live", "1": "apparently gone"}
    found = {a["article"]: (a["state"], a["apparently_gone"]) for a in objects(run("articles", "--json", **env).stdout)}
    assert found == {2: ("live", False), 1: ("live", True)}
    assert "apparently gone" in run("history", "1", terminal=True, **env).stdout


@pytest.mark.parametrize(
    ("name", "options", "ids"),
    [
        ("the list", [], ["2"]),
        ("with all of them", ["--all"], ["2", "1"]),
        ("those alone", ["--state", "moved"], ["1"]),
        ("a source's", ["--source", "example-times"], ["2"]),
    ],
)
def test_an_article_that_moved_into_another_is_listed_when_asked_for(
    name: str, options: list[str], ids: list[str], tmp_path: Path, run: Run
) -> None:
    with history(tmp_path) as store:
        told(store, [FIRST], "old")
        told(store, [FIRST, SECOND], "new")
        record.record(store, result(store, 1, NOW + 5 * HOUR, moved_to="https://times.example/new"))
        assert (sources.counts(store).articles, sources.health(store, "example-times").articles) == (1, 1)
    env = {"TRACKER_DATABASE": str(tmp_path / "tracker.db")}
    assert [line.split("\t")[0] for line in run("articles", *options, **env).stdout.splitlines()] == ids, name
    assert [str(a["article"]) for a in objects(run("articles", "--json", *options, **env).stdout)] == ids, name
