"""One discovery: what a source's feeds, sitemaps, sections and configured addresses name now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from tracker.config import Section, SourceConfig
from tracker.discovery import feeds, sections, sitemaps, urls
from tracker.errors import Unreadable, WorkerDied
from tracker.fetcher import Fetcher, Priority, conditional
from tracker.model import Capture, Clock, Failure, Found, Validators, Via
from tracker.page import decode
from tracker.pipeline.walk import Run

T = TypeVar("T")

RECENT = timedelta(days=3)
UNDATED_PER_SITEMAP = 1000
INDEXES_FOLLOWED = 5


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a source names now. `problems` says in words what could not be read; `notes` what was left out, and why."""

    founds: tuple[Found, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def discover(
    source: SourceConfig,
    *,
    fetcher: Fetcher,
    run: Run,
    clock: Clock,
    validators: MutableMapping[str, Validators] | None = None,
) -> Discovery:
    """Read everything a source names and list each address once, in the order it was named.

    `validators` remembers by address what makes the next request conditional; a feed that did not change names nothing
    new. Never raises for what a site does: a part that cannot be read is a problem, and the others are still read.
    """
    reading = _Reading(source, fetcher, run, clock, validators if validators is not None else {})
    for url in source.feeds:
        await reading.feed(url)
    for url in source.sitemaps:
        await reading.sitemap(url, depth=0)
    for section in source.sections:
        await reading.section(section)
    reading.take(Found(url, Via.URL) for url in source.articles)
    return Discovery(tuple(reading.founds.values()), tuple(reading.problems), tuple(reading.notes))


class _Reading:
    """A discovery under way: what was found so far, by key."""

    def __init__(
        self,
        source: SourceConfig,
        fetcher: Fetcher,
        run: Run,
        clock: Clock,
        validators: MutableMapping[str, Validators],
    ) -> None:
        self.source, self.fetcher, self.run, self.clock, self.validators = source, fetcher, run, clock, validators
        self.founds: dict[str, Found] = {}
        self.problems: list[str] = []
        self.notes: list[str] = []

    async def feed(self, url: str) -> None:
        """Every entry of a feed."""
        capture = await self._get(url, "feed")
        if capture:
            arguments = (capture.body, capture.final_url, capture.header("content-type"))
            found = await self._read("feed", url, feeds.read, *arguments)
            self.take(found or ())

    async def sitemap(self, url: str, *, depth: int) -> None:
        """The recent addresses of a sitemap; of an index, those of the sitemaps it names, one level deep."""
        capture = await self._get(url, "sitemap")
        if not capture:
            return
        sitemap = await self._read("sitemap", url, sitemaps.read, capture.body, capture.final_url)
        if sitemap is None:
            return
        self.take(self._recent(sitemap.found, url))
        if depth:
            return
        if len(sitemap.indexes) > INDEXES_FOLLOWED:
            self.notes.append(
                f"sitemap {url} names {len(sitemap.indexes)} more; only the first {INDEXES_FOLLOWED} are read: "
                "name those you want under `sitemaps`"
            )
        for child in sitemap.indexes[:INDEXES_FOLLOWED]:
            await self.sitemap(child, depth=depth + 1)

    async def section(self, section: Section) -> None:
        """The article links of a section page."""
        capture = await self._get(section.url, "section")
        if capture:
            html, _ = decode.text(capture.body, capture.header("content-type"))
            found = await self._read("section", section.url, sections.read, html, capture.final_url, section.links)
            self.take(found or ())

    def take(self, founds: Iterable[Found]) -> None:
        """Keep what is an address, is not excluded and was not named before; a later naming adds what was missing."""
        for found in founds:
            try:
                url = urls.clean(found.url)
                key = urls.key(url)
            except ValueError:
                continue
            if found.via is not Via.URL and urls.excluded(url, self.source.exclude):
                continue
            first = self.founds.get(key)
            self.founds[key] = (
                _merged(first, found)
                if first
                else Found(url, found.via, found.title, found.published_at, found.updated_at)
            )

    def _recent(self, founds: Iterable[Found], url: str) -> list[Found]:
        """The last days' addresses and a bounded number without a date: a sitemap may name a whole archive."""
        since = self.clock.now() - RECENT
        kept: list[Found] = []
        undated = left_out = 0
        for found in founds:
            moment = found.published_at or found.updated_at
            undated += moment is None
            if (moment is None and undated > UNDATED_PER_SITEMAP) or (moment is not None and moment < since):
                left_out += 1
            else:
                kept.append(found)
        if left_out:
            self.notes.append(f"sitemap {url}: {left_out} older addresses left out")
        return kept

    async def _get(self, url: str, what: str) -> Capture | None:
        """The document at that address; None, and perhaps a problem, when there is nothing new to read."""
        answer = await self.fetcher.get(
            url,
            delay=self.source.delay,
            robots_ignored=self.source.robots_ignored,
            validators=self.validators.get(url),
            priority=Priority.FEED,
            language=self.source.language,
        )
        if isinstance(answer, Failure):
            # What keeps a whole host closed is one problem, however many of its feeds are followed.
            place = f"host {urls.host(answer.final_url)}" if answer.whole_host else f"{what} {url}"
            problem = f"{place}: {answer.error or answer.outcome.value}"
            if problem not in self.problems:
                self.problems.append(problem)
            return None
        if answer.status == 304:
            return None
        self.validators[url] = conditional.of(answer)
        return answer

    async def _read(self, what: str, url: str, function: Callable[..., T], *arguments: object) -> T | None:
        """Parse a document in a worker; None, and a problem, when it cannot be read."""
        try:
            value: T = await self.run(function, *arguments)
        except (Unreadable, WorkerDied) as error:
            self.validators.pop(url, None)
            self.problems.append(f"{what} {url}: {error}")
            return None
        return value


def _merged(first: Found, later: Found) -> Found:
    """One article named twice: the first naming, completed; the newest update counts."""
    updates: list[datetime] = [moment for moment in (first.updated_at, later.updated_at) if moment]
    return Found(
        first.url,
        first.via,
        first.title or later.title,
        first.published_at or later.published_at,
        max(updates, default=None),
    )
