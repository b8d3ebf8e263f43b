from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from tracker.model import Kind
from tracker.newsroom import story as stories

FILE = """---
outlet: harbour-courier
section: local
language: en
published: -90
headline: "Bridge: open"
byline: [A. Turner]
---
First line
of a paragraph with *emphasis* and [a link](/x).

## A heading

> Said somebody,
> at length.

- one
- two, on
  two lines

![A caption, with *marks*.](bridge.jpg)
"""


def test_a_file_becomes_a_story_with_its_blocks_in_order() -> None:
    story = stories.parse("bridge", FILE)
    assert (story.headline, story.byline, story.published) == ("Bridge: open", ("A. Turner",), timedelta(minutes=-90))
    assert [b.kind for b in story.body] == [Kind.TEXT, Kind.HEADING, Kind.QUOTE, Kind.LIST, Kind.CAPTION]
    assert [stories.plain(b.text) for b in story.body] == [
        "First line of a paragraph with emphasis and a link.",
        "A heading",
        "Said somebody, at length.",
        "one\ntwo, on two lines",
        "A caption, with marks.",
    ]


def test_lines_of_japanese_join_without_a_space() -> None:
    assert stories.block("港の食堂で\n手渡された。").text == "港の食堂で手渡された。"


def test_inline_marks_become_html_and_leave_the_words() -> None:
    assert stories.inline("a *b* [c d](/e)") == 'a <em>b</em> <a href="/e">c d</a>'
    assert stories.inline("a *b*", "i") == "a <i>b</i>"


def test_a_picture_gives_its_file_and_caption() -> None:
    assert stories.picture("![On the quay.](quay.jpg)") == ("quay.jpg", "On the quay.")
    assert stories.picture("no picture") == ("picture.jpg", "no picture")


def test_a_file_without_front_matter_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="bridge"):
        stories.parse("bridge", "Just text.")


def test_the_package_has_about_thirty_stories_of_real_length_in_five_languages() -> None:
    found = stories.load()
    assert len(found) >= 30
    assert set(Counter(s.language for s in found)) == {"en", "fr", "de", "es", "ja"}
    assert min(Counter(s.language for s in found).values()) >= 4
    for story in found:
        assert story.headline, story.slug
        assert story.standfirst, story.slug
        assert story.byline, story.slug
        live = story.slug == "storm-brunhilde-live"
        assert live or len(story.body) >= 8, story.slug


def test_every_kind_of_block_is_somewhere_in_every_outlet() -> None:
    kinds: dict[str, set[Kind]] = {}
    for story in stories.load():
        kinds.setdefault(story.outlet, set()).update(b.kind for b in story.body)
    for outlet, seen in kinds.items():
        assert {Kind.TEXT, Kind.HEADING, Kind.CAPTION} <= seen, outlet


def test_the_nato_story_opens_a_parenthesis_it_does_not_close() -> None:
    story = next(s for s in stories.load() if s.slug == "nato-training-mission-iraq")
    text = story.body
    numbers = next(b.text for b in text if "2,500" in b.text)
    assert numbers.count("(") == numbers.count(")") + 1
