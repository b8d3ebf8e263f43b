"""Truth: the history recomputed from what is stored, down to the first row that does not hold; and checkpoints.

What is checked of an article, in this order: its paragraphs and versions (content hash, chain link, interval), what
the article row repeats of them, its changes (seal), its captures (body hash, seal), its memory of the last reading.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tracker.errors import NotFound, StoreError, TrackerError
from tracker.model import Kind, Paragraph
from tracker.store.connection import row, rows, stamp
from tracker.store.history import captures, changes, last_reading, later_notices, second_sightings, versions
from tracker.store.schema import edit_counts
from tracker.store.store import Store

CHECKPOINT_FORMAT = "tracker-checkpoint-1"

_KINDS = frozenset(k.value for k in Kind)


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that does not hold: where it is and what is wrong with it. `article_id` is 0 where it is of no one."""

    table: str
    row: str
    article_id: int
    problem: str

    def __str__(self) -> str:
        whose = f"article {self.article_id}: " if self.article_id else ""
        return f"{whose}{self.table} {self.row}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw. `finding` is the first row that does not hold, None when all do.

    `captures_missing` are versions whose capture is not there any more, `captures_lost` those of them whose article has
    changed: their captures are kept for ever, unless none are.
    """

    articles: int
    versions: int
    changes: int
    captures: int
    captures_missing: int
    captures_lost: int
    finding: Finding | None


@dataclass
class _Sums:
    articles: int = 0
    versions: int = 0
    changes: int = 0
    captures: int = 0
    captures_missing: int = 0
    captures_lost: int = 0


def verify(store: Store, article_id: int | None = None) -> Report:
    """Recompute one article's history, or everyone's, and stop at the first row that does not hold.

    A capture that is no longer kept is counted, not held against the history. Raises NotFound for an unknown article.
    """
    store.need_captures()
    if article_id is not None and row(store.db, "select 1 from articles where id = ?", (article_id,)) is None:
        raise NotFound(f"no article {article_id}; tracker articles lists them")
    sums = _Sums()
    for identity in [article_id] if article_id is not None else _ids(store):
        sums.articles += 1
        finding = _verify_article(store, identity, sums)
        if finding is not None:
            return Report(**asdict(sums), finding=finding)
    return Report(**asdict(sums), finding=_strays(store) if article_id is None else None)


def _ids(store: Store) -> Iterator[int]:
    last = -1 << 63
    while page := rows(store.db, "select id from articles where id > ? order by id limit 500", (last,)):
        yield from (r["id"] for r in page)
        last = page[-1]["id"]


def _verify_article(store: Store, article_id: int, sums: _Sums) -> Finding | None:
    try:
        return (
            _verify_versions(store, article_id, sums)
            or _verify_changes(store, article_id, sums)
            or _verify_captures(store, article_id, sums)
            or _verify_reading(store, article_id)
        )
    except (TrackerError, ValueError, TypeError, KeyError, OverflowError, sqlite3.Error, UnicodeError) as error:
        return Finding("articles", str(article_id), article_id, f"cannot be read as what it was: {error}")


def _verify_versions(store: Store, article_id: int, sums: _Sums) -> Finding | None:
    stored = {r["id"]: r for r in rows(store.db, "select * from paragraphs where article_id = ?", (article_id,))}
    found = rows(store.db, "select * from versions where article_id = ? order by number", (article_id,))
    spans: dict[int, tuple[int, int]] = {}
    hashes: dict[str, int] = {}
    chain, before = "", None
    for i, r in enumerate(found):
        sums.versions += 1
        ids = json.loads(r["paragraph_ids"])
        problem = _version_problem(r, ids, stored, i + 1, chain, before, hashes)
        if problem:
            return Finding("versions", f"{r['id']} (number {r['number']})", article_id, problem)
        for identity in ids:
            spans[identity] = (spans.get(identity, (r["number"], 0))[0], r["number"])
        hashes.setdefault(r["content_sha256"], r["number"])
        chain, before = r["chain_sha256"], r
    if before is not None and before["last_seen_at"] is not None:
        return Finding("versions", str(before["id"]), article_id, "the current version has an end")
    for identity, r in stored.items():
        first, last = spans.get(identity, (0, 0))
        if (r["first_version"], r["last_version"]) != (first, None if last == len(found) else last):
            return Finding("paragraphs", str(identity), article_id, "stands in other versions than it says")
    return _verify_row(store, article_id, before)


def _version_problem(
    r: sqlite3.Row,
    ids: Sequence[int],
    stored: dict[int, sqlite3.Row],
    number: int,
    chain: str,
    before: sqlite3.Row | None,
    hashes: dict[str, int],
) -> str:
    """What is wrong with one version, given the one before it; empty when it holds."""
    if r["number"] != number:
        return f"version {number} is missing"
    if any(i not in stored for i in ids):
        return "a paragraph it cites is missing"
    content = versions.content_of(r, [Paragraph(stored[i]["text"], Kind(stored[i]["kind"])) for i in ids])
    if content.sha256 != r["content_sha256"]:
        return "its text is not what was recorded (content_sha256)"
    if content.words != r["words"]:
        return "its number of words is not that of its text"
    if r["same_as"] != hashes.get(r["content_sha256"]):
        return "same_as names another version than the one it repeats"
    if before is not None and before["last_seen_at"] != r["previous_seen_at"]:
        return "its interval does not begin where the version before ends"
    if r["previous_seen_at"] is not None and r["previous_seen_at"] > r["first_seen_at"]:
        return "its interval ends before it begins"
    if versions.link(chain, r) != r["chain_sha256"]:
        return "its link in the chain does not follow from the one before (chain_sha256)"
    return ""


def _verify_row(store: Store, article_id: int, newest: sqlite3.Row | None) -> Finding | None:
    """What the article's own row repeats of its newest version."""
    a = rows(store.db, "select * from articles where id = ?", (article_id,))[0]
    if newest is None:
        wrong = a["current_version_id"] is not None or a["version_count"] != 0
    else:
        byline = ", ".join(json.loads(newest["byline"]))
        wrong = (
            (a["current_version_id"], a["version_count"], a["headline"], a["byline"], a["language"])
            != (newest["id"], newest["number"], newest["headline"], byline, newest["language"])
            or a["published_at"] != newest["published_at"]
            or a["last_changed_at"] != (newest["first_seen_at"] if newest["number"] > 1 else None)
        )
    return Finding("articles", str(article_id), article_id, "does not repeat its newest version") if wrong else None


