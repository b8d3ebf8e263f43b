"""Versions as mementos (RFC 7089): a TimeMap lists those of an address, a TimeGate leads to the one of a moment.

A memento is the version's text. The page itself, served from our address, would be an attack on whoever opens it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from datasette import NotFound, Response

from tracker.model import Version
from tracker.render import plain
from tracker.store import Store
from tracker.store.history import articles, versions
from tracker.web.access import History
from tracker.web.response import HEADERS, guarded

_SLASHES = re.compile(r"^(https?):/+")
_LINKS = "application/link-format; charset=utf-8"
_SANDBOX = {"content-security-policy": "default-src 'none'; sandbox"}


@guarded
async def timemap(datasette: Any, request: Any, history: History) -> Response:
    """`/-/timemap/link/URL`: every version of the address with its moment."""
    url = _asked(request)
    found = await history.read(_versions, url)
    links = [f'<{url}>; rel="original"', f'<{_at(datasette, request, "timegate", url)}>; rel="timegate"']
    ends = f'; from="{_http(found[0].first_seen_at)}"; until="{_http(found[-1].first_seen_at)}"'
    links.append(f'<{_at(datasette, request, "timemap/link", url)}>; rel="self"; type="application/link-format"{ends}')
    for n, version in enumerate(found):
        place = " ".join(word for word, there in (("first", n == 0), ("last", n + 1 == len(found))) if there)
        rel = f"{place} memento".strip()
        links.append(
            f'<{_memento(datasette, request, version, url)}>; rel="{rel}"; datetime="{_http(version.first_seen_at)}"'
        )
    return Response(",\n".join(links) + "\n", content_type=_LINKS, headers=dict(HEADERS))


@guarded
async def timegate(datasette: Any, request: Any, history: History) -> Response:
    """`/-/timegate/URL`: to the version that stood at `Accept-Datetime`; the newest without it."""
    url = _asked(request)
    found = await history.read(_versions, url)
    asked = request.headers.get("accept-datetime", "")
    moment = _moment(asked)
    if asked and moment is None:
        said = "Accept-Datetime is to be a date of HTTP, as in: Thu, 02 May 2024 10:00:00 GMT\n"
        return Response(said, status=400, content_type="text/plain; charset=utf-8", headers=dict(HEADERS))
    stood = [v for v in found if moment is None or v.first_seen_at <= moment] or found[:1]
    place = _memento(datasette, request, stood[-1], url)
    headers = HEADERS | {"location": place, "vary": "accept-datetime", "link": _related(datasette, request, url)}
    return Response("", status=302, content_type="text/plain; charset=utf-8", headers=headers)


@guarded
async def memento(datasette: Any, request: Any, history: History) -> Response:
    """`/-/memento/YYYYMMDDhhmmss/URL`: the text of the version that was first seen then."""
    url = _asked(request)
    found = await history.read(_versions, url)
    version = next((v for v in found if _stamp(v) == request.url_vars["stamp"]), None)
    if version is None:
        raise NotFound(f"No version of {url} was first seen then.")
    told = {"memento-datetime": _http(version.first_seen_at), "link": _related(datasette, request, url)}
    body = plain.document(version.content)
    return Response(body, content_type="text/plain; charset=utf-8", headers=HEADERS | _SANDBOX | told)


def _asked(request: Any) -> str:
    """The address that is asked for: what follows in the path, with the query that is the address's own."""
    url = _SLASHES.sub(r"\1://", str(request.url_vars["url"]))  # of two, our pages overlook one
    parameters = request.query_string
    whole = f"{url}?{parameters}" if parameters else url
    if not whole.startswith(("http://", "https://")) or any(c in whole for c in '<>"\r\n\t '):
        raise NotFound("A web address is to follow, as in /-/timemap/link/https://www.example.org/news/1")
    return whole


def _versions(store: Store, url: str) -> Sequence[Version]:
    article_id = articles.find(store, url)
    found = versions.versions(store, article_id) if article_id is not None else []
    if not found:
        raise NotFound("No version of this address is known.")
    return found


def _at(datasette: Any, request: Any, what: str, url: str) -> str:
    return str(datasette.absolute_url(request, datasette.urls.path(f"/-/{what}/"))) + url


def _memento(datasette: Any, request: Any, version: Version, url: str) -> str:
    return _at(datasette, request, f"memento/{_stamp(version)}", url)


def _related(datasette: Any, request: Any, url: str) -> str:
    """The original, its TimeGate and its TimeMap, as a header."""
    gate, times = _at(datasette, request, "timegate", url), _at(datasette, request, "timemap/link", url)
    return (
        f'<{url}>; rel="original", <{gate}>; rel="timegate", <{times}>; rel="timemap"; type="application/link-format"'
    )


def _stamp(version: Version) -> str:
    return version.first_seen_at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _http(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
