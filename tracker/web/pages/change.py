"""One change: inline or side by side, in the order a reader would want to know it."""

from __future__ import annotations

from typing import Any

from datasette import Response

from tracker.errors import NotFound
from tracker.model import Article, Source
from tracker.store import Store
from tracker.store.history import articles, sources
from tracker.store.questions import pages
from tracker.store.questions.pages import Logged
from tracker.web import query, visitors
from tracker.web.access import History, settings
from tracker.web.drawing import formatting
from tracker.web.drawing.change_entries import entry
from tracker.web.drawing.comparison import Compared, compare, groups
from tracker.web.drawing.side_by_side import HEAVIEST, rows, stretches, weight
from tracker.web.pages import review
from tracker.web.paging import Part, part
from tracker.web.response import guarded, page


@guarded
async def change(datasette: Any, request: Any, history: History) -> Response:
    """`/-/change/N`, `?view=side` for two columns. A POST keeps a review, where the operator allows it."""
    change_id = int(request.url_vars["id"])
    if request.method == "POST":
        return await review.keep(datasette, request, history, change_id)
    side = query.word(request.args, "view") == "side"
    asked_part = query.number(request.args, "part")
    logged, article, source, compared, (before, later), (shown, part_) = await history.read(
        _read, change_id, side, asked_part
    )
    record = compared.record
    path = datasette.urls.path(f"/-/change/{change_id}")
    context = {
        "title": formatting.text(record.headline, 120) or "An edit",
        "entry": entry(logged, {source.id: source}),
        "record": record,
        "article": article,
        "url": formatting.web_address(article.url),
        "shown_url": formatting.text(article.url, 300),
        "outlet": formatting.text(source.name, 60),
        "tongue": formatting.tongue(logged.language),
        "standfirst": formatting.text(compared.new.content.standfirst, 400),
        "side": side,
        "stretches": shown if side else [],
        "groups": [] if side else shown,
        "part": part_,
        "parts": [
            (n, formatting.query({"view": "side" if side else "", "part": n if n > 1 else ""}))
            for n in range(1, part_.count + 1)
        ],
        "before": before,
        "later": later,
        "permalink": datasette.absolute_url(request, path),
        "card": datasette.absolute_url(request, f"{path}/card.png"),
        "alt": _alternative(logged),
        "may_review": review.allowed(datasette),
        "token": visitors.token(datasette, change_id) if review.allowed(datasette) else "",
        "reviewed": review.shown(logged.reviewed),
        "verdicts": review.VERDICTS,
        "evidence": settings(datasette).get("evidence", True),
        "thanks": query.word(request.args, "kept") == "1",
    }
    return await page(datasette, request, "change", context, database=history.name)


def _read(
    store: Store, change_id: int, side: bool, asked_part: int | None
) -> tuple[Logged, Article, Source, Compared, tuple[int | None, int | None], tuple[list[Any], Part[Any]]]:
    logged = pages.logged(store, change_id)
    if logged is None:
        raise NotFound(f"There is no change {change_id}. It may have been taken out, or the address may be wrong.")
    record = logged.record
    compared = compare(store, record)
    shown = _sides(compared, asked_part) if side else groups(compared.change, asked_part)
    beside = pages.neighbours(store, record)
    return (
        logged,
        articles.article(store, record.article_id),
        sources.source(store, record.source_id),
        compared,
        beside,
        shown,
    )


def _sides(compared: Compared, asked_part: int | None) -> tuple[list[Any], Part[Any]]:
    chosen = part(rows(compared.change), weight, HEAVIEST, asked_part)
    return stretches(chosen.items), chosen


def _alternative(logged: Logged) -> str:
    """What the card shows, in words, for those who cannot see it."""
    record = logged.record
    return formatting.text(f"{record.headline}: {record.summary}", 300)
