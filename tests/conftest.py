"""What holds for every room's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tracker.model import secret_values

# The machine may be busy: neither an example's time nor the time it took to think of one is what is tested.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

_SLOW = {Path(__file__).parent / room for room in ("end_to_end", "browser")}


@pytest.fixture(autouse=True)
def _no_secrets() -> Iterator[None]:
    """Secrets are known by a whole process: what one test's settings hold is none in the next."""
    yield
    secret_values.forget_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow by where it lies; elsewhere a module says so itself."""
    for item in items:
        if _SLOW & set(item.path.parents):
            item.add_marker(pytest.mark.slow)
