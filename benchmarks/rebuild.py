"""A rebuild after an extractor change that alters every text: what is left of its false edits, and how long it takes.

    python -m benchmarks.rebuild [--versions 10000] [--workers N] [--json FILE]

Articles of five captures each are recorded as an older extractor would have read them: every text altered, a rotating
teaser inside the body, so that every capture made a version. Two of the four edits of each article are true (a number,
a paragraph); the others are furniture. Then the history is rebuilt from its captures in worker processes.

    false edits   changes that are left and that nobody made: must be 0
    missed        true edits that the rebuilt history does not show: must be 0
    announced     events and waiting alerts the rebuild made: must be 0
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.config import SourceConfig
from tracker.extractor import extract
from tracker.model import (
    ArticleState,
    Block,
    Capture,
    ChangeFilter,
    CheckResult,
    Content,
    Found,
    Outcome,
    Paragraph,
    Via,
)
from tracker.pipeline.rebuild import rebuild
from tracker.scheduler.clock import WallClock
from tracker.scheduler.workers.local import Workers
from tracker.store import Store
from tracker.store.history import articles as stored_articles
from tracker.store.history import changes, checks, record, sources
from tracker.store.history import versions as stored_versions
from tracker.store.proof import integrity, replaced_histories
from tracker.store.upkeep import forget
from tracker.store.upkeep.rebuild import Sums

PER_ARTICLE = 5
TRUE_EDITS = 2
GROUP = 100
START = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
SOURCE = SourceConfig(id="harbour-courier", name="The Harbour Courier", feeds=("https://courier.example/rss.xml",))

WHO = [
    "harbour board",
    "town council",
    "ferry crew",
    "school",
    "fishing fleet",
    "police",
    "museum",
    "library",
    "clinic",
    "weather office",
]
DID = ["said", "announced", "denied", "confirmed", "repeated", "explained", "wrote in a letter", "told reporters"]
WHAT = [
    "the pier would close",
    "two ships were sold",
    "the school needs teachers",
    "the budget has a gap",
    "tickets become dearer",
    "the storm did little harm",
    "nobody was hurt",
    "the crossing takes longer",
    "work begins in spring",
    "the plan was dropped",
]
WHERE = [
    "on the largest island",
    "in Nordhavn",
    "at the old market",
    "near the lighthouse",
    "along the coast",
    "in the south",
]


@dataclass(frozen=True)
class Draft:
    """What a story says at a moment."""

    headline: str
    paragraphs: tuple[str, ...]


def sentence(dice: random.Random) -> str:
    """A sentence with a number, so that no two are likely to be the same."""
    who, did, what, where = map(dice.choice, (WHO, DID, WHAT, WHERE))
    return (
        f"The {who} {did} {where} that {what}, the {dice.randint(2, 99)}th case among {dice.randint(100, 9999)} so far."
    )


def draft(dice: random.Random) -> Draft:
    """A story as it first appears."""
    body = tuple(" ".join(sentence(dice) for _ in range(dice.randint(2, 4))) for _ in range(dice.randint(6, 14)))
    return Draft(f"{dice.choice(WHO).capitalize()}: {dice.choice(WHAT)}, {dice.randint(100, 999)} wait", body)


def edited(told: Draft, dice: random.Random) -> Draft:
    """The story after a true edit: another number, or a paragraph more."""
    body = list(told.paragraphs)
    place = dice.randrange(len(body))
    if dice.random() < 0.5:
        body.insert(place, " ".join(sentence(dice) for _ in range(3)))
    else:
        words = body[place].split()
        at = next(i for i, word in enumerate(words) if word.isdigit())
        words[at] = str(int(words[at]) + 1)
        body[place] = " ".join(words)
    return replace(told, paragraphs=tuple(body))


def page(told: Draft, url: str, visit: int) -> str:
    """The page of a story at one visit; its furniture is another each time."""
    body = "\n".join(f"<p>{html.escape(p)}</p>" for p in told.paragraphs)
    teasers = "".join(f'<li><a href="/t/{visit}{n}">Another story, number {visit}{n}</a></li>' for n in range(6))
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": told.headline}
    return f"""<!DOCTYPE html><html lang="en"><head><title>{html.escape(told.headline)} | Harbour Courier</title>
