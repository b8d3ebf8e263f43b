"""tracker export: Write the history in a form that others open.

Section: In and out
Place: 1
Example: tracker export csv changes.csv --source bbc-news --since 30d
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tracker.cli.context import CommandContext, the_article
from tracker.cli.filter_options import filter_of, filter_options
from tracker.cli.screen import say, write_plain
from tracker.errors import UsageError
from tracker.exchange import dataset, gather, git_out, newsedits, tables, wacz_out
from tracker.exchange.warc_out import WarcFiles, Written, need_warcio
from tracker.model import ChangeFilter
from tracker.render import clean
from tracker.render.words import count as counted
from tracker.store import Store
from tracker.store.history import sources
from tracker.store.questions import export as question
from tracker.store.questions.export import Table

T = TypeVar("T")
FORMATS = ("csv", "jsonl", "parquet", "dataset", "newsedits", "warc", "wacz", "git")
_TABLES = ("csv", "jsonl", "parquet")
_SAMPLE = 1_000


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What was asked for: the form, where to, which tables, which part of the history, and how."""

    form: str
    out: Path
    what: tuple[str, ...]
    wanted: ChangeFilter
    text: bool
    safe: bool
    bom: bool
    derived: bool
    redirects: bool
    most: int | None
    said: str

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, without running text unless that was asked for."""
        found = tuple(question.TABLES[name] for name in self.what)
        return found if self.text else tuple(table.without_text() for table in found)


def _what(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (value or "").split(",") if name.strip())
    unknown = [name for name in names if name not in question.TABLES]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is no table; there are {', '.join(question.TABLES)}")
    return names


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("out", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--article", help="Only this article (its id or URL).")
@filter_options
@click.option("--what", callback=_what, help="Tables, with commas between: changes, versions, articles.")
@click.option("--text", is_flag=True, help="With publishers' running text in tables.")
@click.option("--safe-cells", "safe", is_flag=True, help="csv: no cell that a spreadsheet takes for a formula.")
@click.option("--bom", is_flag=True, help="csv: begin with the mark by which Excel knows UTF-8.")
@click.option("--derived/--no-derived", default=True, help="warc: the texts as read in a second file.  [default: yes]")
@click.option("--redirects/--no-redirects", default=True, help="warc: redirects as records.  [default: yes]")
@click.option("--max-size", "most", type=click.IntRange(min=1), help="warc: begin another file after so many MB.")
@click.option("--dry-run", is_flag=True, help="Say how much it would be, and write nothing.")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@click.pass_context
def export(
    ctx: click.Context,
    /,
    form: str,
    out: Path,
    article: str | None,
    what: tuple[str, ...],
    text: bool,
    safe: bool,
    bom: bool,
    derived: bool,
    redirects: bool,
    most: int | None,
    dry_run: bool,
    force: bool,
    **options: Any,
) -> None:
    """Write the history in a form that others open.

    FORMAT csv, jsonl and parquet are tables: one goes to the file OUT (- is
    the screen), several to a folder. dataset is a folder with all tables and
    what explains them. newsedits is a folder with a database an outlet, as
    the code of NewsEdits reads it. warc and wacz are the pages as they were
    received, for web archives; git is a repository with a commit a version.

    The filter is that of `tracker log`, noise is left out unless --all asks
    for it. Running text of publishers is left out of tables unless --text
    asks for it; newsedits, warc, wacz and git are made of it. The daemon may
    run meanwhile. Ends with 1 when captures are no longer kept.
    """
    context: CommandContext = ctx.obj
    wanted = filter_of(options)
    with context.reading() as store:
        for source in wanted.sources:
            sources.source(store, source)
        if article:
            wanted = replace(wanted, article_id=the_article(store, article).id)
        names = what or (tuple(question.TABLES) if form == "dataset" else ("changes",))
        said = _said({"article": article, **options})
        size = most * 1_000_000 if most else None
        asked = ExportRequest(form, out, names, wanted, text, safe, bom, derived, redirects, size, said)
        _check(asked, force, dry_run)
        with question.one_moment(store):
            if dry_run:
                _foretell(store, asked)
                return
            lost = _written(store, asked)
    if lost:
        say(f"{counted(lost, 'version')} went out without the page it was read from: it is no longer kept.")
    ctx.exit(1 if lost else 0)


def _said(options: Mapping[str, Any]) -> str:
    """The filter as it was given."""
    words = []
    for name, value in options.items():
        spelt = {"class_": "class", "everything": "all"}.get(name, name.replace("_", "-"))
        given = value if isinstance(value, tuple) else (value,) if value else ()
        words += [f"--{spelt}" if one is True else f"--{spelt} {one}" for one in given]
    return " ".join(words)


def _check(asked: ExportRequest, force: bool, dry_run: bool) -> None:
    if asked.form in ("warc", "wacz"):
        need_warcio()
    if asked.form == "warc" and not asked.out.name.endswith((".warc.gz", ".warc")):
        raise UsageError(f"{asked.out}: name a file that ends in .warc.gz")
    if str(asked.out) == "-":
        if asked.form not in ("csv", "jsonl") or len(asked.what) > 1:
            raise UsageError("only one table as csv or jsonl goes to the screen: name a file or folder")
    elif asked.out.exists() and not force and not dry_run:
        raise UsageError(f"{asked.out} is there already: name another one, or use --force")


def _foretell(store: Store, asked: ExportRequest) -> None:
    """How much it would be: rows and, from a sample of them, bytes; of captures their bytes before compression."""
    for table in asked.tables if asked.form in (*_TABLES, "dataset") else ():
        rows = question.count(store, table, asked.wanted)
        sample = list(_first(question.rows_of(store, table, asked.wanted), _SAMPLE))
        lines = tables.json_lines(table, sample) if asked.form == "jsonl" else tables.csv_lines(table, sample)
        size = sum(len(line.encode()) for line in lines) * rows // max(1, len(sample))
        write_plain([f"{table.name}: {counted(rows, 'row')}, about {_size(size)} as text\n"])
    if asked.form in ("newsedits", "git"):
        rows = question.count(store, question.VERSIONS, asked.wanted)
        write_plain([f"{counted(rows, 'version')}\n"])
    if asked.form in ("warc", "wacz"):
        number = size = lost = 0

        def missing(count: int) -> None:
            nonlocal lost
            lost += count

        seen: set[str] = set()
        for kept in gather.kept_captures(store, asked.wanted, missing):
            number += 1
            size += 0 if kept.capture.sha256 in seen else len(kept.capture.body)
            seen.add(kept.capture.sha256)
        write_plain([f"{counted(number, 'capture')}, {_size(size)} before compression; {lost:,} no longer kept\n"])


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1_000_000 else f"{-(-size // 1000):,} kB"


def _first(rows: Iterable[T], most: int) -> Iterator[T]:
    for n, row in enumerate(rows):
        if n == most:
            return
        yield row


def _written(store: Store, asked: ExportRequest) -> int:
    """Write it; how many versions have no capture any more, where captures go out."""
    if str(asked.out) == "-":
        (table,) = asked.tables
        write_plain(_lines(asked, table, question.rows_of(store, table, asked.wanted)))
        return 0
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    lost = 0

    def missing(count: int) -> None:
        nonlocal lost
        lost += count

    with _made(asked.out) as place:
        if asked.form == "warc":
            _warc(store, asked, place, missing)
        elif asked.form == "wacz":
            target = place / asked.out.name
            captures = _watched(gather.kept_captures(store, asked.wanted, missing), None)
            title = f"Articles of {', '.join(asked.wanted.sources) or 'all sources'}"
            done = wacz_out.write(target, captures, title=title, now=datetime.now(UTC), redirects=asked.redirects)
            _say_counts(done)
        elif asked.form == "git":
            total = question.count(store, question.VERSIONS, asked.wanted)
            commits = _watched(gather.commits(store, asked.wanted), total)
            say(f"{counted(git_out.write(place / asked.out.name, commits), 'commit')}.")
        elif asked.form == "newsedits":
            _newsedits(store, asked, place / asked.out.name)
        else:
            _tables(store, asked, place / asked.out.name)
    return lost


@contextmanager
def _made(out: Path) -> Iterator[Path]:
    """A folder beside OUT to write in: what is whole is moved into its place, what failed leaves nothing."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as made:
        place = Path(made)
        yield place
        for one in place.iterdir():
            target = out.parent / one.name
            if target.is_dir():
                shutil.rmtree(target)
            one.replace(target)


