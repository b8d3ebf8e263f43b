"""Tables out: CSV, JSON Lines and Parquet, each written as the rows come, so that memory does not grow with them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any

from tracker import __version__
from tracker.errors import UsageError
from tracker.render import json_
from tracker.store.connection import Value
from tracker.store.questions.export import Holds, Table, TableColumn

Row = tuple[Value, ...]

BATCH = 10_000
GROUP = 5
"""Batches of a row group of Parquet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(table: Table, rows: Iterable[Row], *, safe: bool = False) -> Iterator[str]:
    """The table as CSV (RFC 4180), its head first, some lines at a time.

    Lists are JSON, truths `true` and `false`. `safe` puts an apostrophe before a cell that a spreadsheet would take
    for a formula.
    """
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow([column.name for column in table.columns])
    truths = [n for n, column in enumerate(table.columns) if column.holds is Holds.TRUTH]
    prepared = _truths(rows, truths) if truths else rows
    prepared = map(_safe, prepared) if safe else prepared
    source = iter(prepared)
    while batch := list(islice(source, 2_000)):
        writer.writerows(batch)
        yield _emptied(sink)
    if sink.tell():
        yield _emptied(sink)


def _emptied(sink: io.StringIO) -> str:
    text = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return text


def _truths(rows: Iterable[Row], at: list[int]) -> Iterator[Row]:
    words = {1: "true", 0: "false", None: None}
    for row in rows:
        cells = list(row)
        for n in at:
            cells[n] = words[cells[n]]  # type: ignore[index]
        yield tuple(cells)


def _safe(row: Row) -> Row:
    return tuple(f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row)


def json_lines(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """The table as JSON Lines: an object a row, its keys the columns."""
    names = [column.name for column in table.columns]
    readers = [_READERS.get(column.holds, _as_it_is) for column in table.columns]
    for row in rows:
        yield json_.line({name: read(cell) for name, read, cell in zip(names, readers, row, strict=True)})


def _as_it_is(cell: Value) -> Any:
    return cell


def _list(cell: Value) -> list[str]:
    return list(json.loads(str(cell))) if cell else []


def _truth(cell: Value) -> bool | None:
    return None if cell is None else bool(cell)


_READERS: Mapping[Holds, Callable[[Value], Any]] = {Holds.LIST: _list, Holds.TRUTH: _truth}


def write_text(out: IO[str], lines: Iterable[str]) -> None:
    """Write what `csv_lines` or `json_lines` give."""
    out.writelines(lines)


def write_parquet(path: Path, table: Table, rows: Iterable[Row], about: Mapping[str, str]) -> None:
    """Write the table as Parquet: moments as timestamps in UTC, lists as lists; `about` goes into its metadata.

    Raises UsageError when pyarrow is not there.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow: pip install 'article-tracker[parquet]', or export csv or jsonl"
        ) from None
    kinds: dict[Holds, Any] = {
        Holds.TEXT: arrow.string(),
        Holds.INTEGER: arrow.int64(),
        Holds.REAL: arrow.float64(),
        Holds.TRUTH: arrow.bool_(),
        Holds.MOMENT: arrow.timestamp("ms", tz="UTC"),
        Holds.LIST: arrow.list_(arrow.string()),
    }
    told = {"software": f"article-tracker {__version__}", **about}
    fields = [arrow.field(c.name, kinds[c.holds], metadata={"comment": c.meaning}) for c in table.columns]
    schema = arrow.schema(fields, metadata=told)

    def column(kind: TableColumn, cells: list[Value]) -> Any:
        if kind.holds is Holds.MOMENT:
            plain = arrow.array([None if c is None else str(c).removesuffix("Z") for c in cells], arrow.string())
            return plain.cast(arrow.timestamp("ms")).cast(kinds[Holds.MOMENT])
        if kind.holds is Holds.LIST:
            return arrow.array([_list(c) for c in cells], kinds[Holds.LIST])
        if kind.holds is Holds.TRUTH:
            return arrow.array([_truth(c) for c in cells], kinds[Holds.TRUTH])
        return arrow.array(cells, kinds[kind.holds])

    source = iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        group: list[Any] = []
        while batch := list(islice(source, BATCH)):
            cells = list(map(list, zip(*batch, strict=True)))
            arrays = [column(c, values) for c, values in zip(table.columns, cells, strict=True)]
            group.append(arrow.record_batch(arrays, schema=schema))
            if len(group) == GROUP:
                writer.write_table(arrow.Table.from_batches(group, schema))
                group = []
        if group:
            writer.write_table(arrow.Table.from_batches(group, schema))
