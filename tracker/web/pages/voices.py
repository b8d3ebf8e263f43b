"""Who was cut: speakers who were heard in a version and are not, or have no name, in the next, over all outlets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasette import Response
from markupsafe import Markup

from tracker.model import Source, VoiceKind
from tracker.store import Store
from tracker.store.history import sources as stored_sources
from tracker.store.questions import voices as stored_voices
from tracker.store.questions.voices import CutVoice
from tracker.web import query
from tracker.web.access import History
from tracker.web.drawing import formatting
from tracker.web.response import guarded, page

_SHOWN = 100
_KINDS = {VoiceKind.OTHER: ""}
_WORDS = {
    "voice-cut": "no longer quoted",
    "voice-silenced": "still named, no longer quoted",
    "voice-withheld": "name withheld",
}


@dataclass(frozen=True, slots=True)
class CutLine:
    """One speaker who was cut, set for the page."""

    source: str
    kind: str
    what: str
    instead: str
    before: str
    outlet: str
    outlet_id: str
    headline: str
    change: int
    when: Markup


@guarded
async def voices(datasette: Any, request: Any, history: History) -> Response:
    """`/-/voices?outlet=ID`: who was cut, newest first."""
    outlet = query.word(request.args, "outlet")
    found, sources = await history.read(_read, outlet)
    context = {
        "title": "Who was cut",
        "rows": [_line(voice, sources) for voice in found],
        "outlet": formatting.text(sources[outlet].name, 80) if outlet in sources else "",
        "most": _SHOWN,
    }
    return await page(datasette, request, "voices", context, database=history.name)


def _read(store: Store, outlet: str) -> tuple[list[CutVoice], dict[str, Source]]:
    known = {source.id: source for source in stored_sources.sources(store)}
    return stored_voices.cut(store, _SHOWN, source_id=outlet or None), known


def _line(voice: CutVoice, sources: dict[str, Source]) -> CutLine:
    source = sources.get(voice.source_id)
    before = formatting.count(voice.times, "time")
    if voice.quoted:
        before += f", {formatting.count(voice.quoted, 'quoted word')}"
    return CutLine(
        source=formatting.text(voice.source, 120),
        kind=_KINDS.get(voice.kind, voice.kind.value),
        what=_WORDS[voice.event],
        instead=formatting.text(voice.replaced_by or "", 120),
        before=before,
        outlet=formatting.text(source.name if source else voice.source_id, 60),
        outlet_id=voice.source_id,
        headline=formatting.text(voice.headline, 120) or "(no headline)",
        change=voice.change_id,
        when=formatting.between(voice.after, voice.before),
    )
