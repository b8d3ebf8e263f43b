"""tracker check: Look now: discover articles, check what is due.

Section: Set up and follow
Place: 3
Example: tracker check bbc-news
"""

from __future__ import annotations

import click

from tracker.cli.context import json_option
from tracker.cli.one_pass import one_pass


@click.command()
@click.argument("what", nargs=-1, metavar="[ARTICLE|SOURCE|URL]...")
@click.option("--force", is_flag=True, help="Everything that is followed, due or not.")
@click.option("--discover-only", is_flag=True, help="Read the sources, visit no article.")
@json_option
@click.pass_context
def check(ctx: click.Context, what: tuple[str, ...], force: bool, discover_only: bool, as_json: bool) -> None:
    """Look now: discover articles, check what is due.

    Named articles and sources are checked whether they are due or not. A
    daemon that runs is asked to do it. Ends with 1 when a source or an
    article could not be read.
    """
    ctx.exit(one_pass(ctx.obj, what, force=force, discover_only=discover_only, as_json=as_json, ask=True))
