"""What was joined by mistake is taken apart by a command, with a daemon and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.world import go, objects, on
from tests.store.world import HOUR, NOW, follow, history, publish, says
from tracker.newsroom import Newsroom
from tracker.store.history import joins


def test_an_article_that_was_joined_is_followed_by_itself_again(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        kept, gone = follow(store, "pier"), follow(store, "region/pier")
        for article in (kept, gone):
            publish(store, article, says(), NOW)
        joins.join(store, gone, kept, NOW + HOUR)
    database = tmp_path / "tracker.db"
    assert "took another article in" in on(database, "history", "1").stdout
    assert "moved into article 1" in on(database, "history", "2").stdout
    assert on(database, "separate", "2").exit_code == 0
    listed = objects(on(database, "articles", "--json").stdout)
    assert {(a["article"], a["state"]) for a in listed} == {(1, "live"), (2, "live")}
    assert "taken apart by hand" in on(database, "history", "2").stdout
    again = on(database, "separate", "2")
    assert (again.exit_code, "not joined" in again.stderr) == (2, True)


@pytest.mark.slow
@pytest.mark.clock
def test_the_daemon_is_asked(daemon: Newsroom) -> None:
    refused = go("separate", "99999")
    assert (refused.exit_code, "no article 99999" in refused.stderr) == (2, True)
