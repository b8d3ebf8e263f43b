"""A small world for the store's tests: one source, articles that say what a test wants, on a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fresh import fresh
from tracker.config import Captures, SourceConfig
from tracker.differ import diff
from tracker.model import (
    Block,
    Capture,
    CheckResult,
    Content,
    Found,
    Outcome,
    Paragraph,
    RecordedChange,
    Via,
)
from tracker.store import Store
from tracker.store.history import articles, record, sources, versions
from tracker.store.queue import queue

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIMES = SourceConfig(id="example-times", name="The Example Times", feeds=("https://times.example/rss.xml",))
POST = SourceConfig(id="example-post", name="The Example Post", feeds=("https://post.example/rss.xml",))

LONG = (
    "The harbour master said on Monday that the old pier would close to all traffic.",
    "Fishing crews have used the pier since it was built in 1932, and 41 boats still do.",
    "A second inspection is planned for the spring, the council said in a statement.",
)


@contextmanager
def history(
    folder: Path, *, keep: str = "changed", others: timedelta = timedelta(days=30), name: str = "tracker.db"
) -> Iterator[Store]:
    """A writable store that knows two sources."""
    with Store.open(fresh(folder / name), write=True, policy=Captures(keep=keep, others=others)) as store:
        sources.sync_sources(store, [TIMES, POST], NOW)
        yield store


def follow(store: Store, path: str = "harbour", source: str = "example-times", *, at: datetime = NOW) -> int:
    """A new article; its id."""
    host = source.removeprefix("example-")
    return articles.found(
        store, source, [Found(f"https://{host}.example/{path}", Via.FEED, "Found so")], at, due_at=at
    )[0]


def says(*paragraphs: str, headline: str = "Old pier to close", **fields: Any) -> Content:
    """A content with this body."""
    body = tuple(map(Paragraph, paragraphs or LONG))
    blocks = tuple(Block(p.text, "main/p", True, "body") for p in body)
    fields = {"language": "en", "extractor": "test@1", "blocks": blocks, "headlines": {"h1": headline}, **fields}
    return Content(headline=headline, paragraphs=body, **fields)


def page(content: Content, furniture: str = "") -> bytes:
    """A page that a newsroom might serve for a content; tests of the store never read it."""
    body = "".join(f"<p>{p.text}</p>\n" for p in content.everything)
    html = f"<!doctype html><title>{content.headline}</title><nav>{furniture}</nav><h1>{content.headline}</h1>{body}"
    return html.encode("utf-8", "replace")


def result(
    store: Store,
    article_id: int,
    at: datetime,
    outcome: Outcome = Outcome.UNCHANGED,
    content: Content | None = None,
    *,
    body: bytes | None = None,
    **fields: Any,
) -> CheckResult:
    """The result of a check at a moment, as the pipeline would make it."""
    before = queue.state(store, article_id)
    same = before.outcome is outcome
    state = replace(
        before,
        next_check_at=at + HOUR,
        last_check_at=at,
        last_seen_at=at if outcome.saw_the_article else before.last_seen_at,
        checks=before.checks + 1,
        outcome=outcome,
        outcome_since=before.outcome_since if same else at,
        outcome_run=before.outcome_run + 1 if same else 1,
    )
    article = articles.article(store, article_id)
    capture = None
    if content is not None:
        capture = Capture(
            url=article.url,
            final_url=article.url,
            status=200,
            headers=(("Content-Type", "text/html"), ("ETag", f'"{at:%H%M}"')),
            body=page(content) if body is None else body,
            fetched_at=at,
        )
    old = versions.current(store, article_id)
    change = diff(old.content, content) if content is not None and old is not None else None
    given: dict[str, Any] = {
        "status": 200,
        "capture": capture,
        "content": content,
        "change": change,
        "follows": before.last_check,
        **fields,
    }
    return CheckResult(article_id, article.source_id, at, at, outcome, state, **given)


def publish(store: Store, article_id: int, content: Content, at: datetime, **fields: Any) -> RecordedChange | None:
    """Record a check that found this content."""
    outcome = Outcome.NEW if articles.article(store, article_id).version_count == 0 else Outcome.CHANGED
    return record.record(store, result(store, article_id, at, outcome, content, **fields))


def fail(store: Store, statement: str) -> None:
    """Let the database refuse such a statement (`insert on articles`) on this connection, as a full disk would."""
    refused = "select raise(abort, 'database or disk is full')"
    store.db.conn.execute(f"create temp trigger refused before {statement} begin {refused}; end")


def heal(store: Store) -> None:
    """Let the database take everything again."""
    store.db.conn.execute("drop trigger temp.refused")


def told(store: Store, contents: Sequence[Content], path: str = "harbour", source: str = "example-times") -> int:
    """An article that said these things, an hour apart; its id."""
    article_id = follow(store, path, source)
    for hour, content in enumerate(contents):
        publish(store, article_id, content, NOW + hour * HOUR)
    return article_id
