"""`tracker voices`, and the log by speaker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects
from tests.store.world import history, says, told

REST = "The council meets again on Thursday evening in the town hall."
QUILL = "“We were never asked about any of this,” said Marta Quill, who bakes in Ash."


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A history in which one speaker was cut and another's verb changed, and one in which nobody speaks."""
    with history(tmp_path) as store:
        told(
            store,
            [
                says("The mayor said the mill would close.", QUILL, REST),
                says("The mayor admitted the mill would close.", REST),
                says("The mayor admitted the mill would close.", REST, "It opened in 1932."),
            ],
        )
        told(store, [says("The mill closes in May.")], "quiet")
    return str(tmp_path / "tracker.db")


def test_voices_shows_who_is_heard_and_who_is_no_longer(run: Run, database: str) -> None:
    rows = [line.split("\t") for line in run("voices", "1", TRACKER_DATABASE=database).stdout.splitlines()]
    assert rows == [
        ["v1-", "office", "indirect", "1", "admitted", "The mayor"],
        ["v1", "name", "direct", "1", "said", "Marta Quill"],
    ]


def test_voices_as_json_says_when_a_speaker_went(run: Run, database: str) -> None:
    mayor, quill = objects(run("voices", "1", "--json", TRACKER_DATABASE=database).stdout)
    assert (mayor["heard"], mayor["last_version"], mayor["gone_after"]) == (True, None, None)
    assert quill == {
        "article": 1,
        "source": "Marta Quill",
        "kind": "name",
        "heard": False,
        "first_version": 1,
        "last_version": 1,
        "gone_after": "2026-11-23T10:00:00Z",
        "gone_before": "2026-11-23T11:00:00Z",
        "field": "body",
        "paragraph": 1,
        "verb": "said",
        "style": "direct",
        "times": 1,
        "words": 8,
    }


def test_voices_on_a_terminal_has_two_parts(run: Run, database: str) -> None:
    shown = " ".join(SGR.sub("", run("voices", "1", terminal=True, TRACKER_DATABASE=database).stdout).split())
    assert "heard now v1- The mayor" in shown
    assert "no longer heard, last gone first v1 Marta Quill" in shown
    assert "8 quoted words" in shown


def test_an_article_without_speakers_says_so(run: Run, database: str) -> None:
    answer = run("voices", "2", TRACKER_DATABASE=database)
    assert answer.exit_code == 0
    assert "Nobody is heard in article 2" in answer.output


def test_the_log_finds_what_became_of_a_speaker(run: Run, database: str) -> None:
    [found] = objects(run("log", "--voice", "quill", "--json", TRACKER_DATABASE=database).stdout)
    assert [event["event"] for event in found["voices"]] == ["voice-cut", "verb-stance"]  # type: ignore[attr-defined]
    assert found["voices"][0]["old"] == {  # type: ignore[index]
        "source": "Marta Quill",
        "field": "body",
        "paragraph": 1,
        "verb": "said",
        "style": "direct",
        "times": 1,
        "words": 8,
    }
    assert not objects(run("log", "--voice", "Nobody", "--json", TRACKER_DATABASE=database).stdout)


def test_the_diff_tells_of_the_speakers(run: Run, database: str) -> None:
    shown = run("diff", "1", "1", "2", "--format", "plain", TRACKER_DATABASE=database).stdout
    assert "speakers:\n~ no longer quoted: Marta Quill\n~ said -> admitted (The mayor)\n" in shown
