"""Imports: whatever comes first, the history is the same; nothing comes twice, and what came in goes out whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.extractor.pages import PARAGRAPHS, page, paragraphs
from tests.scheduler.world import HandClock, inline
from tests.store.world import HOUR, NOW, POST, TIMES, follow, history, publish
from tracker.config import SourceConfig
from tracker.extractor import extract
from tracker.model import OBSERVER, SEAM, Capture, ChangeFilter, Paragraph, State
from tracker.page import text_capture
from tracker.pipeline import merge
from tracker.pipeline.merge import FORGOTTEN, NO_SOURCE, NOT_ARTICLES
from tracker.pipeline.rebuild import rebuild
from tracker.store import Store
from tracker.store.history import articles, captures, changes, versions
from tracker.store.proof import integrity
from tracker.store.proof.search_index import verify_search
from tracker.store.search import search
from tracker.store.upkeep import forget, imports, prune
from tracker.store.upkeep.imports import Import, Observer
from tracker.store.upkeep.staging import Stage

LATER = datetime(2027, 1, 1, tzinfo=UTC)
SOURCES = {TIMES.id: TIMES, POST.id: POST}
URL = "https://times.example/ferry"
ARCHIVE = Observer("an-archive", "An Archive", "wayback")
DAY = timedelta(days=1)


def text(n: int) -> list[str]:
    """What the story says in its n-th edition."""
    return [*PARAGRAPHS[:2], PARAGRAPHS[2].replace("14 million", f"{14 + n} million"), *PARAGRAPHS[3:]]


def html(n: int) -> bytes:
    return page(paragraphs(text(n))).encode()


def seen(at: datetime, body: bytes, url: str = URL, observer: str = ARCHIVE.id, kind: str = "text/html") -> Capture:
    return Capture(url, url, 200, (("Content-Type", kind),), body, at, observer=observer, origin='{"file":"a"}')


def source_of(url: str) -> str:
    return "example-times" if "times.example" in url else "example-post" if "post.example" in url else ""


def take_in(
    store: Store,
    found: Iterable[Capture],
    *,
    name: str = "a",
    again: Sequence[tuple[datetime, str]] = (),
    run: Callable[..., Any] = inline,
    finish: bool = True,
    **options: Any,
) -> Import:
    with Stage(store.path.parent) as stage:
        for one in found:
            stage.add(articles.key_of(one.final_url), one)
        for at, sha256 in again:
            stage.add_again(articles.key_of(URL), at, ARCHIVE.id, sha256)
        work = imports.begin(store, ARCHIVE, kind="wayback", name=name, sha256=name, options="{}", now=LATER)
        given: dict[str, Any] = {"source_of": source_of, "named": True, "run": run, "clock": HandClock(LATER)} | options
        work = asyncio.run(merge.merge(store, SOURCES, stage, work, **given))
        if finish:
            imports.progress(store, work, now=LATER)
        return work


def undo(store: Store, work: Import) -> list[tuple[int, str]]:
    return asyncio.run(merge.undo(store, SOURCES, work, run=inline, clock=HandClock(LATER)))


def told(store: Store, article: int = 1) -> list[tuple[object, ...]]:
    """An article's versions with their chain."""
    return [
        (v.number, v.content_sha256, v.first_seen_at, v.previous_seen_at, v.last_seen_at, v.observer, v.chain_sha256)
        for v in versions.versions(store, article)
    ]


def holds(store: Store) -> None:
    assert integrity.verify(store).finding is None
    assert verify_search(store) is None


def rows(store: Store, *tables: str) -> list[list[tuple[Any, ...]]]:
    return [sorted(map(tuple, store.db.execute(f"select * from {t}").fetchall())) for t in tables]


EDITIONS = (0, 1, 1, 2, 3, 3, 2, 4)
SEEN = [seen(NOW + n * HOUR, html(edition)) for n, edition in enumerate(EDITIONS)]


