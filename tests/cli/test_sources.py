from __future__ import annotations

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects


def test_sources_tell_how_they_are_doing(run: Run) -> None:
    times = next(s for s in objects(run("sources", "--json").stdout) if s["source"] == "example-times")
    assert (times["articles"], times["changes"], times["active"]) == (3, 2, True)
    assert run("sources").stdout.splitlines()[-1].startswith("example-times\t")
    assert "last change" in SGR.sub("", run("sources", terminal=True).stdout)


def test_sources_still_lists_when_called_bare(run: Run) -> None:
    assert [o["source"] for o in objects(run("sources", "--json", "--limit", "1").stdout)] == ["example-post"]
    assert run("sources", "tset").exit_code == 2
