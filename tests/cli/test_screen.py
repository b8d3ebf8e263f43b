from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.world import objects
from tests.store.world import NOW, follow, history, publish, says, told


def test_a_list_in_a_pipe_has_the_fields_that_the_guide_names_and_no_header(run: Run) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    table = guide.partition("| list | its fields |\n|---|---|\n")[2].partition("\n\n")[0]
    for line in table.splitlines():
        names, fields = (cell.strip() for cell in line.strip("|").split("|"))
        for name in names.replace("`", "").split(", "):
            asked = {"search": ["search", "alliance"], "blame": ["blame", "1"]}.get(name, [name])
            rows = run(*asked).stdout.splitlines()
            assert rows, name
            assert {row.count("\t") + 1 for row in rows} == {len(fields.split(", "))}, name
            assert not any(row.startswith(fields.split(", ")[0] + "\t") for row in rows), name


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty-one articles with the same words, and fifty-one changes."""
    folder = tmp_path_factory.mktemp("many")
    with history(folder) as store:
        for number in range(50):
            publish(store, follow(store, f"story-{number}"), says("Ferry seen."), NOW)
        told(store, [says(f"The ferry carries {100 + number} people.") for number in range(52)], "ferry")
    return folder / "tracker.db"


@pytest.mark.parametrize(("command", "most"), [(["articles"], 50), (["search", "ferry"], 20), (["log"], 50)])
def test_a_list_that_was_cut_unasked_says_so(command: list[str], most: int, many: Path, run: Run) -> None:
    env = {"TRACKER_DATABASE": str(many)}
    cut = run(*command, "--json", **env)
    assert len(objects(cut.stdout)) == most
    assert cut.stderr == f"Only the first {most} are listed; --limit 0 lists all.\n"
    whole = run(*command, "--json", "--limit", "0", **env)
    assert (len(objects(whole.stdout)), whole.stderr) == (51, "")
    asked = run(*command, "--json", "--limit", "3", **env)
    assert (len(objects(asked.stdout)), asked.stderr) == (3, ""), "who asked for three knows"
    enough = run(*command, "--json", "--limit", "51", **env)
    assert (len(objects(enough.stdout)), enough.stderr) == (51, "")
