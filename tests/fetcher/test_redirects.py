"""Redirects as servers write them: bytes that are no URL, and a scheme that a proxy lost on the way."""

from __future__ import annotations

import pytest

from tests.fetcher.world import Site, World, server_tls
from tracker.model import Capture, Failure, Outcome

PAGE = b"<html><body><p>The page.</p></body></html>"


@pytest.mark.parametrize(
    ("name", "location", "path"),
    [
        ("spaces", b"/a story with spaces", "/a%20story%20with%20spaces"),
        ("UTF-8 as it is", "/vetřelec".encode(), "/vet%C5%99elec"),
        ("Latin-1 as it is", "/größe".encode("latin-1"), "/gr%F6%DFe"),
        ("quotes", b'/the-"wall"', "/the-%22wall%22"),
        ("only a query", b"?page=2", "/a?page=2"),
        ("no scheme", b"//paper.test/b", "/b"),
        ("a fragment", b"/b#comments", "/b"),
    ],
)
async def test_a_location_is_read_as_browsers_read_it(
    world: World, paper: Site, name: str, location: bytes, path: str
) -> None:
    paper.answers["/a"] = b"HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    paper.page(path, PAGE)
    got = await world.get("http://paper.test/a")
    assert isinstance(got, Capture), (name, got)
    assert got.final_url == f"http://paper.test{path}"


async def test_a_server_that_does_not_know_of_its_tls_is_asked_over_tls_all_the_same(world: World) -> None:
    safe = await world.site("other.test", port=443, tls=server_tls())
    safe.page("/a", b"", 301, location="http://other.test/a/")
    safe.page("/a/", PAGE)
    got = await world.get("https://other.test/a")
    assert isinstance(got, Capture)
    assert got.final_url == "https://other.test/a/"
    assert {port for _, port in world.dialled} == {443}


async def test_a_server_that_leads_to_itself_over_http_ends(world: World) -> None:
    safe = await world.site("other.test", port=443, tls=server_tls())
    safe.page("/a", b"", 301, location="http://other.test/a")
    got = await world.get("https://other.test/a")
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.BAD_REDIRECT
