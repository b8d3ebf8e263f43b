"""Web archives in: lists with their faults, pages at their own moments, limits kept, nothing asked for twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.exchange.archive import FakeArchive, serving
from tests.scheduler.world import HandClock
from tracker.config import Network
from tracker.exchange.brought import NoCapture
from tracker.exchange.memento import Again, Archive, Stopped
from tracker.fetcher import Fetcher
from tracker.model import Capture

URL = "https://times.example/pier?a=b"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def brought(archive: FakeArchive, **options: Any) -> tuple[list[Capture], list[Again], Counter[str]]:
    """Everything that the archive gives of the address."""
    period = (options.pop("since", None), options.pop("until", None))

    async def run() -> list[Any]:
        clock = options.pop("clock", HandClock(NOW))
        network = Network(allow_private=True, allow_ports=(80, urlsplit(archive.base).port or 0))
        async with Fetcher(network, "article-tracker/test", clock) as fetcher:
            asked = Archive(fetcher, clock, "an-archive", archive.base, **options)
            listed = await asked.listed(URL, *period)
            return [one async for one in asked.bring(listed)]

    found = asyncio.run(run())
    captures = [one for one in found if isinstance(one, Capture)]
    refused = Counter(one.reason for one in found if isinstance(one, NoCapture))
    return captures, [one for one in found if isinstance(one, Again)], refused


def pages(archive: FakeArchive) -> list[str]:
    return [path for path in archive.asked if "id_/" in path]


def test_every_capture_comes_in_with_its_bytes_address_moment_and_headers() -> None:
    archive = FakeArchive(page_size=2)
    bodies = {f"t2024050{n}100000": f"<p>Edition {n}</p>".encode() for n in range(1, 6)}
    archive.hold(URL, **bodies)
    with serving(archive):
        captures, _, refused = brought(archive)
    assert [c.body for c in captures] == list(bodies.values())
    first = captures[0]
    assert (first.url, first.final_url, first.observer) == (URL, URL, "an-archive")
    assert first.fetched_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    headers = {name.lower(): value for name, value in first.headers}
    assert headers == {"last-modified": "then", "content-type": "text/html; charset=utf-8"}
    assert not refused
    assert sum("/cdx/search/cdx" in path for path in archive.asked) == 3


def test_the_same_comes_by_timemap_where_there_is_no_list() -> None:
    archive = FakeArchive()
    archive.hold(URL, t20240501100000=b"<p>1</p>", t20240502100000=b"<p>2</p>")
    with serving(archive):
        captures, _, _ = brought(archive, has_lists=False)
    assert [(c.body, c.fetched_at.day) for c in captures] == [(b"<p>1</p>", 1), (b"<p>2</p>", 2)]


def test_odd_lines_of_a_list_are_passed_over() -> None:
    archive = FakeArchive(page_size=100)
    archive.hold(URL, t20240501100000=b"<p>1</p>")
    archive.odd_lines = [
        f"20000800241623 {URL} text/html 200 AAAA",
        f"20240001000000 {URL} text/html 200 AAAB",
        f"20240502100000 {URL} image/png 200 AAAC",
        f"20240503100000 {URL} text/html 404 AAAD",
        "unreadable",
    ]
    with serving(archive):
        captures, _, refused = brought(archive)
    assert [c.body for c in captures] == [b"<p>1</p>"]
    assert not refused


def test_bytes_that_are_listed_again_are_not_asked_for() -> None:
    archive = FakeArchive(page_size=100)
    same = b"<p>same</p>"
    archive.hold(URL, t20240501100000=same, t20240502100000=same, t20240503100000=b"<p>new</p>", t20240504100000=same)
    with serving(archive):
        captures, again, _ = brought(archive)
    assert [c.fetched_at.day for c in captures] == [1, 3, 4]
    assert [(one.at.day, one.sha256) for one in again] == [(2, captures[0].sha256)]
    assert len(pages(archive)) == 3


@pytest.mark.parametrize(("per_day", "hours"), [(1, [8]), (2, [8, 9]), (0, [8, 9, 10])])
def test_no_more_of_a_day_are_asked_for_than_are_wanted(per_day: int, hours: list[int]) -> None:
    archive = FakeArchive()
    archive.hold(URL, t20240501080000=b"<p>1</p>", t20240501090000=b"<p>2</p>", t20240501100000=b"<p>3</p>")
    with serving(archive):
        captures, _, _ = brought(archive, has_lists=False, per_day=per_day)
    assert [c.fetched_at.hour for c in captures] == hours


def test_what_was_taken_in_before_is_not_asked_for_again() -> None:
    archive = FakeArchive(page_size=100)
    archive.hold(URL, t20240501100000=b"<p>1</p>", t20240502100000=b"<p>2</p>")
    with serving(archive):
        captures, _, _ = brought(archive, had=lambda url, at: "known" if at.day == 1 else "")
    assert [c.fetched_at.day for c in captures] == [2]
    assert len(pages(archive)) == 1


def test_the_archives_own_pages_and_captures_of_another_day_are_no_captures() -> None:
    archive = FakeArchive(page_size=100)
    archive.hold(
        URL,
        t20240501100000=b"<p>1</p>",
        t20240502100000=b"<p>error page</p>",
        t20240503100000=b"<p>3</p>",
        t20240504100000=b"<p>4</p>",
    )
    archive.without_datetime = {"20240502100000"}
    archive.instead = {"20240503100000": "20240509100000", "20240504100000": "20240504220000"}
    archive.held["20240509100000", URL] = b"<p>9</p>"
    archive.held["20240504220000", URL] = b"<p>later that day</p>"
    with serving(archive):
        captures, _, refused = brought(archive)
    assert (datetime(2024, 5, 4, 22, tzinfo=UTC), b"<p>later that day</p>") in [
        (c.fetched_at, c.body) for c in captures
    ]
    assert {c.fetched_at.day for c in captures} == {1, 4, 9}
    assert refused == {
        "answers of the archive itself, which are no captures": 1,
        "captures of another day, given for the one that was asked for": 1,
    }


def test_an_archive_that_is_busy_is_waited_for_as_long_as_it_asks() -> None:
    archive = FakeArchive(page_size=100)
    archive.hold(URL, t20240501100000=b"<p>1</p>")
    archive.faults = {"/cdx/": [(429, {"Retry-After": "90"})], "id_/": [(503, {})]}
    clock = HandClock(NOW)
    with serving(archive):
        captures, _, _ = brought(archive, clock=clock)
    assert [c.body for c in captures] == [b"<p>1</p>"]
    assert (clock.now() - NOW).total_seconds() >= 90


def test_an_archive_that_goes_on_saying_no_is_left_alone() -> None:
    archive = FakeArchive()
    archive.hold(URL, t20240501100000=b"<p>1</p>")
    archive.faults = {"/cdx/": [(429, {"Retry-After": "7200"})] * 9}
    with serving(archive), pytest.raises(Stopped, match="another day"):
        brought(archive)
    assert len(archive.asked) == 1


def test_the_period_bounds_what_is_asked_for() -> None:
    archive = FakeArchive(page_size=100)
    archive.hold(URL, **{f"t2024050{n}100000": f"<p>{n}</p>".encode() for n in range(1, 6)})
    since, until = datetime(2024, 5, 2, tzinfo=UTC), datetime(2024, 5, 4, tzinfo=UTC)
    with serving(archive):
        captures, _, _ = brought(archive, since=since, until=until)
    assert [c.fetched_at.day for c in captures] == [2, 3]
