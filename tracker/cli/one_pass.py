"""One pass over the sources with a progress bar, and the report of what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from tracker.cli.context import CommandContext
from tracker.cli.screen import Screen, say, write_plain
from tracker.config import Config
from tracker.errors import NotFound
from tracker.model import RecordedChange
from tracker.render import clean, json_, plain, terminal
from tracker.render.words import count, moment_words, outcome_words
from tracker.scheduler.process import messages, once, verbs
from tracker.store import Store
from tracker.store.queue import pauses

_STAGES = {"discover": "Reading sources", "check": "Checking articles"}
_NAMED = 10


def one_pass(
    context: CommandContext,
    what: tuple[str, ...] = (),
    *,
    force: bool = False,
    discover_only: bool = False,
    as_json: bool = False,
    ask: bool = False,
) -> int:
    """One pass over the sources with its report; the exit code. With `ask` a daemon that runs does it."""
    context.quiet()
    config = context.config()
    if not config.sources:
        say(f"{config.path} names no sources yet: add some, or let `tracker add URL` do it.")
        return 0
    if config.contact_is_an_example:
        say(f"No publisher can reach you at {clean(config.contact)}: put your own `contact` into {config.path}.")
    try:
        summary = _asked(config, what, force, discover_only) if ask else None
        if summary is None:
            with _progress() as progress:
                summary = asyncio.run(
                    once.run(config, references=what, force=force, check=not discover_only, progress=progress)
                )
    except NotFound as error:
        raise NotFound(f"{error}\n`tracker add URL` follows an article that is not followed yet.") from None
    _report_changes(summary.changes, as_json)
    _report(summary, discover_only, verbose=bool(context.verbose))
    return 1 if summary.problems or summary.failures else 0


def _asked(config: Config, what: tuple[str, ...], force: bool, discover_only: bool) -> once.Summary | None:
    """What the daemon's pass did; None when none runs. It takes as long as the hosts' lanes make it."""
    request = messages.CheckRequest(what, force=force, check=not discover_only)
    told = messages.ask(config.database, request, patience=None)
    if told is None:
        return None
    with Store.open(config.database) as store:
        return verbs.summary_of(told, store)


class _Bars:
    """A bar for each stage of the pass, on stderr."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: once.Progress) -> None:
        """Move the bar of this stage."""
        task = self._tasks.get(progress.stage)
        if task is None:
            task = self._tasks[progress.stage] = self._bars.add_task(
                _STAGES.get(progress.stage, progress.stage), label=""
            )
        self._bars.update(task, completed=progress.done, total=progress.total, label=clean(progress.label))


@contextmanager
def _progress() -> Iterator[_Bars | None]:
    """Progress bars when a person watches stderr; nothing otherwise."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[label]}", "dim", markup=False, table_column=Column(ratio=1, no_wrap=True)),
    )
    with Progress(*columns, console=console, transient=True, expand=True) as bars:
        yield _Bars(bars)


def _report_changes(changes: list[RecordedChange], as_json: bool) -> None:
    """The changes of this pass; noise is left to `tracker log --all`."""
    seen = [change for change in changes if not change.noise_rule]
    if as_json:
        write_plain(json_.line(json_.row(change)) for change in seen)
        return
    screen = Screen.of_stdout()
    for change in seen:
        if screen.terminal:
            screen.print(terminal.log_entry(change))
            screen.print(Text())
        else:
            write_plain([plain.heading(change), "\n"])


def _report(summary: once.Summary, discover_only: bool, *, verbose: bool) -> None:
    """What was done, then a line for each problem; all on stderr.

    What discovery left out is told when `verbose`, and of a source that named nothing else.
    """
    noise = sum(bool(change.noise_rule) for change in summary.changes)
    parts = [f"{count(summary.found, 'new article')} found"]
    if not discover_only:
        later = ""
        if summary.not_due and summary.next_due_at:
            many = " or more" if summary.not_due >= pauses.MOST else ""
            which = f"{summary.not_due:,}{many} not due" + (" until " if summary.not_due == 1 else ", the first until ")
            later = f" ({which}{moment_words(summary.next_due_at)}; --force looks all the same)"
        parts.append(f"{summary.checked:,} checked{later}")
        changes = f"{count(len(summary.changes) - noise, 'change')} seen"
        parts.append(f"{changes} (and {noise} taken for noise)" if noise else changes)
    if summary.failures:
        parts.append(f"{len(summary.failures):,} not read")
    say(f"{', '.join(parts)}.")
    for source, problem in summary.problems:
        say(f"  {clean(source)}: {clean(problem)}")
    for source, note in summary.notes:
        if verbose or source in summary.barren:
            say(f"  {clean(source)}: {clean(note)}")
    for label, outcome, error in summary.failures[:_NAMED]:
        said = f": {clean(error)}" if error else ""
        say(f"  {clean(label)}: {outcome_words(outcome)}{said}")
    rest = Counter(outcome for _, outcome, _ in summary.failures[_NAMED:])
    if rest:
        say(f"  and {', '.join(f'{number} {outcome_words(outcome)}' for outcome, number in rest.most_common())}")
    if summary.changes and not all(c.noise_rule for c in summary.changes):
        say("`tracker log --patch` shows the edits, `tracker diff ARTICLE` those of one article.")
