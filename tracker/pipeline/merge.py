"""Imports: what others captured, taken into the history as if we had been there, and taken out again.

Each article is read whole, with what it has and what is brought, in order of time. Its captures are written before its
versions, in transactions of its own, so an import that is killed goes on where it stopped. Nobody is alerted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tracker.config import SourceConfig
from tracker.model import Capture, Clock
from tracker.page import text_capture
from tracker.pipeline.reread import GONE, NO_ARTICLE, Reader, Rereading, Sighting, read_ahead
from tracker.pipeline.tasks import not_an_article
from tracker.pipeline.walk import Run
from tracker.store import Store
from tracker.store.history import articles
from tracker.store.upkeep import imports
from tracker.store.upkeep.imports import Import, SeenAgain
from tracker.store.upkeep.staging import Stage, Staged

AT_ONCE = 8

NO_SOURCE = "captures of no source in sources.yaml"
FORGOTTEN = "captures of articles that were forgotten on request"
NOT_ARTICLES = "captures of pages that are no articles"

SourceOf = Callable[[str], str]
"""The id of the source that an address belongs to; empty when it is none's."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one article, or of an address that is none. `refused` says why nothing of it was taken in."""

    article_id: int
    url: str
    captures: int = 0
    there: int = 0
    before: int = 0
    after: int = 0
    new: bool = False
    refused: str = ""

    @property
    def sums(self) -> Counter[str]:
        """This article as a part of the whole."""
        if self.refused:
            return Counter({self.refused: self.captures})
        found = Counter({"captures": self.captures, "already there": self.there})
        found["articles"], found["new articles"] = int(self.captures > 0), int(self.new)
        found["versions before"], found["versions after"] = self.before, self.after
        return found


@dataclass(frozen=True, slots=True)
class _Group:
    """The staged keys that are one article; `article_id` is 0 for a new one."""

    name: str
    article_id: int
    source_id: str
    url: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """One group as it is read with what was there before. `fresh` are the captures that are not kept yet."""

    group: _Group
    merged: Merged
    reading: Rereading | None = None
    fresh: tuple[tuple[str, Staged], ...] = ()
    again: tuple[SeenAgain, ...] = field(default=())


async def merge(
    store: Store,
    sources: Mapping[str, SourceConfig],
    stage: Stage,
    work: Import,
    *,
    run: Run,
    clock: Clock,
    source_of: SourceOf,
    named: bool = False,
    dry_run: bool = False,
    at_once: int = AT_ONCE,
    told: Callable[[Merged], object] = lambda _: None,
) -> Import:
    """Take in what is staged; the import with its counts. `named` says that a person named the addresses.

    Without it an unknown address becomes an article only when a page of it shows that it is one. Raises StoreError.
    """
    merger = _Merger(store, sources, stage, run, named)
    done_to = work.done_to

    def take(read: _Read) -> None:
        nonlocal work
        merged = read.merged if dry_run else merger.write(work, read, clock)
        work = replace(work, done_to=read.group.name, sums=_sum(work.sums, merged.sums))
        if not dry_run and not merged.captures:
            imports.progress(store, work)
        told(merged)

    groups = (g for g in merger.groups(source_of) if g.name > done_to)
    await read_ahead(groups, merger.read, take, at_once=at_once)
    return work


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in dict.fromkeys((*one, *other))}


