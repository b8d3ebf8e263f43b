"""What a shell completes after `tracker`: commands, options, choices, articles, sources and tags.

A key was pressed and somebody waits: so nothing of ours is imported, and no command. Commands and options are read from
docs/cli.md, tags from docs/terms.md, which come with the package and are proven to say what the program does; articles
and sources with one small question to the history, which is why there is SQL outside the store. Whatever goes wrong,
the answer is that nothing fits.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_BLOCK = re.compile(r"(?ms)^#{2,3} tracker((?: [\w-]+)*)\n\n```text\n(.*?)^```$")
_OPTION = re.compile(r"(?m)^  (?:(-\w), )?(--[\w-]+)(?:, --[\w-]+)*(?: (\S.*?))?(?:  .*)?$")
_TAG = re.compile(r"(?m)^\| `([a-z_-]+)` \| (.*?) \|$")
_DATABASE = re.compile(r"(?m)^database:[ \t]*[\"']?([^\"'#\s]+)")
_PATIENCE = 0.1
_MOST = 50
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may stand next, and a few words about it. `is_path` asks the shell for names of files."""

    value: str
    about: str = ""
    is_path: bool = False


@dataclass(frozen=True, slots=True)
class _Command:
    """A command as its help shows it: what its options take (empty for a switch), and its arguments in order."""

    options: dict[str, str]
    arguments: tuple[str, ...]


def suggestions(words: Sequence[str], incomplete: str) -> list[Suggestion]:
    """What may stand next after these words (those after `tracker`), beginning with what is typed already."""
    try:
        return [each for each in _next(list(words), incomplete) if each.is_path or each.value.startswith(incomplete)]
    except (OSError, ValueError, sqlite3.Error):
        return []


def _next(words: list[str], incomplete: str) -> Iterator[Suggestion]:
    known = _commands()
    name, given, position = "", [], 0
    database = config = ""
    while words:
        word = words.pop(0)
        options = known[name].options
        if word.startswith("-"):
            option, _, value = word.partition("=")
            if options.get(option) and not value:
                if not words:
                    yield from _values(option, options[option], incomplete, database, config)
                    return
                value = words.pop(0)
            database, config = (
                value if option == f"--{key}" else old for key, old in (("database", database), ("config", config))
            )
        elif f"{name} {word}".strip() in known and not position:
            name = f"{name} {word}".strip()
        else:
            position += 1
            given.append(word)
    if incomplete.startswith("-"):
        yield from (Suggestion(option) for option in known[name].options if option.startswith("--"))
        return
    below = [other.removeprefix(name).strip() for other in known if other.startswith(name) and other != name]
    yield from (Suggestion(other) for other in below if " " not in other and not position)
    arguments = known[name].arguments
    if name and arguments:
        wanted = arguments[min(position, len(arguments) - 1)]
        if position < len(arguments) or wanted.endswith("..."):
            yield from _values("", wanted, incomplete, database, config)


def _values(option: str, form: str, incomplete: str, database: str, config: str) -> Iterator[Suggestion]:
    """What an option or an argument may be."""
    if option == "--tag":
        yield from (Suggestion(tag, about) for tag, about in _TAG.findall(_tags()))
    elif option in ("--source", "--outlet") or "SOURCE" in form:
        yield from _asked("select id, name from sources order by id", database, config)
    if option == "" and "ARTICLE" in form:
        if incomplete.isdigit() or not incomplete:
            sql = "select id, headline from articles where cast(id as text) like ? || '%' order by id desc limit ?"
            yield from _asked(sql, database, config, incomplete, _MOST)
        elif incomplete.startswith("http"):
            # A range, not LIKE: the index on addresses serves it.
            sql = "select url, headline from articles where url >= ? and url < ? || char(1114111) order by url limit ?"
            yield from _asked(sql, database, config, incomplete, incomplete, _MOST)
    elif choices := re.fullmatch(r"[\[{]([^\]}\s]+\|[^\]}\s]+)[\]}]", form):
        yield from (Suggestion(choice) for choice in choices[1].split("|") if choice.islower())
    if re.search(r"FILE|FOLDER|PATH|OUT|FROM", form):
        yield Suggestion(incomplete, is_path=True)


def _asked(sql: str, database: str, config: str, *values: object) -> Iterator[Suggestion]:
    """The rows of a history; nothing of a headline but what can be printed."""
    path = _history(database, config)
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as db:
        for value, about in db.execute(sql, values).fetchall():
            shown = "".join(sign for sign in str(about or "") if sign.isprintable())[:_LONGEST]
            yield Suggestion(str(value), shown)


def _history(database: str, config: str) -> Path:
    """Where the history is, as the program finds it, with a look at one line of the sources file."""
    if database := database or os.environ.get("TRACKER_DATABASE", ""):
        return Path(database).expanduser()
    file = Path(config or os.environ.get("TRACKER_CONFIG", "") or "sources.yaml").expanduser()
    said = _DATABASE.search(file.read_text("utf-8")) if file.is_file() else None
    return file.absolute().parent / Path(os.path.expandvars(said[1] if said else "db/tracker.db")).expanduser()


@cache
def _commands() -> dict[str, _Command]:
    """Every command by its words, the program itself under no word, as docs/cli.md shows them."""
    found = {}
    for words, text in _BLOCK.findall(_document("cli.md")):
        options = {}
        for short, long, form in _OPTION.findall(text):
            options[long] = form
            if short:
                options[short] = form
        usage = re.match(r"Usage: tracker(.*?)\n\n", text, re.DOTALL)
        arguments = usage[1].removeprefix(words).split() if usage else []
        found[words.strip()] = _Command(
            options, tuple(a for a in arguments if a not in ("[OPTIONS]", "COMMAND", "[ARGS]..."))
        )
    return found


def _tags() -> str:
    """The part of docs/terms.md that explains them."""
    return _document("terms.md").partition("\n## Tags\n")[2].partition("\n## ")[0]


def _document(name: str) -> str:
    """A document that came with the package, or lies in the source tree."""
    inside = _HERE / "docs" / name
    return (inside if inside.is_file() else _HERE.parent / "docs" / name).read_text("utf-8")
