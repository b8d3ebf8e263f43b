"""Which changes and events call for an alert, and to whom: `alerts` of sources.yaml as pure functions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tracker.config import Alert
from tracker.model import (
    Article,
    Change,
    Event,
    EventKind,
    RecordedChange,
    SourceEvent,
    SourceEventKind,
)
from tracker.model.filters import finder, matches
from tracker.store.announcer import Posting

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOGIN = re.compile(r"(?<=[?&])(?:user|password)=[^&]*")


def sink_name(alert: Alert) -> str:
    """What the outbox calls an alert's receiver: its scheme and a hash, for the address may carry a token.

    Who we are to a mail server is left out, and so is when we write: with another password or another digest it is
    still the same mailbox, and gets what waits.
    """
    return _named(alert, None)


def former_sink_name(alert: Alert) -> str:
    """What outboxes of before November 2026 call the receiver of a digest; what waits there is renamed."""
    return _named(alert, alert.digest)


def _named(alert: Alert, digest: timedelta | None) -> str:
    scheme = alert.to.partition(":")[0].lower()
    to = _LOGIN.sub("", alert.to) if scheme == "mailto" else alert.to
    about = f"{to}\n{digest}"
    return f"{scheme}:{hashlib.sha256(about.encode()).hexdigest()[:16]}"


def receivers(alert: Alert) -> tuple[Alert, ...]:
    """An alert's receivers, each as an alert of its own: a mailbox that is refused costs the others nothing."""
    scheme, _, address = alert.to.partition(":")
    if scheme.lower() != "mailto":
        return (alert,)
    mailboxes, mark, query = address.removeprefix("//").partition("?")
    return tuple(replace(alert, to=f"mailto:{one}{mark}{query}") for one in dict.fromkeys(mailboxes.split(",")))


class AlertRules:
    """All rules together. A receiver that several of them name is told once, by the first that holds."""

    def __init__(self, alerts: Sequence[Alert]) -> None:
        self._rules = [one for alert in alerts for one in receivers(alert)]

    def of_change(self, record: RecordedChange, change: Change, at: datetime) -> list[Posting]:
        """Who is told of a change that is recorded `at`. Noise is told to nobody."""
        holding = (a for a in self._rules if not a.events and matches(a.when, record, change))
        return list(_postings(holding, at))

    def of_event(self, event: Event, article: Article) -> list[Posting]:
        """Who is told of an event: those whose rule names its kind. A pattern is held to the headline."""
        return self._of_kind(event.kind, article.source_id, article.headline, event.at)

    def of_source(self, event: SourceEvent) -> list[Posting]:
        """Who is told of a source that broke or healed: those whose rule names it. A pattern is held to its problem."""
        return self._of_kind(event.kind, event.source_id, event.words, event.at)

    def _of_kind(self, kind: EventKind | SourceEventKind, source_id: str, said: str, at: datetime) -> list[Posting]:
        holding = (
            alert
            for alert in self._rules
            if kind in alert.events
            and (not alert.when.sources or source_id in alert.when.sources)
            and (not alert.when.grep or finder(alert.when.grep)(said))
        )
        return list(_postings(holding, at))


def _postings(alerts: Iterator[Alert], at: datetime) -> Iterator[Posting]:
    """One for each receiver; a digest's at the end of its window, which are counted from 1970 on."""
    told = set()
    for alert in alerts:
        if alert.to not in told:
            told.add(alert.to)
            yield Posting(sink_name(alert), _end_of_window(at, alert.digest) if alert.digest else at)


def _end_of_window(at: datetime, window: timedelta) -> datetime:
    return at + (window - (at - _EPOCH) % window)
