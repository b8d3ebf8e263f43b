"""One line an event, with named fields that stay the same everywhere: source, host, article, check, outcome.

A `formatter` decides how lines look: for people, for journald (with its priorities), or as JSON for programs.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from tracker.errors import TrackerError
from tracker.model import iso
from tracker.model.secret_values import redacted
from tracker.render.safety import clean, clean_lines

logger = logging.getLogger("tracker")

STYLES = ("plain", "journal", "json")

_LONGEST = 300
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))


def line(event: str, **fields: object) -> str:
    """`event name=value …`; every value made harmless, quoted when it has spaces, left out when None or empty."""
    parts = [event]
    for name, value in _told(fields).items():
        text = value
        if not text or any(c in text for c in ' "='):
            text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        parts.append(f"{name}={text}")
    return " ".join(parts)


def _told(fields: Mapping[str, object]) -> dict[str, str]:
    """The fields that say something, each harmless and not too long."""
    told = {}
    for name, value in fields.items():
        if value is not None and value != "":
            text = clean(redacted(str(value)))
            told[name] = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return told


def info(event: str, **fields: object) -> None:
    """Something that went as it should."""
    _log(logging.INFO, event, fields)


def warning(event: str, **fields: object) -> None:
    """Something outside went wrong; we go on."""
    _log(logging.WARNING, event, fields)


def error(event: str, *, exception: BaseException | None = None, **fields: object) -> None:
    """Something of ours went wrong; we go on if we can. The traceback of `exception` follows."""
    _log(logging.ERROR, event, fields, exception)


def failure(event: str, cause: BaseException, **fields: object) -> None:
    """Something failed: what we can explain in words (`problem`), anything else with its traceback."""
    known = cause if isinstance(cause, TrackerError) else None
    _log(logging.ERROR, event, {**fields, "problem": known}, None if known else cause)


def _log(level: int, event: str, fields: Mapping[str, object], exception: BaseException | None = None) -> None:
    if logger.isEnabledFor(level):
        extra = {"event": event, "fields": fields}
        logger.log(level, line(event, **fields), exc_info=exception, extra=extra, stacklevel=3)


class _Harmless(logging.Formatter):
    """What is said may come from a page or a library: harmless, and without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines of one record."""
        return redacted(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's
        """The traceback, each line harmless."""
        return clean_lines(super().formatException(ei))


class Plain(_Harmless):
    """`2026-11-23T10:00:00Z INFO event name=value`; a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime


class Journal(_Harmless):
    """What journald reads from a service's stderr: `<priority>` before every line (man 3 sd-daemon), no time."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines of one record."""
        priority = next((number for level, number in _PRIORITIES if record.levelno >= level), 7)
        return "\n".join(f"<{priority}>{each}" for each in super().format(record).splitlines())


class Json(_Harmless):
    """One object a line: `at`, `level`, `event`, the fields as texts, and `traceback` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        event = getattr(record, "event", None) or clean(record.getMessage())
        told = {"at": iso(datetime.fromtimestamp(record.created, UTC)), "level": record.levelname.lower()}
        told |= {"event": event} | _told(getattr(record, "fields", {}))
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return redacted(json.dumps(told, ensure_ascii=True))


def take_all() -> None:
    """Let nothing be written beside the log: warnings of Python, and errors that nobody caught, are lines of it."""
    logging.captureWarnings(True)

    def uncaught(kind: type[BaseException], value: BaseException | None, _: object = None) -> None:
        if value is not None and not issubclass(kind, KeyboardInterrupt):
            error("an error nobody expected", exception=value)

    sys.excepthook = uncaught
    sys.unraisablehook = lambda told: uncaught(told.exc_type, told.exc_value)
    threading.excepthook = lambda told: uncaught(told.exc_type, told.exc_value)


def usual(stream: TextIO | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """`journal` when that stream leads to journald (`JOURNAL_STREAM` names its device and inode), else `plain`."""
    try:
        status = os.fstat((stream or sys.stderr).fileno())
    except (OSError, ValueError):
        return "plain"
    return "journal" if environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}" else "plain"


def formatter(style: str) -> logging.Formatter:
    """The formatter of a style."""
    known: dict[str, type[logging.Formatter]] = {"plain": Plain, "journal": Journal, "json": Json}
    return known[style]()
