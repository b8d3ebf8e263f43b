"""A runtime with alerts, articles that are edited for them, and what waits or has arrived."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.scheduler.world import HandClock, Inline
from tests.store.world import HOUR, NOW, POST, TIMES, follow, publish, says
from tracker.config import Alert, Config, Network
from tracker.model import RecordedChange
from tracker.scheduler.process.runtime import Runtime, open_runtime
from tracker.store import Store
from tracker.store.queue import outbox

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def config(folder: Path, *alerts: Alert) -> Config:
    return Config(
        path=folder / "sources.yaml",
        database=folder / "tracker.db",
        contact="https://operator.example/bot",
        sources=(TIMES, POST),
        network=Network(allow_private=True, allow_ports=()),
        alerts=alerts,
    )


@asynccontextmanager
async def a_crew(folder: Path, *alerts: Alert, clock: HandClock | None = None) -> AsyncIterator[Runtime]:
    async with open_runtime(config(folder, *alerts), clock or HandClock(NOW), engine=Inline()) as runtime:
        yield runtime


async def edited(runtime: Runtime, name: str = "pier", times: int = 1, at: datetime = NOW) -> list[RecordedChange]:
    """An article that is edited so often, recorded by the runtime's writer."""

    def work(store: Store) -> list[RecordedChange]:
        article = follow(store, name)
        said = [publish(store, article, says(f"There were {n} boats."), at + n * HOUR) for n in range(times + 1)]
        return [change for change in said if change is not None]

    return await asyncio.wrap_future(runtime.writer.submit(work))


def waiting(runtime: Runtime) -> dict[str, int]:
    return {each.sink.partition(":")[0]: each.queued for each in outbox.waiting(runtime.reader)}


def told(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
