"""tracker run: Follow the sources until stopped: the daemon.

Section: Set up and follow
Place: 2
Example: tracker run --web --metrics 127.0.0.1:9464
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from tracker.cli import web_process
from tracker.cli.context import CommandContext
from tracker.cli.one_pass import one_pass
from tracker.config.values import web_address
from tracker.errors import TrackerError, UsageError
from tracker.model import RecordedChange
from tracker.model.secret_values import learn
from tracker.scheduler import log
from tracker.scheduler.process.daemon import Daemon
from tracker.scheduler.process.heartbeat import Heartbeat
from tracker.scheduler.process.metrics import address


@click.command()
@click.option("--once", is_flag=True, help="One pass: discover, check what is due, end.")
@click.option("--web", is_flag=True, help="Serve the pages as well, on this machine only.")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=web_process.PORT,
    show_default=True,
    help="The pages' port; 0 for a free one.",
)
@click.option(
    "--metrics",
    envvar="TRACKER_METRICS",
    show_envvar=True,
    metavar="HOST:PORT",
    help="Serve figures for Prometheus there, on loopback: 127.0.0.1:9464.",
)
@click.option(
    "--ping",
    envvar="TRACKER_PING",
    show_envvar=True,
    metavar="URL",
    help="A dead man's switch: an address that hears once an hour that checks are committed.",
)
@click.option(
    "--log",
    "style",
    type=click.Choice(log.STYLES),
    envvar="TRACKER_LOG",
    show_envvar=True,
    help="How the log looks; without it, journal under systemd, else plain.",
)
@click.pass_context
def run(
    ctx: click.Context, once: bool, web: bool, port: int, metrics: str | None, ping: str | None, style: str | None
) -> None:
    """Follow the sources until stopped: the daemon.

    Ends with 75 when another one works on the same database. SIGTERM and
    Ctrl-C let it finish what is in flight; SIGHUP and `tracker reload` read
    sources.yaml anew. `tracker status` tells how it is doing.
    """
    context: CommandContext = ctx.obj
    if once:
        ctx.exit(one_pass(context))
    context.log_to_stderr(style)
    try:
        ctx.exit(_run(context, metrics, ping, web=web, port=port))
    except TrackerError as error:
        if style != "json":
            raise
        log.failure("tracker cannot run", error)  # whoever asked for JSON gets nothing else
        ctx.exit(error.exit_code)


def _run(context: CommandContext, metrics: str | None, ping: str | None, *, web: bool, port: int) -> int:
    place, config = address(metrics) if metrics else None, context.config()
    heartbeat = _heartbeat(ping) if ping else None
    if config.contact_is_an_example:
        log.warning("nobody can reach you: put your own contact into the sources file", contact=config.contact)
    daemon = Daemon(config, reload=context.config, on_change=_log_change, metrics=place, heartbeat=heartbeat)
    return asyncio.run(_with_pages(daemon, config.database, port) if web else daemon.run())


def _heartbeat(url: str) -> Heartbeat:
    try:
        heartbeat = Heartbeat(web_address(url))
    except ValueError as error:
        raise UsageError(f"--ping {error}") from None
    learn("PING", url)  # whoever knows the address can keep the switch quiet
    return heartbeat


async def _with_pages(daemon: Daemon, database: Path, port: int) -> int:
    def ended(why: str) -> None:
        log.error("the pages ended by themselves", why=why)

    async with web_process.serving(database, port, ended) as address:
        log.info("the pages are open", address=address)
        return await daemon.run()


def _log_change(change: RecordedChange) -> None:
    seen = "noise" if change.noise_rule else change.class_.value
    log.info("change", source=change.source_id, article=change.article_id, seen=seen, summary=change.summary)
