"""The data sheet that Datasette shows with the history: found, renamed for the database at hand, opened or closed.

python -m tracker.web.metadata    writes the tables' part of db/datasette.yaml anew from db/README.md (`make docs`)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from tracker.errors import ConfigError
from tracker.model.plain import JsonObject

NAME = "tracker"
_HERE = Path(__file__).parent
_REPOSITORY = _HERE.parent.parent / "db"
_MARK = "    # From here on made from db/README.md by `make docs`.\n    tables:"
FACETS = {
    "latest_changes": ["source", "class", "notice"],
    "changes": ["source_id", "class", "notice"],
    "articles": ["source_id", "state", "language"],
    "events": ["kind"],
    "paragraphs": ["kind"],
    "check_runs": ["outcome"],
    "article_state": ["outcome"],
    "headline_history": ["source_id", "class"],
}
SORTED = {
    **dict.fromkeys(("latest_changes", "changes", "headline_history"), "seen_before"),
    **dict.fromkeys(("articles", "versions", "events", "paragraphs"), "id"),
    "source_hours": "hour",
}
UNITS = {"milliseconds": "ms", "bytes": "B", "delay_ms": "ms", "size": "B"}
LABELS = {"sources": "name", "articles": "headline"}


def find(name: str, database: Path) -> Path:
    """A sheet by its file name: beside the database, else the one that came with tracker. Raises ConfigError."""
    places = (database.parent / name, _REPOSITORY / name, _HERE / name)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise ConfigError(f"there is no {name} beside {database.name}, and none came with this installation")
    return found


def load(database: Path, *, public: bool = False) -> JsonObject:
    """The sheet for a database; with `public`, closed as the second file says. Raises ConfigError."""
    sheet = _read(find("datasette.yaml", database))
    if public:
        sheet = merged(sheet, _read(find("datasette-public.yaml", database)))
    databases = sheet.get("databases") or {}
    if database.stem != NAME and NAME in databases:
        databases[database.stem] = databases.pop(NAME)
    return sheet


def merged(one: JsonObject, other: JsonObject) -> JsonObject:
    """Two sheets as one; where both say something, the second is right."""
    whole = dict(one)
    for key, value in other.items():
        both = isinstance(value, Mapping) and isinstance(whole.get(key), Mapping)
        whole[key] = merged(whole[key], value) if both else value
    return whole


def _read(path: Path) -> JsonObject:
    try:
        return dict(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error


def described(readme: str) -> dict[str, JsonObject]:
    """Tables and views with what db/README.md says of them and of each column."""
    tables: dict[str, JsonObject] = {}
    for section in re.split(r"(?m)^### ", readme)[1:]:
        name, _, body = section.partition("\n")
        columns = dict(re.findall(r"(?m)^\| ([a-z0-9_]+) \| (.+?) \|$", body.split("| index |")[0].split("```sql")[0]))
        columns.pop("column", None)
        told = body.strip().split("\n\n")[0].replace("\n", " ")
        table = {
            "description": told,
            "columns": columns,
            "facets": FACETS.get(name),
            "sort_desc": SORTED.get(name),
            "label_column": LABELS.get(name),
            "units": {column: unit for column, unit in UNITS.items() if column in columns},
        }
        tables[name.strip()] = {
            key: value for key, value in table.items() if value or key in ("description", "columns")
        }
    tables.pop("captures", None)  # in a file of its own, which is never shown
    return tables


def written(sheet: str, readme: str) -> str:
    """The text of the sheet with the tables' part made anew."""
    above = re.split(r"(?m)^    (?:# From here on made|tables:)", sheet)[0]
    body = yaml.safe_dump(described(readme), allow_unicode=True, sort_keys=False, width=110)
    return above + _MARK + "\n" + re.sub(r"(?m)^(?=.)", "      ", body)


def main() -> None:  # pragma: no cover - a test compares the file with what this would write
    """Write db/datasette.yaml anew."""
    path = _REPOSITORY / "datasette.yaml"
    readme = (_REPOSITORY / "README.md").read_text("utf-8")
    path.write_text(written(path.read_text("utf-8"), readme), "utf-8")


if __name__ == "__main__":  # pragma: no cover
    main()
