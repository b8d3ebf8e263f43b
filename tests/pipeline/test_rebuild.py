"""Rebuilding: what an older extractor got wrong disappears, what readers were told stays, nothing is announced."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.extractor.pages import PARAGRAPHS, page, paragraphs
from tests.scheduler.world import HandClock, inline
from tests.store.world import HOUR, NOW, POST, TIMES, follow, history, publish, result
from tests.waiting import HANG
from tracker.differ import diff
from tracker.extractor import extract
from tracker.model import Block, ChangeFilter, Content, Outcome, Paragraph, Rules
from tracker.pipeline.rebuild import GONE, Rebuilt, rebuild, reread
from tracker.scheduler.workers.local import Workers
from tracker.store import Store
from tracker.store.history import articles, changes, checks, record, sources, versions
from tracker.store.proof import integrity, replaced_histories
from tracker.store.search import search
from tracker.store.upkeep import forget
from tracker.store.upkeep import rebuild as shelf
from tracker.store.upkeep.rebuild import Sums

pytestmark = pytest.mark.clock
LATER = datetime(2027, 1, 1, tzinfo=UTC)
SOURCES = {TIMES.id: TIMES, POST.id: POST}
TOLD = [*PARAGRAPHS[:2], PARAGRAPHS[2].replace("14 million", "19 million"), *PARAGRAPHS[3:]]
"""What the story says after a true edit."""
FORMER = ("former_chains", "former_histories")


def older(content: Content, teaser: str) -> Content:
    """What an older extractor made of the same page: a teaser in the text, quotes of another style, other blocks."""
    body = [Paragraph(p.text.replace("“", '"').replace("”", '"'), p.kind) for p in content.paragraphs]
    body.insert(2, Paragraph(teaser))
    blocks = tuple(Block(p.text, "old", True, "old") for p in body)
    return replace(content, paragraphs=tuple(body), extractor="older@0", blocks=blocks)


def read(html: str, previous: Content | None = None) -> Content:
    return extract(html, "https://times.example/x", previous=previous)


def story(texts: Sequence[str] = PARAGRAPHS, related: int = 1) -> str:
    return page(paragraphs(list(texts)), related=related)


def recorded(store: Store, pages: Sequence[str], path: str = "ferry", *, falsely: bool = True) -> int:
    """An article whose pages an older extractor read, each as another version; its id."""
    article = follow(store, path)
    for n, html in enumerate(pages):
        content = older(read(html), f"Read more: story number {n} of the day") if falsely else read(html)
        publish(store, article, content, NOW + n * HOUR, body=html.encode())
    return article


def captured(store: Store, article: int, outcome: Outcome, html: str) -> None:
    """A check an hour on that kept its page and made no version of it."""
    checked = result(store, article, NOW + HOUR, outcome)
    seen = result(store, article, NOW + HOUR, Outcome.NEW, read(story()), body=html.encode())
    record.record(store, replace(checked, capture=seen.capture))


def rebuilt(store: Store, **options: Any) -> Sums:
    """Rebuild here and now."""
    given: dict[str, Any] = {"sources": SOURCES, "run": inline, "clock": HandClock(LATER)} | options
    return asyncio.run(rebuild(store, **given))


def holds(store: Store, article: int | None = None) -> bool:
    return integrity.verify(store, article).finding is None and replaced_histories.verify_former(store, article) is None


@pytest.mark.slow
def test_an_extractor_change_that_altered_every_text_leaves_no_false_edit_no_event_and_no_alert(tmp_path: Path) -> None:
    pages = [story(), story(related=2), story(TOLD, related=3), story(TOLD, related=4)]
    with history(tmp_path) as store:
        for n in range(50):
            recorded(store, pages, f"ferry-{n}")
        assert len(list(changes.changes(store, ChangeFilter(noise=True)))) == 150
        sums = rebuilt(store)
        assert sums == Sums(50, 50, 0, before=200, after=100, unchanged=0, reread=100, merged=100, split=0)
        found = list(changes.changes(store, ChangeFilter(noise=True)))
        assert [(c.old_version, c.new_version, c.noise_rule) for c in found] == [(1, 2, None)] * 50
        assert all("19" in c.excerpt_new for c in found)
        assert checks.recent_events(store, 10) == []
        assert next(iter(store.db.query("select count(*) as n from outbox")))["n"] == 0
        assert sources.counts(store).versions == 100
        assert sources.counts(store).changes == 50
        assert holds(store)


def test_the_interval_of_a_change_that_stays_is_the_one_that_was_seen(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(related=2), story(TOLD)])
        [_, _, before] = versions.versions(store, article)
        rebuilt(store)
        [first, second] = versions.versions(store, article)
        assert first.first_seen_at == NOW
        assert (second.previous_seen_at, second.first_seen_at) == (before.previous_seen_at, before.first_seen_at)
        assert second.id == before.id
        assert first.last_seen_at == second.previous_seen_at


def test_the_former_history_stays_whole_and_old_checkpoints_stay_true(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(related=2)])
        said = [v.content.canonical() for v in versions.versions(store, article)]
        checkpoint = integrity.write_checkpoint(store, NOW)
        rebuilt(store)
        [kept] = replaced_histories.formers(store, article)
        assert (kept.versions, kept.replaced_at) == (2, LATER)
        assert [c.canonical() for c in replaced_histories.former_contents(store, article, LATER)] == said
        assert integrity.check_checkpoint(store, checkpoint) == []
        assert holds(store)


def test_a_second_rebuild_finds_nothing_to_do(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(related=2), story(TOLD)])
        rebuilt(store)
        chain = [v.chain_sha256 for v in versions.versions(store, article)]
        sums = rebuilt(store)
        assert (sums.rebuilt, sums.unchanged, sums.articles) == (0, 2, 1)
        assert [v.chain_sha256 for v in versions.versions(store, article)] == chain
        assert len(replaced_histories.formers(store, article)) == 1


def test_a_history_read_by_today_s_extractor_keeps_its_very_chain(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(TOLD)], falsely=False)
        before = versions.versions(store, article)
        assert rebuilt(store).rebuilt == 0
        assert versions.versions(store, article) == before
        work = shelf.begin(store, source_id=None, code="x", now=NOW)
        again = asyncio.run(reread(store, article, SOURCES, run=inline))
        shelf.put(store, article, again.versions, work, LATER)
        assert [(v.id, v.chain_sha256) for v in versions.versions(store, article)] == [
            (v.id, v.chain_sha256) for v in before
        ]


def test_a_change_that_stays_keeps_its_number_its_review_and_its_alerts(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(related=2), story(TOLD)])
        false, true = (changes.change_of(store, article, n).id for n in (2, 3))
        changes.review(store, true, "substantive", "checked by phone", NOW)
        for change in (false, true):
            store.db.execute("insert into outbox (change_id, sink) values (?, 'desk')", [change])
        rebuilt(store)
        assert changes.change_of(store, article, 2).id == true
        waiting = [dict(r) for r in store.db.query("select change_id, sink from outbox")]
        assert waiting == [{"change_id": true, "sink": "desk"}]
        [reviewed] = store.db.query("select reviewed from changes")
        assert "checked by phone" in reviewed["reviewed"]


def test_a_dry_run_says_the_same_and_does_nothing(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(related=2)])
        before = versions.versions(store, article)
    with Store.open(tmp_path / "tracker.db") as store:
        sums = rebuilt(store, dry_run=True)
        assert (sums.before, sums.after, sums.rebuilt) == (2, 1, 1)
        assert versions.versions(store, article) == before


def test_an_article_without_its_captures_is_left_as_it_is(tmp_path: Path) -> None:
    told: list[Rebuilt] = []
    with history(tmp_path, keep="none") as store:
        article = recorded(store, [story(), story(related=2)])
        before = versions.versions(store, article)
        sums = rebuilt(store, told=told.append)
        assert (sums.left, sums.rebuilt) == (1, 0)
        assert [(r.left, r.failed) for r in told] == [(GONE, False)]
        assert versions.versions(store, article) == before


def test_an_article_that_cannot_be_read_any_more_is_left_and_named(tmp_path: Path) -> None:
    told: list[Rebuilt] = []
    with history(tmp_path) as store:
        article = follow(store)
        publish(store, article, read(story()), NOW, body=b"<html><body></body></html>")
        rebuilt(store, told=told.append)
        assert told[0].failed
        assert told[0].left.startswith("a capture cannot be read any more")
        assert articles.article(store, article).version_count == 1


def test_a_damaged_capture_is_named_and_its_article_left(tmp_path: Path) -> None:
    told: list[Rebuilt] = []
    with history(tmp_path) as store:
        recorded(store, [story()])
        store.db.execute("update captures.captures set body = zeroblob(20)")
        rebuilt(store, told=told.append)
        assert told[0].failed
        assert "damaged" in told[0].left


def test_a_wall_that_was_taken_for_a_version_is_none_any_more(tmp_path: Path) -> None:
    wall = "<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>"
    with history(tmp_path) as store:
        article = recorded(store, [story()])
        publish(store, article, Content(headline="Just a moment..."), NOW + HOUR, body=wall.encode())
        publish(store, article, older(read(story()), "Read more"), NOW + 2 * HOUR, body=story().encode())
        sums = rebuilt(store)
        assert (sums.before, sums.after, sums.merged) == (3, 1, 2)


def test_an_edit_that_the_older_extractor_missed_becomes_a_version_and_the_others_stay(tmp_path: Path) -> None:
    again = [*TOLD[:1], TOLD[1].replace(" ", " never ", 1), *TOLD[2:]]
    with history(tmp_path, keep="all") as store:
        article = recorded(store, [story()])
        captured(store, article, Outcome.UNCHANGED, story(TOLD))
        publish(store, article, read(story(again)), NOW + 2 * HOUR, body=story(again).encode())
        [was] = changes.changes(store, ChangeFilter(article_id=article, noise=True))
        sums = rebuilt(store)
        assert (sums.before, sums.after, sums.split) == (2, 3, 1)
        stays = changes.change(store, was.id)
        assert (stays.old_version, stays.new_version) == (2, 3)
        assert versions.version(store, article, 2).previous_seen_at == NOW
        assert versions.version(store, article, 2).first_seen_at == NOW + HOUR
        assert holds(store)


def test_a_page_seen_only_once_never_becomes_another_story(tmp_path: Path) -> None:
    other = page(
        paragraphs([f"Word{n} entirely different sentence about nothing we know, number {n}." for n in range(9)])
    )
    with history(tmp_path, keep="all") as store:
        article = recorded(store, [story()])
        captured(store, article, Outcome.UNCONFIRMED, other)
        assert rebuilt(store).after == 1
        assert articles.article(store, article).version_count == 1


def test_rules_are_those_of_the_day_of_the_capture(tmp_path: Path) -> None:
    html = story(
        [*PARAGRAPHS, "The old line closed in 2022, when its last ship was sold to a company in the north for scrap."]
    )
    rules = (Rules(remove=(".story p:last-child",), until=NOW + HOUR), Rules())
    with history(tmp_path) as store:
        article = recorded(store, [html])
        rebuilt(store, sources={TIMES.id: replace(TIMES, rules=rules)})
        assert versions.version(store, article, 1).content.paragraphs[-1].text == PARAGRAPHS[-1]
        rebuilt(store, sources={TIMES.id: replace(TIMES, rules=rules[1:])})
        assert len(replaced_histories.formers(store, article)) == 2


def test_a_rebuild_that_was_interrupted_goes_on_where_it_stopped(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(one: Rebuilt) -> None:
        if one.article_id == 3:
            raise Stop

    told: list[Rebuilt] = []
    with history(tmp_path) as store:
        for n in range(5):
            recorded(store, [story(), story(related=2)], f"ferry-{n}")
        with pytest.raises(Stop):
            rebuilt(store, told=stop, at_once=2)
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        sums = rebuilt(store, told=told.append)
        assert [one.article_id for one in told] == [4, 5]
        assert (sums.articles, sums.rebuilt, sums.merged) == (5, 5, 5)
        assert holds(store)


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.pipeline.test_rebuild import LATER, SOURCES
from tests.scheduler.world import HandClock, inline
from tracker.pipeline.rebuild import rebuild
from tracker.store import Store

def kill(one):
    if one.article_id == 3:
        os.kill(os.getpid(), signal.SIGKILL)

with Store.open(Path(sys.argv[1]), write=True) as store:
    asyncio.run(rebuild(store, SOURCES, run=inline, clock=HandClock(LATER), told=kill, at_once=2))
"""


