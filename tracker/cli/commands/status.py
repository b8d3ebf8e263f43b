"""tracker status: Tell how the daemon is doing.

Section: Steer the daemon
Place: 1
Example: tracker status --watch
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tracker.cli.context import CommandContext, json_option
from tracker.cli.screen import Screen, write_plain
from tracker.errors import UsageError
from tracker.model.plain import to_plain
from tracker.render import clean, json_
from tracker.render.words import count, short_moment
from tracker.scheduler.process import messages
from tracker.scheduler.process.status import DaemonStatus, HostStatus, QueueStatus, of_queue
from tracker.store import Store

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
    context: CommandContext = ctx.obj
    if watch and (as_json or not Console().is_terminal):
        raise UsageError("--watch is for a terminal; a program asks again: tracker status --json")
    if watch:
        _watch(context)
        return
    told = _asked(context)
    running = isinstance(told, DaemonStatus)
    if as_json:
        write_plain([json_.line({"running": running, **to_plain(told)})])
    elif Screen.of_stdout().terminal:
        Screen.of_stdout().print(_screen(told))
    else:
        write_plain(f"{label}\t{value}\n" for label, value in _lines(told))
    ctx.exit(0 if running else 1)


def _asked(context: CommandContext) -> QueueStatus:
    """What the daemon says of itself; what the history says when none runs. Raises StoreError when there is neither."""
    path = context.database_path()
    told = messages.ask(path, messages.StatusRequest())
    if told is not None:
        return told
    now = datetime.now(UTC).replace(microsecond=0)
    with Store.open(path) as store:
        return of_queue(store, path, now)


def _watch(context: CommandContext) -> None:
    """The answer, asked for again every second."""
    with Live(_screen(_asked(context)), console=Console(), screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(_EVERY)
                live.update(_screen(_asked(context)), refresh=True)
        except KeyboardInterrupt:
            return


def _screen(told: QueueStatus) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in _lines(told):
        table.add_row(label, Text(value))
    return table


def _lines(told: QueueStatus) -> list[tuple[str, str]]:
    """What is to be said, a label and its words each; all of it harmless."""
    many = "or more" if told.due >= told.due_counted_to else ""
    queue = f"{told.due:,} due {many}".strip()
    if told.lag_seconds >= 1:
        queue += f", the first for {_span(told.lag_seconds)}"
    queue += f"; next check {_ago(told.now, told.next_check_at)}"
    lines = [("Database", told.database), ("Queue", queue)]
    paused = [("Paused", f"{source} since {short_moment(since)}") for source, since in told.paused.items()]
    if isinstance(told, DaemonStatus):
        running = _span((told.now - told.started_at).total_seconds())
        first = ("Daemon", f"pid {told.pid}, version {told.version}, runs for {running}")
        wrong = [("Problem", f"{place}: {words}") for place, words in told.problems.items()]
        lines = [first, *lines, *_work(told), *paused, *wrong]
    else:
        lines = [("Daemon", "none runs: `tracker run` starts one"), *lines, *paused]
    return [(label, clean(words)) for label, words in lines]


def _work(told: DaemonStatus) -> list[tuple[str, str]]:
    """What a daemon has done and is doing."""
    workers, alerts = told.workers, told.alerts
    memory = f"{told.memory_bytes / 1e6:,.0f} MB, workers {told.workers_memory_bytes / 1e6:,.0f} MB"
    lines = [
        ("Sources", f"{told.sources:,} followed, {told.discovering} being discovered"),
        ("Checks", f"{told.checks:,} done, {told.in_flight:,} in flight"),
        ("Last commit", _ago(told.now, told.last_commit_at)),
        ("Alerts", f"{alerts.delivered:,} delivered, {alerts.waiting:,} waiting"),
        ("Workers", f"{workers.alive} of {workers.most}, {workers.died} ended by their limits"),
        ("Memory", memory),
        *(("Lane", _lane(lane)) for lane in told.lanes[:_LANES]),
    ]
    more = told.lanes_in_all - min(len(told.lanes), _LANES)
    return [*lines, ("", f"and {count(more, 'more lane')}")] if more else lines


def _lane(lane: HostStatus) -> str:
    parts = [f"{lane.host}: {lane.waiting} waiting, {lane.under_way} under way"]
    if lane.failures:
        parts.append(f"{count(lane.failures, 'failure')} in a row")
    if lane.resting_until:
        parts.append(f"rests until {short_moment(lane.resting_until)}")
    return ", ".join(parts)


def _ago(now: datetime, moment: datetime | None) -> str:
    """A moment as seen from the moment of the answer."""
    if moment is None:
        return "none yet"
    seconds = (now - moment).total_seconds()
    return f"{_span(seconds)} ago" if seconds > 0 else f"in {_span(-seconds)}" if seconds else "now"


def _span(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
