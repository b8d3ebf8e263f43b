"""The datasette plugin: pages where a reporter finds the story in the edits.

Only hooks that Datasette 0.65 and the 1.0 alphas share. The entry point loads in every Datasette of its environment;
without a database of tracker attached nothing of it shows. Floor 7: may import everything below it, never
`tracker.cli`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from pluggy import HookimplMarker

from tracker.web import access, delivery, failures, response, visitors
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
    """In public, row pages count nothing of closed tables."""
    if access.settings(datasette).get("workings") is False:
        visitors.close_counts(datasette)


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
    """The request without a slash too many in its path, which Datasette answers with a traceback; `https://` stays."""
    if scope["type"] != "http" or "//" not in scope["path"]:
        return scope
    meant = re.sub(r"(?<!:)/{2,}", "/", scope["path"])
    raw = re.sub(rb"(?<!:)/{2,}", b"/", scope.get("raw_path") or meant.encode())
    return {**scope, "path": meant, "raw_path": raw}


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: BaseException) -> Iterator[None]:
    """A small page and a line of log, in place of Datasette's traceback with all local variables."""
    outcome: Any = yield
    others = outcome.get_result()

    async def told() -> Any:
        if await access.is_ours(datasette):
            return failures.answer(datasette, request, exception)
        theirs = others[-1]
        return await theirs() if callable(theirs) else await theirs

    outcome.force_result([*others[:-1], told])


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """The doors of every page: who may ask, how the answer travels, security headers where a page sets none."""

    def wrap(app: Any) -> Any:
        why_not = visitors.refusal(datasette, [pattern for pattern, _ in ROUTES])

        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            scope = _single_slashes(scope)
            if scope["type"] != "http" or not await access.is_ours(datasette):
                await app(scope, receive, send)
                return
            sending = delivery.Delivery(scope, send, _THEIRS).send
            if said := why_not(visitors.request_of(scope)):
                await _refuse(sending, said)
            else:
                await delivery.while_there(app, scope, receive, sending)

        return guarded

    return wrap


async def _refuse(send: Any, said: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": f"{said}\n".encode()})
