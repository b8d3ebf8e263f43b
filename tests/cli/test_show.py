from __future__ import annotations

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects


def test_show_is_the_bare_text_in_a_pipe_and_has_a_heading_on_a_terminal(run: Run) -> None:
    assert run("show", "1").stdout.startswith(
        "# Alliance takes over training mission\n\nA decision after long talks.\n"
    )
    shown = SGR.sub("", run("show", "1", terminal=True).stdout)
    assert "example-times · article 1 · version 3 of 3" in shown
    assert "the same text as version 1" in shown
    assert "changed between 11:00 and 12:00 UTC on 23 Nov 2026" in shown
    assert "first seen at 10:00 UTC" in SGR.sub("", run("show", "1", "1", terminal=True).stdout)


def test_show_as_json_has_the_paragraphs(run: Run) -> None:
    version = objects(run("show", "1", "2", "--json").stdout)[0]
    assert version["paragraphs"][-1]["kind"] == "notice"  # type: ignore[index]
    assert version["byline"] == ["Ada Bell"]