<meta property="og:site_name" content="Harbour Courier"><link rel="canonical" href="{url}">
<script type="application/ld+json">{json.dumps(data | {"datePublished": "2026-01-01T08:00:00Z"})}</script></head>
<body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article><h1>{html.escape(told.headline)}</h1><div class="story">{body}</div></article>
<aside class="related"><h2>Most read</h2><ul>{teasers}</ul></aside></main>
<footer><p>{1000 + visit} readers now. All rights reserved.</p></footer></body></html>"""


def older(content: Content, visit: int) -> Content:
    """What an older extractor read: a full stop lost everywhere, a teaser inside the body."""
    body = [Paragraph(p.text.replace(".", " ."), p.kind) for p in content.paragraphs]
    body.insert(min(2, len(body)), Paragraph(f"Another story, number {visit}0"))
    blocks = tuple(Block(p.text, "div>p", True, "older") for p in body)
    return replace(content, paragraphs=tuple(body), extractor="older@0", blocks=blocks)


def drafts(article: int) -> list[Draft]:
    """What an article says at each visit; it is truly edited at two of them."""
    dice = random.Random(article)
    told = [draft(dice)]
    true = set(dice.sample(range(1, PER_ARTICLE), TRUE_EDITS))
    for visit in range(1, PER_ARTICLE):
        told.append(edited(told[-1], dice) if visit in true else told[-1])
    return told


def visits(article: int) -> Iterator[tuple[str, Content]]:
    """The pages of an article in order of time with what the older extractor read."""
    url = f"https://courier.example/{article}"
    for visit, told in enumerate(drafts(article)):
        text = page(told, url, visit)
        yield text, older(extract(text, url), visit)


def wrong(store: Store, articles: int) -> tuple[int, int]:
    """(versions that say what no draft said or what was said just before, drafts that no version says)."""
    false = missed = 0
    for article in range(articles):
        true = [d.paragraphs for d in dict.fromkeys(drafts(article))]
        versions = stored_versions.versions(store, stored_articles.resolve(store, f"https://courier.example/{article}"))
        said = [tuple(p.text for p in v.content.paragraphs) for v in versions]
        false += len(said) - sum(text in true for text in dict.fromkeys(said))
        missed += sum(text not in said for text in true)
    return false, missed


def results(article_id: int, article: int) -> Iterator[CheckResult]:
    """The checks that brought an article's versions."""
    url = f"https://courier.example/{article}"
    for visit, (text, content) in enumerate(visits(article)):
        at = START + timedelta(minutes=article % 1000, hours=visit)
        outcome = Outcome.CHANGED if visit else Outcome.NEW
        capture = Capture(url, url, 200, (("Content-Type", "text/html; charset=utf-8"),), text.encode(), at)
        state = ArticleState(
            article_id,
            None,
            at,
            at,
            visit + 1,
            outcome,
            at,
            max(1, visit),
            body_sha256=capture.sha256,
            encoding="utf-8",
        )
        yield CheckResult(article_id, SOURCE.id, at, at, outcome, state, 200, capture=capture, content=content)


def fill(store: Store, articles: int) -> None:
    """Record the history as the older extractor saw it."""
    sources.sync_sources(store, [SOURCE], START)
    for first in range(0, articles, GROUP):
        numbers = range(first, min(articles, first + GROUP))
        founds = [Found(f"https://courier.example/{n}", Via.FEED) for n in numbers]
        ids = stored_articles.found(store, SOURCE.id, founds, START, due_at=START)
        works = [r for i, n in zip(ids, numbers, strict=True) for r in results(i, n)]
        refused = [a for a in record.commit_group(store, works) if isinstance(a, Exception)]
        if refused:
            raise refused[0]


async def again(store: Store, workers: int | None) -> Sums:
    """Rebuild it all."""
    async with Workers(workers) as engine:
        return await rebuild(store, {SOURCE.id: SOURCE}, run=engine.run, clock=WallClock(), at_once=4 * engine.count)


def measure(versions: int, workers: int | None, folder: Path) -> dict[str, Any]:
    """The figures."""
    articles = max(1, versions // PER_ARTICLE)
    path = folder / "tracker.db"
    with Store.open(path, write=True) as store:
        began = time.perf_counter()
        fill(store, articles)
        filled = time.perf_counter() - began
        before = len(list(changes.changes(store, ChangeFilter(noise=True))))
        forget.scrub_log(store)
        size = path.stat().st_size
        began = time.perf_counter()
        sums = asyncio.run(again(store, workers))
        seconds = time.perf_counter() - began
        after = len(list(changes.changes(store, ChangeFilter(noise=True))))
        false, missed = wrong(store, articles)
        announced = len(checks.recent_events(store, 10)) + store.db["outbox"].count
        forget.scrub_log(store)
        report = integrity.verify(store)
        finding = report.finding or replaced_histories.verify_former(store)
    true = articles * TRUE_EDITS
    return {
        "articles": articles,
        "versions_before": sums.before,
        "versions_after": sums.after,
        "edits_before": before,
        "edits_true": true,
        "edits_after": after,
        "false_edits": false,
        "missed": missed,
        "announced": announced,
        "left": sums.left,
        "verified": finding is None,
        "fill_seconds": round(filled, 1),
        "rebuild_seconds": round(seconds, 1),
        "versions_per_second": round(sums.before / seconds, 1),
        "megabytes_before": round(size / 1e6, 1),
        "megabytes_after": round(path.stat().st_size / 1e6, 1),
        "workers": workers or os.cpu_count(),
    }


def main() -> int:
    """Measure and print; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--versions", type=int, default=10_000)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options.versions, options.workers, Path(folder))
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):22} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    kept = not any(figures[name] for name in ("false_edits", "missed", "announced", "left")) and figures["verified"]
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
