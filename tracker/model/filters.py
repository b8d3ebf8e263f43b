"""The one filter of changes: what can be asked of the log, in which words, and whether a change answers to it.

The store makes SQL of a `ChangeFilter`, alerts judge a change by `matches`, and the command line, the pages' addresses,
feeds and sources.yaml are only ways to write its words down (`tracker.config.filter_words`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

import re2

from tracker.model.change import Change, ChangeClass, Notice, Sentence
from tracker.model.history import RecordedChange

CLASSES = tuple(ChangeClass)
FIELDS = ("headline", "standfirst", "byline", "section", "body")
"""What `field` may name: a field of the article, or its text."""

LONGEST = 200
"""Characters of a pattern that are read: a longer one is refused where it is written."""

_PLAIN = re2.compile(r"[^\\.+*?()|\[\]{}^$]*")


class Told(StrEnum):
    """Whether the reader was told of a change, as far as was seen."""

    SILENT = "silent"
    """Neither a notice nor a moved date with the change, and no notice later."""
    AT_ONCE = "at-once"
    """A notice or a moved date came with the change."""
    LATER = "later"
    """A notice came with a later version."""


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes are meant. Everything that is set must hold; what is left out holds for every change.

    `sources` are ids, one of which must be the change's. `class_` and `min_score` are floors. All of `tags` must stand
    on the change, with `same_edit` on one and the same edit of it. `notice` is the kind of notice that came with it
    (that none was seen is `told` silent). `grep` is text in the headline, the summary line or a paragraph that came or
    went; `added` and `removed` are text that stands in one that came and in none that went, and the reverse. All three
    are RE2 patterns, in any case. `voice` is part of the words for a speaker of whom there is something
    to tell. `since` (included) and `until` (excluded) bound when the change was seen. Noise is left out unless `noise`
    is set.
    """

    sources: tuple[str, ...] = ()
    article_id: int | None = None
    class_: ChangeClass | None = None
    min_score: int = 0
    tags: tuple[str, ...] = ()
    same_edit: bool = False
    field: str = ""
    notice: Notice | None = None
    told: Told | None = None
    grep: str = ""
    added: str = ""
    removed: str = ""
    voice: str = ""
    since: datetime | None = None
    until: datetime | None = None
    noise: bool = False

    @property
    def classes(self) -> tuple[ChangeClass, ...]:
        """The classes at or above the floor; empty when every class is meant."""
        return CLASSES[CLASSES.index(self.class_) :] if self.class_ not in (None, CLASSES[0]) else ()

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for."""
        return self == ChangeFilter()


def literal(text: str) -> str:
    """The pattern that finds exactly this text."""
    return str(re2.escape(text))


def plain_text(pattern: str) -> str | None:
    """The text that a pattern without special characters finds, which SQL finds quicker; None for any other."""
    if _PLAIN.fullmatch(pattern):
        return pattern
    bare = "".join(c for n, c in enumerate(pattern) if c != "\\" or (n and pattern[n - 1] == "\\" and n % 2))
    return bare if literal(bare) == pattern else None


@lru_cache(256)
def finder(pattern: str) -> Callable[[str], bool]:
    """Whether a text has what a pattern means, in any case. Raises ValueError for what is no RE2 pattern."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        raise ValueError(
            f"is not a pattern that RE2 reads: {said.decode() if isinstance(said, bytes) else said}"
        ) from None
    return lambda text: compiled.search(text) is not None


def matches(wanted: ChangeFilter, record: RecordedChange, change: Change) -> bool:
    """Whether a change, recorded as `record` and with the sentences of `change`, is one of those meant."""
    return (
        _row_matches(wanted, record)
        and _tags_match(wanted, change)
        and (not wanted.voice or _speaks(wanted.voice, change))
        and _text_matches(wanted, record, change)
    )


def _speaks(voice: str, change: Change) -> bool:
    """Whether a change has something to tell of a speaker."""
    sought = voice.casefold()
    return any(
        sought in source.casefold()
        for event in change.voices
        for source in (event.source, *(side.source for side in (event.old, event.new) if side is not None))
    )


def _row_matches(wanted: ChangeFilter, record: RecordedChange) -> bool:
    """What can be judged by the change's row alone."""
    return (
        (not wanted.sources or record.source_id in wanted.sources)
        and wanted.article_id in (None, record.article_id)
        and (not wanted.classes or record.class_ in wanted.classes)
        and record.score >= wanted.min_score
        and wanted.notice in (None, record.notice)
        and (wanted.told is None or told(record) is wanted.told)
        and (wanted.since is None or record.before >= wanted.since)
        and (wanted.until is None or record.before < wanted.until)
        and (wanted.noise or record.noise_rule is None)
        and (not wanted.field or _touches(wanted.field, record))
    )


def told(record: RecordedChange) -> Told:
    """Whether the reader was told of a change: with it, later, or not as far as was seen."""
    if record.acknowledged or record.notice is not Notice.NONE:
        return Told.AT_ONCE
    return Told.SILENT if record.later is None else Told.LATER


def _touches(field: str, record: RecordedChange) -> bool:
    if field == "body":
        return bool(
            record.sentences_added + record.sentences_deleted + record.sentences_edited + record.sentences_moved
        )
    return field in record.tags


def _tags_match(wanted: ChangeFilter, change: Change) -> bool:
    asked = set(wanted.tags)
    if not asked <= set(change.tags):
        return False
    return not (wanted.same_edit and asked) or any(asked <= tags for tags in edit_tags(change))


def edit_tags(change: Change) -> tuple[frozenset[str], ...]:
    """The tags of each edit of a change, a field's with the field's own name among them; each set once."""
    found = [{name, *edit.tags} for name, field in change.fields.items() for edit in field.edits]
    found += [{name} for name in change.fields]
    found += [set(operation.tags) if not operation.edits else set() for operation in change.operations]
    found += [set(edit.tags) for operation in change.operations for edit in operation.edits]
    return tuple(dict.fromkeys(frozenset(tags) for tags in found if tags))


def _text_matches(wanted: ChangeFilter, record: RecordedChange, change: Change) -> bool:
    if not (wanted.grep or wanted.added or wanted.removed):
        return True
    old, new = _changed_texts(change)
    return (
        (not wanted.grep or any(map(finder(wanted.grep), (record.headline, record.summary, *old, *new))))
        and (not wanted.added or _came(finder(wanted.added), old, new))
        and (not wanted.removed or _came(finder(wanted.removed), new, old))
    )


def _came(speaks: Callable[[str], bool], before: Iterable[str], after: Iterable[str]) -> bool:
    """Whether something stands in the texts after and in none of those before."""
    return any(map(speaks, after)) and not any(map(speaks, before))


def _changed_texts(change: Change) -> tuple[set[str], set[str]]:
    """The paragraphs, headline and standfirst that were there and are not, and those that are there and were not."""
    fields = [change.fields[name] for name in ("headline", "standfirst") if name in change.fields]
    old = _paragraphs(change.old) | {field.old for field in fields}
    new = _paragraphs(change.new) | {field.new for field in fields}
    return old - new, new - old


def _paragraphs(sentences: Iterable[Sentence]) -> set[str]:
    """The texts of the paragraphs; sentences of one paragraph joined give its text."""
    return {"".join(s.text for s in group) for _, group in groupby(sentences, key=lambda s: s.paragraph)}
