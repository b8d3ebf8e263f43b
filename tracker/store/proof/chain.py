"""A chain as anyone can recompute it: for each link the very text whose SHA-256 it is."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.store.connection import dump, rows
from tracker.store.store import Store

LINK = (
    *("number", "capture_sha256", "content_sha256", "previous_seen_at", "first_seen_at", "language", "modified_at"),
    *("captions", "notices", "words", "extractor", "headlines", "free", "confidence", "same_as"),
)
"""What a link covers after the link before, in order, and at its end `observer` where that was not us.

`versions.link` is what says so, and a test holds this to it.
"""


@dataclass(frozen=True, slots=True)
class VersionProof:
    """One link: `chain_sha256` is the SHA-256 of `text` in UTF-8, and `text` begins with the link before."""

    number: int
    chain_sha256: str
    text: str


def chain(store: Store, article_id: int) -> list[VersionProof]:
    """Every link of an article's chain, oldest first."""
    found = rows(store.db, "select * from versions where article_id = ? order by number", (article_id,))
    proofs: list[VersionProof] = []
    before = ""
    for r in found:
        names = (*LINK, "observer") if r["observer"] else LINK
        proofs.append(VersionProof(r["number"], r["chain_sha256"], dump([before, *(r[name] for name in names)])))
        before = r["chain_sha256"]
    return proofs
