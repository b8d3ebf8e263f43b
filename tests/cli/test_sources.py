from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects, on
from tests.store.world import NOW, follow, history
from tracker.store.history import discovery_notes


def test_sources_tell_how_they_are_doing(run: Run) -> None:
    times = next(s for s in objects(run("sources", "--json").stdout) if s["source"] == "example-times")
    assert (times["articles"], times["changes"], times["active"]) == (3, 2, True)
    assert run("sources").stdout.splitlines()[-1].startswith("example-times\t")
    assert "last change" in SGR.sub("", run("sources", terminal=True).stdout)


def test_sources_still_lists_when_called_bare(run: Run) -> None:
    assert [o["source"] for o in objects(run("sources", "--json", "--limit", "1").stdout)] == ["example-post"]
    assert run("sources", "tset").exit_code == 2


def test_sources_and_doctor_tell_what_is_left_out(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        follow(store)
        note = ("sitemap https://times.example/map.xml", "older than 3 days", 12, "https://times.example/old")
        discovery_notes.noted(store, "example-times", [note], NOW)
    words = "sitemap https://times.example/map.xml: left out 12 older than 3 days, such as https://times.example/old"
    database = tmp_path / "tracker.db"
    assert f"example-times: {words}\n" in on(database, "sources").stderr
    listed = {source["source"]: source["left_out"] for source in objects(on(database, "sources", "--json").stdout)}
    assert listed == {"example-times": [words], "example-post": []}
    assert {"area": "example-times", "level": "note", "words": words} in objects(
        on(database, "doctor", "--json").stdout
    )
