"""Who speaks in a version and what became of the speakers with a change, as rows."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.model import Change, Voice, VoiceEvent
from tracker.store.connection import Value, rows, run_many, storable
from tracker.store.history.versions import Added
from tracker.store.store import Store

_FIELDS = {-2: "headline", -1: "standfirst"}
_VOICE = (
    "insert or ignore into voices (version_id, n, key, source, kind, style, verb, stance, pattern, field, paragraph, "
    "start, length, quoted_words) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EVENT = (
    "insert into voice_events (change_id, n, event, source, kind, old_source, old_verb, old_times, old_quoted_words, "
    "new_source, new_verb, new_times, new_quoted_words) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def add(store: Store, change_id: int, added: Added, change: Change) -> None:
    """Write the speakers of both versions of a change, those of the old one unless they are there, and the events.

    Runs inside the caller's transaction.
    """
    if added.previous_id is not None:
        _add_version(store, added.previous_id, change.heard_before)
    _add_version(store, added.id, change.heard_after)
    run_many(store.db, _EVENT, [_event_row(change_id, n, event) for n, event in enumerate(change.voices)])


def holds(store: Store, version_id: int, heard: Sequence[Voice]) -> bool:
    """Whether the speakers that are kept of a version are these."""
    kept = rows(store.db, "select * from voices where version_id = ? order by n", (version_id,))
    return [tuple(r) for r in kept] == [_voice_row(version_id, n, voice) for n, voice in enumerate(heard)]


def _add_version(store: Store, version_id: int, heard: Sequence[Voice]) -> None:
    if rows(store.db, "select 1 from voices where version_id = ? limit 1", (version_id,)):
        return
    run_many(store.db, _VOICE, [_voice_row(version_id, n, voice) for n, voice in enumerate(heard)])


def _voice_row(version_id: int, n: int, voice: Voice) -> tuple[Value, ...]:
    return (
        *(version_id, n, storable(voice.key), storable(voice.source), voice.kind.value),
        *("direct" if voice.direct else "indirect", storable(voice.verb), voice.stance, voice.pattern),
        *(_FIELDS.get(voice.paragraph, "body"), voice.paragraph if voice.paragraph >= 0 else None),
        *(voice.start, voice.end - voice.start, voice.quoted),
    )


def _event_row(change_id: int, n: int, event: VoiceEvent) -> tuple[Value, ...]:
    sides: list[Value] = []
    for side in (event.old, event.new):
        if side is None:
            sides += [None, None, None, None]
        else:
            sides += [storable(side.source), storable(side.verb), side.times, side.quoted]
    return (change_id, n, event.event, storable(event.source), event.kind.value, *sides)
