"""Asking the Internet Archive to capture a page now (Save Page Now 2): a request gives a job, the job a memento.

Source: the "Save Page Now 2 Public API" of the Internet Archive (2022-04-05), with S3 keys of an account there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tracker.config import Network, WaybackAccount
from tracker.errors import FetchError
from tracker.fetcher.post import Refused, post
from tracker.fetcher.reading import Limits

LIMITS = Limits(wire=1 << 20, decoded=4 << 20, deadline=60.0, connect=15.0, read=45.0)
"""The Archive takes its time, and lists in a job's status whatever the page embeds."""

_FOR_GOOD = frozenset(
    f"error:{name}"
    for name in (
        *("blocked", "blocked-url", "blocked-client-ip", "filesize-limit", "forbidden", "ftp-access-denied", "gone"),
        *("http-version-not-supported", "invalid-host-resolution", "invalid-url-syntax", "method-not-allowed"),
        *("no-access", "not-acceptable", "not-found", "not-implemented", "too-many-daily-captures"),
        *("too-many-redirects", "unauthorized", "unsupported-media-type"),
    )
)
_OF_THE_ACCOUNT = frozenset((401, 403, 408, 425, 429))
_LATER = frozenset(("error:user-session-limit", "error:too-many-requests", "error:service-unavailable"))


class ArchiveBusy(FetchError):
    """The archive takes no request now. `rest` is how long it wants to be left alone, where it says so."""

    def __init__(self, words: str, rest: timedelta | None = None) -> None:
        super().__init__(words)
        self.rest = rest


@dataclass(frozen=True, slots=True)
class Saving:
    """How a request stands: `job` under way, `memento` with its moment, or the `error` that `final` says to be one."""

    job: str = ""
    memento: str = ""
    at: datetime | None = None
    error: str = ""
    final: bool = False


@dataclass(frozen=True)
class SavePageNow:
    """The service, for one account. What it answers is never believed further than these fields."""

    account: WaybackAccount
    network: Network
    agent: str = field(repr=False)

    async def save(self, url: str) -> Saving:
        """Ask for a capture of an address: its job, or why there is none. Raises ArchiveBusy."""
        told = await self._post("/save", {"url": url, "skip_first_archive": "1", "js_behavior_timeout": "0"})
        return _saving(told, self.account.address)

    async def standing(self, jobs: Sequence[str]) -> Mapping[str, Saving]:
        """How jobs stand, by job; one that the service has forgotten is left out. Raises ArchiveBusy."""
        told = await self._post("/save/status", {"job_ids": ",".join(jobs)})
        answers = told if isinstance(told, list) else [told]
        found = {a["job_id"]: a for a in answers if isinstance(a, dict) and isinstance(a.get("job_id"), str)}
        return {job: _saving(found[job], self.account.address) for job in jobs if job in found}

    async def _post(self, path: str, values: Mapping[str, str]) -> Any:
        headers = {
            "accept": "application/json",
            "authorization": f"LOW {self.account.key}:{self.account.secret}",
            "content-type": "application/x-www-form-urlencoded",
            "user-agent": self.agent,
        }
        content = urlencode(values).encode()
        try:
            answer = await post(self.account.address + path, content, headers, self.network, limits=LIMITS)
            return json.loads(answer.body)
        except Refused as refused:
            if 400 <= refused.status <= 499 and refused.status not in _OF_THE_ACCOUNT:
                return {"status": "error", "status_ext": "error:invalid-url-syntax", "message": str(refused)}
            raise ArchiveBusy(str(refused), refused.retry_after) from refused
        except FetchError as error:
            raise ArchiveBusy(str(error)) from error
        except (ValueError, RecursionError) as error:
            raise ArchiveBusy("it answers with something else than JSON") from error


def _saving(told: Any, base: str) -> Saving:
    """What the service says of one job. Raises ArchiveBusy where it speaks of itself, not of the page."""
    if not isinstance(told, dict):
        raise ArchiveBusy("it answers with something else than a job")
    texts = {name: value for name, value in told.items() if isinstance(value, str)}
    status, code = texts.get("status", ""), texts.get("status_ext", "")
    if status == "success":
        stamp, original = texts.get("timestamp", ""), texts.get("original_url", "")
        try:
            at = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return Saving(error="it gives its capture no moment", final=True)
        if not original.startswith(("http://", "https://")):
            return Saving(error="it gives its capture no address", final=True)
        return Saving(memento=f"{base}/web/{stamp}/{original}", at=at)
    if status == "error" or (code and status != "pending"):
        words = texts.get("message") or code or "it says no"
        if code in _LATER:
            raise ArchiveBusy(words)
        return Saving(error=words, final=code in _FOR_GOOD)
    job = texts.get("job_id", "")
    return Saving(job=job) if job else Saving(error=texts.get("message") or "it gives no job")
