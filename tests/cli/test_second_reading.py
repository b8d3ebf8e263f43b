from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.cli.world import Mine, falsely_read
from tests.pipeline.test_rebuild import TOLD, read, story
from tests.store.world import HOUR, NOW, follow, history, publish


def test_texts_are_held_against_their_pages_when_asked(tmp_path: Path, mine: Mine) -> None:
    with history(tmp_path) as store:
        pages = [story(), story(TOLD)]
        for path, lie in (("true", ""), ("lie", "An invented sentence that stood on no page at all.")):
            article, previous = follow(store, path), None
            for hour, html in enumerate(pages):
                previous = read(html, previous)
                said = replace(previous, standfirst=lie) if lie else previous
                publish(store, article, said, NOW + hour * HOUR, body=html.encode())
    falsely = mine("verify")
    assert falsely.exit_code == 0
    done = mine("verify", "--reread")
    assert done.exit_code == 1
    assert done.stdout == (
        "DOES NOT HOLD: article 2: versions read again: 2 of 2 versions cannot be read so from their captures today\n"
    )
    assert mine("verify", "1", "--reread").exit_code == 0


def test_what_an_older_extractor_read_is_not_held_against_today_s(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    done = mine("verify", "--reread")
    assert done.exit_code == 0
    assert "0 articles read again; 1 were read by an older extractor" in done.stderr
