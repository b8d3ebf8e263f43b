from __future__ import annotations

from pathlib import Path

from tests.cli.world import Mine
from tests.extractor.pages import PARAGRAPHS
from tests.pipeline.test_rebuild import read, story
from tests.store.world import NOW, TIMES, follow, history, publish
from tracker.store import Store
from tracker.store.history import sources


def test_what_was_learned_is_forgotten_and_learned_anew(tmp_path: Path, mine: Mine) -> None:
    box = "<p>Our readers meet on Friday at the old pier to talk about the paper.</p>"
    with history(tmp_path) as store:
        for n in range(4):
            html = story([f"{text} Case {n}." for text in PARAGRAPHS]).replace("</article>", f"{box}</article>")
            html = html.replace("ferry-line", f"ferry-line-{n}")
            publish(store, follow(store, f"ferry-{n}"), read(html), NOW, body=html.encode())
        sources.save_profile(store, TIMES.id, {"furniture": {"wrong": {"text": "The ferry", "articles": 9}}})
    assert mine("sources", "relearn", "example-times", "--empty").exit_code == 0
    with Store.open(tmp_path / "tracker.db") as store:
        assert sources.profile(store, TIMES.id) == {}
    done = mine("sources", "relearn", "example-times")
    assert "Learned from 4 articles" in done.stderr
    with Store.open(tmp_path / "tracker.db") as store:
        assert set(sources.profile(store, TIMES.id)["seen"]) != set()