def _warc(store: Store, asked: ExportRequest, place: Path, missing: Callable[[int], object]) -> None:
    path = place / (asked.out.name if asked.out.name.endswith(".gz") else f"{asked.out.name}.gz")
    with WarcFiles(path, derived=asked.derived, redirects=asked.redirects, most=asked.most, pages=None) as files:
        for kept in _watched(gather.kept_captures(store, asked.wanted, missing), None):
            files.add(kept)
        files.write_index(place / f"{path.name.removesuffix('.gz').removesuffix('.warc')}.cdxj")
        _say_counts(files.written)


def _say_counts(written: Written) -> None:
    say(", ".join(f"{number:,} {what}" for what, number in sorted(written.counts.items())) or "no captures")


def _newsedits(store: Store, asked: ExportRequest, folder: Path) -> None:
    folder.mkdir()
    names = asked.wanted.sources or tuple(s.id for s in sources.sources(store))
    for source_id in names:
        wanted = replace(asked.wanted, sources=(source_id,))
        total = question.count(store, question.ARTICLES, wanted)
        if total:
            found = _watched(gather.histories(store, wanted), total)
            newsedits.write(folder / newsedits.name_of(source_id), ((a.url, v) for a, v in found))
    say(f"{counted(len(list(folder.iterdir())), 'outlet')}.")


