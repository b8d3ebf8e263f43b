"""What comes in from outside: time, found addresses, captures and failures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Clock(Protocol):
    """Where time comes from. The daemon's is the wall clock; tests and the demo drive their own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that many seconds of this clock pass."""
        ...


def iso(moment: datetime | None) -> str | None:
    """A moment as the database and JSON write it, in UTC: `2026-11-23T10:05:00Z`; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Via(StrEnum):
    """Where an article was found."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Found:
    """An article's address as a feed, sitemap, section page or the configuration named it.

    `updated_at` is the signal a feed (`updated`) or sitemap (`lastmod`) gave, when it gave one.
    """

    url: str
    via: Via
    title: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None


class Outcome(StrEnum):
    """How a check ended. Only NEW, UNCHANGED, CHANGED and NOT_MODIFIED saw the article."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NOT_MODIFIED = "not_modified"

    GONE = "gone"  # 404, 410
    PAYWALLED = "paywalled"  # 401, 402, or served behind a wall
    BLOCKED = "blocked"  # 403, 451, a bot wall or captcha
    CONSENT = "consent"  # a consent page instead of the article
    HOMEPAGE = "homepage"  # redirected to the front page
    EMPTY = "empty"  # no body at all
    UNREADABLE = "unreadable"  # no article could be read from the page
    COLLAPSED = "collapsed"  # far less text than the article had
    UNCONFIRMED = "unconfirmed"  # a text that may be the article's, and waits for a second look
    OTHER_PAGE = "other_page"  # another text than the article, and nothing shows that it took its place

    RATE_LIMITED = "rate_limited"  # 429
    SERVER_ERROR = "server_error"  # 5xx
    HTTP_ERROR = "http_error"  # any other status
    TIMEOUT = "timeout"
    CONNECTION = "connection"  # DNS, refused, reset, TLS
    TRUNCATED = "truncated"  # the body ended early
    TOO_LARGE = "too_large"
    BAD_REDIRECT = "bad_redirect"  # too many, or to where we must not go
    ROBOTS = "robots"  # robots.txt says no, or cannot be read
    REFUSED = "refused"  # our own guard said no
    WORKER = "worker"  # the extraction was ended by its limits

    @property
    def saw_the_article(self) -> bool:
        """True when this check read the article as a reader would."""
        return self in _SEEN


_SEEN = frozenset({Outcome.NEW, Outcome.UNCHANGED, Outcome.CHANGED, Outcome.NOT_MODIFIED})


@dataclass(frozen=True, slots=True)
class Capture:
    """The raw response of a request, body decoded from its content-encoding but otherwise untouched: the evidence.

    `observer` is who received it when that was not us (an archive, another tracker), `origin` is in JSON where it was
    taken from; both are empty for our own.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    redirects: tuple[tuple[int, str], ...] = ()
    encoding: str = ""
    milliseconds: int = 0
    wire_bytes: int = 0
    observer: str = ""
    origin: str = ""

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str:
        """The first header of that name, or an empty string."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that brought no capture, and why. `retry_after` is what the server asked for.

    `whole_host` is True when the reason concerns every address of the host: it rests, or its robots.txt is not known.
    `ours` is True when this machine has no network: nobody is to blame, and nothing was learned.
    """

    url: str
    outcome: Outcome
    error: str
    at: datetime
    status: int = 0
    final_url: str = ""
    retry_after: timedelta | None = None
    milliseconds: int = 0
    whole_host: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request sends back (RFC 9110 section 13)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """What must survive a restart about one host (`name` or `name:port`): its lane, its failures, its robots.txt.

    `robots` is None when robots.txt was never fetched; an empty string allows everything.
    """

    host: str
    next_slot_at: datetime | None = None
    delay_ms: int = 0
    failures: int = 0
    paused_until: datetime | None = None
    validators_trusted: bool = True
    robots: str | None = None
    robots_fetched_at: datetime | None = None
