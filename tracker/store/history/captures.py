"""Captures: the raw responses, in a file of their own, each compressed against the article's capture before it.

A capture is found by the SHA-256 of its body. The same bytes again (a page that went back to what it was) take a row
but no second body. Chains are bounded: at most every sixteenth capture stands alone.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

import zstandard

from tracker.errors import NotFound, StoreError
from tracker.model import Capture
from tracker.store.connection import Value, dump, insert, row, rows, run, stamp, storable, sure_moment
from tracker.store.store import Store

KEYFRAME_EVERY = 16
_LEVEL = 9
_BASE_LIMIT = 8 * 1024 * 1024

_SEALED = ("sha256", "article_id", "fetched_at", "url", "final_url", "redirects", "status", "headers", "content_type")


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """What is known of a capture without reading its body. Sizes in bytes; `stored` is what it takes."""

    sha256: str
    fetched_at: datetime
    final_url: str
    status: int
    size: int
    stored: int
    base_sha256: str
    kept: bool
    observer: str = ""
    import_id: int | None = None

    @property
    def place(self) -> tuple[str, datetime]:
        """What tells it from the article's other captures: its hash and its moment."""
        return self.sha256, self.fetched_at


def compress(body: bytes, base: bytes | None) -> bytes:
    """One zstd frame, with the base as raw dictionary and a window wide enough to reach all of it."""
    if base is None or len(base) < 8:
        return zstandard.ZstdCompressor(level=_LEVEL).compress(body)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL, source_size=len(body), dict_size=len(base), window_log=_window(len(body) + len(base))
    )
    dictionary = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=dictionary).compress(body)


def decompress(frame: bytes, base: bytes | None, size: int) -> bytes:
    """The body again; `size` is its length and bounds the memory taken. Raises zstandard.ZstdError when damaged."""
    dictionary = None
    if base is not None and len(base) >= 8:
        dictionary = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    if size == 0:
        return b""
    if zstandard.frame_content_size(frame) != size:
        raise zstandard.ZstdError("the frame does not hold as many bytes as its row says")
    return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=2**27).decompress(
        frame, max_output_size=size
    )


def _window(size: int) -> int:
    return min(27, max(10, (size - 1).bit_length()))


def keep(store: Store, article_id: int, capture: Capture, *, kept: bool = True) -> None:
    """Write a capture, against the kept one nearest in time. Those `kept` stay for ever, as evidence of a change.

    One that somebody else received is always kept: it cannot be asked for again. Runs inside the caller's transaction.
    """
    sha256 = capture.sha256
    kept = kept or bool(capture.observer)
    if kept and not capture.observer:
        # The article has changed, so what it said before is evidence now; its first capture waited for that.
        run(
            store.db,
            "update captures.captures set kept = 1 where article_id = ? and kept = 0 and sha256 in (?, "
            "(select v.capture_sha256 from articles a join versions v on v.id = a.current_version_id where a.id = ?))",
            (article_id, sha256, article_id),
        )
    body, base, depth = _encode(store, article_id, capture, sha256)
    values: dict[str, Value] = {
        "sha256": sha256,
        "article_id": article_id,
        "fetched_at": stamp(capture.fetched_at),
        "url": storable(capture.url),
        "final_url": storable(capture.final_url),
        "redirects": storable(dump([list(hop) for hop in capture.redirects])),
        "status": capture.status,
        "headers": storable(dump([list(pair) for pair in capture.headers])),
        "content_type": storable(capture.header("content-type")),
        "encoding": storable(capture.encoding),
        "size": len(capture.body),
        "base_sha256": base,
        "depth": depth,
        "kept": int(kept),
        "observer": storable(capture.observer),
        "origin": storable(capture.origin) or "{}",
        "body": body,
    }
    values["seal_sha256"] = seal(values)
    insert(store.db, "captures.captures", values)


def stand_alone(store: Store, capture_id: int) -> None:
    """Write a capture anew so that it needs no other one: its base goes. Its bytes stay what they were.

    Runs inside the caller's transaction.
    """
    r = rows(store.db, "select * from captures.captures where id = ?", (capture_id,))[0]
    body = body_of(store, r["sha256"], r["article_id"])
    values = {name: r[name] for name in r.keys()} | {"base_sha256": None}  # noqa: SIM118 - a Row
    run(
        store.db,
        "update captures.captures set body = ?, base_sha256 = null, depth = 0, seal_sha256 = ? where id = ?",
        (compress(body, None), seal(values), capture_id),
    )


def _encode(store: Store, article_id: int, capture: Capture, sha256: str) -> tuple[bytes | None, str | None, int]:
    """(body, base, depth) of a new row: nothing for bytes the article already has, else a frame."""
    same = row(
        store.db,
        "select depth, kept from captures.captures where sha256 = ? and article_id = ? and body is not null",
        (sha256, article_id),
    )
    if same is not None:
        return None, sha256, same["depth"]
    base = _nearest(store, article_id, stamp(capture.fetched_at))
    if base is None:
        return compress(capture.body, None), None, 0
    return compress(capture.body, body_of(store, base["sha256"], article_id)), base["sha256"], base["depth"] + 1


_MAY_BE_A_BASE = "article_id = ? and kept = 1 and body is not null and depth < ? and size between 1 and ?"


