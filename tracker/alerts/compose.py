"""An alert in words: what an alert of the outbox says, as JSON for programs and as text for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker import differ
from tracker.errors import NotFound
from tracker.model import iso
from tracker.render import clean, json_, plain
from tracker.store import Store
from tracker.store.history import articles, changes, checks, source_health, versions
from tracker.store.queue.outbox import QueuedAlert

Run = Callable[..., Awaitable[Any]]

_EVENTS = {"gone": "unpublished", "restored": "published again", "moved": "moved to another address"}
_SOURCE_EVENTS = {"broken": "the source is broken", "healed": "the source works again"}


@dataclass(frozen=True, slots=True)
class Message:
    """One alert. `key` stays the same however often it is sent.

    `kind` is `article.change`, `article.event` or `source.event`; `body` is the change contract of docs/cli.md (or the
    event) and `alert`, the key. `subject` and `text` are harmless. `score` is the change's; events have none.
    """

    key: str
    kind: str
    body: Mapping[str, object]
    subject: str
    text: str
    score: int = 0


async def compose(store: Store, alert: QueuedAlert, run: Run) -> Message | None:
    """What an alert says, read from the history; None when that has been taken out of it.

    `run(function, *arguments)` compares the two versions where it does no harm. Raises StoreError, WorkerDied.
    """
    try:
        if alert.source_event_id is not None:
            return _source_event(store, alert)
        return _event(store, alert) if alert.event_id is not None else await _change(store, alert, run)
    except NotFound:
        return None


async def _change(store: Store, alert: QueuedAlert, run: Run) -> Message:
    record = changes.change(store, alert.change_id or 0)
    old, new = (versions.version(store, record.article_id, n).content for n in (record.old_version, record.new_version))
    change = await run(differ.diff, old, new)
    body = {"alert": alert.key} | json_.change(record, change)
    subject = f"{clean(record.source_id)}: {clean(record.headline) or clean(record.url)}"
    return Message(alert.key, "article.change", body, subject, plain.change(record, change), record.score)


def _event(store: Store, alert: QueuedAlert) -> Message:
    event = checks.event(store, alert.event_id or 0)
    article = articles.article(store, event.article_id)
    body = {
        "alert": alert.key,
        "event": event.kind.value,
        "article": article.id,
        "url": article.url,
        "source": article.source_id,
        "headline": article.headline,
        "at": iso(event.at),
        "detail": dict(event.detail),
    }
    what = _EVENTS.get(event.kind.value, event.kind.value)
    subject = f"{clean(article.source_id)}: {what}: {clean(article.headline) or clean(article.url)}"
    text = f"{subject}\nURL:      {clean(article.url)}\nSeen:     {iso(event.at)}\n"
    return Message(alert.key, "article.event", body, subject, text)


def _source_event(store: Store, alert: QueuedAlert) -> Message:
    event = source_health.source_event(store, alert.source_event_id or 0)
    body = {
        "alert": alert.key,
        "event": event.kind.value,
        "source": event.source_id,
        "at": iso(event.at),
        "since": iso(event.since),
        "problem": event.words,
    }
    subject = f"{clean(event.source_id)}: {_SOURCE_EVENTS[event.kind]}"
    text = f"{subject}\nProblem:  {clean(event.words)}\nSince:    {iso(event.since)}\nSeen:     {iso(event.at)}\n"
    return Message(alert.key, "source.event", body, subject, text)
