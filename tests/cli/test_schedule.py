from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.cli.world import COURIER, go, rows, slugs
from tracker.discovery.signals import PAGE
from tracker.model import Signal
from tracker.newsroom import Newsroom
from tracker.store import Store
from tracker.store.history import articles, sources
from tracker.store.queue import queue


def test_schedule_explains_when_and_why(newsroom: Newsroom, folder: Path) -> None:
    go("check", "--discover-only")
    url = newsroom.url(slugs(newsroom)[0])
    assert "never checked" in go("schedule", url).stdout
    go("check", url)
    plain = go("schedule", url).stdout
    assert "Next look in " in plain
    assert "unseen edits are expected" in plain
    (row,) = rows(go("schedule", "--json", url))
    assert (row["checks"], row["outcome"], row["url"]) == (1, "new", url)
    assert str(row["next_check_at"]) in str(row["why"])
    go("pause", COURIER)
    (row,) = rows(go("schedule", "--json", url))
    assert (row["next_check_at"], f"tracker resume {COURIER}" in str(row["why"])) == (None, True)
    path = folder / "sources.yaml"
    go("resume", COURIER)
    text = path.read_text()
    for schedule, said in (("fixed", "(schedule: fixed)"), ("adaptive", "(schedule: adaptive)")):
        path.write_text(text.replace(f"id: {COURIER}", f"id: {COURIER}\n  schedule: {schedule}"))
        assert said in go("schedule", url).stdout
    path.write_text(text.replace(f"id: {COURIER}", f"id: {COURIER}\n  active: false"))
    assert "switched off" in go("schedule", url).stdout
    path.write_text("contact: https://operator.example/bot\nsources: []\ndatabase: tracker.db\n")
    assert "no longer in the sources file" in go("schedule", url).stdout


def test_schedule_says_which_hint_waits_for_a_look_and_what_such_hints_are_worth(
    newsroom: Newsroom,
    folder: Path,
) -> None:
    go("check", "--discover-only")
    url = newsroom.url(slugs(newsroom)[0])
    go("check", url)
    with Store.open(folder / "tracker.db", write=True) as store:
        article, now = articles.resolve(store, url), datetime(2026, 11, 24, 12, 3, tzinfo=UTC)
        queue.bring_forward(store, article, now, Signal(PAGE, now))
    said = "; its page says that it was modified at 2026-11-24T12:03:00Z, yet its text was still the same"
    assert f"{said} (the first such signal).\n" in go("schedule", url).stdout
    with Store.open(folder / "tracker.db", write=True) as store:
        for right in (True, False, True):
            sources.count_signal(store, COURIER, PAGE, right=right)
    (row,) = rows(go("schedule", "--json", url))
    assert str(row["why"]).endswith(f"{said} (2 of 3 such signals were right)")
