"""tracker web: Browse the history: latest edits, articles, outlets, search.

Section: Read the history
Place: 9
Example: tracker web --open
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import click
import yaml

from tracker.cli import web_process
from tracker.cli.context import CommandContext, with_context
from tracker.cli.screen import say
from tracker.errors import UsageError
from tracker.store import Store
from tracker.store.connection import stands_still


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=web_process.PORT,
    show_default=True,
    help="0 takes a free one.",
)
@click.option("--public", is_flag=True, help="For strangers: no SQL, no downloads, no inner tables, no writing.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="A name that visitors know this server by, behind a proxy say. Others are refused, but for addresses and "
    "localhost.",
)
@click.option(
    "--base-url",
    default="/",
    envvar="TRACKER_BASE_URL",
    show_envvar=True,
    metavar="PATH",
    help="The path below which a proxy shows the pages: /tracker/.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open a browser on it.")
@click.option("--sheet", type=click.Path(dir_okay=False, path_type=Path), help="Only write the settings it would use.")
@with_context
def web(
    context: CommandContext,
    host: str,
    port: int,
    public: bool,
    names: tuple[str, ...],
    base_url: str,
    open_browser: bool,
    sheet: Path | None,
) -> None:
    """Browse the history: latest edits, articles, outlets, search.

    Datasette with our pages, on this machine only unless --host says otherwise.
    It reads; the daemon may go on writing meanwhile. Ctrl-C ends it.
    """
    web_process.require()
    base_url = _below(base_url)
    database = context.database_path()
    with Store.open(database):
        pass  # says what is wrong with it before a server stands
    context.know_secrets()
    text = _settings(database, public=public, names=(*names, host))
    if sheet is not None:
        sheet.write_text(text, "utf-8")
        say(f"Wrote {sheet}.")
        return
    port = web_process.free(port, host)
    with tempfile.TemporaryDirectory(prefix="tracker-web-") as folder:
        file = Path(folder) / "datasette.yaml"
        file.write_text(text, "utf-8")
        still = ["--immutable"] if stands_still(database) else []
        _serve(
            [
                *still,
                str(database),
                *_options(file, host, port, base_url, public=public),
                *(["--open"] if open_browser else []),
            ]
        )


def _below(path: str) -> str:
    """The path with a slash at both ends. Raises UsageError for what is no plain path."""
    whole = f"/{path.strip('/')}/".replace("//", "/")
    if not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)*/", whole) or {".", ".."} & set(whole.split("/")):
        raise UsageError(f"--base-url {path[:80]!a} is no plain path; write it like /tracker/")
    return whole


def _settings(database: Path, *, public: bool, names: tuple[str, ...]) -> str:
    from tracker.web import metadata

    sheet = metadata.load(database, public=public, names=names)
    return yaml.safe_dump(sheet, allow_unicode=True, sort_keys=False)


def _options(file: Path, host: str, port: int, base_url: str, *, public: bool) -> list[str]:
    """The options of `datasette serve`, which 0.65 and 1.0 spell a little differently."""
    import datasette

    options = ["--host", host, "--port", str(port), "-m", str(file)]
    if not datasette.__version__.startswith("0."):
        options += ["-c", str(file)]
    # Facet suggestions read whole tables, at a million versions for more than a second.
    options += ["--setting", "suggest_facets", "off", "--setting", "base_url", base_url]
    if public:
        options += ["--setting", "allow_download", "off", "--setting", "allow_csv_stream", "off"]
    return options


def _serve(arguments: list[str]) -> None:
    from datasette.cli import serve

    serve.main(arguments, prog_name="tracker web", standalone_mode=False)
