from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tracker.cli import probing
from tracker.cli.context import CommandContext
from tracker.newsroom.server import Request, Response, Server

RSS = b"<rss><channel><item><title>A</title><link>https://times.example/a</link></item></channel></rss>"
MAP = b"<urlset><url><loc>/a</loc></url></urlset>"


@pytest.mark.parametrize(
    ("name", "paths", "found"),
    [
        ("a feed at a usual place", {"/feed": RSS}, {"feeds": ["/feed"]}),
        ("a sitemap named in robots.txt", {"/robots.txt": b"Sitemap: {}/maps/new.xml", "/maps/new.xml": MAP}, None),
        ("a sitemap at a usual place", {"/sitemap.xml": MAP}, {"sitemaps": ["/sitemap.xml"]}),
    ],
)
async def test_a_probe_tries_the_usual_places(
    name: str,
    paths: dict[str, bytes],
    found: dict[str, list[str]] | None,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probing, "PAUSE", timedelta(0))
    base = ""

    def answer(request: Request) -> Response:
        body = paths.get(request.path, b"<h1>A front page</h1>" if request.path == "/" else b"")
        kind = "text/html" if request.path == "/" else "text/plain"
        return Response(200 if body else 404, body.replace(b"{}", base.encode()), content_type=kind)

    async with Server(answer, lambda: datetime.now(UTC), "127.0.0.1", 0) as server:
        base = f"http://127.0.0.1:{server.port}"
        settings = {"contact": "https://operator.example/bot", "sources": []}
        settings["network"] = {"allow_private": True, "allow_ports": [server.port]}
        (folder / "sources.yaml").write_text(yaml.safe_dump(settings))
        context = CommandContext(folder / "sources.yaml", None)
        entry = await asyncio.to_thread(probing.probe, base, context, [])
    expected = found or {"sitemaps": ["/maps/new.xml"]}
    assert {kind: entry[kind] for kind in expected} == {k: [base + path for path in v] for k, v in expected.items()}, (
        name
    )
