"""The newsroom itself: its stories at any moment, its doors, and the hands on them."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from tracker.errors import NotFound
from tracker.model import Clock
from tracker.newsroom import script as scripts
from tracker.newsroom import story as stories_of
from tracker.newsroom.desk import Desk
from tracker.newsroom.faults import Fault
from tracker.newsroom.outlets import OUTLETS, Outlet
from tracker.newsroom.script import PlannedEdit, Planted
from tracker.newsroom.server import Request, Response, Server
from tracker.newsroom.story import Story


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as the newsroom logged it: when (by its clock), where, what for, and the status it got.

    A status of 0 is a request that was never answered.
    """

    at: datetime
    outlet: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    status: int


@dataclass(slots=True)
class _InjectedFault:
    """A fault that waits at an address; `times` counts down, None stays."""

    fault: Fault
    status: int
    retry_after: int | None
    times: int | None


def _at(edit: PlannedEdit) -> timedelta:
    """When an edit happens: what plans are sorted by."""
    return edit.at


class Newsroom:
    """Three small papers on loopback that edit their stories as time goes by.

    `clock` is read with `now()` only; its time at construction is the newsroom's opening, from which the script
    counts. `edits` replaces the script of the package (an empty one leaves everything to `edit` and `publish`),
    `stories` its stories. The same seed and the same requests give the same pages, byte for byte.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 1,
        edits: Iterable[PlannedEdit] | None = None,
        stories: Iterable[Story] | None = None,
    ):
        self.clock = clock
        self.seed = seed
        self.opened = clock.now()
        self.outlets: tuple[Outlet, ...] = OUTLETS
        self.requests: list[LoggedRequest] = []
        self.sites: dict[str, str] = {}
        known = stories_of.load() if stories is None else tuple(stories)
        self._stories = {story.slug: story for story in known}
        self.placed: dict[str, Response] = {}  # answers of somebody else's own, by path
        self._plans: dict[str, list[PlannedEdit]] = defaultdict(list)
        for edit in scripts.load() if edits is None else edits:
            insort(self._plans[edit.article], edit, key=_at)
        self._present: dict[str, tuple[int, Story]] = {}
        self._injected: dict[str, _InjectedFault] = {}
        self._views: Counter[str] = Counter()
        self._desk = Desk(self)

    @property
    def script(self) -> list[PlannedEdit]:
        """Everything that is planned, and everything done by hand so far, in the order of time.

        A story that appears after the opening has an entry of kind PUBLISHED.
        """
        later = [
            PlannedEdit(at=s.published, article=s.slug, kind=Planted.PUBLISHED, note=s.headline)
            for s in self._stories.values()
            if s.published > timedelta(0)
        ]
        return sorted(chain(later, *self._plans.values()), key=_at)

    @property
    def happened(self) -> list[PlannedEdit]:
        """The part of the script that lies behind us."""
        since = self.since
        return [edit for edit in self.script if edit.at <= since]

    @property
    def now(self) -> datetime:
        """The present moment of the newsroom's clock."""
        return self.clock.now()

    @property
    def since(self) -> timedelta:
        """Newsroom time: how long it has been open."""
        return self.clock.now() - self.opened

    def story(self, slug: str) -> Story | None:
        """A story as it is now, or None when it has not appeared yet. Raises NotFound for no story of ours."""
        if slug not in self._stories:
            raise NotFound(f"the newsroom has no story {slug!r}")
        since = self.since
        story = self._stories[slug]
        if story.published > since:
            return None
        done = bisect_right(self._plans[slug], since, key=_at)
        known, present = self._present.get(slug, (0, story))
        if known != done:
            present = story
            for edit in self._plans[slug][:done]:
                present = edit.apply(present, self.opened)
        self._present[slug] = (done, present)
        return present

    def stories(self, outlet: str = "") -> list[Story]:
        """The stories that have appeared (of one outlet), newest first; the unpublished ones too."""
        found = [self.story(slug) for slug, s in list(self._stories.items()) if not outlet or s.outlet == outlet]
        return sorted((s for s in found if s is not None), key=lambda s: (-s.published, s.slug))

    def outlet(self, outlet_id: str) -> Outlet:
        """The outlet of that id. Raises NotFound."""
        for outlet in self.outlets:
            if outlet.id == outlet_id:
                return outlet
        raise NotFound(f"no outlet {outlet_id!r}; there are {', '.join(o.id for o in self.outlets)}")

    def url(self, slug: str) -> str:
        """A story's present address; known while the newsroom is served. Raises NotFound."""
        story = self.story(slug)
        if story is None or story.outlet not in self.sites:
            raise NotFound(f"{slug!r} has no address: it has not appeared, or nobody serves the newsroom")
        return self.sites[story.outlet] + self.outlet(story.outlet).address(story)

    def publish(
        self,
        slug: str,
        *,
        headline: str,
        body: str | Sequence[str],
        outlet: str = "harbour-courier",
        section: str = "local",
        language: str = "",
        standfirst: str = "",
        byline: Sequence[str] = ("Wren Tallow",),
    ) -> Story:
        """A new story, out at once. `body` is marked-up text, or its blocks. Returns the story."""
        house = self.outlet(outlet)
        front = {
            "outlet": outlet,
            "section": section,
            "language": language or house.languages[0],
            "headline": headline,
            "standfirst": standfirst,
            "byline": list(byline),
            "published": self.since / timedelta(minutes=1),
        }
        story = stories_of.make(slug, front, body if isinstance(body, str) else "\n\n".join(body))
        # Minutes as a float may round to a moment ahead of the clock, and the story is out now.
        self._stories[slug] = replace(story, published=self.since)
        self._present.pop(slug, None)
        return self._stories[slug]

    def edit(
        self,
        slug: str,
        *,
        kind: Planted = Planted.UPDATE,
        note: str = "by hand",
        silent: bool = False,
        **steps: Any,
    ) -> Story:
        """Edits a story now: `edit("ferry", replace={"old": "12", "new": "15"}, headline="…")`.

        The names of the steps are those of `script.OPERATIONS`. Returns the story as it is then. Raises ValueError
        when a step cannot be done, and then nothing is changed.
        """
        story = self.story(slug)
        if story is None:
            raise ValueError(f"{slug}: not published yet")
        edit = PlannedEdit(self.since, slug, kind, note, tuple(steps.items()), silent)
        edited = edit.apply(story, self.opened)
        insort(self._plans[slug], edit, key=_at)
        self._present[slug] = (bisect_right(self._plans[slug], edit.at, key=_at), edited)
        return edited

    def fail(
        self,
        target: str,
        fault: Fault,
        *,
        status: int = 503,
        retry_after: int | None = None,
        times: int | None = None,
    ) -> None:
        """Makes an address misbehave from now on, or so many times. `target` is a path, a slug or an outlet's id.

        `status` and `retry_after` (seconds) belong to `Fault.STATUS`.
        """
        self._injected[target] = _InjectedFault(fault, status, retry_after, times)

    def heal(self, target: str = "") -> None:
        """Ends the fault of one target, or all of them."""
        if target:
            self._injected.pop(target, None)
        else:
            self._injected.clear()

    def config(self, *, database: Path | str, contact: str = "https://operator.example/bot") -> dict[str, object]:
        """The mapping of a sources.yaml that follows this newsroom; for while it is served."""
        if not self.sites:
            raise NotFound("the newsroom has no addresses yet: enter `serving` first")
        return {
            "database": str(database),
            "contact": contact,
            "defaults": {"delay": "0s", "checks": 400},
            "network": {
                "allow_private": True,
                "allow_ports": sorted(int(base.rpartition(":")[2]) for base in self.sites.values()),
            },
            "sources": [
                {
                    "id": outlet.id,
                    "name": outlet.name,
                    "feeds": [self.sites[outlet.id] + path for path in outlet.feeds],
                    "sitemaps": [self.sites[outlet.id] + outlet.sitemap],
                    "sections": [
                        {"url": self.sites[outlet.id] + path, "links": links} for path, links in outlet.followed.items()
                    ],
                }
                for outlet in self.outlets
            ],
        }

    @asynccontextmanager
    async def serving(self, host: str = "127.0.0.1", ports: Sequence[int] = (0, 0, 0)) -> AsyncIterator[dict[str, str]]:
        """Opens the doors: each outlet on its own port (0 takes a free one). Yields outlet id -> base address."""
        async with AsyncExitStack() as stack:
            for outlet, port in zip(self.outlets, ports, strict=True):
                server = Server(partial(self.answer, outlet), self.clock.now, host, port)
                await stack.enter_async_context(server)
                self.sites[outlet.id] = f"http://{host}:{server.port}"
            try:
                yield dict(self.sites)
            finally:
                self.sites.clear()

    def answer(self, outlet: Outlet, request: Request) -> Response:
        """What an outlet answers to a request; it is logged."""
        story = self._desk.at(outlet, request.path)
        placed = self.placed.get(request.path)
        injected = self._injected_for(request.path, story.slug if story else "", outlet.id)
        if placed is not None:
            response = placed
        elif injected is not None:
            response = self._desk.faulty(
                outlet, request, injected.fault, status=injected.status, retry_after=injected.retry_after
            )
        else:
            response = self._desk.answer(outlet, request, self._variant(story))
        status = 0 if response.fault in {Fault.STALL, Fault.RESET} else response.status
        visit = LoggedRequest(
            self.clock.now(), outlet.id, request.method, request.path, request.query, request.headers, status
        )
        self.requests.append(visit)
        return response

    def _variant(self, story: Story | None) -> str:
        """Which of two headlines this reader gets: every other one gets the second."""
        if story is None or not story.other_headline:
            return "a"
        self._views[story.slug] += 1
        return "b" if self._views[story.slug] % 2 == 0 else "a"

    def _injected_for(self, *targets: str) -> _InjectedFault | None:
        """The fault that waits for a request, counted down."""
        for target in targets:
            injected = self._injected.get(target)
            if injected is None:
                continue
            if injected.times is not None:
                injected.times -= 1
                if injected.times <= 0:
                    self._injected.pop(target)
            return injected
        return None
