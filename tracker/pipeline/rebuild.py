"""Rebuilding the history: every capture read again by today's extractor, every pair compared by today's differ.

Captures are evidence, everything else is derived. A reader that got better makes other versions of the same captures:
false ones disappear, missed ones appear, and none of it is a publisher's edit, so there is never an event or an alert.
An article is read in order of time, each reading anchored by the one before, as if it were checked today for the first
time; articles are read side by side, and each is replaced in one transaction.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from tracker import differ
from tracker.config import SourceConfig
from tracker.errors import StoreError, Unreadable, WorkerDied, first_of_group
from tracker.extractor.content import EXTRACTOR
from tracker.model import ChangeFilter, Clock, Content, Outcome, SourceProfile, Version
from tracker.page import belief
from tracker.pipeline.tasks import Known
from tracker.pipeline.walk import Believed, Observation, Run, Walk, marked
from tracker.store import CaptureRow, Store
from tracker.store.history import articles, captures, changes
from tracker.store.history import sources as stored_sources
from tracker.store.history import versions as stored_versions
from tracker.store.upkeep import rebuild as shelf
from tracker.store.upkeep.rebuild import Reread, Sums

AT_ONCE = 8
"""How many articles are read side by side when nobody says otherwise."""

NOTE_EVERY = 200
"""After how many articles that stayed as they were the progress is kept; a replaced one keeps it at once."""

GONE = "not all of its captures are kept any more"
"""Why most articles are left: an old reading beside a new one would look like an edit."""


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


async def rebuild(
    store: Store,
    sources: Mapping[str, SourceConfig],
    *,
    run: Run,
    clock: Clock,
    source_id: str | None = None,
    dry_run: bool = False,
    at_once: int = AT_ONCE,
    told: Callable[[Rebuilt], object] = lambda _: None,
) -> Sums:
    """Read every article's captures again, or those of one source; what it came to.

    `run(function, *arguments)` reads and compares where pages can do no harm. A rebuild that was interrupted goes on
    where it stopped, as long as extractor, differ and rules are the same. `told` hears of each article, in order. A dry
    run writes nothing and needs no writable store. Raises StoreError.
    """
    code = _code(sources)
    work = shelf.Run(0, 0, Sums()) if dry_run else shelf.begin(store, source_id=source_id, code=code, now=clock.now())
    reader = _Reader(store, sources, run)
    under_way: deque[asyncio.Task[Rereading]] = deque()
    with first_of_group():
        async with asyncio.TaskGroup() as group:
            ids = shelf.article_ids(store, source_id, after=work.done_to)
            more = True
            while more or under_way:
                while more and len(under_way) < at_once:
                    article_id = next(ids, None)
                    more = article_id is not None
                    if article_id is not None:
                        under_way.append(group.create_task(reader.read(article_id)))
                if under_way:
                    reading = await under_way.popleft()
                    work = _put(store, work, reading, clock, dry_run=dry_run)
                    told(reading.rebuilt)
    if not dry_run:
        shelf.progress(store, work, now=clock.now())
    return work.sums


def _put(store: Store, work: shelf.Run, reading: Rereading, clock: Clock, *, dry_run: bool) -> shelf.Run:
    """Write one article in its turn, so that what is done is always a beginning of the whole."""
    rebuilt = reading.rebuilt
    work = replace(work, done_to=rebuilt.article_id, sums=work.sums + rebuilt.sums)
    if not dry_run:
        if rebuilt.replaced:
            shelf.put(store, rebuilt.article_id, reading.versions, work, clock.now())
        elif work.sums.articles % NOTE_EVERY == 0:
            shelf.progress(store, work)
    return work


def _code(sources: Mapping[str, SourceConfig]) -> str:
    """What a rebuild depends on besides the captures, in one line."""
    rules = {name: [asdict(r) for r in source.rules] for name, source in sorted(sources.items()) if source.rules}
    return f"{EXTRACTOR} {differ.DIFFER} {hashlib.sha256(json.dumps(rules, default=str).encode()).hexdigest()[:12]}"


async def reread(store: Store, article_id: int, sources: Mapping[str, SourceConfig], *, run: Run) -> Rereading:
    """Read one article's captures again, in order of time. Writes nothing. Never raises for what a page does."""
    return await _Reader(store, sources, run).read(article_id)


