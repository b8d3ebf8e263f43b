"""Kinds of pages that are not the article any more, over real servers: none of them is an edit, whatever it is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.scheduler.world import PATIENCE, World, a_world, inline
from tests.waiting import HANG
from tracker.differ import diff
from tracker.model import STOOD, ChangeFilter, Content, EventKind, Found, Outcome, State, Via
from tracker.newsroom.faults import Fault
from tracker.newsroom.server import Request, Response
from tracker.pipeline.reread import reread
from tracker.pipeline.walk import Observation, marked
from tracker.store.history import articles, changes, checks, versions

FERRY, GULLS, LETTER = "ferry-fog-timetable", "mayor-gulls", "hospital-letter"
DAY = 24 * 60


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path, limits=PATIENCE) as opened:
        await opened.discover()
        yield opened


@pytest.fixture
def instead(world: World) -> Callable[[str, Response], None]:
    """Puts an answer in the place of what the newsroom gives at a path."""

    def put(path: str, response: Response) -> None:
        world.newsroom.placed[path] = response

    return put


def path_of(world: World, slug: str) -> str:
    return urlsplit(world.newsroom.url(slug)).path


def page(title: str, *paragraphs: str, head: str = "") -> Response:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"<!doctype html><html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{body}</main>"
    html += "</body></html>"
    return Response(body=html.encode())


class Together:
    """Reads no page before so many are to be read at once; counts them."""

    def __init__(self, pages: int) -> None:
        self.calls, self._pages, self._met = 0, pages, asyncio.Event()

    async def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.calls += 1
        if self.calls >= self._pages:
            self._met.set()
        await self._met.wait()
        return function(*arguments)


CLERK = (
    "The clerk who keeps this part of the house has gone to lunch and taken the key along, as clerks have done since "
    "there were keys. What you came for was here in the morning and may be here again in the evening.",
    "Until then the bench in the corridor is yours, and so is the view of the yard, the pump and the two cats.",
)


@pytest.mark.parametrize("fault", [Fault.CONSENT_WALL, Fault.LOGIN, Fault.HALF])
async def test_a_wall_that_stands_for_days_is_no_version(world: World, fault: Fault) -> None:
    await world.check(FERRY)
    world.newsroom.fail(FERRY, fault)
    for minutes in (20, 60, 240, DAY, DAY):
        assert not (await world.check(FERRY, minutes=minutes)).outcome.saw_the_article
    assert len(versions.versions(world.store, world.id(FERRY))) == 1
    world.newsroom.heal()
    assert (await world.check(FERRY, minutes=60)).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("fault", [Fault.CONSENT_WALL, Fault.LOGIN])
async def test_a_wall_at_the_first_visit_is_no_version_one(world: World, fault: Fault) -> None:
    await world.check(GULLS)
    world.newsroom.fail(FERRY, fault)
    for minutes in (0, 30, DAY):
        assert not (await world.check(FERRY, minutes=minutes)).outcome.saw_the_article
    assert not versions.versions(world.store, world.id(FERRY))
    world.newsroom.heal()
    assert (await world.check(FERRY, minutes=60)).outcome is Outcome.NEW


async def test_the_same_text_at_two_addresses_is_a_wall_even_where_it_calls_itself_an_article(
    world: World, instead: Callable[[str, Response], None]
) -> None:
    wall = page("A word before you read on", *CLERK * 2, head='<meta property="og:type" content="article">')
    for slug in (FERRY, GULLS):
        await world.check(slug)
        instead(path_of(world, slug), wall)
    for minutes in (20, 60, DAY, DAY):
        for slug in (FERRY, GULLS):
            assert not (await world.check(slug, minutes=minutes)).outcome.saw_the_article


@pytest.mark.parametrize(
    ("name", "title", "head", "outcome"),
    [
        ("a soft 404", "404: nothing here", '<meta name="robots" content="noindex">', Outcome.GONE),
        ("a soft 404 in words", "Seite nicht gefunden", "", Outcome.GONE),
        ("an error page", "We will be back", "", Outcome.OTHER_PAGE),
        ("a parked name", "This name is for sale", "", Outcome.OTHER_PAGE),
    ],
)
async def test_a_page_that_answers_200_without_the_article_is_an_outcome(
    world: World, instead: Callable[[str, Response], None], name: str, title: str, head: str, outcome: Outcome
) -> None:
    await world.check(FERRY)
    instead(path_of(world, FERRY), page(title, *CLERK, head=head))
    for minutes in (20, 60):
        assert (await world.check(FERRY, minutes=minutes)).outcome in (outcome, Outcome.COLLAPSED), name
    assert len(versions.versions(world.store, world.id(FERRY))) == 1
    assert articles.article(world.store, world.id(FERRY)).state is State.LIVE


async def test_another_story_of_the_house_is_never_this_ones_text(
    world: World, instead: Callable[[str, Response], None]
) -> None:
    for slug in (FERRY, GULLS):
        await world.check(slug)
    instead(path_of(world, FERRY), Response(301, headers={"Location": path_of(world, GULLS)}))
    first = await world.check(FERRY, minutes=20)
    assert first.outcome is Outcome.OTHER_PAGE
    assert articles.article(world.store, world.id(FERRY)).state is State.LIVE
    await world.check(FERRY, minutes=20)
    assert articles.article(world.store, world.id(FERRY)).state is State.MOVED
    assert articles.article(world.store, world.id(GULLS)).state is State.LIVE
    (event,) = checks.events(world.store, world.id(FERRY))
    assert event.detail["article"] == world.id(GULLS)
    assert world.headlines(FERRY) == [world.newsroom.story(FERRY).headline]


@pytest.mark.parametrize("way", ["header", "meta"])
async def test_a_page_that_leads_on_at_once_is_followed_as_browsers_do(
    world: World, instead: Callable[[str, Response], None], way: str
) -> None:
    await world.check(FERRY)
    whole = world.newsroom.answer(
        world.newsroom.outlet("harbour-courier"), Request("GET", path_of(world, FERRY), "", {})
    )
    instead("/moved/ferry", whole)
    if way == "header":
        instead(path_of(world, FERRY), Response(body=b"<p>Moved.</p>", headers={"Refresh": "0; url=/moved/ferry"}))
    else:
        meta = '<meta http-equiv="refresh" content="0;URL=\'/moved/ferry\'">'
        instead(path_of(world, FERRY), page("Moved", "This page has moved.", head=meta))
    assert (await world.check(FERRY, minutes=30)).outcome is Outcome.UNCHANGED


async def test_a_page_that_leads_to_itself_or_in_circles_ends(
    world: World, instead: Callable[[str, Response], None]
) -> None:
    await world.check(FERRY)
    here = path_of(world, FERRY)
    for place, to in ((here, "/a"), ("/a", "/b"), ("/b", "/c"), ("/c", "/a")):
        instead(place, page("Moved", "Go on.", head=f'<meta http-equiv="refresh" content="0; url={to}">'))
    assert (await world.check(FERRY, minutes=30)).outcome is Outcome.BAD_REDIRECT


@pytest.mark.parametrize("kind", ["application/pdf", "audio/mpeg"])
async def test_what_was_never_read_is_never_gone(
    world: World, instead: Callable[[str, Response], None], kind: str
) -> None:
    instead(path_of(world, FERRY), Response(body=b"%PDF-1.7 " * 40, content_type=kind))
    for minutes in (0, 20, 120, DAY, DAY):
        assert (await world.check(FERRY, minutes=minutes)).outcome is Outcome.UNREADABLE
    assert checks.events(world.store, world.id(FERRY)) == []


async def test_a_wrong_canonical_swallows_no_other_story(world: World) -> None:
    world.newsroom.fail(FERRY, Fault.CANONICAL)
    result = await world.check(FERRY)
    assert result.outcome is Outcome.NEW
    assert result.aliases == ()
    for story in world.newsroom.stories("harbour-courier"):
        if story.slug != FERRY:
            assert world.id(story.slug) != world.id(FERRY)
    assert len({address.url for address in articles.addresses(world.store, world.id(FERRY))}) == 1


@pytest.mark.parametrize("address", ["/print/ferry-fog-timetable", "/region/{slug}"])
async def test_one_story_at_two_addresses_is_one_article(
    world: World, instead: Callable[[str, Response], None], address: str
) -> None:
    await world.check(FERRY)
    outlet = world.newsroom.outlet("harbour-courier")
    path = address.format(slug=path_of(world, FERRY).strip("/").rsplit("/", 1)[-1])
    instead(path, world.newsroom.answer(outlet, Request("GET", path_of(world, FERRY), "", {})))
    found = [Found(world.newsroom.sites["harbour-courier"] + path, Via.FEED, world.newsroom.story(FERRY).headline)]
    (second,) = articles.found(world.store, "harbour-courier", found, world.clock.now(), due_at=world.clock.now())
    await world.check(second, minutes=30)
    assert articles.article(world.store, second).state is State.MOVED
    (event,) = checks.events(world.store, second)
    assert (event.kind, event.detail["article"]) == (EventKind.MOVED, world.id(FERRY))
    assert articles.resolve(world.store, found[0].url) == world.id(FERRY)


@pytest.mark.parametrize("first", [FERRY, "the copy"])
async def test_two_first_visits_of_one_story_at_once_are_one_article(
    world: World, instead: Callable[[str, Response], None], first: str
) -> None:
    """Both pages are read before either is known of; neither names the other's address."""
    asked = Request("GET", path_of(world, FERRY), "", {})
    whole = world.newsroom.answer(world.newsroom.outlet("harbour-courier"), asked)
    own = re.sub(rb'<link rel="canonical"[^>]*>|<meta property="og:url"[^>]*>', b"", whole.body)
    for path in (path_of(world, FERRY), "/north/ferry"):
        instead(path, replace(whole, body=own))
    address = world.newsroom.sites["harbour-courier"] + "/north/ferry"
    found = [Found(address, Via.FEED, world.newsroom.story(FERRY).headline)]
    (copy,) = articles.found(world.store, "harbour-courier", found, world.clock.now(), due_at=world.clock.now())
    original = world.id(FERRY)
    world.run = Together(2)
    order = (original, copy) if first == FERRY else (copy, original)
    async with asyncio.timeout(HANG):
        await asyncio.gather(*map(world.check, order))
    states = {articles.article(world.store, a).state: a for a in (original, copy)}
    assert states.keys() == {State.LIVE, State.MOVED}
    assert [len(versions.versions(world.store, states[s])) for s in (State.LIVE, State.MOVED)] == [1, 0]
    (event,) = checks.events(world.store, states[State.MOVED])
    assert event.detail["article"] == states[State.LIVE]
    assert articles.resolve(world.store, world.newsroom.url(FERRY)) == articles.resolve(world.store, address)


