"""Changes with their sentence operations, recomputed from the versions the history keeps."""

from __future__ import annotations

from functools import lru_cache, partial

from tracker.errors import UsageError
from tracker.model import Change, Content, Op, RecordedChange, Version
from tracker.store import Store
from tracker.store.history import articles, changes, versions


def compare(old: Content, new: Content) -> Change:
    """The differ's answer. It is imported when first asked: the plain log does without and answers sooner."""
    from tracker.differ import diff

    return diff(old, new)


class Comparison:
    """Compares versions of the open history; remembers the last few, since neighbouring changes share them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = lru_cache(maxsize=64)(partial(versions.version, store))

    def recorded(self, record: RecordedChange) -> Change:
        """The change of a row of the log, with its operations."""
        old = self._version(record.article_id, record.old_version)
        return compare(old.content, self._version(record.article_id, record.new_version).content)

    def between(self, article_id: int, old: int, new: int) -> tuple[RecordedChange, Change, Version, Version]:
        """Any two versions of an article, the older first. Neighbours are the recorded change; others get id 0.

        Raises UsageError, NotFound.
        """
        before, after = self._version(article_id, old), self._version(article_id, new)
        if old >= new:
            raise UsageError(f"version {old} is not older than version {new}: name the older one first")
        change = compare(before.content, after.content)
        if new == old + 1:
            return changes.change_of(self._store, article_id, new), change, before, after
        return self._compose(before, after, change), change, before, after

    def _compose(self, old: Version, new: Version, change: Change) -> RecordedChange:
        """The row that two versions further apart would have. Their interval spans all the changes in between."""
        article = articles.article(self._store, old.article_id)
        first = self._version(old.article_id, old.number + 1)
        return RecordedChange(
            id=0,
            article_id=article.id,
            url=article.url,
            source_id=article.source_id,
            headline=new.content.headline,
            old_version=old.number,
            new_version=new.number,
            after=first.previous_seen_at or old.first_seen_at,
            before=new.first_seen_at,
            class_=change.class_,
            score=change.score,
            tags=change.tags,
            headline_changed=change.headline_changed,
            words_added=change.words_added,
            words_removed=change.words_removed,
            sentences_added=change.count(Op.ADD),
            sentences_deleted=change.count(Op.DELETE),
            sentences_edited=change.count(Op.EDIT, Op.REWRITE, Op.SPLIT, Op.MERGE, Op.FORMAT),
            sentences_moved=sum(o.moved or o.op is Op.MOVE for o in change.operations),
            notice=change.notice,
            acknowledged=change.acknowledged,
            noise_rule=change.noise_rule,
            summary=change.summary,
            excerpt_old=change.excerpt_old,
            excerpt_new=change.excerpt_new,
        )
