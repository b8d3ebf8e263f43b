"""How a text proves that it is the article, or that it is none: asked of real servers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.scheduler.world import PATIENCE, World, a_world
from tracker.model import EventKind, Found, Outcome, State, Via
from tracker.newsroom.server import Request, Response
from tracker.page import addresses
from tracker.store.history import articles, checks, versions

FERRY, GULLS = "ferry-fog-timetable", "mayor-gulls"
DAY = 24 * 60
_CLAIMS = re.compile(rb'<link rel="canonical"[^>]*>|<meta property="og:url"[^>]*>')


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path, limits=PATIENCE) as opened:
        await opened.discover()
        yield opened


def path_of(world: World, slug: str) -> str:
    return urlsplit(world.newsroom.url(slug)).path


def shown(world: World, slug: str, claims: str = "") -> Response:
    """A story's page as the newsroom shows it now, calling another address its own, or none."""
    outlet = world.newsroom.outlet("harbour-courier")
    answer = world.newsroom.answer(outlet, Request("GET", path_of(world, slug), "", {}))
    head = f'<link rel="canonical" href="{claims}"></head>' if claims else "</head>"
    return replace(answer, body=_CLAIMS.sub(b"", answer.body).replace(b"</head>", head.encode(), 1))


def other(world: World, slug: str, subject: str) -> Response:
    """A page of the same template with another headline and text."""
    text = [f"{subject} {n}: not a word of this stood here before, nor will {n * 13} of them again." for n in range(12)]
    world.newsroom.publish(slug, headline=f"{subject} in every corner of the house", body=text)
    return shown(world, slug)


def follow(world: World, path: str, title: str) -> int:
    url = world.newsroom.sites["harbour-courier"] + path
    (article,) = articles.found(
        world.store, "harbour-courier", [Found(url, Via.FEED, title)], world.clock.now(), due_at=world.clock.now()
    )
    return article


async def test_what_stands_where_nothing_can_be_is_never_believed_because_it_stands(world: World) -> None:
    """A wall in the article's own template, at every address of the site and for days."""
    await world.check(FERRY)
    wall = other(world, "wall", "Clerks on holiday")
    world.newsroom.placed[path_of(world, FERRY)] = wall
    world.newsroom.placed[urlsplit(addresses.nowhere(world.newsroom.url(FERRY))).path] = wall
    outcomes = await world.outcomes(FERRY, 20, 60, DAY, 60, DAY, 60)
    assert set(outcomes) == {Outcome.OTHER_PAGE}
    assert len(versions.versions(world.store, world.id(FERRY))) == 1


async def test_a_rewritten_story_that_its_neighbour_showed_for_an_hour_is_believed_next_day(world: World) -> None:
    for slug in (FERRY, GULLS):
        await world.check(slug)
    rewritten = other(world, "rewritten", "Fog")
    world.newsroom.placed[path_of(world, FERRY)] = rewritten
    assert await world.outcomes(FERRY, 20) == [Outcome.OTHER_PAGE]
    world.newsroom.placed[path_of(world, GULLS)] = rewritten
    assert await world.outcomes(GULLS, 20) == [Outcome.OTHER_PAGE]
    assert await world.outcomes(FERRY, 20) == [Outcome.OTHER_PAGE]
    del world.newsroom.placed[path_of(world, GULLS)]
    assert await world.outcomes(GULLS, 60) == [Outcome.UNCHANGED]
    assert await world.outcomes(FERRY, DAY) == [Outcome.CHANGED]


async def test_a_wall_that_neighbours_show_in_turn_is_believed_at_none(world: World) -> None:
    for slug in (FERRY, GULLS):
        await world.check(slug)
    wall = other(world, "wall", "Clerks on holiday")
    for slug in (GULLS, FERRY):
        world.newsroom.placed[path_of(world, slug)] = wall
        assert await world.outcomes(slug, 20) == [Outcome.OTHER_PAGE]
    del world.newsroom.placed[path_of(world, GULLS)]
    assert await world.outcomes(GULLS, 60) == [Outcome.UNCHANGED]
    assert await world.outcomes(FERRY, DAY, DAY) == [Outcome.OTHER_PAGE] * 2


async def test_a_house_whose_canonical_is_always_wrong_rewrites_its_stories_as_others_do(world: World) -> None:
    home = world.newsroom.sites["harbour-courier"] + "/about-the-paper"
    world.newsroom.placed[path_of(world, FERRY)] = shown(world, FERRY, home)
    assert await world.outcomes(FERRY, 0) == [Outcome.NEW]
    rewritten = other(world, "rewritten", "Fog")
    claims = f'<link rel="canonical" href="{home}"></head>'.encode()
    world.newsroom.placed[path_of(world, FERRY)] = replace(
        rewritten, body=rewritten.body.replace(b"</head>", claims, 1)
    )
    assert await world.outcomes(FERRY, 20, DAY) == [Outcome.OTHER_PAGE, Outcome.CHANGED]


