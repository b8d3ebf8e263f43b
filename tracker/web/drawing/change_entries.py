"""Changes as the entries of a list: what was edited, what it means, whether the reader was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from markupsafe import Markup

from tracker.model import RecordedChange, Source
from tracker.store.questions.pages import Logged
from tracker.web.drawing import formatting


def by_day(changes: Iterable[Logged], sources: Mapping[str, Source]) -> list[tuple[datetime, str, list[ChangeEntry]]]:
    """The entries of a log under their days, newest first: (a moment of the day, its name, entries)."""
    return [
        (entries[0].record.before, name, [entry(logged, sources) for logged in entries])
        for name, entries in ((n, list(g)) for n, g in groupby(changes, key=lambda c: formatting.day(c.record.before)))
    ]


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A change as one entry of a list: every string in it is harmless."""

    id: int
    article: int
    source: str
    outlet: str
    headline: str
    renamed: Markup | None
    edit: Markup | None
    moved: bool
    tongue: Markup
    summary: str
    class_: str
    score: int
    tags: list[str]
    told: formatting.ToldChip
    noise: str
    old: int
    new: int
    after: datetime
    before: datetime
    back: int | None
    added: int
    removed: int


def entry(logged: Logged, sources: Mapping[str, Source]) -> ChangeEntry:
    """A change as an entry of the log, and of every other list of changes."""
    record = logged.record
    source = sources.get(record.source_id)
    renamed = record.headline_changed and logged.old_headline != record.headline
    headline = formatting.edit(logged.old_headline[:600], record.headline[:600]) if renamed else None
    about_headline = renamed and {record.excerpt_new, record.excerpt_old} & {record.headline, logged.old_headline}
    return ChangeEntry(
        id=record.id,
        article=record.article_id,
        source=record.source_id,
        outlet=formatting.text(source.name if source else record.source_id, 60),
        headline=formatting.text(record.headline, 300) or "(no headline)",
        renamed=headline,
        edit=None if about_headline else excerpt(record),
        moved=bool(record.excerpt_old) and record.excerpt_old == record.excerpt_new and not about_headline,
        tongue=formatting.tongue(logged.language),
        summary=summary(record, renamed),
        class_=record.class_.value,
        score=record.score,
        tags=formatting.tags(record, ("headline",) if renamed else ()),
        told=formatting.told_of(record),
        noise=formatting.text(record.noise_rule or ""),
        old=record.old_version,
        new=record.new_version,
        after=record.after,
        before=record.before,
        back=logged.same_as,
        added=record.words_added,
        removed=record.words_removed,
    )


def excerpt(record: RecordedChange) -> Markup | None:
    """The edit itself with the words around it; None when the log holds none."""
    if not record.excerpt_old and not record.excerpt_new:
        return None
    return formatting.edit(record.excerpt_old[:1200], record.excerpt_new[:1200])


def summary(record: RecordedChange, renamed: bool) -> str:
    """The line the differ wrote, without what the entry shows better: the edited words and the notice."""
    shown = ("“", "headline:") if renamed else ("“",)
    parts = without_verdict(record.summary, 2000).split("; ")
    return "; ".join(p for p in parts if not p.startswith(shown) or " → " not in p)[:220]


def without_verdict(line: str, limit: int = 220) -> str:
    """The differ's line without what the chip beside it says: whether the reader was told."""
    dull = ("no notice seen", "modified date moved", "correction notice seen", "update notice seen")
    return formatting.arrows("; ".join(part for part in line.split("; ") if part not in dull), limit)