_TAGS_OF_A_CHANGE = (
    "select tag from change_tags where tag in (select value from json_each(?)) and seen_before = ? and change_id = ?"
)


def _verify_changes(store: Store, article_id: int, sums: _Sums) -> Finding | None:
    found = rows(
        store.db,
        "select c.*, n.chain_sha256, n.number, n.first_seen_at, n.previous_seen_at, o.number as old_number "
        "from versions n left join changes c on c.new_version_id = n.id "
        "left join versions o on o.id = c.old_version_id "
        "where n.article_id = ? and n.number > 1 order by n.number",
        (article_id,),
    )
    for r in found:
        if r["id"] is None:
            return Finding("changes", "-", article_id, f"the change that brought version {r['number']} is missing")
        sums.changes += 1
        if changes.seal(r["chain_sha256"], r) != r["seal_sha256"]:
            return Finding("changes", str(r["id"]), article_id, "is not what was recorded (seal_sha256)")
        if (r["seen_after"], r["seen_before"], r["old_number"]) != (
            r["previous_seen_at"],
            r["first_seen_at"],
            r["number"] - 1,
        ):
            return Finding("changes", str(r["id"]), article_id, "does not stand between its versions")
        tags = rows(store.db, _TAGS_OF_A_CHANGE, (r["tags"], r["seen_before"], r["id"]))
        if len(tags) != len(set(json.loads(r["tags"]))):
            return Finding("change_tags", str(r["id"]), article_id, "does not repeat the tags of its change")
    wrong = later_notices.wrong(store, article_id) if found else None
    if wrong is not None:
        return Finding("changes", str(wrong), article_id, "names another later notice than the one that came")
    unseen = second_sightings.wrong(store, article_id) if found else None
    if unseen is not None:
        problem = "is marked as noise otherwise than the source's other articles say"
        return Finding("changes", str(unseen), article_id, problem)
    if edit_counts.wrong_of(store.db, article_id):
        return Finding("articles", str(article_id), article_id, "does not count the edits that it had")
    return None


def _verify_captures(store: Store, article_id: int, sums: _Sums) -> Finding | None:
    found = rows(store.db, "select * from captures.captures where article_id = ? order by id", (article_id,))
    bodies: set[str] = set()
    moments = {(r["sha256"], r["fetched_at"]) for r in found}
    for r in found:
        sums.captures += 1
        if captures.seal(r) != r["seal_sha256"]:
            return Finding("captures", str(r["id"]), article_id, "is not what was recorded (seal_sha256)")
        if r["sha256"] not in bodies:
            try:
                captures.body_of(store, r["sha256"], article_id)
            except TrackerError as error:
                return Finding("captures", str(r["id"]), article_id, str(error))
            bodies.add(r["sha256"])
    cited = rows(
        store.db,
        "select id, number, capture_sha256, first_seen_at from versions where article_id = ? and capture_sha256 <> '' "
        "order by number",
        (article_id,),
    )
    missing = [r for r in cited if (r["capture_sha256"], r["first_seen_at"]) not in moments]
    spare = {sha256 for sha256, _ in moments - {(r["capture_sha256"], r["first_seen_at"]) for r in cited}}
    for r in missing:
        if r["capture_sha256"] in spare:
            where = f"{r['id']} (number {r['number']})"
            return Finding("versions", where, article_id, "its capture says that it was received at another moment")
    sums.captures_missing += len(missing)
    sums.captures_lost += len(missing) if len(cited) > 1 else 0
    return None


def _verify_reading(store: Store, article_id: int) -> Finding | None:
    try:
        last_reading.blocks_of(store, article_id)
    except Exception as error:
        return Finding("readings", str(article_id), article_id, f"cannot be read: {error}")
    return None


