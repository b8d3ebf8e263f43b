"""WARC/1.1 out: every capture as a response, the same bytes again as a revisit; an index beside it (CDXJ).

What is not a capture (the text as read, the version's data) goes to a file of its own, NAME.derived.warc.gz: a player
that indexes `conversion` and `metadata` records would take them for captures of the page.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
import re
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from urllib.parse import urlsplit

from tracker import __version__
from tracker.errors import UsageError
from tracker.model import Capture, Version, iso

SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect"}
REASONS |= {308: "Permanent Redirect", 403: "Forbidden", 404: "Not Found", 410: "Gone", 451: "Unavailable"}

_NO_LONGER_SO = frozenset(("content-encoding", "transfer-encoding", "content-length"))
"""Headers that do not describe the bytes as they are kept; they go out as X-Crawl-*, as Common Crawl has it."""

_DESCRIPTION = (
    "Bodies are stored with their content-encoding undone; Content-Encoding, Transfer-Encoding and Content-Length of "
    "the answer are kept as X-Crawl-*. The HTTP version and the request headers were not recorded. Redirects carry "
    "status and Location only (X-Tracker-Rebuilt)."
)
_SORTED_AT_ONCE = 100_000


def need_warcio() -> None:
    """Raises UsageError when warcio is not there."""
    try:
        import warcio  # noqa: F401
    except ImportError:
        raise UsageError("WARC needs warcio: pip install 'article-tracker[warc]'") from None


@dataclass(frozen=True, slots=True)
class Kept:
    """A capture that goes out, its article, and the version that it began, if any."""

    article_id: int
    capture: Capture
    version: Version | None = None


@dataclass
class Written:
    """What was written: counts by record, and the files."""

    counts: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def add(self, what: str) -> None:
        """Count one record."""
        self.counts[what] = self.counts.get(what, 0) + 1


class WarcFiles:
    """WARC files of at most `most` bytes each (one record more at worst), with their index. A context manager."""

    def __init__(self, path: Path, *, derived: bool, redirects: bool, most: int | None, pages: IO[str] | None) -> None:
        need_warcio()
        self.written = Written()
        self._stem = path.name.removesuffix(".gz").removesuffix(".warc")
        self._folder, self._most, self._redirects, self._pages = path.parent, most, redirects, pages
        self._stack = ExitStack()
        self._index = self._stack.enter_context(_SortedLines())
        self._first: dict[str, tuple[str, str, str]] = {}
        self._number = 0
        self._open(path if most is None else self._numbered())
        self._derived = self._writer(self._folder / f"{self._stem}.derived.warc.gz") if derived else None

    def _numbered(self) -> Path:
        return self._folder / f"{self._stem}-{self._number:05}.warc.gz"

    def _writer(self, path: Path) -> tuple[Any, IO[bytes]]:
        from warcio.warcwriter import WARCWriter

        file = self._stack.enter_context(path.open("wb"))
        self.written.files.append(path)
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        told = {"software": f"article-tracker/{__version__}", "format": "WARC file version 1.1"}
        told["conformsTo"] = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
        told["description"] = _DESCRIPTION
        record = writer.create_warcinfo_record(path.name, told)
        record.rec_headers.replace_header("WARC-Record-ID", _identity("warcinfo", path.name))
        record.rec_headers.replace_header("WARC-Date", "1970-01-01T00:00:00Z")
        writer.write_record(record)
        return writer, file

    def _open(self, path: Path) -> None:
        self._path = path
        self._main = self._writer(path)

    def __enter__(self) -> WarcFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, kept: Kept) -> None:
        """Write one capture, with its redirects before it and its version, if it began one, to the derived file."""
        if self._most is not None and self._main[1].tell() > self._most:
            self._number += 1
            self._open(self._numbered())
        capture, date = kept.capture, iso(kept.capture.fetched_at) or ""
        for status, here, target in _hops(capture) if self._redirects else ():
            self._redirect(kept.article_id, status, here, target, date)
        identity = self._capture(kept.article_id, capture, date)
        if kept.version is not None:
            self._told(kept.version, capture.final_url, identity, date)

    def _redirect(self, article_id: int, status: int, here: str, target: str, date: str) -> None:
        from warcio.statusandheaders import StatusAndHeaders

        headers = [("Location", _header(target)), ("X-Tracker-Rebuilt", "status and Location only")]
        http = StatusAndHeaders(f"{status} {REASONS.get(status, '')}".strip(), headers, protocol="HTTP/1.1")
        told = {"WARC-Record-ID": _identity("hop", article_id, here, date), "WARC-Date": date}
        record = self._main[0].create_warc_record(
            _address(here), "response", payload=BytesIO(b""), length=0, http_headers=http, warc_headers_dict=told
        )
        self._write(record, here, date, "unk", status, sha1(b""))
        self.written.add("redirect")

    def _capture(self, article_id: int, capture: Capture, date: str) -> str:
        from warcio.statusandheaders import StatusAndHeaders

        headers = [(_header(_kept_name(name)), _header(value)) for name, value in capture.headers]
        headers.append(("Content-Length", str(len(capture.body))))
        status = f"{capture.status} {REASONS.get(capture.status, '')}".strip()
        http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        digest, sha256 = sha1(capture.body), capture.sha256
        identity = _identity("capture", article_id, sha256, date)
        told = {"WARC-Record-ID": identity, "WARC-Date": date}
        if capture.observer:
            told |= {"X-Tracker-Observer": _header(capture.observer), "X-Tracker-Origin": _header(capture.origin)}
        address, writer = _address(capture.final_url), self._main[0]
        was = self._first.get(sha256)
        if was is not None:
            told["WARC-Refers-To"] = was[2]
            record = writer.create_revisit_record(
                address, digest, was[0], was[1], http_headers=http, warc_headers_dict=told
            )
            mime = "warc/revisit"
        else:
            self._first[sha256] = (address, date, identity)
            record = writer.create_warc_record(
                address,
                "response",
                payload=BytesIO(capture.body),
                length=len(capture.body),
                http_headers=http,
                warc_headers_dict=told,
            )
            mime = capture.header("content-type").partition(";")[0].strip().lower() or "unk"
        self._write(record, capture.final_url, date, mime, capture.status, digest)
        self.written.add("response" if was is None else "revisit")
        return identity

    def _write(self, record: Any, url: str, date: str, mime: str, status: int, digest: str) -> None:
        writer, file = self._main
        at = file.tell()
        writer.write_record(record)
        told = {"url": url, "mime": mime, "status": str(status), "digest": digest, "length": str(file.tell() - at)}
        told |= {"offset": str(at), "filename": self._path.name}
        self._index.add(f"{surt(url)} {re.sub('[^0-9]', '', date)} {json.dumps(told)}")

    def _told(self, version: Version, url: str, identity: str, date: str) -> None:
        content = version.content
        text = "\n\n".join(filter(None, (content.headline, content.standfirst, *(p.text for p in content.everything))))
        if self._pages is not None:
            page = {"id": f"{version.article_id}-{version.number}", "url": url, "ts": date}
            self._pages.write(json.dumps({**page, "title": content.headline, "text": text}) + "\n")
        if self._derived is None:
            return
        told = {
            "article": version.article_id,
            "version": version.number,
            "seen_after": iso(version.previous_seen_at),
            "seen_before": iso(version.first_seen_at),
            "extractor": content.extractor,
            "capture_sha256": version.capture_sha256,
            "content_sha256": version.content_sha256,
            "chain_sha256": version.chain_sha256,
            "content": json.loads(content.canonical()),
        }
        for kind, mime, payload in (
            ("conversion", "text/plain; charset=utf-8", text.encode()),
            ("metadata", "application/json", json.dumps(told, ensure_ascii=False).encode()),
        ):
            named = _identity(kind, version.article_id, version.chain_sha256)
            writer = self._derived[0]
            record = writer.create_warc_record(
                _address(url),
                kind,
                payload=BytesIO(payload),
                length=len(payload),
                warc_content_type=mime,
                warc_headers_dict={"WARC-Record-ID": named, "WARC-Date": date, "WARC-Refers-To": identity},
            )
            writer.write_record(record)
            self.written.add(kind)

    def write_index(self, path: Path) -> None:
        """Write the index of all captures, sorted, once the last was added."""
        with path.open("w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in self._index.sorted())


class _SortedLines:
    """Lines in their order, however many: runs on the disk, merged at the end. A context manager."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._now: list[str] = []
        self._runs: list[IO[str]] = []

    def __enter__(self) -> _SortedLines:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, line: str) -> None:
        self._now.append(line)
        if len(self._now) >= _SORTED_AT_ONCE:
            run = self._stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))  # noqa: SIM115 - it is one
            run.writelines(f"{one}\n" for one in sorted(self._now))
            self._runs.append(run)
            self._now = []

    def sorted(self) -> Iterator[str]:
        for run in self._runs:
            run.seek(0)
        runs: list[Iterable[str]] = [(line.rstrip("\n") for line in run) for run in self._runs]
        yield from heapq.merge(*runs, sorted(self._now))


