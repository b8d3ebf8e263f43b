"""What the status of an answer means, and how long a host asks to be left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tracker.model import Outcome

_BY_STATUS = {
    206: Outcome.TRUNCATED,  # a part that nobody asked for
    401: Outcome.PAYWALLED,
    402: Outcome.PAYWALLED,
    403: Outcome.BLOCKED,
    404: Outcome.GONE,
    408: Outcome.TIMEOUT,
    410: Outcome.GONE,
    425: Outcome.SERVER_ERROR,
    429: Outcome.RATE_LIMITED,
    451: Outcome.BLOCKED,
}

RETRY_AFTER_STATUSES = frozenset({429, 503})
"""Where `Retry-After` is an order to the whole host (RFC 9110 section 10.2.3, RFC 6585 section 4)."""


def _header(headers: Sequence[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def outcome_of(status: int, headers: Sequence[tuple[str, str]] = ()) -> Outcome | None:
    """The outcome that a status names; None when it brought the page, or says that it did not change (304)."""
    if _header(headers, "cf-mitigated").lower() == "challenge":
        return Outcome.BLOCKED
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 200 <= status <= 299 or status == 304:
        return None
    if 300 <= status <= 399:
        return Outcome.BAD_REDIRECT
    return Outcome.SERVER_ERROR if 500 <= status <= 599 else Outcome.HTTP_ERROR


def retry_after(headers: Sequence[tuple[str, str]]) -> timedelta | None:
    """What `Retry-After` asks for, as seconds or as a date against the host's own clock; None when it says nothing.

    A date without a `Date` beside it is read against nothing and ignored: this stage has no clock.
    """
    value = _header(headers, "retry-after").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:12]), 10**9))
    try:
        until, now = _date(value), _date(_header(headers, "date"))
    except (ValueError, OverflowError):
        return None
    return max(until - now, timedelta(0))


def _date(value: str) -> datetime:
    """An HTTP date (RFC 9110 section 5.6.7). Raises ValueError."""
    parsed = parsedate_to_datetime(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
