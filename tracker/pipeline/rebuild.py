"""Rebuilding the history: every capture read again by today's extractor, every pair compared by today's differ.

Captures are evidence, everything else is derived. A reader that got better makes other versions of the same captures:
false ones disappear, missed ones appear, and none of it is a publisher's edit, so there is never an event or an alert.
An article is read in order of time, each reading anchored by the one before, as if it were checked today for the first
time; articles are read side by side, and each is replaced in one transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

from tracker import differ
from tracker.config import SourceConfig
from tracker.extractor.content import EXTRACTOR
from tracker.model import Clock
from tracker.pipeline.reread import Reader, Rebuilt, Rereading, read_ahead
from tracker.pipeline.walk import Run
from tracker.store import Store
from tracker.store.upkeep import rebuild as shelf
from tracker.store.upkeep.rebuild import Sums

AT_ONCE = 8
"""How many articles are read side by side when nobody says otherwise."""

NOTE_EVERY = 200
"""After how many articles that stayed as they were the progress is kept; a replaced one keeps it at once."""


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
    code = code_of(sources)
    work = shelf.Run(0, 0, Sums()) if dry_run else shelf.begin(store, source_id=source_id, code=code, now=clock.now())
    reader = Reader(store, sources, run)

    def take(reading: Rereading) -> None:
        nonlocal work
        work = _put(store, work, reading, clock, dry_run=dry_run)
        told(reading.rebuilt)

    await read_ahead(shelf.article_ids(store, source_id, after=work.done_to), reader.read, take, at_once=at_once)
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


def code_of(sources: Mapping[str, SourceConfig]) -> str:
    """What a rebuild depends on besides the captures, in one line."""
    rules = {name: [asdict(r) for r in source.rules] for name, source in sorted(sources.items()) if source.rules}
    return f"{EXTRACTOR} {differ.DIFFER} {hashlib.sha256(json.dumps(rules, default=str).encode()).hexdigest()[:12]}"
