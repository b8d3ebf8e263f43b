"""A place in the document: reads one value of a wanted kind, or notes a problem with its line and key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TypeVar, cast

from tracker.config import document, values
from tracker.config.document import Broken, Node, Problems, Scalar, quote
from tracker.model import secret_values

T = TypeVar("T")

_VARIABLE = re.compile(r"\$(?:\$|\{([^}]*)(\}?))")
_KINDS = {document.Sequence: "a list", document.Mapping: "a mapping"}


class Environment:
    """Fills `${NAME}` into values. What it fills in is known as a secret at once, and remembered in `secrets`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.secrets: set[str] = set()

    def expand(self, text: str, *, public: bool = False) -> tuple[str, dict[str, str]]:
        """The text with `${NAME}` replaced and `$$` as `$`, and the secrets in it with what stands for each.

        `public` values (a path, a length of time) are no secrets. Raises ValueError naming what is not set.
        """
        used: dict[str, str] = {}

        def value(match: re.Match[str]) -> str:
            if match[0] == "$$":
                return "$"
            if not match[2] or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", match[1]):
                raise ValueError("has a ${ that names no environment variable; write $${ for a plain ${")
            found = self._environ.get(match[1])
            if found is None:
                raise ValueError(f"needs the environment variable {match[1]}, which is not set")
            if not public:
                self.secrets.add(found)
                used[found] = secret_values.learn(match[1], found)
            return found

        return _VARIABLE.sub(value, text), used


