"""Hints that an article changed: what feeds and sitemaps say of their entries' last update.

One feed speaks for a hundred articles, so a hint that holds brings the check forward. How often a source's hints were
followed by a change is counted; a source that stamps everything with the present moment is soon no longer believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tracker.discovery.signals import SOON, Record, is_news
from tracker.errors import NotFound
from tracker.model import Found, Outcome
from tracker.store import Store


@dataclass
class Hints:
    """The hints of this run: which were heard, and which articles are being checked because of one."""

    heard: dict[str, datetime] = field(default_factory=dict)
    followed: dict[int, str] = field(default_factory=dict)
    ignored: dict[tuple[str, str], int] = field(default_factory=dict)

    def weigh(
        self, reader: Store, source_id: str, founds: Iterable[Found], now: datetime
    ) -> list[tuple[int, datetime]]:
        """The articles whose next check is to be brought forward, and to when."""
        records = {kind: Record(*counts) for kind, counts in reader.signals(source_id).items()}
        sooner: list[tuple[int, datetime]] = []
        for found in founds:
            if found.updated_at is None or not is_news(found.updated_at, None, self.heard.get(found.url)):
                continue
            self.heard[found.url] = found.updated_at
            try:
                state = reader.state(reader.resolve(found.url))
            except NotFound:
                continue
            if state.last_check_at is None or found.updated_at > now or found.updated_at <= state.last_check_at:
                continue
            kind = found.via.value
            if not records.get(kind, Record()).believed(self.ignored.get((source_id, kind), 0)):
                self.ignored[source_id, kind] = self.ignored.get((source_id, kind), 0) + 1
                continue
            self.ignored[source_id, kind] = 0
            self.followed[state.article_id] = kind
            sooner.append((state.article_id, now + SOON))
        return sooner

    def settle(self, article_id: int, outcome: Outcome) -> tuple[str, bool] | None:
        """After a check: the kind of hint that had brought it and whether it was right; None when none had."""
        if not outcome.saw_the_article or article_id not in self.followed:
            return None
        return self.followed.pop(article_id), outcome is Outcome.CHANGED