@pytest.mark.slow
def test_a_rebuild_that_was_killed_has_done_whole_articles_and_goes_on(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        for n in range(5):
            recorded(store, [story(), story(related=2)], f"ferry-{n}")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "tracker.db")], cwd=root, timeout=HANG, check=False
    )
    assert done.returncode == -signal.SIGKILL
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        assert [articles.article(store, n).version_count for n in range(1, 6)] == [1, 1, 1, 2, 2]
        assert holds(store)
        sums = rebuilt(store)
        assert (sums.articles, sums.merged) == (5, 5)
        assert holds(store)


def test_what_is_forgotten_is_in_no_former_history(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(related=2)])
        rebuilt(store)
        forget.forget(store, article, "court order", LATER)
        assert replaced_histories.formers(store, article) == []
        assert [r["n"] for t in FORMER for r in store.db.query(f"select count(*) as n from {t}")] == [0, 0]


def test_only_the_source_that_was_asked_for_is_rebuilt(tmp_path: Path) -> None:
    told: list[Rebuilt] = []
    with history(tmp_path) as store:
        recorded(store, [story(), story(related=2)])
        other = follow(store, "other", POST.id)
        publish(store, other, older(read(story()), "Read more"), NOW, body=story().encode())
        assert rebuilt(store, source_id=POST.id, told=told.append).articles == 1
        assert [one.article_id for one in told] == [other]