def _identity(*parts: object) -> str:
    """A record's id: the same for the same content, so that the same export is the same file."""
    return f"<urn:uuid:{uuid.uuid5(SPACE, '|'.join(map(str, parts)))}>"


def sha1(body: bytes) -> str:
    """A payload's digest as every reader of WARC looks it up."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _kept_name(name: str) -> str:
    return f"X-Crawl-{name}" if name.lower() in _NO_LONGER_SO else name


def _header(value: str) -> str:
    """A header's name or value as one line of what a header may hold."""
    return " ".join(value.splitlines()).encode("latin-1", "backslashreplace").decode("latin-1")


def _address(url: str) -> str:
    return "".join(url.split())


def _hops(capture: Capture) -> Iterator[tuple[int, str, str]]:
    """(status, where it was asked, where it led) of every redirect, in order."""
    for n, (status, here) in enumerate(capture.redirects):
        target = capture.redirects[n + 1][1] if n + 1 < len(capture.redirects) else capture.final_url
        yield status, here, target


def surt(url: str) -> str:
    """The key of an address in an index: its host turned round, lower case, parameters in order."""
    parts = urlsplit(url.lower())
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    turned = ",".join(reversed(host.split(".")))
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    try:
        port = f":{parts.port}" if parts.port not in (None, usual) else ""
    except ValueError:
        port = ""
    path = parts.path.rstrip("/") or "/"
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{turned}{port}){path}{query}"
