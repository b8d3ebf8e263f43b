"""Evidence: everything there is about one change, gathered for someone who must be able to check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.errors import NotFound
from tracker.model import Article, Capture, RecordedChange, Version
from tracker.store.connection import rows
from tracker.store.history import articles, captures, changes, versions
from tracker.store.history.articles import Address
from tracker.store.queue import mementos
from tracker.store.queue.mementos import Memento
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class Link:
    """One link of an article's chain, with what it covers besides the text."""

    number: int
    first_seen_at: str
    capture_sha256: str
    content_sha256: str
    chain_sha256: str
    extractor: str


@dataclass(frozen=True, slots=True)
class ChangeEvidence:
    """A change with both versions and, where they are kept, the captures they were read from.

    `chain` is the article's whole chain, oldest first: anyone can recompute it. `mementos` are the captures that a web
    archive made beside ours, by the number of the version.
    """

    article: Article
    addresses: tuple[Address, ...]
    change: RecordedChange
    old: Version
    new: Version
    old_capture: Capture | None
    new_capture: Capture | None
    chain: tuple[Link, ...]
    mementos: Mapping[int, Memento] = field(default_factory=dict)


def evidence(store: Store, change_id: int) -> ChangeEvidence:
    """Gather it. Raises NotFound for an unknown change, StoreError when a capture is damaged."""
    store.need_captures()
    change = changes.change(store, change_id)
    old = versions.version(store, change.article_id, change.old_version)
    new = versions.version(store, change.article_id, change.new_version)
    links = rows(
        store.db,
        "select number, first_seen_at, capture_sha256, content_sha256, chain_sha256, extractor from versions "
        "where article_id = ? order by number",
        (change.article_id,),
    )
    made = mementos.of_article(store, change.article_id)
    places = {version.number: made.get((version.capture_sha256, version.first_seen_at)) for version in (old, new)}
    return ChangeEvidence(
        article=articles.article(store, change.article_id),
        addresses=tuple(articles.addresses(store, change.article_id)),
        change=change,
        old=old,
        new=new,
        old_capture=_capture(store, old),
        new_capture=_capture(store, new),
        chain=tuple(Link(*r) for r in links),
        mementos={number: memento for number, memento in places.items() if memento is not None},
    )


def _capture(store: Store, version: Version) -> Capture | None:
    try:
        return captures.capture(store, version.capture_sha256, article_id=version.article_id, at=version.first_seen_at)
    except NotFound:
        return None


@dataclass(frozen=True, slots=True)
class Citation:
    """A version that was read from a capture, and the change it brought; None for the first version."""

    number: int
    change_id: int | None


def cited(store: Store, sha256: str, article_id: int | None = None) -> tuple[int, list[Citation]]:
    """The article a capture is of, this one where several were answered with the same bytes, and the versions that were
    read from it, oldest first. Raises NotFound when the capture is not kept.
    """
    found = [
        r["article_id"] for r in rows(store.db, "select article_id from captures.captures where sha256 = ?", (sha256,))
    ]
    if not found:
        raise NotFound(f"no capture {sha256[:12]}: it was never kept, or its time to be kept is over")
    of = article_id if article_id is not None and article_id in found else min(found)
    read = rows(
        store.db,
        "select v.number, c.id as change_id from versions v left join changes c on c.new_version_id = v.id "
        "where v.article_id = ? and v.capture_sha256 = ? order by v.number",
        (of, sha256),
    )
    return of, [Citation(r["number"], r["change_id"]) for r in read]
