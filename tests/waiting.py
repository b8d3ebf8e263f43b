"""How tests wait: for an event, or until something holds. A deadline is there only to end a hang."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

HANG = 120.0
"""Seconds after which a wait is a hang: more than thirty times what the slowest single step takes at rest."""

_PAUSE = 0.005


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds that nobody tells of. Leaves the processor to whoever is to bring it about."""
    async with asyncio.timeout(HANG):
        while not holds():
            await asyncio.sleep(_PAUSE)
