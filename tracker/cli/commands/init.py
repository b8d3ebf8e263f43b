"""tracker init: Write a commented sources.yaml to start from.

Section: Set up and follow
Place: 1
Example: tracker init --probe https://times.example
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import click

from tracker.cli import sources_file
from tracker.cli.context import CommandContext, with_context
from tracker.cli.probing import private, probe
from tracker.cli.screen import say, write_plain
from tracker.config import Network, template
from tracker.config.schema import schema
from tracker.discovery import opml
from tracker.errors import Unreadable, UsageError
from tracker.render import clean


@click.command()
@click.option(
    "--from-opml",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the feeds of a feed reader's export.",
)
@click.option("--probe", "probed", multiple=True, metavar="URL", help="Find the feeds of this site. May be repeated.")
@click.option("--allow-private", is_flag=True, help="Let --probe reach private addresses and their ports.")
@click.option(
    "--schema", "print_schema", is_flag=True, help="Only print the JSON Schema of sources.yaml, for an editor."
)
@with_context
def init(
    context: CommandContext,
    from_opml: Path | None,
    probed: tuple[str, ...],
    allow_private: bool,
    print_schema: bool,
) -> None:
    """Write a commented sources.yaml to start from.

    It is written where --config says (sources.yaml without it) and never over
    a file that is there. --allow-private is written into it, too.
    """
    if print_schema:
        write_plain([json.dumps(schema(), indent=1), "\n"])
        return
    path = context.sources_file
    if path.exists():
        raise UsageError(f"{path} is there already and stays as it is; `tracker add URL` adds to it")
    found: list[sources_file.NewSource] = []
    if from_opml:
        found += from_outlines(from_opml.read_bytes(), str(from_opml))
    for url in probed:
        allowed = private(url) if allow_private else None
        found.append(probe(url, context, [one.id for one in found], allowed))
    text = sources_file.replace_sources(template(), [one.entry() for one in found]) if found else template()
    if allow_private:
        ports = sorted({port for url in probed for port in private(url).allow_ports} | set(Network().allow_ports))
        text = re.sub(r"(?m)^  allow_private: false", "  allow_private: true", text)
        text = re.sub(r"(?m)^  allow_ports: \[[^]]*\]", f"  allow_ports: {ports}", text)
    sources_file.save(path, text)
    for one in found:
        say(f"  {clean(one.id)}: {clean(one.name)}")
    say(f"Wrote {path}. Put your own `contact` and sources in it, then `tracker check` looks for the first articles.")


def from_outlines(body: bytes, name: str) -> list[sources_file.NewSource]:
    """The sources of an OPML file, feeds of one site together. Raises Unreadable."""
    feeds: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for subscription in opml.read(body):
        host = urlsplit(subscription.feed).hostname or ""
        feeds.setdefault(host, []).append(subscription.feed)
        titles.setdefault(host, clean(subscription.name) or host)
    if not feeds:
        raise Unreadable(f"{name} names no feeds (no outline with an xmlUrl)")
    sources: list[sources_file.NewSource] = []
    for host, title in titles.items():
        id_ = sources_file.slug(title, [source.id for source in sources])
        sources.append(sources_file.NewSource(id_, title, {"feeds": feeds[host]}))
    return sources
