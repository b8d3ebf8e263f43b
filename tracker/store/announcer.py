"""Who is to be told of what is recorded: asked by the store while it records, answered by the rooms above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.model import Article, Change, Event, RecordedChange, SourceEvent


@dataclass(frozen=True, slots=True)
class Posting:
    """An alert that is to be written: for which sink, and when it may go out first."""

    sink: str
    due_at: datetime


class Announcer(Protocol):
    """Says who is to be told of a change or an event; `tracker.alerts.Rules` is one. Called inside the transaction."""

    def of_change(self, record: RecordedChange, change: Change, at: datetime) -> Iterable[Posting]:
        """The alerts of a change that is recorded `at`."""
        ...

    def of_event(self, event: Event, article: Article) -> Iterable[Posting]:
        """The alerts of an event."""
        ...

    def of_source(self, event: SourceEvent) -> Iterable[Posting]:
        """The alerts of a source that broke or healed."""
        ...