class Cursor:
    """One value of the file: where it stands, what it is called, and how to read it.

    Every reader returns None after noting a problem, so that the others are found too.
    """

    def __init__(self, node: Node, key: str, problems: Problems, environment: Environment) -> None:
        self.node, self.key = node, key
        self._problems, self._environment = problems, environment

    @property
    def line(self) -> int:
        """The line it starts on, from 1."""
        return self.node.line

    @property
    def is_list(self) -> bool:
        """True for a list."""
        return isinstance(self.node, document.Sequence)

    @property
    def is_mapping(self) -> bool:
        """True for a mapping."""
        return isinstance(self.node, document.Mapping)

    @property
    def is_null(self) -> bool:
        """True for a key with nothing behind it, or `null`."""
        return isinstance(self.node, Scalar) and self.node.type == "null"

    @property
    def is_empty(self) -> bool:
        """True for nothing at all and for a list without members."""
        return self.is_null or (isinstance(self.node, document.Sequence) and not self.node.items)

    def peek(self, key: str) -> str:
        """The text behind a key of this mapping as it is written, or an empty string; nothing is noted."""
        entries = self.node.entries if isinstance(self.node, document.Mapping) else ()
        return next((v.text for k, v in entries if k.text == key and isinstance(v, Scalar)), "")

    def bad(self, message: str, line: int = 0) -> None:
        """Note what is wrong here."""
        self._problems.add(line or self.line, self.key, message)

    def text(
        self,
        check: Callable[[str], T],
        *,
        secret: bool = False,
        sent: bool = False,
        public: bool = False,
        words: bool = False,
    ) -> T | None:
        """A string that `check` accepts, placeholders in it for what the environment gave.

        `secret` keeps it out of messages; it and what is `sent` to others hold the values themselves. What the
        environment puts into a `public` one is no secret. `words` allows a bare yes, no, on, off. Numbers and dates
        count as the text they are written as.
        """
        node = self._scalar("text")
        if node is None:
            return None
        if node.type == "bool" and not words:
            self.bad(f"{node.text} is a yes or no here; put it in quotes if the word is meant")
            return None
        return self._checked(node.text, check, secret=secret, sent=sent, public=public)

    def path(self) -> str | None:
        """A path of this machine. What the environment puts into it is no secret."""
        return self.text(values.plain_text, public=True)

    def integer(self, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        node = self._scalar("a whole number")
        if node is None:
            return None
        if node.type != "int" or not re.fullmatch(r"-?(?:0|[1-9][0-9]{0,11})", node.text):
            self.bad(f"{quote(node.text)} is not a whole number; write one from {low} to {high}, without quotes")
            return None
        number = int(node.text)
        if not low <= number <= high:
            self.bad(f"{number} is out of range; it goes from {low} to {high}")
            return None
        return number

    def boolean(self) -> bool | None:
        """true or false."""
        node = self._scalar("true or false")
        if node is None:
            return None
        if node.type != "bool":
            self.bad(f"{quote(node.text)} is neither true nor false")
            return None
        return node.text.lower() in ("true", "yes", "on")

    def duration(self, low: timedelta, high: timedelta) -> timedelta | None:
        """A length of time such as 15m, from `low` to `high`."""

        def check(text: str) -> timedelta:
            duration = values.parse_duration(text)
            if not low <= duration <= high:
                shortest, longest = values.format_duration(low), values.format_duration(high)
                raise ValueError(f"is out of range; it goes from {shortest} to {longest}")
            return duration

        return self.text(check, public=True)

    def choice(self, names: Iterable[str]) -> str | None:
        """One of some words."""
        known = list(names)

        def check(text: str) -> str:
            if text not in known:
                raise ValueError(f"is not known here; {_nearest(text, known)}")
            return text

        return self.text(check, public=True)

    def items(self) -> list[Cursor]:
        """The members of a list; nothing at all counts as an empty list."""
        if isinstance(self.node, document.Sequence):
            return [Cursor(node, self.key, self._problems, self._environment) for node in self.node.items]
        if not self.is_null and not isinstance(self.node, Broken):
            self.bad(f"{self._what()} stands where a list belongs; write [one, two] or a line with - for each")
        return []

    def several(self) -> list[Cursor]:
        """The members of a list, or the one value that stands for a list of one."""
        return self.items() if self.is_list else [self]

    def texts(self, check: Callable[[str], str]) -> tuple[str, ...]:
        """A list of strings that `check` accepts; a repeated one counts once."""
        found = [item.text(check) for item in self.items()]
        return tuple(dict.fromkeys(text for text in found if text is not None))

    def table(self, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, Cursor]:
        """The entries of a mapping by key; unknown and missing keys are problems. Nothing at all counts as empty."""
        keys = list(known)
        if self.is_null or isinstance(self.node, Broken):
            entries: tuple[tuple[Scalar, Node], ...] = ()
        elif isinstance(self.node, document.Mapping):
            entries = self.node.entries
        else:
            self.bad(f"{self._what()} stands where a mapping (key: value) belongs")
            return {}
        found: dict[str, Cursor] = {}
        for key, node in entries:
            path = f"{self.key}.{document.name(key.text)}" if self.key else document.name(key.text)
            if key.text in keys:
                found[key.text] = Cursor(node, path, self._problems, self._environment)
            else:
                self._problems.add(key.line, path, f"unknown key; {_nearest(key.text, keys)}")
        for key_name in required:
            if key_name not in found and not isinstance(self.node, Broken):
                self.bad(f"the key {key_name} is missing")
        return found

    def _scalar(self, wanted: str) -> Scalar | None:
        if isinstance(self.node, Broken):
            return None
        if self.is_null:
            self.bad("has no value; give it one, or take the key out")
            return None
        if isinstance(self.node, Scalar):
            return self.node
        self.bad(f"{self._what()} stands where {wanted} belongs")
        return None

    def _checked(self, raw: str, check: Callable[[str], T], *, secret: bool, sent: bool, public: bool) -> T | None:
        shown = "the value" if secret or "@" in raw else quote(raw)
        try:
            text, used = self._environment.expand(raw, public=public)
            found = check(text)
        except ValueError as error:
            self.bad(f"{shown} {error}")
            return None
        if not isinstance(found, str) or secret or sent:
            return found
        return cast(T, _hidden(found, used))

    def _what(self) -> str:
        if isinstance(self.node, Scalar):
            return quote(self.node.text) if "@" not in self.node.text else "a single value"
        return _KINDS[type(self.node)]


def _hidden(text: str, used: Mapping[str, str]) -> str:
    """The text with placeholders for its secrets; if it is an address, they may be put back for its origin."""
    for value in used:
        secret_values.give(value, text)
    for value in sorted(used, key=len, reverse=True):
        text = text.replace(value, used[value])
    return text


def _nearest(word: str, known: list[str]) -> str:
    """Which known word was probably meant; all of them when none is near."""
    near = difflib.get_close_matches(word[:60].lower(), known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
