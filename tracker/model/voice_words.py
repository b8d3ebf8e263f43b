"""What became of a speaker or of an edit's framing in plain words: what the texts say, never why."""

from __future__ import annotations

from tracker.model.voices import Framing, VoiceEvent, VoiceSide

_ALONE = {
    "voice-cut": "no longer quoted",
    "voice-silenced": "still named, no longer quoted",
    "voice-new": "newly quoted",
    "voice-heard": "named before, now quoted",
    "attribution-cut": "no longer says who said it",
    "attribution-added": "now says who said it",
    "voice-promoted": "moved up into the first lines",
    "voice-demoted": "moved out of the first lines",
    "speech-indirect": "quotation became a report",
    "speech-direct": "report became a quotation",
}
_FRAMED = {
    ("agency", "agent-dropped"): "no longer says who",
    ("agency", "agent-named"): "now says who",
    ("accusation", "softened"): "accusation softened",
    ("accusation", "hardened"): "accusation hardened",
    ("verdict", ""): "verdict",
    ("office", "former"): "office now a former one",
    ("office", "current"): "office no longer a former one",
    ("cause", "added"): "now says why",
    ("cause", "removed"): "no longer says why",
}


def event_words(event: VoiceEvent) -> str:
    """`no longer quoted: Ana Ruiz, 3 times before`, `source withheld: Ana Ruiz -> an official`."""
    old, new = event.old, event.new
    if event.event == "voice-withheld" and old and new:
        return f"source withheld: {old.source} -> {new.source}"
    if event.event == "voice-named" and old and new:
        return f"source named: {old.source} -> {new.source}"
    if event.event == "verb-stance" and old and new:
        return f"{old.verb} -> {new.verb} ({event.source})"
    told = f"{_ALONE[event.event]}: {event.source}"
    return told + _times(old) if event.event in ("voice-cut", "voice-silenced") else told


def _times(side: VoiceSide | None) -> str:
    return f", {side.times} times before" if side is not None and side.times > 1 else ""


def framing_words(framing: Framing) -> str:
    """`no longer says who`, `accusation softened`, `rebels -> terrorists`, `said -> admitted`."""
    words = _FRAMED.get((framing.tag, framing.value))
    if words is not None:
        return words
    old, new = framing.old, framing.new
    return f"{old.text if old else ''} -> {new.text if new else ''}"
