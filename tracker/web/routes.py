"""Which address is answered by which page."""

from __future__ import annotations

from typing import Any

from datasette import Response

from tracker.web.access import NoHistory
from tracker.web.pages.article import article
from tracker.web.pages.change import change
from tracker.web.pages.evidence import capture, evidence
from tracker.web.pages.feeds import feed, found
from tracker.web.pages.find import find
from tracker.web.pages.latest import latest
from tracker.web.pages.now import now
from tracker.web.pages.outlet import outlet, outlets
from tracker.web.pages.search import search
from tracker.web.pages.share import as_json, as_png, as_svg

_ID = r"(?P<id>\d{1,15})"


async def front(datasette: Any, request: Any) -> Response:
    """`/`: our front page, or Datasette's own where no database of tracker is attached."""
    try:
        return await latest(datasette, request)
    except NoHistory:
        return await tables(datasette, request)


async def tables(datasette: Any, request: Any) -> Response:
    """`/-/`: Datasette's own front page, which ours stands before."""
    from datasette.views.index import IndexView

    request.scope["url_route"] = {"kwargs": {"format": None}}
    response: Response = await IndexView(datasette).dispatch_request(request)
    return response


ROUTES: list[tuple[str, Any]] = [
    (r"^/$", front),
    (r"^/-/$", tables),
    (r"^/-/feed\.(?:atom|json)$", feed),
    (rf"^/-/change/{_ID}$", change),
    (rf"^/-/change/{_ID}/evidence$", evidence),
    (rf"^/-/change/{_ID}\.json$", as_json),
    (rf"^/-/change/{_ID}/card\.svg$", as_svg),
    (rf"^/-/change/{_ID}/card\.png$", as_png),
    (rf"^/-/article/{_ID}$", article),
    (r"^/-/article/(?P<article>\d{1,15})/feed\.(?:atom|json)$", feed),
    (r"^/-/capture/(?P<sha256>[0-9a-f]{64})$", capture),
    (r"^/-/outlets$", outlets),
    (r"^/-/outlet/(?P<id>[^/.]+)$", outlet),
    (r"^/-/outlet/(?P<outlet>[^/.]+)/feed\.(?:atom|json)$", feed),
    (r"^/-/find$", find),
    (r"^/-/search$", search),
    (r"^/-/search\.(?:atom|json)$", found),
    (r"^/-/now$", now),
]