def test_a_replacement_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(related=2)])
        before = versions.versions(store, article)
        work = shelf.begin(store, source_id=None, code="x", now=NOW)
        again = asyncio.run(reread(store, article, SOURCES, run=inline))
        twice = (*again.versions, *again.versions)
        with pytest.raises(Exception, match="would say the same"):
            shelf.put(store, article, twice, work, LATER)
        assert versions.versions(store, article) == before
        assert replaced_histories.formers(store, article) == []
        assert holds(store)


def test_search_finds_what_the_new_reading_says_and_no_longer_the_teaser(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        recorded(store, [story(), story(related=2)])
        assert search.search(store, "Read more story number")
        rebuilt(store)
        assert not search.search(store, "Read more story number")
        assert search.search(store, "ferry islands")


def test_the_next_reading_is_anchored_on_the_rebuilt_one(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = recorded(store, [story(), story(TOLD)])
        rebuilt(store)
        current = versions.current(store, article)
        assert current is not None
        assert {b.path for b in current.content.blocks if b.kept} != {"old"}
        again = read(story(TOLD, related=9), current.content)
        assert again.sha256 == current.content_sha256


def test_a_verdict_of_an_older_differ_is_given_anew(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = follow(store)
        one, two = read(story()), read(story(TOLD))
        publish(store, article, one, NOW, body=story().encode())
        mistaken = replace(diff(one, two), noise_rule="older-rule")
        publish(store, article, two, NOW + HOUR, body=story(TOLD).encode(), change=mistaken)
        assert sources.counts(store).noise == 1
        sums = rebuilt(store)
        assert (sums.judged, sums.unchanged, sums.rebuilt) == (1, 2, 1)
        assert changes.change_of(store, article, 2).noise_rule is None
        assert sources.counts(store).noise == 0


@pytest.mark.slow
def test_a_history_can_be_read_again_in_worker_processes(tmp_path: Path) -> None:
    async def parallel(store: Store) -> Sums:
        async with Workers(2) as workers:
            return await rebuild(store, SOURCES, run=workers.run, clock=HandClock(LATER))

    with history(tmp_path) as store:
        for n in range(4):
            recorded(store, [story(), story(related=2), story(TOLD)], f"ferry-{n}")
        sums = asyncio.run(parallel(store))
        assert (sums.before, sums.after) == (12, 8)
        assert holds(store)
