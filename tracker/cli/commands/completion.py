"""tracker completion: Print what makes a shell complete commands, articles, sources and tags.

Section: Set up and follow
Place: 9
Example: tracker completion bash
"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from tracker.cli.catalogue import COMPLETION_VARIABLE
from tracker.cli.screen import write_plain

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, articles, sources and tags.

    \b
    bash: into ~/.local/share/bash-completion/completions/tracker
    zsh:  as _tracker into a folder of $fpath
    fish: into ~/.config/fish/completions/tracker.fish
    """
    write_plain([script(ctx.find_root().command, shell)])


def script(program: click.Command, shell: str) -> str:
    """The shell's own words, which ask `tracker` for what fits."""
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(program, {}, "tracker", COMPLETION_VARIABLE)
    return made.source_template % made.source_vars()
