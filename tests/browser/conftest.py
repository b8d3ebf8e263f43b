"""A real Chromium on a real server; without one the tests say so and are skipped, unless TRACKER_REQUIRE_BROWSER=1."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.store.world import history
from tests.waiting import HANG
from tests.web.world import build, busy, serving

TESTED = 34
"""The article whose headline went to and fro."""
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


def _missing(what: str) -> None:
    if os.environ.get("TRACKER_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{what}, and TRACKER_REQUIRE_BROWSER=1 asks for it")
    pytest.skip(f"{what}: the pages are not tested in a browser")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages on a free port of this machine."""
    import uvicorn

    path = build(tmp_path_factory.mktemp("browser"))
    with history(path.parent) as store:
        assert busy(store) == TESTED
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []
    ready = threading.Event()

    async def run() -> None:
        async with serving(path) as datasette:
            server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="warning"))
            servers.append(server)
            task = asyncio.create_task(server.serve(sockets=[listening]))
            while not server.started and not task.done():
                await asyncio.sleep(0.01)
            ready.set()
            await task

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(HANG)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    servers[0].should_exit = True
    thread.join(HANG)
    listening.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Chromium, as the system has it; open for this package alone, for no other event loop runs beside Playwright's."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed (pip install playwright)")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if not found:
        _missing("no Chromium is installed (apt install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    folder = Path(__file__).parent
    file = folder / "node_modules/axe-core/axe.min.js"
    npm = shutil.which("npm")
    if not file.is_file() and npm and os.environ.get("TRACKER_REQUIRE_BROWSER") == "1":
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True, timeout=300)
    if not file.is_file():
        _missing("axe-core is not installed (npm ci in tests/browser)")
    return file.read_text("utf-8")


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a page of its own kind: `open_page(width=360, color_scheme="dark")`. Fails when anything goes wrong in it.

    Going wrong is: a script error, something the policy had to stop, a dialog, a request to anywhere else.
    """
    contexts: list[Any] = []
    wrong: list[str] = []

    def opening(width: int = 1440, height: int = 900, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: wrong.append(f"error: {e}"))
        page.on("dialog", lambda d: (wrong.append(f"dialog: {d.message}"), d.dismiss()))
        page.on(
            "request", lambda r: None if r.url.startswith((address, "data:")) else wrong.append(f"outside: {r.url}")
        )
        return page

    yield opening
    for context in contexts:
        context.close()
    assert wrong == []