class _Merger:
    """Reads and writes the articles of one import."""

    def __init__(self, store: Store, sources: Mapping[str, SourceConfig], stage: Stage, run: Run, named: bool) -> None:
        self.store, self.stage, self.run, self.named = store, stage, run, named
        self.reader = Reader(store, sources, run)

    def groups(self, source_of: SourceOf) -> Iterator[_Group]:
        """What is staged, by article: several addresses may be one. In order of the first key of each."""
        found: dict[tuple[int, str], _Group] = {}
        for key, url, _ in self.stage.addresses():
            source_id = source_of(url)
            article_id = articles.find(self.store, url, source_id)
            if article_id is not None:
                source_id = articles.article(self.store, article_id).source_id
            place = (article_id, "") if article_id else (0, articles.identity_key(self.store, url, source_id) or key)
            known = found.get(place)
            if known is None:
                found[place] = _Group(key, article_id or 0, source_id, url, (key,))
            else:
                found[place] = replace(known, keys=(*known.keys, key))
        yield from found.values()

    async def read(self, group: _Group) -> _Read:
        """Read one article with what is brought. Writes nothing."""
        staged = [(key, one) for key in group.keys for one in self.stage.captures(key)]
        merged = Merged(group.article_id, group.url, captures=len(staged))
        if not group.source_id:
            return _Read(group, replace(merged, refused=NO_SOURCE))
        there = imports.places(self.store, group.article_id) if group.article_id else set()
        fresh = [(key, one) for key, one in staged if (one.sha256, one.at) not in there]
        again = [SeenAgain(one.at, one.observer, one.sha256) for key in group.keys for one in self.stage.again(key)]
        again = [one for one in again if not self._known(group, one)]
        merged = replace(merged, captures=len(fresh), there=len(staged) - len(fresh))
        interrupted = bool(group.article_id) and imports.unread(self.store, group.article_id)
        if not fresh and not again and not interrupted:
            return _Read(group, merged)
        if not group.article_id and not self.named and not await self._is_article(fresh):
            return _Read(group, replace(merged, refused=NOT_ARTICLES))
        brought = [Sighting(one.sha256, one.at, one.observer, partial(self.stage.load, key, one)) for key, one in fresh]
        brought += [Sighting(one.capture_sha256, one.at, one.observer, None, observation=True) for one in again]
        reading = await self.reader.read_with(group.article_id, group.source_id, brought)
        rebuilt = reading.rebuilt
        if rebuilt.left and not (rebuilt.left == NO_ARTICLE and group.article_id):
            why = NOT_ARTICLES if rebuilt.left == NO_ARTICLE else f"captures of articles that stay as they are: {GONE}"
            why = why if rebuilt.left in (NO_ARTICLE, GONE) else "captures of articles that cannot be read again"
            return _Read(group, replace(merged, refused=why))
        merged = replace(merged, before=rebuilt.before, after=rebuilt.after, new=not group.article_id)
        return _Read(group, merged, reading, tuple(fresh), tuple(again))

    def _known(self, group: _Group, one: SeenAgain) -> bool:
        if not group.article_id:
            return False
        kept = imports.observations(self.store, group.article_id)
        return any((k.at, k.observer) == (one.at, one.observer) for k in kept)

    async def _is_article(self, fresh: Sequence[tuple[str, Staged]]) -> bool:
        """Whether a capture of an unknown address shows that it is an article."""
        for key, one in fresh:
            capture = self.stage.load(key, one)
            if text_capture.is_one(capture) or not await self.run(not_an_article, capture):
                return True
        return False

    def write(self, work: Import, read: _Read, clock: Clock) -> Merged:
        """Write one article that was read."""
        if read.reading is None:
            return read.merged
        group, now = read.group, clock.now()
        article_id: int | None = group.article_id
        if not article_id:
            first = min(one.at for _, one in read.fresh)
            article_id = imports.article_at(self.store, group.source_id, group.url, first)
            if article_id is None:
                return replace(read.merged, refused=FORGOTTEN)
        brought = (self._labelled(self.stage.load(key, one), work) for key, one in read.fresh)
        imports.lay_down(self.store, article_id, brought)
        merged = replace(read.merged, article_id=article_id)
        work = replace(work, done_to=group.name, sums=_sum(work.sums, merged.sums))
        versions = read.reading.versions if read.reading.rebuilt.replaced else None
        imports.put(self.store, work, article_id, versions, read.again, now)
        return merged

    def _labelled(self, capture: Capture, work: Import) -> Capture:
        """The capture with the import that brought it in its origin."""
        told = json.loads(capture.origin) if capture.origin else {}
        return replace(capture, origin=json.dumps({"import": work.id, **told}, ensure_ascii=False))


async def undo(
    store: Store, sources: Mapping[str, SourceConfig], work: Import, *, run: Run, clock: Clock
) -> list[tuple[int, str]]:
    """Take out everything that an import brought; the articles that could not be freed of it, with the reason.

    The articles are read again from the captures that are left. Raises StoreError.
    """
    reader = Reader(store, sources, run)
    stuck: list[tuple[int, str]] = []
    for article_id in imports.touched(store, work.id):
        source_id = articles.article(store, article_id).source_id
        reading = await reader.read_with(article_id, source_id, (), without=work.id)
        if reading.rebuilt.left:
            stuck.append((article_id, reading.rebuilt.left))
            continue
        versions = reading.versions if reading.rebuilt.replaced else None
        imports.take_out(store, work, article_id, versions, clock.now())
    if not stuck:
        imports.finish_undoing(store, work, clock.now())
    return stuck
