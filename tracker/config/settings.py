"""What sources.yaml says, as typed and frozen settings, made once and passed around."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tracker.model import ChangeFilter, EventKind, Rules, SourceEventKind


@dataclass(frozen=True, slots=True)
class Section:
    """A section page and the pattern (RE2) that its article links match."""

    url: str
    links: str = ""


SCHEDULES = ("expected", "adaptive", "fixed")

ARCHIVES = ("wayback",)
"""The web archives that may be asked for captures: the Internet Archive's Wayback Machine."""


@dataclass(frozen=True, slots=True)
class UrlIdentity:
    """Which part of a source's addresses tells its articles apart.

    `id` is a pattern (RE2): addresses in which it finds the same are one article. Of the query parameters, `keep` are
    part of the address though they look like tracking, and `drop` are not.
    """

    id: str = ""
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


NO_IDENTITY = UrlIdentity()
"""Where nothing is said of addresses."""


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One outlet: where its articles are found, and how it wants to be visited. `defaults` are already applied.

    `robots_ignored` holds the operator's reason for not obeying robots.txt; empty means it is obeyed.
    `rules` are oldest first; the last one has no `until`. `schedule` is one of `SCHEDULES`; `hourly` is the most checks
    that one host may get in an hour. `archive` names the web archives that are asked to capture each new version.
    """

    id: str
    name: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    articles: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    identity: UrlIdentity = NO_IDENTITY
    rules: tuple[Rules, ...] = ()
    language: str = ""
    tags: tuple[str, ...] = ()
    follow: timedelta = timedelta(days=30)
    checks: int = 25
    schedule: str = "expected"
    hourly: int = 900
    delay: timedelta = timedelta(seconds=2)
    robots_ignored: str = ""
    archive: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Network:
    """Where requests may go."""

    allow_private: bool = False
    allow_ports: tuple[int, ...] = (80, 443)
    proxy: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WaybackAccount:
    """The web archive that is asked, and the S3 keys of the account there that Save Page Now wants."""

    address: str = "https://web.archive.org"
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Captures:
    """Which captures are kept: `keep` is changed, all or none; the others go after `others`."""

    keep: str = "changed"
    others: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Alert:
    """Who is told about which changes, how often.

    `when` says which changes are meant. With `events`, those are told instead of changes, and `when` names the sources
    and the words of the headline (or of what is wrong with a source). `secret` signs what is sent to a web address.
    """

    to: str = field(repr=False)
    when: ChangeFilter = field(default_factory=ChangeFilter)
    events: tuple[EventKind | SourceEventKind, ...] = ()
    digest: timedelta | None = None
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """All of sources.yaml. `path` is the file it came from; relative paths are relative to its folder.

    `secrets` are the values that came from the environment: whoever shows settings blots them out (`redacted`).
    """

    path: Path
    database: Path
    contact: str
    sources: tuple[SourceConfig, ...] = ()
    network: Network = Network()
    captures: Captures = Captures()
    alerts: tuple[Alert, ...] = ()
    wayback: WaybackAccount = WaybackAccount()
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def contact_is_an_example(self) -> bool:
        """Whether the contact is at a name that is kept for examples (RFC 2606), where nobody can be reached."""
        host = urlsplit(self.contact).hostname or self.contact.rpartition("@")[2]
        return f".{host.lower()}".endswith((".example", ".example.com", ".example.net", ".example.org"))
