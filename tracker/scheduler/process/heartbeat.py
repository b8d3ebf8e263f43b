"""A sign of life for a dead man's switch: an address that hears from us once an hour while checks are committed.

Whoever watches that address raises the alarm when nothing comes: a machine that is down cannot say so itself.
"""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta

from tracker.config import Network
from tracker.errors import TrackerError
from tracker.fetcher.guard import Resolve
from tracker.fetcher.post import post
from tracker.scheduler import log

EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=5)
"""How soon a sign that was not taken is sent again."""


class Heartbeat:
    """Sends an empty POST to an address: at the first commit, then hourly as long as there were newer ones."""

    def __init__(self, url: str, *, resolve: Resolve | None = None, context: ssl.SSLContext | None = None) -> None:
        self.url, self._resolve, self._context = url, resolve, context
        self._not_before: datetime | None = None
        self._told: datetime | None = None
        self._failed = False

    def due(self, committed_at: datetime | None, now: datetime) -> bool:
        """Whether something was committed that the address has not heard of, and it is time."""
        if committed_at is None or committed_at == self._told:
            return False
        # A moment further ahead than any is ever set was set by a clock that has been set back since.
        return self._not_before is None or not now < self._not_before <= now + EVERY

    async def send(self, committed_at: datetime, now: datetime, network: Network, agent: str) -> None:
        """Send one sign. What goes wrong is said once, without the address, which is a secret."""
        self._not_before = now + AGAIN
        try:
            headers = {"User-Agent": agent}
            await post(self.url, b"", headers, network, resolve=self._resolve, context=self._context)
        except TrackerError as error:
            if not self._failed:
                log.warning("the sign of life (--ping) is not taken", problem=error)
            self._failed = True
            return
        if self._failed:
            log.info("the sign of life (--ping) is taken again")
        self._failed, self._told, self._not_before = False, committed_at, now + EVERY
