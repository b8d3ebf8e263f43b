"""Reading an article's captures again in order of time, our own and others', and what that changes of its history.

A rebuild reads what is kept, an import that and what it brings. Nothing is written here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from tracker.config import SourceConfig
from tracker.errors import StoreError, Unreadable, WorkerDied, first_of_group
from tracker.model import Capture, ChangeFilter, Content, Outcome, SourceProfile, Suspicion, Version
from tracker.page import belief
from tracker.page.sketches import tokens
from tracker.pipeline.observers import Seen, told_apart
from tracker.pipeline.tasks import Known
from tracker.pipeline.walk import Observation, Run, Walk, marked
from tracker.store import Store
from tracker.store.history import articles, captures, changes, voices
from tracker.store.history import sources as stored_sources
from tracker.store.history import versions as stored_versions
from tracker.store.upkeep import imports
from tracker.store.upkeep import rebuild as shelf
from tracker.store.upkeep.rebuild import Reread, Sums

A = TypeVar("A")
B = TypeVar("B")

GONE = "not all of its captures are kept any more"
"""Why most articles are left: an old reading beside a new one would look like an edit."""

NO_ARTICLE = "no capture of it is an article to today's extractor"

Place = tuple[str, datetime]
"""What tells a capture of an article from its others: the SHA-256 of its body, and when it was received."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A moment at which somebody saw an article. `load` brings the capture, None when only its bytes were named."""

    sha256: str
    at: datetime
    observer: str
    load: Callable[[], Capture] | None
    observation: bool = False

    @property
    def place(self) -> Place:
        """Its place among the article's captures."""
        return self.sha256, self.at


def in_order(sightings: Iterable[Sighting]) -> list[Sighting]:
    """By time; of one second our own first, as they were received, then others' by name and hash."""
    return sorted(sightings, key=lambda s: (s.at, bool(s.observer), s.observer, s.sha256 if s.observer else ""))


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of one article. `left` says why it stays as it was; `failed` that this needs somebody's attention.

    Versions: `unchanged` say what they said, `reread` say something else now, `merged` are no longer versions of their
    own, `split` are new. `judged` counts the changes that only their verdict (class, score, noise, notice) is new of.
    """

    article_id: int
    before: int
    after: int
    unchanged: int = 0
    reread: int = 0
    merged: int = 0
    split: int = 0
    judged: int = 0
    replaced: bool = False
    left: str = ""
    failed: bool = False

    @property
    def sums(self) -> Sums:
        """This article as a part of the whole."""
        counts = (self.unchanged, self.reread, self.merged, self.split, self.judged)
        return Sums(1, int(self.replaced), int(bool(self.left)), self.before, self.after, *counts)


@dataclass(frozen=True, slots=True)
class Rereading:
    """An article as it is read today, beside the versions it has."""

    rebuilt: Rebuilt
    versions: tuple[Reread, ...] = ()


async def reread(store: Store, article_id: int, sources: Mapping[str, SourceConfig], *, run: Run) -> Rereading:
    """Read one article's captures again, in order of time. Writes nothing. Never raises for what a page does."""
    return await Reader(store, sources, run).read(article_id)


