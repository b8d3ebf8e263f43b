"""Paragraphs that an edit brought, seen again on another article of the source: they are its furniture, not its news.

At the first sighting nobody can know. So the change stands as an edit, its whole paragraphs are kept beside it, and
when all of them were seen on other articles within `WITHIN`, it gets the noise rule `RULE` and the moment of that
sighting. The seal goes on covering what the change was when it came: no noise (see `changes.seal`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from tracker.model import Block, Change, Kind, Notice, Op, Sentence
from tracker.store.connection import row, rows, run, run_many, stamp
from tracker.store.store import Store

RULE = "second-sighting"
COUNTED = (None, RULE)
"""Of no noise, or of noise that the trigger `changes_sighted` counts when it becomes so: whoever writes does not."""

WITHIN = timedelta(days=30)
"""How long after the edit another article's reading still speaks about it."""

_MOST = 8  # paragraphs that an edit of furniture brings or takes at most
_LONGEST = 60  # words of one: longer ones are stories
_ONE_STORY = 0.2  # of an article's other paragraphs that another one shares when both tell one story
_CONTEXT = frozenset(("section", "published_at", "modified_at"))


class SeenElsewhere(NamedTuple):
    """The other article on which a paragraph was seen, and when."""

    article: int
    at: str


def add(store: Store, change_id: int, article_id: int, source_id: str, seen_before: datetime, change: Change) -> None:
    """Keep the paragraphs of a change (no noise yet) that only brings or takes whole ones. In the caller's transaction.

    What this article's earlier edits brought and another article was seen to carry is known already: a line that goes
    away is no more news than its coming.
    """
    run_many(
        store.db,
        "insert or ignore into edited_paragraphs "
        "(change_id, fingerprint, article_id, source_id, seen_before, sighted_on, sighted_at) "
        "select ?1, ?2, ?3, ?4, ?5, max(sighted_on), max(sighted_at) from edited_paragraphs "
        "where article_id = ?3 and fingerprint = ?2 and sighted_on is not null",
        [(change_id, text, article_id, source_id, stamp(seen_before)) for text in _fingerprints(change)],
    )
    _settle(store, article_id)


def sight(store: Store, article_id: int, source_id: str, blocks: Iterable[Block], at: datetime) -> None:
    """Look for other articles' edited paragraphs on a page that was just read. Inside the caller's transaction."""
    since = stamp(at - WITHIN)
    run(
        store.db,
        "delete from edited_paragraphs where change_id in (select change_id from edited_paragraphs "
        "where source_id = ? and sighted_on is null and seen_before < ?)",
        (source_id, since),
    )
    waiting = "select 1 from edited_paragraphs where source_id = ? and sighted_on is null and article_id <> ? limit 1"
    if row(store.db, waiting, (source_id, article_id)) is None:
        return
    from tracker.extractor.profile import fingerprint  # slow to import

    page = {fingerprint(b.text) for b in blocks if b.reason not in ("outside", "headline")}
    marks = ", ".join("?" * len(page))
    found = rows(
        store.db,
        "select distinct article_id, fingerprint from edited_paragraphs where source_id = ? and sighted_on is null "  # noqa: S608
        f"and article_id <> ? and fingerprint in ({marks}) order by article_id",
        (source_id, article_id, *page),
    )
    for other, group in groupby(found, key=lambda r: int(r["article_id"])):
        texts = {str(r["fingerprint"]) for r in group}
        if not _one_story(store, other, page, texts):
            for one, witness in ((other, article_id), (article_id, other)):
                again(store, one, dict.fromkeys(texts, SeenElsewhere(witness, stamp(at))))


def of_article(store: Store, article_id: int) -> dict[str, SeenElsewhere]:
    """What is known of an article's edited paragraphs, by fingerprint."""
    sql = "select fingerprint, sighted_on, sighted_at from edited_paragraphs where article_id = ? and sighted_on > 0"
    return {
        r["fingerprint"]: SeenElsewhere(r["sighted_on"], r["sighted_at"]) for r in rows(store.db, sql, (article_id,))
    }


