"""The last proof of a version: its capture read again by the extractor that is said to have read it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.config import Config
from tracker.extractor.content import EXTRACTOR
from tracker.page import text_capture
from tracker.pipeline.reread import reread
from tracker.scheduler.workers.local import Workers
from tracker.store import Finding, Store
from tracker.store.history import articles, versions
from tracker.store.upkeep import rebuild as shelf


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What reading again came to. `older` articles were read by an extractor that is not here any more."""

    read: int
    older: int
    without_captures: int
    findings: tuple[Finding, ...]


def read_again(store: Store, config: Config, article_id: int | None) -> SecondReading:
    """Read the captures of one article, or of all, again, and hold the texts against those of the history.

    Two readings may differ although nobody altered anything: the rules in sources.yaml, or what was learned about the
    source, are not what they were. A finding says that the text cannot be had from its capture today, not why.
    """
    return asyncio.run(_read_again(store, config, article_id))


async def _read_again(store: Store, config: Config, article_id: int | None) -> SecondReading:
    sources = {s.id: s for s in config.sources}
    read = older = without = 0
    findings: list[Finding] = []
    async with Workers() as engine:
        for one in _wanted(store, article_id):
            if any(v.content.extractor not in (EXTRACTOR, text_capture.READER) for v in versions.versions(store, one)):
                older += 1
                continue
            rebuilt = (await reread(store, one, sources, run=engine.run)).rebuilt
            if rebuilt.left and not rebuilt.failed:
                without += 1
                continue
            read += 1
            problem = rebuilt.left
            if rebuilt.reread or rebuilt.merged or rebuilt.split:
                wrong = rebuilt.before - rebuilt.unchanged
                problem = f"{wrong} of {rebuilt.before} versions cannot be read so from their captures today"
            if problem:
                findings.append(Finding("versions", "read again", one, problem))
    return SecondReading(read, older, without, tuple(findings))


def _wanted(store: Store, article_id: int | None) -> Iterator[int]:
    if article_id is None:
        yield from shelf.article_ids(store, None)
    elif articles.article(store, article_id).version_count:
        yield article_id
