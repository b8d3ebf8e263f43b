"""tracker doctor: Look for what is wrong, and say what to do about it.

Section: Keep it true
Place: 6
Example: tracker doctor --thorough
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.text import Text

from tracker.cli.context import CommandContext, json_option
from tracker.cli.screen import Screen, write_plain
from tracker.cli.source_signs import Level, Sign, signs_of, span
from tracker.config import Config
from tracker.errors import ConfigError, StoreError
from tracker.model import iso
from tracker.render import clean, json_
from tracker.render.terminal import hanging
from tracker.render.words import count, moment_words
from tracker.store import Store
from tracker.store.history import sources
from tracker.store.questions import condition
from tracker.store.questions.condition import HistoryFiles

SPARE_DISK = 1 << 30
LARGE = 2 << 30
LONG_LOG = 512 << 20
SKEW = timedelta(minutes=2)
_SIGN = {Level.FINE: "✓", Level.NOTE: "·", Level.WRONG: "✗"}


@click.command()
@click.option("--thorough", is_flag=True, help="Also let SQLite read both files whole, however large they are.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, thorough: bool, as_json: bool) -> None:
    """Look for what is wrong, and say what to do about it.

    Settings and rights, database and disk, SQLite's version and its known
    faults, the clock, and every source in words and since when. Ends with 1
    when something is wrong. `tracker verify` proves that the texts are true.
    """
    context: CommandContext = ctx.obj
    signs = list(examine(context, datetime.now(UTC), thorough=thorough))
    screen = Screen.of_stdout()
    if as_json:
        write_plain(json_.line({"area": s.area, "level": s.level.value, "words": s.words}) for s in signs)
    elif screen.terminal:
        style = {Level.FINE: "dim", Level.NOTE: "", Level.WRONG: "bold"}
        screen.write(
            [
                hanging(_SIGN[s.level], Text(f"{clean(s.area)}: {clean(s.words)}", style[s.level], overflow="fold"))
                for s in signs
            ]
        )
    else:
        write_plain(f"{s.level.value}\t{clean(s.area)}\t{clean(s.words)}\n" for s in signs)
    ctx.exit(1 if any(s.level is Level.WRONG for s in signs) else 0)


def examine(context: CommandContext, now: datetime, *, thorough: bool = False) -> Iterator[Sign]:
    """Everything there is to see, in order."""
    config = None
    try:
        config = context.config()
        yield Sign("config", Level.FINE, f"{config.path} names {count(len(config.sources), 'source')}")
        yield from _rights("config", config.path)
        if config.contact_is_an_example:
            words = f"no publisher can reach you at {config.contact}: put your own `contact` into {config.path}"
            yield Sign("config", Level.NOTE, words)
    except ConfigError as error:
        yield Sign("config", Level.WRONG, str(error))
    yield _sqlite()
    try:
        path = config.database if config else context.database_path()
        with Store.open(path) as store:
            yield from _database(store, thorough=thorough)
            yield from _readings(store)
            yield from _disk(store, now)
            yield from _clock(store, now)
            yield from _sources(store, config, now)
    except ConfigError:
        return
    except StoreError as error:
        yield Sign("database", Level.WRONG, str(error))


def _rights(area: str, path: Path) -> Iterator[Sign]:
    """Who may write what decides what tracker does, and what it has seen."""
    for one in (path, path.absolute().parent):
        try:
            mode = one.stat().st_mode
        except OSError as error:
            yield Sign(area, Level.WRONG, f"{one}: {error.strerror}")
            continue
        open_folder = stat.S_ISDIR(mode) and mode & stat.S_ISVTX
        if mode & stat.S_IWOTH and not open_folder:
            yield Sign(area, Level.WRONG, f"everybody on this machine may write {one}: chmod o-w it")


def _sqlite() -> Sign:
    version = condition.sqlite_version()
    text = ".".join(map(str, version))
    if condition.has_wal_reset_bug(version):
        words = (
            f"SQLite {text} can damage a database that two processes write at once (WAL-reset bug, 3.7.0 to 3.51.2). "
            "tracker never does; open its files with other programs only for reading, and run no Litestream on them"
        )
        return Sign("sqlite", Level.NOTE, words)
    return Sign("sqlite", Level.FINE, f"SQLite {text} has no known fault that concerns this database")


def _database(store: Store, *, thorough: bool) -> Iterator[Sign]:
    yield from _rights("database", store.path)
    files, counts = condition.files(store), sources.counts(store)
    held = f"{count(counts.articles, 'article')}, {count(counts.versions, 'version')}, {_size(files.history)}"
    yield Sign("database", Level.FINE, f"{store.path} holds {held}, and {_size(files.captures)} of captures")
    if not files.captures:
        yield Sign(
            "database", Level.WRONG, "the captures' file is missing: nothing can be proved or rebuilt without it"
        )
    if files.journal != "wal":
        yield Sign("database", Level.WRONG, f"its journal is {files.journal}, not WAL: readers and the writer block")
    if files.log > LONG_LOG:
        words = f"its log has grown to {_size(files.log)}: a program holds it open for reading; close it"
        yield Sign("database", Level.WRONG, words)
    if not os.access(store.path, os.W_OK):
        yield Sign("database", Level.NOTE, "this user may read it, not write it")
    yield Sign(
        "database", Level.FINE, f"a process writes it now{files.writer}" if files.writer else "no process writes it"
    )
    if thorough or files.history + files.captures < LARGE:
        faults = condition.faults(store) if files.captures else []
        for fault in faults:
            yield Sign("database", Level.WRONG, f"damaged: {fault}. Keep a copy, then restore the last backup")
        if not faults:
            yield Sign("database", Level.FINE, "its form is whole (quick_check)")
    else:
        yield Sign("database", Level.NOTE, "too large to be read whole now; --thorough does it")


def _readings(store: Store) -> Iterator[Sign]:
    from tracker.extractor.content import EXTRACTOR  # slow to import

    older, newest = condition.older_readings(store, EXTRACTOR)
    if older:
        words = (
            f"{older:,} of the newest {newest:,} articles were read by another extractor than {EXTRACTOR}: stop the "
            "daemon and run `tracker rebuild`, or its better reading will look like edits"
        )
        yield Sign("database", Level.WRONG, words)


def _disk(store: Store, now: datetime) -> Iterator[Sign]:
    files = condition.files(store)
    free = shutil.disk_usage(store.path.absolute().parent).free
    words = f"{_size(free)} free where the database is"
    left = _days_left(store, files, free, now)
    if left is not None:
        words += f", enough for about {count(left, 'day')} at the pace so far"
    short = free < SPARE_DISK or (left is not None and left < 14)
    yield Sign("disk", Level.WRONG if short else Level.FINE, words + (": make room" if short else ""))


def _days_left(store: Store, files: HistoryFiles, free: int, now: datetime) -> int | None:
    """How long the free space lasts; None while the history is too young to say."""
    began = min((s.added_at for s in sources.sources(store)), default=now)
    days = (now - began) / timedelta(days=1)
    pace = (files.history + files.captures - files.free) / days if days >= 7 else 0
    return int(free / pace) if pace > 1000 else None


def _is_of_a_newsroom_here(store: Store) -> bool:
    """Whether every outlet of the history is a server of this machine, as those of `tracker demo` are."""
    homes = [urlsplit(s.home_url).hostname for s in sources.sources(store) if s.active]
    return bool(homes) and all(home and home.startswith("127.") for home in homes)


def _clock(store: Store, now: datetime) -> Iterator[Sign]:
    latest = condition.newest_moment(store)
    if latest is not None and now < latest and _is_of_a_newsroom_here(store):
        yield Sign("clock", Level.NOTE, f"the demo's clock ran ahead of this machine's, to {iso(latest)}")
        return
    if latest is not None and now < latest:
        words = f"this machine says {iso(now)}, but the history already has {iso(latest)}: set the clock, use NTP"
        yield Sign("clock", Level.WRONG, words)
        return
    try:
        skew = condition.clock_skew(store)
    except StoreError:
        return
    if skew is None:
        yield Sign("clock", Level.NOTE, "no web server's time to compare with yet")
    elif abs(skew) > SKEW:
        ahead = "ahead of" if skew > timedelta(0) else "behind"
        words = f"it was {span(abs(skew))} {ahead} the web servers': every interval is wrong by that; use NTP"
        yield Sign("clock", Level.WRONG, words)
    else:
        yield Sign("clock", Level.FINE, "agrees with the web servers'")


def _sources(store: Store, config: Config | None, now: datetime) -> Iterator[Sign]:
    configured = {s.id: s for s in config.sources} if config else {}
    known = {s.id for s in sources.sources(store)}
    for missing in sorted(configured.keys() - known):
        yield Sign(missing, Level.NOTE, "not looked at yet: `tracker check` does")
    paused = [h for h in sources.hosts(store) if h.paused_until and h.paused_until > now]
    for source in sources.sources(store):
        if not (configured[source.id].active if source.id in configured else source.active):
            continue
        yield from signs_of(store, source.id, now)
    for host in paused:
        until = moment_words(host.paused_until) if host.paused_until else ""
        words = f"left alone until {until} after {count(host.failures, 'failure')} in a row"
        yield Sign(host.host, Level.NOTE, words)


def _size(size: int) -> str:
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit in ("B", "kB") else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
