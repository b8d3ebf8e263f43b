"""Fixtures of the fetcher's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.fetcher.world import Site, World


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    """A small internet on loopback."""
    made = World()
    yield made
    await made.close()


@pytest_asyncio.fixture
async def paper(world: World) -> Site:
    """The site http://paper.test/, robots.txt answering 404."""
    return await world.site("paper.test")
