"""Recording a check: everything it learned, in one transaction or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlite_utils import Database

from tracker.config import Captures
from tracker.errors import StoreError
from tracker.model import (
    Article,
    Change,
    CheckResult,
    Content,
    Event,
    EventKind,
    Notice,
    Outcome,
    RecordedChange,
    State,
    tidy,
)
from tracker.store.connection import explain, moment, transaction
from tracker.store.history import articles, captures, changes, checks, last_reading, later_notices, versions
from tracker.store.history.versions import Added
from tracker.store.queue import outbox, queue
from tracker.store.queue.outbox import Announcer
from tracker.store.search import documents

Work = CheckResult | Callable[[], Any]


def commit(db: Database, works: Sequence[Work], policy: Captures, announcer: Announcer | None = None) -> list[Any]:
    """Do all works in order and commit them together; the answer of each, or the error that kept it out.

    One bad work spoils no other. Captures go first, in a transaction of their own that is flushed to disk: two files
    are not committed as one, and a version without its capture would be worse than a capture without a version.
    (Inside a caller's transaction both are part of it.) Raises when nothing at all could be written: a full disk.
    """
    answers: list[Any] = [None] * len(works)
    refused: set[int] = set()

    def attempt(i: int, work: Callable[[], Any]) -> None:
        try:
            answers[i] = work()
        except Exception as error:
            if not db.conn.in_transaction:
                raise
            answers[i] = _as_ours(error)
            refused.add(i)

    evidence = [(i, w) for i, w in enumerate(works) if isinstance(w, CheckResult) and w.capture is not None]
    if evidence and policy.keep != "none":
        with transaction(db):
            for i, result in evidence:
                attempt(i, partial(_keep_capture, db, result, policy))
    tally = checks.Tally()
    with transaction(db):
        for i, work in enumerate(works):
            if i not in refused:
                done = (
                    partial(record, db, work, tally, announcer)
                    if isinstance(work, CheckResult)
                    else partial(_step, db, work)
                )
                attempt(i, done)
        tally.write(db)
    return answers


def _step(db: Database, work: Callable[[], Any]) -> Any:
    with transaction(db):
        return work()


def _as_ours(error: Exception) -> Exception:
    if isinstance(error, sqlite3.OperationalError):
        return explain("the history", error)
    if isinstance(error, sqlite3.Error | TypeError | ValueError | OverflowError | KeyError | AttributeError):
        failure = StoreError(f"a result could not be stored ({type(error).__name__}: {error}); the others were")
        failure.__cause__ = error
        return failure
    return error


def _keep_capture(db: Database, result: CheckResult, policy: Captures) -> None:
    """Store a result's capture when the policy wants it: that of a version always, others when they are news."""
    if result.capture is None:
        return
    evidence = result.content is not None and result.outcome in (Outcome.NEW, Outcome.CHANGED)
    if not evidence and policy.keep != "all":
        prior = queue.prior_state(db, result.article_id)
        if result.outcome is Outcome.UNCHANGED or prior["outcome"] == result.outcome.value:
            return
    with transaction(db):
        kept = result.outcome is Outcome.CHANGED or policy.keep == "all"
        captures.keep(db, result.article_id, result.capture, kept=kept)


def record(
    db: Database, result: CheckResult, tally: checks.Tally, announcer: Announcer | None = None
) -> RecordedChange | None:
    """Record one result inside the caller's transaction, with its alerts; the change it brought, if any."""
    prior = queue.prior_state(db, result.article_id)
    ends = checks.ends_a_run(prior, result)
    if not ends and _is_plain(result):
        # One statement, atomic by itself: nearly every check ends here, so it stays cheap.
        queue.write_state(db, result)
        tally.check(result)
        return None
    with transaction(db):
        if ends:
            checks.close_run(db, result.article_id, prior)
        queue.write_state(db, result)
        change = _learn(db, result, articles.article(db, result.article_id), prior["last_seen_at"], tally, announcer)
    tally.check(result)
    return change


def _is_plain(result: CheckResult) -> bool:
    return (
        result.content is None
        and result.lifecycle is None
        and not result.leads_to
        and not result.moved_to
        and not result.aliases
        and not result.events
    )


def _learn(
    db: Database,
    result: CheckResult,
    article: Article,
    seen_after: str | None,
    tally: checks.Tally,
    announcer: Announcer | None,
) -> RecordedChange | None:
    """What a check brought besides its outcome: a new place in life, new addresses, events, a version."""
    at = result.capture.fetched_at if result.capture else result.ended_at
    if result.lifecycle is not None:
        articles.set_state(db, article.id, result.lifecycle)
        if result.lifecycle is State.RETIRED:
            retire(db, article.id)
    events = result.events
    if result.moved_to:
        other = articles.move(db, article.id, result.moved_to, at)
        if other is not None:
            queue.reschedule(db, article.id, None)
            events = tuple(_meeting(e, other) for e in events)
    if result.leads_to:
        articles.take_in(db, article.id, result.leads_to)
        articles.add_aliases(db, article.id, (result.leads_to,), at)
    articles.add_aliases(db, article.id, result.aliases, at)
    for number, event in zip(checks.add_events(db, events), events, strict=True):
        if announcer is not None:
            outbox.post_event(db, number, event, announcer.of_event(event, article))
    if result.content is None:
        return None
    if result.joins and not article.version_count and articles.join(db, article, result.joins):
        return None
    if result.aliases and not article.version_count:
        twin = articles.same_story(db, article.id, result.aliases, tidy(result.content).sha256)
        if twin is not None:
            articles.give_way(db, article.id, twin)
            return None
    return _add_version(db, result, article, seen_after, tally, announcer)


def retire(db: Database, article_id: int) -> None:
    """Stop following an article. Its history stays; the memory of its last reading is of no more use."""
    queue.reschedule(db, article_id, None)
    articles.set_state(db, article_id, State.RETIRED)
    last_reading.drop(db, article_id)


def _meeting(event: Event, other: int) -> Event:
    """A move that ended at another article says which."""
    return replace(event, detail={**event.detail, "article": other}) if event.kind is EventKind.MOVED else event


def _add_version(
    db: Database,
    result: CheckResult,
    article: Article,
    seen_after: str | None,
    tally: checks.Tally,
    announcer: Announcer | None,
) -> RecordedChange | None:
    content = tidy(result.content or Content())
    first = article.current_version_id is None
    before = None if first else documents.document(db, article.id)
    added = versions.add(
        db,
        article.id,
        content,
        capture_sha256=result.capture.sha256 if result.capture else "",
        seen_before=result.capture.fetched_at if result.capture else result.ended_at,
        seen_after=moment(seen_after),
    )
    if content.blocks:
        last_reading.remember(db, article.id, added.id if added else article.current_version_id or 0, content.blocks)
    if added is None:
        return None
    documents.reindex(db, article.id, before, documents.document(db, article.id))
    if first:
        tally.grew(article.source_id, versions=1)
        return None
    change = result.change or _difference(db, added)
    change_id = changes.add(db, article.id, article.source_id, added, change)
    if change.notice is not Notice.NONE:
        later_notices.settle(db, article.id)
    recorded = changes.change(db, change_id)
    if announcer is not None:
        postings = announcer.of_change(recorded, change, result.ended_at)
        outbox.post_change(db, change_id, added.chain_sha256, postings)
    tally.grew(article.source_id, versions=1, changes=1, noise=int(recorded.noise_rule is not None))
    return recorded


def _difference(db: Database, added: Added) -> Change:
    """The change to a version that came without one: its reader did not know of the version before."""
    from tracker.differ import diff  # slow to import, and rarely needed here

    return diff(versions.version_by_id(db, added.previous_id or 0).content, added.content)
