"""Discovery over a real server: indexes, other sites, long lists, validators that never move, and what is left out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tracker.config import Network, SourceConfig
from tracker.fetcher import Fetcher
from tracker.pipeline.discover import Discovery, DiscoveryMemory, discover

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Moment:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


async def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


class Site:
    """Documents at the paths of a loopback server that 127.0.0.1 and localhost are two sites of."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.etag = ""
        self.asked: list[tuple[str, bool]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                conditional = "if-none-match" in self.headers
                site.asked.append((self.path, conditional))
                page = site.pages.get(self.path)
                status = 404 if page is None else 304 if conditional else 200
                self.send_response(status)
                if site.etag and page is not None:
                    self.send_header("ETag", site.etag)
                content = (page or "").encode() if status == 200 else b""
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.base, self.other = f"http://127.0.0.1:{self.port}", f"http://localhost:{self.port}"
        self.clock, self.memory = Moment(), DiscoveryMemory()
        self.fetcher: Fetcher

    async def discover(self, **places: tuple[str, ...]) -> Discovery:
        source = SourceConfig(id="x", name="X", delay=timedelta(0), **places)  # type: ignore[arg-type]
        return await discover(source, fetcher=self.fetcher, run=at_once, clock=self.clock, memory=self.memory)


@asynccontextmanager
async def a_site() -> AsyncIterator[Site]:
    site = Site()
    threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    network = Network(allow_private=True, allow_ports=(site.port,))
    try:
        async with Fetcher(network, "test/1", site.clock) as site.fetcher:
            yield site
    finally:
        await asyncio.to_thread(site.server.shutdown)
        site.server.server_close()


def urlset(*rows: str) -> str:
    return f"<urlset>{''.join(f'<url>{row}</url>' for row in rows)}</urlset>"


def index(*rows: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap>{row}</sitemap>' for row in rows)}</sitemapindex>"


def paths(found: Discovery) -> list[str]:
    return [f"/{each.url.split('/', 3)[3]}" for each in found.founds]


async def test_an_index_of_indexes_is_read_to_the_articles_and_a_loop_ends() -> None:
    async with a_site() as site:
        site.pages["/0.xml"] = index("<loc>/1.xml</loc>", "<loc>/0.xml</loc>")
        site.pages["/1.xml"] = index("<loc>/2.xml</loc>", "<loc>/0.xml</loc>")
        site.pages["/2.xml"] = urlset("<loc>/2026/a-story</loc>")
        assert paths(await site.discover(sitemaps=(f"{site.base}/0.xml",))) == ["/2026/a-story"]


async def test_a_long_index_is_read_within_the_budget_and_the_rest_is_counted() -> None:
    async with a_site() as site:
        site.pages["/map.xml"] = index(*(f"<loc>/{n}.xml</loc>" for n in range(30)))
        site.pages |= {f"/{n}.xml": urlset(f"<loc>/story-{n}</loc>") for n in range(30)}
        found = await site.discover(sitemaps=(f"{site.base}/map.xml",))
        assert paths(found)[:2] == ["/story-29", "/story-0"]
        (note,) = found.notes
        assert note.reason.count == 24


async def test_another_site_counts_when_its_robots_txt_names_the_sitemap_and_is_told_otherwise() -> None:
    async with a_site() as site:
        site.pages["/map.xml"] = urlset(f"<loc>{site.other}/2026/a-story</loc>")
        refused = await site.discover(sitemaps=(f"{site.base}/map.xml",))
        assert refused.founds == ()
        assert "of another site" in str(refused.notes[0])
    async with a_site() as site:
        site.pages["/map.xml"] = urlset(f"<loc>{site.other}/2026/a-story</loc>")
        site.pages["/robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {site.base}/map.xml\n"
        assert paths(await site.discover(sitemaps=(f"{site.base}/map.xml",))) == ["/2026/a-story"]


async def test_what_a_long_list_names_anew_is_followed_wherever_it_stands() -> None:
    async with a_site() as site:
        rows = [f"<loc>/old-{n}</loc>" for n in range(2500)]
        site.pages["/map.xml"] = urlset(*rows)
        await site.discover(sitemaps=(f"{site.base}/map.xml",))
        site.pages["/map.xml"] = urlset(*rows[:1200], "<loc>/new</loc>", *rows[1200:])
        assert "/new" in paths(await site.discover(sitemaps=(f"{site.base}/map.xml",)))


async def test_an_old_article_that_was_changed_now_is_not_old_and_a_front_page_is_none() -> None:
    async with a_site() as site:
        site.pages["/map.xml"] = urlset(
            "<loc>/changed</loc><publication_date>2020-01-01</publication_date><lastmod>2026-11-23T07:00:00Z</lastmod>",
            "<loc>/old</loc><publication_date>2020-01-01</publication_date><lastmod>2020-01-02</lastmod>",
            "<loc>/</loc>",
        )
        found = await site.discover(sitemaps=(f"{site.base}/map.xml",))
        assert paths(found) == ["/changed"]
        assert sorted(note.reason.words for note in found.notes) == ["because it is a front page", "older than 3 days"]


async def test_children_of_an_index_that_did_not_change_are_read_all_the_same() -> None:
    async with a_site() as site:
        site.etag = '"always"'
        site.pages["/map.xml"] = index("<loc>/news.xml</loc>")
        site.pages["/news.xml"] = urlset("<loc>/a</loc>")
        await site.discover(sitemaps=(f"{site.base}/map.xml",))
        site.asked.clear()
        await site.discover(sitemaps=(f"{site.base}/map.xml",))
        assert site.asked == [("/map.xml", True), ("/news.xml", True)]


async def test_a_feed_whose_validator_never_moves_is_asked_whole_every_sixth_time() -> None:
    async with a_site() as site:
        site.etag = '"always"'
        site.pages["/feed"] = "<rss version='2.0'><channel><item><link>/a</link></item></channel></rss>"
        for _ in range(8):
            await site.discover(feeds=(f"{site.base}/feed",))
        asked = [conditional for path, conditional in site.asked if path == "/feed"]
        assert asked == [False, True, True, True, True, True, False, True]


async def test_a_feed_is_asked_whole_at_least_once_an_hour() -> None:
    async with a_site() as site:
        site.etag = '"always"'
        site.pages["/feed"] = "<rss version='2.0'><channel><item><link>/a</link></item></channel></rss>"
        for _ in range(3):
            await site.discover(feeds=(f"{site.base}/feed",))
            site.clock.at += timedelta(minutes=31)
        assert [conditional for path, conditional in site.asked if path == "/feed"] == [False, True, False]


async def test_a_feed_of_which_no_entry_can_be_followed_is_a_problem() -> None:
    async with a_site() as site:
        items = "<item><link>{{url}}/a</link></item><item><link>mailto:a@b.test</link></item>"
        site.pages["/feed"] = f"<rss version='2.0'><channel>{items}</channel></rss>"
        (problem,) = (await site.discover(feeds=(f"{site.base}/feed",))).problems
        assert "none of its entries can be followed: 2 " in problem
