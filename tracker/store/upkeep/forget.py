"""Taking an article and all it said out for good, from the files and from their write-ahead logs."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from tracker.store.connection import (
    CAPTURES,
    HistoryDatabase,
    attach,
    captures_path,
    dump,
    open_writer,
    row,
    rows,
    run,
    run_many,
    stamp,
)
from tracker.store.history.articles import article, number_key, tombstone_key
from tracker.store.search import documents
from tracker.store.store import Store


def forget(store: Store, article_id: int, reason: str, now: datetime) -> None:
    """Take an article and all it said out of the history and the captures. Raises NotFound.

    What stays is a tombstone per address (its SHA-256, so that it is never followed again) with the chain links, so
    that a published checkpoint can still be understood. Backups made before are not touched.
    """
    known = article(store, article_id)
    with store.writing():
        keys = [
            r["url_key"] for r in rows(store.db, "select url_key from article_urls where article_id = ?", (article_id,))
        ]
        number = row(store.db, "select number from articles where id = ?", (article_id,))
        if number is not None and number["number"]:
            keys.append(number_key(known.source_id, number["number"]))
        chains = [
            r["chain_sha256"]
            for r in rows(
                store.db, "select chain_sha256 from versions where article_id = ? order by number", (article_id,)
            )
        ]
        noise = row(
            store.db,
            "select total(noise_rule is not null and noise_seen_at is null) as n from changes where article_id = ?",
            (article_id,),
        )
        if known.current_version_id is not None:
            documents.remove(store.db, article_id, documents.document(store.db, article_id))
        run_many(
            store.db,
            "insert or ignore into tombstones (url_key_sha256, article_id, source_id, forgotten_at, reason, chains) "
            "values (?, ?, ?, ?, ?, ?)",
            [(tombstone_key(k), article_id, known.source_id, stamp(now), reason, dump(chains)) for k in keys],
        )
        run(
            store.db,
            "update source_totals set articles = articles - 1, versions = versions - ?, changes = changes - ?, "
            "noise = noise - ? where source_id = ?",
            (len(chains), max(0, len(chains) - 1), int(noise["n"]) if noise else 0, known.source_id),
        )
        run(store.db, "delete from captures.captures where article_id = ?", (article_id,))
        run(store.db, "delete from articles where id = ?", (article_id,))
        # FTS5 only marks a deleted document's words; merging the index is what makes them disappear from the file
        # (docs/decisions/008 says why all of it).
        for index in documents.INDEXES:
            run(store.db, f"insert into {index} ({index}) values ('optimize')")  # noqa: S608 - names are ours


def scrub_log(store: Store) -> None:
    """Fold the write-ahead logs into their files and empty them, so that forgotten text is in neither.

    Not inside a transaction of the writer. Raises StoreError.
    """
    store.need_writable()
    _scrub(store.db)


def scrub_log_beside(store: Store) -> None:
    """Empty the write-ahead logs after a forgetting, beside a writer that is at work. Raises StoreError."""
    with closing(open_writer(store.path)) as db:
        attach(db, captures_path(store.path), CAPTURES, write=True)
        _scrub(db)


def _scrub(db: HistoryDatabase) -> None:
    for schema in ("main", CAPTURES):
        rows(db, f"pragma {schema}.wal_checkpoint(truncate)")
