"""What an answer means: statuses by name, and pages that only look like success."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from tracker.fetcher.walls import (
    BOT_WALL,
    BOT_WALL_TITLE,
    CONSENT,
    CONSENT_ADDRESS,
    CONSENT_TITLE,
    FRONT_PAGE,
    WALL_WORDS,
)
from tracker.model import Capture, Outcome

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


_PAGE_TYPES = ("text/", "application/xhtml", "application/xml", "application/octet-stream")
_TITLE = re.compile(r"<title[^<>]*+>([^<]{0,300})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*+>")
_WIDE = r"\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_WIDE}]{{1,2}}|[^\W{_WIDE}]+")
_UNSEEN = re.compile(r"<(script|style|noscript|svg|template)\b", re.IGNORECASE)


def judge(capture: Capture, html: str) -> Outcome | None:
    """What a successful answer really is, when it is not an article: pure, and never raises.

    EMPTY, HOMEPAGE, CONSENT, BLOCKED (a bot wall) or UNREADABLE (a picture, a PDF); None when nothing speaks against
    an article. A paywall is never judged by its phrases: see `shrunk`.
    """
    if capture.status == 304:
        return None
    if not html.strip():
        return Outcome.EMPTY
    kind = capture.header("content-type").strip().lower()
    if kind and not kind.startswith(_PAGE_TYPES):
        return Outcome.UNREADABLE
    if _sent_to_consent(capture):
        return Outcome.CONSENT
    if _sent_home(capture):
        return Outcome.HOMEPAGE
    folded = html.lower()
    title = _TITLE.search(html)
    walled = (title is not None and BOT_WALL_TITLE.search(title[1])) or any(m in folded for m in BOT_WALL)
    consent = (title is not None and CONSENT_TITLE.search(title[1])) or any(m in folded for m in CONSENT)
    if (walled or consent) and visible_words(html, WALL_WORDS + 1) <= WALL_WORDS:
        return Outcome.BLOCKED if walled else Outcome.CONSENT
    return None


def _split(url: str) -> tuple[str, str]:
    """Host and path of an address; empty when it cannot be read."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.path
    except ValueError:
        return "", ""


def _sent_to_consent(capture: Capture) -> bool:
    """Whether redirects ended where visitors are asked to agree to something."""
    host, path = _split(capture.final_url)
    first_host, first_path = _split(capture.url)
    if not capture.redirects or (host, path) == (first_host, first_path):
        return False
    return bool(CONSENT_ADDRESS.search(host + ".") or CONSENT_ADDRESS.search(path)) and not CONSENT_ADDRESS.search(
        first_path
    )


def _sent_home(capture: Capture) -> bool:
    """Whether redirects ended on a front page although the article's own address is none."""
    path, asked = _split(capture.final_url)[1], _split(capture.url)[1]
    return bool(capture.redirects and FRONT_PAGE.fullmatch(path) and not FRONT_PAGE.fullmatch(asked))


def visible_words(html: str, enough: int) -> int:
    """Roughly how many words a reader sees, counted up to `enough`. Linear in the page's length."""
    folded = html.lower() if len(html.lower()) == len(html) else html
    words, at = 0, 0
    while at < len(html) and words < enough:
        unseen = _UNSEEN.search(html, at)
        words += _count(html[at : unseen.start() if unseen else len(html)], enough - words)
        end = folded.find(f"</{unseen[1].lower()}", unseen.end()) if unseen else -1
        at = len(html) if end < 0 else end
    return words


def _count(piece: str, enough: int) -> int:
    """Words of a piece of markup, at most `enough`."""
    total = 0
    for total, _ in enumerate(_WORD.finditer(_TAG.sub(" ", piece)), 1):
        if total >= enough:
            break
    return total


SHRUNK_TO = 0.2
"""A page that has less than this share of the words it had has collapsed (issue 5: over 80 % of the text)."""

WALLED_AT = 0.6
"""A page that now says it is not free and has less than this share of its words is behind a paywall."""

WORDS_THAT_COUNT = 60
"""Articles shorter than this say too little about shrinking."""


def shrunk(
    old_words: int, new_words: int, *, old_free: bool | None = None, new_free: bool | None = None
) -> Outcome | None:
    """Whether a page that was read lost so much text that it is not the article any more: pure.

    PAYWALLED when the page itself says it is not free (`isAccessibleForFree`) and did not before, or lost nearly all;
    COLLAPSED when it lost nearly all without saying why; None otherwise. Words are those of the body.
    """
    if old_words < WORDS_THAT_COUNT:
        return None
    share = new_words / old_words
    if new_free is False and share < (WALLED_AT if old_free is not False else SHRUNK_TO):
        return Outcome.PAYWALLED
    return Outcome.COLLAPSED if share < SHRUNK_TO else None
