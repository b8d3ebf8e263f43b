"""The edits that a page shows as a table for other programs: the rows and columns of `tracker export`."""

from __future__ import annotations

from itertools import islice
from typing import Any

from datasette import Response

from tracker.exchange import tables
from tracker.model import ChangeFilter
from tracker.store import Store
from tracker.store.questions import export
from tracker.web import query
from tracker.web.access import History
from tracker.web.response import HEADERS, guarded

MOST = 10_000
"""Newest rows that an answer holds: whoever wants all of a history has the database, or `tracker export`."""

_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


@guarded
async def rows(datasette: Any, request: Any, history: History) -> Response:
    """`/-/edits.csv` and `.jsonl`, with the filters of the front page."""
    form = request.url_vars["form"]
    body = await history.read(_written, query.wanted(request.args), form)
    return Response(body, content_type=_TYPES[form], headers=dict(HEADERS))


def _written(store: Store, wanted: ChangeFilter, form: str) -> str:
    table = export.CHANGES.without_text()
    found = islice(export.rows_of(store, table, wanted), MOST)
    lines = tables.csv_lines(table, found, safe=True) if form == "csv" else tables.json_lines(table, found)
    return "".join(lines)