def _nearest(store: Store, article_id: int, at: str) -> sqlite3.Row | None:
    """The kept capture nearest in time that another may be written against; None when none may.

    A new capture has only earlier ones and the last of them ends a chain at times: then it stands alone, as the first
    of the next chain. One from the past has whatever lies around it.
    """
    around = [
        row(
            store.db,
            f"select sha256, depth, fetched_at from captures.captures where {_MAY_BE_A_BASE} "  # noqa: S608 - ours
            f"and fetched_at {side} order by fetched_at {order} limit 1",
            (article_id, KEYFRAME_EVERY - 1, _BASE_LIMIT, at),
        )
        for side, order in (("<= ?", "desc, id desc"), ("> ?", "asc, id"))
    ]
    before, after = around
    if after is None:
        return None if before is None or _ends_a_chain(store, article_id, at) else before
    if before is None:
        return after
    moment = sure_moment(at)
    nearer = moment - sure_moment(before["fetched_at"]) <= sure_moment(after["fetched_at"]) - moment
    return before if nearer else after


def _ends_a_chain(store: Store, article_id: int, at: str) -> bool:
    """Whether the article's newest kept capture has no room for one more behind it."""
    newest = row(
        store.db,
        "select depth, size from captures.captures where article_id = ? and kept = 1 and fetched_at <= ? "
        "order by fetched_at desc, id desc limit 1",
        (article_id, at),
    )
    return newest is not None and (newest["depth"] + 1 >= KEYFRAME_EVERY or not 0 < newest["size"] <= _BASE_LIMIT)


def seal(values: sqlite3.Row | dict[str, Value]) -> str:
    """Hex SHA-256 over what came with the body (address, time, status, headers), as a JSON array.

    Who received it and where it was taken from are in it when that was not us: nobody can pass it off as ours.
    """
    names = [*_SEALED, "encoding", "size", "base_sha256", *(("observer", "origin") if values["observer"] else ())]
    return hashlib.sha256(dump([values[name] for name in names]).encode()).hexdigest()


def body_of(store: Store, sha256: str, article_id: int | None = None) -> bytes:
    """The bytes with this SHA-256. Raises NotFound, or StoreError when they cannot be restored."""
    steps: list[sqlite3.Row] = []
    wanted: str | None = sha256
    while wanted is not None:
        step = _frame(store, wanted, article_id)
        if step is None:
            if not steps:
                raise NotFound(f"no capture {sha256[:12]}: it was never kept, or its time to be kept is over")
            raise StoreError(f"capture {sha256[:12]} cannot be restored: its base {wanted[:12]} is missing")
        if len(steps) > 2 * KEYFRAME_EVERY:
            raise StoreError(f"capture {sha256[:12]} cannot be restored: its chain of bases does not end")
        steps.append(step)
        wanted = step["base_sha256"]
        article_id = step["article_id"]
    body: bytes | None = None
    try:
        for step in reversed(steps):
            body = decompress(step["body"], body, step["size"])
    except (zstandard.ZstdError, MemoryError) as error:
        raise StoreError(f"capture {sha256[:12]} is damaged: {error}") from error
    if body is None or hashlib.sha256(body).hexdigest() != sha256:
        raise StoreError(f"capture {sha256[:12]} is damaged: its bytes have another SHA-256")
    return body


def _frame(store: Store, sha256: str, article_id: int | None) -> sqlite3.Row | None:
    """The row that holds these bytes, of this article when one is named."""
    found = rows(
        store.db,
        "select article_id, base_sha256, size, body from captures.captures "
        "where sha256 = ? and body is not null order by id",
        (sha256,),
    )
    own = [r for r in found if r["article_id"] == article_id]
    return next(iter(own or found), None)


def capture(store: Store, sha256: str, *, article_id: int | None = None, at: datetime | None = None) -> Capture:
    """A capture with its body: of this article and moment when they are named, else the earliest with these bytes.

    Raises NotFound when it is not kept, StoreError when it is damaged.
    """
    store.need_captures()
    found = rows(store.db, "select * from captures.captures where sha256 = ? order by id", (sha256,))
    mine = [r for r in found if r["article_id"] == article_id] or found
    exact = [r for r in mine if at is not None and r["fetched_at"] == stamp(at)] or mine
    if not exact:
        raise NotFound(f"no capture {sha256[:12]}: it was never kept, or its time to be kept is over")
    r = exact[0]
    return Capture(
        url=r["url"],
        final_url=r["final_url"],
        status=r["status"],
        headers=tuple((name, value) for name, value in json.loads(r["headers"])),
        body=body_of(store, sha256, r["article_id"]),
        fetched_at=sure_moment(r["fetched_at"]),
        redirects=tuple((status, url) for status, url in json.loads(r["redirects"])),
        encoding=r["encoding"],
        observer=r["observer"],
        origin=r["origin"] if r["observer"] else "",
    )


def captures_of(store: Store, article_id: int) -> list[CaptureRow]:
    """What is kept of an article, oldest first, our own before others' of the same second, without the bodies."""
    store.need_captures()
    return [
        CaptureRow(
            sha256=r["sha256"],
            fetched_at=sure_moment(r["fetched_at"]),
            final_url=r["final_url"],
            status=r["status"],
            size=r["size"],
            stored=r["stored"] or 0,
            base_sha256=r["base_sha256"] or "",
            kept=bool(r["kept"]),
            observer=r["observer"],
            import_id=r["import_id"],
        )
        for r in rows(
            store.db,
            "select sha256, fetched_at, final_url, status, size, length(body) as stored, base_sha256, kept, observer, "
            "json_extract(origin, '$.import') as import_id from captures.captures where article_id = ? "
            "order by fetched_at, observer <> '', case observer when '' then id end, observer, sha256",
            (article_id,),
        )
    ]
