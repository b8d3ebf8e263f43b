"""Which commands there are, read from the first lines of their files without importing any.

A command is one file in `tracker/cli/commands/`, and its docstring is its entry here:

    tracker pause: Leave a source alone until it is resumed.

    Section: Steer the daemon
    Place: 3
    Example: tracker pause bbc-news

The file has the command's name (`install-service` in `install_service.py`, `sources test` in `sources_test.py`,
`import` in `import_.py`), and so has the click command in it. `Section` is the heading of the help that it stands
under, `Place` its place there (without one it is the last). A command of another command (`sources test`) has no
section.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from keyword import iskeyword
from pathlib import Path

import click

FOLDER = Path(__file__).with_name("commands")
SECTIONS = ("Set up and follow", "Steer the daemon", "Read the history", "Keep it true", "In and out", "Look inside")
"""The headings of the help, in its order."""
COMPLETION_VARIABLE = "_TRACKER_COMPLETE"
"""The environment variable by which a shell asks what may stand next, as click names it."""
_HEAD = 2_000
_LAST = 1_000


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """What is known of a command before it is imported. `words` is its name: one word, or two for `sources test`."""

    words: tuple[str, ...]
    summary: str
    place: int
    module: str
    section: str = ""
    example: str = ""

    @property
    def name(self) -> str:
        """The command's own name, as it is typed: its last word."""
        return self.words[-1]

    def command(self) -> click.Command:
        """The command itself, imported now, with its example at the end of its help."""
        found: click.Command = getattr(import_module(f"tracker.cli.commands.{self.module}"), _python_name(self.name))
        if self.example:
            found.epilog = f"Example: {self.example}"
        return found


@cache
def entries(*parent: str) -> dict[str, CommandEntry]:
    """The program's commands by name, or those of a command of it; in the order of the help."""
    found = [read(path) for path in FOLDER.glob("[!_]*.py")]
    wanted = [entry for entry in found if entry.words[:-1] == parent]
    wanted.sort(key=lambda e: (SECTIONS.index(e.section) if e.section else 0, e.place, e.name))
    return {entry.name: entry for entry in wanted}


def read(path: Path) -> CommandEntry:
    """The entry at the head of a command's file. Raises ValueError where it is not as it has to be."""
    with path.open(encoding="utf-8") as file:
        opening, *lines = file.read(_HEAD).partition('"""')[2].partition('"""')[0].strip().split("\n")
    title, colon, summary = opening.partition(": ")
    program, *words = title.split()
    if program != "tracker" or not words or not colon or _python_name("_".join(words)) != path.stem:
        raise ValueError(f"{path}: its first line is to be `tracker {path.stem}: …`")
    said = dict(line.split(": ", 1) for line in lines if line)
    section = said.get("Section", "")
    if len(words) == 1 and section not in SECTIONS:
        raise ValueError(f"{path}: {section!r} is no section; there are {', '.join(SECTIONS)}")
    return CommandEntry(
        tuple(words), summary, int(said.get("Place", _LAST)), path.stem, section, said.get("Example", "")
    )


def _python_name(name: str) -> str:
    """A command's name as Python may have it: `install_service`, and `import_` for a word of the language."""
    plain = name.replace("-", "_")
    return f"{plain}_" if iskeyword(plain) else plain


class SubcommandGroup(click.Group):
    """A command with commands of its own, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of its commands."""
        return list(entries(str(self.name)))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; None when there is none."""
        entry = entries(str(self.name)).get(cmd_name)
        return entry.command() if entry else None