async def test_two_first_visits_of_two_stories_at_once_are_read_once_each(world: World) -> None:
    world.run = together = Together(2)
    async with asyncio.timeout(HANG):
        results = await asyncio.gather(world.check(FERRY), world.check(GULLS))
    assert [result.outcome for result in results] == [Outcome.NEW, Outcome.NEW]
    assert together.calls == 2


async def test_a_text_that_takes_the_place_becomes_a_version_when_it_stands_for_a_day(
    world: World, instead: Callable[[str, Response], None]
) -> None:
    """Another headline, another text, at the same address and still an article: believed on the next day."""
    await world.check(FERRY)
    text = [
        f"Number {n}: nothing here was written before, {n * 13} geese crossed field {n} at dusk." for n in range(12)
    ]
    world.newsroom.publish("geese", headline="Geese on their way across the northern fields", body=text)
    asked = Request("GET", urlsplit(world.newsroom.url("geese")).path, "", {})
    geese = world.newsroom.answer(world.newsroom.outlet("harbour-courier"), asked)
    own = re.sub(rb'<link rel="canonical"[^>]*>|<meta property="og:url"[^>]*>', b"", geese.body)
    instead(path_of(world, FERRY), replace(geese, body=own))
    outcomes = [(await world.check(FERRY, minutes=m)).outcome for m in (20, 60, DAY)]
    assert outcomes[-1] is Outcome.CHANGED
    assert Outcome.CHANGED not in outcomes[:1]
    assert len(versions.versions(world.store, world.id(FERRY))) == 2
    assert timedelta(hours=1) < world.changes[-1].before - world.changes[-1].after
    article = world.id(FERRY)
    (accepted,) = changes.changes(world.store, ChangeFilter(tags=(STOOD,)))
    assert (accepted.article_id, accepted.tags[0], accepted.tags.count(STOOD)) == (article, STOOD, 1)
    again = await reread(world.store, article, world.sources, run=inline)
    assert (again.rebuilt.judged, again.rebuilt.replaced) == (0, False), "a rebuild says so too"
    instead(path_of(world, FERRY), replace(geese, body=own.replace(b"13 geese", b"14 geese")))
    assert (await world.check(FERRY, minutes=60)).outcome is Outcome.CHANGED
    later, *_ = changes.changes(world.store, ChangeFilter(article_id=article, noise=True))
    assert (later.new_version, STOOD in later.tags) == (3, False), "an edit of it is an edit like any other"


def test_only_a_change_that_had_to_stand_is_marked() -> None:
    change = diff(Content(headline="A pier"), Content(headline="A bridge"))
    assert marked(Observation(Outcome.CHANGED, change=change)) == change
    stood = marked(Observation(Outcome.CHANGED, change=change, stood=True))
    assert stood == replace(change, tags=(STOOD, *change.tags))
    assert marked(Observation(Outcome.NEW, stood=True)) is None
