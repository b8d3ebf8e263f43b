"""How our pages answer: with their own template and a policy that lets nothing in from outside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from datasette import NotFound, Response

from tracker import __version__
from tracker.errors import NotFound as NotInHistory
from tracker.errors import OlderDatabase, StoreError, UsageError
from tracker.model.secret_values import redacted
from tracker.render import clean
from tracker.web import query
from tracker.web.access import NoHistory, TooMuch, history, settings
from tracker.web.drawing import formatting

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

_FOLDER = re.compile(r"(?:/[^\s/:]+)+/(?=[^\s/:]+:)")

PLUGIN = "article-tracker"
"""What Datasette calls us: the name of the distribution, under which it serves `static/`."""

_UPGRADED = (
    "A newer version of tracker was installed. Nothing is lost: the pages come back when the daemon has brought the "
    "history up to date, in seconds to minutes. If none runs, `tracker check` does it."
)

Page = Callable[[Any, Any], Awaitable[Response]]


@lru_cache(maxsize=1)
def stamp_of_static() -> str:
    """Changes with the style sheet and the script, so that browsers fetch them anew then, and only then."""
    folder = resources.files("tracker.web").joinpath("static")
    both = b"".join(folder.joinpath(name).read_bytes() for name in ("tracker.css", "tracker.js"))
    return hashlib.sha256(both).hexdigest()[:10]


async def page(
    datasette: Any, request: Any, template: str, context: Mapping[str, object], *, status: int = 200, database: str = ""
) -> Response:
    """A page of ours from its template."""
    urls = datasette.urls

    def static(name: str) -> str:
        return f"{urls.static_plugins(PLUGIN, name)}?{stamp_of_static()}"

    shared = {
        "misread": query.misread(request.args, template) if status == 200 else [],
        "u": urls.path,
        "static": static,
        "formatting": formatting,
        "history_name": database,
        "database_url": urls.database(database) if database else urls.path("/"),
        "tracker_version": __version__,
        "home": settings(datasette).get("title") or "Tracker",
        "address": datasette.absolute_url(
            request, request.full_path if hasattr(request, "full_path") else request.path
        ),
    }
    body = await datasette.render_template(f"tracker/{template}.html", {**shared, **context}, request=request)
    return Response.html(redacted(body), status=status, headers=dict(HEADERS))


def guarded(handler: Callable[..., Awaitable[Response]]) -> Page:
    """A route that first finds the history and asks whether it may be read, and explains what goes wrong.

    The handler takes (datasette, request, history).
    """

    async def route(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD", "POST"):
            return Response.text("Method not allowed", status=405, headers={"allow": "GET, HEAD"})
        name = ""
        try:
            known = await history(datasette, request.actor)
            name = known.name
            answer = await handler(datasette, request, known)
        except NoHistory:
            raise
        except (NotInHistory, NotFound) as error:
            answer = await _problem(datasette, request, name, 404, "Not in the history", str(error))
        except UsageError as error:
            answer = await _problem(datasette, request, name, 501, "Not available here", str(error))
        except TooMuch as error:
            answer = await _problem(datasette, request, name, 503, "That takes too long", str(error))
        except OlderDatabase:
            answer = await _problem(datasette, request, name, 503, "The history is being upgraded", _UPGRADED)
            answer.headers["retry-after"] = "60"
        except StoreError as error:
            answer = await _problem(datasette, request, name, 503, "The history cannot be read", str(error))
        if request.method == "HEAD":
            answer.body = ""
        return answer

    # Not functools.wraps: Datasette passes arguments by the names it finds in the signature.
    route.__name__, route.__doc__ = handler.__name__, handler.__doc__
    return route


async def _problem(datasette: Any, request: Any, name: str, status: int, title: str, said: str) -> Response:
    # Where files lie on this machine is nobody's business.
    shown = _FOLDER.sub("", clean(said))
    context = {"title": title, "said": shown, "status": status}
    return await page(datasette, request, "problem", context, status=status, database=name)


__all__ = ["HEADERS", "POLICY", "NoHistory", "guarded", "page"]
