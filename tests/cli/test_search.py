from __future__ import annotations

from tests.cli.conftest import Run
from tests.cli.world import objects


def test_search_finds_words_that_are_there_and_words_that_were_removed(run: Run) -> None:
    assert [a["article"] for a in objects(run("search", "training", "mission", "--json").stdout)] == [1]
    assert [a["article"] for a in objects(run("search", "--removed", "parliament", "--json").stdout)] == [1]
    assert run("search", "alliance").stdout.startswith("1\texample-times\t")
    assert "Nothing found" in run("search", "zeppelin").stderr