async def test_two_followed_articles_that_later_prove_to_be_one_are_joined(world: World) -> None:
    """First the copy says other things than the story; then it says the same, and names the story's address."""
    whole = shown(world, FERRY)
    world.newsroom.placed["/north/ferry"] = replace(whole, body=re.sub(rb"<p>[^<]{40,}</p>", b"", whole.body, count=1))
    copy, original = follow(world, "/north/ferry", world.newsroom.story(FERRY).headline), world.id(FERRY)
    for article in (original, copy):
        await world.check(article)
    world.newsroom.placed["/north/ferry"] = shown(world, FERRY, world.newsroom.url(FERRY))
    await world.check(original, minutes=30)
    await world.check(copy, minutes=30)
    assert [articles.article(world.store, a).state for a in (original, copy)] == [State.LIVE, State.MOVED]
    assert [e.kind for e in checks.events(world.store, original)] == [EventKind.JOINED]
    assert articles.resolve(world.store, world.newsroom.sites["harbour-courier"] + "/north/ferry") == original


async def test_a_preview_with_a_box_that_asks_for_money_is_no_first_version(world: World) -> None:
    for slug in (GULLS, "hospital-letter"):
        await world.check(slug)
    box = b'<div class="paywall"><h2>Subscribe to read on</h2><form><button>Subscribe</button></form></div></article>'
    whole = shown(world, FERRY)
    assert b"</article>" in whole.body
    world.newsroom.placed[path_of(world, FERRY)] = replace(whole, body=whole.body.replace(b"</article>", box, 1))
    assert await world.outcomes(FERRY, 0, 60) == [Outcome.PAYWALLED] * 2
    assert not versions.versions(world.store, world.id(FERRY))
    del world.newsroom.placed[path_of(world, FERRY)]
    assert await world.outcomes(FERRY, 60) == [Outcome.NEW]


@asynccontextmanager
async def barred(folder: Path, *rules: str) -> AsyncIterator[World]:
    """A world whose robots.txt has these rules from the beginning."""
    async with a_world(folder, limits=PATIENCE) as world:
        robots = "\n".join(("User-agent: *", *rules)).encode()
        world.newsroom.placed["/robots.txt"] = Response(body=robots, content_type="text/plain")
        await world.discover()
        yield world


@pytest.mark.parametrize("query", ["?utm_source=rss", "?id=7&utm_source=rss&utm_medium=feed"])
async def test_robots_that_bar_what_counts_readers_do_not_bar_the_story(tmp_path: Path, query: str) -> None:
    async with barred(tmp_path, "Disallow: /*utm_") as world:
        world.newsroom.placed["/counted/story"] = shown(world, FERRY)
        article = follow(world, f"/counted/story{query}", world.newsroom.story(FERRY).headline)
        result = await world.check(article)
        assert result.outcome is Outcome.NEW
        assert result.capture is not None
        assert "utm" not in result.capture.url


async def test_a_story_that_robots_bar_says_so_with_its_whole_address(tmp_path: Path) -> None:
    async with barred(tmp_path, "Disallow: /counted/") as world:
        result = await world.check(follow(world, "/counted/story?page=2&utm_source=rss", "Anything"))
        assert result.outcome is Outcome.ROBOTS
        assert world.newsroom.sites["harbour-courier"] + "/counted/story?page=2&utm_source=rss" in result.error


async def test_a_house_that_shows_a_neighbour_at_first_swallows_neither_and_mends(world: World) -> None:
    """Every page calls the ferry's address its own, and at that address the gulls stand when it is first read."""
    gulls = shown(world, GULLS, world.newsroom.url(FERRY))
    for slug in (FERRY, GULLS):
        world.newsroom.placed[path_of(world, slug)] = gulls
    ids = world.id(FERRY), world.id(GULLS)
    for slug in (FERRY, GULLS):
        await world.check(slug)
    assert (world.id(FERRY), world.id(GULLS)) == ids
    assert [articles.article(world.store, a).state for a in ids] == [State.LIVE, State.LIVE]
    assert [len(versions.versions(world.store, a)) for a in ids] == [1, 1]
    del world.newsroom.placed[path_of(world, FERRY)]
    assert await world.outcomes(FERRY, 60, 20) == [Outcome.UNCONFIRMED, Outcome.CHANGED]
