from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.world import build, serving


@pytest.fixture(scope="session")
def history_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("web"))


@pytest.fixture
async def site(history_path: Path) -> AsyncIterator[Any]:
    """A client of the pages."""
    async with serving(history_path) as datasette:
        yield datasette.client