def _strays(store: Store) -> Finding | None:
    """Rows that belong to no article, as when one was deleted or its number altered; sums that are of no changes."""
    # A captures.db that is newer than the history, as beside a restored one, may know of articles to come.
    stray = row(
        store.db,
        "select c.id, c.article_id from captures.captures c where c.article_id <= (select max(id) from articles) "
        "and not exists (select 1 from articles a where a.id = c.article_id) limit 1",
    )
    if stray is not None:
        problem = "belongs to an article that is no more: it was not forgotten with `tracker forget`, or not to the end"
        return Finding("captures", str(stray["id"]), stray["article_id"], problem)
    for table in ("versions", "paragraphs", "changes", "events"):
        stray = row(
            store.db,
            f"select t.id, t.article_id from {table} t "  # noqa: S608 - names are ours
            "where not exists (select 1 from articles a where a.id = t.article_id) limit 1",
        )
        if stray is not None:
            return Finding(table, str(stray["id"]), stray["article_id"], "belongs to no article")
    stray = row(
        store.db,
        "select t.tag, t.change_id, c.article_id from change_tags t left join changes c on c.id = t.change_id "
        "where t.seen_before is not c.seen_before "
        "or not exists (select 1 from json_each(c.tags) j where j.value = t.tag) limit 1",
    )
    if stray is not None:
        where = f"{stray['change_id']} {stray['tag']}"
        return Finding("change_tags", where, stray["article_id"] or 0, "is no tag of its change")
    sums = edit_counts.wrong(store.db)
    return Finding("source_edits", " ".join(sums), 0, "is not the sum of its source's edits") if sums else None


_HEAD = re.compile(r"(\d+) (\d+) ([0-9a-f]{64})")


def write_checkpoint(store: Store, now: datetime) -> str:
    """A dated list of every article's chain head, as text that can be published or signed.

    The last line is the SHA-256 of the lines before it.
    """
    lines = [f"{CHECKPOINT_FORMAT} {stamp(now)}"]
    lines += (f"{article} {number} {chain}" for article, number, chain in _heads(store))
    body = "\n".join(lines) + "\n"
    return f"{body}sha256 {hashlib.sha256(body.encode()).hexdigest()}\n"


def _heads(store: Store) -> Iterator[tuple[int, int, str]]:
    last = -1 << 63
    while page := rows(
        store.db,
        "select a.id, v.number, v.chain_sha256 from articles a join versions v on v.id = a.current_version_id "
        "where a.id > ? order by a.id limit 500",
        (last,),
    ):
        yield from ((r["id"], r["number"], r["chain_sha256"]) for r in page)
        last = page[-1]["id"]


def check_checkpoint(store: Store, text: str) -> list[Finding]:
    """Where the history no longer contains what a checkpoint saw. Raises StoreError when it is not a whole checkpoint.

    Versions added since are fine; articles taken out on request are fine when their tombstone names the head.
    """
    body, _, last = text.rstrip("\n").rpartition("\n")
    if not body.startswith(CHECKPOINT_FORMAT):
        raise StoreError("this is not a checkpoint of tracker; tracker verify --checkpoint FILE writes one")
    if last != f"sha256 {hashlib.sha256((body + chr(10)).encode()).hexdigest()}":
        raise StoreError("the checkpoint itself was altered or cut: its last line does not fit the lines before it")
    findings: list[Finding] = []
    for line in body.split("\n")[1:]:
        head = _HEAD.fullmatch(line)
        if head is None:
            raise StoreError(f"the checkpoint holds a line that is no chain head: {line[:80]!a}")
        article_id, number, chain = int(head[1]), int(head[2]), head[3]
        if not _holds(store, article_id, number, chain):
            problem = "the chain the checkpoint saw is not in the history"
            findings.append(Finding("versions", f"(number {number})", article_id, problem))
    return findings


def forgotten_since(store: Store, text: str) -> list[Finding]:
    """The articles that a whole checkpoint saw and that were forgotten since, each with the moment and the reason.

    Who can write the database can also write a tombstone: whether it was asked for is for a person to say.
    """
    saw = {(int(head[1]), head[3]) for head in map(_HEAD.fullmatch, text.split("\n")) if head}
    told = rows(
        store.db, "select distinct article_id, forgotten_at, reason, chains from tombstones order by article_id"
    )
    return [
        Finding("tombstones", r["forgotten_at"], r["article_id"], r["reason"])
        for r in told
        if any((r["article_id"], chain) in saw for chain in json.loads(r["chains"]))
    ]


def _holds(store: Store, article_id: int, number: int, chain: str) -> bool:
    places: tuple[tuple[str, tuple[Any, ...]], ...] = (
        (
            "select 1 from versions where article_id = ? and number = ? and chain_sha256 = ?",
            (article_id, number, chain),
        ),
        (
            "select 1 from former_chains where article_id = ? and number = ? and chain_sha256 = ?",
            (article_id, number, chain),
        ),
        (
            "select 1 from tombstones t, json_each(t.chains) j where t.article_id = ? and j.value = ?",
            (article_id, chain),
        ),
    )
    return any(row(store.db, sql, values) is not None for sql, values in places)
