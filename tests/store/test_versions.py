"""A content comes out of the store exactly as it went in."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.world import HOUR, LONG, NOW, follow, history, publish, result, says, told
from tracker.errors import NotFound
from tracker.model import Block, Content, Kind, Outcome, Paragraph, tidy
from tracker.store import Store
from tracker.store.history import articles, record, sources
from tracker.store.history import versions as stored_versions
from tracker.store.proof import integrity
from tracker.store.queue import queue

_moments = st.none() | st.datetimes(timezones=st.sampled_from([UTC, timezone(HOUR * 5)]))
_text = st.text(st.characters(codec=None), max_size=30)
_paragraphs = st.lists(
    st.builds(Paragraph, st.sampled_from(["one", "two", "one two"]) | _text, st.sampled_from(Kind)), max_size=6
).map(tuple)
_contents = st.builds(
    Content,
    headline=_text,
    standfirst=_text,
    byline=st.lists(_text, max_size=3).map(tuple),
    section=_text,
    language=st.sampled_from(["", "en", "ja"]),
    published_at=_moments,
    modified_at=_moments,
    paragraphs=_paragraphs,
    captions=_paragraphs,
    notices=_paragraphs,
    headlines=st.dictionaries(st.sampled_from(["h1", "og", "title"]), _text),
    free=st.sampled_from([None, True, False]),
    confidence=st.floats(0, 1),
    extractor=st.just("test@1"),
    blocks=st.lists(st.builds(Block, _text, _text, st.booleans(), _text), max_size=3).map(tuple),
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all generated examples; each is an article of its own."""
    with history(tmp_path_factory.mktemp("any")) as store:
        yield store


@settings(max_examples=40, deadline=None)
@given(contents=st.lists(_contents, min_size=1, max_size=4))
def test_any_content_comes_back_as_it_was(contents: list[Content], shelf: Store) -> None:
    article = follow(shelf, f"any-{sources.counts(shelf).articles}")
    kept: list[Content] = []
    for hour, content in enumerate(map(tidy, contents)):
        publish(shelf, article, content, NOW + hour * HOUR)
        if not kept or kept[-1].canonical() != content.canonical():
            kept.append(content)
    versions = stored_versions.versions(shelf, article)
    assert [v.content.canonical() for v in versions] == [c.canonical() for c in kept]
    assert [v.content_sha256 for v in versions] == [v.content.sha256 for v in versions]
    assert [stored_versions.version(shelf, article, v.number) for v in versions] == versions
    for version, content in zip(versions, kept, strict=True):
        back = version.content
        assert (back.paragraphs, back.captions, back.notices) == (content.paragraphs, content.captions, content.notices)
        assert back.headlines == content.headlines
        assert (back.free, back.confidence, back.language) == (content.free, content.confidence, content.language)
    assert integrity.verify(shelf, article).finding is None


@pytest.mark.parametrize(
    ("case", "given", "stored"),
    [
        ("lone surrogate", "a\ud800b", "a\ufffdb"),
        ("surrogate pair as two", "a\ud83d\ude00b", "a\ufffd\ufffdb"),
        ("nul", "a\x00b", "a\ufffdb"),
        ("emoji stays", "a😀b", "a😀b"),
        ("escape stays, the door to the eye is elsewhere", "a\x1b[31mb\u202e", "a\x1b[31mb\u202e"),
        ("brackets and markup are text", "<script>[link]</script>", "<script>[link]</script>"),
        ("a very long word", "x" * 100_000, "x" * 100_000),
    ],
)
def test_text_no_database_can_keep_is_made_visible(store: Store, case: str, given: str, stored: str) -> None:
    content = says(given, headline=given, byline=(given,), section=given, standfirst=given, headlines={given: given})
    article = follow(store)
    publish(store, article, content, NOW)
    version = stored_versions.current(store, article)
    assert version is not None
    assert version.content.text == version.content.headline == version.content.byline[0] == stored
    assert version.content.blocks[0].text == stored
    assert integrity.verify(store).finding is None


def test_a_paragraph_is_stored_once_however_often_it_is_said(store: Store) -> None:
    told(store, [says(), says(*LONG, "New."), says(LONG[0], LONG[0], *LONG)])
    assert store.db.execute("select count(*) from paragraphs").fetchone()[0] == 4


def test_a_removed_paragraph_stays_and_says_which_versions_had_it(store: Store) -> None:
    told(store, [says("a", "b"), says("a"), says("a", "b", "c"), says("c")])
    spans = store.db.execute("select text, first_version, last_version from paragraphs order by id").fetchall()
    assert spans == [("a", 1, 3), ("b", 1, 3), ("c", 3, None)]


def test_captions_and_notices_come_back_in_their_places(store: Store) -> None:
    content = Content(
        headline="h",
        paragraphs=(Paragraph("body"), Paragraph("inline caption", Kind.CAPTION), Paragraph("more")),
        captions=(Paragraph("a caption", Kind.CAPTION),),
        notices=(Paragraph("Correction: x", Kind.NOTICE),),
    )
    article = follow(store)
    publish(store, article, content, NOW)
    back = stored_versions.version(store, article, 1).content
    assert (back.paragraphs, back.captions, back.notices) == (content.paragraphs, content.captions, content.notices)


