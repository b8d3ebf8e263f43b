"""What every command works with: the settings in force and the open database."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracker.errors import ConfigError, StoreError
from tracker.store.history import articles
from tracker.store.questions import references

if TYPE_CHECKING:
    from tracker.config import Config
    from tracker.model import Article
    from tracker.store import Store

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_CONFIG = Path("sources.yaml")
DEFAULT_DATABASE = Path("db/tracker.db")


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The options given before the command. `config_path` and `database` are None when they were not given."""

    config_path: Path | None
    database: Path | None
    verbose: int = 0

    def __post_init__(self) -> None:
        """Where the terminal's encoding lacks a character, write its number instead of failing."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

    @property
    def sources_file(self) -> Path:
        """The sources file that was named, or the usual one."""
        return self.config_path or DEFAULT_CONFIG

    def config(self) -> Config:
        """The settings, with the database of the command line in force. Raises ConfigError."""
        from tracker.config import load

        if not self.sources_file.exists():
            raise ConfigError(
                f"there is no {self.sources_file}: write one with `tracker init`, or name yours with --config FILE"
            )
        config = load(self.sources_file)
        return replace(config, database=self.database) if self.database else config

    def know_secrets(self) -> None:
        """Read the sources file if there is one, so that no secret of it is written; whatever else is in it."""
        if self.sources_file.exists():
            with suppress(ConfigError):
                self.config()

    def database_path(self) -> Path:
        """Where the history is. A command that only reads needs no sources file when it can be known without."""
        if self.database:
            return self.database
        if self.config_path is None and not DEFAULT_CONFIG.exists():
            return DEFAULT_DATABASE
        return self.config().database

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The history, opened for reading. Raises StoreError when there is none yet, or none to be read."""
        from tracker.store import Store

        with Store.open(self.database_path()) as store:
            yield store

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The history, for writing; never makes one. Raises StoreError, AlreadyRunning while the daemon writes."""
        from tracker.config import Captures
        from tracker.store import Store
        from tracker.store.connection import NO_HISTORY

        path = self.database_path()
        if not path.exists():
            raise StoreError(f"{path}: {NO_HISTORY}")
        policy = self.config().captures if self.sources_file.exists() else Captures()
        with Store.open(path, write=True, policy=policy) as store:
            yield store

    def quiet(self) -> None:
        """Keep the rooms' remarks off the screen, unless -v asks for them: the command itself says what matters."""
        if self.verbose:
            self.log_to_stderr()
        else:
            logging.getLogger("tracker").setLevel(logging.CRITICAL)

    def log_to_stderr(self, style: str | None = None) -> None:
        """Let the rooms say on stderr what they do; with -vv the libraries they use, too. Styles: `log.STYLES`."""
        from tracker.scheduler import log

        logging.basicConfig(level=logging.WARNING, force=True)
        logging.getLogger().handlers[0].setFormatter(log.formatter(style or log.usual()))
        log.take_all()
        if self.verbose > 1:
            logging.getLogger().setLevel(logging.DEBUG)
        logging.getLogger("tracker").setLevel(logging.DEBUG if self.verbose else logging.INFO)


def the_article(store: Store, reference: str) -> Article:
    """The article of an id, an address loosely typed, a slug or words of its headline. Raises NotFound, Ambiguous."""
    return articles.article(store, references.resolve(store, reference))


with_context = click.make_pass_decorator(CommandContext)
json_option = click.option("--json", "as_json", is_flag=True, help="JSON Lines: one object a line, stable keys.")


def limit_option(default: int) -> Callable[[F], F]:
    """`--limit N` with a default; 0 is all."""
    return click.option("--limit", type=click.IntRange(min=0), default=default, show_default=True, help="0 for all.")
