from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.world import history
from tracker.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with history(tmp_path) as opened:
        yield opened