def test_the_blocks_of_the_last_reading_come_with_the_current_version_only(store: Store) -> None:
    article = told(store, [says(), says(headline="Pier stays open")])
    current = stored_versions.current(store, article)
    assert current is not None
    assert [b.text for b in current.content.blocks] == list(LONG)
    assert stored_versions.version(store, article, 2).content.blocks == ()


def test_a_retired_article_forgets_its_last_reading(store: Store) -> None:
    article = told(store, [says()])
    record.retire(store, article)
    current = stored_versions.current(store, article)
    assert current is not None
    assert current.content.blocks == ()
    assert queue.state(store, article).next_check_at is None


def test_an_article_without_a_version_has_no_current_one(store: Store) -> None:
    article = follow(store)
    assert stored_versions.current(store, article) is None
    assert stored_versions.versions(store, article) == []
    with pytest.raises(NotFound, match="no version 1"):
        stored_versions.version(store, article, 1)


def test_moments_with_another_offset_keep_it(store: Store) -> None:
    article = follow(store)
    published = NOW.astimezone(timezone(timedelta(hours=9)))
    publish(store, article, says(published_at=published), NOW)
    assert stored_versions.version(store, article, 1).content.published_at == published
    assert articles.article(store, article).published_at == published


def test_paragraph_ids_are_readable_json(store: Store) -> None:
    told(store, [says("a", "b", "a")])
    [(ids,)] = store.db.execute("select paragraph_ids from versions").fetchall()
    assert json.loads(ids) == [1, 2, 1]


def test_a_result_without_blocks_leaves_the_memory_as_it_was(store: Store, tmp_path: Path) -> None:
    article = told(store, [says()])
    record.record(store, result(store, article, NOW + HOUR, Outcome.UNCHANGED))
    current = stored_versions.current(store, article)
    assert current is not None
    assert len(current.content.blocks) == 3


def test_furniture_that_stands_on_every_page_of_a_source_is_kept_once(store: Store) -> None:
    chance = random.Random(5)
    menu = tuple(Block(chance.randbytes(20).hex(), "nav/ul/li", False, "links") for _ in range(40))
    for n in range(6):
        article = follow(store, f"a{n}")
        content = says(*LONG, f"Ending {n}.")
        publish(store, article, replace(content, blocks=(*menu, *content.blocks)), NOW)
    sizes = [r[0] for r in store.db.execute("select length(blocks) from readings order by article_id").fetchall()]
    assert max(sizes) < 300
    assert store.db.execute("select count(*) from reading_bases").fetchone() == (1,)
    for version in map(partial(stored_versions.current, store), range(1, 7)):
        assert version is not None
        assert version.content.blocks[:40] == menu
        assert version.content.blocks[40].text == LONG[0]


def test_a_source_whose_pages_have_nothing_in_common_gets_few_bases(store: Store) -> None:
    chance = random.Random(5)
    for n in range(30):
        article = follow(store, f"a{n}")
        noise = tuple(Block(chance.randbytes(30).hex(), "aside/p", False, "links") for _ in range(20))
        publish(store, article, replace(says(), blocks=noise), NOW)
        current = stored_versions.current(store, article)
        assert current is not None
        assert current.content.blocks == noise
    assert store.db.execute("select count(*) from reading_bases").fetchone()[0] <= 24


def test_an_interval_begins_when_the_article_was_last_seen_not_when_it_was_last_asked_for(store: Store) -> None:
    article = follow(store)
    publish(store, article, says(), NOW)
    record.record(store, result(store, article, NOW + HOUR))
    record.record(store, result(store, article, NOW + 2 * HOUR, Outcome.SERVER_ERROR))
    change = publish(store, article, says(headline="Pier stays open"), NOW + 3 * HOUR)
    assert change is not None
    assert (change.after, change.before) == (NOW + HOUR, NOW + 3 * HOUR)
    assert stored_versions.version(store, article, 1).last_seen_at == NOW + HOUR


@pytest.mark.parametrize(("name", "back"), [("a second", HOUR / 3600), ("an hour", HOUR), ("a year", HOUR * 24 * 365)])
def test_an_interval_never_ends_before_it_begins_though_the_clock_was_set_back(
    name: str, back: timedelta, store: Store
) -> None:
    article = follow(store)
    publish(store, article, says(), NOW)
    record.record(store, result(store, article, NOW + HOUR))
    at = NOW + HOUR - back
    change = publish(store, article, says(headline="Pier stays open"), at)
    assert change is not None
    assert (change.after, change.before) == (at, at), name
    old, new = stored_versions.versions(store, article)
    assert old.last_seen_at == new.previous_seen_at == new.first_seen_at == at, name
    assert integrity.verify(store).finding is None, name


def test_a_clock_that_is_right_again_gives_whole_intervals(store: Store) -> None:
    article = follow(store)
    publish(store, article, says(), NOW)
    publish(store, article, says(headline="Pier stays open"), NOW - HOUR)
    change = publish(store, article, says(headline="Pier to close"), NOW + HOUR)
    assert change is not None
    assert (change.after, change.before) == (NOW - HOUR, NOW + HOUR)
    assert integrity.verify(store).finding is None
