"""A page that means harm: stored as text, shown harmless, and nothing crashes."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.end_to_end.machine import Machine
from tracker.newsroom import Newsroom
from tracker.scheduler.clock import WallClock
from tracker.store import Store
from tracker.store.history import articles, versions

LONG_WORD = "Donaudampfschiff" * 6250
PARAGRAPHS = [
    "The harbour master said &lt;script&gt;alert(document.cookie)&lt;/script&gt; and everybody looked at their shoes.",
    "A terminal was told \x1b]0;owned\x07\x1b[2J\x1b[31m to clear itself, and the clerk blushed \x9b31m as well.",
    "The sum was \u202e000,1\u202c crowns, or so it seemed to those \u2066who read\u2069 it from the other side.",
    "[bold]Nobody[/bold] in the [link=https://evil.example]office[/link] had ever seen [/] such brackets before.",
    f"The longest word of the year is {LONG_WORD}, the jury said, and then it went home.",
    "A lone surrogate &#xD83D; and another one &#55357; were found in the basement, next to a zero &#0; of some kind.",
    "=HYPERLINK(&quot;https://evil.example&quot;) is what the spreadsheet said when it was asked for the total.",
    *[f"Apart from that, witness number {n} saw nothing unusual in the harbour on that evening." for n in range(6)],
]
HEADLINE = "Port \x1b[31mred\x1b[0m &lt;img src=x onerror=alert(1)&gt; [red]alert[/red] \u202efdp.exe"
DANGEROUS = [chr(c) for c in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))]
DANGEROUS += ["\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\ud83d"]


class Trap(BaseHTTPRequestHandler):
    """One feed, one article."""

    edited = False

    def do_GET(self) -> None:
        if self.path == "/rss.xml":
            kind, body = "application/rss+xml", self.feed()
        elif self.path == "/story.html":
            kind, body = "text/html; charset=utf-8", self.page()
        else:
            self.send_error(404)
            return
        raw = body.encode("utf-8", "surrogatepass")
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def feed(self) -> str:
        link = f"http://127.0.0.1:{self.server.server_address[1]}/story.html"
        items = f"<item><title>&lt;b&gt;x&lt;/b&gt; &#27;[31m</title><link>{link}</link></item>"
        items += "<item><title>y</title><link>javascript:alert(1)</link></item>"
        items += "<item><title>z</title><link>file:///etc/passwd</link></item>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'

    def page(self) -> str:
        paragraphs = [p.replace("their shoes", "the ceiling") for p in PARAGRAPHS] if self.edited else PARAGRAPHS
        headline = HEADLINE.replace("Port", "Harbour") if self.edited else HEADLINE
        body = "".join(f"<p>{p}</p>" for p in paragraphs)
        head = f"<!doctype html><html lang=en><head><title>{headline}</title></head>"
        return f"{head}<body><article><h1>{headline}</h1>{body}</article></body></html>"

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("hostile")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        machine = Machine(folder, Newsroom(WallClock(), edits=()))
        port = server.server_address[1]
        machine.config.write_text(
            json.dumps(
                {
                    "database": str(machine.database),
                    "contact": "https://operator.example/bot",
                    "defaults": {"delay": "0s"},
                    "network": {"allow_private": True, "allow_ports": [port]},
                    "sources": [{"id": "trap", "name": "A trap", "feeds": [f"http://127.0.0.1:{port}/rss.xml"]}],
                }
            )
        )
        machine.tracker("-v", "check")
        Trap.edited = True
        machine.tracker("-v", "check", "--force")
        machine.tracker("-v", "check", "--force")
        yield machine
    finally:
        Trap.edited = False
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_is_stored_as_text_and_read_the_same_every_time(trapped: Machine) -> None:
    with Store.open(trapped.database) as store:
        (article,) = articles.articles(store)
        first, second = versions.versions(store, article.id)
    text = first.content.text
    assert "<script>alert(document.cookie)</script>" in text
    assert LONG_WORD in text
    assert "[bold]Nobody[/bold]" in text
    assert not any(0xD800 <= ord(c) <= 0xDFFF or c == "\x00" for c in text)
    assert second.content.headline.startswith("Harbour")


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "1"),
        ("show", "1", "1"),
        ("log",),
        ("log", "--patch"),
        ("log", "--json"),
        ("diff", "1"),
        ("diff", "1", "--format", "plain"),
        ("diff", "1", "--format", "side"),
        ("diff", "1", "--format", "json"),
        ("diff", "1", "--format", "unified"),
        ("history", "1"),
        ("articles",),
        ("articles", "--json"),
        ("sources",),
        ("search", "witness"),
        ("check", "--force"),
    ],
    ids=" ".join,
)
def test_every_command_shows_it_harmless(trapped: Machine, arguments: tuple[str, ...]) -> None:
    done: subprocess.CompletedProcess[str] = trapped.tracker("-v", *arguments)
    said = done.stdout + done.stderr
    assert said
    assert [repr(c) for c in DANGEROUS if c in said] == []


def test_json_keeps_the_text_and_is_one_object_a_line(trapped: Machine) -> None:
    (change,) = trapped.lines("log", "--all")
    assert "<img src=x onerror=alert(1)>" in change["headline"]
    assert any("their shoes" in (operation["old"] or "") for operation in change["operations"])
