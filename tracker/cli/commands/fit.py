"""tracker fit: Learn from the history how edits fall over an article's life.

Section: Steer the daemon
Place: 6
Example: tracker fit --dry-run
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from tracker.cli.context import CommandContext, json_option, with_context
from tracker.cli.screen import write_plain, write_words
from tracker.errors import StoreError
from tracker.render import clean, json_
from tracker.scheduler.revisit import fit as fitting
from tracker.scheduler.revisit.rate import PRIOR, Prior
from tracker.store.questions import edit_spans

AGES = ((1, "hour"), (6, "6 hours"), (24, "day"), (168, "week"), (720, "month"))


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be found.")
@json_option
@with_context
def fit(context: CommandContext, dry_run: bool, as_json: bool) -> None:
    """Learn from the history how edits fall over an article's life.

    The daemon expects edits by an article's age. It comes with constants
    from published counts; this fits them to the newsrooms you follow and
    keeps them beside the database, in tracker.fit.json. A running daemon
    takes them with `tracker reload`. Delete the file to go back.
    """
    with context.reading() as store:
        found = fitting.fit(edit_spans.edit_spans(store, fitting.NEWEST))
        database = store.path
    path = None
    if found.enough and not dry_run:
        try:
            path = fitting.write(database, found, datetime.now(UTC))
        except OSError as error:
            where = fitting.path_for(database)
            raise StoreError(f"{where}: cannot write the constants: {error.strerror}; --dry-run shows them") from error
    if as_json:
        row = {
            **asdict(found.prior),
            "articles": found.articles,
            "changes": found.changes,
            "enough": found.enough,
            "path": str(path) if path else None,
        }
        write_plain([json_.line(row)])
        return
    write_words(_told(found) + _kept(found, path, dry_run))


def _told(found: fitting.Fit) -> str:
    """What was found beside what is shipped, in edits of an ordinary article."""
    lines = [f"{found.articles} articles, {found.changes} changes.", ""]
    lines.append(f"{'edits of an ordinary article in its first':42}{'shipped':>9}{'yours':>9}")
    for age, name in AGES:
        lines.append(f"{name:42}{PRIOR.edits(age):9.2f}{found.prior.edits(age):9.2f}")
    lines += ["", f"constants: {_constants(found.prior)} (shipped: {_constants(PRIOR)})"]
    return "\n".join(lines) + "\n"


def _kept(found: fitting.Fit, path: Path | None, dry_run: bool) -> str:
    if not found.enough:
        return f"Not kept: {fitting.ENOUGH} changes are needed before this is more than chance.\n"
    if dry_run or path is None:
        return "Not kept: this was only a look.\n"
    return f"Kept in {clean(str(path))}; `tracker reload` makes a running daemon use it.\n"


def _constants(prior: Prior) -> str:
    return f"mean {prior.mean:.3g}, scale {prior.scale:.3g} h, power {prior.power:.3g}"
