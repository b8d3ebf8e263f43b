"""Search over everything ever said, with what is gone marked as gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasette import Response
from markupsafe import Markup

from tracker.model import Source
from tracker.render.safety import clean
from tracker.store import Counts, Hit, Store
from tracker.store.history import sources as stored_sources
from tracker.store.questions import pages, references
from tracker.store.search.search import parse
from tracker.web import query
from tracker.web.access import History
from tracker.web.drawing import formatting
from tracker.web.drawing.highlight import highlighted
from tracker.web.response import guarded, page

SIZE = 20


@guarded
async def search(datasette: Any, request: Any, history: History) -> Response:
    """`/-/search?q=…&removed=1`."""
    q = query.word(request.args, "q")
    addressed = await history.read(references.at_address, str(request.args.get("q") or "")) if "." in q else []
    if len(addressed) == 1:
        return Response.redirect(datasette.urls.path(f"/-/article/{addressed[0].id}"))
    removed = query.word(request.args, "removed") == "1"
    before = query.number(request.args, "before")
    hits, sources, counts = await history.read(_read, q, removed, before)
    shown = hits[:SIZE]
    kept = {"q": clean(q), "removed": "1" if removed else ""}
    context = {
        "title": f"Search: {clean(q)}" if q else "Search",
        "q": clean(q),
        "plain": " ".join(term.text for term in parse(q).terms if not term.negated),
        "removed": removed,
        "hits": [passage(hit, q, sources) for hit in shown],
        "more": formatting.query(kept | {"before": shown[-1].article.id}) if len(hits) > SIZE else "",
        "first": before is None,
        "query": formatting.query(kept),
        "other": formatting.query({"q": clean(q), "removed": "" if removed else "1"}),
        "counts": counts,
    }
    return await page(datasette, request, "search", context, database=history.name)


def _read(store: Store, q: str, removed: bool, before: int | None) -> tuple[list[Hit], dict[str, Source], Counts]:
    hits = pages.hits(store, q, removed=removed, before_id=before, size=SIZE + 1) if q else []
    return hits, {s.id: s for s in stored_sources.sources(store)}, stored_sources.counts(store)


@dataclass(frozen=True, slots=True)
class Passage:
    """An article that was found, with the passage that shows why."""

    article: int
    source: str
    outlet: str
    headline: str
    tongue: Markup
    text: Markup
    kind: str
    removed: bool
    first: int
    last: int | None
    found_at: datetime
    changed_at: datetime | None
    versions: int


def passage(hit: Hit, q: str, sources: dict[str, Source]) -> Passage:
    """An article that was found with the passage that shows why."""
    known = hit.article
    source = sources.get(known.source_id)
    return Passage(
        article=known.id,
        source=known.source_id,
        outlet=formatting.text(source.name if source else known.source_id, 60),
        headline=formatting.text(known.headline, 300) or "(no headline)",
        tongue=formatting.tongue(known.language),
        text=highlighted(hit.text, q),
        kind=hit.kind,
        removed=hit.removed,
        first=hit.first_version,
        last=hit.last_version,
        found_at=known.first_seen_at,
        changed_at=known.last_changed_at,
        versions=known.version_count,
    )
