"""The newsroom's pages, without a network: three templates in several languages, each request with other furniture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tracker.newsroom import Newsroom
from tracker.newsroom.outlets import Outlet
from tracker.newsroom.server import Request
from tracker.newsroom.story import Story
from tracker.page import decode


class _Still:
    """A clock that stands still after all of the newsroom's stories have appeared."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The one moment."""
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """No time passes."""


@dataclass(frozen=True)
class Served:
    """A story and how to ask for its page."""

    room: Newsroom
    outlet: Outlet
    story: Story

    @property
    def url(self) -> str:
        """The story's address."""
        return f"https://{self.outlet.id}.example{self.outlet.address(self.story)}"

    def page(self) -> str:
        """The page as it is served now; the furniture is new each time."""
        response = self.room.answer(self.outlet, Request("GET", self.outlet.address(self.story), "", {}))
        return decode.text(response.body, response.content_type)[0]


def stories() -> Iterator[Served]:
    """Every story that can be read in full, one outlet after the other."""
    clock = _Still()
    room = Newsroom(clock, edits=())
    clock.moment += timedelta(hours=2)
    for outlet in room.outlets:
        for story in room.stories(outlet.id):
            if not story.gone and not story.other_headline and len(story.paragraphs) >= 3:
                yield Served(room, outlet, story)
