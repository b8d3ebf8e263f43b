"""Applying a changed configuration while the daemon runs: whole, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tracker.config import Config
from tracker.errors import TrackerError
from tracker.scheduler import log
from tracker.scheduler.process.runtime import Runtime

AT_START = ("database", "contact", "network", "captures")
"""The settings that are built into what is open: they are in force from the next start on."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What became of a new configuration. `reason` says why it was not taken; `restart` names what awaits a restart."""

    applied: bool
    sources: int
    reason: str = ""
    restart: tuple[str, ...] = ()


async def take(runtime: Runtime, read: Callable[[], Config] | None) -> Reloaded:
    """Read the configuration anew and let the runtime follow it; the old one stays when anything is wrong with it."""
    before = runtime.config, runtime.sources
    try:
        if read is None:
            raise TrackerError("asked to reload, but nobody said from where")
        new = await asyncio.to_thread(read)
        waiting = tuple(name for name in AT_START if getattr(new, name) != getattr(runtime.config, name))
        kept: dict[str, Any] = {name: getattr(runtime.config, name) for name in waiting}
        await asyncio.wrap_future(runtime.use(replace(new, **kept)))
    except TrackerError as error:
        runtime.config, runtime.sources = before
        log.error("the new configuration was not taken; the old one stays", reason=error)
        return Reloaded(False, len(runtime.sources), reason=str(error))
    if waiting:
        log.warning("some settings change only with a restart; the old ones stay", settings=", ".join(waiting))
    log.info("configuration reloaded", sources=len(runtime.sources))
    return Reloaded(True, len(runtime.sources), restart=waiting)