def again(store: Store, article_id: int, known: Mapping[str, SeenElsewhere]) -> None:
    """Note on an article's edits which of their paragraphs were seen elsewhere. Inside the caller's transaction."""
    run_many(
        store.db,
        "update edited_paragraphs set sighted_on = ?, sighted_at = ? "
        "where article_id = ? and fingerprint = ? and sighted_on is null",
        [(seen.article, seen.at, article_id, text) for text, seen in known.items()],
    )
    _settle(store, article_id)


def wrong(store: Store, article_id: int) -> int | None:
    """The id of the first change of an article that is marked though its paragraphs were not seen, or the reverse."""
    found = row(
        store.db,
        "select c.id from changes c where c.article_id = ? and "  # noqa: S608 - parts are ours
        f"(c.noise_seen_at is not {_TRUTH} or (c.noise_seen_at is not null and c.noise_rule is not ?)) order by c.id",
        (article_id, RULE),
    )
    return found["id"] if found else None


_TRUTH = (
    "(select case when count(*) = count(e.sighted_on) then max(c.seen_before, max(e.sighted_at)) end "
    "from edited_paragraphs e where e.change_id = c.id)"
)
"""Since when a change is known to be of furniture alone; null when it is not."""


def _settle(store: Store, article_id: int) -> None:
    """Mark the changes whose every paragraph was seen elsewhere."""
    run(
        store.db,
        f"update changes as c set noise_rule = ?, noise_seen_at = {_TRUTH} "  # noqa: S608 - parts are ours
        f"where c.article_id = ? and c.noise_rule is null and {_TRUTH} is not null",
        (RULE, article_id),
    )


def _one_story(store: Store, article_id: int, page: set[str], apart: set[str]) -> bool:
    """Whether a page carries so much of an article, besides these paragraphs, that both tell one story."""
    from tracker.extractor.profile import fingerprint  # slow to import

    texts = rows(store.db, "select text from paragraphs where article_id = ? and last_version is null", (article_id,))
    own = {fingerprint(r["text"]) for r in texts} - apart
    return len(own & page) > _ONE_STORY * len(own)


def _fingerprints(change: Change) -> tuple[str, ...]:
    """The paragraphs that a change brings and takes, when it does nothing else that is more than noise."""
    if change.notice is not Notice.NONE or not _CONTEXT.issuperset(change.fields):
        return ()
    from tracker.differ import noise  # slow to import

    came: set[int] = set()
    went: set[int] = set()
    for operation in change.operations:
        if operation.op is Op.ADD and "notice" not in operation.tags:
            came.update(operation.new_indexes)
        elif operation.op is Op.DELETE and "notice" not in operation.tags:
            went.update(operation.old_indexes)
        elif noise.operation_rule(operation) is None:
            return ()
    new, old = _whole(change.new, came), _whole(change.old, went)
    if new is None or old is None or not 0 < len(new) + len(old) <= _MOST:
        return ()
    from tracker.extractor.profile import fingerprint  # slow to import

    return tuple(dict.fromkeys(fingerprint(text) for text in (*new, *old)))


def _whole(sentences: Sequence[Sentence], touched: set[int]) -> list[str] | None:
    """The texts of the paragraphs of these sentences; None when one is no furniture, or not touched as a whole."""
    texts = []
    for _, group in groupby(enumerate(sentences), key=lambda pair: pair[1].paragraph):
        found = list(group)
        if not touched.intersection(n for n, _ in found):
            continue
        text = "".join(sentence.text for _, sentence in found)
        is_prose = all(sentence.kind not in (Kind.HEADING, Kind.NOTICE) for _, sentence in found)
        if not is_prose or not touched.issuperset(n for n, _ in found) or len(text.split()) > _LONGEST:
            return None
        texts.append(text)
    return texts
