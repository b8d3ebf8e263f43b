"""What a person is told when a page cannot be had: one small page and one line of log, whatever went wrong.

Datasette's own answer prints a traceback with all local variables, for a mistyped address too: hundreds of times the
cost of a page, and a scanner sends thousands.
"""

from __future__ import annotations

import html
import logging
import sqlite3
from typing import Any

from datasette import Response
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from tracker.errors import TrackerError
from tracker.model.secret_values import redacted
from tracker.render import clean

logger = logging.getLogger("tracker.web")

_LONGEST = 300
_WORDS = {400: "Not understood", 403: "Forbidden", 404: "Not found", 503: "That takes too long"}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>{title}</h1><p>{said}</p><p><a href="{home}">Latest edits</a></p></body></html>
"""


def status_of(error: BaseException) -> int:
    """The status of an answer: what was asked for wrongly is the asker's, everything else is ours."""
    if isinstance(error, Base400):
        return int(error.status)
    if isinstance(error, DatasetteError):
        # What Datasette says in words of its own and leaves at 500 is an address that asks for what is not there.
        return 400 if error.status >= 500 else int(error.status)
    if isinstance(error, sqlite3.OperationalError) and "interrupted" in str(error):
        return 503
    return 500


def answer(datasette: Any, request: Any, error: BaseException) -> Response:
    """The answer to a request that ended with an error, told in the log by one line."""
    status = status_of(error)
    said = clean(str(getattr(error, "message", "") or error))[:_LONGEST]
    if status >= 500 and not isinstance(error, TrackerError):
        logger.error("%s %s failed", request.method, clean(request.path[:_LONGEST]), exc_info=error)
        said = "" if status == 500 else "Ask for less: fewer words, longer ones, or a shorter time."
    else:
        logger.debug("%s %s: %s", request.method, clean(request.path[:_LONGEST]), said)
    title = getattr(error, "title", "") or _WORDS.get(status, "Something went wrong")
    if request.path.endswith(".json"):
        told = {"ok": False, "error": said or title, "status": status, "title": title}
        return Response.json(told, status=status)
    page = _PAGE.format(
        title=html.escape(clean(title)),
        said=html.escape(redacted(said)),
        home=html.escape(datasette.urls.path("/"), quote=True),
    )
    return Response.html(page, status=status, headers={"content-security-policy": "default-src 'none'"})
