"""The file itself: bytes to a tree of nodes that know their line. YAML without its traps, JSON included.

Aliases, tags, several documents, duplicate keys, tabs and deep nesting are problems here; nothing is ever constructed
from a tag.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tracker.errors import ConfigError
from tracker.model.secret_values import redacted

MAX_BYTES = 1 << 20
MAX_DEPTH = 12
SHOWN_PROBLEMS = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PREFIX = "tag:yaml.org,2002:"
_SCALARS = frozenset({"str", "int", "float", "bool", "null", "timestamp"})
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as written. `type` is YAML's idea of it: str, int, float, bool, null or timestamp."""

    line: int
    text: str
    type: str = "str"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values, each key once, in the order of the file."""

    line: int
    entries: tuple[tuple[Scalar, Node], ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """Something already reported as a problem; readers pass over it in silence."""

    line: int


Node = Scalar | Sequence | Mapping | Broken


class Problems:
    """Everything that is wrong with one file, told at once and in the order of its lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._found: list[tuple[int, str, str]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, line: int, key: str, message: str) -> None:
        """Note a problem at a line (1-based); `key` is the dotted path of the setting, empty for the file."""
        self._found.append((line, key, message))

    def error(self) -> ConfigError:
        """All problems as one error, `file:line: key: what is wrong` each."""
        name = str(self.path) if str(self.path).isprintable() else repr(str(self.path))
        lines = [
            redacted(f"{name}:{line}: {key}: {message}" if key else f"{name}:{line}: {message}")
            for line, key, message in sorted(self._found, key=lambda problem: problem[0])
        ]
        if len(lines) == 1:
            return ConfigError(lines[0])
        rest = len(lines) - SHOWN_PROBLEMS
        more = [f"… and {rest} more"] if rest > 0 else []
        return ConfigError("\n  ".join([f"{name} has {len(lines)} problems:", *lines[:SHOWN_PROBLEMS], *more]))


def quote(text: str) -> str:
    """A piece of the file as an error may show it: in quotes, harmless for a terminal, at most 80 characters."""
    return repr(text if len(text) <= 80 else text[:79] + "…")


def read_text(path: Path) -> str:
    """The text of a configuration file. Raises ConfigError when it is missing, too large, unsafe or not UTF-8."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ConfigError(f"{path} is a directory; name the sources.yaml in it")
        if not stat.S_ISREG(mode):
            raise ConfigError(f"{path} is not a regular file; name a sources.yaml")
        if mode & stat.S_IWOTH:
            raise ConfigError(
                f"{path} can be written by every user of this machine, so it cannot be trusted; chmod o-w {path}"
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist; `tracker init` writes a commented one") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigError(f"{str(path)!r} cannot be read: {reason}") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path} is larger than 1 MiB; a list of sources is not")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from None


def parse(text: str, problems: Problems) -> Node | None:
    """The tree of a document, or None when it is empty or cannot be parsed (then `problems` says why)."""
    is_json = text.lstrip().startswith("{")
    if is_json:
        text = _SURROGATES.sub(_join_surrogates, text)
    else:
        for tab in _TAB_INDENT.finditer(text):
            problems.add(_line_at(text, tab.end()), "", "a tab in the indentation; YAML wants spaces")
    for odd in _UNPRINTABLE.finditer(text):
        line = _line_at(text, odd.start())
        problems.add(line, "", f"the control character U+{ord(odd[0]):04X}; take it out")
    if problems:
        return None
    try:
        return _Builder(text, problems).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        begun = error.context_mark
        where = f" (it begins on line {begun.line + 1})" if begun and mark and begun.line != mark.line else ""
        problems.add(mark.line + 1 if mark else 1, "", f"not YAML: {what}{where}")
    except (yaml.YAMLError, ValueError) as error:
        problems.add(1, "", f"not YAML: {error}")
    return None


def _line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _join_surrogates(pair: re.Match[str]) -> str:
    """JSON writes characters above U+FFFF as two escapes, which YAML has no word for."""
    character = bytes.fromhex(pair[2] + pair[3]).decode("utf-16-be")
    return f"{pair[1]}\\U{ord(character):08x}"


class _Builder:
    """Builds the tree from the parser's events, so that nothing is resolved, shared or constructed unseen."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self._resolver: Any = yaml.resolver.Resolver()
        self._problems = problems

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if not isinstance(event, yaml.NodeEvent):
                continue
            if root is not None:
                self._problems.add(_line(event), "", "a second document starts here; keep one (no `---` in between)")
                return root
            root = self._node(event, 0)
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            self._problems.add(line, "", f"the alias *{event.anchor} is not allowed; write the value out")
            return Broken(line)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.anchor is not None:
            self._problems.add(line, "", f"the anchor &{event.anchor} is not allowed; write the value out")
        if depth > MAX_DEPTH:
            raise ConfigError(f"{self._problems.path}:{line}: nested too deeply; nothing here needs {MAX_DEPTH} levels")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._known_tag(event.tag, "seq", Sequence(line, tuple(self._items(depth))))
        if isinstance(event, yaml.MappingStartEvent):
            return self._known_tag(event.tag, "map", Mapping(line, tuple(self._entries(depth))))
        assert isinstance(event, yaml.ScalarEvent)
        return self._scalar(event, line)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Node:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        kind = tag.removeprefix(_PREFIX)
        if kind in ("merge", "value"):
            kind = "str"
        if kind not in _SCALARS:
            self._problems.add(line, "", f"the tag {quote(tag)} is not allowed; write a plain value")
            return Broken(line)
        return Scalar(line, event.value, kind)

    def _known_tag(self, tag: str | None, kind: str, node: Node) -> Node:
        if tag in (None, "!", _PREFIX + kind):
            return node
        self._problems.add(node.line, "", f"the tag {quote(str(tag))} is not allowed; write a plain value")
        return Broken(node.line)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                if not isinstance(key, Broken):
                    self._problems.add(key.line, "", "a key must be a word, not a list or a mapping")
            elif key.text in seen:
                self._problems.add(
                    key.line, name(key.text), f"duplicate key; it stands on line {seen[key.text]} already"
                )
            else:
                seen[key.text] = key.line
                yield key, value


def name(key: str) -> str:
    """A key as an error shows it: bare when it is a plain word, else quoted."""
    return key if re.fullmatch(r"[\w-]{1,60}", key) else quote(key)


def _line(event: yaml.Event) -> int:
    mark: Any = event.start_mark
    return int(mark.line) + 1
