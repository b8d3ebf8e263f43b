"""Who speaks in an article, every speaker it ever had with his versions; and who was cut lately, over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tracker.model import Version, VoiceKind
from tracker.store.connection import rows, sure_moment
from tracker.store.history import articles, versions
from tracker.store.store import Store

if TYPE_CHECKING:
    from tracker.differ.voices.speakers import Speaker


@dataclass(frozen=True, slots=True)
class SpeakerLife:
    """A speaker of an article: in which versions he is heard, how often and by which verb in the last of them.

    `last` is None while he is heard in the current version; else he was last heard in that version and is gone between
    `gone_after` and `gone_before`.
    """

    source: str
    kind: VoiceKind
    first: int
    last: int | None
    gone_after: datetime | None
    gone_before: datetime | None
    paragraph: int
    verb: str
    direct: bool
    times: int
    quoted: int


def speakers(store: Store, article_id: int) -> list[SpeakerLife]:
    """Every speaker an article ever had: first who is heard now, in reading order, then who is not. Raises NotFound."""
    articles.article(store, article_id)
    return lives(versions.versions(store, article_id))


def lives(told: Sequence[Version]) -> list[SpeakerLife]:
    """The speakers of an article's versions, oldest version first."""
    from tracker.differ.voices import find  # slow to import, and only needed here
    from tracker.differ.voices import speakers as joined

    open_: list[tuple[Speaker, int, int]] = []
    for place, version in enumerate(told):
        language = version.content.language
        people = joined.speakers(find.voices(version.content), language)
        for person in people:
            known = next((i for i, (s, _, _) in enumerate(open_) if joined.same_speaker(s, person, language)), None)
            if known is None:
                open_.append((person, place, place))
            else:
                open_[known] = (person, open_[known][1], place)
    last = len(told) - 1
    found = [(place, _life(told, speaker, first, place)) for speaker, first, place in open_]
    found.sort(key=lambda entry: (entry[0] != last, -entry[0], entry[1].paragraph))
    return [life for _, life in found]


def _life(told: Sequence[Version], speaker: Speaker, first: int, last: int) -> SpeakerLife:
    side = speaker.side()
    stands = last == len(told) - 1
    following = None if stands else told[last + 1]
    return SpeakerLife(
        source=side.source,
        kind=speaker.kind,
        first=told[first].number,
        last=None if stands else told[last].number,
        gone_after=following.previous_seen_at if following else None,
        gone_before=following.first_seen_at if following else None,
        paragraph=side.paragraph,
        verb=side.verb,
        direct=side.direct,
        times=side.times,
        quoted=side.quoted,
    )


@dataclass(frozen=True, slots=True)
class CutVoice:
    """Somebody who was heard in a version and is not in the next, or is without his name."""

    source: str
    kind: VoiceKind
    event: str
    times: int
    quoted: int
    replaced_by: str | None
    source_id: str
    article_id: int
    change_id: int
    headline: str
    after: datetime
    before: datetime


def cut(store: Store, limit: int, *, source_id: str | None = None) -> list[CutVoice]:
    """Who was cut, over all sources or of one, newest first."""
    only = "" if source_id is None else "where source_id = ? "
    values = () if source_id is None else (source_id,)
    found = rows(
        store.db,
        f"select * from voices_cut {only}order by gone_since desc, change_id desc limit ?",  # noqa: S608 - ours
        (*values, limit),
    )
    return [
        CutVoice(
            source=r["source"],
            kind=VoiceKind(r["kind"]),
            event=r["event"],
            times=r["times"],
            quoted=r["quoted_words"],
            replaced_by=r["replaced_by"],
            source_id=r["source_id"],
            article_id=r["article_id"],
            change_id=r["change_id"],
            headline=r["headline"],
            after=sure_moment(r["seen_after"]),
            before=sure_moment(r["gone_since"]),
        )
        for r in found
    ]
