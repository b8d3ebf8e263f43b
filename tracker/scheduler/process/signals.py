"""Signals that an article changed: what feeds and sitemaps say of their entries' last update, and a page of its own.

One feed speaks for a hundred articles, so a signal that holds brings the check forward. How often a source's signals
were followed by a change is counted: a signal counts for as many unseen edits as its record says, so one that is mostly
right brings a look at once, a poor one brings it forward a little, and a source that stamps everything with the present
moment is no longer believed. How many changes no signal had told of is counted, too: what is announced anyway need not
be looked for.

A page's own signal is a `dateModified` later than the look before, above a text that has not changed: many publishers
set the date before their caches serve the new text. It brings at most one look more for each look, and what a feed had
said of the same moment is not counted a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.config import SourceConfig
from tracker.discovery.signals import PAGE, SOON, TRIAL, Record, is_news
from tracker.errors import NotFound
from tracker.model import Article, ArticleState, CheckResult, Found, Outcome, Signal, iso
from tracker.scheduler.revisit import policy
from tracker.scheduler.revisit.rate import PRIOR, Prior
from tracker.store import Store
from tracker.store.history import articles, sources
from tracker.store.queue import queue

SILENT = "silent"
"""The kind under which changes are counted that no signal had told of."""

MOST_ANNOUNCED = 0.9
"""However well a source announces its edits, so much at most is relied on: a feed may fall silent."""

MOST_KNOWN = 50_000
"""The most signals that are remembered; those that were named last stay."""


@dataclass(frozen=True, slots=True)
class Sooner:
    """An article whose next check is to be brought forward, to when, and by which signal."""

    article_id: int
    at: datetime
    signal: Signal


@dataclass
class Signals:
    """The signals of this run: which are known, and which articles are being checked because of one.

    `followed` gives an article's source and the kind of its signal. A signal that was followed before the program was
    started is found in its article's `rate`.
    """

    most_known: int = MOST_KNOWN
    known: dict[str, datetime] = field(default_factory=dict)
    followed: dict[int, tuple[str, str]] = field(default_factory=dict)
    ignored: dict[tuple[str, str], int] = field(default_factory=dict)
    share: dict[str, float] = field(default_factory=dict)

    def weigh(
        self, reader: Store, source: SourceConfig, founds: Iterable[Found], now: datetime, *, prior: Prior = PRIOR
    ) -> list[Sooner]:
        """The articles whose next check is to be brought forward, because of what feeds and sitemaps say of them."""
        records = {kind: Record(*counts) for kind, counts in sources.signals(reader, source.id).items()}
        self.share[source.id] = announced(records)
        sooner: list[Sooner] = []
        for found in founds:
            if found.updated_at is None or found.updated_at > now:  # what is to come is read when it has
                continue
            known = self.known.pop(found.url, None)
            self.known[found.url] = max(found.updated_at, known or found.updated_at)
            if not is_news(found.updated_at, None, known):
                continue
            try:
                article = articles.article(reader, articles.resolve(reader, found.url, source.id))
            except NotFound:
                continue
            state = queue.state(reader, article.id)
            if state.last_check_at is None or found.updated_at <= state.last_check_at:
                continue
            kind = found.via.value
            record = records.get(kind, Record())
            if not record.believed(self.ignored.get((source.id, kind), 0)):
                self.ignored[source.id, kind] = self.ignored.get((source.id, kind), 0) + 1
                continue
            self.ignored[source.id, kind] = 0
            self.followed[state.article_id] = source.id, kind
            at = now + SOON
            if record.signals >= TRIAL and record.believed():
                at = max(at, policy.worth(article, source, state, 1.0, now, told=record.precision, prior=prior))
            sooner.append(Sooner(state.article_id, at, Signal(kind, found.updated_at)))
        while len(self.known) > self.most_known:
            del self.known[next(iter(self.known))]
        return sooner

    def read(
        self,
        reader: Store,
        article: Article,
        source: SourceConfig,
        before: ArticleState,
        result: CheckResult,
        *,
        prior: Prior = PRIOR,
    ) -> Sooner | None:
        """When to look again because of what a page said of itself in a check; None when it said nothing new.

        A feed's signal that had brought the check becomes the page's, and only the next check settles it.
        """
        stamp, now = result.modified_at, result.ended_at
        if stamp is None or before.last_seen_at is None or not before.last_seen_at < stamp <= now:
            return None
        if self._brought(before) == PAGE:
            return None  # a page that is stamped with the present moment would bring one look after the other
        record = Record(*sources.signals(reader, source.id).get(PAGE, (0, 0)))
        waiting = sum(each == (source.id, PAGE) for each in self.followed.values())
        # Those that wait for their look count as wrong, lest a whole source is tried before its first is settled. One
        # that is not believed is not followed now and then: its record is halved in time, which gives it another trial.
        if not Record(record.right, record.wrong + waiting).believed():
            return None
        self.followed[article.id] = source.id, PAGE
        least = now + timedelta(hours=policy.least_after(result.state.checks, source.checks))
        at = policy.worth(article, source, result.state, 1.0, now, told=record.precision, prior=prior)
        return Sooner(article.id, max(at, least), Signal(PAGE, stamp))

    def settle(self, before: ArticleState, outcome: Outcome) -> tuple[str, bool] | None:
        """After a check: the kind of signal that had brought it and whether it was right; None when none had.

        A change that came without a signal counts as `SILENT`.
        """
        if not outcome.saw_the_article:
            return None
        kind = self._brought(before)
        self.followed.pop(before.article_id, None)
        if kind is not None:
            return kind, outcome is Outcome.CHANGED
        return (SILENT, True) if outcome is Outcome.CHANGED else None

    def _brought(self, before: ArticleState) -> str | None:
        """The kind of signal that has brought a check of an article with this state."""
        if before.article_id in self.followed:
            return self.followed[before.article_id][1]
        signal = before.rate.signal
        return signal.kind if signal else None

    def announced(self, source_id: str) -> float:
        """The share of a source's edits that its signals tell of, as far as is known in this run."""
        return self.share.get(source_id, 0.0)


def announced(records: Mapping[str, Record]) -> float:
    """The share of edits that believed signals told of: 0 until enough were followed to know.

    What a page says of itself must be looked for like any change.
    """
    unannounced = {SILENT, PAGE}
    told = sum(record.right for kind, record in records.items() if kind not in unannounced and record.believed())
    silent = sum(records.get(kind, Record()).right for kind in unannounced)
    return min(MOST_ANNOUNCED, told / (told + silent)) if told + silent >= TRIAL else 0.0


_SAYS = {
    "feed": "a feed says that it was updated at {}",
    "sitemap": "a sitemap says that it was updated at {}",
    PAGE: "its page says that it was modified at {}, yet its text was still the same",
}


def explain(state: ArticleState, records: Mapping[str, Record]) -> str:
    """Say in words which signal waits for an article's next look, and what such signals of its source are worth."""
    signal = state.rate.signal
    if signal is None or signal.kind not in _SAYS or state.next_check_at is None:
        return ""
    record = records.get(signal.kind, Record())
    worth = f"{record.right} of {record.signals} such signals were right" if record.signals else "the first such signal"
    return f"; {_SAYS[signal.kind].format(iso(signal.moment))} ({worth})"
