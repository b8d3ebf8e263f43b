"""One discovery: what a source's feeds, sitemaps, sections and configured addresses name now."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from tracker.config import Section, SourceConfig
from tracker.discovery import feeds, identity, sitemaps, urls
from tracker.discovery.left_out import LeftOut, Note
from tracker.errors import Unreadable, WorkerDied
from tracker.fetcher import Fetcher, Priority, conditional
from tracker.model import Capture, Clock, Failure, Found, Validators, Via
from tracker.pipeline.section_task import read_section
from tracker.pipeline.walk import Run

T = TypeVar("T")
R = TypeVar("R")

RECENT = timedelta(days=3)
UNDATED_PER_SITEMAP = 1000
"""Most addresses without a date that are taken from one sitemap, half of them from each end of it."""

CHILDREN_READ = 6
"""Most sitemaps that are read for one index, at any depth."""

MAX_DEPTH = 5
"""How deep indexes may lie in one another."""

BREATH = 50
"""After so many addresses other work gets its turn: one of 2,000 characters takes a third of a millisecond."""

HOSTS_ASKED = 3
"""Of how many other hosts that a sitemap names robots.txt is asked whether the sitemap speaks for them."""

UNCONDITIONAL_AFTER, UNCONDITIONAL_EVERY = 5, timedelta(hours=1)
"""After so many "not modified", or so long, a document is asked for whatever its validators say: some never move."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a source names now. `problems` says in words what could not be read; `notes` what was left out, and why.

    `offline` is True when this machine had no network for some of it: then the problems are nobody's.
    """

    founds: tuple[Found, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    offline: bool = False


@dataclass(slots=True)
class DiscoveryMemory:
    """What discoveries of one source remember for the next, by address.

    `validators` make the next request conditional, `unmoved` counts the answers since that said "not modified", and
    `whole` is when a document last came whole. `listed` are the undated addresses that a long sitemap named.
    `children` are what an index named, for when it did not change: they may have. `quiet` ones named nothing recent
    while their index gave them that date: they are read again when it moves, or when all is forgotten.
    """

    validators: dict[str, Validators] = field(default_factory=dict)
    unmoved: Counter[str] = field(default_factory=Counter)
    whole: dict[str, datetime] = field(default_factory=dict)
    listed: dict[str, frozenset[str]] = field(default_factory=dict)
    children: dict[str, tuple[sitemaps.Child, ...]] = field(default_factory=dict)
    quiet: dict[str, datetime | None] = field(default_factory=dict)

    def is_quiet(self, child: sitemaps.Child) -> bool:
        """Whether a sitemap named nothing recent when it was read, and its index says nothing new of it."""
        return child.url in self.quiet and self.quiet[child.url] == child.changed

    def conditional(self, url: str, now: datetime) -> Validators | None:
        """What makes the request for this address conditional; None when it is time to ask for all of it."""
        came = self.whole.get(url)
        stale = came is None or not timedelta(0) <= now - came < UNCONDITIONAL_EVERY
        return None if stale or self.unmoved[url] >= UNCONDITIONAL_AFTER else self.validators.get(url)

    def came(self, url: str, validators: Validators, now: datetime) -> None:
        """A document came whole."""
        self.validators[url], self.whole[url], self.unmoved[url] = validators, now, 0

    def forget(self, url: str) -> None:
        """A document could not be read: the next answer must be a whole one."""
        self.validators.pop(url, None)

    def of_another_day(self) -> DiscoveryMemory:
        """What is left of it the day after: everything is read again, whatever validators say."""
        return DiscoveryMemory(listed=self.listed)


async def discover(
    source: SourceConfig, *, fetcher: Fetcher, run: Run, clock: Clock, memory: DiscoveryMemory | None = None
) -> Discovery:
    """Read everything a source names and list each address once, in the order it was named.

    `memory` is carried from one discovery to the next; a feed that did not change names nothing new. Never raises for
    what a site does: a part that cannot be read is a problem, and the others are still read.
    """
    reading = _Reading(source, fetcher, run, clock, memory if memory is not None else DiscoveryMemory())
    for url in source.feeds:
        await reading.feed(url)
    for url in source.sitemaps:
        await reading.sitemap(url)
    for section in source.sections:
        await reading.section(section)
    await reading.take("articles", (Found(url, Via.URL) for url in source.articles))
    return Discovery(tuple(reading.founds.values()), tuple(reading.problems), reading.notes(), reading.offline)


class _Reading:
    """A discovery under way: what was found so far, by key."""

    def __init__(self, source: SourceConfig, fetcher: Fetcher, run: Run, clock: Clock, memory: DiscoveryMemory) -> None:
        self.source, self.fetcher, self.run, self.clock, self.memory = source, fetcher, run, clock, memory
        self.founds: dict[str, Found] = {}
        self.problems: list[str] = []
        self.offline = False
        self.left_out: dict[str, LeftOut] = {}
        self.spoken_for: dict[tuple[str, str], bool] = {}

    def notes(self) -> tuple[Note, ...]:
        """What was left out, each reason of each place once, with counts."""
        return tuple(Note(place, reason) for place, left in self.left_out.items() for reason in left.reasons)

    def leave_out(self, place: str, words: str, example: str = "", count: int = 1) -> None:
        """Count something of a place that is not followed, and why."""
        self.left_out[place] = self.left_out.get(place, LeftOut()).add(words, example, count)

    def adopt(self, place: str, left_out: LeftOut) -> None:
        """Count what a parser left out."""
        for reason in left_out.reasons:
            self.leave_out(place, reason.words, reason.example, reason.count)

    async def feed(self, url: str) -> None:
        """Every entry of a feed."""
        capture = await self._get(url, "feed")
        if not capture:
            return
        arguments = (capture.body, capture.final_url, capture.header("content-type"))
        feed = await self._read("feed", url, feeds.parse, *arguments)
        if feed is None:
            return
        if feed.left_out and not feed.found:
            self.problems.append(f"feed {url}: none of its entries can be followed: {feed.left_out}")
            return
        self.adopt(f"feed {url}", feed.left_out)
        await self.take(f"feed {url}", feed.found)

    async def sitemap(self, url: str) -> None:
        """The recent addresses of a sitemap, and of those that it names in turn, within a budget."""
        waiting = deque([(sitemaps.Child(url), 0)])
        asked, left = {url}, CHILDREN_READ + 1
        while waiting:
            child, depth = waiting.popleft()
            if left == 0:
                self.leave_out(
                    f"sitemap {url}",
                    f"more sitemaps behind the first {CHILDREN_READ} (name those you want under `sitemaps`)",
                    child.url,
                    len(waiting) + 1,
                )
                break
            left -= 1
            named = await self._one_sitemap(child)
            children = await self._allowed(named, child.url, lambda c: c.url)
            if depth == MAX_DEPTH and children:
                self.leave_out(f"sitemap {child.url}", f"sitemaps deeper than {MAX_DEPTH}", count=len(children))
                continue
            fresh = [c for c in sitemaps.newest(children, self.clock.now()) if c.url not in asked]
            fresh = [c for c in fresh if not self.memory.is_quiet(c)]
            asked.update(c.url for c in fresh)
            waiting.extendleft((c, depth + 1) for c in reversed(fresh))

    async def _one_sitemap(self, child: sitemaps.Child) -> tuple[sitemaps.Child, ...]:
        """Take the recent addresses of one sitemap; the further sitemaps that it names, or named when it last came."""
        url = child.url
        capture = await self._get(url, "sitemap")
        found: sitemaps.Sitemap | None = None
        if capture is not None:
            found = await self._read("sitemap", url, sitemaps.read, capture.body, capture.final_url)
        if found is None:
            return self.memory.children.get(url, ())
        self.adopt(f"sitemap {url}", found.left_out)
        recent = self._recent(await self._allowed(found.found, url, lambda f: f.url), url)
        await self.take(f"sitemap {url}", recent)
        self.memory.children[url] = found.children
        if not recent and not found.children:
            self.memory.quiet[url] = child.changed
        return found.children

    async def _allowed(self, named: Sequence[T], url: str, address: Callable[[T], str]) -> list[T]:
        """Of what a sitemap names, that over which it has a say: its own site, and those that acknowledge it.

        A site does so in its robots.txt (sitemaps.org, "Sitemaps & Cross Submits"), or the operator by naming the site
        in the same source.
        """
        places = (*self.source.feeds, *(s.url for s in self.source.sections), *self.source.articles)
        sites = {urls.site(urls.host(place)) for place in (*places, *self.source.sitemaps, url)}
        kept: list[T] = []
        for number, one in enumerate(named):
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)
            place = address(one)
            if urls.site(urls.host(place)) in sites or await self._speaks_for(url, urls.host(place), place):
                kept.append(one)
            else:
                words = f"of another site ({urls.host(place)}), whose robots.txt does not name this sitemap"
                self.leave_out(f"sitemap {url}", words, place)
        return kept

    async def _speaks_for(self, sitemap: str, host: str, address: str) -> bool:
        """Whether the robots.txt of a host names this sitemap, or the one that the source names."""
        known = self.spoken_for.get((sitemap, host))
        if known is None:
            if len(self.spoken_for) >= HOSTS_ASKED:
                return False
            named = {urls.key(each) for each in await self.fetcher.sitemaps(address) if _is_address(each)}
            known = bool(named & {urls.key(each) for each in (sitemap, *self.source.sitemaps)})
            self.spoken_for[sitemap, host] = known
        return known

    async def section(self, section: Section) -> None:
        """The article links of a section page."""
        capture = await self._get(section.url, "section")
        if capture:
            arguments = (capture.body, capture.header("content-type"), capture.final_url)
            rules = (section.links, self.source.identity)
            found = await self._read("section", section.url, read_section, *arguments, *rules)
            await self.take(f"section {section.url}", found or ())
            if found == []:
                self.leave_out(f"section {section.url}", "page without a link that looks like an article's")

    async def take(self, place: str, founds: Iterable[Found]) -> None:
        """Keep what is an address, is not excluded and was not named before; a later naming adds what was missing.

        A list may be of 50,000 addresses: others get their turn between some of them.
        """
        for number, found in enumerate(founds):
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)
            try:
                url = urls.clean(found.url)
                key = urls.number(url, self.source.identity) or urls.key(url, self.source.identity)
            except ValueError:
                self.leave_out(place, "without an address that can be followed", found.url)
                continue
            if found.via is not Via.URL and urls.excluded(url, self.source.exclude):
                self.leave_out(place, "by `exclude`", url)
                continue
            if found.via is not Via.URL and identity.is_front(url):
                self.leave_out(place, "because it is a front page", url)
                continue
            first = self.founds.get(key)
            self.founds[key] = (
                _merged(first, found)
                if first
                else Found(url, found.via, found.title, found.published_at, found.updated_at)
            )

    def _recent(self, founds: Sequence[Found], url: str) -> list[Found]:
        """The last days' addresses and a bounded number without a date: a sitemap may name a whole archive.

        Of those without a date the ones that were not there the last time count, else those at both ends of the list.
        """
        since = self.clock.now() - RECENT
        moments = {f.url: max((m for m in (f.published_at, f.updated_at) if m), default=None) for f in founds}
        undated = [f.url for f in founds if moments[f.url] is None]
        wanted = set(undated)
        if len(undated) > UNDATED_PER_SITEMAP:
            half = UNDATED_PER_SITEMAP // 2
            before = self.memory.listed.get(url)
            new = [address for address in undated if before is not None and address not in before]
            wanted = {*undated[:half], *undated[-half:], *new[-half:]}
            self.memory.listed[url] = frozenset(undated)
        kept: list[Found] = []
        for found in founds:
            moment = moments[found.url]
            if moment is not None and moment < since:
                self.leave_out(f"sitemap {url}", f"older than {RECENT.days} days", found.url)
            elif moment is None and found.url not in wanted:
                self.leave_out(f"sitemap {url}", f"over the limit of {UNDATED_PER_SITEMAP:,} without a date", found.url)
            else:
                kept.append(found)
        return kept

    async def _get(self, url: str, what: str) -> Capture | None:
        """The document at that address; None, and perhaps a problem, when there is nothing new to read."""
        answer = await self.fetcher.get(
            url,
            delay=self.source.delay,
            robots_ignored=self.source.robots_ignored,
            validators=self.memory.conditional(url, self.clock.now()),
            priority=Priority.FEED,
            language=self.source.language,
        )
        if isinstance(answer, Failure):
            self.offline = self.offline or answer.ours
            # What keeps a whole host closed is one problem, however many of its feeds are followed.
            place = f"host {urls.host(answer.final_url)}" if answer.whole_host else f"{what} {url}"
            problem = f"{place}: {answer.error or answer.outcome.value}"
            if problem not in self.problems:
                self.problems.append(problem)
            return None
        if answer.status == 304:
            self.memory.unmoved[url] += 1
            return None
        self.memory.came(url, conditional.of(answer), self.clock.now())
        return answer

    async def _read(self, what: str, url: str, function: Callable[..., R], *arguments: object) -> R | None:
        """Parse a document in a worker; None, and a problem, when it cannot be read."""
        try:
            value: R = await self.run(function, *arguments)
        except (Unreadable, WorkerDied) as error:
            self.memory.forget(url)
            self.problems.append(f"{what} {url}: {error}")
            return None
        return value


def _is_address(url: str) -> bool:
    try:
        return bool(urls.key(url))
    except ValueError:
        return False


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
