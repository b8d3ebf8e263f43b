"""The datasette plugin: pages where a reporter finds the story in the edits.

Only hooks that Datasette 0.65 and the 1.0 alphas share. The entry point loads in every Datasette of its environment;
without a database of tracker attached nothing of it shows. Floor 7: may import everything below it, never
`tracker.cli`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from pluggy import HookimplMarker

from tracker.web import access, public_mode, response
from tracker.web.drawing import cells
from tracker.web.routes import ROUTES

hookimpl = HookimplMarker("datasette")

_LINKS = (("/", "Latest edits"), ("/-/outlets", "Outlets"), ("/-/search", "Everything ever said"), ("/-/now", "Now"))
_THEIRS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
    "content-security-policy": "frame-ancestors 'self'; object-src 'none'; base-uri 'self'",
}
"""For Datasette's own pages, whose templates hold inline scripts."""


@hookimpl
def startup(datasette: Any) -> None:
    """Keep Datasette from printing a traceback with all its variables, through rich, at every page that is not found.

    At an address that no route matches there is no traceback to print, so that rich fails and 404 becomes 500.
    """
    from datasette import handle_exception

    handle_exception.rich = None


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages. They win over Datasette's own front page, which stays at `/-/`."""
    return ROUTES


@hookimpl
def menu_links(datasette: Any, actor: Any) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """Ways from Datasette's pages back to ours, where a history is attached that the actor may see."""

    async def links() -> list[dict[str, str]]:
        try:
            await access.history(datasette, actor)
        except Exception:  # whatever keeps the history from this person keeps the links from them, too
            return []
        return [{"href": datasette.urls.path(path), "label": label} for path, label in _LINKS]

    return links


@hookimpl
def extra_css_urls(datasette: Any, database: str | None) -> list[str]:
    """A few rules for our cells on the pages of a database."""
    if database is None:
        return []
    return [f"{datasette.urls.static_plugins(response.PLUGIN, 'cells.css')}?{response.stamp_of_static()}"]


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """`word_diff(old, new)` and `changed_numbers(old, new, language)` for those who write SQL."""
    conn.create_function("word_diff", 2, cells.word_diff, deterministic=True)
    conn.create_function("changed_numbers", 3, cells.changed_numbers, deterministic=True)


@hookimpl
def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Cells that hold edits, moments, ids and JSON, in a database of tracker only."""
    if value is None or isinstance(value, float):
        return None

    async def rendered() -> Any:
        if database != await access.find(datasette):
            return None
        return cells.render(value, column, table, datasette.urls.path)

    return rendered()


def _single_slashes(scope: Any) -> Any:
    """The request with no slash too many in its path, which Datasette answers with a traceback."""
    if scope["type"] != "http" or "//" not in scope["path"]:
        return scope
    meant = re.sub(r"/{2,}", "/", scope["path"])
    raw = re.sub(rb"/{2,}", b"/", scope.get("raw_path") or meant.encode())
    return {**scope, "path": meant, "raw_path": raw}


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Security headers for the pages that set none themselves; in public, a closed door to Datasette's workings."""

    def wrap(app: Any) -> Any:
        is_closed = public_mode.closed(datasette)

        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            scope = _single_slashes(scope)

            async def sending(event: Any) -> None:
                if event["type"] == "http.response.start":
                    there = {name.lower() for name, _ in event["headers"]}
                    added = [(n.encode(), v.encode()) for n, v in _THEIRS.items() if n.encode() not in there]
                    event = {**event, "headers": [*event["headers"], *added]}
                await send(event)

            if scope["type"] != "http":
                await app(scope, receive, send)
            elif is_closed(scope):
                await public_mode.refuse(sending)
            else:
                await app(scope, receive, sending)

        return guarded

    return wrap
