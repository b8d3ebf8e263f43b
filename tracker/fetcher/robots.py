"""robots.txt as RFC 9309 has it, read with protego."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from tracker.fetcher.lanes import MAX_DELAY
from tracker.model import Outcome

FRESH = timedelta(hours=24)
"""How long a copy is used without asking again (RFC 9309 section 2.4)."""

STALE = timedelta(days=30)
"""How long an old copy still counts while the file cannot be reached."""

MAX_BYTES = 500 * 1024
"""How much of the file is read (RFC 9309 section 2.5)."""

MAX_REDIRECTS = 5
"""How many redirects are followed (RFC 9309 section 2.3.1.2)."""

RETRY_FIRST, RETRY_LAST = timedelta(minutes=1), timedelta(hours=1)
"""An unreachable file is asked for again after the first, then twice as long each time, up to the second."""


_AGENT = re.compile(r"user(?:-|\s*)agent\s*[:\s]\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one robots.txt for one crawler."""

    _rules: Protego
    _token: str

    def allows(self, url: str) -> bool:
        """Whether the crawler may fetch this address."""
        return bool(self._rules.can_fetch(url, self._token))

    @property
    def delay(self) -> float:
        """`Crawl-delay` in seconds, 0 when there is none, never more than a minute."""
        asked = self._rules.crawl_delay(self._token)
        return min(max(float(asked or 0.0), 0.0), MAX_DELAY)

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps that the file names."""
        return list(self._rules.sitemaps)


def text(body: bytes) -> str:
    """A robots.txt as text: UTF-8, its first 500 KiB, without the byte order mark that would hide the first group."""
    return body[:MAX_BYTES].decode("utf-8-sig", "replace").replace("\x00", "")


def parse(content: str, token: str) -> Robots:
    """Read a robots.txt for the crawler of that product token. Takes about 0.1 s for the largest files."""
    return Robots(Protego.parse(_for_one(content, token)), token)


def _for_one(content: str, token: str) -> str:
    """The file with one name in the place of all crawlers but the one whose rules count.

    protego keeps every rule once for each crawler of its group: ten thousand names over ten thousand rules, 350 KB,
    would take gigabytes.
    """
    lines, names = content.splitlines(), dict[int, str]()
    for number, line in enumerate(lines):
        if found := _AGENT.match(line.partition("#")[0].strip()):
            names[number] = "*" if found[1] == "*" else found[1].lower().replace("*", "")
    ours = max((name for name in names.values() if name and token.lower().startswith(name)), key=len, default="*")
    for number, name in names.items():
        lines[number] = f"User-agent: {name if name == ours else 'another'}"
    return "\n".join(lines)


@dataclass(slots=True)
class Copy:
    """What is known of one host's robots.txt. `rules` is None while the file was never read.

    `failed` counts failed attempts in a row; until `again_at` the last failure, with its outcome and reason, stands.
    """

    rules: Robots | None = None
    fetched_at: datetime | None = None
    failed: int = 0
    again_at: datetime | None = None
    outcome: Outcome = Outcome.ROBOTS
    reason: str = ""
    ours: bool = False

    def due(self, now: datetime) -> bool:
        """Whether the file should be asked for now. What a clock that ran ahead has noted does not count."""
        if self.again_at is not None and now < self.again_at <= now + RETRY_LAST:
            return False
        return self.rules is None or self.fetched_at is None or not timedelta(0) <= now - self.fetched_at < FRESH

    def usable(self, now: datetime) -> Robots | None:
        """The rules that count now: fresh ones, or stale ones up to a month old; None disallows everything."""
        if self.rules is None or self.fetched_at is None or now - self.fetched_at > STALE:
            return None
        return self.rules

    def read(self, rules: Robots, now: datetime) -> None:
        """The file was fetched."""
        self.rules, self.fetched_at, self.failed, self.again_at = rules, now, 0, None

    def missed(self, now: datetime, outcome: Outcome, reason: str, *, theirs: bool = True, ours: bool = False) -> None:
        """The file could not be reached; the next attempt moves back further each time when the fault is `theirs`.

        `ours` says that this machine had no network.
        """
        self.outcome, self.reason, self.ours = outcome, reason, ours
        self.again_at = now + min(RETRY_FIRST * 2 ** min(self.failed, 10), RETRY_LAST)
        self.failed += theirs