def test_a_new_article_gets_its_history_and_is_not_followed(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        work = take_in(store, SEEN)
        assert [v.number for v in versions.versions(store, 1)] == [1, 2, 3, 4, 5, 6]
        assert {v.observer for v in versions.versions(store, 1)} == {ARCHIVE.id}
        article = articles.article(store, 1)
        assert (article.state, article.pinned, article.first_seen_at) == (State.RETIRED, False, NOW)
        assert work.sums["captures"] == len(SEEN)
        assert [a.id for a in search.search(store, '"18 million"')] == [1]
        totals = store.db.execute(
            "select articles, versions, changes from source_totals where source_id = ?", [TIMES.id]
        )
        assert totals.fetchone() == (1, 6, 5)
        holds(store)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("the later half first", SEEN[4:], SEEN[:4]),
        ("the earlier half first", SEEN[:4], SEEN[4:]),
        ("every other one", SEEN[::2], SEEN[1::2]),
        ("every other one, the rest first", SEEN[1::2], SEEN[::2]),
    ],
)
def test_halves_make_the_history_that_all_at_once_makes(
    name: str, first: list[Capture], second: list[Capture], tmp_path: Path
) -> None:
    with history(tmp_path / "once") as once, history(tmp_path / "halves") as halves:
        take_in(once, SEEN)
        take_in(halves, first)
        checkpoint = integrity.write_checkpoint(halves, LATER)
        take_in(halves, second, name="b")
        assert told(halves) == told(once), name
        assert [(c.before, c.class_, c.score, c.noise_rule) for c in changes.of_article(halves, 1)] == [
            (c.before, c.class_, c.score, c.noise_rule) for c in changes.of_article(once, 1)
        ]
        holds(halves)
        assert integrity.check_checkpoint(halves, checkpoint) == []


