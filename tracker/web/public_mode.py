"""What Datasette tells of its own workings, and writing: closed where the history is shown to strangers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tracker.web.access import settings

_TOLD = re.compile(
    r"/-/(allow-debug|config|databases|messages|metadata|patterns|plugins|settings|threads|versions)(\.json)?/?"
)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def closed(datasette: Any) -> Callable[[Any], bool]:
    """A question of a request's scope: is it for what `workings: false` closes? Never, without that setting.

    Logging in and out, which are written to `/-/…`, stay possible.
    """
    if settings(datasette).get("workings") is not False:
        return lambda scope: False
    base = datasette.setting("base_url").rstrip("/")

    def is_closed(scope: Any) -> bool:
        path = scope["path"].removeprefix(base)
        return bool(_TOLD.fullmatch(path)) or (scope["method"] not in _READING and not path.startswith("/-/"))

    return is_closed


async def refuse(send: Any) -> None:
    """The answer to such a request."""
    await send(
        {"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain; charset=utf-8")]}
    )
    await send({"type": "http.response.body", "body": b"Forbidden\n"})
