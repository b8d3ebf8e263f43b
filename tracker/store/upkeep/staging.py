"""What an import brings, laid out by article before any of it is taken in: a file of its own that is thrown away.

An archive lists captures in the order of a crawl; a history is read article by article, in order of time. A body lies
here once however often it was received, so memory is that of one capture.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import zstandard

from tracker.errors import StoreError
from tracker.model import Capture
from tracker.store.connection import explained, stamp, storable, sure_moment

_SCHEMA = """
pragma journal_mode = off;
pragma synchronous = off;
create table staged (key text, fetched_at text, sha256 text, observer text, url text, final_url text, status integer,
  headers text, redirects text, origin text, primary key (key, fetched_at, observer, sha256)) without rowid;
create table again (key text, at text, observer text, sha256 text, primary key (key, at, observer)) without rowid;
create table bodies (sha256 text primary key, size integer, body blob) without rowid;
"""
_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Staged:
    """A capture that was laid out, without its body."""

    sha256: str
    at: datetime
    observer: str
    url: str


class Stage:
    """Captures by the keys of their addresses. A context manager; what it holds is gone when it is closed."""

    def __init__(self, folder: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(dir=folder, prefix=".import-")
        self.path = Path(self._folder.name) / "stage.db"
        with explained(self.path):
            self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            self._db.executescript(_SCHEMA)
            self._db.execute("begin")
        self._packer, self._unpacker = zstandard.ZstdCompressor(level=_LEVEL), zstandard.ZstdDecompressor()

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        self._folder.cleanup()

    def add(self, key: str, capture: Capture) -> bool:
        """Lay out a capture; False when the same one lies here already."""
        sha256 = capture.sha256
        with explained(self.path):
            if self._db.execute("select 1 from bodies where sha256 = ?", (sha256,)).fetchone() is None:
                packed = self._packer.compress(capture.body)
                self._db.execute("insert into bodies values (?, ?, ?)", (sha256, len(capture.body), packed))
            texts = (capture.url, capture.final_url)
            headers = json.dumps(capture.headers)
            new = self._db.execute(
                "insert or ignore into staged values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    stamp(capture.fetched_at),
                    sha256,
                    capture.observer,
                    *map(storable, texts),
                    capture.status,
                    headers,
                    json.dumps(capture.redirects),
                    capture.origin,
                ),
            )
            return bool(new.rowcount)

    def add_again(self, key: str, at: datetime, observer: str, sha256: str) -> None:
        """Note that an observer saw the bytes of a capture again."""
        with explained(self.path):
            self._db.execute("insert or ignore into again values (?, ?, ?, ?)", (key, stamp(at), observer, sha256))

    def addresses(self) -> list[tuple[str, str, datetime]]:
        """(key, one address, first moment) of everything that lies here, by key."""
        sql = "select key, min(final_url), min(fetched_at) from staged group by key order by key"
        with explained(self.path):
            return [(key, url, sure_moment(at)) for key, url, at in self._db.execute(sql)]

    def captures(self, key: str) -> list[Staged]:
        """The captures of one key, oldest first."""
        sql = "select sha256, fetched_at, observer, final_url from staged where key = ? order by fetched_at, sha256"
        with explained(self.path):
            return [Staged(s, sure_moment(at), who, url) for s, at, who, url in self._db.execute(sql, (key,))]

    def again(self, key: str) -> list[Staged]:
        """When the bytes of a capture were seen again, oldest first."""
        sql = "select sha256, at, observer from again where key = ? order by at"
        with explained(self.path):
            return [Staged(s, sure_moment(at), who, "") for s, at, who in self._db.execute(sql, (key,))]

    def load(self, key: str, one: Staged) -> Capture:
        """A capture with its body. Raises StoreError when it does not lie here."""
        with explained(self.path):
            found = self._db.execute(
                "select s.url, s.final_url, s.status, s.headers, s.redirects, s.origin, b.size, b.body from staged s "
                "join bodies b on b.sha256 = s.sha256 where s.key = ? and s.fetched_at = ? and s.observer = ? "
                "and s.sha256 = ?",
                (key, stamp(one.at), one.observer, one.sha256),
            ).fetchone()
        if found is None:
            raise StoreError(f"{one.url}: its capture of {one.at:%Y-%m-%d %H:%M} is not laid out")
        url, final, status, headers, redirects, origin, size, packed = found
        body = self._unpacker.decompress(packed, max_output_size=size) if size else b""
        return Capture(
            url=url,
            final_url=final,
            status=status,
            headers=tuple((n, v) for n, v in json.loads(headers)),
            body=body,
            fetched_at=one.at,
            redirects=tuple((s, u) for s, u in json.loads(redirects)),
            observer=one.observer,
            origin=origin,
        )

    def body(self, sha256: str) -> bytes | None:
        """The bytes with this hash, or None."""
        with explained(self.path):
            found = self._db.execute("select size, body from bodies where sha256 = ?", (sha256,)).fetchone()
        if found is None:
            return None
        size, packed = found
        return self._unpacker.decompress(packed, max_output_size=size) if size else b""
