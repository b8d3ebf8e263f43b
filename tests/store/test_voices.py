"""Speakers in the history: their rows, the views, and what a rebuild makes of them."""

from __future__ import annotations

from pathlib import Path

from tests.store.world import history, says, told
from tracker.model import VoiceKind
from tracker.store import Store
from tracker.store.questions import voices

REST = "The council meets again on Thursday evening in the town hall."
QUILL = "“We were never asked about any of this,” said Marta Quill, who bakes in Ash."
AGAIN = "“Nobody came to see us at all,” said a baker in Ash."


def test_a_change_brings_the_speakers_of_both_versions(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says(QUILL, REST), says(REST), says(AGAIN, REST)])
        told(store, [says(QUILL, REST)], "unchanged")
        found = store.db.execute("select version_id, key, kind, style, paragraph from voices order by 1, n").fetchall()
        assert [tuple(r) for r in found] == [
            (1, "quill", "name", "direct", 0),
            (3, "baker ash", "anonymous", "direct", 0),
        ]
        events = store.db.execute("select change_id, event, source, old_times, new_times from voice_events").fetchall()
        assert tuple(events[0]) == (1, "voice-cut", "Marta Quill", 1, None)


def test_who_was_cut_is_listed_newest_first_and_by_source(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says(QUILL, REST), says(REST)])
        named = "The fire began in the kitchen, Helen Stroud said."
        unnamed = named.replace("Helen Stroud", "an official")
        told(store, [says(named, REST), says(unnamed, REST)], "fire", "example-post")
        found = voices.cut(store, 10)
        assert [(v.source, v.event, v.replaced_by) for v in found] == [
            ("Helen Stroud", "voice-withheld", "an official"),
            ("Marta Quill", "voice-cut", None),
        ]
        assert [v.source for v in voices.cut(store, 10, source_id="example-times")] == ["Marta Quill"]
        assert [v.source for v in voices.cut(store, 1)] == ["Helen Stroud"]


def test_a_speaker_lives_from_his_first_version_to_his_last(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says(REST), says(QUILL, REST), says(QUILL, REST, "It rained."), says(REST, "It rained.")])
        [life] = voices.speakers(store, 1)
        assert (life.source, life.kind, life.first, life.last) == ("Marta Quill", VoiceKind.NAME, 2, 3)
        assert life.gone_before is not None


def test_shares_of_kinds_are_those_of_the_current_versions(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        official = "Nothing was wrong, an official said."
        told(store, [says(QUILL, REST), says(QUILL, official, REST)])
        row = store.db.execute("select voices, named, anonymous, anonymous_share from voices_kinds").fetchone()
        assert tuple(row) == (2, 1, 1, 0.5)


def test_speakers_go_with_their_article(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        told(store, [says(QUILL, REST), says(REST)])
        store.db.execute("delete from articles where id = 1")
        assert _count(store, "voices") == _count(store, "voice_events") == 0


def _count(store: Store, table: str) -> int:
    return int(store.db.execute(f"select count(*) from {table}").fetchone()[0])
