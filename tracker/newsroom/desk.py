"""The counter of a newsroom: from an address to the response it gets."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol
from urllib.parse import quote

from tracker.newsroom import feeds
from tracker.newsroom.faults import (
    BOT_WALL_PAGE,
    CONSENT_PAGE,
    CONSENT_WALL_PAGE,
    CONSENT_WALL_TEXT,
    ERROR_PAGE,
    LOGIN_PAGE,
    Fault,
)
from tracker.newsroom.furniture import Furniture
from tracker.newsroom.outlets import Outlet, PageContext
from tracker.newsroom.server import Request, Response, reason
from tracker.newsroom.story import Story
from tracker.newsroom.templates import courier, cronica, talbote

LOGIN = "/login"
"""Where readers log in; a log-in redirect leads here."""

_CANONICAL = re.compile(rb"<link rel=\"?canonical\"?[^>]*>")


class Room(Protocol):
    """What the counter must know of its newsroom."""

    seed: int
    opened: datetime
    sites: dict[str, str]

    def stories(self, outlet: str = "") -> list[Story]:
        """The stories that have appeared, newest first."""
        ...

    @property
    def now(self) -> datetime:
        """The present moment."""
        ...


@dataclass(frozen=True, slots=True)
class _Look:
    """The three kinds of page of an outlet."""

    article: Callable[[PageContext], str]
    listing: Callable[[PageContext, str], str]
    not_found: Callable[[PageContext, int], str]


_LOOKS: Mapping[str, _Look] = MappingProxyType(
    {
        "harbour-courier": _Look(courier.article, courier.listing, courier.not_found),
        "talbote": _Look(talbote.article, talbote.listing, talbote.not_found),
        "cronica": _Look(cronica.article, cronica.listing, cronica.not_found),
    }
)


class Desk:
    """Answers requests for a newsroom. Every page it writes has the furniture of the next number."""

    def __init__(self, room: Room):
        self._room = room
        self._pages = 0

    def at(self, outlet: Outlet, path: str) -> Story | None:
        """The story that lives, or lived, at a path."""
        for story in self._room.stories(outlet.id):
            if path == outlet.address(story) or path in (outlet.address(story, former) for former in story.former):
                return story
        return None

    def answer(self, outlet: Outlet, request: Request, variant: str = "a") -> Response:
        """What the address holds now. `variant` is the headline (a or b) that this reader gets."""
        path = request.path
        if path == "/robots.txt":
            lines = f"{outlet.robots}\nSitemap: {self._room.sites.get(outlet.id, '')}{outlet.sitemap}\n"
            return Response(body=lines.encode(), content_type="text/plain; charset=utf-8")
        if path in outlet.feeds or path == outlet.sitemap:
            return self._feed(outlet, path)
        if path == LOGIN:
            return Response(body=LOGIN_PAGE.encode())
        story = self.at(outlet, path)
        if story is None:
            return self._list(outlet, path)
        if story.gone:
            body = _LOOKS[outlet.id].not_found(self._page(outlet, story.language), story.gone)
            return self._html(outlet, story.language, body, story.gone)
        if path != outlet.address(story):
            return Response(301, headers={"Location": outlet.address(story)})
        return self._story(outlet, story, variant)

    def faulty(
        self, outlet: Outlet, request: Request, fault: Fault, *, status: int, retry_after: int | None
    ) -> Response:
        """What the address gives while a fault is on it."""
        if fault is Fault.STATUS:
            page = ERROR_PAGE.format(status=status, reason=reason(status))
            headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
            return Response(status, page.encode(), headers=headers)
        if fault is Fault.CONSENT:
            return Response(body=CONSENT_PAGE.encode())
        if fault is Fault.BOT_WALL:
            return Response(403, BOT_WALL_PAGE.encode())
        if fault is Fault.EMPTY:
            return Response()
        if fault is Fault.GARBAGE:
            return Response(body=random.Random(self._room.seed).randbytes(4096))
        if fault is Fault.HOMEPAGE:
            return Response(302, headers={"Location": "/"})
        if fault is Fault.CONSENT_WALL:
            paragraphs = "\n".join(f"<p>{text}</p>" for text in CONSENT_WALL_TEXT)
            return Response(body=CONSENT_WALL_PAGE.format(paragraphs=paragraphs).encode())
        if fault is Fault.LOGIN:
            return Response(302, headers={"Location": f"{LOGIN}?next={quote(request.path, safe='')}"})
        if fault is Fault.CANONICAL:
            return self._of_another_address(outlet, request)
        if fault is Fault.HALF:
            whole = self.answer(outlet, request)
            return replace(whole, body=whole.body[: len(whole.body) // 2], fault=fault)
        if fault is Fault.LOOP:
            return Response(302, headers={"Location": request.path})
        if fault is Fault.COLLAPSED:
            story = self.at(outlet, request.path)
            if story is not None and story.body:
                stump = replace(story.body[0], text=story.body[0].text[:40])
                return self._story(outlet, replace(story, body=(stump,)), "a")
        return replace(self.answer(outlet, request), fault=fault)

    def _of_another_address(self, outlet: Outlet, request: Request) -> Response:
        """A story whose page calls the address of another one its own."""
        whole = self.answer(outlet, request)
        others = [s for s in self._room.stories(outlet.id) if s is not self.at(outlet, request.path) and not s.gone]
        if not others:
            return whole
        wrong = f'<link rel="canonical" href="{self._room.sites.get(outlet.id, "")}{outlet.address(others[0])}">'
        body = _CANONICAL.sub(b"", whole.body).replace(b"</head>", wrong.encode() + b"</head>", 1)
        return replace(whole, body=body)

    def _story(self, outlet: Outlet, story: Story, variant: str) -> Response:
        page = replace(self._page(outlet, story.language), story=story, variant=variant)
        return self._html(outlet, story.language, _LOOKS[outlet.id].article(page), 200)

    def _list(self, outlet: Outlet, path: str) -> Response:
        """The front page, a section page, a page behind the disallowed folder, or not found."""
        language = outlet.languages[0]
        page = self._page(outlet, language)
        listed = page.stories
        if path != "/" and not path.startswith(outlet.hidden):
            listed = tuple(s for s in listed if outlet.list_of(s).rstrip("/") == path.rstrip("/"))
        look = _LOOKS[outlet.id]
        if not listed and path != "/":
            return self._html(outlet, language, look.not_found(page, 404), 404)
        if path != "/":
            language = listed[0].language
        page = replace(self._page(outlet, language), stories=listed)
        return self._html(outlet, language, look.listing(page, outlet.name), 200)

    def _feed(self, outlet: Outlet, path: str) -> Response:
        """A feed holds the newest stories, the sitemap all; a feed in a language's folder only that language."""
        page = self._page(outlet, outlet.languages[0])
        language = next((tongue for tongue in outlet.languages if path.startswith(f"/{tongue}/")), "")
        stories = tuple(s for s in page.stories if not language or s.language == language)
        if path == outlet.sitemap:
            text, kind = feeds.sitemap(page), "application/xml"
        elif outlet.feeds[path] == "atom":
            page = replace(page, stories=stories[: outlet.in_feed])
            text, kind = feeds.atom(page), "application/atom+xml"
        else:
            page = replace(page, stories=stories[: outlet.in_feed])
            tracking = outlet.tracking if path != next(iter(outlet.feeds)) else ""
            text, kind = feeds.rss(page, tracking), "application/rss+xml"
        return Response(body=text.encode(), content_type=f"{kind}; charset=utf-8", modified=feeds.changed(page))

    def _page(self, outlet: Outlet, language: str) -> PageContext:
        """What every page of an outlet has: the stories that can be linked, and fresh furniture."""
        self._pages += 1
        return PageContext(
            outlet=outlet,
            base=self._room.sites.get(outlet.id, ""),
            opened=self._room.opened,
            now=self._room.now,
            furniture=Furniture(self._room.seed, self._pages, language),
            stories=tuple(s for s in self._room.stories(outlet.id) if not s.gone),
        )

    def _html(self, outlet: Outlet, language: str, text: str, status: int) -> Response:
        """A page in the outlet's encoding; what that lacks becomes a character reference."""
        encoding = outlet.encoding(language)
        kind = f"text/html; charset={encoding}" if outlet.charset_in_header else "text/html"
        headers = {"Cache-Control": "private, no-store", "Content-Language": language}
        return Response(status, text.encode(encoding, "xmlcharrefreplace"), kind, headers)