class Reader:
    """Reads articles again; remembers the sources' profiles between them."""

    def __init__(self, store: Store, sources: Mapping[str, SourceConfig], run: Run) -> None:
        self.store, self.sources, self.run = store, sources, run
        self.profiles: dict[str, SourceProfile] = {}

    async def read(self, article_id: int) -> Rereading:
        """One article as it is read today, and what that changes. Never raises for what a page does."""
        source_id = articles.article(self.store, article_id).source_id
        return await self.read_with(article_id, source_id, ())

    async def read_with(
        self, article_id: int, source_id: str, brought: Iterable[Sighting], *, without: int | None = None
    ) -> Rereading:
        """One article with what an import brings, or `without` what one brought; `article_id` is 0 for a new one."""
        versions = stored_versions.versions(self.store, article_id)
        try:
            kept = self._kept(article_id, without)
            if not _complete(versions, kept, without is not None):
                return _left(article_id, versions, GONE)
            places = {(s.place, s.observer) for s in kept}
            new = [s for s in brought if (s.place, s.observer) not in places]
            steps = await self._steps(article_id, source_id, versions, in_order([*kept, *new]), without)
        except (Unreadable, WorkerDied) as error:
            return _left(article_id, versions, f"a capture cannot be read any more: {error}", failed=True)
        except StoreError as error:
            return _left(article_id, versions, str(error), failed=True)
        if not steps and without is None:
            return _left(article_id, versions, NO_ARTICLE, failed=bool(versions))
        return self._compared(article_id, versions, steps)

    def _kept(self, article_id: int, without: int | None) -> list[Sighting]:
        """What is kept of an article, and when others saw it again, but for what one import brought."""
        if not article_id:
            return []
        rows = captures.captures_of(self.store, article_id)
        kept = [
            Sighting(r.sha256, r.fetched_at, r.observer, partial(self._load, article_id, r.sha256, r.fetched_at))
            for r in rows
            if without is None or r.import_id != without
        ]
        again = imports.observations(self.store, article_id)
        kept += [
            Sighting(o.capture_sha256, o.at, o.observer, None, observation=True)
            for o in again
            if without is None or o.import_id != without
        ]
        return kept

    def _load(self, article_id: int, sha256: str, at: datetime) -> Capture:
        return captures.capture(self.store, sha256, article_id=article_id, at=at)

    async def _steps(
        self,
        article_id: int,
        source_id: str,
        versions: Sequence[Version],
        sightings: Sequence[Sighting],
        without: int | None,
    ) -> list[Reread]:
        """The versions that today's extractor makes of the captures. Raises Unreadable, WorkerDied."""
        source = self.sources.get(source_id) or SourceConfig(id=source_id, name=source_id)
        began = {(v.capture_sha256, v.first_seen_at): v for v in versions}
        if without is not None:
            began = imports.as_before(self.store, article_id, without, began)
        ours = (began.keys() | shelf.cited(self.store, article_id)) if article_id else set()
        profile = self._profile(source_id)
        known = Known(str(article_id), profile=profile, title=_announced_as(versions))
        walk = Walk(self.run, source.rules, known)
        steps: list[Reread] = []
        seen: list[Seen] = []
        waiting = Suspicion()
        for one in sightings:
            known_before = one.place in ours and not one.observer
            if one.load is None:
                if seen and seen[-1].capture_sha256 == one.sha256:
                    seen.append(replace(seen[-1], at=one.at, observer=one.observer))
                continue
            if not steps and not known_before and not one.observer:
                continue  # it was no article's first version, so it is none now
            believed = partial(_believed, known_before, waiting, one)
            try:
                found = await walk.step(one.load(), believed=believed)
            except (Unreadable, WorkerDied):
                if known_before:
                    raise
                continue
            if not found.outcome.saw_the_article or found.content is None:
                if found.stands is not None:
                    waiting = belief.weigh(waiting, found.sketch, one.at, found.stands).suspicion
                continue
            waiting = Suspicion()
            if found.outcome is not Outcome.UNCHANGED:
                steps.append(self._step(found, one, began.get(one.place), seen[-1].at if steps else None))
            seen.append(Seen(len(steps) - 1, one.at, one.observer, one.sha256))
        return told_apart(steps, seen)

    def _step(self, found: Observation, one: Sighting, was: Version | None, seen: datetime | None) -> Reread:
        """A version; it came after the version before was last seen, by its captures or by checks that kept none.

        It stood before it was accepted only where that leaves it the time: an older release may have taken it at once.
        """
        earlier = was.previous_seen_at if was is not None and not one.observer else None
        after = max(filter(None, (seen, earlier)), default=None) if seen else None
        content = found.content or Content()
        stood = found.stood and after is not None and one.at - after >= belief.STANDS
        change = marked(replace(found, stood=stood))
        return Reread(content, one.sha256, one.at, after, change, was.id if was else None, one.observer)

    def _compared(self, article_id: int, versions: Sequence[Version], told: Sequence[Reread]) -> Rereading:
        """The versions of today beside those that are kept, and what is new about them."""
        known = {v.id: v for v in versions}
        kept = [(known[s.version_id], s) for s in told if s.version_id in known]
        unchanged = sum(old.content_sha256 == new.content.sha256 for old, new in kept)
        judged = self._judged(article_id, kept)
        places = [(v.content_sha256, v.first_seen_at, v.previous_seen_at, v.observer) for v in versions]
        same = places == [(s.content.sha256, s.seen_before, s.seen_after, s.observer) for s in told] and not judged
        rebuilt = Rebuilt(
            article_id,
            len(versions),
            len(told),
            unchanged=unchanged,
            reread=len(kept) - unchanged,
            merged=len(versions) - len(kept),
            split=len(told) - len(kept),
            judged=judged,
            replaced=not same,
        )
        return Rereading(rebuilt, tuple(told))

    def _judged(self, article_id: int, kept: Sequence[tuple[Version, Reread]]) -> int:
        """How many changes between the same texts get another verdict or other speakers."""
        recorded = {
            c.new_version: c for c in changes.changes(self.store, ChangeFilter(article_id=article_id, noise=True))
        }
        count, before = 0, None
        for old, new in kept:
            same_text = old.content_sha256 == new.content.sha256
            neighbours = before is not None and old.number == before + 1
            if same_text and neighbours and new.change is not None and old.number in recorded:
                same_speakers = voices.holds(self.store, old.id, new.change.heard_after)
                count += not (same_speakers and shelf.says_the_same(recorded[old.number], new.change))
            before = old.number if same_text else None
        return count

    def _profile(self, source_id: str) -> SourceProfile:
        if source_id not in self.profiles:
            self.profiles[source_id] = stored_sources.profile(self.store, source_id)
        return self.profiles[source_id]


