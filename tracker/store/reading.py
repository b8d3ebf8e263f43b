"""The reading half of the façade: every question the rooms above ask. Every method is one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from tracker.errors import StoreError
from tracker.model import (
    Article,
    ArticleState,
    Capture,
    ChangeFilter,
    Event,
    Host,
    RecordedChange,
    Source,
    State,
    Version,
)
from tracker.store.connection import attach, explained
from tracker.store.history import articles, captures, changes, checks, sources, versions
from tracker.store.history.articles import Address
from tracker.store.history.captures import CaptureRow
from tracker.store.history.checks import CheckRun
from tracker.store.history.sources import Counts, Health
from tracker.store.proof import evidence, integrity
from tracker.store.proof.evidence import Evidence
from tracker.store.proof.integrity import Finding, Report
from tracker.store.questions import blame, edit_spans, statistics
from tracker.store.questions.blame import Origin
from tracker.store.questions.edit_spans import Life
from tracker.store.questions.statistics import Statistics
from tracker.store.queue import queue
from tracker.store.queue.queue import Due
from tracker.store.search import search
from tracker.store.search.search import Hit
from tracker.store.upkeep import upkeep
from tracker.store.upkeep.upkeep import Backup

T = TypeVar("T")


class Reading:
    """What a history answers. Methods return whole answers (or pages), so a reader never holds a snapshot open."""

    path: Path
    db: Database
    _captures_attached: bool

    def sources(self) -> list[Source]:
        """All sources that are or were followed."""
        return self._read(sources.sources)

    def source(self, source_id: str) -> Source:
        """One source. Raises NotFound."""
        return self._read(sources.source, source_id)

    def health(self, source_id: str) -> Health:
        """What a source brought, and how its checks of the last 24 hours went. Raises NotFound."""
        return self._read(sources.health, source_id)

    def profile(self, source_id: str) -> dict[str, Any]:
        """What has been learned about a source's pages; empty when nothing has."""
        return self._read(sources.profile, source_id)

    def counts(self) -> Counts:
        """How much there is."""
        return self._read(sources.counts)

    def hosts(self) -> list[Host]:
        """What is remembered about every host."""
        return self._read(sources.hosts)

    def host(self, name: str) -> Host | None:
        """What is remembered about one host, None when nothing is."""
        return self._read(sources.host, name)

    def signals(self, source_id: str) -> dict[str, tuple[int, int]]:
        """How often each kind of hint was followed by a change, and how often not."""
        return self._read(sources.signals, source_id)

    def lives(self, limit: int) -> list[Life]:
        """The newest articles as the revisit policy saw them, newest first."""
        return self._read(edit_spans.lives, limit)

    def articles(
        self,
        source_id: str | None = None,
        state: State | None = None,
        limit: int | None = None,
        *,
        before_id: int | None = None,
        moved: bool = True,
    ) -> list[Article]:
        """Articles, newest first; `before_id` begins the next page; `moved` False leaves those out that moved."""
        return self._read(articles.articles, source_id, state, limit, before_id=before_id, moved=moved)

    def article(self, article_id: int) -> Article:
        """One article. Raises NotFound."""
        return self._read(articles.article, article_id)

    def resolve(self, reference: str) -> int:
        """The article with this id or any URL it ever had. Raises NotFound."""
        return self._read(articles.resolve, reference)

    def urls(self, article_id: int) -> list[Address]:
        """Every URL an article has or had."""
        return self._read(articles.addresses, article_id)

    def state(self, article_id: int) -> ArticleState:
        """What the next check of an article needs to know. Raises NotFound."""
        return self._read(queue.state, article_id)

    def due(self, now: datetime, limit: int, but: Set[int] = frozenset()) -> list[Due]:
        """Articles whose check is due, longest due first, `but` those with these ids."""
        return self._read(queue.due, now, limit, but)

    def next_due_at(self) -> datetime | None:
        """When the next check of all is due."""
        return self._read(queue.next_due_at)

    def current(self, article_id: int) -> Version | None:
        """The newest version, its content with the blocks of the last reading; None before the first."""
        return self._read(versions.current, article_id)

    def version(self, article_id: int, number: int) -> Version:
        """One version with its content. Raises NotFound."""
        return self._read(versions.version, article_id, number)

    def versions(self, article_id: int) -> list[Version]:
        """All versions of an article, oldest first."""
        return self._read(versions.versions, article_id)

    def changes(self, wanted: ChangeFilter = ChangeFilter(), limit: int | None = None) -> Iterator[RecordedChange]:  # noqa: B008
        """Matching changes, newest first, read a page at a time."""
        with explained(self.path):
            yield from changes.changes(self.db, wanted, limit)

    def change(self, change_id: int) -> RecordedChange:
        """One change. Raises NotFound."""
        return self._read(changes.change, change_id)

    def change_of(self, article_id: int, new_number: int) -> RecordedChange:
        """The change that brought this version. Raises NotFound."""
        return self._read(changes.change_of, article_id, new_number)

    def events(self, article_id: int) -> list[Event]:
        """What happened to an article besides edits, oldest first."""
        return self._read(checks.events, article_id)

    def event(self, event_id: int) -> Event:
        """One event. Raises NotFound."""
        return self._read(checks.event, event_id)

    def recent_events(self, limit: int, before: datetime | None = None) -> list[Event]:
        """What happened to all articles besides edits, newest first."""
        return self._read(checks.recent_events, limit, before)

    def check_runs(self, article_id: int) -> list[CheckRun]:
        """An article's checks as runs of equal outcomes, oldest first."""
        return self._read(checks.check_runs, article_id)

    def capture(self, sha256: str, *, article_id: int | None = None, at: datetime | None = None) -> Capture:
        """A capture with its body. Raises NotFound when it is not kept, StoreError when it is damaged."""
        self._need_captures()
        return self._read(captures.capture, sha256, article_id=article_id, at=at)

    def captures(self, article_id: int) -> list[CaptureRow]:
        """What is kept of an article, oldest first, without the bodies."""
        self._need_captures()
        return self._read(captures.captures_of, article_id)

    def search(self, text: str, *, removed: bool = False, limit: int | None = None) -> list[Article]:
        """Articles that say, or once said, what is asked for, newest first. Any text is a valid question."""
        return self._read(search.search, text, removed=removed, limit=limit)

    def hits(self, text: str, *, removed: bool = False, limit: int | None = None) -> list[Hit]:
        """As `search`, each article with the passage that shows why it was found."""
        return self._read(search.hits, text, removed=removed, limit=limit)

    def blame(self, article_id: int) -> list[Origin]:
        """Every sentence an article ever had, with the versions it stood in. Raises NotFound."""
        self.article(article_id)
        return blame.blame(self.versions(article_id))

    def statistics(self, source_id: str, since: datetime, until: datetime) -> Statistics:
        """How much a source edited in a window of time, how soon, and whether it said so. Raises NotFound."""
        return self._read(statistics.statistics, source_id, since, until)

    def evidence(self, change_id: int) -> Evidence:
        """Everything there is about one change. Raises NotFound, StoreError when a capture is damaged."""
        self._need_captures()
        return self._read(evidence.evidence, change_id)

    def verify(self, article_id: int | None = None) -> Report:
        """Recompute the history from what is stored, up to the first row that does not hold."""
        self._need_captures()
        return self._read(integrity.verify, article_id)

    def write_checkpoint(self, now: datetime) -> str:
        """All chain heads as text that can be published or signed."""
        return self._read(integrity.write_checkpoint, now)

    def check_checkpoint(self, text: str) -> list[Finding]:
        """Where the history no longer contains what a checkpoint saw. Raises StoreError for a broken checkpoint."""
        return self._read(integrity.check_checkpoint, text)

    def forgotten_since(self, text: str) -> list[Finding]:
        """The articles that a checkpoint saw and that were forgotten since, as their tombstones say."""
        return self._read(integrity.forgotten_since, text)

    def backup(self, target: Path) -> Backup:
        """Copy history and captures as they are now, while a daemon writes; verified after. Raises StoreError."""
        return upkeep.backup(self.path, target)

    def _read(self, question: Callable[..., T], *arguments: Any, **named: Any) -> T:
        with explained(self.path):
            return question(self.db, *arguments, **named)

    def _need_captures(self) -> None:
        if not self._captures_attached:
            path = captures.path_for(self.path)
            if not path.exists():
                raise StoreError(f"{path}: the captures are not here; they are kept in a file of their own")
            attach(self.db, path, captures.SCHEMA, write=False)
            self._captures_attached = True