class _Reader:
    """Reads articles again; remembers the sources' profiles between them."""

    def __init__(self, store: Store, sources: Mapping[str, SourceConfig], run: Run) -> None:
        self.store, self.sources, self.run = store, sources, run
        self.profiles: dict[str, SourceProfile] = {}

    async def read(self, article_id: int) -> Rereading:
        """One article as it is read today, and what that changes."""
        versions = stored_versions.versions(self.store, article_id)
        try:
            rows = captures.captures_of(self.store, article_id)
            if not _complete(versions, rows):
                return _left(article_id, versions, GONE)
            steps = await self._steps(article_id, versions, rows)
        except (Unreadable, WorkerDied) as error:
            return _left(article_id, versions, f"a capture cannot be read any more: {error}", failed=True)
        except StoreError as error:
            return _left(article_id, versions, str(error), failed=True)
        if not steps:
            return _left(article_id, versions, "no capture of it is an article to today's extractor", failed=True)
        return self._compared(article_id, versions, steps)

    async def _steps(self, article_id: int, versions: Sequence[Version], rows: Sequence[CaptureRow]) -> list[Reread]:
        """The versions that today's extractor makes of the captures. Raises Unreadable, WorkerDied."""
        source_id = articles.article(self.store, article_id).source_id
        source = self.sources.get(source_id) or SourceConfig(id=source_id, name=source_id)
        walk = Walk(self.run, source.rules, Known(str(article_id), profile=self._profile(source_id)))
        began = {(v.capture_sha256, v.first_seen_at): v for v in versions}
        known = began.keys() | shelf.cited(self.store, article_id)
        steps: list[Reread] = []
        seen = versions[0].first_seen_at
        for row in rows:
            place = (row.sha256, row.fetched_at)
            if not steps and place not in known:
                continue  # it was no article's first version, so it is none now
            capture = captures.capture(self.store, row.sha256, article_id=article_id, at=row.fetched_at)
            try:
                found = await walk.step(capture, believed=_as_before(place in known))
            except (Unreadable, WorkerDied):
                if place in known:
                    raise
                continue
            if not found.outcome.saw_the_article or found.content is None:
                continue
            if found.outcome is not Outcome.UNCHANGED:
                steps.append(self._step(found, row, began.get(place), seen if steps else None))
            seen = row.fetched_at
        return steps

    def _step(self, found: Observation, row: CaptureRow, was: Version | None, seen: datetime | None) -> Reread:
        """A version; it came after the version before was last seen, by its captures or by checks that kept none.

        It stood before it was accepted only where that leaves it the time: an older release may have taken it at once.
        """
        after = max(filter(None, (seen, was.previous_seen_at if was else None)), default=None) if seen else None
        content = found.content or Content()
        stood = found.stood and after is not None and row.fetched_at - after >= belief.STANDS
        change = marked(replace(found, stood=stood))
        return Reread(content, row.sha256, row.fetched_at, after, change, was.id if was else None)

    def _compared(self, article_id: int, versions: Sequence[Version], told: Sequence[Reread]) -> Rereading:
        """The versions of today beside those that are kept, and what is new about them."""
        known = {v.id: v for v in versions}
        kept = [(known[s.version_id], s) for s in told if s.version_id in known]
        unchanged = sum(old.content_sha256 == new.content.sha256 for old, new in kept)
        judged = self._judged(article_id, kept)
        places = [(v.content_sha256, v.first_seen_at, v.previous_seen_at) for v in versions]
        same = places == [(s.content.sha256, s.seen_before, s.seen_after) for s in told] and not judged
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
        """How many changes between the same texts get another verdict."""
        recorded = {
            c.new_version: c for c in changes.changes(self.store, ChangeFilter(article_id=article_id, noise=True))
        }
        count, before = 0, None
        for old, new in kept:
            same_text = old.content_sha256 == new.content.sha256
            neighbours = before is not None and old.number == before + 1
            if same_text and neighbours and new.change is not None and old.number in recorded:
                count += not shelf.says_the_same(recorded[old.number], new.change)
            before = old.number if same_text else None
        return count

    def _profile(self, source_id: str) -> SourceProfile:
        if source_id not in self.profiles:
            self.profiles[source_id] = stored_sources.profile(self.store, source_id)
        return self.profiles[source_id]


def _complete(versions: Sequence[Version], rows: Sequence[CaptureRow]) -> bool:
    """Whether every version's capture is still there."""
    kept = {(row.sha256, row.fetched_at) for row in rows}
    return all((v.capture_sha256, v.first_seen_at) in kept for v in versions)


def _as_before(known: bool) -> Believed:
    """A text that must stand for a while counts where it made a version before: it had stood then."""

    def believed(sketch: str, stands: timedelta) -> bool:
        return known

    return believed


def _left(article_id: int, versions: Sequence[Version], why: str, *, failed: bool = False) -> Rereading:
    count = len(versions)
    return Rereading(Rebuilt(article_id, count, count, unchanged=count, left=why, failed=failed))
