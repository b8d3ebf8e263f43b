"""What goes out, article by article: captures with the versions they began, versions in order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from tracker.errors import NotFound
from tracker.exchange.git_out import Commit
from tracker.exchange.warc_out import Kept
from tracker.model import Article, ChangeFilter, RecordedChange, Source, Version
from tracker.store import Store
from tracker.store.history import articles, captures, changes, sources, versions
from tracker.store.questions import export


def kept_captures(store: Store, wanted: ChangeFilter, lost: Callable[[int], object]) -> Iterator[Kept]:
    """The captures of the articles that a filter means, received in its period, by article and moment.

    `lost` is told, an article at a time, how many of its versions have lost their capture.
    """
    for article_id in export.article_ids(store, wanted):
        began = {(v.capture_sha256, v.first_seen_at): v for v in versions.versions(store, article_id)}
        rows = captures.captures_of(store, article_id)
        places = {row.place for row in rows}
        lost(sum(place not in places for place in began))
        for row in rows:
            if (wanted.since is not None and row.fetched_at < wanted.since) or (
                wanted.until is not None and row.fetched_at >= wanted.until
            ):
                continue
            capture = captures.capture(store, row.sha256, article_id=article_id, at=row.fetched_at)
            yield Kept(article_id, capture, began.get(row.place))


def histories(store: Store, wanted: ChangeFilter) -> Iterator[tuple[Article, Sequence[Version]]]:
    """The articles that a filter means, with all their versions."""
    for article_id in export.article_ids(store, wanted):
        yield articles.article(store, article_id), versions.versions(store, article_id)


def commits(store: Store, wanted: ChangeFilter) -> Iterator[Commit]:
    """The versions that a filter means, in the order in which they were first seen, each with its change."""

    @lru_cache(1_000)
    def named(article_id: int) -> tuple[Article, str]:
        return articles.article(store, article_id), versions.version(store, article_id, 1).content.headline

    @lru_cache(1_000)
    def source(source_id: str) -> Source:
        return sources.source(store, source_id)

    for article_id, number in export.versions_in_time(store, wanted):
        article, title = named(article_id)
        version = versions.version(store, article_id, number)
        of = source(article.source_id)
        yield Commit(of.id, of.name, article.url, title, version, _change(store, article_id, number))


def _change(store: Store, article_id: int, number: int) -> RecordedChange | None:
    try:
        return changes.change_of(store, article_id, number)
    except NotFound:
        return None
