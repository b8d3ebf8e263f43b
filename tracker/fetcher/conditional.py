"""Conditional requests, and how far their answers are believed: pure.

A 304 saves both sides work, but a wrong one hides an edit. So every sixth check asks without conditions, and so does
the first check of each day; a validator that stayed the same while the text changed costs its host our trust
(`Fetcher.distrust`).
"""

from __future__ import annotations

from datetime import datetime

from tracker.fetcher.reading import safe_header
from tracker.model import ArticleState, Capture, Validators

EVERY = 6
"""Every so many checks the whole page is asked for, whatever the validators say."""


def to_send(state: ArticleState, now: datetime) -> Validators | None:
    """The validators for an article's next check; None when the whole page is to be asked for."""
    if not (state.validators.etag or state.validators.last_modified) or state.last_check_at is None:
        return None
    if state.checks % EVERY == EVERY - 1 or state.last_check_at.date() != now.date():
        return None
    return state.validators


def of(capture: Capture) -> Validators:
    """The validators that a capture brought. None of a redirected answer: they belong to another address."""
    if capture.redirects:
        return Validators()
    return Validators(safe_header(capture.header("etag")), safe_header(capture.header("last-modified")))


def lied(known: Validators, capture: Capture, *, changed: bool) -> bool:
    """Whether a full answer shows that a conditional request would have hidden a change: same validators, other text.

    An ETag that changed clears the date beside it: servers compare only the ETag when both are sent.
    """
    fresh = of(capture)
    if not changed or capture.status == 304:
        return False
    if known.etag or fresh.etag:
        return known.etag == fresh.etag
    return bool(known.last_modified) and known.last_modified == fresh.last_modified
