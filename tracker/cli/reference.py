"""docs/cli.md from the commands' own help: `python -m tracker.cli.reference` writes it to standard output."""

from __future__ import annotations

import click

from tracker.cli import main
from tracker.cli.catalogue import SECTIONS, entries

WIDTH = 79

_INTRODUCTION = """\
# The command line

Made from the commands' own help by `make docs`; a test fails when the two disagree.

Exit codes: 0 fine, 1 findings or failures, 2 wrong use, 75 another instance runs, 78 configuration error, 130
interrupted. Output is coloured, wrapped and paged on a terminal only; in a pipe it is plain lines, and `--json` gives
JSON Lines with stable keys. Nothing from a page reaches the terminal unfiltered: controls, escapes and hidden
characters are shown as signs.

In a pipe a list has a line for each thing and a tab between two fields, without a header, so that `cut`, `sort` and
`awk` read it as it is; fields are only ever added at the end. `log`, `history`, `show` and `diff` are text for people
there, too: programs ask for `--json`.

| list | its fields |
|---|---|
| `articles`, `search` | id, source, state, versions, headline, URL |
| `sources` | source, state, articles, changes, checks, failed, last change |
| `stats` | source, articles, edited, median to first edit, edits a day, silent, gone, edits by hour |
| `blame` | versions, first seen, gone, kind, sentence |

| environment | does |
|---|---|
| `NO_COLOR` | no colour; edits are written `[-deleted-]{+inserted+}` |
| `TRACKER_THEME` | `light` or `dark`: the colours of edits |
| `PAGER`, `LESS` | the pager for long output |
"""


def text() -> str:
    """The whole page."""
    parts = [_INTRODUCTION + _environment(), f"## tracker\n\n{_block(context())}"]
    for section in SECTIONS:
        parts.append(f"## {section}\n")
        for name in (e.name for e in entries().values() if e.section == section):
            parts += [f"### tracker {name}\n\n{_block(context(name))}", *_subcommands(context(name))]
    return "\n".join(parts)


def _environment() -> str:
    """The variables that stand for an option, as rows of the table that the introduction ends with."""
    rows: dict[str, list[str]] = {}
    for name in ("", *entries()):
        for option in context(name).command.params:
            if isinstance(option, click.Option) and isinstance(option.envvar, str):
                place = f"`tracker {name} {option.opts[0]}`" if name else f"`{option.opts[0]}`"
                rows.setdefault(option.envvar, []).append(place)
    return "".join(f"| `{variable}` | stands for {', '.join(places)} |\n" for variable, places in sorted(rows.items()))


def _subcommands(parent: click.Context) -> list[str]:
    """The sections of a command's own commands."""
    group = parent.command
    if not isinstance(group, click.Group):
        return []
    found = [(name, group.get_command(parent, name)) for name in group.list_commands(parent)]
    return [
        f"### {parent.command_path} {name}\n\n{_block(click.Context(command, parent=parent, info_name=name))}"
        for name, command in found
        if command is not None
    ]


def context(name: str = "") -> click.Context:
    """The context in which a command, or the program, is asked for its help."""
    # A command keeps the help option of its first context, so the names must be those of the program.
    names = main.context_settings["help_option_names"]
    root = click.Context(
        main, info_name="tracker", terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=names
    )
    if not name:
        return root
    command = main.get_command(root, name)
    assert command is not None
    return click.Context(command, parent=root, info_name=name)


def _block(context: click.Context) -> str:
    return f"```text\n{context.get_help().rstrip()}\n```\n"


if __name__ == "__main__":
    click.echo(text(), nl=False)