def test_the_same_again_writes_nothing(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        take_in(store, SEEN)
        before = rows(store, "versions", "changes", "articles", "former_histories", "captures.captures")
        work = take_in(store, SEEN, name="the same under another name")
        assert (work.sums["captures"], work.sums["already there"]) == (0, len(SEEN))
        assert rows(store, "versions", "changes", "articles", "former_histories", "captures.captures") == before


def test_what_came_before_we_were_there_stands_before_what_we_saw(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        ours = follow(store, "ferry")
        for n, edition in enumerate((3, 4)):
            content = extract(html(edition).decode(), URL)
            publish(store, ours, content, NOW + DAY + n * HOUR, body=html(edition))
        cited = changes.of_article(store, ours)[0].id
        take_in(store, SEEN[:3])
        assert [v.observer for v in versions.versions(store, ours)] == [ARCHIVE.id, ARCHIVE.id, "", ""]
        first_of_ours = versions.version(store, ours, 3)
        assert first_of_ours.previous_seen_at == SEEN[2].fetched_at
        assert changes.change(store, cited).new_version == 4
        assert articles.article(store, ours).state is State.LIVE
        holds(store)
        assert asyncio.run(rebuild(store, SOURCES, run=inline, clock=HandClock(LATER))).rebuilt == 0


def test_an_import_is_taken_out_again_and_leaves_what_was_before(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        ours = follow(store, "ferry")
        for n, edition in enumerate((3, 4, 3)):
            content = extract(html(edition).decode(), URL)
            publish(store, ours, content, NOW + 2 * n * DAY, body=html(edition))
        tables = ("versions", "changes", "change_tags", "articles", "article_urls", "source_totals", "paragraphs")
        before = rows(store, *tables[:-1])
        evidence = [(r.sha256, r.fetched_at) for r in captures.captures_of(store, ours)]
        brought = [seen(NOW - DAY, html(0)), seen(NOW + DAY, html(3)), seen(NOW + 3 * DAY, html(1))]
        work = take_in(store, [*brought, seen(NOW, html(1), "https://times.example/another")])
        assert rows(store, *tables[:-1]) != before
        holds(store)
        assert undo(store, work) == []
        strip = [[tuple(map(str, r)) for r in table] for table in rows(store, *tables[:-1])]
        was = [[tuple(map(str, r)) for r in table] for table in before]
        assert [_without_paragraph_ids(t) for t in strip] == [_without_paragraph_ids(t) for t in was]
        assert [(r.sha256, r.fetched_at) for r in captures.captures_of(store, ours)] == evidence
        assert imports.one(store, work.id).undone_at == LATER
        holds(store)


def _without_paragraph_ids(table: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows without lists of numbers: a paragraph that is written again gets another number."""
    return [tuple(cell for cell in r if not (cell.startswith("[") and cell[1:2].isdigit())) for r in table]


def test_what_was_written_against_an_imported_capture_outlives_it(tmp_path: Path) -> None:
    with history(tmp_path, keep="all") as store:
        ours = follow(store, "ferry")
        work = take_in(store, [seen(NOW, html(0))])
        for n, edition in enumerate((0, 1)):
            content = extract(html(edition).decode(), URL)
            publish(store, ours, content, NOW + (n + 1) * DAY, body=html(edition))
        assert any(r.base_sha256 for r in captures.captures_of(store, ours))
        assert undo(store, work) == []
        assert [captures.capture(store, r.sha256, article_id=ours).body for r in captures.captures_of(store, ours)]
        holds(store)


def test_an_import_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    several = [seen(c.fetched_at, c.body, f"{URL}-{n}") for n in range(4) for c in SEEN]
    with history(tmp_path / "whole") as whole:
        take_in(whole, several)
        expected = [told(whole, n) for n in range(1, 5)]
    with history(tmp_path / "killed") as store:
        readings = 0

        async def dies(function: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal readings
            readings += 1
            if readings > 30:
                raise RuntimeError("killed")
            return function(*arguments)

        with pytest.raises(RuntimeError, match="killed"):
            take_in(store, several, run=dies, at_once=1)
        holds(store)
        taken = take_in(store, several)
        assert taken.id == 1
        assert [told(store, n) for n in range(1, 5)] == expected
        holds(store)


def test_captures_that_were_laid_down_and_not_read_are_read_by_the_next_import(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = imports.article_at(store, TIMES.id, URL, NOW)
        assert article is not None
        work = imports.begin(store, ARCHIVE, kind="wayback", name="a", sha256="a", options="{}", now=LATER)
        labelled = [replace(c, origin=f'{{"import":{work.id}}}') for c in SEEN]
        imports.lay_down(store, article, labelled)
        take_in(store, SEEN)
        assert articles.article(store, article).version_count == 6
        holds(store)


def test_what_is_taken_in_costs_little_beside_what_is_near_in_time(tmp_path: Path) -> None:
    with history(tmp_path, keep="all") as store:
        ours = follow(store, "ferry")
        filler = "".join(f"<i>{n * 7919 % 104729:x}{n * 104729 % 7919:x}</i>" for n in range(9000)).encode()
        for n in range(16):
            content = extract(html(n % 3).decode(), URL)
            publish(store, ours, content, NOW + n * HOUR, body=html(n % 3) + filler + f"<!--{n}-->".encode())
        own = sum(r.stored for r in captures.captures_of(store, ours))
        brought = [seen(NOW - n * DAY, html(0) + filler + f"<!--past {n}-->".encode()) for n in range(1, 51)]
        take_in(store, brought)
        assert sum(r.stored for r in captures.captures_of(store, ours)) - own < own
        holds(store)


def test_what_others_received_is_never_let_go(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        take_in(store, SEEN)
        prune.prune(store, LATER + 400 * DAY)
        assert len(captures.captures_of(store, 1)) == len(SEEN)


def test_a_difference_between_two_observers_that_is_undone_is_no_edit(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        other = [
            *PARAGRAPHS,
            "Islanders say that they will believe it when they see the smoke on the horizon.",
        ]
        ours = follow(store, "ferry")
        whole = page(paragraphs(list(PARAGRAPHS)))
        publish(store, ours, extract(whole, URL), NOW, body=whole.encode())
        publish(store, ours, extract(html(2).decode(), URL), NOW + 4 * DAY, body=html(2))
        back = [seen(NOW + DAY, page(paragraphs(other)).encode()), seen(NOW + 2 * DAY, html(0))]
        take_in(store, [back[0], replace(back[1], observer=ARCHIVE.id)])
        assert [c.noise_rule for c in changes.of_article(store, ours)] == [None, None, None], "the same one saw both"
    with history(tmp_path / "two") as store:
        take_in(store, [seen(NOW, html(0), observer="one"), back[0], seen(NOW + 2 * DAY, html(0), observer="one")])
        assert [c.noise_rule for c in changes.of_article(store, 1)] == [OBSERVER, OBSERVER]
        assert [OBSERVER in c.tags for c in changes.of_article(store, 1)] == [True, True]
        assert asyncio.run(rebuild(store, SOURCES, run=inline, clock=HandClock(LATER))).rebuilt == 0
        holds(store)


def test_a_number_that_differs_between_two_observers_is_only_marked(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        found = [
            seen(NOW, html(0), observer="one"),
            seen(NOW + DAY, html(1)),
            seen(NOW + 2 * DAY, html(0), observer="one"),
        ]
        take_in(store, found)
        assert [c.noise_rule for c in changes.of_article(store, 1)] == [None, None]
        assert [OBSERVER in c.tags for c in changes.of_article(store, 1)] == [True, True]


def test_between_a_text_that_others_read_and_a_page_lies_a_seam(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        body = text_capture.body_of([Paragraph(p) for p in text(0)], headline="Ferry")
        take_in(
            store, [seen(NOW, body, kind=text_capture.TYPE), seen(NOW + DAY, html(0)), seen(NOW + 2 * DAY, html(1))]
        )
        assert versions.version(store, 1, 1).content.extractor == text_capture.READER
        assert [c.noise_rule for c in changes.of_article(store, 1)] == [SEAM, None]
        assert list(changes.changes(store, ChangeFilter(noise=True)))
        holds(store)


def test_bytes_that_were_seen_again_move_the_end_of_a_version(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        first, last = seen(NOW, html(0)), seen(NOW + 9 * DAY, html(1))
        take_in(store, [first, last], again=[(NOW + 5 * DAY, first.sha256)])
        assert versions.version(store, 1, 2).previous_seen_at == NOW + 5 * DAY
        assert asyncio.run(rebuild(store, SOURCES, run=inline, clock=HandClock(LATER))).rebuilt == 0
        holds(store)


def test_a_text_that_is_all_new_is_believed_when_it_is_seen_again_days_later(tmp_path: Path) -> None:
    strange = page(
        paragraphs([f"Sentence {n} of quite another matter, which nobody had heard of before." for n in range(9)])
    )
    with history(tmp_path) as store:
        take_in(store, [seen(NOW, html(0)), seen(NOW + DAY, strange.encode()), seen(NOW + 2 * DAY, html(0))])
        assert articles.article(store, 1).version_count == 1


@pytest.mark.parametrize(
    ("name", "url", "named", "body", "reason"),
    [
        ("a site of nobody", "https://other.example/x", True, html(0), NO_SOURCE),
        (
            "a front page",
            "https://times.example/",
            False,
            b"<html><title>News</title><a href=/a>One</a></html>",
            NOT_ARTICLES,
        ),
        ("no text at all", "https://times.example/empty", True, b"<html></html>", NOT_ARTICLES),
    ],
)
def test_what_is_not_taken_in_is_counted_by_its_reason(
    name: str, url: str, named: bool, body: bytes, reason: str, tmp_path: Path
) -> None:
    with history(tmp_path) as store:
        work = take_in(store, [seen(NOW, body, url)], named=named)
        assert work.sums == {reason: 1}, name
        assert articles.articles(store) == []
        assert store.db.execute("select count(*) from captures.captures").fetchone() == (0,)


def test_what_was_forgotten_stays_forgotten(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        take_in(store, SEEN)
        forget.forget(store, 1, "asked", LATER)
        work = take_in(store, SEEN, name="b")
        assert work.sums[FORGOTTEN] == len(SEEN)
        assert articles.articles(store) == []


def test_nobody_can_pass_an_imported_capture_off_as_ours(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        take_in(store, SEEN)
        store.db.execute("update captures.captures set observer = '' where id = 1")
        finding = integrity.verify(store).finding
        assert finding is not None
        assert finding.table == "captures"
    with history(tmp_path / "versions") as store:
        take_in(store, SEEN)
        store.db.execute("update versions set observer = '' where number = 2")
        finding = integrity.verify(store).finding
        assert finding is not None
        assert "chain_sha256" in finding.problem


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    heard: list[merge.Merged] = []
    with history(tmp_path) as store:
        take_in(store, SEEN, dry_run=True, told=heard.append)
        assert [(m.captures, m.before, m.after, m.new) for m in heard] == [(len(SEEN), 0, 6, True)]
        assert articles.articles(store) == []
        assert store.db.execute("select count(*) from captures.captures").fetchone() == (0,)


def test_a_source_without_settings_can_be_read(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        given: dict[str, SourceConfig] = {}
        with Stage(tmp_path) as stage:
            stage.add(articles.key_of(URL), SEEN[0])
            work = imports.begin(store, ARCHIVE, kind="x", name="x", sha256="x", options="{}", now=LATER)
            done = merge.merge(
                store, given, stage, work, run=inline, clock=HandClock(LATER), source_of=source_of, named=True
            )
            asyncio.run(done)
        assert articles.article(store, 1).version_count == 1
