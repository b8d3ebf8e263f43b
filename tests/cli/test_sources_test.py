from __future__ import annotations

from pathlib import Path

from tests.cli.world import Mine, falsely_read, objects
from tracker.store import Store
from tracker.store.proof import replaced_histories


def test_rules_are_tried_on_stored_pages(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path)
    assert mine("rebuild").exit_code == 0
    quiet = mine("sources", "test", "example-times")
    assert (quiet.exit_code, quiet.stdout) == (0, "")
    done = mine("sources", "test", "example-times", rules='{remove: [".story p:first-child", ".nothing"]}')
    assert done.exit_code == 1
    assert "remove: .story p:first-child  finds something on 2 of 2 pages" in done.stdout
    assert "remove: .nothing  finds something on 0 of 2 pages  <- nothing" in done.stdout
    assert "\n  - The ferry between Nordhavn and the outer islands" in done.stdout
    [first, _] = objects(mine("sources", "test", "example-times", "--json", rules='{headline: ".byline"}').stdout)
    assert first["would_change"]
    assert any("Mara Lind" in text for text in first["added"])  # type: ignore[attr-defined]
    with Store.open(tmp_path / "tracker.db") as store:
        assert len(replaced_histories.formers(store, 1)) == 1


def test_a_selector_that_is_none_is_said_to_be(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    done = mine("sources", "test", "example-times", rules='{body: "p[["}')
    assert done.exit_code in (2, 78)
    assert "p[[" in done.stderr


def test_a_source_that_is_not_configured_cannot_be_tried(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    assert mine("sources", "test", "example-post").exit_code == 2


def test_two_addresses_are_told_to_be_one_article_or_two(tmp_path: Path, mine: Mine) -> None:
    rules = "{}\n    identity: {id: 'story-(\\d+)'}"
    near = ("sources", "test", "example-times", "--same", "times.example/a-story-12", "times.example/b-story-12")
    assert mine(*near).exit_code == 1
    done = mine(*near, rules=rules)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "one article")
    assert "https://times.example/a-story-12\n  is identified by 12\n" in done.stdout
    [told] = objects(mine(*near, "--json", rules=rules).stdout)
    assert (told["same"], told["identified_by"]) == (True, ["12", "12"])
