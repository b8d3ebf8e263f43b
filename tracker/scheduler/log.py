"""One line an event, with named fields that stay the same everywhere: source, host, article, check, outcome."""

from __future__ import annotations

import logging

from tracker.render.safety import clean

logger = logging.getLogger("tracker")

_LONGEST = 300


def line(event: str, **fields: object) -> str:
    """`event name=value …`; every value made harmless, quoted when it has spaces, left out when None or empty."""
    parts = [event]
    for name, value in fields.items():
        if value is None or value == "":
            continue
        text = clean(str(value))
        if len(text) > _LONGEST:
            text = text[: _LONGEST - 1] + "…"
        if not text or any(c in text for c in ' "='):
            text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        parts.append(f"{name}={text}")
    return " ".join(parts)


def info(event: str, **fields: object) -> None:
    """Something that went as it should."""
    if logger.isEnabledFor(logging.INFO):
        logger.info(line(event, **fields))


def warning(event: str, **fields: object) -> None:
    """Something outside went wrong; we go on."""
    if logger.isEnabledFor(logging.WARNING):
        logger.warning(line(event, **fields))


def error(event: str, *, exception: BaseException | None = None, **fields: object) -> None:
    """Something of ours went wrong; we go on if we can. The traceback of `exception` follows."""
    logger.error(line(event, **fields), exc_info=exception)
