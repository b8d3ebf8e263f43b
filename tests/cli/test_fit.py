from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.world import go, rows
from tests.scheduler.test_fit import a_history
from tracker.newsroom import Newsroom
from tracker.scheduler.revisit import fit
from tracker.scheduler.revisit.rate import Prior
from tracker.store.questions import edit_spans


def test_fit_needs_a_history_before_it_keeps_anything(newsroom: Newsroom, folder: Path) -> None:
    go("check")
    said = go("fit").stdout
    assert "100 changes are needed" in said
    assert not (folder / "tracker.fit.json").exists()


def test_fit_says_what_it_found_and_keeps_it_where_the_daemon_reads_it(
    newsroom: Newsroom,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go("check")
    monkeypatch.setattr(edit_spans, "edit_spans", lambda store, limit: a_history(Prior(1.6, 0.5, 0.4), 300, 5))
    assert "only a look" in go("fit", "--dry-run").stdout
    (row,) = rows(go("fit", "--json"))
    assert row["enough"]
    assert Path(str(row["path"])).name == "tracker.fit.json"
    assert "`tracker reload` makes a running daemon use it" in go("fit").stdout
    assert fit.read(folder / "tracker.db").mean == pytest.approx(row["mean"])
