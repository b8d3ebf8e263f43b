"""The command line: one file per command, imported only when the command is used.

Floor 7: may import everything below it, never `tracker.web`. `main` is the program; `catalogue` reads which commands
there are from their files. Errors of ours end with their message and exit code; a traceback is for those who ask twice
(`-vv`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from errno import ENOSPC
from pathlib import Path
from traceback import format_exception
from typing import Any

import click

from tracker.cli.catalogue import COMPLETION_VARIABLE, SECTIONS, entries
from tracker.errors import TrackerError

_NEARNESS = 0.65
_NEVER_MEANT = "forget"  # nobody is led to what cannot be taken back
INTERRUPTED = 130


class Program(click.Group):
    """A group that knows its commands by name and imports one only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        return list(entries())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        entry = entries().get(cmd_name)
        return entry.command() if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was meant; one that does not exist is answered with the nearest that does."""
        if args[0] == "help":
            if len(args) == 1:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [*args[1:], "--help"]
        name = args[0]
        if name not in entries() and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name, [c for c in entries() if c != _NEVER_MEANT], n=2, cutoff=_NEARNESS)
            hint = f" Did you mean {' or '.join(near)}?" if near else " tracker --help lists them."
            ctx.fail(f"No such command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def _main_shell_completion(
        self, ctx_args: MutableMapping[str, Any], prog_name: str, complete_var: str | None = None
    ) -> None:
        """Answer a shell that asks what may stand next, without importing a command."""
        shell, _, asked = os.environ.get(COMPLETION_VARIABLE, "").partition("_")
        if asked == "complete":
            sys.exit(_complete(self, shell))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their sections, without importing any."""
        width = max(map(len, entries()))
        for title in SECTIONS:
            with formatter.section(title):
                formatter.write_dl([(e.name.ljust(width), e.summary) for e in entries().values() if e.section == title])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and explain what goes wrong: message and exit code, no traceback unless asked for."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except KeyboardInterrupt:
            click.echo(err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            _leave_the_pipe()
            ctx.exit()
        except Exception as error:
            if ctx.params.get("verbose", 0) > 1:
                _show(error)
            _explain(error)
            ctx.exit(getattr(error, "exit_code", 1))


def _complete(program: click.Command, shell: str) -> int:
    """Print what fits in the form that click's script for this shell reads."""
    from click.shell_completion import CompletionItem, get_completion_class

    from tracker.completion import suggestions

    kind = get_completion_class(shell)
    if kind is None:
        return 1
    asked = kind(program, {}, "tracker", COMPLETION_VARIABLE)
    found = suggestions(*asked.get_completion_args())
    items = [CompletionItem(each.value, "file" if each.is_path else "plain", each.about or None) for each in found]
    click.echo("\n".join(map(asked.format_completion, items)))
    return 0


def _show(error: Exception) -> None:
    """Where it happened, on stderr: as harmless as the message, and without secrets."""
    from tracker.cli.screen import say
    from tracker.render import clean_lines

    say(clean_lines("".join(format_exception(error)).rstrip()), as_it_is=True)


def _leave_the_pipe() -> None:
    """Let the rest of our output go nowhere: nobody reads it any more (`tracker log | head`), which is no failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(error: Exception) -> None:
    """One message on stderr; its words may come from a page or a server, so they are made harmless."""
    from tracker.cli.screen import say
    from tracker.render import clean_lines

    said = str(error)
    if isinstance(error, OSError) and error.strerror and (error.filename or error.errno == ENOSPC):
        said = f"{error.filename or 'the output'}: cannot be read or written: {error.strerror}"
    elif not isinstance(error, TrackerError):
        said = f"unexpected {type(error).__name__}: {said}\nThis is a mistake of ours; -vv shows where it happened."
    say(f"tracker: {clean_lines(said)}")


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Say what is installed, or what the checkout is at, and end."""
    if wanted and not ctx.resilient_parsing:
        from tracker.cli.installed import version

        click.echo(f"tracker, version {version()}")
        ctx.exit()


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 79},
    epilog="tracker COMMAND --help tells more. ARTICLE is an id, any URL the article ever had, a slug, or words "
    "of its headline.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="TRACKER_CONFIG",
    show_envvar=True,
    help="The sources file.  [default: sources.yaml]",
)
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="TRACKER_DATABASE",
    show_envvar=True,
    help="The database, instead of the one the sources file names.",
)
@click.option("-v", "--verbose", count=True, help="Say more; twice for tracebacks.")
@click.pass_context
def main(ctx: click.Context, config: Path | None, database: Path | None, verbose: int) -> None:
    """Watch news sites and keep the history of every article.

    What it said, when it changed, what exactly changed, and whether the
    reader was told.
    """
    from tracker.cli.context import CommandContext

    ctx.obj = CommandContext(config, database, verbose)
