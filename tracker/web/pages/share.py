"""A change for other programs: its JSON, and the card as a picture."""

from __future__ import annotations

from typing import Any

from datasette import Response

from tracker.errors import NotFound
from tracker.render import card, json_
from tracker.store import Store
from tracker.store.questions import pages
from tracker.web.access import History
from tracker.web.drawing.comparison import Compared, compare
from tracker.web.response import HEADERS, guarded

_CACHED = {"cache-control": "max-age=3600"}


def _compared(store: Store, change_id: int) -> Compared:
    logged = pages.logged(store, change_id)
    if logged is None:
        raise NotFound(f"There is no change {change_id}.")
    return compare(store, logged.record)


@guarded
async def as_json(datasette: Any, request: Any, history: History) -> Response:
    """`/-/change/N.json`: the contract of `tracker diff --format json`."""
    body = await history.read(_json, int(request.url_vars["id"]))
    return Response(body, content_type="application/json; charset=utf-8", headers=dict(HEADERS))


def _json(store: Store, change_id: int) -> str:
    compared = _compared(store, change_id)
    return json_.line(json_.change(compared.record, compared.change))


@guarded
async def as_svg(datasette: Any, request: Any, history: History) -> Response:
    """`/-/change/N/card.svg`."""
    body = await history.read(_svg, int(request.url_vars["id"]))
    return Response(body, content_type="image/svg+xml", headers=HEADERS | _CACHED)


def _svg(store: Store, change_id: int) -> str:
    compared = _compared(store, change_id)
    return card.svg(compared.record, compared.change)


@guarded
async def as_png(datasette: Any, request: Any, history: History) -> Response:
    """`/-/change/N/card.png`."""
    body = await history.read(_png, int(request.url_vars["id"]))
    return Response(body, content_type="image/png", headers=HEADERS | _CACHED)


def _png(store: Store, change_id: int) -> bytes:
    compared = _compared(store, change_id)
    return card.png(compared.record, compared.change)
