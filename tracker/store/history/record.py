"""Recording a check: everything it learned, in one transaction or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from tracker.errors import Outdated, StoreError
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
from tracker.store.history import (
    articles,
    captures,
    changes,
    checks,
    joins,
    last_reading,
    later_notices,
    second_sightings,
    versions,
)
from tracker.store.history.versions import Added
from tracker.store.queue import mementos, outbox, queue
from tracker.store.search import documents
from tracker.store.store import Store

Work = CheckResult | Callable[[Store], Any]


def record(store: Store, result: CheckResult) -> RecordedChange | None:
    """Record everything one check learned, or nothing; the change it brought, if any."""
    answer = commit_group(store, [result])[0]
    if isinstance(answer, Exception):
        raise answer
    return answer if isinstance(answer, RecordedChange) else None


def commit_group(store: Store, works: Sequence[Work]) -> list[Any]:
    """Do all works in order and commit them together; the answer of each, or the error that kept it out.

    One bad work spoils no other; a result that comes twice, or after another check of its article, is refused
    (Outdated). An article's second result begins a group of its own. Raises when nothing at all could be written: a
    full disk.
    """
    store.need_writable()
    answers: list[Any] = []
    for group in _groups(works):
        try:
            answers += _commit(store, group)
        except Exception as error:
            if not answers:
                raise
            return answers + [error] * (len(works) - len(answers))
    return answers


def _groups(works: Sequence[Work]) -> Iterator[Sequence[Work]]:
    """The works in runs in which no article comes twice: what is kept of a result hangs on the one before it."""
    begin, seen = 0, set[int]()
    for i, work in enumerate(works):
        if isinstance(work, CheckResult):
            if work.article_id in seen:
                yield works[begin:i]
                begin, seen = i, set()
            seen.add(work.article_id)
    yield works[begin:]


def _commit(store: Store, works: Sequence[Work]) -> list[Any]:
    """One group. Captures go first, in a transaction of their own that is flushed to disk.

    Two files are not committed as one, and a version without its capture would be worse than a capture without a
    version. (Inside a caller's transaction both are part of it.)
    """
    answers: list[Any] = [None] * len(works)
    refused: set[int] = set()

    def attempt(i: int, work: Callable[[], Any]) -> None:
        try:
            answers[i] = work()
        except Exception as error:
            if not store.db.conn.in_transaction:
                raise
            answers[i] = _as_ours(error)
            refused.add(i)

    evidence = [(i, w) for i, w in enumerate(works) if isinstance(w, CheckResult) and w.capture is not None]
    if evidence and (store.policy.keep != "none" or store.policy.others):
        with transaction(store.db):
            for i, result in evidence:
                attempt(i, partial(_keep_capture, store, result))
    tally = checks.Tally()
    with transaction(store.db):
        for i, work in enumerate(works):
            if i not in refused:
                done = (
                    partial(_record, store, work, tally)
                    if isinstance(work, CheckResult)
                    else partial(_step, store, work)
                )
                attempt(i, done)
        tally.write(store)
    return answers


def _step(store: Store, work: Callable[[Store], Any]) -> Any:
    with transaction(store.db):
        return work(store)


def _as_ours(error: Exception) -> Exception:
    cause = error.__cause__ if isinstance(error, StoreError) else error
    if isinstance(cause, sqlite3.OperationalError):
        return error if isinstance(error, StoreError) else explain("the history", cause)
    if isinstance(cause, sqlite3.Error | TypeError | ValueError | OverflowError | KeyError | AttributeError):
        failure = StoreError(f"a result could not be stored ({type(cause).__name__}: {cause}); the others were")
        failure.__cause__ = cause
        return failure
    return error


def _keep_capture(store: Store, result: CheckResult) -> None:
    """Store a result's capture when the policy wants it: that of a version always, others when they are news."""
    if result.capture is None:
        return
    prior = _prior(store, result)
    evidence = result.content is not None and result.outcome in (Outcome.NEW, Outcome.CHANGED)
    no_news = result.outcome is Outcome.UNCHANGED or prior["outcome"] == result.outcome.value
    if not evidence and store.policy.keep != "all" and no_news:
        return
    with transaction(store.db):
        changed = result.outcome is Outcome.CHANGED and store.policy.keep == "changed"
        kept = changed or store.policy.keep == "all"
        captures.keep(store, result.article_id, result.capture, kept=kept)


def _record(store: Store, result: CheckResult, tally: checks.Tally) -> RecordedChange | None:
    """Record one result inside the caller's transaction, with its alerts; the change it brought, if any."""
    prior = _prior(store, result)
    ends = checks.ends_a_run(prior, result)
    if not ends and _is_plain(result):
        # One statement, atomic by itself: nearly every check ends here, so it stays cheap.
        queue.write_state(store, result)
        tally.check(result)
        return None
    with transaction(store.db):
        if ends:
            checks.close_run(store, result.article_id, prior)
        queue.write_state(store, result)
        change = _learn(store, result, articles.article(store, result.article_id), prior["last_seen_at"], tally)
    tally.check(result)
    return change


def _prior(store: Store, result: CheckResult) -> sqlite3.Row:
    """The article's state before this result. Raises NotFound, and Outdated when the result began from another."""
    prior = queue.prior_state(store, result.article_id)
    if result.follows is not None and result.follows != queue.last_check(prior):
        raise Outdated(
            f"article {result.article_id}: another check of it was recorded since this one began, or this one already; "
            "it was not recorded"
        )
    return prior


def _is_plain(result: CheckResult) -> bool:
    return (
        result.content is None
        and result.lifecycle is None
        and not result.leads_to
        and not result.moved_to
        and not result.aliases
        and not result.events
        and not result.joins
        and not result.takes_in
    )


def _learn(
    store: Store,
    result: CheckResult,
    article: Article,
    seen_after: str | None,
    tally: checks.Tally,
) -> RecordedChange | None:
    """What a check brought besides its outcome: a new place in life, new addresses, events, a version."""
    at = result.capture.fetched_at if result.capture else result.ended_at
    if result.lifecycle is not None:
        articles.set_state(store, article.id, result.lifecycle)
        if result.lifecycle is State.RETIRED:
            retire(store, article.id)
    events = result.events
    if result.moved_to:
        other = articles.move(store, article.id, result.moved_to, at)
        if other is not None:
            queue.reschedule(store, article.id, None)
            events = tuple(_meeting(e, other) for e in events)
    if result.leads_to:
        articles.take_in(store, article.id, result.leads_to, at)
        articles.add_aliases(store, article.id, (result.leads_to,), at)
    articles.add_aliases(store, article.id, result.aliases, at)
    for number, event in zip(checks.add_events(store, events), events, strict=True):
        if store.announcer is not None:
            outbox.post_event(store, number, event, store.announcer.of_event(event, article))
    if result.joins and not article.version_count and joins.join(store, article.id, result.joins, at):
        return None
    change = None if result.content is None else _keep(store, result, article, seen_after, tally)
    if result.joins and article.version_count:
        joins.join(store, article.id, result.joins, at)
    elif result.takes_in:
        joins.join(store, result.takes_in, article.id, at)
    return change


def _keep(
    store: Store, result: CheckResult, article: Article, seen_after: str | None, tally: checks.Tally
) -> RecordedChange | None:
    """Add a version, unless the new article is one that is followed under one of its addresses."""
    if result.aliases and not article.version_count:
        said = tidy(result.content or Content())
        twin = articles.same_story(store, article.id, result.aliases, said.sha256)
        if twin is not None:
            joins.give_way(store, article.id, twin, result.capture.fetched_at if result.capture else result.ended_at)
            return None
    return _add_version(store, result, article, seen_after, tally)


def retire(store: Store, article_id: int) -> None:
    """Stop following an article. Its history stays; the memory of its last reading is dropped. Raises NotFound."""
    with store.writing():
        queue.reschedule(store, article_id, None)
        articles.set_state(store, article_id, State.RETIRED)
        last_reading.drop(store, article_id)


def _meeting(event: Event, other: int) -> Event:
    """A move that ended at another article says which."""
    return replace(event, detail={**event.detail, "article": other}) if event.kind is EventKind.MOVED else event


def _add_version(
    store: Store,
    result: CheckResult,
    article: Article,
    seen_after: str | None,
    tally: checks.Tally,
) -> RecordedChange | None:
    content = tidy(result.content or Content())
    first = article.current_version_id is None
    before = None if first else documents.document(store.db, article.id)
    added = versions.add(
        store,
        article.id,
        content,
        capture_sha256=result.capture.sha256 if result.capture else "",
        seen_before=result.capture.fetched_at if result.capture else result.ended_at,
        seen_after=moment(seen_after),
    )
    if content.blocks:
        last_reading.remember(store, article.id, added.id if added else article.current_version_id or 0, content.blocks)
    sighted = partial(second_sightings.sight, store, article.id, article.source_id, content.blocks, result.ended_at)
    if added is None:
        sighted()
        return None
    documents.reindex(store.db, article.id, before, documents.document(store.db, article.id))
    if capture := result.capture:
        archives = store.archiving.get(article.source_id, ())
        mementos.request(store, article.id, capture.final_url, capture.sha256, capture.fetched_at, archives)
    if first:
        tally.grew(article.source_id, versions=1)
        sighted()
        return None
    change = result.change or _difference(store, added)
    change_id = changes.add(store, article.id, article.source_id, added, change)
    if change.notice is not Notice.NONE:
        later_notices.settle(store, article.id)
    sighted()
    recorded = changes.change(store, change_id)
    if store.announcer is not None:
        postings = store.announcer.of_change(recorded, change, result.ended_at)
        outbox.post_change(store, change_id, added.chain_sha256, postings)
    tally.grew(article.source_id, versions=1, changes=1, noise=int(recorded.noise_rule not in second_sightings.COUNTED))
    return recorded


def _difference(store: Store, added: Added) -> Change:
    """The change to a version that came without one: its reader did not know of the version before."""
    from tracker.differ import diff  # slow to import, and rarely needed here

    return diff(versions.version_by_id(store, added.previous_id or 0).content, added.content)
