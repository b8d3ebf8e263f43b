"""Pause and resume a source, by the daemon or without one."""

from __future__ import annotations

from datetime import UTC, datetime

from tracker.cli.context import CommandContext
from tracker.errors import NotFound
from tracker.scheduler.process import messages
from tracker.store.history import sources
from tracker.store.queue import pauses


def rest(context: CommandContext, source: str, *, rests: bool) -> bool:
    """Pause or resume, by the daemon or under its lock; False when it was so already. Raises NotFound."""
    request = messages.PauseRequest(source) if rests else messages.ResumeRequest(source)
    told = messages.ask(context.database_path(), request)
    if told is not None:
        return told.changed
    with context.writing() as store:
        try:
            return pauses.pause(store, source, datetime.now(UTC) if rests else None)
        except NotFound:
            known = ", ".join(s.id for s in sources.sources(store)) or "none"
            raise NotFound(f"no source {source!r}; there are {known}") from None
