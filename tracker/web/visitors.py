"""Who may ask for what: names this server answers to, writing from its own pages only, and what strangers may see."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from datasette import Forbidden

from tracker.web.access import settings

READING = frozenset({"GET", "HEAD", "OPTIONS"})

_THEIRS = re.compile(r"/-/static/.+|/-/static-plugins/.+|/favicon\.ico|/-/login|/-/logout")
"""What a page loads from Datasette, and its way in and out. Database pages are told by what is open there."""

_BELOW_A_DATABASE = r"(?:-[0-9a-f]+)?(?:/([^/]+?)(?:/([^/]+?))?)?(?:\.(?:json|csv|blob))?/?"
"""A database, a table or query of it, a row; as a page or as data. The first group is the table."""


@dataclass(frozen=True, slots=True)
class VisitorRequest:
    """What is asked, as the doors look at it. `headers` have lower-case names."""

    method: str
    path: str
    scheme: str
    headers: Mapping[str, str]


def request_of(scope: Mapping[str, Any]) -> VisitorRequest:
    """The request of an ASGI scope."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return VisitorRequest(scope["method"], scope["path"], scope.get("scheme", "http"), headers)


def refusal(datasette: Any, pages: Iterable[str]) -> Callable[[VisitorRequest], str]:
    """Why a request is refused, before anything of it is worked on; empty when it is not.

    `pages` are the patterns of our own addresses.
    """
    public = settings(datasette).get("workings") is False
    names = settings(datasette).get("hosts")
    known = tuple(map(str, names)) if isinstance(names, list | tuple) else None
    base = str(datasette.setting("base_url")).rstrip("/")
    openly = _open_to_strangers(datasette, pages) if public else None

    def why(request: VisitorRequest) -> str:
        path = request.path.removeprefix(base)
        host = request.headers.get("host", "")
        writing = request.method not in READING
        if openly is not None and ((writing and not path.startswith("/-/")) or not openly(path)):
            return "Forbidden"
        if (writing or (known is not None and openly is None)) and not answers_to(host, known or ()):
            return "This server does not answer to that name. The operator can add it: tracker web --name NAME"
        if writing and not from_here(request):
            return "Writing is for the pages of this server only"
        return ""

    return why


def answers_to(host: str, names: Iterable[str]) -> bool:
    """Whether a `Host` is this server's: an address, this machine, or a name the operator gave.

    A page of another site can have its own name lead to this machine (DNS rebinding), but not another name.
    """
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost") or name in {each.lower() for each in names}:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def from_here(request: VisitorRequest) -> bool:
    """Whether a request that writes comes from a page of this server: every browser says so, and nobody else can."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return site is not None
    host = request.headers.get("host", "")
    # Behind a proxy that ends TLS, the scheme that we see is not the one the visitor used.
    return urlsplit(origin).netloc.lower() == host.lower() and urlsplit(origin).scheme in ("http", "https")


_SALT = "tracker-review"


def token(datasette: Any, change_id: int) -> str:
    """What a form of ours carries: only who was shown the page can send it."""
    return str(datasette.sign({"change": change_id}, _SALT))


def check_token(datasette: Any, sent: str, change_id: int) -> None:
    """Raise Forbidden unless that is what the form of this change carried."""
    try:
        told = datasette.unsign(sent, _SALT)
    except Exception as error:  # itsdangerous, which is Datasette's own affair, has several
        raise Forbidden(
            "The form is not one of ours, or of another start of the server: load the page again"
        ) from error
    if told != {"change": change_id}:
        raise Forbidden("The form is that of another change")


def _open_to_strangers(datasette: Any, pages: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path is one of those that strangers may see: our pages, the open tables and the canned queries."""
    ours = [re.compile(page) for page in pages]

    def is_open(path: str) -> bool:
        if _THEIRS.fullmatch(path) or any(page.match(path) for page in ours):
            return True
        for name, database in datasette.databases.items():
            rest = re.fullmatch(
                rf"/{re.escape(name)}(?:-[0-9a-f]+)?(?:/([^/]+?)(?:/([^/]+?))?)?(?:\.(?:json|csv|blob))?/?", path
            )
            if rest and not name.startswith("_") and database.path:
                return not _closed(datasette, name, rest[1] or "")
        return False

    return is_open


def _closed(datasette: Any, database: str, table: str) -> bool:
    sheet = _sheet(datasette, database)
    return (sheet.get("tables") or {}).get(table, {}).get("allow") is False


def _sheet(datasette: Any, database: str) -> Mapping[str, Any]:
    """What the operator says of a database; 0.65 keeps it in the metadata, 1.0 in the configuration."""
    told = getattr(datasette, "config", None) or {}
    if not (told.get("databases") or {}).get(database):
        told = datasette.metadata() if callable(getattr(datasette, "metadata", None)) else {}
    found: Mapping[str, Any] = (told.get("databases") or {}).get(database) or {}
    return found


def close_counts(datasette: Any) -> None:
    """Let row pages count no rows of closed tables: Datasette counts whatever refers to a row, for anybody."""
    for name, database in datasette.databases.items():
        if name.startswith("_") or not database.path:
            continue
        database.get_all_foreign_keys = _without_closed(datasette, name, database.get_all_foreign_keys)


def _without_closed(datasette: Any, name: str, ask: Callable[[], Any]) -> Callable[[], Any]:
    async def open_ones() -> dict[str, Any]:
        found = await ask()
        return {
            table: {**keys, "incoming": [k for k in keys["incoming"] if not _closed(datasette, name, k["other_table"])]}
            for table, keys in found.items()
        }

    return open_ones
