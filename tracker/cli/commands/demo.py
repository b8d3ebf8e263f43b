"""tracker demo: Watch a small newsroom edit its articles.

Section: Look inside
Place: 2
Example: tracker demo --for 60s
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import yaml
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from tracker.cli import web_process
from tracker.cli.compare import Comparison
from tracker.cli.context import CommandContext, with_context
from tracker.cli.screen import Screen, say, write_plain
from tracker.config import Config, load, parse_duration
from tracker.errors import TrackerError, UsageError
from tracker.model import RecordedChange
from tracker.newsroom import Newsroom
from tracker.newsroom.outlets import OUTLETS
from tracker.render import clean, plain, terminal, timeline
from tracker.render.proof import Layout, lay_out
from tracker.render.words import count, moment_words
from tracker.scheduler.clock import DrivenClock
from tracker.scheduler.process.daemon import Daemon
from tracker.store import Store
from tracker.store.connection import captures_path
from tracker.store.history import articles, changes, checks
from tracker.store.lock import WriterLock

DATABASE = Path("db/demo.db")
SPEED = 120.0
DISCOVER_EVERY = timedelta(minutes=5)
_SHOWN = Layout(context=6)
_EVENTS = 50


class Seconds(click.ParamType[float]):
    """Real time, such as `60s` or `2m`; a bare number is seconds."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The seconds."""
        if isinstance(value, float):
            return value
        text = str(value)
        try:
            return parse_duration(f"{text}s" if text.isdigit() else text).total_seconds()
        except ValueError as error:
            self.fail(f"{text!r} {error}", param, ctx)


@click.command()
@click.option("--for", "lasting", type=Seconds(), help="End by itself after this time: 60s, 2m.")
@click.option("--speed", type=click.FloatRange(1, 3600), default=SPEED, show_default=True, help="Times real time.")
@click.option("--database", type=click.Path(dir_okay=False, path_type=Path), help="Instead of db/demo.db.")
@click.option("-p", "--port", type=click.IntRange(0, 65535), default=0, help="The pages' port, instead of a free one.")
@with_context
def demo(context: CommandContext, lasting: float | None, speed: float, database: Path | None, port: int) -> None:
    """Watch a small newsroom edit its articles.

    Three fictional papers run on this machine, on a clock that is driven
    faster; the real daemon follows them, every edit it catches is shown as it
    happens, and the pages show the history as it grows. Ctrl-C ends it and
    leaves the history to explore, until the next demo begins anew.
    """
    path = database or context.database or DATABASE
    _clear(path)
    context.quiet()
    _farewell(path, asyncio.run(_show(path, lasting, speed, port)))


async def _show(path: Path, lasting: float | None, speed: float, port: int) -> Board:
    """The newsroom, the daemon and the pages, as long as it lasts; returns the board with all that was shown."""
    clock = DrivenClock(datetime.now(UTC).replace(microsecond=0), speed)
    newsroom = Newsroom(clock)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(newsroom.serving())
        config = _config(newsroom, path)
        if web_process.available():
            address = await stack.enter_async_context(web_process.serving(path, port, _pages_ended))
        board = Board(path)
        daemon = Daemon(config, clock=clock, on_change=board.show, discover_every=DISCOVER_EVERY, workers=2)
        names = ", ".join(outlet.name for outlet in newsroom.outlets)
        pace = f"the clock runs {speed:g} times as fast as yours"
        pages = f"\nThe pages are at {address}" if web_process.available() else ""
        say(f"{names} are open; {pace}.{pages}\nThe first edits show within half a minute. Ctrl-C ends.\n")
        await daemon.run(limit=lasting)
        board.events()
    return board


def _pages_ended(why: str) -> None:
    say(f"The pages ended by themselves: {clean(why)}\n")


def _config(newsroom: Newsroom, path: Path) -> Config:
    """The newsroom's sources.yaml, kept beside the database so that the other commands work on it, too."""
    file = path.with_suffix(".yaml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        yaml.safe_dump(newsroom.config(database=path.absolute()), allow_unicode=True, sort_keys=False), "utf-8"
    )
    return load(file)


class Board:
    """Shows every change as the daemon catches it, and what else happened. Noise is counted, not shown."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._screen = Screen.of_stdout()
        self._last_event = 0
        self.edits = 0
        self.noise = 0

    def show(self, change: RecordedChange) -> None:
        """One change with its edits, unless it looks like noise; before it, what happened since the last one."""
        self.events()
        if change.noise_rule:
            self.noise += 1
            return
        self.edits += 1
        with Store.open(self._path) as store:
            proof = lay_out(Comparison(store).recorded(change), _SHOWN)
        if self._screen.terminal:
            body = Padding(terminal.patch(proof, self._screen.look), (0, 0, 0, 2))
            self._screen.print(Group(terminal.heading(change), body, Text()))
        else:
            write_plain([plain.heading(change), "\n", plain.patch(proof), "\n"])

    def events(self) -> None:
        """What happened besides edits since the last look: gone, moved, back, walled."""
        with Store.open(self._path) as store:
            new = [e for e in reversed(checks.recent_events(store, _EVENTS)) if e.id > self._last_event]
            for event in new:
                self._last_event = event.id
                headline = clean(articles.article(store, event.article_id).headline)
                what = f"{headline}\n{timeline.of_event(event).title}, seen at {moment_words(event.at)}\n"
                if self._screen.terminal:
                    self._screen.print(Text(f"article {event.article_id}", "dim").append(f"\n{what}", "not dim"))
                else:
                    write_plain([f"Article:  {event.article_id}\nHeadline: {what}\n"])


def _clear(path: Path) -> None:
    """Begin anew: an earlier demo's files are replaced, any others are left alone.

    Raises UsageError, and AlreadyRunning while another demo works on it.
    """
    settings = path.with_suffix(".yaml")
    if (path.exists() or settings.exists()) and not _is_of_a_demo(settings):
        raise UsageError(f"{path} is not the database of an earlier demo: name another one with --database")
    if path.exists():
        lock = WriterLock(path)
        lock.acquire()
        lock.release()
    for file in (path, captures_path(path)):
        for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            each.unlink(missing_ok=True)


def _is_of_a_demo(settings: Path) -> bool:
    """Whether a configuration follows the newsroom, so that the history beside it may be thrown away."""
    try:
        return {source.id for source in load(settings).sources} == {outlet.id for outlet in OUTLETS}
    except TrackerError:
        return False


def _farewell(path: Path, board: Board) -> None:
    with Store.open(path) as store:
        newest = next(iter(changes.changes(store)), None)
    article = newest.article_id if newest else 1
    noise = f", and {count(board.noise, 'change')} taken for noise" if board.noise else ""
    commands = ("log", "log --class substantive --patch", f"diff {article}", f"history {article}", "articles", "web")
    say(f"\nCaught {count(board.edits, 'edit')}{noise}. The history stays in {path}; explore it with")
    for command in commands:
        say(f"  {_program()} --config {path.with_suffix('.yaml')} {command}", as_it_is=True)


def _program() -> str:
    """How tracker was called, so that what is shown can be called again."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m tracker"
    return "tracker" if shutil.which("tracker") == str(called.absolute()) else str(called)
