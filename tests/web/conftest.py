import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.web.world import build, serving


@pytest.fixture(scope="session")
def history_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def site(history_path: Path) -> Iterator[Any]:
    """A client of the pages, started once for a module: its tests only read."""
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        datasette = runner.run(stack.enter_async_context(serving(history_path)))
        yield datasette.client
        runner.run(stack.aclose())
