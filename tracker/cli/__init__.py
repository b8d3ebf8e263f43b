"""The command line: one file per command, imported only when the command is used.

Floor 7: may import everything below it, never `tracker.web`. `main` is the program; `COMMANDS` says which commands
there are. Errors of ours end with their message and exit code; a traceback is for those who ask twice (`-vv`).
"""

from __future__ import annotations

from errno import ENOSPC
from pathlib import Path
from typing import Any

import click

from tracker import __version__
from tracker.errors import TrackerError

SECTIONS: dict[str, dict[str, str]] = {
    "Set up and follow": {
        "init": "Write a commented sources.yaml to start from.",
        "run": "Follow the sources until stopped: the daemon.",
        "check": "Look now: discover articles, check what is due.",
        "add": "Follow one more article or source from now on.",
    },
    "Steer the daemon": {
        "status": "Tell how the daemon is doing.",
        "reload": "Let the daemon take a changed sources.yaml.",
        "pause": "Leave a source alone until it is resumed.",
        "resume": "Visit a paused source again.",
        "schedule": "Explain when an article is looked at next, and why.",
        "fit": "Learn from the history how edits fall over an article's life.",
        "install-service": "Write the systemd units, and say what to do with them.",
    },
    "Read the history": {
        "log": "List changes, newest first, like git log.",
        "diff": "Show the edits between two versions of an article.",
        "show": "Show a version of an article as text.",
        "history": "Tell an article's whole story in order of time.",
        "blame": "Tell which version brought each sentence, and when.",
        "search": "Find articles by any words they ever had.",
        "articles": "List the articles that are followed.",
        "sources": "List the sources and how they are doing.",
        "web": "Browse the history: latest edits, articles, outlets, search.",
        "stats": "Count how much the sources edit, how soon, and how openly.",
    },
    "Keep it true": {
        "verify": "Prove that the history has not been altered.",
        "evidence": "Pack everything about one change for somebody else to check.",
        "backup": "Copy the whole history to FILE, while the daemon writes.",
        "rebuild": "Read the whole history again from its captures.",
        "forget": "Take an article out of the history for good.",
        "doctor": "Look for what is wrong, and say what to do about it.",
    },
    "Look inside": {
        "extract": "Show what is read from a page, and why.",
        "demo": "Watch a small newsroom edit its articles.",
    },
}
"""Every command with its one-line help, by the section it is listed under."""

EXAMPLES = {
    "init": "--probe https://times.example",
    "run": "--web --metrics 127.0.0.1:9464",
    "check": "bbc-news",
    "add": "https://times.example/2026/11/23/one-story",
    "status": "--watch",
    "reload": "",
    "pause": "bbc-news",
    "resume": "bbc-news",
    "schedule": "7",
    "fit": "--dry-run",
    "install-service": "--user",
    "log": "--source bbc-news --since 1d --class substantive --patch",
    "diff": "7 1 3 --format side",
    "show": "7 1",
    "history": "https://times.example/2026/11/23/one-story",
    "blame": "7 --removed",
    "search": "--removed training mission",
    "articles": "--source bbc-news --state gone",
    "sources": "--json",
    "web": "--open",
    "stats": "bbc-news --since 7d",
    "verify": "--checkpoint heads-2026-11-23.txt",
    "evidence": "12 change-12.zip",
    "backup": "/mnt/safe/tracker.db",
    "rebuild": "--dry-run",
    "forget": "7 --reason 'asked by the family'",
    "doctor": "--thorough",
    "extract": "page.html --url https://times.example/one-story",
    "demo": "--for 60s",
}
"""What a person might write after each command, shown at the end of its help."""

COMMANDS = {name: short for section in SECTIONS.values() for name, short in section.items()}
_NEARNESS = 0.65
_NEVER_MEANT = "forget"  # nobody is led to what cannot be taken back
INTERRUPTED = 130


class Program(click.Group):
    """A group that knows its commands by name and imports one only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        module = import_module(f"tracker.cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        command.epilog = f"Example: tracker {cmd_name} {EXAMPLES[cmd_name]}".rstrip()
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was meant; one that does not exist is answered with the nearest that does."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name, [c for c in COMMANDS if c != _NEVER_MEANT], n=2, cutoff=_NEARNESS)
            hint = f" Did you mean {' or '.join(near)}?" if near else " tracker --help lists them."
            ctx.fail(f"No such command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their sections, without importing any."""
        width = max(map(len, COMMANDS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), short) for name, short in commands.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and explain what goes wrong: message and exit code, no traceback unless asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo(err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            raise
        except Exception as error:
            if ctx.params.get("verbose", 0) > 1:
                raise
            _explain(error)
            ctx.exit(getattr(error, "exit_code", 1))


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


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 79},
    epilog="tracker COMMAND --help tells more. ARTICLE is an id or any URL the article ever had.",
)
@click.version_option(__version__, "--version", prog_name="tracker")
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
    from tracker.cli.context import Desk

    ctx.obj = Desk(config, database, verbose)
