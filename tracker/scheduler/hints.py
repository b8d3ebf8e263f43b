"""Hints that an article changed: what feeds and sitemaps say of their entries' last update.

One feed speaks for a hundred articles, so a hint that holds brings the check forward. How often a source's hints were
followed by a change is counted: a hint counts for as many unseen edits as its record says, so one that is mostly right
brings a look at once, a poor one brings it forward a little, and a source that stamps everything with the present
moment is no longer believed. How many changes no hint had told of is counted, too: what is announced anyway need not
be looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tracker.config import SourceConfig
from tracker.discovery.signals import SOON, TRIAL, Record, is_news
from tracker.errors import NotFound
from tracker.model import Found, Outcome
from tracker.scheduler import revisit
from tracker.scheduler.rate import PRIOR, Prior
from tracker.store import Store

SILENT = "silent"
"""The kind under which changes are counted that no hint had told of."""

MOST_ANNOUNCED = 0.9
"""However well a source announces its edits, so much at most is relied on: a feed may fall silent."""

MOST_HEARD = 50_000
"""So many hints are remembered at most; those that were named last stay."""


@dataclass
class Hints:
    """The hints of this run: which were heard, and which articles are being checked because of one."""

    heard: dict[str, datetime] = field(default_factory=dict)
    followed: dict[int, str] = field(default_factory=dict)
    ignored: dict[tuple[str, str], int] = field(default_factory=dict)
    share: dict[str, float] = field(default_factory=dict)

    def weigh(
        self, reader: Store, source: SourceConfig, founds: Iterable[Found], now: datetime, *, prior: Prior = PRIOR
    ) -> list[tuple[int, datetime]]:
        """The articles whose next check is to be brought forward, and to when."""
        records = {kind: Record(*counts) for kind, counts in reader.signals(source.id).items()}
        self.share[source.id] = announced(records)
        sooner: list[tuple[int, datetime]] = []
        for found in founds:
            if found.updated_at is None or found.updated_at > now:  # what is to come is heard when it has
                continue
            known = self.heard.pop(found.url, None)
            self.heard[found.url] = max(found.updated_at, known or found.updated_at)
            if not is_news(found.updated_at, None, known):
                continue
            try:
                article = reader.article(reader.resolve(found.url))
            except NotFound:
                continue
            state = reader.state(article.id)
            if state.last_check_at is None or found.updated_at <= state.last_check_at:
                continue
            kind = found.via.value
            record = records.get(kind, Record())
            if not record.believed(self.ignored.get((source.id, kind), 0)):
                self.ignored[source.id, kind] = self.ignored.get((source.id, kind), 0) + 1
                continue
            self.ignored[source.id, kind] = 0
            self.followed[state.article_id] = kind
            at = now + SOON
            if record.hints >= TRIAL and record.believed():
                at = max(at, revisit.worth(article, source, state, 1.0, now, told=record.precision, prior=prior))
            sooner.append((state.article_id, at))
        while len(self.heard) > MOST_HEARD:
            del self.heard[next(iter(self.heard))]
        return sooner

    def settle(self, article_id: int, outcome: Outcome) -> tuple[str, bool] | None:
        """After a check: the kind of hint that had brought it and whether it was right; None when none had.

        A change that came without a hint counts as `SILENT`.
        """
        if not outcome.saw_the_article:
            return None
        if article_id in self.followed:
            return self.followed.pop(article_id), outcome is Outcome.CHANGED
        return (SILENT, True) if outcome is Outcome.CHANGED else None

    def announced(self, source_id: str) -> float:
        """The share of a source's edits that its hints tell of, as far as is known in this run."""
        return self.share.get(source_id, 0.0)


def announced(records: dict[str, Record]) -> float:
    """The share of edits that believed hints told of: 0 until enough were followed to know."""
    told = sum(record.right for kind, record in records.items() if kind != SILENT and record.believed())
    silent = records.get(SILENT, Record()).right
    return min(MOST_ANNOUNCED, told / (told + silent)) if told + silent >= TRIAL else 0.0
