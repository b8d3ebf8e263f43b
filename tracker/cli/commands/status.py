"""tracker status: Tell how the daemon is doing.

Section: Steer the daemon
Place: 1
Example: tracker status --watch
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tracker.cli.context import Desk, json_option
from tracker.cli.screen import Screen, write_plain
from tracker.errors import UsageError
from tracker.model import iso
from tracker.render import clean, json_
from tracker.render.words import count, short_moment
from tracker.scheduler.process import control
from tracker.store import Store
from tracker.store.queue import pauses
from tracker.store.queue import queue as check_queue

Told = Mapping[str, Any]
_EVERY = 1.0
_LANES = 10


@click.command()
@click.option("--watch", is_flag=True, help="Keep the answer on the screen, up to date, until Ctrl-C.")
@json_option
@click.pass_context
def status(ctx: click.Context, watch: bool, as_json: bool) -> None:
    """Tell how the daemon is doing.

    How much is due and since when, what every host's lane holds, the last
    commit, the workers, the memory, and which sources are paused. Ends with 1
    when no daemon runs.
    """
    desk: Desk = ctx.obj
    if watch and (as_json or not Console().is_terminal):
        raise UsageError("--watch is for a terminal; a program asks again: tracker status --json")
    if watch:
        _watch(desk)
        return
    told = _told(desk)
    if as_json:
        write_plain([json_.line(dict(told))])
    elif Screen.of_stdout().terminal:
        Screen.of_stdout().print(_screen(told))
    else:
        write_plain(f"{label}\t{value}\n" for label, value in _lines(told))
    ctx.exit(0 if told["running"] else 1)


def _told(desk: Desk) -> dict[str, Any]:
    """What the daemon says of itself; what the history says when none runs. Raises StoreError when there is neither."""
    path = desk.database_path()
    told = control.ask(path, "status")
    if told is not None:
        return {"running": True, **told}
    now = datetime.now(UTC)
    with Store.open(path) as store:
        backlog, paused = pauses.backlog(store, now), pauses.paused(store)
        following = check_queue.next_due_at(store)
    return {
        "running": False,
        "database": str(path),
        "now": iso(now),
        "paused": {source: iso(since) for source, since in paused.items()},
        "due": backlog.due,
        "due_counted_to": backlog.most,
        "lag_seconds": max(0.0, (now - backlog.oldest).total_seconds()) if backlog.oldest else 0.0,
        "next_check_at": iso(following),
    }


def _watch(desk: Desk) -> None:
    """The answer, asked for again every second."""
    with Live(_screen(_told(desk)), console=Console(), screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(_EVERY)
                live.update(_screen(_told(desk)), refresh=True)
        except KeyboardInterrupt:
            return


def _screen(told: Told) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in _lines(told):
        table.add_row(label, Text(value))
    return table


def _lines(told: Told) -> list[tuple[str, str]]:
    """What is to be said, a label and its words each; all of it harmless."""
    many = "or more" if told["due"] >= told["due_counted_to"] else ""
    queue = f"{told['due']:,} due {many}".strip()
    if told["lag_seconds"] >= 1:
        queue += f", the first for {_span(told['lag_seconds'])}"
    queue += f"; next check {_ago(told, 'next_check_at')}"
    lines = [("Database", told["database"]), ("Queue", queue)]
    if told["running"]:
        lines = [("Daemon", f"pid {told['pid']}, version {told['version']}, runs for {_since(told)}"), *lines]
        workers = told["workers"]
        memory = f"{told['memory_bytes'] / 1e6:,.0f} MB, workers {told['workers_memory_bytes'] / 1e6:,.0f} MB"
        lines += [
            ("Sources", f"{told['sources']:,} followed, {told['discovering']} being discovered"),
            ("Checks", f"{told['checks']:,} done, {told['in_flight']:,} in flight"),
            ("Last commit", _ago(told, "last_commit_at")),
            ("Alerts", f"{told['alerts']['delivered']:,} delivered, {told['alerts']['waiting']:,} waiting"),
            ("Workers", f"{workers['alive']} of {workers['most']}, {workers['died']} ended by their limits"),
            ("Memory", memory),
        ]
        lines += [("Lane", _lane(lane)) for lane in told["lanes"][:_LANES]]
        more = told["lanes_in_all"] - min(len(told["lanes"]), _LANES)
        if more:
            lines.append(("", f"and {count(more, 'more lane')}"))
    else:
        lines = [("Daemon", "none runs: `tracker run` starts one"), *lines]
    lines += [("Paused", f"{source} since {short_moment(_moment(since))}") for source, since in told["paused"].items()]
    lines += [("Trouble", f"{place}: {words}") for place, words in told.get("troubles", {}).items()]
    return [(label, clean(words)) for label, words in lines]


def _lane(lane: Told) -> str:
    parts = [f"{lane['host']}: {lane['waiting']} waiting, {lane['under_way']} under way"]
    if lane["failures"]:
        parts.append(f"{count(lane['failures'], 'failure')} in a row")
    if lane["resting_until"]:
        parts.append(f"rests until {short_moment(_moment(lane['resting_until']))}")
    return ", ".join(parts)


def _since(told: Told) -> str:
    return _span((_moment(told["now"]) - _moment(told["started_at"])).total_seconds())


def _ago(told: Told, name: str) -> str:
    """A moment as seen from the moment of the answer."""
    if not told[name]:
        return "none yet"
    seconds = (_moment(told["now"]) - _moment(told[name])).total_seconds()
    return f"{_span(seconds)} ago" if seconds > 0 else f"in {_span(-seconds)}" if seconds else "now"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _span(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
