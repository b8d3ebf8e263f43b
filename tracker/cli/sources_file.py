"""sources.yaml edited as text, so that comments and order stay as the person wrote them."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tracker.config import Config, load
from tracker.errors import ConfigError

Entry = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source that was found: its id, its name, and the addresses it is read from by their kind (`feeds`, …)."""

    id: str
    name: str
    places: Mapping[str, Sequence[str]]

    def entry(self) -> Entry:
        """Its entry in sources.yaml."""
        return {"id": self.id, "name": self.name} | {kind: list(urls) for kind, urls in self.places.items()}


def append(text: str, entries: Sequence[Entry]) -> str:
    """The text with more sources after the last one. Raises ConfigError when it has no list of sources to add to."""
    place = _sources(text)
    if place is None:
        return text.rstrip("\n") + "\n\nsources:\n" + written(entries, 2)
    node, key_line = place
    lines = text.splitlines(keepends=True)
    if not node.value:
        return "".join([*lines[:key_line], "sources:\n", written(entries, 2), *lines[node.end_mark.line + 1 :]])
    if node.flow_style:
        raise ConfigError(
            "the list of sources is written in [ ]: put each source on a line of its own with a dash first"
        )
    end = _end_of(lines, node.value[-1].end_mark)
    return "".join(lines[:end]).rstrip("\n") + "\n" + written(entries, node.start_mark.column) + "".join(lines[end:])


def replace_sources(text: str, entries: Sequence[Entry]) -> str:
    """The text with these sources instead of its own; what stood between the first and the next key goes."""
    place = _sources(text)
    if place is None:
        return append(text, entries)
    node, key_line = place
    lines = text.splitlines(keepends=True)
    end = _end_of(lines, node.end_mark)
    return "".join([*lines[:key_line], "sources:\n", written(entries, 2), *lines[end:]])


def written(entries: Sequence[Entry], indent: int) -> str:
    """Sources as YAML under a key, an empty line between them."""
    blocks = []
    for entry in entries:
        dumped = yaml.safe_dump(
            [dict(entry)], allow_unicode=True, sort_keys=False, default_flow_style=False, width=1000
        )
        blocks.append("".join(" " * indent + line for line in dumped.splitlines(keepends=True)))
    return "\n".join(blocks)


def save(path: Path, text: str) -> Config:
    """Write the file in one step, after it was found to be in order. Raises ConfigError and leaves the old one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}; --config names another place") from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        config = load(draft)
        draft.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        draft.replace(path)
    except ConfigError as error:
        raise ConfigError(str(error).replace(str(draft), str(path))) from None
    finally:
        draft.unlink(missing_ok=True)
    return config


def slug(name: str, taken: Sequence[str] = ()) -> str:
    """An id for a source: lower-case letters, digits and hyphens, not one of those taken."""
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "source"
    number, found = 2, base
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found


def _sources(text: str) -> tuple[Any, int] | None:
    """The node of the list under `sources` and the line of that key."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError(f"the sources file is no YAML: {error}") from None
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "sources":
            if isinstance(value, yaml.SequenceNode):
                return value, key.start_mark.line
            if value.value in ("", "null", "~"):
                empty = yaml.SequenceNode("", [], value.start_mark, key.end_mark)
                return empty, key.start_mark.line
    return None


def _end_of(lines: Sequence[str], mark: Any) -> int:
    """The line after a block's last one that says something: its end mark stands before the next key's line."""
    end: int = mark.line + (1 if mark.column and mark.line < len(lines) else 0)
    while end > 0 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end