def _tables(store: Store, asked: ExportRequest, target: Path) -> None:
    parts: list[dataset.DatasetTable] = []
    as_folder = asked.form == "dataset" or len(asked.what) > 1
    ending = "parquet" if asked.form in ("parquet", "dataset") else asked.form
    folder = target / "data" if asked.form == "dataset" else target
    if as_folder:
        folder.mkdir(parents=True)
    for table in asked.tables:
        total = question.count(store, table, asked.wanted)
        rows = _watched(question.rows_of(store, table, asked.wanted), total)
        path = folder / f"{table.name}.{ending}" if as_folder else target
        if ending == "parquet":
            tables.write_parquet(path, table, rows, {"filter": asked.said, "table": table.name})
        else:
            with path.open("w", encoding="utf-8-sig" if asked.bom else "utf-8", newline="") as out:
                tables.write_text(out, _lines(asked, table, rows))
        parts.append(dataset.DatasetTable(table, f"data/{path.name}", total))
        say(f"{table.name}: {counted(total, 'row')}, {_size(path.stat().st_size)}")
    if asked.form == "dataset":
        extent = question.extent(store)
        methods = dataset.Methods(
            datetime.now(UTC),
            clean(asked.said),
            asked.text,
            extent.extractors,
            extent.differs,
            extent.observers,
            extent.first,
            extent.last,
        )
        dataset.describe(target, "Edits of news articles", parts, methods)


def _lines(asked: ExportRequest, table: Table, rows: Iterable[tables.Row]) -> Iterator[str]:
    return tables.json_lines(table, rows) if asked.form == "jsonl" else tables.csv_lines(table, rows, safe=asked.safe)


def _watched(found: Iterable[T], total: int | None) -> Iterator[T]:
    """The same, with a bar on stderr when a person watches it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from found
        return
    columns = (TextColumn("Writing"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=total)
        for one in found:
            yield one
            bars.advance(task)
