"""WARC and WACZ in: responses with a page become captures, revisits get the body of the record they repeat.

What is no page is counted by reason. A damaged end costs what comes after it, never what came before. Sizes that a file
states are not believed, and no name out of a ZIP ever touches the disk.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from tracker.errors import UsageError
from tracker.exchange.brought import LARGEST, Brought, NoCapture
from tracker.exchange.warc_out import need_warcio
from tracker.fetcher import inflate
from tracker.model import Capture

_HTML = frozenset(("text/html", "application/xhtml+xml"))
_KEPT_AS = re.compile(r"(?i)^x-(?:crawl|orig)-(content-encoding|transfer-encoding|content-length)$")
_PIECE = 1 << 16
_UNFOLDS = 50
"""A WARC lies in a WACZ as it is, or deflated to no less than this share of its size."""
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}

Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Revisit:
    """A record that only says that the bytes of another one came again: which, by digest or by address and date."""

    url: str
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    digest: str
    refers_to: tuple[str, str]
    origin: str


@dataclass
class WarcReader:
    """Reads files one after another; revisits wait for the last, since their original may lie in another file."""

    observer: str
    wanted: Wanted = lambda _: True
    revisits: list[Revisit] = field(default_factory=list)
    by_digest: dict[str, str] = field(default_factory=dict)
    by_place: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, path: Path) -> Iterator[Brought]:
        """What one file brings, record by record. Raises UsageError for a file that is none of the kind."""
        need_warcio()
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file")
        if zipfile.is_zipfile(path):
            yield from self._wacz(path)
        else:
            with path.open("rb") as file:
                yield from self._warc(file, path.name)

    def _wacz(self, path: Path) -> Iterator[Brought]:
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if re.search(r"(^|/)archive/[^/]+\.warc(\.gz)?$", n)]
            if not names:
                raise UsageError(f"{path}: it holds no WARC (a WACZ has some under archive/)")
            for name in names:
                try:
                    with tempfile.TemporaryFile() as whole, archive.open(name) as packed:
                        if _unpacked(packed, whole, _UNFOLDS * path.stat().st_size + LARGEST):
                            yield from self._warc(whole, f"{path.name}!{Path(name).name}")
                        else:
                            yield NoCapture("WARCs in a WACZ that unfold to far more than they take")
                except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
                    yield NoCapture("WARCs in a WACZ that are damaged or encrypted")

    def _warc(self, file: IO[bytes], label: str) -> Iterator[Brought]:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed

        records = iter(ArchiveIterator(file, no_record_parse=False, verify_http=False))
        while True:
            try:
                record = next(records)
                brought = self._record(record, label)
            except StopIteration:
                return
            except (ArchiveLoadFailed, EOFError, OSError, ValueError, IndexError, AttributeError):
                yield NoCapture("files that are damaged or cut off: what comes after that place is lost")
                return
            if brought is not None:
                yield brought

    def _record(self, record: Any, label: str) -> Brought | None:
        """What one record brings; None for what is kept for later."""
        told, kind = record.rec_headers, record.rec_type
        if kind not in ("response", "revisit"):
            return NoCapture(f"records of the kind {kind}" if kind in _KINDS else "records of another kind")
        url = (told.get_header("WARC-Target-URI") or "").strip().strip("<>").strip()
        if not url.startswith(("http://", "https://")):
            return NoCapture("records of no web address")
        if not self.wanted(url):
            return NoCapture("records of other sites")
        if kind == "response" and told.get_header("WARC-Truncated"):
            return NoCapture("pages that were cut when they were recorded")
        at = _moment(told.get_header("WARC-Date"))
        http = record.http_headers
        code = http.get_statuscode() if http else ""
        if at is None or not (code and code.isdigit()):
            return NoCapture("records without a date or an HTTP status")
        if int(code) != 200:
            return NoCapture(f"answers with {code[0]}xx")
        headers = tuple((str(name), str(value)) for name, value in http.headers)
        low = {name.lower(): value for name, value in headers}
        mime = (low.get("content-type") or told.get_header("WARC-Identified-Payload-Type") or "").partition(";")[0]
        if mime.strip().lower() not in (*_HTML, ""):
            return NoCapture("answers that are no page")
        origin = {"file": label, "record": told.get_header("WARC-Record-ID") or ""}
        digest = told.get_header("WARC-Payload-Digest") or ""
        if kind == "revisit":
            date = told.get_header("WARC-Refers-To-Date") or ""
            place = ((told.get_header("WARC-Refers-To-Target-URI") or "").strip("<>"), date)
            self.revisits.append(Revisit(url, at, int(code), headers, digest, place, json.dumps(origin)))
            return None
        body = _whole(record.raw_stream)
        if body is None:
            return NoCapture("pages that are too large")
        if getattr(record.raw_stream, "limit", 0) > 0:
            return NoCapture("pages that end before they should")
        plain = undone(body, low)
        if plain is None:
            return NoCapture("pages whose content-encoding cannot be undone")
        kept = tuple((_KEPT_AS.sub(r"\1", name), value) for name, value in headers)
        capture = self._capture(url, at, int(code), kept, plain, json.dumps(origin))
        if digest:
            self.by_digest.setdefault(digest, capture.sha256)
        self.by_place[url, _second(at)] = capture.sha256
        return capture

    def resolved(self, body_of: Callable[[str], bytes | None]) -> Iterator[Brought]:
        """The revisits with their bodies, once every file was read; `body_of` finds one by its SHA-256."""
        for one in self.revisits:
            date = _moment(one.refers_to[1])
            sha256 = self.by_digest.get(one.digest)
            if sha256 is None and date is not None:
                sha256 = self.by_place.get((one.refers_to[0], _second(date)))
            body = body_of(sha256) if sha256 is not None else None
            if body is None:
                yield NoCapture("revisits without their original")
            else:
                yield self._capture(one.url, one.at, one.status, one.headers, body, one.origin)

    def _capture(
        self, url: str, at: datetime, status: int, headers: tuple[tuple[str, str], ...], body: bytes, origin: str
    ) -> Capture:
        return Capture(url, url, status, headers, body, at, observer=self.observer, origin=origin)


_KINDS = frozenset(("warcinfo", "request", "metadata", "resource", "conversion", "continuation"))


def _unpacked(packed: IO[bytes], whole: IO[bytes], most: int) -> bool:
    """Unpack an entry of a ZIP; False when it is longer than that, whatever the ZIP says of its size."""
    size = 0
    while piece := packed.read(_PIECE):
        size += len(piece)
        if size > most:
            return False
        whole.write(piece)
    whole.seek(0)
    return True


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
        return found.astimezone(UTC).replace(microsecond=0) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _second(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S")


def _whole(stream: Any) -> bytes | None:
    """All of a record's body; None when it is larger than a page may be."""
    pieces, size = [], 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > LARGEST:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def undone(body: bytes, headers: dict[str, str]) -> bytes | None:
    """The bytes that a browser would parse: transfer- and content-encoding undone; None where that fails.

    Crawlers keep these headers on bodies that they have undone, so the bytes are looked at first.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunked(body)
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity") or (coding in _MAGIC and not body.startswith(_MAGIC[coding])):
        return body
    if coding in ("br", "deflate") and body.lstrip()[:1] == b"<":
        return body
    try:
        return _inflated(body, coding)
    except (inflate.Damaged, inflate.TooLarge, ValueError):
        return None


def _inflated(body: bytes, coding: str) -> bytes:
    decoder = inflate.decoder(coding)
    out: list[bytes] = []
    size = 0
    for piece in decoder.feed(body):
        size += len(piece)
        if size > LARGEST:
            raise inflate.TooLarge("more than a page may be")
        out.append(piece)
    decoder.finish()
    return b"".join(out)


def _dechunked(body: bytes) -> bytes:
    """The body without the sizes of its chunks; as it is when it has none."""
    out: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 20)
        try:
            size = int(body[at:end].partition(b";")[0].strip(), 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0 or (size and body[end + 2 + size : end + 4 + size] not in (b"\r\n", b"")):
            return b"".join(out) if out else body
        if size == 0:
            return b"".join(out) if out else (b"" if not body[end + 4 :] else body)
        out.append(body[end + 2 : end + 2 + size])
        at = end + 4 + size
