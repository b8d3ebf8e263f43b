"""How answers travel: packed where the visitor takes it, not sent twice, not worked on for somebody who has gone."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Event = MutableMapping[str, Any]
Send = Callable[[Event], Awaitable[None]]
Receive = Callable[[], Awaitable[Event]]
App = Callable[[Any, Receive, Send], Awaitable[None]]

SMALLEST = 1000
"""A shorter answer is not worth packing."""

_PACKED = re.compile(r"text/|application/(?:json|javascript|xml|atom\+xml|feed\+json)|image/svg")
_FEED = re.compile(r".*/(?:feed|search)\.(?:atom|json)")
_STATIC = re.compile(r".*/-/static(?:-plugins)?/.+")


class Delivery:
    """The rest of an answer's way for one request: holds a whole answer back to name, pack or leave it out."""

    def __init__(self, scope: Any, send: Send, added: dict[str, str]) -> None:
        self._headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self._path, self._method, self._send, self._added = scope["path"], scope["method"], send, added
        self._stamped = bool(scope.get("query_string"))  # the address changes with what it leads to
        self._start: Event | None = None

    async def send(self, event: Event) -> None:
        """Take an event of the app's answer on."""
        if event["type"] == "http.response.start":
            self._start = event
            return
        if self._start is not None:
            start, self._start = self._start, None
            await self._begin(start, event)
        else:
            await self._send(event)

    async def _begin(self, start: Event, first: Event) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
        pairs = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in start["headers"]]
        pairs += [(name, value) for name, value in self._added.items() if name not in headers]
        body: bytes = first.get("body", b"")
        whole = not first.get("more_body", False) and self._method == "GET" and start["status"] == 200
        status = start["status"]
        if start["status"] == 200 and self._stamped and _STATIC.fullmatch(self._path):
            pairs.append(("cache-control", "public, max-age=31536000, immutable"))
        if whole and _FEED.fullmatch(self._path):
            tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
            pairs += [("etag", tag), ("cache-control", "max-age=300")]
            if tag in re.split(r"\s*,\s*", self._headers.get("if-none-match", "")):
                status, body = 304, b""
        if whole and status == 200 and self._packs(headers, body):
            body = await asyncio.to_thread(gzip.compress, body, 5, mtime=0)
            pairs += [("content-encoding", "gzip"), ("vary", "accept-encoding")]
        if whole:
            pairs = [(n, v) for n, v in pairs if n.lower() != "content-length"] + [("content-length", str(len(body)))]
        encoded = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in pairs]
        await self._send({**start, "status": status, "headers": encoded})
        await self._send({**first, "body": body})

    def _packs(self, headers: dict[str, str], body: bytes) -> bool:
        takes = re.split(r"\s*,\s*", self._headers.get("accept-encoding", "").lower())
        kind = headers.get("content-type", "")
        fits = len(body) >= SMALLEST and "content-encoding" not in headers
        return fits and "gzip" in takes and bool(_PACKED.match(kind))


async def while_there(app: App, scope: Any, receive: Receive, send: Send) -> None:
    """Work on a request for as long as who asked is there; what is being read for them is let go of with them."""
    if scope["method"] not in ("GET", "HEAD"):
        await app(scope, receive, send)
        return
    gone = asyncio.Event()

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()

    async def received() -> Event:
        await gone.wait()
        return {"type": "http.disconnect"}

    work = asyncio.ensure_future(app(scope, received, send))
    watching = asyncio.ensure_future(watch())
    try:
        await asyncio.wait({work, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            return
        await work
    finally:
        watching.cancel()
        work.cancel()
