"""`tracker blame`: the version that brought each sentence."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects
from tests.store.world import history, says, told


def test_blame_names_the_version_of_every_sentence(run: Run) -> None:
    rows = [line.split("\t") for line in run("blame", "1").stdout.splitlines()]
    assert ["v1 v3-", "2026-11-23T10:00:00Z", "-", "text", "It sends 400 trainers to the country."] in rows
    assert ["v1-", "2026-11-23T10:00:00Z", "-", "text", "The alliance takes over the training mission."] in rows
    assert not any("500" in row[4] for row in rows)


def test_blame_shows_what_is_gone_when_asked(run: Run) -> None:
    sentences = objects(run("blame", "1", "--removed", "--json").stdout)
    gone = [s for s in sentences if not s["stands"]]
    [trainers] = [s for s in gone if "500 trainers" in str(s["sentence"])]
    assert trainers["spans"] == [
        {
            "first_version": 2,
            "last_version": 2,
            "after": "2026-11-23T10:00:00Z",
            "before": "2026-11-23T11:00:00Z",
            "gone_after": "2026-11-23T11:00:00Z",
            "gone_before": "2026-11-23T12:00:00Z",
            "least_seconds": 0,
            "most_seconds": 7200,
            "byline": ["Ada Bell"],
        }
    ]
    assert sentences.index(trainers) > max(sentences.index(s) for s in sentences if s["stands"])


def test_blame_on_a_terminal_tells_paragraphs_lives_and_bylines(run: Run) -> None:
    shown = " ".join(SGR.sub("", run("blame", "1", "--removed", terminal=True).stdout).split())
    assert "byline of all paragraphs: Ada Bell paragraph 1: since version 1, last touched by version 3 v1-" in shown
    assert "came back 1 time" in shown
    assert "stood at most 2 hours" in shown
    assert "byline Ada Bell" in shown
    assert "gone, first gone first" in shown


def test_blame_says_whose_paragraph_it_is_where_the_byline_changed(tmp_path: Path, run: Run) -> None:
    with history(tmp_path) as store:
        told(store, [says("One fell.", "Two stood.", byline=("Ann Lee",)), says("One rose.", "Two stood.", byline=())])
    shown = SGR.sub("", run("blame", "1", terminal=True, TRACKER_DATABASE=str(tmp_path / "tracker.db")).stdout)
    assert "(byline none)" in shown
    assert "paragraph 2: since version 1 (byline Ann Lee)" in shown
    assert "byline of all" not in shown


def test_blame_of_a_hostile_article_is_harmless(run: Run) -> None:
    for terminal in (False, True):
        text = SGR.sub("", run("blame", "2", "--removed", terminal=terminal).stdout)
        assert not set("\x1b\x9b\u202e\u200b") & set(text)


def test_blame_of_an_unread_article_says_what_to_do(run: Run) -> None:
    done = run("blame", "4")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "tracker check 4" in done.stderr
