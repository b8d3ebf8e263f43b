"""Web archives in: the Internet Archive by its list of captures (CDX), any other by its TimeMap (RFC 7089).

One connection, with the pauses that the Archive asks for: 2.5 seconds between two lists, half a second between two
pages; `Retry-After` is obeyed, and an archive that goes on saying no is left alone until another day. What was taken
in before is not asked for again.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode

from tracker.errors import FetchError
from tracker.exchange.brought import Brought, NoCapture
from tracker.fetcher import Fetcher, Priority
from tracker.model import Capture, Clock, Failure, Outcome

INTERNET_ARCHIVE = "https://web.archive.org"
LISTS, PAGES = timedelta(seconds=2.5), timedelta(seconds=0.5)
TRIES = 5
LONGEST_WAIT = timedelta(minutes=10)
LIMIT = 5_000
_ROBOTS = "an interface that the archive offers to programs"
_FIELDS = "timestamp,original,mimetype,statuscode,digest"
_PAGE_TYPES = frozenset(("text/html", "application/xhtml+xml", "warc/revisit", "unk", "-", ""))
_MEMENTO = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?:/{1,2}.+)$")
_LINK = re.compile(r"<([^>]+)>((?:\s*;\s*[\w-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,]+))+)")
_REL = re.compile(r"rel\s*=\s*\"?([^\";,]+)")
_PORT = re.compile(r"^(http://[^/:]+):80(/|$)")
_ORIGINAL = re.compile(r"<([^>]*)>\s*;\s*rel=\"?original\"?")
_ANOTHER_DAY = timedelta(hours=24)


class Stopped(FetchError):
    """The archive asks to be left alone; what was taken in stays, and the rest comes another day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A capture as an archive lists it: when, of which address, and the digest of its bytes where it is known."""

    stamp: str
    url: str
    digest: str = ""

    @property
    def at(self) -> datetime:
        """Its moment."""
        return _at(self.stamp)


@dataclass(frozen=True, slots=True)
class Again:
    """An archive lists the bytes of a capture once more: it saw them again, and nothing needs to be asked for."""

    url: str
    at: datetime
    sha256: str


@dataclass
class Archive:
    """A web archive that is asked for captures. `base` is its address.

    With `has_lists` it answers as the Internet Archive does (a CDX server, pages under /web/), without by TimeMaps.
    `had` gives the hash of what was taken in of an address at a moment before, which is not asked for again.
    """

    fetcher: Fetcher
    clock: Clock
    observer: str
    base: str = INTERNET_ARCHIVE
    has_lists: bool = True
    per_day: int = 1
    had: Callable[[str, datetime], str] = lambda _url, _at: ""
    impossible: int = field(default=0, init=False)

    async def listed(self, url: str, since: datetime | None, until: datetime | None) -> list[Listed]:
        """The captures of an address that are worth asking for, oldest first. Raises Stopped, FetchError."""
        lines = self._cdx(url, since, until) if self.has_lists else self._timemap(url)
        found: list[Listed] = []
        async for one in lines:
            try:
                at = one.at
            except ValueError:
                self.impossible += 1
                continue
            if (since is None or at >= since) and (until is None or at < until):
                found.append(one)
        found.sort(key=lambda one: one.stamp)
        return self._chosen(list(dict.fromkeys(found)))

    def _chosen(self, found: list[Listed]) -> list[Listed]:
        """At most so many a day where the bytes are not known to differ; every new digest."""
        chosen: list[Listed] = []
        days: dict[str, int] = {}
        before = ""
        for one in found:
            day = one.stamp[:8]
            new = bool(one.digest) and one.digest != before
            if self.per_day and days.get(day, 0) >= self.per_day and not new:
                continue
            days[day] = days.get(day, 0) + 1
            chosen.append(one)
            before = one.digest
        return chosen

    async def _cdx(self, url: str, since: datetime | None, until: datetime | None) -> AsyncIterator[Listed]:
        asked = {"url": url, "fl": _FIELDS, "filter": "!statuscode:[345]..", "limit": str(LIMIT)}
        asked |= {"showResumeKey": "true"}
        asked |= {"from": f"{since.astimezone(UTC):%Y%m%d%H%M%S}"} if since else {}
        asked |= {"to": f"{until.astimezone(UTC):%Y%m%d%H%M%S}"} if until else {}
        key = ""
        while True:
            answer = await self._get(
                f"{self.base.rstrip('/')}/cdx/search/cdx?{urlencode(asked | ({'resumeKey': key} if key else {}))}",
                LISTS,
            )
            lines, _, rest = answer.body.decode("utf-8", "replace").partition("\n\n")
            for line in lines.splitlines():
                parts = line.split(" ")
                if len(parts) == 5 and parts[2] in _PAGE_TYPES and parts[3] in ("200", "-", ""):
                    yield Listed(parts[0], _PORT.sub(r"\1\2", parts[1]), parts[4].strip("-"))
            after = rest.strip()
            if not after or after == key:
                return
            key = after

    async def _timemap(self, url: str) -> AsyncIterator[Listed]:
        answer = await self._get(f"{self.base.rstrip('/')}/timemap/link/{url}", LISTS)
        for link, words in _LINK.findall(answer.body.decode("utf-8", "replace")):
            rel = _REL.search(words)
            place = _MEMENTO.search(link)
            if rel and place and "memento" in rel.group(1).split():
                yield Listed(place.group(1), _whole(place.group(2)))

    async def bring(self, wanted: Sequence[Listed]) -> AsyncIterator[Brought | Again]:
        """The captures that were listed, one by one; what is there already is left out. Raises Stopped, FetchError."""
        last: tuple[str, str] = ("", "")
        for one in wanted:
            known = self.had(one.url, one.at)
            if known:
                last = (one.digest, known)
                continue
            if one.digest and one.digest == last[0]:
                yield Again(one.url, one.at, last[1])
                continue
            brought = await self._page(one)
            if isinstance(brought, Capture):
                last = (one.digest, brought.sha256)
            yield brought

    async def _page(self, one: Listed) -> Brought:
        place = "web/" if self.has_lists else ""
        address = f"{self.base.rstrip('/')}/{place}{one.stamp}id_/{quote(one.url, safe=_KEPT)}"
        try:
            answer = await self._get(address, PAGES)
        except _Refusal as refusal:
            return NoCapture(f"pages that the archive does not give ({refusal.outcome.value})")
        told = answer.header("memento-datetime")
        try:
            at = parsedate_to_datetime(told).astimezone(UTC).replace(microsecond=0)
        except (ValueError, TypeError, OverflowError):
            return NoCapture("answers of the archive itself, which are no captures")
        if abs(at - one.at) > _ANOTHER_DAY:
            return NoCapture("captures of another day, given for the one that was asked for")
        final = _MEMENTO.search(answer.final_url)
        original = _ORIGINAL.search(answer.header("link"))
        url = original.group(1) if original else _whole(final.group(2)) if final else one.url
        origin = json.dumps({"memento": answer.final_url, "digest": one.digest}, ensure_ascii=False)
        return replace(
            answer,
            url=one.url,
            final_url=url,
            headers=_original_headers(answer),
            fetched_at=at,
            redirects=(),
            observer=self.observer,
            origin=origin,
        )

    async def _get(self, address: str, pause: timedelta) -> Capture:
        """One answer of the archive, however long it lets us wait. Raises Stopped, and _Refusal for a no."""
        wait = timedelta(minutes=1)
        for _ in range(TRIES):
            answer = await self.fetcher.get(address, delay=pause, robots_ignored=_ROBOTS, priority=Priority.RECHECK)
            if isinstance(answer, Capture):
                return answer
            if not _may_pass(answer):
                raise _Refusal(answer)
            asked = answer.retry_after or wait
            if asked > LONGEST_WAIT:
                break
            await self.clock.sleep(asked.total_seconds())
            wait *= 2
        raise Stopped(
            f"{self.base} asks to be left alone: what it gave is kept; go on with the same command another day"
        )


_KEPT = ":/?#[]@!$&'()*+,;=%~"


class _Refusal(FetchError):
    """The archive says no to one address."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.url}: {failure.error or failure.status or failure.outcome.value}")
        self.outcome = failure.outcome


def _may_pass(failure: Failure) -> bool:
    """Whether it may be asked again: it is busy, not unwilling."""
    busy = (Outcome.RATE_LIMITED, Outcome.SERVER_ERROR, Outcome.TIMEOUT, Outcome.CONNECTION)
    return failure.outcome in busy


def _original_headers(answer: Capture) -> tuple[tuple[str, str], ...]:
    """The headers of the page as it was captured; an archive gives them with a prefix, the type without."""
    prefix = "x-archive-orig-"
    found = [(name[len(prefix) :], value) for name, value in answer.headers if name.lower().startswith(prefix)]
    known = {name.lower() for name, _ in found}
    usual = ("content-type", "content-language")
    found += [(n, v) for n, v in answer.headers if n.lower() in usual and n.lower() not in known]
    return tuple(found)


def _at(stamp: str) -> datetime:
    """The moment of fourteen digits. Raises ValueError: archives hold impossible ones, as 20000800241623."""
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _whole(url: str) -> str:
    """An address whose second slash a server or proxy took away."""
    return re.sub(r"^(https?):/+", r"\1://", url)
