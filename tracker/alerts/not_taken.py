"""Why a receiver did not take what it was given, and how long it is left alone for that."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tracker.errors import FetchError, TrackerError
from tracker.fetcher.post import Refused

WRONG_RECEIVER = frozenset({401, 403, 404, 410})
"""Statuses that say that nothing will be taken here until the operator mends the address or the token."""

WRONG_LETTER = frozenset({400, 413, 422})
"""Statuses that say that this delivery is not taken, whatever becomes of the next."""

LONG_REST = timedelta(hours=6)


class NotTaken(TrackerError):
    """A sink did not take what it was given. `rest` is how long it wants to be left alone, if it says so.

    With `letter_alone` the receiver is well, and only this delivery is not to its liking.
    """

    def __init__(self, words: str, rest: timedelta | None = None, *, letter_alone: bool = False) -> None:
        super().__init__(words)
        self.rest, self.letter_alone = rest, letter_alone


def not_taken(error: FetchError) -> NotTaken:
    """What a refusal by a web address means for what is waiting."""
    if not isinstance(error, Refused):
        return NotTaken(str(error))
    if error.status in WRONG_RECEIVER:
        return NotTaken(f"{error}: the address or its token is wrong", LONG_REST)
    return NotTaken(str(error), asked_rest(error), letter_alone=error.status in WRONG_LETTER)


def asked_rest(error: Refused) -> timedelta | None:
    """How long a receiver asks to be left alone, in any of the dialects spoken; None when it says nothing.

    `Retry-After` comes first, then the body's `retry_after` (Discord: seconds), `parameters.retry_after` (Telegram:
    seconds), `retry_after_ms` (Matrix), then `X-RateLimit-Reset` (Mastodon: ISO time) or `RateLimit-Reset` (Bluesky:
    seconds since 1970), both read against the receiver's own `Date`.
    """
    if error.retry_after is not None:
        return error.retry_after
    said = _object(error.body)
    inner = said.get("parameters")
    for value, unit in (
        (said.get("retry_after"), 1.0),
        (inner.get("retry_after") if isinstance(inner, dict) else None, 1.0),
        (said.get("retry_after_ms"), 1000.0),
    ):
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
            return timedelta(seconds=min(value / unit, 1e9))
    return _until_reset(error) if error.status == 429 else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _until_reset(error: Refused) -> timedelta | None:
    reset = error.headers.get("x-ratelimit-reset") or error.headers.get("ratelimit-reset") or ""
    try:
        now = parsedate_to_datetime(error.headers.get("date", ""))
        at = datetime.fromtimestamp(int(reset), UTC) if reset.isdigit() else datetime.fromisoformat(reset)
        return max(at - now, timedelta(0))
    except (ValueError, TypeError, OverflowError, OSError):
        return None
