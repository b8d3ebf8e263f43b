"""Reading an article's captures again: what was its first version, by what is known without the feed."""

from __future__ import annotations

import re
from pathlib import Path

from tests.pipeline.test_rebuild import TOLD, read, rebuilt, recorded, story
from tests.store.world import NOW, follow, history, publish
from tracker.store.history import versions

PLAIN = re.compile(r"<script type=.application/ld\+json.>.*?</script>", re.DOTALL)
"""What says that a page is an article."""
BANNER = '<script src="https://cdn.example/onetrust-consent.js"></script></body>'


def unsigned(html: str) -> str:
    """A story that does not call itself an article, under a headline that a page of nothing might have."""
    headline = "Wreck of the old ferry not found by the second search of the islands"
    return PLAIN.sub("", html).replace("Ferry line to the islands returns after four years", headline)


def test_a_story_that_was_taken_on_its_feeds_word_is_one_without_the_feed_too(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        one = recorded(store, [unsigned(story())], "one", falsely=False)
        edited = recorded(store, [unsigned(story()), unsigned(story(TOLD))], "edited", falsely=False)
        sums = rebuilt(store)
        assert (sums.left, sums.after) == (0, 3)
        assert [len(versions.versions(store, n)) for n in (one, edited)] == [1, 2]


def test_a_wall_that_an_older_release_took_for_the_first_version_is_none(tmp_path: Path) -> None:
    wall = (
        f"<html><title>We value your privacy</title><h1>We value your privacy</h1><p>{'Accept all cookies. ' * 60}</p>"
    )
    with history(tmp_path) as store:
        article = follow(store, "walled")
        for n, html in enumerate((wall, story())):
            publish(store, article, read(html), NOW.replace(hour=10 + n), body=html.encode())
        rebuilt(store)
        assert [v.content.headline for v in versions.versions(store, article)] == [read(story()).headline]
