"""Former histories: what rebuilds have replaced, kept so that it can still be checked.

Twice: its links in `former_chains`, so that an old checkpoint still finds them, and whole (versions with their texts,
changes with their seals) in `former_histories`, packed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard

from tracker.errors import StoreError
from tracker.model import Content, Kind, Paragraph
from tracker.model.plain import JsonObject
from tracker.store.connection import dump, row, rows, stamp, sure_moment
from tracker.store.history import changes, versions
from tracker.store.proof.integrity import Finding
from tracker.store.store import Store

_LEVEL = 9
_LIMIT = 1 << 30
_LINK = ("number", "first_seen_at", "content_sha256", "chain_sha256", "capture_sha256", "extractor")


@dataclass(frozen=True, slots=True)
class ReplacedHistory:
    """A history that a rebuild has replaced: when, and how many versions it had."""

    article_id: int
    replaced_at: datetime
    versions: int


def pack(told: JsonObject) -> bytes:
    """A history (rows of its versions, each with its paragraphs, and of its changes) as one checked zstd frame."""
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(dump(told).encode())


def _unpack(packed: bytes) -> JsonObject:
    plain = zstandard.ZstdDecompressor(max_window_size=2**27).decompress(packed, max_output_size=_LIMIT)
    return dict(json.loads(plain))


def formers(store: Store, article_id: int) -> list[ReplacedHistory]:
    """The histories of an article that rebuilds replaced, oldest first."""
    sql = "select article_id, replaced_at, versions from former_histories where article_id = ? order by replaced_at"
    found = rows(store.db, sql, (article_id,))
    return [ReplacedHistory(r["article_id"], sure_moment(r["replaced_at"]), r["versions"]) for r in found]


def former_contents(store: Store, article_id: int, replaced_at: datetime) -> list[Content]:
    """What the versions of a replaced history said, oldest first. Raises StoreError when there is none."""
    sql = "select packed from former_histories where article_id = ? and replaced_at = ?"
    found = row(store.db, sql, (article_id, stamp(replaced_at)))
    if found is None:
        raise StoreError(f"article {article_id} has no history that was replaced at {stamp(replaced_at)}")
    return [_content(v) for v in _unpack(found["packed"])["versions"]]


def _content(v: JsonObject) -> Content:
    return versions.content_of(v, [Paragraph(text, Kind(kind)) for kind, text in v["paragraphs"]])  # type: ignore[arg-type]


def verify_former(store: Store, article_id: int | None = None) -> Finding | None:
    """Recompute every replaced history, or one article's, down to the first that does not hold; None when all do."""
    only = "" if article_id is None else "and article_id = ? "
    sql = f"select * from former_histories where id > ? {only}order by id limit 20"  # noqa: S608 - ours
    last = 0
    while page := rows(store.db, sql, (last, *(() if article_id is None else (article_id,)))):
        for r in page:
            problem = _former_problem(store, r)
            if problem:
                return Finding("former_histories", str(r["id"]), r["article_id"], problem)
        last = page[-1]["id"]
    return _links_without_history(store, article_id)


def _former_problem(store: Store, r: Any) -> str:
    try:
        told = _unpack(r["packed"])
        chain, links = "", []
        for v in told["versions"]:
            if _content(v).sha256 != v["content_sha256"]:
                return f"the text of former version {v['number']} is not what was recorded (content_sha256)"
            if versions.link(chain, v) != v["chain_sha256"]:
                return f"former version {v['number']} does not follow from the one before (chain_sha256)"
            chain = v["chain_sha256"]
            links.append(tuple(v[name] for name in _LINK))
        chains = {v["id"]: v["chain_sha256"] for v in told["versions"]}
        for c in told["changes"]:
            if changes.seal(chains[c["new_version_id"]], c) != c["seal_sha256"]:
                return f"former change {c['id']} is not what was recorded (seal_sha256)"
    except (zstandard.ZstdError, ValueError, KeyError, TypeError, IndexError) as error:
        return f"cannot be read as what it was: {error}"
    sql = f"select {', '.join(_LINK)} from former_chains where article_id = ? and replaced_at = ? order by number"  # noqa: S608
    kept = [tuple(k) for k in rows(store.db, sql, (r["article_id"], r["replaced_at"]))]
    if kept != links or r["versions"] != len(links):
        return "former_chains does not repeat it"
    return ""


def _links_without_history(store: Store, article_id: int | None) -> Finding | None:
    only = "" if article_id is None else "and k.article_id = ? "
    stray = row(
        store.db,
        "select k.article_id, k.replaced_at from former_chains k where not exists (select 1 from former_histories h "  # noqa: S608
        f"where h.article_id = k.article_id and h.replaced_at = k.replaced_at) {only}limit 1",
        () if article_id is None else (article_id,),
    )
    if stray is None:
        return None
    return Finding("former_chains", stray["replaced_at"], stray["article_id"], "belongs to no replaced history")
