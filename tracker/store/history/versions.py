"""Versions and paragraphs: a content goes in as rows and comes out exactly as it was."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.errors import NotFound
from tracker.model import Content, Kind, Paragraph, Version, iso
from tracker.store.connection import Value, dump, insert, moment, row, rows, run, run_many, stamp, sure_moment
from tracker.store.history.last_reading import blocks_of
from tracker.store.store import Store

_CONTEXT = (
    *("language", "modified_at", "captions", "notices", "words", "extractor", "headlines", "free", "confidence"),
    "same_as",
)


@dataclass(frozen=True, slots=True)
class Added:
    """A version as it was written: its place, and the version before (None for an article's first)."""

    id: int
    number: int
    content: Content
    content_sha256: str
    chain_sha256: str
    previous_id: int | None
    seen_after: datetime | None
    seen_before: datetime
    same_as: int | None = None
    previous_same_as: int | None = None

    @property
    def both_known(self) -> bool:
        """True when both this version and the one it replaces repeat earlier ones: a text that goes to and fro."""
        return self.same_as is not None and self.previous_same_as is not None


def add(
    store: Store,
    article_id: int,
    content: Content,
    *,
    capture_sha256: str,
    seen_before: datetime,
    seen_after: datetime | None,
    identity: int | None = None,
    observer: str = "",
) -> Added | None:
    """Write the next version of an article with its paragraphs. None when it says what the current one says.

    `seen_before` is when it was first seen, `seen_after` when the version before was last seen; `identity` is the id
    it gets, the next free one by default. The content must be `tidy`. Runs inside the caller's transaction.
    """
    content_sha256 = content.sha256
    current = row(
        store.db,
        "select v.id, v.number, v.content_sha256, v.chain_sha256, v.first_seen_at, v.paragraph_ids, v.same_as "
        "from articles a "
        "join versions v on v.id = a.current_version_id where a.id = ?",
        (article_id,),
    )
    if current is not None and current["content_sha256"] == content_sha256:
        return None
    number = current["number"] + 1 if current else 1
    if current and seen_after is None:
        seen_after = sure_moment(current["first_seen_at"])
    if seen_after is not None and seen_after > seen_before:
        seen_after = seen_before  # the clock was set back meanwhile; an interval never ends before it begins
    paragraph_ids = _share_paragraphs(store, article_id, content, number, current["paragraph_ids"] if current else "[]")
    same_as = _same_as(store, article_id, content_sha256)
    values: dict[str, Value] = {
        "id": identity,
        "article_id": article_id,
        "number": number,
        "first_seen_at": stamp(seen_before),
        "previous_seen_at": iso(seen_after) if current else None,
        "headline": content.headline,
        "standfirst": content.standfirst,
        "byline": dump(list(content.byline)),
        "section": content.section,
        "language": content.language,
        "published_at": iso(content.published_at),
        "modified_at": iso(content.modified_at),
        "paragraph_ids": dump(paragraph_ids),
        "captions": len(content.captions),
        "notices": len(content.notices),
        "words": content.words,
        "content_sha256": content_sha256,
        "extractor": content.extractor,
        "capture_sha256": capture_sha256,
        "same_as": same_as,
        "headlines": _headlines(content),
        "free": None if content.free is None else int(content.free),
        "confidence": float(content.confidence),
        "observer": observer,
    }
    chain = link(current["chain_sha256"] if current else "", values)
    values["chain_sha256"] = chain
    version_id = insert(store.db, "versions", values)
    if current:
        run(store.db, "update versions set last_seen_at = ? where id = ?", (iso(seen_after), current["id"]))
    run(
        store.db,
        "update articles set headline = ?, byline = ?, language = ?, published_at = ?, version_count = ?, "
        "current_version_id = ?, last_changed_at = ? where id = ?",
        (
            content.headline,
            ", ".join(content.byline),
            content.language,
            iso(content.published_at),
            number,
            version_id,
            stamp(seen_before) if current else None,
            article_id,
        ),
    )
    return Added(
        id=version_id,
        number=number,
        content=content,
        content_sha256=content_sha256,
        chain_sha256=chain,
        previous_id=current["id"] if current else None,
        seen_after=seen_after,
        seen_before=seen_before,
        same_as=same_as,
        previous_same_as=current["same_as"] if current else None,
    )


def link(previous_chain: str, values: sqlite3.Row | dict[str, Value]) -> str:
    """The next link of an article's chain: hex SHA-256 over the link before and everything that never changes.

    It covers a UTF-8 JSON array: previous link ("" for the first), number, capture_sha256, content_sha256,
    previous_seen_at, first_seen_at, then the context columns in the order of `_CONTEXT`, and last who saw it first
    when that was not us. The content itself is held by content_sha256, the SHA-256 of its canonical JSON.
    """
    array = [
        previous_chain,
        values["number"],
        values["capture_sha256"],
        values["content_sha256"],
        values["previous_seen_at"],
        values["first_seen_at"],
        *(values[name] for name in _CONTEXT),
        *([values["observer"]] if "observer" in values.keys() and values["observer"] else ()),  # noqa: SIM118 - a Row
    ]
    return hashlib.sha256(dump(array).encode()).hexdigest()


def _share_paragraphs(store: Store, article_id: int, content: Content, number: int, before: str) -> list[int]:
    """The ids of the content's paragraphs, new ones written; those that left or came back are marked."""
    known = {
        (r["kind"], r["text"]): (r["id"], r["last_version"])
        for r in rows(
            store.db, "select id, kind, text, last_version from paragraphs where article_id = ?", (article_id,)
        )
    }
    ids: list[int] = []
    for paragraph in content.everything:
        key = (paragraph.kind.value, paragraph.text)
        entry = known.get(key)
        if entry is None:
            new = run(
                store.db,
                "insert into paragraphs (article_id, kind, text, first_version) values (?, ?, ?, ?)",
                (article_id, *key, number),
            ).lastrowid
            entry = known[key] = (new or 0, None)
        ids.append(entry[0])
    present = set(ids)
    left = set(json.loads(before)) - present
    back = [i for i, last in known.values() if last is not None and i in present]
    run_many(store.db, "update paragraphs set last_version = ? where id = ?", [(number - 1, i) for i in sorted(left)])
    run_many(store.db, "update paragraphs set last_version = null where id = ?", [(i,) for i in sorted(back)])
    return ids


def _same_as(store: Store, article_id: int, content_sha256: str) -> int | None:
    """The number of the earliest version that said exactly this, if any: a return, as in A, B, A."""
    found = row(
        store.db,
        "select min(number) as number from versions where article_id = ? and content_sha256 = ?",
        (article_id, content_sha256),
    )
    return found["number"] if found else None


def _headlines(content: Content) -> str:
    """Headline variants as JSON; null stands for the headline itself, which most of them repeat."""
    return dump({place: None if text == content.headline else text for place, text in content.headlines.items()})


_VERSION = "select * from versions where article_id = ? "


def version(store: Store, article_id: int, number: int) -> Version:
    """One version with its content. Raises NotFound."""
    found = rows(store.db, _VERSION + "and number = ?", (article_id, number))
    if not found:
        raise NotFound(f"article {article_id} has no version {number}; tracker history {article_id} lists them")
    return _versions(store, found)[0]


def version_by_id(store: Store, version_id: int) -> Version:
    """One version by its id. Raises NotFound."""
    found = rows(store.db, "select * from versions where id = ?", (version_id,))
    if not found:
        raise NotFound(f"no version with the id {version_id}")
    return _versions(store, found)[0]


def versions(store: Store, article_id: int) -> list[Version]:
    """All versions of an article with their contents, oldest first."""
    return _versions(store, rows(store.db, _VERSION + "order by number", (article_id,)))


def current(store: Store, article_id: int) -> Version | None:
    """The newest version, its content with the blocks of the last reading; None before the first."""
    found = rows(
        store.db,
        "select v.* from articles a join versions v on v.id = a.current_version_id where a.id = ?",
        (article_id,),
    )
    if not found:
        return None
    newest = _versions(store, found)[0]
    return replace(newest, content=replace(newest.content, blocks=blocks_of(store, article_id)))


def _versions(store: Store, found: Sequence[sqlite3.Row]) -> list[Version]:
    """Rows of one article's versions with the paragraphs they share."""
    if not found:
        return []
    if len(found) == 1:
        stored = rows(
            store.db,
            "select p.id, p.kind, p.text from json_each(?) j cross join paragraphs p on p.id = j.value",
            (found[0]["paragraph_ids"],),
        )
    else:
        stored = rows(store.db, "select id, kind, text from paragraphs where article_id = ?", (found[0]["article_id"],))
    paragraphs = {r["id"]: Paragraph(r["text"], Kind(r["kind"])) for r in stored}
    return [_version(r, paragraphs) for r in found]


def _version(r: sqlite3.Row, paragraphs: dict[int, Paragraph]) -> Version:
    return Version(
        id=r["id"],
        article_id=r["article_id"],
        number=r["number"],
        first_seen_at=sure_moment(r["first_seen_at"]),
        last_seen_at=moment(r["last_seen_at"]),
        previous_seen_at=moment(r["previous_seen_at"]),
        content=content_of(r, [paragraphs[i] for i in json.loads(r["paragraph_ids"]) if i in paragraphs]),
        words=r["words"],
        content_sha256=r["content_sha256"],
        chain_sha256=r["chain_sha256"],
        capture_sha256=r["capture_sha256"],
        same_as=r["same_as"],
        observer=r["observer"],
    )


def content_of(r: sqlite3.Row, everything: Sequence[Paragraph]) -> Content:
    """A content from its version's row and paragraphs, such that `canonical()` is what was stored."""
    notices = len(everything) - r["notices"]
    captions = notices - r["captions"]
    headlines = {k: r["headline"] if v is None else v for k, v in json.loads(r["headlines"]).items()}
    return Content(
        headline=r["headline"],
        standfirst=r["standfirst"],
        byline=tuple(json.loads(r["byline"])),
        section=r["section"],
        language=r["language"],
        published_at=moment(r["published_at"]),
        modified_at=moment(r["modified_at"]),
        paragraphs=tuple(everything[:captions]),
        captions=tuple(everything[captions:notices]),
        notices=tuple(everything[notices:]),
        headlines=headlines,
        free=None if r["free"] is None else bool(r["free"]),
        confidence=r["confidence"],
        extractor=r["extractor"],
    )
