from __future__ import annotations

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects


def test_history_tells_the_whole_story_in_order(run: Run) -> None:
    assert [e["kind"] for e in objects(run("history", "2", "--json").stdout)] == [
        "version",
        "version",
        "event",
        "failed",
    ]
    assert "version 3, back to the text of version 1" in run("history", "1").stdout
    assert "gone from the site" in run("history", "2").stdout


def test_history_on_a_terminal_has_a_heading_and_a_limit(run: Run) -> None:
    shown = SGR.sub("", run("history", "1", "--limit", "1", terminal=True).stdout)
    assert "example-times · article 1 · live" in shown
    assert "● version 3" in shown
    assert "● version 2" not in shown


def test_history_of_an_article_never_visited_says_what_to_do(run: Run) -> None:
    assert "`tracker check 4` visits it now" in run("history", "4").stderr
