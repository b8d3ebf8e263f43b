"""What a rebuild makes of the speakers of an article."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.test_rebuild import PARAGRAPHS, read, rebuilt, story
from tests.store.world import HOUR, NOW, follow, history, publish
from tracker.differ import diff
from tracker.store import Store


def test_speakers_that_an_older_differ_did_not_know_are_filled_in_once(tmp_path: Path) -> None:
    said = "The harbour master said the ferry to the islands would sail again on Monday."
    with history(tmp_path) as store:
        article = follow(store)
        pages = story(PARAGRAPHS), story([*PARAGRAPHS, said])
        one, two = map(read, pages)
        publish(store, article, one, NOW, body=pages[0].encode())
        publish(store, article, two, NOW + HOUR, body=pages[1].encode(), change=diff(one, two))
        kept = _speakers(store)
        assert "The harbour master" in kept
        store.db.execute("delete from voices").fetchall()
        store.db.conn.commit()
        assert rebuilt(store).rebuilt == 1
        assert _speakers(store) == kept
        assert rebuilt(store).rebuilt == 0


def _speakers(store: Store) -> list[str]:
    return [r[0] for r in store.db.execute("select source from voices order by version_id, n").fetchall()]
