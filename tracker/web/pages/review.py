"""A person's review of a change: a verdict and a note, where the operator lets people write.

Writing takes the writer's lock, so it works while no daemon runs; with one running the reader is told so and nothing
is lost but the click. Off unless `plugins: tracker: review: true`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from datasette import Forbidden, Response

from tracker.errors import AlreadyRunning
from tracker.store import Store
from tracker.store.history import changes
from tracker.store.history.changes import Review
from tracker.web.access import History, settings
from tracker.web.drawing import formatting
from tracker.web.response import HEADERS, page

VERDICTS = {
    "story": "There is a story in this edit",
    "correction": "A correction, properly told",
    "silent": "A correction, not told",
    "routine": "Routine",
    "noise": "Not an edit at all: our reading of the page",
}
_NOTE = 2000


def allowed(datasette: Any) -> bool:
    """True when the operator lets reviews be written."""
    return settings(datasette).get("review") is True


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """A review as the page shows it."""

    verdict: str
    note: str
    at: str


def shown(reviewed: Review | None) -> ReviewShown | None:
    """A review as the page shows it; None when there is none."""
    if reviewed is None:
        return None
    return ReviewShown(
        verdict=VERDICTS.get(reviewed.verdict, formatting.text(reviewed.verdict, 60)),
        note=formatting.text(reviewed.note, _NOTE),
        at=reviewed.at,
    )


async def keep(datasette: Any, request: Any, history: History, change_id: int) -> Response:
    """Keep the review that was sent and show the change again. Raises Forbidden where writing is not allowed."""
    if not allowed(datasette):
        raise Forbidden("Reviews are not written here")
    sent = await request.post_vars()
    verdict = sent.get("verdict", "")
    if verdict not in VERDICTS:
        said = {"title": "No verdict was chosen", "said": "Choose one and send the review again.", "status": 400}
        return await page(datasette, request, "problem", said, status=400, database=history.name)
    try:
        await history.read(_write, history, change_id, verdict, sent.get("note", "").strip()[:_NOTE])
    except AlreadyRunning:
        said = {
            "title": "The daemon is writing",
            "said": "A review is kept when no daemon runs on this database. Stop it for a moment, and send it again.",
            "status": 409,
        }
        return await page(datasette, request, "problem", said, status=409, database=history.name)
    return Response.redirect(datasette.urls.path(f"/-/change/{change_id}?kept=1"), status=303, headers=dict(HEADERS))


def _write(_: Store, history: History, change_id: int, verdict: str, note: str) -> None:
    with Store.open(history.path, write=True) as store:
        changes.review(store, change_id, verdict, note, datetime.now(UTC))
