"""Where output goes: a terminal gets colours, wrapping and a pager; a pipe gets plain lines. Text arrives clean.

No secret leaves: each is replaced here once more, whoever made the text.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import TypeVar

import click
from click.core import ParameterSource
from rich.console import Console, RenderableType
from rich.text import Text

from tracker.model.secret_values import redacted
from tracker.render.palette import DARK, LIGHT, Palette
from tracker.render.terminal import EditStyle

T = TypeVar("T")

_FEW_COLOURS = (None, "standard", "windows")


@dataclass(frozen=True, slots=True)
class Screen:
    """How to write to standard output. `terminal` is False for a pipe or a file."""

    terminal: bool
    look: EditStyle
    width: int
    colours: str | None

    @classmethod
    def of_stdout(cls) -> Screen:
        """What standard output can do. NO_COLOR, TERM and COLUMNS are honoured; TRACKER_THEME is `light` or `dark`."""
        probe = Console()
        colours = None if probe.no_color else probe.color_system
        return cls(probe.is_terminal, EditStyle(_palette(), colours in _FEW_COLOURS), probe.width, colours)

    def write(self, parts: Iterable[RenderableType]) -> None:
        """Write the parts, each followed by a line feed, to the terminal. More than a screen goes through a pager."""
        os.environ.setdefault("LESS", "-FRX")
        click.echo_via_pager(self._rendered(parts), color=self.colours is not None)

    def print(self, part: RenderableType) -> None:
        """Write one part at once, without a pager."""
        click.echo("".join(self._rendered([part])), nl=False, color=self.colours is not None)

    def _rendered(self, parts: Iterable[RenderableType]) -> Iterator[str]:
        for part in parts:
            buffer = StringIO()
            console = Console(
                file=buffer,
                force_terminal=self.colours is not None,
                color_system=self.colours or None,  # type: ignore[arg-type]
                width=self.width,
                highlight=False,
                emoji=False,
                markup=False,
            )
            console.print(part)
            yield "\n".join(line.rstrip(" ") for line in redacted(buffer.getvalue()).split("\n"))


def write_plain(chunks: Iterable[str]) -> None:
    """Write chunks as they come; each brings its own line feeds."""
    for chunk in chunks:
        print(redacted(chunk), end="")
    print(end="", flush=True)


def write_words(text: str) -> None:
    """Write sentences to standard output; on a terminal they are broken between words."""
    screen = Screen.of_stdout()
    if screen.terminal:
        screen.print(Text(text.removesuffix("\n")))
    else:
        write_plain([text])


def say(message: str, *, as_it_is: bool = False) -> None:
    """A word to the person, on stderr, so that it never mixes with output that is piped.

    On a terminal it is broken between words, and what belongs to an indented line stays under it. `as_it_is` leaves
    the lines whole: commands to be copied.
    """
    message = redacted(message)
    console = Console(stderr=True)
    if console.is_terminal and not as_it_is:
        message = "\n".join(_broken(line, console.width) for line in message.split("\n"))
    click.echo(message, err=True)


def _broken(line: str, width: int) -> str:
    """The line in pieces that fit; a word that is wider than the terminal, an address say, stays whole."""
    under = line[: len(line) - len(line.lstrip(" "))]
    return textwrap.fill(
        line,
        width,
        subsequent_indent=under and under + "  ",
        expand_tabs=False,
        break_long_words=False,
        break_on_hyphens=False,
    )


def shortened(found: Iterable[T], limit: int) -> Iterator[T]:
    """The first `limit` (0: all) of what was asked for with one more than that.

    Where there is more, and nobody asked for that limit, a word on stderr says so at the end.
    """
    for number, one in enumerate(found):
        if limit and number == limit:
            if click.get_current_context().get_parameter_source("limit") is ParameterSource.DEFAULT:
                say(f"Only the first {limit} are listed; --limit 0 lists all.")
            return
        yield one


def _palette() -> Palette:
    """Light or dark: as TRACKER_THEME says, else as the terminal's COLORFGBG lets guess, else dark."""
    theme = os.environ.get("TRACKER_THEME", "")
    if theme in ("light", "dark"):
        return LIGHT if theme == "light" else DARK
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in ("7", "15") else DARK
