"""Which article stands at an address that a reader pastes, or a bookmark sends from the page it is on."""

from __future__ import annotations

import json
from typing import Any

from datasette import Response

from tracker.render.safety import clean
from tracker.store.questions import references
from tracker.web.access import History
from tracker.web.drawing import formatting
from tracker.web.response import guarded, page

_LONGEST = 2000
_BOOKMARK = "javascript:location.href={}+encodeURIComponent(location.href)"


@guarded
async def find(datasette: Any, request: Any, history: History) -> Response:
    """`/-/find?url=…`: on to the article when there is one, a list when there are several, and a form."""
    asked = str(request.args.get("url") or "").strip()[:_LONGEST]
    found = await history.read(references.at_address, asked) if asked else []
    if len(found) == 1:
        return Response.redirect(datasette.urls.path(f"/-/article/{found[0].id}"))
    here = datasette.absolute_url(request, datasette.urls.path("/-/find")) + "?url="
    context = {
        "title": "Find an article by its address",
        "asked": clean(asked),
        "found": [(a.id, formatting.text(a.headline, 300) or "(no headline)", clean(a.url)) for a in found],
        "bookmark": _BOOKMARK.format(json.dumps(here)),
    }
    return await page(datasette, request, "find", context, database=history.name)
