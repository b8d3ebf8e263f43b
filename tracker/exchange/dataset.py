"""A data set: one folder with the tables as Parquet and everything that says what they are.

A data card (its YAML head is what Hugging Face reads), a Frictionless data package with the meaning of every column, a
Croissant description, the methods by which it was made, and the SHA-256 of each file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker import __version__
from tracker.model import iso
from tracker.store.questions.export import Holds, Table

_FRICTIONLESS = {
    Holds.TEXT: "string",
    Holds.INTEGER: "integer",
    Holds.REAL: "number",
    Holds.TRUTH: "boolean",
    Holds.MOMENT: "datetime",
    Holds.LIST: "any",
}
"""Frictionless reads Parquet with pandas, which makes arrays of lists and floats of missing integers."""
_CROISSANT = {
    Holds.TEXT: "sc:Text",
    Holds.INTEGER: "sc:Integer",
    Holds.REAL: "sc:Float",
    Holds.TRUTH: "sc:Boolean",
    Holds.MOMENT: "sc:DateTime",
    Holds.LIST: "sc:Text",
}


@dataclass(frozen=True, slots=True)
class DatasetTable:
    """A table of a data set: the file it lies in, from the folder on, and its rows."""

    table: Table
    file: str
    rows: int


@dataclass(frozen=True, slots=True)
class Methods:
    """How a data set came about, for whoever wants to make it again or to doubt it."""

    made_at: datetime
    filter: str
    text: bool
    extractors: tuple[str, ...]
    differs: tuple[str, ...]
    observers: tuple[str, ...]
    first: str
    last: str


def describe(folder: Path, title: str, parts: Sequence[DatasetTable], methods: Methods) -> None:
    """Write everything beside the tables; the sums come last."""
    _write(folder / "methods.json", _methods(methods))
    _write(folder / "datapackage.json", _package(title, parts, methods))
    _write(folder / "croissant.json", _croissant(folder, title, parts, methods))
    (folder / "README.md").write_text(_card(title, parts, methods), encoding="utf-8")
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.name != "SHA256SUMS")
    sums = "".join(f"{_sha256(f)}  {f.relative_to(folder).as_posix()}\n" for f in files)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


def _write(path: Path, value: Mapping[str, object]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _methods(methods: Methods) -> dict[str, object]:
    return {
        "program": f"article-tracker {__version__}",
        "made_at": iso(methods.made_at),
        "filter": methods.filter,
        "with_text": methods.text,
        "extractors": list(methods.extractors),
        "differs": list(methods.differs),
        "observers": list(methods.observers),
        "first_change_seen": methods.first or None,
        "last_change_seen": methods.last or None,
        "moments": "of the machine that checked; a change happened at some moment between `after` and `before`",
    }


def _package(title: str, parts: Sequence[DatasetTable], methods: Methods) -> dict[str, object]:
    return {
        "profile": "data-package",
        "name": "article-history",
        "title": title,
        "created": iso(methods.made_at),
        "resources": [
            {
                "name": part.table.name,
                "path": part.file,
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "description": part.table.meaning,
                "schema": {
                    "fields": [
                        {
                            "name": c.name,
                            "type": "number" if c.optional else _FRICTIONLESS[c.holds],
                            "description": c.meaning,
                        }
                        for c in part.table.columns
                    ]
                },
            }
            for part in parts
        ],
    }


def _croissant(folder: Path, title: str, parts: Sequence[DatasetTable], methods: Methods) -> dict[str, object]:
    context = {
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        "recordSet": "cr:recordSet",
        "field": "cr:field",
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "source": "cr:source",
        "fileObject": "cr:fileObject",
        "extract": "cr:extract",
        "column": "cr:column",
    }
    return {
        "@context": context,
        "@type": "sc:Dataset",
        "name": title,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "datePublished": iso(methods.made_at),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": part.file,
                "name": part.table.name,
                "contentUrl": part.file,
                "encodingFormat": "application/x-parquet",
                "sha256": _sha256(folder / part.file),
            }
            for part in parts
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": part.table.name,
                "name": part.table.name,
                "description": part.table.meaning,
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"{part.table.name}/{c.name}",
                        "name": c.name,
                        "description": c.meaning,
                        "dataType": _CROISSANT[c.holds],
                        **({"repeated": True} if c.holds is Holds.LIST else {}),
                        "source": {"fileObject": {"@id": part.file}, "extract": {"column": c.name}},
                    }
                    for c in part.table.columns
                ],
            }
            for part in parts
        ],
    }


def _card(title: str, parts: Sequence[DatasetTable], methods: Methods) -> str:
    configs = "".join(
        f"- config_name: {part.table.name}\n  data_files: {part.file}\n{'  default: true' + chr(10) if not n else ''}"
        for n, part in enumerate(parts)
    )
    tables = "".join(
        f"\n### {part.table.name}\n\n{part.table.meaning[0].upper()}{part.table.meaning[1:]}. {part.rows:,} rows.\n\n"
        "| column | holds | meaning |\n|---|---|---|\n"
        + "".join(f"| {c.name} | {c.holds.value} | {c.meaning} |\n" for c in part.table.columns)
        for part in parts
    )
    texts = (
        "It holds texts of publishers, which belong to them: ask before you pass them on."
        if methods.text
        else "It holds no article's text: hashes, counts, headlines and summaries."
    )
    return f"""\
---
pretty_name: {json.dumps(title)}
configs:
{configs}---

# {title}

The edits of news articles, as article-tracker {__version__} saw them. {texts}

- Filter: {methods.filter or "none"}
- Changes seen from {methods.first or "-"} to {methods.last or "-"}
- Observers besides ourselves: {", ".join(methods.observers) or "none"}
- How it was made: `methods.json`. What each column means: below, and in `datapackage.json` (Frictionless) and
  `croissant.json` for programs. `sha256sum -c SHA256SUMS` checks the files.

A change happened at some moment between `after` and `before`: between the last check that saw the version before and
the first that saw the new one. That no notice was seen is a finding of a program, not a statement about a publisher.

## Tables
{tables}"""
