from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.cli.world import go
from tracker.cli import probing
from tracker.cli.context import CommandContext
from tracker.config import load
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
        source = await asyncio.to_thread(probing.probe, base, context, [])
    expected = found or {"sitemaps": ["/maps/new.xml"]}
    assert {kind: source.places[kind] for kind in expected} == {
        kind: [base + path for path in paths] for kind, paths in expected.items()
    }, name


FEED = b"<rss><channel><title>The &lt;b&gt;Pier&lt;/b&gt;\n Post</title><item><link>/a</link></item></channel></rss>"


async def test_a_site_on_a_private_port_is_probed_when_that_is_allowed_and_its_feed_names_it(folder: Path) -> None:
    def answer(request: Request) -> Response:
        return Response(200 if request.path == "/feed" else 404, FEED, content_type="application/rss+xml")

    file = folder / "new.yaml"
    async with Server(answer, lambda: datetime.now(UTC), "127.0.0.1", 0) as server:
        port = server.port
        feed = f"http://127.0.0.1:{port}/feed"
        refused = await asyncio.to_thread(go, "--config", str(file), "init", "--probe", feed)
        assert (refused.exit_code, file.exists()) == (1, False)
        done = await asyncio.to_thread(go, "--config", str(file), "init", "--allow-private", "--probe", feed)
    assert done.exit_code == 0, done.stderr
    read = load(file)
    assert [(s.name, s.feeds) for s in read.sources] == [("The Pier Post", (feed,))]
    assert (read.network.allow_private, read.network.allow_ports) == (True, (80, 443, port))


async def test_what_a_shortener_leads_to_belongs_to_the_source_of_its_target(folder: Path) -> None:
    def short(request: Request) -> Response:
        return Response(302, headers={"Location": target})

    def answer(request: Request) -> Response:
        return Response(200, FEED, content_type="application/rss+xml")

    now = lambda: datetime.now(UTC)  # noqa: E731
    async with Server(answer, now, "127.0.0.1", 0) as paper, Server(short, now, "127.0.0.1", 0) as shortener:
        target = f"http://127.0.0.1:{paper.port}/feed"
        network = {"allow_private": True, "allow_ports": [paper.port, shortener.port]}
        settings = {"contact": "https://operator.example/bot", "sources": [], "network": network}
        (folder / "sources.yaml").write_text(yaml.safe_dump(settings))
        arguments = ("add", f"http://127.0.0.1:{shortener.port}/x7", "--id", "pier", "--name", "My Pier")
        done = await asyncio.to_thread(go, *arguments)
        assert done.exit_code == 0, done.stderr
        again = await asyncio.to_thread(go, *arguments)
    [source] = load(folder / "sources.yaml").sources
    assert (source.id, source.name, source.feeds) == ("pier", "My Pier", (target,))
    assert (again.exit_code, "followed already" in again.stderr) == (2, True)
