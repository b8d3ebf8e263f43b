"""Blame: which version brought each sentence, when, and how long it lived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.model import Kind, Version
from tracker.store.history import articles, versions
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class VersionSpan:
    """A stretch of versions that said something: from `first` to `last`, None while it still stands.

    It appeared between `after` (None in a first version) and `before`, and went between `gone_after` and
    `gone_before`.
    """

    first: int
    last: int | None
    after: datetime | None
    before: datetime
    gone_after: datetime | None
    gone_before: datetime | None
    byline: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """A sentence and the stretches of versions it stood in, oldest first."""

    text: str
    kind: Kind
    paragraph: int
    spans: tuple[VersionSpan, ...]

    @property
    def stands(self) -> bool:
        """True when the current version still says it."""
        return self.spans[-1].last is None


def blame(store: Store, article_id: int) -> list[Origin]:
    """Every sentence an article ever had, with the versions it stood in. Raises NotFound."""
    articles.article(store, article_id)
    return origins(versions.versions(store, article_id))


def origins(told: Sequence[Version]) -> list[Origin]:
    """Every sentence an article ever had, given its versions, oldest first.

    Those that stand come first, in reading order, then those that are gone, first gone first. `paragraph` is the
    index of the paragraph in the last version that has the sentence. A sentence is the same while its words are;
    said twice in one version, it is two.
    """
    from tracker.differ.sentences import sentences  # slow to import, and only needed here

    seen: dict[tuple[str, Kind, int], list[int]] = {}
    place: dict[tuple[str, Kind, int], tuple[int, int]] = {}
    for index, version in enumerate(told):
        times: dict[tuple[str, Kind], int] = {}
        for position, s in enumerate(sentences(version.content.everything, version.content.language)):
            text = s.text.strip()
            if not text:
                continue
            nth = times[text, s.kind] = times.get((text, s.kind), 0) + 1
            seen.setdefault((text, s.kind, nth), []).append(index)
            place[text, s.kind, nth] = (position, s.paragraph)
    origins = [
        (place[key][0], Origin(key[0], key[1], place[key][1], tuple(_spans(told, indexes))))
        for key, indexes in seen.items()
    ]
    origins.sort(key=lambda item: (_gone(item[1]), item[0]))
    return [origin for _, origin in origins]


def _gone(origin: Origin) -> int:
    """0 for what stands, else the number of the last version that said it: first gone first."""
    return origin.spans[-1].last or 0


def _spans(told: Sequence[Version], indexes: Sequence[int]) -> list[VersionSpan]:
    spans: list[VersionSpan] = []
    start = previous = indexes[0]
    for index in [*indexes[1:], len(told) + 1]:
        if index != previous + 1:
            spans.append(_span(told, start, previous))
            start = index
        previous = index
    return spans


def _span(told: Sequence[Version], start: int, end: int) -> VersionSpan:
    first, last = told[start], told[end]
    after = told[end + 1] if end + 1 < len(told) else None
    return VersionSpan(
        first=first.number,
        last=last.number if after else None,
        after=first.previous_seen_at,
        before=first.first_seen_at,
        gone_after=after.previous_seen_at if after else None,
        gone_before=after.first_seen_at if after else None,
        byline=first.content.byline,
    )
