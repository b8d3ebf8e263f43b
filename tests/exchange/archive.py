"""A web archive on loopback that answers as the Internet Archive does, faults and all."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from tests.waiting import HANG


@dataclass
class FakeArchive:
    """What the archive holds: (stamp, address) -> body; `faults` are answers given once before the right one."""

    held: dict[tuple[str, str], bytes] = field(default_factory=dict)
    odd_lines: list[str] = field(default_factory=list)
    page_size: int = 3
    faults: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    without_datetime: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    base: str = ""

    def hold(self, url: str, **bodies: bytes) -> None:
        """Hold a capture for each stamp, given as t20240501100000."""
        self.held |= {(stamp.removeprefix("t"), url): body for stamp, body in bodies.items()}

    def lines(self, url: str) -> list[str]:
        """The list of captures of an address."""
        found = [
            f"{stamp} {at} text/html 200 {base64.b32encode(hashlib.sha1(body).digest()).decode()}"
            for (stamp, at), body in self.held.items()
            if at == url
        ]
        return sorted([*found, *self.odd_lines])


def _moment(stamp: str) -> str:
    return format_datetime(datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC), usegmt=True)


@contextmanager
def serving(archive: FakeArchive) -> Iterator[FakeArchive]:
    """The archive, served while this lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            archive.asked.append(self.path)
            waiting = next((answers for part, answers in archive.faults.items() if part in self.path and answers), None)
            if waiting:
                status, headers = waiting.pop(0)
                self._send(status, b"slow down", headers)
            elif self.path.startswith("/cdx/search/cdx"):
                self._list()
            elif self.path.startswith("/timemap/link/"):
                self._timemap(self.path.removeprefix("/timemap/link/"))
            else:
                self._page()

        def _list(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            lines = archive.lines(asked["url"][0])
            begin = int(asked.get("resumeKey", ["0"])[0].removeprefix("key-"))
            end = begin + archive.page_size
            text = "\n".join(lines[begin:end]) + "\n"
            self._send(
                200, (text + (f"\nkey-{end}\n" if end < len(lines) else "")).encode(), {"Content-Type": "text/plain"}
            )

        def _timemap(self, url: str) -> None:
            links = [
                f'<{url}>; rel="original"',
                f'<{archive.base}/timemap/link/{url}>; rel="self"; type="application/link-format"',
            ]
            links += [
                f'<{archive.base}/{stamp}/{at}>; rel="first memento"; datetime="{_moment(stamp)}"'
                for (stamp, at) in sorted(archive.held)
                if at == url
            ]
            self._send(200, ",\n".join(links).encode(), {"Content-Type": "application/link-format"})

        def _page(self) -> None:
            path = unquote(self.path).removeprefix("/web").removeprefix("/")
            stamp, _, url = path.partition("/")
            stamp = stamp.removesuffix("id_")
            if stamp in archive.instead:
                self._send(302, b"", {"Location": f"{archive.base}/web/{archive.instead[stamp]}id_/{url}"})
                return
            body = archive.held.get((stamp, url))
            if body is None:
                self._send(404, b"not archived", {})
                return
            headers = {"Content-Type": "text/html; charset=utf-8", "X-Archive-Orig-Last-Modified": "then"}
            if stamp not in archive.without_datetime:
                headers |= {"Memento-Datetime": _moment(stamp), "Link": f'<{url}>; rel="original"'}
            self._send(200, body, headers)

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    archive.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield archive
    finally:
        server.shutdown()
        thread.join(HANG)
        server.server_close()