def _complete(versions: Sequence[Version], kept: Sequence[Sighting], undoing: bool) -> bool:
    """Whether the capture of every version, or of every own one, is still there."""
    places = {s.place for s in kept if not s.observation}
    return all((v.capture_sha256, v.first_seen_at) in places for v in versions if not (undoing and v.observer))


def _believed(known_before: bool, waiting: Suspicion, one: Sighting, sketch: str, stands: timedelta) -> bool:
    """A text that must stand for a while: of ours it counts where it made a version before, for it had stood then.

    What others saw counts when it was seen before, long enough ago.
    """
    return known_before or (bool(one.observer) and belief.weigh(waiting, sketch, one.at, stands).confirmed)


async def read_ahead(
    todo: Iterator[A], read: Callable[[A], Coroutine[Any, Any, B]], take: Callable[[B], None], *, at_once: int
) -> None:
    """Read things side by side, `at_once` of them, and take each in its turn. Raises what reading or taking raises."""
    under_way: deque[asyncio.Task[B]] = deque()
    with first_of_group():
        async with asyncio.TaskGroup() as group:
            while True:
                under_way.extend(group.create_task(read(one)) for one in islice(todo, at_once - len(under_way)))
                if not under_way:
                    return
                take(await under_way.popleft())


def _announced_as(versions: Sequence[Version]) -> str:
    """What stands for the title that the feed gave, which is not kept: the first headline, if it was not a stranger's.

    One that no later version has words of may be a wall's, taken by an older release.
    """
    first, *later = (tokens(v.content.headline) for v in versions) if versions else (frozenset(),)
    known = not later or any(len(first & words) * 2 >= max(len(first), len(words)) for words in later)
    return versions[0].content.headline if versions and known else ""


def _left(article_id: int, versions: Sequence[Version], why: str, *, failed: bool = False) -> Rereading:
    count = len(versions)
    return Rereading(Rebuilt(article_id, count, count, unchanged=count, left=why, failed=failed))
