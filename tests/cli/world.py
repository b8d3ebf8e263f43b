"""What the tests of the commands share: running one, a daemon beside it, histories to run it on."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from click.testing import CliRunner, Result

from tests.extractor.pages import PARAGRAPHS
from tests.pipeline.test_rebuild import TOLD, older, read, story
from tests.scheduler.world import Inline
from tests.store.world import HOUR, NOW, follow, history, publish
from tests.waiting import HANG
from tracker.cli import main
from tracker.cli.context import CommandContext
from tracker.config import load
from tracker.discovery.probe import suggest
from tracker.newsroom import Newsroom
from tracker.scheduler.process import control
from tracker.scheduler.process.daemon import Daemon

COURIER = "harbour-courier"


@contextmanager
def a_daemon(folder: Path) -> Iterator[None]:
    """A daemon on the folder's sources.yaml, in a thread; whoever asks it finds it ready."""
    ready, loops = threading.Event(), []
    path = folder / "sources.yaml"
    daemon = Daemon(load(path), reload=CommandContext(path, None).config, engine=Inline())

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        task = asyncio.create_task(daemon.run())
        while not control.socket_path(folder / "tracker.db").exists():
            await asyncio.sleep(0.01)
        ready.set()
        await task

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(HANG)
    try:
        yield
    finally:
        loops[0].call_soon_threadsafe(daemon.stop)
        thread.join(HANG)
        assert not thread.is_alive()


def rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def go(*arguments: str, **env: str) -> Result:
    return CliRunner().invoke(main, arguments, env=env, catch_exceptions=False)


def slugs(room: Newsroom) -> list[str]:
    return [story.slug for story in room.stories("harbour-courier")]


def objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def on(database: Path, *arguments: str, stdin: str | None = None) -> Result:
    """Run a command on a history of one's own."""
    env = {"TRACKER_DATABASE": str(database), "TRACKER_CONFIG": None, "FORCE_COLOR": None, "NO_COLOR": "1"}
    return CliRunner().invoke(main, arguments, env=env, input=stdin)


Mine = Callable[..., Result]


def falsely_read(folder: Path, articles: int = 2) -> None:
    """A history of a wrong reading: a teaser in every text, a version for every capture."""
    with history(folder) as store:
        for n in range(articles):
            article = follow(store, f"ferry-{n}")
            for hour, texts in enumerate((PARAGRAPHS, PARAGRAPHS, TOLD)):
                html = story(texts, related=hour + 1)
                publish(store, article, older(read(html), f"Read more {hour}"), NOW + hour * HOUR, body=html.encode())


def named(site: str) -> list[str]:
    """The feeds and sitemaps that a front page names, in its order."""
    html = urlopen(site + "/").read().decode()
    return [url for _, url in suggest(html, site + "/")]
