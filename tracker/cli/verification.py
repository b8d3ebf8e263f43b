"""Verify a history that may be written meanwhile, and what stands beside it."""

from __future__ import annotations

from tracker.errors import NotFound
from tracker.store import Finding, Report, Store
from tracker.store.proof import integrity, replaced_histories
from tracker.store.proof.search_index import verify_search
from tracker.store.questions import condition

_AGAIN = 3


def beyond(store: Store, article_id: int | None = None) -> Finding | None:
    """What does not hold besides the history itself: what rebuilds have replaced, the search index, the files' form."""
    faults = condition.faults(store) if article_id is None else []
    if faults:
        return Finding("the files", "", 0, faults[0])
    return replaced_histories.verify_former(store, article_id) or verify_search(store, article_id)


def verified(store: Store, article_id: int | None = None) -> Report:
    """`Store.verify`, sure of its finding: an article that is being written holds when it is seen at once."""
    if article_id is not None:
        return condition.verify_at_once(store, article_id)
    report = integrity.verify(store)
    for _ in range(_AGAIN):
        if report.finding is None or _still(store, report.finding):
            break
        report = integrity.verify(store)
    return report


def _still(store: Store, finding: Finding) -> bool:
    try:
        return condition.verify_at_once(store, finding.article_id).finding is not None
    except NotFound:  # a row that belongs to no article: nothing but all of it can show that
        return condition.verify_at_once(store).finding is not None
