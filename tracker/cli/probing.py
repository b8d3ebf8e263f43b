"""What an address is: a feed, a site with feeds, or one article. Asks the network through the fetcher."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from tracker import markup
from tracker.cli import sources_file
from tracker.cli.context import CommandContext
from tracker.config import Config, Network
from tracker.config.values import without_feed_scheme
from tracker.discovery import feeds, sitemaps, urls
from tracker.discovery import probe as autodiscovery
from tracker.errors import FetchError, Unreadable, UsageError
from tracker.fetcher import Fetcher, Priority
from tracker.model import Capture
from tracker.page import decode
from tracker.page.article import Judgement, judge_article
from tracker.render import clean
from tracker.render.words import outcome_words
from tracker.scheduler.clock import WallClock
from tracker.scheduler.process.runtime import user_agent
from tracker.scheduler.workers.local import Workers

T = TypeVar("T")

PAUSE = timedelta(seconds=1)
"""Between two requests of a probe."""

MAX_NAME = 100
"""Most characters of a feed's title that name a source."""

SITEMAPS_TRIED = 3
"""How many of the sitemaps that robots.txt names are looked into."""


def address(url: str) -> str:
    """The address in the form to fetch; `example.org` is taken for https, `feed:` left out. Raises UsageError."""
    meant = without_feed_scheme(url.strip())
    try:
        return urls.clean(meant if "://" in meant else f"https://{meant}")
    except ValueError as error:
        raise UsageError(f"{url!r} is no web address: {error}") from None


def fetch(url: str, context: CommandContext) -> Capture:
    """One visit to an address with the settings in force. Raises FetchError with the reason."""
    return asyncio.run(_fetch(address(url), _settings(context)))


def _settings(context: CommandContext) -> Config:
    return context.config() if context.sources_file.exists() else Config(context.sources_file, Path(), contact="")


async def _fetch(url: str, config: Config) -> Capture:
    async with Fetcher(config.network, user_agent(config), WallClock()) as fetcher:
        got = await fetcher.get(url)
    if isinstance(got, Capture):
        return got
    raise FetchError(f"{url} could not be read: {outcome_words(got.outcome)} ({got.error or got.status})")


def private(url: str) -> Network:
    """What has to be allowed for an address of a private network and its port. Raises UsageError."""
    port = urlsplit(address(url)).port
    ports = Network().allow_ports
    return Network(allow_private=True, allow_ports=ports if port is None or port in ports else (*ports, port))


def probe(
    url: str, context: CommandContext, taken: list[str], network: Network | None = None
) -> sources_file.NewSource:
    """The source of an address: a feed, a sitemap, or a site that names its feeds. Raises Unreadable.

    `network` says where requests may go, instead of the settings in force.
    """
    config = _settings(context)
    config = replace(config, network=network) if network else config
    capture = asyncio.run(_fetch(address(url), config))
    name = title(capture) or (urlsplit(capture.final_url).hostname or "source").removeprefix("www.")
    found = places(capture, any_page=True) or asyncio.run(_usual(capture.final_url, config))
    if not found:
        raise Unreadable(
            f"{clean(capture.url)} is no feed and names none, and none is where they usually are: find its feed or "
            "news sitemap and give that address"
        )
    return sources_file.NewSource(sources_file.slug(name, taken), name, found)


async def _usual(url: str, config: Config) -> dict[str, list[str]]:
    """What is found where sites usually keep it: the first feed, else the sitemaps that robots.txt names, else one."""
    usual = {kind: [place for k, place in autodiscovery.common(url) if k == kind] for kind in ("feed", "sitemap")}
    async with (
        Fetcher(config.network, user_agent(config), WallClock()) as fetcher,
        Workers(1, preload=("tracker.discovery.feeds",)) as workers,
    ):
        named = [place for place in await fetcher.sitemaps(url) if urls.same_site(place, url)]
        for place in (*usual["feed"], *named[:SITEMAPS_TRIED], *usual["sitemap"]):
            got = await fetcher.get(place, delay=PAUSE, priority=Priority.FEED)
            if isinstance(got, Capture) and (found := await workers.run(_places, got, False)):
                return found
    return {}


def places(capture: Capture, *, any_page: bool = False) -> dict[str, list[str]]:
    """Where articles come from by this capture: itself when it is a feed or sitemap, else the feeds a front page names.

    Articles name their site's feeds, too, so only a front page is asked for them, or `any_page`. Read in a process
    that can be ended: raises WorkerDied when it had to be.
    """
    return asyncio.run(_in_a_worker(_places, capture, any_page))


def title(capture: Capture) -> str:
    """What a feed calls itself; empty for anything else. Raises WorkerDied."""
    return asyncio.run(_in_a_worker(_title, capture))


def is_article(capture: Capture) -> Judgement:
    """Whether a page is an article, and why. Raises WorkerDied."""
    return asyncio.run(_in_a_worker(_judgement, capture))


async def _in_a_worker(function: Callable[..., T], *arguments: object) -> T:
    async with Workers(1, preload=("tracker.discovery.feeds",)) as workers:
        return await workers.run(function, *arguments)


def _places(capture: Capture, any_page: bool) -> dict[str, list[str]]:
    for kind, is_one in (("feeds", _is_feed), ("sitemaps", _is_sitemap)):
        if is_one(capture):
            return {kind: [capture.url if urls.same_site(capture.url, capture.final_url) else capture.final_url]}
    if not any_page and urlsplit(capture.final_url).path.strip("/"):
        return {}
    named = autodiscovery.suggest(_html(capture), capture.final_url)
    return {f"{kind}s": [url for k, url in named if k == kind] for kind in dict(named)}


def _title(capture: Capture) -> str:
    try:
        said = feeds.parse(capture.body, capture.final_url, capture.header("content-type")).title
    except Unreadable:
        return ""
    return clean(" ".join(markup.text(said).split()))[:MAX_NAME].strip()


def _judgement(capture: Capture) -> Judgement:
    return judge_article(_html(capture), capture.final_url)


def _html(capture: Capture) -> str:
    return decode.text(capture.body, capture.header("content-type"))[0]


def _is_feed(capture: Capture) -> bool:
    try:
        return bool(feeds.read(capture.body, capture.final_url, capture.header("content-type")))
    except Unreadable:
        return False


def _is_sitemap(capture: Capture) -> bool:
    try:
        sitemap = sitemaps.read(capture.body, capture.final_url)
    except Unreadable:
        return False
    return bool(sitemap.found or sitemap.children)


def read_file(path: Path) -> bytes:
    """A file's bytes, or those of standard input for `-`."""
    return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
